//! `pre-commit` and `pre-merge-commit`: the commit that the index would make.

use std::sync::Arc;

use crate::cli::claim;
use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::reply::Reply;
use crate::git::hook::HookEvent;
use crate::git::{At, Maker, ObjectId};
use crate::model::action::Claim;
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::model::time::Timestamp;
use crate::render::door::{DoorFinding, DoorReport};
use crate::rules::{self, Violation};
use crate::store::Store;

/// What is judged, for people.
const WHAT: &str = "this commit";

/// Runs the hook.
///
/// # Errors
/// When HEAD or the index cannot be read.
pub fn run(event: HookEvent, maker: Maker) -> Result<Reply, Failure> {
    let store = Store::open()?;
    let note = store.repo().untouched_note();
    // The message is not there yet; what it says of an amended commit, `commit-msg` sees.
    let pending = Pending::find(&store, maker, |_| true)?;
    let is_touched = pending.is_touched(&store)?;
    // What a merge has as its parents is only certain when its message is written.
    if !is_touched && maker == Maker::Commit && pending.parents.len() < 2 {
        store.repo().leave_note(&note);
    } else {
        note.remove().map_err(|error| Failure::from(format!("cannot remove a note: {error}")))?;
    }
    if !is_touched {
        return Ok(reply(event, Vec::new(), Vec::new()));
    }
    // The message is not there yet; `commit-msg` judges it. The claim that follows from the
    // change leaves nothing to say of it here.
    let states = pending.states(&store)?;
    let found = rules::check(&states.step(Some(states.derived()), None));
    Ok(reply(event, found, Vec::new()))
}

/// The answer to a commit that is being made.
pub(super) fn reply(event: HookEvent, found: Vec<Violation>, trailers: Vec<String>) -> Reply {
    let findings = found.into_iter().map(Violation::before_commit).map(DoorFinding::pending).collect();
    let report = DoorReport { trailers, ..DoorReport::of(event.name(), WHAT, findings) };
    Reply::aside(judge::exit(report.verdict), report)
}

/// The commit that is being made, by its parents.
pub(super) struct Pending {
    parents: Vec<ObjectId>,
}

impl Pending {
    pub(super) fn find(store: &Store, maker: Maker, repeats: impl FnOnce(&[u8]) -> bool) -> Result<Self, Failure> {
        Ok(Self { parents: store.repo().pending_parents(maker, repeats)? })
    }

    /// Whether it has other artifacts than one of its parents.
    pub(super) fn is_touched(&self, store: &Store) -> Result<bool, Failure> {
        if self.parents.is_empty() {
            return Ok(!store.repo().index_equals(None, layout::ROOT)?);
        }
        for parent in &self.parents {
            if !store.repo().index_equals(Some(parent), layout::ROOT)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn states(&self, store: &Store) -> Result<States, Failure> {
        let parents = self.parents.iter().map(|parent| store.snapshot(At::Commit(*parent)).map(Arc::new));
        let parents = parents.collect::<anyhow::Result<Vec<_>>>()?;
        let after = Arc::new(store.snapshot(At::Index)?);
        let passed_over = store.passed_over(&parents, &after)?;
        Ok(States { parents, after, passed_over })
    }
}

/// The states before and after the commit that is being made.
pub(super) struct States {
    parents: Vec<Arc<Snapshot>>,
    after: Arc<Snapshot>,
    passed_over: usize,
}

impl States {
    /// Whether it has no artifacts at all.
    pub(super) fn is_empty(&self) -> bool {
        self.after.files.is_empty()
    }

    /// The claim that follows from the change.
    pub(super) fn derived(&self) -> Claim {
        let before = self.parents.first().cloned().unwrap_or_default();
        claim::derived(&before, &self.after)
    }

    pub(super) fn step(&self, claim: Option<Claim>, authored_at: Option<Timestamp>) -> Step {
        let (parents, after) = (self.parents.clone(), Arc::clone(&self.after));
        Step { parents, after, claim, authored_at, committed_at: None, passed_over: self.passed_over }
    }
}
