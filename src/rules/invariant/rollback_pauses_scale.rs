//! `rollback-pauses-scale`

use crate::model::campaign::Mode;
use crate::model::cycle::{Cycle, Decision};
use crate::model::layout;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "rollback-pauses-scale",
    level: Level::Error,
    says: "after `rollback` the acceleration tier is paused",
    protects: "A rollback that leaves the scale modules running is a word. Its effect on the state belongs into the \
               same commit as the decision.",
    example: "A commit adds a `rollback` to the log and leaves `paused_modules` empty.",
    mend: "Let `git mkt run-cycle` make the cycle: it pauses the modules and their tasks in the same commit.",
    judges: &["state/cycles.json", "state/execution.json"],
    reads: &["state/cycles.json", "state/execution.json", "state/modules.json", "state/sprint-board.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    match rollback(step) {
        Some(cycle) => unpaused(step, cycle),
        None => Vec::new(),
    }
}

/// The last cycle of the log when this step added it, it is a rollback, and its campaign
/// still runs: later cycles, or a later campaign, change the state again.
fn rollback(step: &Step) -> Option<&Cycle> {
    let last = news::cycles(step).pop().filter(|cycle| cycle.decision == Decision::Rollback)?;
    let ends_log = news::log(&step.after).last().is_some_and(|cycle| cycle.id == last.id);
    let runs = step.after.boulder.as_ref().is_some_and(|boulder| boulder.started_at <= last.generated_at);
    (ends_log && runs).then_some(last)
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
    if execution.mode != Mode::Rollback {
        let message = format!("cycle `{}` is a rollback and the mode is another", cycle.id);
        breaches.push(Breach::at(layout::EXECUTION, message, &hint).was(Mode::Rollback).is(execution.mode));
    }
    let modules = news::scale_modules(after);
    for module in modules.iter().filter(|module| !execution.pauses(module)) {
        let message = format!("cycle `{}` is a rollback and `{module}` is not paused", cycle.id);
        breaches.push(Breach::at(layout::EXECUTION, message, &hint));
    }
    for task in news::active_tasks(after).filter(|task| modules.contains(&task.module)) {
        let message =
            format!("cycle `{}` is a rollback and task `{}` of `{}` is active", cycle.id, task.id, task.module);
        let hint = format!("git mkt update-task {} --status paused", task.id);
        breaches.push(Breach::at(layout::BOARD, message, hint));
    }
    breaches
}
