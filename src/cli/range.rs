//! Ranges of commits, as git writes them.

use crate::git::ObjectId;
use crate::model::shell::word;

use super::context::Context;
use super::failure::Failure;

/// The tips to include and those to exclude: `A..B`, one revision, or HEAD.
///
/// # Errors
/// When a revision names no commit.
pub fn parse(context: &Context, range: Option<&str>) -> Result<(Vec<ObjectId>, Vec<ObjectId>), Failure> {
    let repo = context.store.repo();
    let resolve = |rev: &str| repo.resolve_commit(if rev.is_empty() { "HEAD" } else { rev });
    match range {
        None => Ok((context.store.head_id()?.into_iter().collect(), Vec::new())),
        Some(range) if range.contains("...") => {
            let message = format!("expected a revision or A..B, found `{range}`");
            let sides: Vec<_> = range.split("...").map(word).collect();
            Err(Failure::bad_value(message).hint(format!("git merge-base {}", sides.join(" "))))
        }
        Some(range) => match range.split_once("..") {
            Some((from, to)) => Ok((vec![resolve(to)?], vec![resolve(from)?])),
            None => Ok((vec![resolve(range)?], Vec::new())),
        },
    }
}
