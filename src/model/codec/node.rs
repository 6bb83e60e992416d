//! A JSON text as nodes that know where they stand.
//!
//! Two well-kept parsers share the work: `serde_json` says whether the text is JSON and
//! where it stops being so, `jsonc-parser` gives each value its place and keeps duplicate
//! keys visible, which a map would hide.

use std::borrow::Cow;
use std::collections::HashSet;
use std::str::FromStr as _;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged as _;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use serde::de::IgnoredAny;

use super::Problems;

/// How deep values may nest. Our artifacts need 6; the bound keeps hostile input cheap.
const MAX_DEPTH: usize = 64;

/// Above this many keys an object is searched for duplicates by hashing.
const MANY_KEYS: usize = 24;

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
    String(Cow<'t, str>),
    /// An array.
    Array(Vec<Node<'t>>),
    /// An object, its entries in order, duplicates included.
    Object(Vec<(Cow<'t, str>, Node<'t>)>),
}

impl Node<'_> {
    /// The text of a string node.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// What the node is, for messages: `the string "x"`, `the number 7`, `an array`.
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
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        match conflict_marker(text) {
            Some((at, marker)) => {
                problems.add(at, format!("conflict marker `{marker}`, expected JSON: the file is not merged"));
            }
            None => problems.add(offset_of(text, error.line(), error.column()), syntax(&error)),
        }
        return None;
    }
    match parse_to_ast(text, &CollectOptions::default(), &strict()) {
        Ok(parsed) => Builder { text, problems }.node(parsed.value?, 0),
        Err(error) => {
            problems.add(error.range().start, format!("is not JSON: {}", error.kind()));
            None
        }
    }
}

/// JSON and nothing more.
fn strict() -> ParseOptions {
    ParseOptions {
        allow_comments: false,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
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

struct Builder<'p, 't, 'q> {
    text: &'t str,
    problems: &'p mut Problems<'q>,
}

impl<'t> Builder<'_, 't, '_> {
    fn node(&mut self, value: ast::Value<'t>, depth: usize) -> Option<Node<'t>> {
        let range = value.range();
        let (start, raw) = (range.start, &self.text[range.start..range.end]);
        if depth > MAX_DEPTH {
            self.problems.add(start, format!("nests deeper than {MAX_DEPTH} levels"));
            return None;
        }
        let value = match value {
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::BooleanLit(literal) => Value::Bool(literal.value),
            ast::Value::StringLit(literal) => Value::String(literal.value),
            ast::Value::NumberLit(literal) => self.number(literal.value, start)?,
            ast::Value::Array(array) => self.array(array, depth)?,
            ast::Value::Object(object) => self.object(object, depth)?,
        };
        Some(Node { start, raw, value })
    }

    fn number(&mut self, text: &str, start: usize) -> Option<Value<'t>> {
        match serde_json::Number::from_str(text) {
            Ok(number) => Some(Value::Number(number)),
            Err(_) => {
                self.problems.add(start, format!("the number {} is out of range", shorten(text)));
                None
            }
        }
    }

    fn array(&mut self, array: ast::Array<'t>, depth: usize) -> Option<Value<'t>> {
        let count = array.elements.len();
        let mut nodes = Vec::with_capacity(count);
        for element in array.elements {
            nodes.extend(self.node(element, depth + 1));
        }
        (nodes.len() == count).then_some(Value::Array(nodes))
    }

    fn object(&mut self, object: ast::Object<'t>, depth: usize) -> Option<Value<'t>> {
        let count = object.properties.len();
        let mut nodes: Vec<(Cow<'t, str>, Node<'t>)> = Vec::with_capacity(count);
        let mut hashed = HashSet::new();
        let mut sound = true;
        for property in object.properties {
            let key = match property.name {
                ast::ObjectPropName::String(literal) => literal.value,
                ast::ObjectPropName::Word(word) => Cow::Borrowed(word.value),
            };
            let Some(node) = self.node(property.value, depth + 1) else {
                sound = false;
                continue;
            };
            let twice = if count > MANY_KEYS {
                !hashed.insert(key.clone())
            } else {
                nodes.iter().any(|(known, _)| *known == key)
            };
            if twice {
                self.problems.add(node.start, format!("duplicate key {:?}, expected each key once", shorten(&key)));
                sound = false;
            }
            nodes.push((key, node));
        }
        sound.then_some(Value::Object(nodes))
    }
}
