//! The eight checks and what they find.

use serde::Serialize;

use crate::model::layout;
use crate::model::plan::Plan;
use crate::rules::violation::Level;

/// One of the eight checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// Analyst: is it said what is in scope and what is not?
    ScopeBoundaries,
    /// Analyst: can each acceptance criterion be measured?
    AcceptanceCriteria,
    /// Analyst: has every role and task an owner?
    Ownership,
    /// Analyst: is there a gate that the plan hides or that fails?
    HiddenGateBlockers,
    /// Analyst: is it said what would make one stop and undo?
    RollbackConditions,
    /// Reviewer: can the work be dispatched without assumptions?
    Executability,
    /// Reviewer: does each criterion name a stored signal?
    Verifiability,
    /// Reviewer: is there an incident pathway for each severity?
    Recoverability,
}

impl Check {
    /// All eight, in the order in which they are made.
    pub const ALL: [Self; 8] = [
        Self::ScopeBoundaries,
        Self::AcceptanceCriteria,
        Self::Ownership,
        Self::HiddenGateBlockers,
        Self::RollbackConditions,
        Self::Executability,
        Self::Verifiability,
        Self::Recoverability,
    ];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ScopeBoundaries => "scope-boundaries",
            Self::AcceptanceCriteria => "acceptance-criteria",
            Self::Ownership => "ownership",
            Self::HiddenGateBlockers => "hidden-gate-blockers",
            Self::RollbackConditions => "rollback-conditions",
            Self::Executability => "executability",
            Self::Verifiability => "verifiability",
            Self::Recoverability => "recoverability",
        }
    }

    /// The question that it asks of a plan.
    #[must_use]
    pub fn asks(self) -> &'static str {
        match self {
            Self::ScopeBoundaries => "does the plan say what is in scope and what is out of scope?",
            Self::AcceptanceCriteria => "can each acceptance criterion be measured?",
            Self::Ownership => "does each of the twelve roles have a person, and each task a role of the matrix?",
            Self::HiddenGateBlockers => "does the plan name all five startup gates, and does each of them pass?",
            Self::RollbackConditions => "does the plan say what would make one stop and undo?",
            Self::Executability => "can the work of both tracks be dispatched without assumptions?",
            Self::Verifiability => "does each acceptance criterion name a signal that the repository stores?",
            Self::Recoverability => "does the plan say what happens after a P0, a P1 and a P2?",
        }
    }

    /// The role that makes it.
    #[must_use]
    pub fn role(self) -> &'static str {
        match self {
            Self::ScopeBoundaries
            | Self::AcceptanceCriteria
            | Self::Ownership
            | Self::HiddenGateBlockers
            | Self::RollbackConditions => "Requirements Analyst",
            Self::Executability | Self::Verifiability | Self::Recoverability => "Plan Reviewer",
        }
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// An error refuses a `pass`; a warning is to be known.
    pub level: Level,
    /// The file: the plan, or the artifact that is at fault.
    pub path: String,
    /// The line in it, from 1.
    pub line: Option<usize>,
    /// What is wrong.
    pub message: String,
    /// How to mend it.
    pub hint: String,
}

/// The findings of one check in one plan.
pub(super) struct Findings<'p> {
    plan: &'p Plan,
    check: Check,
    pub(super) all: Vec<Finding>,
}

impl<'p> Findings<'p> {
    pub(super) fn of(check: Check, plan: &'p Plan) -> Self {
        Self { plan, check, all: Vec::new() }
    }

    /// Adds an error in the plan.
    pub(super) fn error(&mut self, line: Option<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Level::Error, line, message.into(), hint.into());
    }

    /// Adds a warning about the plan.
    pub(super) fn warn(&mut self, line: Option<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.add(Level::Warning, line, message.into(), hint.into());
    }

    fn add(&mut self, level: Level, line: Option<usize>, message: String, hint: String) {
        let path = layout::plan(&self.plan.name);
        // What is nowhere in the plan would be written at its end.
        let line = Some(line.unwrap_or_else(|| self.plan.last_line()));
        self.all.push(Finding { check: self.check, level, path, line, message, hint });
    }
}

/// The beginning of a text, for messages, without characters that a terminal obeys.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text.chars().filter(|character| !character.is_control()).take(61).collect();
    if let Some((end, _)) = shown.char_indices().nth(60) {
        shown.truncate(end);
        shown.push('…');
    }
    shown
}
