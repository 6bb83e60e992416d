//! `change-has-trailers`

use serde_json::Value;

use crate::model::board::Status;
use crate::model::layout::{self, Place, RecordKind};
use crate::model::snapshot::{Records, Snapshot};
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "change-has-trailers",
    level: Level::Warning,
    says: "a commit that changes artifacts has `Mkt-Action`",
    protects: "The trailers are the index of the audit history. A change without them is found all the same, but \
               nobody reads in `git log` what it was. A merge brings what its parents said already; it speaks for \
               itself where it says what none of them does.",
    example: "A commit \"update stuff\" flips a gate in `gates.json` and says nothing about it.",
    mend: "Commit edits made by hand with `git mkt record`, which adds the trailers.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    if step.claim.is_some() {
        return Vec::new();
    }
    let hint = "commit edits made by hand with `git mkt record`, which adds the trailers";
    let message = "changes artifacts without the trailer `Mkt-Action`";
    if !step.is_merge() {
        let differs = news::differ(&step.before(), &step.after);
        return if differs { vec![Breach::at("", message, hint)] } else { Vec::new() };
    }
    let own = own_path(step).map(|path| {
        let message = "is in this merge as no parent has it, without the trailer `Mkt-Action`";
        Breach::at(path, message, hint)
    });
    own.into_iter().collect()
}

/// The first file in which a merge says what none of its parents does.
fn own_path(step: &Step) -> Option<&str> {
    let (first, others) = step.parents.split_first()?;
    let mut paths: Vec<&str> = Vec::new();
    first.files.beside(&step.after.files, |path, old, now| {
        let is_other = now.is_some() && old != now;
        let is_new = |parent: &Snapshot| parent.files.get(path) != now;
        if is_other && others.iter().all(|parent| is_new(parent)) {
            paths.push(path);
        }
    });
    paths.into_iter().find(|path| {
        let parents: Vec<_> = step.parents.iter().filter(|parent| parent.has_file(path)).collect();
        parents.is_empty() || says_more(path, &step.after, parents.iter().map(|parent| parent.as_ref()))
    })
}

/// Whether an artifact says what it says in none of these states. Of texts, and of what
/// cannot be read, nothing is known: git and the merge driver weave those.
fn says_more<'s>(path: &str, after: &Snapshot, parents: impl Iterator<Item = &'s Snapshot>) -> bool {
    let Some(now) = content(after, path) else { return false };
    let olds: Option<Vec<_>> = parents.map(|parent| content(parent, path)).collect();
    olds.is_some_and(|olds| !is_woven(&now, &olds.iter().collect::<Vec<_>>()))
}

/// Whether everything that a value says is said in its place by one of the others. What is
/// left out may have been taken out by one of them.
fn is_woven(now: &Value, olds: &[&Value]) -> bool {
    if olds.contains(&now) {
        return true;
    }
    let id = |entry: &Value| entry.get("id").cloned();
    match now {
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            let olds: Vec<_> = olds.iter().filter_map(|old| old.get(name)).collect();
            is_woven(value, &olds)
        }),
        Value::Array(entries) => {
            let olds: Vec<_> = olds.iter().filter_map(|old| old.as_array()).flatten().collect();
            entries.iter().all(|entry| {
                let same: Vec<_> =
                    olds.iter().copied().filter(|old| id(entry).is_some() && id(old) == id(entry)).collect();
                olds.contains(&entry) || is_woven(entry, &same)
            })
        }
        _ => false,
    }
}

/// What an artifact says. The trends follow from the observations of all parents, and
/// `observations-are-kept` sees to that.
fn content(snapshot: &Snapshot, path: &str) -> Option<Value> {
    match layout::place(path)? {
        Place::State(layout::POLICY) => value(snapshot.policy.as_ref()),
        Place::State(layout::BOULDER) => value(snapshot.boulder.as_ref()),
        Place::State(layout::GATES) => value(snapshot.gates.as_ref()),
        Place::State(layout::MODULES) => value(snapshot.modules.as_ref()),
        Place::State(layout::BOARD) => value(snapshot.board.as_deref()).map(unpaused),
        Place::State(layout::EXECUTION) => value(snapshot.execution.as_ref()),
        Place::State(layout::POOL) => value(snapshot.own_pool.as_ref()),
        Place::State(layout::CYCLES) => value(snapshot.cycles.as_deref()),
        Place::Record(kind, stem) => match kind {
            RecordKind::Incident => record(&snapshot.incidents, stem),
            RecordKind::Observation => record(&snapshot.observations, stem),
            RecordKind::Review => record(&snapshot.reviews, stem),
            RecordKind::Recommendation => record(&snapshot.recommendations, stem),
            RecordKind::Finish => record(&snapshot.finishes, stem),
        },
        _ => None,
    }
}

fn value<T: serde::Serialize>(part: Option<&T>) -> Option<Value> {
    serde_json::to_value(part?).ok()
}

fn record<K: Ord + std::str::FromStr, T: serde::Serialize>(records: &Records<K, T>, stem: &str) -> Option<Value> {
    value(records.get(&stem.parse::<K>().ok()?).map(AsRef::as_ref))
}

/// A merge pauses a task whose module the other side paused.
fn unpaused(mut board: Value) -> Value {
    for task in board.as_array_mut().into_iter().flatten() {
        if task["status"] == Status::Paused.name() {
            task["status"] = Status::Active.name().into();
        }
    }
    board
}
