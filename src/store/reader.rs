//! Reads the commits of a history as steps, each by what it changed against the one read
//! before it.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::Result;

use crate::git::{At, CommitText, DirPlace, HistoryEntry, ObjectId, trailer};
use crate::model::action::Claim;
use crate::model::load;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::model::time::Timestamp;

use super::Store;
use super::source::GitSource;

/// One commit that touches the artifacts or claims to.
pub struct AuditedCommit {
    /// The commit, parsed.
    pub commit: CommitText,
    /// What it does to the artifacts.
    pub step: Step,
}

/// A commit that is to be read, with the subtrees of its parents and its own.
pub(super) struct Pending {
    id: ObjectId,
    parents: Vec<Option<DirPlace>>,
    after: Option<DirPlace>,
    touched: bool,
}

impl Pending {
    /// A commit of a walk, when it touches the artifacts or may claim to. `parents` are the
    /// subtrees of those that are in the repository.
    pub(super) fn of(entry: &HistoryEntry, parents: Vec<Option<DirPlace>>, after: Option<DirPlace>) -> Option<Self> {
        if parents.is_empty() && !entry.parents.is_empty() {
            // Where the clone ends nothing can be said of what a commit changed.
            return None;
        }
        let touched = if parents.is_empty() { after.is_some() } else { parents.iter().any(|parent| *parent != after) };
        (touched || (after.is_some() && entry.mentions)).then_some(Self { id: entry.id, parents, after, touched })
    }

    /// The subtrees that it takes to read it, and what is in the place of one.
    pub(super) fn subtrees(&self) -> impl Iterator<Item = DirPlace> {
        self.parents.iter().chain([&self.after]).flatten().copied()
    }
}

/// Reads subtrees, and keeps each until it is told to forget it.
pub(super) struct Reader<'s> {
    store: &'s Store,
    snapshots: HashMap<DirPlace, Arc<Snapshot>>,
    /// The subtree that was read last: the next is much like it.
    last: Option<(ObjectId, Arc<Snapshot>)>,
}

impl<'s> Reader<'s> {
    pub(super) fn new(store: &'s Store) -> Self {
        Self { store, snapshots: HashMap::new(), last: None }
    }

    /// The commit; `None` when it neither touches the artifacts nor claims to.
    pub(super) fn commit(&mut self, pending: &Pending) -> Result<Option<AuditedCommit>> {
        let commit = self.store.repo.commit(&pending.id)?;
        let claim = Claim::from_trailers(&trailer::parse(&commit.message));
        if !pending.touched && claim.is_none() {
            return Ok(None);
        }
        let after = self.snapshot(pending.after)?;
        let parents: Vec<_> = pending.parents.iter().map(|parent| self.snapshot(*parent)).collect::<Result<_>>()?;
        let authored_at = Timestamp::from_seconds(commit.author.seconds);
        let committed_at = Timestamp::from_seconds(commit.committer.seconds);
        let passed_over = self.store.passed_over(&parents, &after)?;
        let step = Step { parents, after, claim, authored_at, committed_at, passed_over };
        Ok(Some(AuditedCommit { commit, step }))
    }

    /// Lets go of a subtree.
    pub(super) fn forget(&mut self, subtree: &DirPlace) {
        self.snapshots.remove(subtree);
    }

    /// The snapshot of a subtree. What the last one read has too is not read again.
    fn snapshot(&mut self, subtree: Option<DirPlace>) -> Result<Arc<Snapshot>> {
        let Some(place) = subtree else { return Ok(Arc::default()) };
        if let Some(known) = self.snapshots.get(&place) {
            return Ok(Arc::clone(known));
        }
        let id = match place {
            DirPlace::Tree(id) => id,
            DirPlace::Instead(..) => {
                let snapshot = Arc::new(self.store.snapshot_of(place)?);
                self.snapshots.insert(place, Arc::clone(&snapshot));
                return Ok(snapshot);
            }
        };
        let source = GitSource { repo: &self.store.repo, at: At::Tree(id), parts: &[], named: &[] };
        let snapshot = match &self.last {
            Some((last_id, last)) => match load::load_changed(&source, last, &source.changes(last_id, &id)?)? {
                Some(snapshot) => snapshot,
                None => load::load_after(&source, last)?,
            },
            None => load::load(&source)?,
        };
        let snapshot = Arc::new(snapshot);
        self.last = Some((id, Arc::clone(&snapshot)));
        self.snapshots.insert(place, Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
