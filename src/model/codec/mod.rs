//! Canonical JSON in and out (contract, section 3).
//!
//! Reading is strict and complete: every problem of a file is reported, each with
//! its line and column, and nothing is coerced. Fields this version does not know
//! are kept in an [`Extra`] and written back. Writing is canonical: two-space
//! indent, stable key order, a final newline.

mod fields;
mod node;

pub use fields::{Fields, FromNode, NonBlank};
pub use node::{Node, Value as NodeValue, parse};

use serde::Serialize;

/// The fields of an object that this version does not know, in their order.
pub type Extra = serde_json::Map<String, serde_json::Value>;

/// The largest artifact that is read, in bytes. A larger one is malformed: it
/// could only be a mistake, and reading it would cost every command its speed.
pub const MAX_BYTES: usize = 8 * 1024 * 1024;

/// The most problems that are told of one file. Each has its line and column, which
/// are counted from the beginning of the file.
const MOST: usize = 50;

/// Something wrong with an artifact: where, and what was expected there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Path from the repository root, with `/`.
    pub path: String,
    /// Line, from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column in characters, from 1; 0 when the file as a whole is meant.
    pub column: usize,
    /// What is wrong and what was expected, in plain words.
    pub message: String,
}

impl Problem {
    /// A problem of the file as a whole.
    #[must_use]
    pub fn of_file(path: &str, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: 0, column: 0, message: message.into() }
    }

    /// The problem of a file with more than [`MAX_BYTES`].
    #[must_use]
    pub fn too_large(path: &str, size: usize) -> Self {
        Self::of_file(path, format!("is {size} bytes long, expected at most {MAX_BYTES}"))
    }

    /// `path:line:column`, or the path alone when the whole file is meant.
    #[must_use]
    pub fn location(&self) -> String {
        if self.line == 0 { self.path.clone() } else { format!("{}:{}:{}", self.path, self.line, self.column) }
    }
}

/// Collects the problems of one file while it is read.
#[derive(Debug)]
pub struct Problems<'t> {
    path: &'t str,
    text: &'t str,
    found: Vec<Problem>,
    /// How many were found beyond [`MOST`].
    more: usize,
}

impl<'t> Problems<'t> {
    /// An empty collection for the file at `path` with the given text.
    #[must_use]
    pub fn new(path: &'t str, text: &'t str) -> Self {
        Self { path, text, found: Vec::new(), more: 0 }
    }

    /// Notes that something is wrong at a byte offset of the text.
    pub fn add(&mut self, offset: usize, message: impl Into<String>) {
        if self.found.len() >= MOST {
            self.more += 1;
            return;
        }
        let (line, column) = position(self.text, offset);
        self.found.push(Problem { path: self.path.to_owned(), line, column, message: message.into() });
    }

    /// The line of a byte offset, from 1.
    #[must_use]
    pub fn line(&self, offset: usize) -> usize {
        position(self.text, offset).0
    }

    /// What was found; when it was too much to be told, the last one says how much more.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<Problem> {
        match self.more {
            0 => {}
            1 => self.found.push(Problem::of_file(self.path, "has 1 more problem like these")),
            more => self.found.push(Problem::of_file(self.path, format!("has {more} more problems like these"))),
        }
        self.found
    }
}

/// Line and column (in characters), both from 1, of a byte offset.
#[must_use]
pub fn position(text: &str, offset: usize) -> (usize, usize) {
    let offset = offset.min(text.len());
    let before = text.as_bytes().get(..offset).unwrap_or_default();
    let line = 1 + before.iter().filter(|byte| **byte == b'\n').count();
    let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let column = 1 + text.get(start..offset).map_or(offset - start, |part| part.chars().count());
    (line, column)
}

/// Reads one artifact: the value when it is well-formed, and every problem.
///
/// A value is returned only when there is no problem at all.
pub fn read<T: FromNode>(path: &str, bytes: &[u8]) -> Result<T, Vec<Problem>> {
    if bytes.len() > MAX_BYTES {
        return Err(vec![Problem::too_large(path, bytes.len())]);
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
            let (line, column) = position(&valid, valid.len());
            let message = "is not UTF-8 here, expected UTF-8 text".to_owned();
            return Err(vec![Problem { path: path.to_owned(), line, column, message }]);
        }
    };
    let mut problems = Problems::new(path, text);
    let value = parse(text, &mut problems).and_then(|node| T::from_node(&node, &mut problems));
    match (value, problems.into_vec()) {
        (Some(value), problems) if problems.is_empty() => Ok(value),
        (_, problems) => Err(problems),
    }
}

/// The canonical text of an artifact.
///
/// # Panics
/// Never for the types of this room: their keys are strings and their numbers finite.
#[must_use]
pub fn write<T: Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("artifacts have string keys and finite numbers");
    bytes.push(b'\n');
    bytes
}

/// Takes a value by its name from a fixed list of names, for enums in `FromNode`.
pub fn one_of<T: Copy>(
    node: &Node<'_>,
    problems: &mut Problems<'_>,
    choices: impl IntoIterator<Item = (&'static str, T)>,
) -> Option<T> {
    let choices: Vec<_> = choices.into_iter().collect();
    let found = node.as_str().and_then(|text| choices.iter().find(|(name, _)| *name == text));
    if let Some((_, value)) = found {
        return Some(*value);
    }
    let names: Vec<_> = choices.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    problems.add(node.start, format!("expected one of {}, found {}", names.join(", "), node.describe()));
    None
}
