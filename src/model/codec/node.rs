//! A JSON text as nodes that know where they stand.
//!
//! `serde_json` does the parsing; borrowed raw values give each node its offset,
//! and duplicate keys stay visible, which a map would hide.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::Problems;

/// How deep values may nest. Our artifacts need 6; the bound keeps hostile input cheap.
const MAX_DEPTH: usize = 64;

/// One JSON value and the byte offset at which it starts.
#[derive(Debug, Clone, PartialEq)]
pub struct Node<'t> {
    /// Byte offset in the text of the file.
    pub start: usize,
    /// The text of the value itself.
    pub raw: &'t str,
    /// What it is.
    pub value: Value<'t>,
}

/// A JSON value whose children know where they stand.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'t> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the text's own notation.
    Number(serde_json::Number),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Node<'t>>),
    /// An object, its entries in order, duplicates included.
    Object(Vec<(String, Node<'t>)>),
}

impl<'t> Node<'t> {
    /// The text of a string node.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What the node is, for messages: `a string "x"`, `the number 7`, `an array`.
    #[must_use]
    pub fn describe(&self) -> String {
        match &self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => format!("{value}"),
            Value::Number(number) => format!("the number {}", shorten(&number.to_string())),
            Value::String(text) => format!("the string {:?}", shorten(text)),
            Value::Array(_) => "an array".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        }
    }

    /// The value as `serde_json` has it, to be kept and written back.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::from_str(self.raw).expect("the node was parsed from this text")
    }
}

fn shorten(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Parses a whole text. Problems (syntax, depth, duplicate keys) are added to `problems`.
pub fn parse<'t>(text: &'t str, problems: &mut Problems<'_>) -> Option<Node<'t>> {
    if let Some((at, marker)) = conflict_marker(text) {
        problems.add(at, format!("conflict marker `{marker}`, expected JSON: the file is not merged"));
        return None;
    }
    match serde_json::from_str::<&RawValue>(text) {
        Ok(raw) => Parser { text, problems }.node(raw, 0),
        Err(error) => {
            let at = offset_of(text, error.line(), error.column());
            problems.add(at, syntax(&error));
            None
        }
    }
}

/// The message of a syntax error without its position, which [`super::Problem`] carries.
fn syntax(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let message = text.split(" at line ").next().unwrap_or(&text);
    format!("is not JSON: {message}")
}

fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn conflict_marker(text: &str) -> Option<(usize, &'static str)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        for marker in ["<<<<<<<", "=======", ">>>>>>>", "|||||||"] {
            if line.starts_with(marker) {
                return Some((at, marker));
            }
        }
        at += line.len();
    }
    None
}

struct Parser<'p, 't, 'q> {
    text: &'t str,
    problems: &'p mut Problems<'q>,
}

impl<'t> Parser<'_, 't, '_> {
    fn node(&mut self, raw: &'t RawValue, depth: usize) -> Option<Node<'t>> {
        let raw = raw.get();
        let start = raw.as_ptr() as usize - self.text.as_ptr() as usize;
        if depth > MAX_DEPTH {
            self.problems.add(start, format!("nests deeper than {MAX_DEPTH} levels"));
            return None;
        }
        let value = match raw.as_bytes().first() {
            Some(b'{') => self.object(raw, start, depth)?,
            Some(b'[') => self.array(raw, start, depth)?,
            _ => self.scalar(raw, start)?,
        };
        Some(Node { start, raw, value })
    }

    fn scalar(&mut self, raw: &'t str, start: usize) -> Option<Value<'t>> {
        match serde_json::from_str(raw) {
            Ok(serde_json::Value::Null) => Some(Value::Null),
            Ok(serde_json::Value::Bool(value)) => Some(Value::Bool(value)),
            Ok(serde_json::Value::Number(number)) => Some(Value::Number(number)),
            Ok(serde_json::Value::String(text)) => Some(Value::String(text)),
            Ok(_) => None,
            Err(error) => self.fail(start, &error),
        }
    }

    fn array(&mut self, raw: &'t str, start: usize, depth: usize) -> Option<Value<'t>> {
        match serde_json::from_str::<Items<'t>>(raw) {
            Ok(items) => {
                let count = items.0.len();
                let nodes: Vec<_> = items.0.into_iter().filter_map(|item| self.node(item, depth + 1)).collect();
                (nodes.len() == count).then_some(Value::Array(nodes))
            }
            Err(error) => self.fail(start, &error),
        }
    }

    fn object(&mut self, raw: &'t str, start: usize, depth: usize) -> Option<Value<'t>> {
        let entries = match serde_json::from_str::<Entries<'t>>(raw) {
            Ok(entries) => entries.0,
            Err(error) => return self.fail(start, &error),
        };
        let (count, mut nodes) = (entries.len(), Vec::with_capacity(entries.len()));
        let mut seen = std::collections::HashSet::with_capacity(count);
        let mut sound = true;
        for (key, item) in entries {
            let Some(node) = self.node(item, depth + 1) else {
                sound = false;
                continue;
            };
            if !seen.insert(key.clone()) {
                self.problems.add(node.start, format!("duplicate key {:?}, expected each key once", shorten(&key)));
                sound = false;
            }
            nodes.push((key, node));
        }
        sound.then_some(Value::Object(nodes))
    }

    fn fail<T>(&mut self, start: usize, error: &serde_json::Error) -> Option<T> {
        self.problems.add(start, syntax(error));
        None
    }
}

struct Items<'t>(Vec<&'t RawValue>);
struct Entries<'t>(Vec<(String, &'t RawValue)>);

impl<'de: 't, 't> Deserialize<'de> for Items<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Vec<&'de RawValue>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an array")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_seq(Seen).map(Items)
    }
}

impl<'de: 't, 't> Deserialize<'de> for Entries<'t> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seen;
        impl<'de> Visitor<'de> for Seen {
            type Value = Vec<(String, &'de RawValue)>;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    all.push(entry);
                }
                Ok(all)
            }
        }
        deserializer.deserialize_map(Seen).map(Entries)
    }
}
