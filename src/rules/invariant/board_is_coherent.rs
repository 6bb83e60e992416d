//! `board-is-coherent`

use std::collections::BTreeSet;

use crate::model::board::Task;
use crate::model::id::{ModuleName, TaskId};
use crate::model::incident::Incident;
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
    says: "task ids are unique, the modules of tasks and incidents exist, tracks are the two",
    protects: "Work on a track and work in a module must be the same work. A task that two entries share, or that \
               belongs to no known module, is paused by no rollback and dispatched to nobody; an incident in no \
               known module has no place on the board for what follows from it. So a module stays as long as a \
               task or an incident names it.",
    example: "Two tasks of the board have the id `12` after two branches were merged as text.",
    mend: "Give one of the two tasks another id, or add the module to `modules.json` first.",
    judges: &["state/sprint-board.json", "state/modules.json", "incidents/"],
    reads: &["state/sprint-board.json", "state/modules.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let mut breaches = told_twice(step);
    if news::problem(&step.after, layout::MODULES).is_none() {
        breaches.extend(homeless_tasks(step));
        breaches.extend(homeless_incidents(step));
    }
    breaches
}

fn told_twice(step: &Step) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let before: Vec<_> = step.parents.iter().map(|parent| twice(tasks(parent))).collect();
    for id in twice(tasks(&step.after)) {
        if !before.iter().any(|known| known.contains(id)) {
            let message = format!("task `{id}` is on the board twice");
            let hint = format!("give one of the two tasks `{id}` an id of its own");
            breaches.push(Breach::at(layout::BOARD, message, hint));
        }
    }
    breaches
}

fn homeless_tasks(step: &Step) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for task in tasks(&step.after).iter().filter(|task| is_homeless(&step.after, &task.module)) {
        let known =
            |parent: &Snapshot| tasks(parent).iter().any(|old| old.id == task.id && is_homeless(parent, &old.module));
        if !step.parents.iter().any(|parent| known(parent)) {
            let message = format!("task `{}` belongs to the module `{}`, which does not exist", task.id, task.module);
            let hint = format!("add `{}` to `{}`, or give the task a module from there", task.module, layout::MODULES);
            breaches.push(Breach::at(layout::BOARD, message, hint).is(&task.module));
        }
    }
    breaches
}

/// The incidents in modules that do not exist, where no parent has that already. The earlier
/// tool took any module.
fn homeless_incidents(step: &Step) -> Vec<Breach> {
    if !step.parents.iter().any(|parent| news::is_governed(parent)) {
        return Vec::new();
    }
    let after = &step.after;
    let same_modules = step.parents.iter().all(|parent| parent.modules == after.modules);
    let looked_at: Vec<&Incident> = if same_modules {
        news::records(step, |snapshot| &snapshot.incidents)
    } else {
        after.incidents.values().map(AsRef::as_ref).collect()
    };
    let homeless = looked_at.into_iter().filter(|incident| is_homeless(after, &incident.module));
    let known = |parent: &Snapshot, incident: &Incident| {
        parent.incidents.get(&incident.id).is_some_and(|old| is_homeless(parent, &old.module))
    };
    let new = homeless.filter(|incident| !step.parents.iter().any(|parent| known(parent, incident)));
    let breaches = new.map(|incident| {
        let Incident { id, module, .. } = incident;
        let message = format!("incident `{id}` is in the module `{module}`, which does not exist");
        let hint = format!("add `{module}` to `{}`", layout::MODULES);
        Breach::at(after.incident_path(id), message, hint).is(module)
    });
    breaches.collect()
}

fn tasks(snapshot: &Snapshot) -> &[Task] {
    snapshot.board.as_ref().map(|board| board.tasks.as_slice()).unwrap_or_default()
}

fn twice(tasks: &[Task]) -> BTreeSet<&TaskId> {
    let mut seen = BTreeSet::new();
    tasks.iter().map(|task| &task.id).filter(|id| !seen.insert(*id)).collect()
}

fn is_homeless(snapshot: &Snapshot, module: &ModuleName) -> bool {
    match &snapshot.modules {
        Some(modules) => !modules.contains(module),
        None => !template::modules().contains(module),
    }
}
