//! How the parts of an artifact merge, as data.

use serde_json::Value;

use crate::model::time::Timestamp;

/// How one value merges.
pub(super) enum Shape {
    /// Objects field by field, everything else as a whole.
    Plain,
    /// As a whole: two values that differ need a person.
    Whole,
    /// An object with shapes for some of its fields; the others are `Plain`.
    Fields(&'static [(&'static str, Shape)]),
    /// A list by key.
    List(&'static List),
    /// A rule settles two values that differ.
    Rule(&'static Settle),
}

/// How a list merges.
pub(super) struct List {
    /// What tells an entry from the others.
    pub(super) key: fn(&Value) -> String,
    /// Where an entry stands among those that the other side does not have.
    pub(super) rank: fn(&Value) -> Option<Timestamp>,
    /// How two versions of an entry merge.
    pub(super) entry: Shape,
    /// What may leave the list.
    pub(super) loss: Loss,
}

/// Whether entries may leave a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Loss {
    /// What one side took out and the other left alone is gone.
    Taken,
    /// Nothing ever leaves.
    Never,
}

/// A rule that settles two values.
pub(super) struct Settle {
    /// The rule, in words.
    pub(super) why: &'static str,
    /// When it speaks.
    pub(super) when: When,
    /// What stands; `None` where it does not know these values. It must not matter
    /// which one comes first.
    pub(super) of: fn(&Value, &Value) -> Option<Value>,
}

/// When a rule settles two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// When both sides changed the value: what one side alone changed stands.
    BothChanged,
    /// Whenever the sides differ.
    Differ,
}

/// The text of a value that does not depend on the order of its keys.
pub(super) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(map) => {
            let mut fields: Vec<_> = map.iter().map(|(key, value)| format!("{key:?}:{}", canonical(value))).collect();
            fields.sort();
            format!("{{{}}}", fields.join(","))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(canonical).collect::<Vec<_>>().join(",")),
        other => other.to_string(),
    }
}
