//! The only way to a commit: a proposal that the rules have judged.

use crate::model::step::Proposal;

use super::table::check;
use super::violation::{Level, Violation};

/// A proposal that breaks no rule. Only [`approve`] makes one, and the store records
/// nothing else, so no command can forget to ask.
#[derive(Debug)]
pub struct Approved {
    proposal: Proposal,
    warnings: Vec<Violation>,
}

impl Approved {
    /// What may be recorded.
    #[must_use]
    pub fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// What the rules would like to be known all the same.
    #[must_use]
    pub fn warnings(&self) -> &[Violation] {
        &self.warnings
    }
}

/// Judges a proposal.
///
/// # Errors
/// The violations, when at least one of them is an error.
pub fn approve(proposal: Proposal) -> Result<Approved, Vec<Violation>> {
    let violations = check(&proposal.step);
    if violations.iter().any(|violation| violation.level == Level::Error) {
        return Err(violations);
    }
    Ok(Approved { proposal, warnings: violations })
}
