//! The review of plans: the analyst's five checks and the reviewer's three (contract, section 6).

use serde::Serialize;

use crate::model::plan::Plan;
use crate::model::snapshot::Snapshot;

use super::violation::Level;

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

/// Reviews a plan in the state it would be carried out in, in check order.
#[must_use]
pub fn review(_snapshot: &Snapshot, _plan: &Plan) -> Vec<Finding> {
    Vec::new()
}
