//! `paused-modules-hold`
//!
//! What follows from an incident is known by the name of its file, which every command
//! that changes a task lists; the rule need not read the incident itself.

use crate::model::board::{Status, Task};
use crate::model::layout;
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "paused-modules-hold",
    level: Level::Error,
    says: "no task of a paused module is active, but for what an incident asks for",
    protects: "A rollback pauses the scale modules. The pause means something only while nobody works in them. The \
               tasks that a cycle puts up for an incident are exempt: they are the work that ends the pause.",
    example: "A branch activates a task of `scale_loop`, another records a rollback; merged as text, both hold.",
    mend: "Set the task to `paused` until its module resumes.",
    judges: &["state/sprint-board.json", "state/execution.json"],
    reads: &["state/sprint-board.json", "state/execution.json", "state/modules.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for task in news::active_tasks(&step.after).filter(|task| is_stopped(&step.after, task)) {
        let stopped_before = |parent: &Snapshot| {
            news::active_tasks(parent)
                .any(|old| old.id == task.id && old.module == task.module && is_stopped(parent, old))
        };
        if step.parents.iter().any(|parent| stopped_before(parent)) {
            continue;
        }
        let message = format!("task `{}` is active while its module `{}` is paused", task.id, task.module);
        let waits = |old: &Task| old.id == task.id && old.status != Status::Active;
        let waited = step.parents.iter().any(|parent| parent.board.iter().any(|board| board.tasks.iter().any(waits)));
        // Whoever tried to wake it wants to know what keeps the module paused.
        let hint = if step.parents.len() > 1 {
            "git mkt resolve".to_owned()
        } else if waited {
            "git mkt status".to_owned()
        } else {
            format!("git mkt update-task {} --status paused", word(task.id.as_str()))
        };
        breaches.push(Breach::at(layout::BOARD, message, hint).is(task.status));
    }
    breaches
}

fn is_stopped(snapshot: &Snapshot, task: &Task) -> bool {
    let paused = snapshot.execution.as_ref().is_some_and(|execution| execution.pauses(&task.module));
    paused && !snapshot.follows_incident(task)
}
