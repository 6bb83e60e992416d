//! Reading an object field by field, reporting every problem on the way.

use std::borrow::Cow;

use super::{Extra, Node, NodeValue, Problems};
use crate::model::unseen::is_blank;

/// A type that can be read from a JSON node.
pub trait FromNode: Sized {
    /// The value, or `None` with at least one problem added.
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self>;
}

/// The fields of one object; what is not taken is left over as [`Extra`].
#[derive(Debug)]
pub struct Fields<'n, 't> {
    start: usize,
    left: Vec<&'n (Cow<'t, str>, Node<'t>)>,
}

impl<'n, 't> Fields<'n, 't> {
    /// The fields of a node that must be an object.
    pub fn of(node: &'n Node<'t>, problems: &mut Problems<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Object(entries) => Some(Self { start: node.start, left: entries.iter().collect() }),
            _ => {
                problems.add(node.start, format!("expected an object, found {}", node.describe()));
                None
            }
        }
    }

    /// Takes the node of a field, if it is there.
    pub fn take(&mut self, name: &str) -> Option<&'n Node<'t>> {
        let at = self.left.iter().position(|(key, _)| key == name)?;
        Some(&self.left.remove(at).1)
    }

    /// Whether a field is there and was not taken yet.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.left.iter().any(|(key, _)| key == name)
    }

    /// Takes a field that must be there.
    pub fn required<T: FromNode>(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<T> {
        match self.take(name) {
            Some(node) => T::from_node(node, problems),
            None => {
                problems.add(self.start, format!("field \"{name}\" is missing"));
                None
            }
        }
    }

    /// Takes a field that may be absent or `null`. The outer `None` means a problem.
    pub fn optional<T: FromNode>(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<Option<T>> {
        match self.take(name) {
            None => Some(None),
            Some(node) if node.value == NodeValue::Null => Some(None),
            Some(node) => T::from_node(node, problems).map(Some),
        }
    }

    /// Takes a list that may be absent.
    pub fn list<T: FromNode>(&mut self, name: &str, problems: &mut Problems<'_>) -> Option<Vec<T>> {
        self.optional(name, problems).map(Option::unwrap_or_default)
    }

    /// Drops a field that an earlier version wrote and this one no longer does.
    pub fn retire(&mut self, name: &str) {
        self.take(name);
    }

    /// Refuses a format version that this program does not know.
    pub fn version(&mut self, problems: &mut Problems<'_>) -> Option<()> {
        let Some(at) = self.left.iter().position(|(key, _)| key == "version") else { return Some(()) };
        let node = &self.left[at].1;
        match &node.value {
            NodeValue::Number(number) if number.as_u64() == Some(1) => Some(()),
            _ => {
                problems.add(node.start, format!("expected format version 1, found {}", node.describe()));
                None
            }
        }
    }

    /// The fields of a node that are none of those named; nothing where it is no object.
    #[must_use]
    pub fn unknown(node: Option<&Node<'_>>, named: &[&str]) -> Extra {
        let Some(Node { value: NodeValue::Object(entries), .. }) = node else { return Extra::new() };
        let others = entries.iter().filter(|(key, _)| !named.contains(&key.as_ref()));
        others.map(|(key, node)| (key.clone().into_owned(), node.to_json())).collect()
    }

    /// The node of a field, which is not taken.
    #[must_use]
    pub fn node(&self, name: &str) -> Option<&'n Node<'t>> {
        self.left.iter().find(|(key, _)| key == name).map(|(_, node)| node)
    }

    /// The fields that nobody took.
    #[must_use]
    pub fn rest(self) -> Extra {
        self.left.into_iter().map(|(key, node)| (key.clone().into_owned(), node.to_json())).collect()
    }
}

impl FromNode for bool {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        match node.value {
            NodeValue::Bool(value) => Some(value),
            _ => {
                problems.add(node.start, format!("expected true or false, found {}", node.describe()));
                None
            }
        }
    }
}

impl FromNode for String {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::String(text) => Some(text.clone().into_owned()),
            _ => {
                problems.add(node.start, format!("expected a string, found {}", node.describe()));
                None
            }
        }
    }
}

impl FromNode for u64 {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        match &node.value {
            NodeValue::Number(number) if number.as_u64().is_some() => number.as_u64(),
            _ => {
                problems.add(node.start, format!("expected a whole number from 0, found {}", node.describe()));
                None
            }
        }
    }
}

impl<T: FromNode> FromNode for Vec<T> {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let NodeValue::Array(items) = &node.value else {
            problems.add(node.start, format!("expected an array, found {}", node.describe()));
            return None;
        };
        let values: Vec<T> = items.iter().filter_map(|item| T::from_node(item, problems)).collect();
        (values.len() == items.len()).then_some(values)
    }
}

/// A string that says something: not empty, not only white space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NonBlank(pub String);

impl FromNode for NonBlank {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let text = String::from_node(node, problems)?;
        if is_blank(&text) {
            problems.add(node.start, "expected text, found a blank string");
            return None;
        }
        Some(Self(text))
    }
}
