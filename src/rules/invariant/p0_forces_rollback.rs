//! `p0-forces-rollback`
//!
//! Only what a cycle saw, what its parents already had, or what its own commit brings from
//! before it can be held against it: an incident that another branch recorded, or that
//! came later, it honestly did not know.

use crate::model::cycle::{Cycle, Decision};
use crate::model::id::IncidentId;
use crate::model::incident::{Incident, Severity};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::model::time::Timestamp;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "p0-forces-rollback",
    level: Level::Error,
    says: "a cycle whose window holds a P0 decided `rollback`",
    protects: "A P0 stops the scaling, whatever the trends say. Nobody may reason it away in the very cycle that \
               has to answer it, nor with a window that begins behind it: before the first cycle of a cadence the \
               window reaches back to the campaign's start.",
    example: "A P0 was recorded on Tuesday, or comes in the same commit; Friday's weekly cycle says `continue`.",
    mend: "Take the cycle out before it is pushed and run it again with `git mkt run-cycle`.",
    judges: &["state/cycles.json"],
    reads: &["state/cycles.json", "boulder.json", "archive/", "incidents/"],
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
    let overlooked = |p0: &Incident| {
        let inside = cycle.derivation.as_ref().is_none_or(|derivation| derivation.window.from <= p0.created_at);
        if inside {
            return breach(&p0.id);
        }
        let message = format!("cycle `{}` leaves the P0 `{}` out of its window and is no rollback", cycle.id, p0.id);
        Breach::at(layout::CYCLES, message, &hint).was(Decision::Rollback).is(cycle.decision)
    };
    if let Some(id) = listed(&step.after, cycle) {
        return Some(breach(id));
    }
    if cycle.derivation.as_ref().is_some_and(|derivation| derivation.inputs.incidents.p0 > 0) {
        let message = format!("cycle `{}` counts a P0 and is no rollback", cycle.id);
        return Some(Breach::at(layout::CYCLES, message, &hint).was(Decision::Rollback).is(cycle.decision));
    }
    let mut parents = step.parents.iter().enumerate();
    let there = parents.find_map(|(index, parent)| {
        let p0 = known(step, parent, cycle).or_else(|| ahead(step, parent));
        p0.map(|p0| overlooked(p0).against(index))
    });
    // What a commit brings beside the cycle was there when it ran, if it is older. A merge
    // brings what the other side knew.
    there.or_else(|| if step.is_merge() { None } else { known(step, &step.after, cycle).map(overlooked) })
}

/// A P0 that the record itself names.
fn listed<'s>(after: &'s Snapshot, cycle: &Cycle) -> Option<&'s IncidentId> {
    let ids = cycle.derivation.iter().flat_map(|derivation| &derivation.inputs.incident_ids);
    let mut incidents = ids.filter_map(|id| after.incidents.get(id));
    incidents.find(|incident| incident.severity == Severity::P0).map(|incident| &incident.id)
}

/// A P0 in the window that was there before the cycle, or that is there and older.
fn known<'s>(step: &Step, there: &'s Snapshot, cycle: &Cycle) -> Option<&'s Incident> {
    let from = begin(step, cycle);
    there.p0s().find(|p0| p0.created_at >= from && p0.created_at <= cycle.generated_at)
}

/// A P0 that was there before the cycle with a date that had not come when the commit was
/// made: no rebase can have put it there later. Clocks may differ by a day.
fn ahead<'s>(step: &Step, parent: &'s Snapshot) -> Option<&'s Incident> {
    let not_come = step.committed_at?.days_after(1);
    parent.p0s().find(|p0| p0.created_at > not_come)
}

/// Where a window begins at the latest, whatever the record says: the cadence's days
/// back, at the last cycle of the cadence, or before the first at the campaign's start.
fn begin(step: &Step, cycle: &Cycle) -> Timestamp {
    let least = cycle.generated_at.days_before(cycle.cadence.days());
    // The earlier tool knew no other window.
    let Some(derivation) = &cycle.derivation else { return least };
    let earlier = news::log(&step.after).iter().take_while(|other| other.id != cycle.id);
    // One whose clock was ahead is no end that a window could begin at.
    let ran = |other: &&Cycle| other.cadence == cycle.cadence && other.generated_at <= cycle.generated_at.days_after(1);
    let last = earlier.filter(ran).map(|other| other.generated_at).max();
    let begun = last.or_else(|| campaign_start(step, cycle.generated_at));
    derivation.window.from.min(begun.map_or(least, |begun| begun.min(least)))
}

/// When the campaign began that ran at this time: the one that runs after the step, one
/// that ran before it, or one that a record says has ended since.
fn campaign_start(step: &Step, at: Timestamp) -> Option<Timestamp> {
    let finishes = || step.after.finishes.values();
    let start = |snapshot: &Snapshot| snapshot.boulder.as_ref().map(|boulder| boulder.started_at);
    // A squash may hold the end of one campaign and the start of the next.
    let goes_on = |started: &Timestamp| !finishes().any(|finish| finish.started_at == *started);
    let before = step.parents.iter().filter_map(|parent| start(parent)).filter(goes_on);
    let ended = finishes().filter(|finish| finish.finished_at >= at).map(|finish| finish.started_at);
    before.chain(start(&step.after)).chain(ended).filter(|started| *started <= at).min()
}
