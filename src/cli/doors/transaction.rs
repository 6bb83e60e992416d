//! `reference-transaction`: branches that are about to move here, by whatever command.

use std::ffi::OsStr;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::hook::{HookEvent, Update};
use crate::git::{ObjectId, Peeled};
use crate::render::door::DoorReport;
use crate::store::Store;

use super::courtesy;
use super::update::{Brought, Tip, brought, lost, tips};

/// What is judged, for people.
const WHAT: &str = "moving a branch";

/// Runs the hook.
///
/// # Errors
/// When the input is not git's, or the repository cannot be read.
pub fn run(event: HookEvent, state: &OsStr, input: &[u8]) -> Result<Reply, Failure> {
    let mut report = DoorReport::of(event.name(), WHAT, Vec::new());
    // Only in this state can git still be stopped.
    let lines = if state == "prepared" { Update::lines(input) } else { Vec::new() };
    let lines: Vec<_> = lines.iter().filter(|line| is_ours(line)).collect();
    if !lines.is_empty() {
        let updates = lines.iter().map(|line| Update::received(line)).collect::<Result<Vec<_>, _>>()?;
        let store = Store::open()?;
        let Brought { findings, incomplete } = judge_moves(&store, updates)?;
        report = DoorReport::of(event.name(), WHAT, findings).with_incomplete(incomplete);
    }
    Ok(courtesy(report))
}

/// A line about a branch or HEAD that gets a commit; a symbolic reference gets a name.
fn is_ours(line: &str) -> bool {
    let mut words = line.splitn(3, ' ').skip(1);
    let (Some(new), Some(reference)) = (words.next(), words.next()) else { return true };
    let is_branch = reference == "HEAD" || reference.starts_with("refs/heads/");
    is_branch && !new.starts_with("ref:") && !new.bytes().all(|byte| byte == b'0')
}

fn judge_moves(store: &Store, mut updates: Vec<Update>) -> Result<Brought, Failure> {
    for update in &mut updates {
        // What git tells is the value that it was asked to expect, which may be none.
        update.old = store.repo().reference_id(&update.reference)?;
    }
    updates.retain(|update| update.old != update.new);
    let (moved, others): (Vec<_>, Vec<_>) =
        updates.into_iter().partition(|update| update.is_branch() && update.old.is_some());
    let olds: Vec<_> = moved.iter().filter_map(|update| update.old).collect();
    let moved_tips = tips(store, moved.iter())?;
    let mut all = unknown(store, &moved_tips, olds, &["refs/remotes/"])?;
    for tip in &moved_tips {
        if let Some(old) = tip.old
            && !is_amended(store, &old, &tip.commit)?
        {
            all.findings.extend(lost(store, tip, &old)?);
        }
    }
    let mut other_tips = tips(store, others.iter())?;
    other_tips.retain(|tip| !moved_tips.iter().any(|moved| moved.commit == tip.commit));
    let head = store.head_id()?.into_iter().collect();
    let Brought { findings, incomplete } = unknown(store, &other_tips, head, &["refs/heads/", "refs/remotes/"])?;
    all.findings.extend(findings);
    all.incomplete.extend(incomplete);
    Ok(all)
}

/// Judges what the tips bring that `known` has not, nor any reference with these prefixes:
/// that was judged when it came here, or is on a remote and no news to anybody.
///
/// For a branch that moves only its own past and the remotes count: what another branch
/// has here may have been made when nobody looked on.
fn unknown(store: &Store, tips: &[Tip], known: Vec<ObjectId>, prefixes: &[&str]) -> Result<Brought, Failure> {
    if tips.is_empty() {
        return Ok(Brought::default());
    }
    if grows_from(store, tips, &known)? {
        let all = brought(store, tips, &known)?;
        if all.findings.is_empty() {
            return Ok(all);
        }
    }
    brought(store, tips, &[known, store.repo().tips(prefixes)?].concat())
}

/// Whether the tips are known, or one commit further: the usual case, for which not every
/// reference need be read.
fn grows_from(store: &Store, tips: &[Tip], known: &[ObjectId]) -> Result<bool, Failure> {
    for tip in tips.iter().filter(|tip| !known.contains(&tip.commit)) {
        let parents = store.repo().commit(&tip.commit)?.parents;
        if parents.is_empty() || !parents.iter().all(|parent| known.contains(parent)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether a commit takes the place of one that has been nowhere else yet. What that one
/// recorded may still be put right.
fn is_amended(store: &Store, old: &ObjectId, new: &ObjectId) -> Result<bool, Failure> {
    let repo = store.repo();
    if !matches!(repo.peel(old)?, Peeled::Commit(_)) || repo.commit(old)?.parents != repo.commit(new)?.parents {
        return Ok(false);
    }
    for remote in repo.tips(&["refs/remotes/"])? {
        if repo.is_ancestor(old, &remote)? {
            return Ok(false);
        }
    }
    Ok(true)
}
