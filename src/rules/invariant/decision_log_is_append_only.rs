//! `decision-log-is-append-only`

use std::collections::BTreeMap;

use crate::model::cycle::Cycle;
use crate::model::layout::{self, RecordKind};
use crate::model::step::Step;
use crate::rules::kept::{Kept, differences, restore};
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "decision-log-is-append-only",
    level: Level::Error,
    says: "no cycle or review record is altered or dropped",
    protects: "The log of decisions and the verdicts on plans are what anyone can hold the campaign to. They only \
               ever grow; a new decision is a new record.",
    example: "In `cycles.json` a `rollback` of last week is turned into `continue`.",
    mend: "Restore the records of the parent commit and add new ones after them; after a conflicted merge keep \
           those of both sides.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let reviews = Kept {
        kind: RecordKind::Review,
        noun: "review",
        of: |snapshot| &snapshot.reviews,
        may_change: |_, _, _| false,
    };
    let mut breaches = reviews.breaches(step);
    if news::problem(&step.after, layout::CYCLES).is_none() {
        for (index, parent) in step.parents.iter().enumerate() {
            let lost = against(news::log(parent), news::log(&step.after));
            breaches.extend(lost.into_iter().map(|breach| breach.against(index)));
        }
    }
    breaches
}

/// A parent's log must be part of the new one, in its order. What another branch
/// recorded may stand in between.
fn against(old: &[Cycle], new: &[Cycle]) -> Vec<Breach> {
    let common = old.iter().zip(new).take_while(|(old, new)| old == new).count();
    let (old, new) = (&old[common..], &new[common..]);
    if old.is_empty() {
        return Vec::new();
    }
    let places: BTreeMap<_, _> = new.iter().enumerate().map(|(at, cycle)| (&cycle.id, at)).collect();
    let mut breaches = Vec::new();
    let hint = restore(layout::CYCLES);
    let mut reached = None;
    for cycle in old {
        let Some(&at) = places.get(&cycle.id) else {
            let message = format!("cycle `{}` is dropped from the log", cycle.id);
            breaches.push(Breach::at(layout::CYCLES, message, &hint).was(cycle.decision).is("absent"));
            continue;
        };
        if let Some((field, was, is)) = differences(cycle, &new[at]).into_iter().next() {
            let message = format!("`{field}` of cycle `{}` is altered", cycle.id);
            breaches.push(Breach::at(layout::CYCLES, message, &hint).was(was).is(is));
        }
        if reached.is_some_and(|last| at < last) {
            let message = format!("cycle `{}` is moved to another place in the log", cycle.id);
            breaches.push(Breach::at(layout::CYCLES, message, &hint));
        }
        reached = reached.max(Some(at));
    }
    breaches
}
