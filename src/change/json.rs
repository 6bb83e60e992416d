//! Structural comparison of two artifacts, for the fields that have no word of their own.

use serde::Serialize;
use serde_json::{Map, Value};

/// One field that differs; absent on the side where it is not there.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Field {
    /// Its name, with dots between the names of nested objects.
    #[serde(rename = "field")]
    pub name: String,
    /// What it said.
    pub before: Option<Value>,
    /// What it says.
    pub after: Option<Value>,
}

/// The fields in which two values differ: later ones in their order, then those that
/// are gone. Objects are entered, arrays are compared as a whole.
///
/// # Panics
/// Never for the types of the model: their keys are strings and their numbers finite.
pub fn differing<T: Serialize>(before: &T, after: &T) -> Vec<Field> {
    let mut fields = Vec::new();
    objects(&object(before), &object(after), "", &mut fields);
    fields
}

fn object<T: Serialize>(value: &T) -> Map<String, Value> {
    match serde_json::to_value(value).expect("artifacts have string keys and finite numbers") {
        Value::Object(map) => map,
        other => [(String::new(), other)].into_iter().collect(),
    }
}

fn objects(before: &Map<String, Value>, after: &Map<String, Value>, prefix: &str, fields: &mut Vec<Field>) {
    let gone = before.keys().filter(|key| !after.contains_key(*key));
    for key in after.keys().chain(gone) {
        let name = format!("{prefix}{key}");
        match (before.get(key), after.get(key)) {
            (old, new) if old == new => {}
            (Some(Value::Object(old)), Some(Value::Object(new))) => {
                objects(old, new, &format!("{name}."), fields);
            }
            (old, new) => fields.push(Field { name, before: old.cloned(), after: new.cloned() }),
        }
    }
}
