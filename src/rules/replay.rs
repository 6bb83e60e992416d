//! A recorded decision made again from what can have been known when it was made.
//!
//! A squash, rebase or cherry-pick puts a cycle into a tree that its author did not see.
//! What the author saw is among a few views; a decision that none of them gives was not
//! made from the tree.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::cycle::{Counts, Cycle, Decision, Inputs};
use crate::model::id::IncidentId;
use crate::model::metric::{Signal, Trend};
use crate::model::observation::{Observation, standing};
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::model::time::Timestamp;

use super::decision::{self, Outcome};

/// The four trends as somebody saw them.
pub(super) type View = BTreeMap<Signal, Trend>;

/// What the trends can have been for a cycle that this step brings, the most likely
/// first: what is shown before it; what was recorded there by then, or is here; that nobody had
/// observed what the tree before it shows; what is shown after it; and what a branch had that
/// the step joins to work of others.
pub(super) fn views(step: &Step, at: Timestamp) -> impl Iterator<Item = View> + '_ {
    // The first nearly always agrees: the others are not worked out before they are asked for.
    let shown = step.befores().into_iter().map(|before| decision::trends(&before));
    let then = step.befores().into_iter().map(move |before| recorded_by(&before, &decision::trends(&before), at));
    let here = std::iter::once_with(move || recorded_by(&step.after, &decision::trends(&step.before()), at));
    let unobserved = step.befores().into_iter().map(move |before| recorded_by(&before, &View::new(), at));
    let last = std::iter::once_with(|| decision::trends(&step.after));
    let branch = std::iter::once_with(move || Branch::of(step, at)).flat_map(Branch::views);
    shown.chain(then).chain(here).chain(unobserved).chain(last).chain(branch)
}

/// The decision that a view gives, all other inputs being as they are.
pub(super) fn decide(view: &View, inputs: &Inputs) -> Decision {
    let inputs = Inputs { trends: view.clone(), ..inputs.clone() };
    decision::decision_of(decision::rule_for(&inputs))
}

/// The decision of a cycle that a step brings, made again from its trees: from the first
/// view that gives what was recorded or, where none does, from what was there before.
#[must_use]
pub fn again(step: &Step, cycle: &Cycle) -> Outcome {
    let mut outcome = decision::again(&step.after, cycle);
    let inputs = &mut outcome.derivation.inputs;
    let named = cycle.derivation.as_ref().map(|derivation| derivation.inputs.incident_ids.as_slice());
    // A P0 of later counts for whoever decides now, and can come into the tree by a squash.
    let known = |id: &IncidentId| {
        let incident = step.after.incidents.get(id);
        let then = incident.is_some_and(|incident| incident.created_at <= cycle.generated_at);
        then || named.is_some_and(|named| named.contains(id))
    };
    inputs.incident_ids.retain(known);
    let severities = inputs.incident_ids.iter().filter_map(|id| step.after.incidents.get(id));
    inputs.incidents = Counts::of(severities.map(|incident| incident.severity));
    let mut views = views(step, cycle.generated_at).peekable();
    let first = views.peek().cloned().unwrap_or_default();
    let agreeing = views.find(|view| decide(view, inputs) == cycle.decision);
    inputs.trends = agreeing.unwrap_or(first);
    let rule = decision::rule_for(inputs);
    outcome.derivation.rule = rule;
    Outcome { decision: decision::decision_of(rule), reason: decision::reason(rule).to_owned(), ..outcome }
}

/// The trends that follow from what a snapshot has recorded by then. What nobody had observed
/// yet was as `earlier` says, or else flat; what nobody ever did, is as it is shown.
fn recorded_by(snapshot: &Snapshot, earlier: &View, at: Timestamp) -> View {
    let shown = decision::trends(snapshot);
    let trend = |signal: Signal| {
        let of_signal = || snapshot.observations.values().map(AsRef::as_ref).filter(|seen| seen.signal == signal);
        let standing = standing(of_signal().filter(|seen| seen.recorded_at <= at), signal);
        let unseen = if of_signal().next().is_some() { earlier } else { &shown };
        standing.map(|standing| standing.trend).or(unseen.get(&signal).copied()).unwrap_or(Trend::Flat)
    };
    Signal::ALL.into_iter().map(|signal| (signal, trend(signal))).collect()
}

/// How many observations of others are gone back over for where a branch left them.
const MOST_TURNS: usize = 200;

/// What a branch saw that observed signals itself, while others observed them elsewhere:
/// its own observations, and those of the others up to where it left them.
struct Branch<'s> {
    /// What was recorded by then of the signals that it observed.
    seen: Vec<&'s Observation>,
    /// Which of them are its own.
    own: BTreeSet<&'s str>,
    others: View,
}

impl<'s> Branch<'s> {
    fn of(step: &'s Step, at: Timestamp) -> Self {
        let before = step.before();
        let by_then = step.after.observations.values().map(AsRef::as_ref).filter(|seen| seen.recorded_at <= at);
        let is_own = |seen: &Observation| !step.parents.iter().any(|one| one.observations.contains_key(&seen.id));
        let by_then: Vec<&Observation> = by_then.collect();
        let own: Vec<_> = by_then.iter().copied().filter(|seen| is_own(seen)).collect();
        let signals: BTreeSet<_> = own.iter().map(|seen| seen.signal).collect();
        Self {
            seen: by_then.into_iter().filter(|seen| signals.contains(&seen.signal)).collect(),
            own: own.into_iter().map(|seen| seen.id.as_str()).collect(),
            others: recorded_by(&before, &decision::trends(&before), at),
        }
    }

    fn views(self) -> impl Iterator<Item = View> + 's {
        let others = self.seen.iter().filter(|seen| !self.own.contains(seen.id.as_str()));
        let mut left: BTreeSet<_> = others.map(|seen| Some(seen.recorded_at)).collect();
        if !self.own.is_empty() {
            left.insert(None);
        }
        left.into_iter().rev().take(MOST_TURNS).map(move |left| self.view(left))
    }

    fn view(&self, left: Option<Timestamp>) -> View {
        let mut view = self.others.clone();
        let known = |seen: &&&Observation| self.own.contains(seen.id.as_str()) || Some(seen.recorded_at) <= left;
        for (signal, trend) in &mut view {
            if let Some(standing) = standing(self.seen.iter().filter(known).copied(), *signal) {
                *trend = standing.trend;
            }
        }
        view
    }
}
