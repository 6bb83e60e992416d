//! Records that are never dropped and, but for what may be added, never altered.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::id::slug;
use crate::model::layout::RecordKind;
use crate::model::shell::word;
use crate::model::snapshot::{Records, Snapshot};
use crate::model::step::Step;

use super::news;
use super::violation::{Breach, PARENT};

/// What is kept, and what may change about it all the same.
pub(super) struct Kept<K, T> {
    /// The kind of record, which says where its files are.
    pub(super) kind: RecordKind,
    /// What one of them is called.
    pub(super) noun: &'static str,
    /// Where a snapshot has them.
    pub(super) of: fn(&Snapshot) -> &Records<K, T>,
    /// Whether this field may go from this value to that one.
    pub(super) may_change: fn(&str, &Value, &Value) -> bool,
}

impl<K: Ord + ToString, T: Serialize + PartialEq> Kept<K, T> {
    /// Everything dropped or altered, against every parent.
    pub(super) fn breaches(&self, step: &Step) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for (index, parent) in step.parents.iter().enumerate() {
            (self.of)(parent).beside((self.of)(&step.after), |id, old, new| match (old, new) {
                (Some(old), Some(new)) if !Arc::ptr_eq(old, new) && old != new => {
                    let path = self.path(&step.after, id);
                    let given = |field: &str, is: &Value| self.is_given(step, (index, id), field, is);
                    breaches.extend(self.altered(&path, (old, new), given).map(|breach| breach.against(index)));
                }
                (Some(_), None) => {
                    breaches.extend(self.dropped(step, parent, id).map(|breach| breach.against(index)));
                }
                _ => {}
            });
        }
        breaches
    }

    fn dropped(&self, step: &Step, parent: &Snapshot, id: &K) -> Option<Breach> {
        let path = self.path(parent, id);
        if news::problem(&step.after, &path).is_some() {
            return None;
        }
        let message = format!("{} `{}` is dropped", self.noun, id.to_string());
        let hint = restore(&path);
        Some(Breach::at(path, message, hint).was("present").is("absent"))
    }

    /// Whether a merge takes what another parent gives for a field that is given once. Where two
    /// branches gave it, a person chooses.
    fn is_given(&self, step: &Step, (index, id): (usize, &K), field: &str, is: &Value) -> bool {
        let mut others = step.parents.iter().enumerate().filter(|(nth, _)| *nth != index);
        let gives = |parent: &Snapshot| {
            (self.of)(parent).get(id).is_some_and(|one| object(one.as_ref()).get(field) == Some(is))
        };
        !is.is_null() && (self.may_change)(field, &Value::Null, is) && others.any(|(_, parent)| gives(parent))
    }

    fn altered(&self, path: &str, (old, new): (&T, &T), given: impl Fn(&str, &Value) -> bool) -> Option<Breach> {
        let forbidden =
            |(field, was, is): &(String, Value, Value)| !(self.may_change)(field, was, is) && !given(field, is);
        let (field, was, is) = differences(old, new).into_iter().find(forbidden)?;
        let message = format!("`{field}` of this {} is altered", self.noun);
        let hint = restore(path);
        Some(Breach::at(path, message, hint).was(was).is(is))
    }

    /// The path of a record. The earlier tool wrote file names in lower case.
    fn path(&self, snapshot: &Snapshot, id: &K) -> String {
        let id = id.to_string();
        let (path, old) = (self.kind.path(&id), self.kind.path(&slug(&id)));
        if !snapshot.has_file(&path) && snapshot.has_file(&old) { old } else { path }
    }
}

/// The command that brings a file back as a parent has it.
pub(super) fn restore(path: &str) -> String {
    format!("git restore --source={PARENT} -- {}", word(path))
}

/// The top-level fields in which two records differ, absent ones as `null`.
pub(super) fn differences<T: Serialize>(old: &T, new: &T) -> Vec<(String, Value, Value)> {
    let (old, new) = (object(old), object(new));
    let fields = old.keys().chain(new.keys().filter(|field| !old.contains_key(*field)));
    let value = |of: &Map<String, Value>, field: &String| of.get(field).cloned().unwrap_or(Value::Null);
    let pairs = fields.map(|field| (field.clone(), value(&old, field), value(&new, field)));
    pairs.filter(|(_, old, new)| old != new).collect()
}

fn object<T: Serialize>(record: &T) -> Map<String, Value> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => fields,
        Ok(_) | Err(_) => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::restore;

    #[test]
    fn a_path_is_written_as_a_shell_reads_it() {
        assert_eq!(restore("a/b-1.json"), "git restore --source=<parent> -- a/b-1.json");
        assert_eq!(restore("a/it's over.json"), r"git restore --source=<parent> -- 'a/it'\''s over.json'");
    }
}
