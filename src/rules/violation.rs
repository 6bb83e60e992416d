//! What a rule found.

use serde::Serialize;

/// How much a violation weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Refuses.
    Error,
    /// Is reported, and refuses only where the policy says so.
    Warning,
}

/// One breach of one rule: where, what was, what is, how to mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    /// The rule's id.
    pub rule: &'static str,
    /// How much it weighs.
    pub level: Level,
    /// Which parent it was judged against, from 0; `None` when the state alone is at fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<usize>,
    /// The artifact, from the repository root; empty when the commit itself is at fault.
    pub path: String,
    /// The line in it, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What is wrong, in words.
    pub message: String,
    /// What it said before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it says after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// One command or step that mends it.
    pub hint: String,
}
