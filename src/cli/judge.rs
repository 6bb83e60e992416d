//! The judgement of a stretch of history: what `verify`, the hooks and the server ask for.

use crate::git::ObjectId;
use crate::render::verdict::{Finding, Judgement, Verdict};
use crate::rules;
use crate::store::Store;

use super::exit::Exit;
use super::failure::Failure;

/// Judges every commit reachable from `include` and not from `exclude` against every parent.
///
/// # Errors
/// When git cannot be read. What is missing is told in the result.
pub fn history(store: &Store, include: &[ObjectId], exclude: &[ObjectId]) -> Result<Judgement, Failure> {
    let repo = store.repo();
    let mut exclude = exclude.to_vec();
    // What came before the repository adopted the tool is not judged.
    if let Some(adopted) = store.head_snapshot()?.policy().verify_from {
        exclude.push(repo.resolve_commit(&adopted)?);
    }
    let mut findings = Vec::new();
    let audit = store.audit(include, &exclude, |audited| {
        let message = String::from_utf8_lossy(&audited.commit.message);
        for violation in rules::check(&audited.step) {
            let parent = violation.parent.and_then(|at| audited.commit.parents.get(at));
            findings.push(Finding {
                commit: audited.commit.id.to_string(),
                short: repo.abbreviate(&audited.commit.id),
                parent_commit: parent.map(ToString::to_string),
                subject: message.lines().next().unwrap_or_default().to_owned(),
                violation,
            });
        }
        Ok(())
    })?;
    Ok(Judgement::of(audit.seen, audit.touching, findings, audit.incomplete))
}

/// The exit status that says a verdict.
pub fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Sound => Exit::Done,
        Verdict::Violated => Exit::Refused,
        Verdict::Incomplete => Exit::Incomplete,
    }
}
