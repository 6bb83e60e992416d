//! A command, run in a new copy of a scene once for each of its stops.

use std::cmp::Ordering::{Equal, Greater, Less};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use super::calls::Stop;
use super::scene::{Copy, Scene};
use super::trace::{Fate, Run};

impl Scene {
    /// Runs the command in a new copy once for every stop that `fate` chooses, and hands over
    /// what came of it. How many stops there were.
    pub fn walk(
        &self,
        args: &[&str],
        fate: impl Fn(&Stop) -> Option<Fate> + Sync,
        then: Then,
        check: impl Fn(&Copy<'_>, &Run, &str) + Sync,
    ) -> usize {
        let stops = self.stops(args);
        let chosen = self.chosen(&stops, &fate);
        two_at_once(&chosen, |(nth, what)| {
            let copy = self.copy();
            let run = copy.trace_to(args, *nth, |stop, order| match order {
                Less => Fate::Made,
                Equal => *what,
                Greater if then == Then::StaysSo => fate(stop).unwrap_or(Fate::Made),
                Greater => Fate::Made,
            });
            let place = copy.place(&stops[*nth]);
            check(&copy, &run, &format!("{} {what:?} at stop {nth}, {place}\n{}", args[0], run.stderr));
        });
        chosen.len()
    }

    /// Runs the command in a new copy once for every stop, and does something else when it
    /// stands there. How many stops there were.
    pub fn meanwhile<T>(
        &self,
        args: &[&str],
        action: impl Fn(&Copy<'_>) -> T + Sync,
        check: impl Fn(&Copy<'_>, &Run, T, &str) + Sync,
    ) -> usize {
        let stops = self.stops(args);
        let chosen = self.chosen(&stops, &|_| Some(Fate::Made));
        two_at_once(&chosen, |(nth, _)| {
            let copy = self.copy();
            let mut done = None;
            let run = copy.trace_to(args, *nth, |_, order| {
                if order == Equal {
                    done = Some(action(&copy));
                }
                Fate::Made
            });
            let place = copy.place(&stops[*nth]);
            let when = format!("{} overtaken at stop {nth}, {place}\n{}", args[0], run.stderr);
            check(&copy, &run, done.expect("the stop was reached"), &when);
        });
        chosen.len()
    }

    /// The stops at which something goes wrong, one run each: of those that do the same at the same
    /// kind of place, such as objects, the first; with `OHMYMKT_FAULTS=all` in the environment
    /// every single one.
    fn chosen(&self, stops: &[Stop], fate: &impl Fn(&Stop) -> Option<Fate>) -> Vec<(usize, Fate)> {
        let is_thorough = std::env::var("OHMYMKT_FAULTS").is_ok_and(|value| value == "all");
        let mut seen: BTreeMap<String, usize> = BTreeMap::new();
        let mut chosen = Vec::new();
        for (nth, stop) in stops.iter().enumerate() {
            let Some(fate) = fate(stop) else { continue };
            let kinds = ["/objects/", "/ohmymkt/file-", "/ohmymkt/keep-", "/.ohmymkt/", "/hooks/", "/config"];
            let place = kinds.into_iter().find(|kind| stop.path.contains(kind)).unwrap_or(&stop.path);
            let count = seen.entry(format!("{:?} {place}", stop.kind)).or_default();
            *count += 1;
            if is_thorough || (*count <= 1 && nth % self.one_in == 0) {
                chosen.push((nth, fate));
            }
        }
        chosen
    }
}

/// Does the work for each of the list, on two threads; tells all that is wrong, not only the
/// first.
fn two_at_once<T: Sync>(list: &[T], work: impl Fn(&T) + Sync) {
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let worker = || {
        while let Some(one) = list.get(next.fetch_add(1, Relaxed)) {
            let outcome = catch_unwind(AssertUnwindSafe(|| work(one)));
            failed.fetch_add(usize::from(outcome.is_err()), Relaxed);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(worker);
        scope.spawn(worker);
    });
    let failed = failed.into_inner();
    assert_eq!(failed, 0, "{failed} of {} went wrong: see above", list.len());
}

/// What becomes of the stops behind the one at which something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// Nothing more goes wrong.
    GoesOn,
    /// It goes wrong at each of them, too.
    StaysSo,
}
