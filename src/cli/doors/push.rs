//! `pre-push`: what is about to leave for a remote.

use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::reply::Reply;
use crate::git::hook::{HookEvent, Update};
use crate::git::{ObjectId, Peeled};
use crate::render::door::DoorReport;
use crate::store::Store;

use super::courtesy;
use super::update::{Brought, Tip, brought, lost, tips};

/// Runs the hook.
///
/// # Errors
/// When the input is not git's, or the repository cannot be read.
pub fn run(event: HookEvent, remote: &str, url: &str, input: &[u8]) -> Result<Reply, Failure> {
    let updates = Update::lines(input).iter().map(|line| Update::pushed(line)).collect::<Result<Vec<_>, _>>()?;
    let mut report = DoorReport::of(event.name(), "this push", Vec::new());
    if updates.iter().any(|update| update.new.is_some()) {
        let store = Store::open()?;
        let theirs = Theirs::find(&store, remote, url, &updates)?;
        let tips = tips(&store, updates.iter())?;
        let Brought { mut findings, mut incomplete } = brought(&store, &tips, &theirs.known)?;
        for tip in tips.iter().filter(|tip| tip.is_branch()) {
            let (old, unseen) = theirs.old(&store, tip)?;
            if let Some(old) = old {
                findings.extend(lost(&store, tip, &old)?);
            }
            incomplete.extend(unseen.filter(|_| concerns(&store, tip)));
        }
        report = DoorReport::of(event.name(), "this push", findings).with_incomplete(incomplete);
    }
    Ok(courtesy(report))
}

fn concerns(store: &Store, tip: &Tip) -> bool {
    judge::has_artifacts(store, &[tip.commit]).unwrap_or(true)
}

/// What is known here of what the remote has.
struct Theirs {
    prefixes: Vec<String>,
    known: Vec<ObjectId>,
}

impl Theirs {
    fn find(store: &Store, remote: &str, url: &str, updates: &[Update]) -> Result<Self, Failure> {
        let repo = store.repo();
        let prefixes = repo.tracking_prefixes(remote, url);
        let wanted: Vec<_> = prefixes.iter().map(String::as_str).collect();
        let mut known = if wanted.is_empty() { Vec::new() } else { repo.tips(&wanted)? };
        for old in updates.iter().filter_map(|update| update.old) {
            if let Peeled::Commit(old) = repo.peel(&old)? {
                known.push(old);
            }
        }
        Ok(Self { prefixes, known })
    }

    /// Where a branch of the remote is, as far as that is here; else where it was seen
    /// last, and what cannot be seen.
    fn old(&self, store: &Store, tip: &Tip) -> Result<(Option<ObjectId>, Option<String>), Failure> {
        let (Some(old), repo) = (tip.old, store.repo()) else { return Ok((None, None)) };
        if let Peeled::Commit(old) = repo.peel(&old)? {
            return Ok((Some(old), None));
        }
        let branch = tip.reference.trim_start_matches("refs/heads/");
        let mut last = None;
        for prefix in &self.prefixes {
            last = last.or(repo.reference_id(&format!("{prefix}{branch}"))?);
        }
        let unseen =
            format!("{} of the remote is at {}, which is not here: git fetch", tip.reference, old.abbreviated());
        Ok((last, Some(unseen)))
    }
}
