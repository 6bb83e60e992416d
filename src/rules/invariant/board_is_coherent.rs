//! `board-is-coherent`

use std::collections::BTreeSet;

use crate::model::board::Task;
use crate::model::id::TaskId;
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::model::template;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "board-is-coherent",
    level: Level::Error,
    says: "task ids are unique, modules exist, tracks are the two",
    protects: "Work on a track and work in a module must be the same work. A task that two entries share, or that \
               belongs to no known module, is paused by no rollback and dispatched to nobody.",
    example: "Two tasks of the board have the id `12` after two branches were merged as text.",
    mend: "Give one of the two tasks another id, or add the module to `modules.json` first.",
    judges: &["state/sprint-board.json", "state/modules.json"],
    reads: &["state/sprint-board.json", "state/modules.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let Some(board) = &step.after.board else { return Vec::new() };
    let mut breaches = Vec::new();
    let before: Vec<_> = step.parents.iter().map(|parent| twice(tasks(parent))).collect();
    for id in twice(&board.tasks) {
        if !before.iter().any(|known| known.contains(id)) {
            let message = format!("task `{id}` is on the board twice");
            let hint = format!("give one of the two tasks `{id}` an id of its own");
            breaches.push(Breach::at(layout::BOARD, message, hint));
        }
    }
    if news::problem(&step.after, layout::MODULES).is_some() {
        return breaches;
    }
    for task in board.tasks.iter().filter(|task| is_homeless(&step.after, task)) {
        let known = |parent: &Snapshot| tasks(parent).iter().any(|old| old.id == task.id && is_homeless(parent, old));
        if !step.parents.iter().any(|parent| known(parent)) {
            let message = format!("task `{}` belongs to the module `{}`, which does not exist", task.id, task.module);
            let hint = format!("add `{}` to `{}`, or give the task a module from there", task.module, layout::MODULES);
            breaches.push(Breach::at(layout::BOARD, message, hint).is(&task.module));
        }
    }
    breaches
}

fn tasks(snapshot: &Snapshot) -> &[Task] {
    snapshot.board.as_ref().map(|board| board.tasks.as_slice()).unwrap_or_default()
}

fn twice(tasks: &[Task]) -> BTreeSet<&TaskId> {
    let mut seen = BTreeSet::new();
    tasks.iter().map(|task| &task.id).filter(|id| !seen.insert(*id)).collect()
}

fn is_homeless(snapshot: &Snapshot, task: &Task) -> bool {
    match &snapshot.modules {
        Some(modules) => !modules.contains(&task.module),
        None => !template::modules().contains(&task.module),
    }
}
