//! Names and ids, each its own type that validates when it is parsed.
//!
//! Ids of records carry time and randomness, never a running number, so that two
//! branches can never give the same id to two things (contract, section 3).

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::codec::{FromNode, Node, NodeValue, Problems};
use super::time::Timestamp;
use super::unseen::is_unseen;
use crate::model::unseen::is_blank;

/// The longest name or id, in bytes: with a suffix it still fits a file name.
const MAX_BYTES: usize = 200;

/// The longest id of a task: a word and the id of the record that it follows from.
const MAX_TASK_BYTES: usize = MAX_BYTES + 100;

fn validate(what: &str, text: &str) -> Result<(), String> {
    validate_within(what, text, MAX_BYTES)
}

fn validate_within(what: &str, text: &str, most: usize) -> Result<(), String> {
    if is_blank(text) {
        return Err(format!("expected {what}, found a blank string"));
    }
    if text.len() > most {
        return Err(format!("expected {what} of at most {most} bytes, found {}", text.len()));
    }
    let bad = |character: char| is_unseen(character) || matches!(character, '/' | '\\');
    if text.starts_with('.') || text.contains(bad) {
        return Err(format!(
            "expected {what} without a slash, a leading dot or characters that cannot be seen, found {text:?}"
        ));
    }
    Ok(())
}

macro_rules! name {
    ($(#[$doc:meta])* $type:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(Arc<str>);

        impl $type {
            /// The text of it.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl FromStr for $type {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                validate($what, text).map(|()| Self(text.into()))
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl FromNode for $type {
            fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
                let text = String::from_node(node, problems)?;
                text.parse().map_err(|message: String| problems.add(node.start, message)).ok()
            }
        }
    };
}

name!(
    /// The name of a plan: its file name without `.md`.
    PlanName, "a plan name"
);
name!(
    /// The name of a module of the growth system, such as `aeo_answer_layer`.
    ModuleName, "a module name"
);
name!(
    /// The id of an incident.
    IncidentId, "an incident id"
);
name!(
    /// The id of an observation.
    ObservationId, "an observation id"
);
name!(
    /// The id of a review.
    ReviewId, "a review id"
);
name!(
    /// The id of a recommendation.
    RecommendationId, "a recommendation id"
);
name!(
    /// The id of a cycle record.
    CycleId, "a cycle id"
);
name!(
    /// The id of a blob in the object database, in hexadecimal.
    BlobId, "a blob id"
);

impl BlobId {
    /// The id that these hexadecimal digits are; for digits that come from git itself.
    #[must_use]
    pub fn from_hex(digits: String) -> Self {
        Self(digits.into())
    }
}

/// The full id of a commit. A name that moves, or a shortened id that another commit may come
/// to share, is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitId(String);

impl CommitId {
    /// Its 40 or 64 hexadecimal digits, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for CommitId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        let shown: String = text.chars().take(80).collect();
        Err(format!("expected the full id of a commit, 40 or 64 hexadecimal digits, found {shown:?}"))
    }
}

impl Serialize for CommitId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromNode for CommitId {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let text = String::from_node(node, problems)?;
        text.parse().map_err(|message: String| problems.add(node.start, message)).ok()
    }
}

/// The id of a task on the sprint board. Integer ids of the earlier tool are read too.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId(String);

impl TaskId {
    /// The text of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromStr for TaskId {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        validate_within("a task id", text, MAX_TASK_BYTES).map(|()| Self(text.to_owned()))
    }
}

impl Serialize for TaskId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl FromNode for TaskId {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        if let NodeValue::Number(number) = &node.value
            && let Some(number) = number.as_u64()
        {
            return Some(Self(number.to_string()));
        }
        let text = String::from_node(node, problems)?;
        text.parse().map_err(|message: String| problems.add(node.start, message)).ok()
    }
}

/// The source of the random part of ids: a seed that enters from outside, so that
/// everything below stays a function of its arguments.
#[derive(Debug, Clone)]
pub struct Entropy(u64);

impl Entropy {
    /// A source that starts from the seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 32 random bits (SplitMix64).
    fn draw(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 32) as u32
    }

    /// A fresh id such as `inc-20261122T101500Z-1f0c9a3e`.
    ///
    /// # Panics
    /// Never: the text is built from characters every id type takes.
    pub fn id<T: FromStr<Err = String>>(&mut self, kind: &str, now: Timestamp) -> T {
        let text = format!("{kind}-{}-{:08x}", now.compact(), self.draw());
        text.parse().expect("kind, time and hexadecimal digits make a valid id")
    }
}

/// The file-name form of a text: letters and digits of every script in lower case, with the
/// marks that belong to them, everything else a single `-`, at most 60 characters; never empty.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::new();
    let (mut length, mut is_letter) = (0, false);
    for character in folded(text).chars() {
        if is_invisible_mark(character) {
            continue;
        }
        is_letter = character.is_alphanumeric() || is_letter && is_combining_mark(character);
        if is_letter {
            slug.push(character);
            length += 1;
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
            length += 1;
        }
        if length >= 60 || slug.len() >= 150 {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "plan".to_owned() } else { slug.to_owned() }
}

/// The text in lower case and in one of the ways in which Unicode can write it, for comparing.
#[must_use]
pub fn folded(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    // The lower case of `İ` is an `i` with one more dot above it.
    text.nfc().flat_map(char::to_lowercase).nfc().collect::<String>().replace("i\u{307}", "i")
}

/// Whether it only chooses how a letter before it is drawn, or joins two: it is never seen itself.
fn is_invisible_mark(character: char) -> bool {
    matches!(character,
        '\u{34f}' | '\u{180b}'..='\u{180d}' | '\u{180f}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}')
}
