//! The review of plans: the analyst's five checks and the reviewer's three (contract, section 6).
//!
//! A review only finds; recording a verdict is another matter, and a `pass` is refused
//! while there is an error among the findings.

mod analyst;
mod finding;
mod measure;
mod reviewer;
mod verdicts;

pub use finding::{Check, Finding};
pub use verdicts::{Verdicts, drifted};

use crate::model::plan::Plan;
use crate::model::snapshot::Snapshot;

/// Reviews a plan in the state it would be carried out in, in the order of the checks,
/// then of the lines.
#[must_use]
pub fn review(snapshot: &Snapshot, plan: &Plan) -> Vec<Finding> {
    let mut findings = analyst::review(snapshot, plan);
    findings.extend(reviewer::review(snapshot, plan));
    findings.sort_by_key(|finding| (finding.check, finding.line));
    findings
}
