//! `rollback-pauses-scale`

use crate::model::board::Task;
use crate::model::campaign::Mode;
use crate::model::cycle::{Cycle, Decision, GateOutcome};
use crate::model::id::ModuleName;
use crate::model::layout;
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{gates, news};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "rollback-pauses-scale",
    level: Level::Error,
    says: "after `rollback` the acceleration tier is paused",
    protects: "A rollback that leaves the scale modules running is a word. Its effect on the state belongs into the \
               same commit as the decision, and counts for every module that is in the tier before it or after it: \
               no other change of the commit, of the tiers, the log or the campaign, excuses one.",
    example: "A commit adds a `rollback` to the log and leaves `paused_modules` empty, or moves the scale modules to \
              another tier first.",
    mend: "Let `git mkt run-cycle` make the cycle: it pauses the modules and their tasks in the same commit.",
    judges: &["state/cycles.json", "state/execution.json"],
    reads: &["state/", "boulder.json", "incidents/"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let new = news::cycles(step).into_iter().filter(|cycle| cycle.decision == Decision::Rollback);
    match new.rev().find(|cycle| holds(step, cycle)) {
        Some(cycle) => unpaused(step, cycle),
        None => Vec::new(),
    }
}

/// Whether a new rollback must still show in the state that the step leads to.
fn holds(step: &Step, cycle: &Cycle) -> bool {
    // The earlier tool wrote no derivation, and knew no other way back than time.
    let runs = || step.after.boulder.as_ref().is_some_and(|boulder| boulder.started_at <= cycle.generated_at);
    let judged = cycle.derivation.is_some() || (ends_log(step, cycle) && runs());
    judged && !is_left(step, cycle)
}

fn ends_log(step: &Step, cycle: &Cycle) -> bool {
    news::log(&step.after).last().is_some_and(|last| last.id == cycle.id)
}

/// Whether a later `continue` has left the rollback behind, as it may when its gates
/// passed and every P0 of until then has its postmortem: a squash holds both.
fn is_left(step: &Step, cycle: &Cycle) -> bool {
    let later = news::log(&step.after).iter().skip_while(|other| other.id != cycle.id).skip(1);
    // A record that says that its gates passed is no proof where the campaign ran already
    // and they pass neither before the step nor after it.
    let passes = |snapshot: &Snapshot| gates::evaluate(snapshot).passes();
    let behind_gates = |parent: &Snapshot| parent.boulder.is_some() && !passes(parent) && !passes(&step.after);
    if let [parent] = step.parents.as_slice()
        && behind_gates(parent)
    {
        return false;
    }
    let mut resuming =
        later.filter(|other| other.decision == Decision::Continue && other.generated_at >= cycle.generated_at);
    resuming.any(|by| {
        let shown = by.derivation.iter().flat_map(|derivation| derivation.inputs.gates.values());
        let mut known = step.after.p0s().filter(|p0| p0.created_at <= by.generated_at || news::answers(cycle, p0));
        shown.into_iter().all(|outcome| *outcome == GateOutcome::Pass) && known.all(|p0| p0.has_complete_postmortem())
    })
}

/// The modules that the rollback found in the acceleration tier, whatever the same step
/// made of the tier.
fn tier(step: &Step) -> Vec<&ModuleName> {
    let mut tier = Vec::new();
    for module in step.parents.iter().chain([&step.after]).flat_map(|snapshot| news::scale_modules(snapshot)) {
        if !tier.contains(&module) {
            tier.push(module);
        }
    }
    tier
}

fn unpaused(step: &Step, cycle: &Cycle) -> Vec<Breach> {
    let after = &step.after;
    if news::problem(after, layout::EXECUTION).is_some() {
        return Vec::new();
    }
    let hint = format!("git mkt run-cycle {}", cycle.cadence);
    let Some(execution) = &after.execution else {
        let message = format!("cycle `{}` is a rollback and there is no execution state", cycle.id);
        return vec![Breach::at(layout::EXECUTION, message, hint)];
    };
    let mut breaches = Vec::new();
    // A later cycle sets another mode and leaves the modules paused.
    if execution.mode != Mode::Rollback && ends_log(step, cycle) {
        let message = format!("cycle `{}` is a rollback and the mode is another", cycle.id);
        breaches.push(Breach::at(layout::EXECUTION, message, &hint).was(Mode::Rollback).is(execution.mode));
    }
    let modules = tier(step);
    for module in modules.iter().filter(|module| !execution.pauses(module)) {
        let message = format!("cycle `{}` is a rollback and `{module}` is not paused", cycle.id);
        breaches.push(Breach::at(layout::EXECUTION, message, &hint));
    }
    let stopped = |task: &&Task| modules.contains(&&task.module) && !after.follows_incident(task);
    for task in news::active_tasks(after).filter(stopped) {
        let message =
            format!("cycle `{}` is a rollback and task `{}` of `{}` is active", cycle.id, task.id, task.module);
        let hint = format!("git mkt update-task {} --status paused", word(task.id.as_str()));
        breaches.push(Breach::at(layout::BOARD, message, hint));
    }
    breaches
}
