//! The only way to a commit: a proposal that the rules have judged.

use crate::model::layout;
use crate::model::snapshot::Extent;
use crate::model::step::{Proposal, Write};

use super::rule::Rule;
use super::table::{RULES, check};
use super::violation::{AMEND, Level, Violation};

/// A proposal that breaks no rule. Only [`approve`] makes one, and the store records
/// nothing else, so no command can forget to ask.
#[derive(Debug)]
pub struct Approved {
    proposal: Proposal,
    writes: Vec<Write>,
    warnings: Vec<Violation>,
}

impl Approved {
    /// What may be recorded.
    #[must_use]
    pub fn proposal(&self) -> &Proposal {
        &self.proposal
    }

    /// The files it writes, sorted by path.
    #[must_use]
    pub fn writes(&self) -> &[Write] {
        &self.writes
    }

    /// What the rules would like to be known all the same.
    #[must_use]
    pub fn warnings(&self) -> &[Violation] {
        &self.warnings
    }
}

/// What to do where a command proposes what it never should.
const BUG: &str = "report this: it is a bug in ohmymkt";

/// There is no commit yet, so none that could be amended; and its message is the command's.
fn foreseen(violation: Violation) -> Violation {
    if violation.hint.starts_with(AMEND) {
        return Violation { hint: BUG.to_owned(), ..violation };
    }
    violation.before_commit()
}

/// A proposal composed from a part of the artifacts that leaves out what a rule must see
/// is not judged at all: that is a mistake in the command, and it is refused.
fn blind_spot(proposal: &Proposal, writes: &[Write]) -> Option<Violation> {
    let extent = &proposal.step.before().extent;
    if *extent == Extent::Whole {
        return None;
    }
    let inside = |path: &str| path.strip_prefix(layout::ROOT).map(|rest| rest.trim_start_matches('/').to_owned());
    let written: Vec<_> = writes.iter().filter_map(|write| inside(&write.path)).collect();
    let concerned = |rule: &&Rule| written.iter().any(|path| rule.judges.iter().any(|prefix| path.starts_with(prefix)));
    let unseen = |rule: &Rule| rule.reads.iter().find(|prefix| !extent.covers(prefix)).copied();
    let (rule, prefix) = RULES.iter().filter(concerned).find_map(|rule| unseen(rule).map(|prefix| (rule, prefix)))?;
    Some(Violation {
        rule: rule.id,
        level: Level::Error,
        parent: None,
        path: format!("{}/{prefix}", layout::ROOT),
        line: None,
        message: "this must be read to judge the change, and the command did not read it".to_owned(),
        before: None,
        after: None,
        hint: BUG.to_owned(),
    })
}

/// Judges a proposal.
///
/// # Errors
/// The violations, when at least one of them is an error.
pub fn approve(proposal: Proposal) -> Result<Approved, Vec<Violation>> {
    let writes = proposal.writes();
    let violations = match blind_spot(&proposal, &writes) {
        None => check(&proposal.step).into_iter().map(foreseen).collect(),
        Some(violation) => vec![violation],
    };
    if violations.iter().any(|violation| violation.level == Level::Error) {
        return Err(violations);
    }
    Ok(Approved { proposal, writes, warnings: violations })
}
