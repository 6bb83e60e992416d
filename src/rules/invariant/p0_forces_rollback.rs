//! `p0-forces-rollback`
//!
//! Only what a cycle saw, or what its parents already had, can be held against it: an
//! incident that another branch recorded, or that came later, it honestly did not know.

use crate::model::cycle::{Cycle, Decision};
use crate::model::id::IncidentId;
use crate::model::incident::Severity;
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "p0-forces-rollback",
    level: Level::Error,
    says: "a cycle whose window holds a P0 decided `rollback`",
    protects: "A P0 stops the scaling, whatever the trends say. Nobody may reason it away in the very cycle that \
               has to answer it.",
    example: "A P0 was recorded on Tuesday; Friday's weekly cycle says `continue`.",
    mend: "Take the cycle out before it is pushed and run it again with `git mkt run-cycle`.",
    judges: &["state/cycles.json"],
    reads: &["state/cycles.json", "incidents/"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let other = news::cycles(step).into_iter().filter(|cycle| cycle.decision != Decision::Rollback);
    other.filter_map(|cycle| ignored(step, cycle)).collect()
}

fn ignored(step: &Step, cycle: &Cycle) -> Option<Breach> {
    let hint = format!("git mkt run-cycle {}", cycle.cadence);
    let breach = |id: &IncidentId| {
        let message = format!("cycle `{}` has the P0 `{id}` in its window and is no rollback", cycle.id);
        Breach::at(layout::CYCLES, message, &hint).was(Decision::Rollback).is(cycle.decision)
    };
    if let Some(id) = listed(&step.after, cycle) {
        return Some(breach(id));
    }
    if cycle.derivation.as_ref().is_some_and(|derivation| derivation.inputs.incidents.p0 > 0) {
        let message = format!("cycle `{}` counts a P0 and is no rollback", cycle.id);
        return Some(Breach::at(layout::CYCLES, message, hint).was(Decision::Rollback).is(cycle.decision));
    }
    let mut parents = step.parents.iter().enumerate();
    parents.find_map(|(index, parent)| known(parent, cycle).map(|id| breach(id).against(index)))
}

/// A P0 that the record itself names.
fn listed<'s>(after: &'s Snapshot, cycle: &Cycle) -> Option<&'s IncidentId> {
    let ids = cycle.derivation.iter().flat_map(|derivation| &derivation.inputs.incident_ids);
    let mut incidents = ids.filter_map(|id| after.incidents.get(id));
    incidents.find(|incident| incident.severity == Severity::P0).map(|incident| &incident.id)
}

/// A P0 in the window that was there before the cycle. The window is at least as long
/// as the cadence, whatever the record says.
fn known<'s>(parent: &'s Snapshot, cycle: &Cycle) -> Option<&'s IncidentId> {
    let least = cycle.generated_at.days_before(cycle.cadence.days());
    let from = cycle.derivation.as_ref().map_or(least, |derivation| derivation.window.from.min(least));
    let mut p0 = parent.incidents.values().filter(|incident| incident.severity == Severity::P0);
    let in_window = p0.find(|incident| incident.created_at >= from && incident.created_at <= cycle.generated_at);
    in_window.map(|incident| &incident.id)
}
