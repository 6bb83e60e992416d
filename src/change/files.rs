//! Changes of plans, reports, notes and other files, and of what can be read at all.

use std::collections::BTreeSet;

use crate::model::layout::{self, Place};
use crate::model::plan::Plan;
use crate::model::snapshot::Snapshot;

use super::kind::Change;
use super::list::{self, Fate};
use super::records;
use super::sides::Sides;
use super::terms::Terms;
use super::text::TextChange;

pub(super) fn plans(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    for (name, fate) in list::records(&sides.before.plans, &sides.after.plans) {
        if !sides.readable(&layout::plan(name)) {
            continue;
        }
        let plan = name.clone();
        match fate {
            Fate::Added(now) => {
                changes.push(Change::PlanAdded { plan, title: now.title().to_owned(), terms: Terms::of(now) });
            }
            Fate::Removed(old) => changes.push(Change::PlanRemoved { plan, title: old.title().to_owned() }),
            Fate::Altered(old, now) if differs(old, now) => {
                changes.push(Change::PlanChanged {
                    plan,
                    title: now.title().to_owned(),
                    text: TextChange::between(old, now),
                    terms: Terms::of(old).differing(&Terms::of(now)),
                });
            }
            Fate::Altered(..) => {}
        }
    }
}

/// Blob ids decide where both are known; else what was read of the text.
fn differs(old: &Plan, now: &Plan) -> bool {
    match (&old.blob_id, &now.blob_id) {
        (Some(old), Some(now)) => old != now,
        _ => !old.reads_like(now),
    }
}

pub(super) fn others(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    records::finishes(sides, changes);
    for (path, old, now) in seeded(sides).into_iter().filter(|(path, ..)| sides.readable(path)) {
        let path = path.to_owned();
        match (old, now) {
            (false, true) => changes.push(Change::FileAdded { path }),
            (true, false) => changes.push(Change::FileRemoved { path }),
            _ => {}
        }
    }
    pool(sides, changes);
    let (before, after) = (&sides.before.files, &sides.after.files);
    before.beside(after, |path, old, now| {
        // A blob that only one side knows is one that the other could not prove to be the same.
        if old == now || !is_plain(path) || !sides.readable(path) {
            return;
        }
        let path = path.to_string();
        changes.push(match (old, now) {
            (None, _) => Change::FileAdded { path },
            (_, None) => Change::FileRemoved { path },
            (Some(_), Some(_)) => Change::FileChanged { path },
        });
    });
}

/// Which of the state files are there. The boulder and the board speak for themselves.
fn seeded<'a>(sides: &Sides<'a>) -> [(&'static str, bool, bool); 6] {
    type Part<'a> = fn(&'a Snapshot) -> bool;
    let parts: [(&'static str, Part<'a>); 6] = [
        (layout::POLICY, |snapshot| snapshot.policy.is_some()),
        (layout::GATES, |snapshot| snapshot.gates.is_some()),
        (layout::METRICS, |snapshot| snapshot.metrics.is_some()),
        (layout::MODULES, |snapshot| snapshot.modules.is_some()),
        (layout::EXECUTION, |snapshot| snapshot.execution.is_some()),
        (layout::CYCLES, |snapshot| snapshot.cycles.is_some()),
    ];
    parts.map(|(path, there)| (path, there(sides.before), there(sides.after)))
}

fn pool(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some(pools) = sides.state(layout::POOL, |snapshot| snapshot.own_pool.as_ref()) else { return };
    let path = layout::POOL.to_owned();
    changes.push(match pools {
        (None, _) => Change::FileAdded { path },
        (Some(_), None) => Change::FileRemoved { path },
        (Some(_), Some(_)) => Change::FileChanged { path },
    });
}

/// Whether a file has no type of its own. Folder keepers say nothing.
fn is_plain(path: &str) -> bool {
    let place = layout::place(path);
    matches!(place, Some(Place::Report | Place::Note(..) | Place::Other)) && !path.ends_with("/.gitkeep")
}

/// What became malformed, and what was mended.
pub(super) fn health(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let (before, after) = (&sides.before.problems, &sides.after.problems);
    for problem in after {
        let known = before.iter().any(|old| old.path == problem.path && old.message == problem.message);
        if !known {
            let (path, message) = (problem.path.clone(), problem.message.clone());
            changes.push(Change::ArtifactMalformed { path, line: problem.line, message });
        }
    }
    let broken: BTreeSet<_> = after.iter().map(|problem| problem.path.as_str()).collect();
    let mended: BTreeSet<_> =
        before.iter().map(|problem| problem.path.as_str()).filter(|path| !broken.contains(path)).collect();
    changes.extend(mended.into_iter().map(|path| {
        let path = path.to_owned();
        if sides.after.has_file(&path) { Change::ArtifactMended { path } } else { Change::FileRemoved { path } }
    }));
}
