//! A repository that this program cannot open and git can: what leaves the artifacts alone
//! passes with a word, what changes them does not pass unjudged.

use crate::cli::failure::Failure;
use crate::git::hook::{HookEvent, Update};
use crate::git::{Repo, unopened};
use crate::model::layout;
use crate::render::door::DoorReport;

/// What to answer in place of a failure; `None` where it stands.
pub fn answer(event: HookEvent, input: &[u8], failure: &Failure) -> Option<DoorReport> {
    if Repo::open().is_ok() || is_touching(event, input) {
        return None;
    }
    let reason = format!("{}; no artifact changes here", failure.message);
    Some(DoorReport::of(event.name(), "this change", Vec::new()).with_incomplete(vec![reason]))
}

fn is_touching(event: HookEvent, input: &[u8]) -> bool {
    let read = match event {
        HookEvent::PreCommit | HookEvent::PreMergeCommit | HookEvent::CommitMsg => {
            return unopened::is_commit_touching(layout::ROOT);
        }
        HookEvent::PrePush => Update::pushed,
        HookEvent::ReferenceTransaction | HookEvent::PreReceive => Update::received,
    };
    let known = if event == HookEvent::PrePush { "--remotes" } else { "--all" };
    let is_touching = |line: &String| match read(line) {
        Ok(Update { old, new: Some(new), .. }) => {
            unopened::is_arrival_touching(layout::ROOT, &new, old.as_ref(), known)
        }
        Ok(_) => false,
        // What is no update of git's, such as a symbolic reference, moves no branch.
        Err(_) => event != HookEvent::ReferenceTransaction,
    };
    Update::lines(input).iter().any(is_touching)
}
