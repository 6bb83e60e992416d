//! The history of the artifacts as steps: every commit against every parent.
//!
//! The subtree of `.ohmymkt/` is compared first, so that a commit that leaves it alone
//! costs one tree lookup. A path-limited or first-parent history would hide what a merge
//! dropped, so neither is used.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;

use crate::git::{At, CommitText, ObjectId, trailer};
use crate::model::action::Claim;
use crate::model::layout::{self, Place, RecordKind};
use crate::model::snapshot::{self, Snapshot};
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

/// What was seen of a stretch of history.
pub struct Audit {
    /// How many commits were looked at.
    pub seen: usize,
    /// How many of them touch the artifacts or claim to.
    pub touching: usize,
    /// Why this may not be the whole truth, in plain words; empty when it is.
    pub incomplete: Vec<String>,
}

impl Store {
    /// Walks the commits reachable from `include` and not from `exclude`, and shows those
    /// that touch the artifacts or claim to, parents before children.
    ///
    /// # Errors
    /// When git cannot be read, or `each` fails. What is missing is told in the result.
    pub fn audit(
        &self,
        include: &[ObjectId],
        exclude: &[ObjectId],
        mut each: impl FnMut(AuditedCommit) -> Result<()>,
    ) -> Result<Audit> {
        let walk = self.repo.history(include, exclude)?;
        let mut reader =
            Reader { store: self, subtrees: HashMap::new(), snapshots: HashMap::new(), last: Arc::default() };
        let mut audit = Audit { seen: walk.entries.len(), touching: 0, incomplete: walk.incomplete };
        for entry in &walk.entries {
            let after = reader.subtree(&entry.id)?;
            let there = entry.parents.iter().filter(|parent| !walk.missing.contains(parent));
            let parents: Vec<_> = there.map(|parent| reader.subtree(parent)).collect::<Result<_>>()?;
            if parents.is_empty() && !entry.parents.is_empty() {
                // Where the clone ends nothing can be said of what a commit changed.
                continue;
            }
            let touched =
                if parents.is_empty() { after.is_some() } else { parents.iter().any(|parent| *parent != after) };
            if !touched && after.is_none() {
                continue;
            }
            let commit = self.repo.commit(&entry.id)?;
            let claim = Claim::from_trailers(&trailer::parse(&commit.message));
            if !touched && claim.is_none() {
                continue;
            }
            let step = Step {
                parents: parents.iter().map(|parent| reader.snapshot(*parent)).collect::<Result<_>>()?,
                after: reader.snapshot(after)?,
                claim,
                authored_at: Timestamp::from_seconds(commit.author.seconds),
            };
            audit.touching += 1;
            each(AuditedCommit { commit, step })?;
        }
        Ok(audit)
    }
}

impl Store {
    /// The file names, without `.json`, of all records of a kind that any commit
    /// reachable from `tip` holds or held.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn records_ever(&self, tip: ObjectId, kind: RecordKind) -> Result<BTreeSet<String>> {
        let folder = format!("{}/{}", layout::ROOT, kind.folder());
        let mut seen = HashSet::new();
        let mut names = BTreeSet::new();
        for entry in self.repo.history(&[tip], &[])?.entries {
            let Some(subtree) = self.repo.subtree_id(&entry.id, &folder)? else { continue };
            if !seen.insert(subtree) {
                continue;
            }
            for file in self.repo.files(&At::Tree(subtree), &folder)? {
                if let Some(Place::Record(_, stem)) = layout::place(&file.path) {
                    names.insert(stem.to_owned());
                }
            }
        }
        Ok(names)
    }
}

struct Reader<'s> {
    store: &'s Store,
    subtrees: HashMap<ObjectId, Option<ObjectId>>,
    snapshots: HashMap<ObjectId, Arc<Snapshot>>,
    last: Arc<Snapshot>,
}

impl Reader<'_> {
    fn subtree(&mut self, commit: &ObjectId) -> Result<Option<ObjectId>> {
        if let Some(known) = self.subtrees.get(commit) {
            return Ok(*known);
        }
        let subtree = self.store.repo.subtree_id(commit, layout::ROOT)?;
        self.subtrees.insert(*commit, subtree);
        Ok(subtree)
    }

    /// The snapshot of a subtree. Files that the last one read has too are not parsed again.
    fn snapshot(&mut self, subtree: Option<ObjectId>) -> Result<Arc<Snapshot>> {
        let Some(id) = subtree else { return Ok(Arc::default()) };
        if let Some(known) = self.snapshots.get(&id) {
            return Ok(Arc::clone(known));
        }
        let source = GitSource { repo: &self.store.repo, at: At::Tree(id), parts: &[], named: &[] };
        let snapshot = Arc::new(snapshot::load_after(&source, &self.last)?);
        self.last = Arc::clone(&snapshot);
        self.snapshots.insert(id, Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
