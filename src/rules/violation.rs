//! What a rule found.

use std::fmt::Display;

use serde::Serialize;

use crate::model::step::Step;

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

/// Stands in a rule's hint for the commit that the step was judged against. Rules know
/// states; who knows the commit fills it in.
pub(in crate::rules) const PARENT: &str = "<parent>";

/// What a rule's hint about a message begins with, for a commit that is there.
pub(in crate::rules) const AMEND: &str = "git commit --amend";

impl Violation {
    /// The violation with a hint that names the commit it was judged against.
    #[must_use]
    pub fn against_commit(self, parent: &str) -> Self {
        Self { hint: self.hint.replace(PARENT, parent), ..self }
    }

    /// The violation with a hint that can be run while the commit is not made yet.
    #[must_use]
    pub fn before_commit(self) -> Self {
        let is_merged = self.parent.is_some_and(|parent| parent > 0);
        let parent = if is_merged { "MERGE_HEAD" } else { "HEAD" };
        Self { hint: self.hint.replace(AMEND, "git commit"), ..self }.against_commit(parent)
    }
}

/// The longest `before` or `after`, in characters: free texts can be 200 kB long.
const MAX_SHOWN: usize = 160;

/// A violation before the table has said of which rule and how much it weighs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::rules) struct Breach {
    level: Option<Level>,
    parent: Option<usize>,
    path: String,
    line: Option<usize>,
    message: String,
    before: Option<String>,
    after: Option<String>,
    hint: String,
}

impl Breach {
    /// A breach at a path; an empty one when the commit itself is at fault.
    pub(in crate::rules) fn at(path: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            level: None,
            parent: None,
            path: path.into(),
            line: None,
            message: message.into(),
            before: None,
            after: None,
            hint: hint.into(),
        }
    }

    /// Judged against this parent.
    pub(in crate::rules) fn against(self, parent: usize) -> Self {
        Self { parent: Some(parent), ..self }
    }

    /// Judged against the mainline, where there is one.
    pub(in crate::rules) fn against_mainline(self, step: &Step) -> Self {
        Self { parent: (!step.parents.is_empty()).then_some(0), ..self }
    }

    /// Reported, and refused only where the policy says so, whatever the rule's own level is.
    pub(in crate::rules) fn warning(self) -> Self {
        Self { level: Some(Level::Warning), ..self }
    }

    /// At this line, where it is known.
    pub(in crate::rules) fn line(self, line: Option<usize>) -> Self {
        Self { line, ..self }
    }

    /// It said this before.
    pub(in crate::rules) fn was(self, before: impl Display) -> Self {
        Self { before: Some(shown(&before)), ..self }
    }

    /// It says this now.
    pub(in crate::rules) fn is(self, after: impl Display) -> Self {
        Self { after: Some(shown(&after)), ..self }
    }

    /// The violation of this rule at this level, or at the one that the breach has by itself
    /// unless the policy raises the rule.
    pub(in crate::rules) fn of(self, rule: &'static str, level: Level, raised: Option<Level>) -> Violation {
        let Self { level: own, parent, path, line, message, before, after, hint } = self;
        let level = raised.or(own).unwrap_or(level);
        Violation { rule, level, parent, path, line, message, before, after, hint }
    }
}

fn shown(value: &impl Display) -> String {
    let text = value.to_string();
    match text.char_indices().nth(MAX_SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
