//! `commit-msg`: the message over the change that it stands for.

use std::ffi::OsStr;
use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::hook::HookEvent;
use crate::git::{Maker, trailer};
use crate::model::action::Claim;
use crate::model::time::Timestamp;
use crate::rules::{self, Level};
use crate::store::Store;

use super::pending::{Pending, reply};

/// Runs the hook.
///
/// # Errors
/// When the message, HEAD or the index cannot be read, or the message cannot be written.
pub fn run(event: HookEvent, file: &OsStr) -> Result<Reply, Failure> {
    let store = Store::open()?;
    let mut draft = store.repo().draft(Path::new(file))?;
    let trailers = draft.trailers();
    let claim = Claim::from_trailers(&trailers);
    let repeats = |message: &[u8]| Claim::from_trailers(&trailer::parse(message)) == claim;
    let pending = Pending::find(&store, Maker::Commit, repeats)?;
    let is_touched = pending.is_touched(&store)?;
    // An empty message makes no commit, and must not become one by our trailers.
    if draft.is_empty() || (!is_touched && claim.is_none()) {
        return Ok(reply(event, Vec::new(), Vec::new()));
    }
    let states = pending.states(&store)?;
    if !is_touched && states.is_empty() {
        return Ok(reply(event, Vec::new(), Vec::new()));
    }
    let authored_at = store.repo().author().ok().and_then(|author| Timestamp::from_seconds(author.seconds));
    let judge = |claim: Option<Claim>| rules::check(&states.step(claim, authored_at));
    let is_made_by_hand = claim.is_none();
    let mut found = judge(claim);
    let mut added = Vec::new();
    if is_made_by_hand {
        let derived = states.derived();
        let with_trailers = judge(Some(derived.clone()));
        // A merge that only brings what its parents said needs no trailers of its own.
        if with_trailers.len() < found.len() {
            found = with_trailers;
            added = derived.to_trailers();
            added.retain(|pair| !trailers.contains(pair));
        }
    }
    if found.iter().any(|violation| violation.level == Level::Error) {
        return Ok(reply(event, found, Vec::new()));
    }
    if !added.is_empty() {
        draft.add_trailers(&added)?;
    }
    // `pre-commit` was asked the same question without the message, and has warned already.
    let known = rules::check(&states.step(Some(states.derived()), None));
    found.retain(|violation| !known.contains(violation));
    let added = added.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
    Ok(reply(event, found, added))
}
