//! The one JSON document that a command writes with `--json` (contract, section 6).

use std::fmt::Write as _;

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::view::View;
use crate::model::unseen::is_unseen;

/// How a command ended, in one word; the exit status in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Done, nothing wrong: 0.
    Ok,
    /// The rules say no: 2.
    Refused,
    /// It could not be done: 1 or 4.
    Error,
    /// Nothing bad was seen, but not all could be: 3.
    Incomplete,
}

/// The document of a command: envelope and the view's fields, with a final newline.
///
/// # Panics
/// When the view is no object, uses a field of the envelope, or has keys that are no
/// strings: a mistake in the view that its test shows.
#[must_use]
pub fn document<V: View>(command: &str, status: Status, view: &V) -> String {
    let mut fields = Map::new();
    fields.insert("version".to_owned(), json!(1));
    fields.insert("command".to_owned(), json!(command));
    fields.insert("status".to_owned(), json!(status));
    let value = serde_json::to_value(view).expect("a view has string keys");
    let Value::Object(own) = value else { panic!("a view is an object") };
    for (key, value) in own {
        let taken = fields.insert(key, value);
        assert!(taken.is_none(), "a view leaves version, command and status to the envelope");
    }
    let text = serde_json::to_string_pretty(&fields).expect("a map of values is JSON");
    visible(&text) + "\n"
}

/// Escapes, as JSON does, what a text may hold and a terminal or a reader should not meet raw.
/// Line feeds and tabs stay: in JSON they stand between values only.
#[must_use]
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if !['\n', '\t'].contains(&character) && is_unseen(character) {
            for unit in character.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}").expect("writing to a string cannot fail");
            }
        } else {
            out.push(character);
        }
    }
    out
}
