//! Changes of the state files: gates, metrics, board, modules, policy.
//!
//! A file that is not there is compared as the starter file that would be seeded, so
//! that seeding is one change and not forty.

use std::borrow::Cow;

use crate::model::board::{Pool, Task};
use crate::model::gate::{Gate, GateField};
use crate::model::gates::Gates;
use crate::model::id::ModuleName;
use crate::model::layout;
use crate::model::metric::Signal;
use crate::model::module::Modules;
use crate::model::observation::standing;
use crate::model::snapshot::Snapshot;
use crate::model::template;

use super::json::{self, Field};
use super::kind::Change;
use super::list::{self, Fate};
use super::sides::Sides;

fn or_starter<'a, T: Clone>(part: Option<&'a T>, starter: impl Fn() -> T) -> Cow<'a, T> {
    part.map_or_else(|| Cow::Owned(starter()), Cow::Borrowed)
}

fn untold(path: &str, fields: Vec<Field>, told: impl Fn(&str) -> bool, changes: &mut Vec<Change>) {
    let left = fields.into_iter().filter(|field| !told(&field.name));
    changes.extend(left.map(|field| Change::FieldChanged { path: path.to_owned(), field }));
}

pub(super) fn gates(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::GATES, |snapshot| snapshot.gates.as_ref()) else { return };
    let (old, now) = (or_starter(before, template::gates), or_starter(after, template::gates));
    for gate in Gate::ALL {
        for field in gate.fields().filter(|field| old.value(*field) != now.value(*field)) {
            let (before, after) = (old.value(field).clone(), now.value(field).clone());
            changes.push(Change::GateFieldChanged { field, before, after });
        }
        evidence(gate, &old, &now, changes);
    }
    let told = |name: &str| {
        let of_gate =
            name.split_once('.').is_some_and(|(gate, field)| field == "evidence" && gate.parse::<Gate>().is_ok());
        of_gate || name.parse::<GateField>().is_ok()
    };
    untold(layout::GATES, json::differing(old.as_ref(), now.as_ref()), told, changes);
}

fn evidence(gate: Gate, old: &Gates, now: &Gates, changes: &mut Vec<Change>) {
    let (mut gone, mut added) = (old.evidence(gate).to_vec(), Vec::new());
    for evidence in now.evidence(gate) {
        match gone.iter().position(|known| known == evidence) {
            Some(at) => drop(gone.remove(at)),
            None => added.push(evidence),
        }
    }
    changes.extend(added.into_iter().map(|evidence| Change::EvidenceAdded {
        gate,
        reference: evidence.reference.clone(),
        by: evidence.by.clone(),
    }));
    changes.extend(gone.into_iter().map(|evidence| Change::EvidenceRemoved {
        gate,
        reference: evidence.reference,
        by: evidence.by,
    }));
}

pub(super) fn metrics(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::METRICS, |snapshot| snapshot.metrics.as_ref()) else { return };
    let (old, now) = (or_starter(before, template::metrics), or_starter(after, template::metrics));
    for signal in Signal::ALL {
        let (before, after) = (old.trend(signal), now.trend(signal));
        if before != after {
            let sources = sources(sides.after, signal);
            changes.push(Change::TrendChanged { signal, before, after, sources });
        }
    }
    let told = |name: &str| name.parse::<Signal>().is_ok();
    untold(layout::METRICS, json::differing(old.as_ref(), now.as_ref()), told, changes);
}

/// The sources whose observations stand for a signal, each once.
fn sources(snapshot: &Snapshot, signal: Signal) -> Vec<String> {
    let observations = &snapshot.observations;
    let standing = standing(observations.values().map(AsRef::as_ref), signal);
    let from = standing.into_iter().flat_map(|standing| standing.from);
    let sources = from.filter_map(|id| Some(observations.get(&id)?.source.clone()));
    let said: std::collections::BTreeSet<_> = sources.filter(|source| !source.is_empty()).collect();
    said.into_iter().collect()
}

pub(super) fn board(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::BOARD, |snapshot| snapshot.board.as_ref()) else { return };
    let old = before.map(|board| board.tasks.as_slice()).unwrap_or_default();
    let now = after.map(|board| board.tasks.as_slice()).unwrap_or_default();
    if old.is_empty() && !now.is_empty() {
        changes.push(Change::BoardSeeded { tasks: now.len() });
        let pool = sides.after.pool();
        let own = now.iter().filter(|task| !is_as_in_pool(task, &pool));
        changes.extend(own.map(added));
    } else if now.is_empty() && !old.is_empty() {
        changes.push(Change::BoardCleared { tasks: old.len() });
    } else {
        tasks_changed(old, now, changes);
    }
}

fn is_as_in_pool(task: &Task, pool: &Pool) -> bool {
    pool.tasks.iter().any(|entry| entry.id == task.id && Task::from_pool(entry) == *task)
}

fn added(task: &Task) -> Change {
    let (id, module) = (task.id.clone(), task.module.clone());
    Change::TaskAdded { id, task: task.task.clone(), module, status: task.status }
}

fn tasks_changed(old: &[Task], now: &[Task], changes: &mut Vec<Change>) {
    for fate in list::keyed(old, now, |task| task.id.clone()) {
        match fate {
            Fate::Added(task) => changes.push(added(task)),
            Fate::Removed(task) => {
                changes.push(Change::TaskRemoved { id: task.id.clone(), task: task.task.clone() });
            }
            Fate::Altered(old, now) => {
                let fields = json::differing(old, now).into_iter();
                changes.extend(fields.map(|field| Change::TaskChanged { id: now.id.clone(), field }));
            }
        }
    }
    if list::reordered(old, now, |task| task.id.clone()) {
        changes.push(Change::OrderChanged { path: layout::BOARD.to_owned() });
    }
}

pub(super) fn modules(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::MODULES, |snapshot| snapshot.modules.as_ref()) else { return };
    let (old, now) = (or_starter(before, template::modules), or_starter(after, template::modules));
    for ((tier, before), (_, after)) in tiers(&old).into_iter().zip(tiers(&now)) {
        let added = after.iter().filter(|module| !before.contains(module));
        changes.extend(added.map(|module| Change::ModuleAdded { module: module.clone(), tier }));
        let removed = before.iter().filter(|module| !after.contains(module));
        changes.extend(removed.map(|module| Change::ModuleRemoved { module: module.clone(), tier }));
    }
    let told = |name: &str| tiers(&now).iter().any(|(tier, _)| *tier == name);
    untold(layout::MODULES, json::differing(old.as_ref(), now.as_ref()), told, changes);
}

fn tiers(modules: &Modules) -> [(&'static str, &[ModuleName]); 3] {
    [
        ("structure_core", &modules.structure_core),
        ("performance_core", &modules.performance_core),
        ("acceleration_core", &modules.acceleration_core),
    ]
}

pub(super) fn policy(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    if sides.state(layout::POLICY, |snapshot| snapshot.policy.as_ref()).is_none() {
        return;
    }
    let fields = json::differing(&sides.before.policy(), &sides.after.policy());
    changes.extend(fields.into_iter().map(|field| Change::PolicyChanged { field }));
}
