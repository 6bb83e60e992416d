//! The history of the artifacts as steps: every commit against every parent.
//!
//! The subtree of `.ohmymkt/` is compared first, so that a commit that leaves it alone
//! costs one tree lookup. A path-limited or first-parent history would hide what a merge
//! dropped, so neither is used.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use anyhow::Result;

use crate::git::{At, CommitText, ObjectId, trailer};
use crate::model::action::{Claim, Token};
use crate::model::layout::{self, Place, RecordKind};
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

/// What was seen of a stretch of history.
pub struct Audit {
    /// How many commits were looked at.
    pub seen: usize,
    /// How many of them touch the artifacts or claim to.
    pub touching: usize,
    /// The excluded commits that a commit of these goes on from.
    pub met: Vec<ObjectId>,
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
        let walk = self.repo.history_mentioning(include, exclude, Token::Action.name())?;
        let mut reader = Reader::new(self);
        let mut audit = Audit { seen: walk.entries.len(), touching: 0, met: Vec::new(), incomplete: walk.incomplete };
        let excluded: HashSet<_> = exclude.iter().collect();
        let mut pending = Vec::new();
        for entry in &walk.entries {
            audit.met.extend(entry.parents.iter().filter(|parent| excluded.contains(parent)));
            let after = reader.subtree(&entry.id, Some(&entry.tree_id))?;
            let there = entry.parents.iter().filter(|parent| !walk.missing.contains(parent));
            let parents: Vec<_> = there.map(|parent| reader.subtree(parent, None)).collect::<Result<_>>()?;
            if parents.is_empty() && !entry.parents.is_empty() {
                // Where the clone ends nothing can be said of what a commit changed.
                continue;
            }
            let touched =
                if parents.is_empty() { after.is_some() } else { parents.iter().any(|parent| *parent != after) };
            if touched || (after.is_some() && entry.mentions) {
                pending.push(Pending { id: entry.id, parents, after, touched });
            }
        }
        reader.forget_subtrees();
        reader.plan(&pending);
        for (nth, Pending { id, parents, after, touched }) in pending.into_iter().enumerate() {
            let commit = self.repo.commit(&id)?;
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
            reader.finish(nth);
        }
        Ok(audit)
    }
}

/// A commit that is to be read, with the subtrees of its parents and its own.
struct Pending {
    id: ObjectId,
    parents: Vec<Option<ObjectId>>,
    after: Option<ObjectId>,
    touched: bool,
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

/// Reads subtrees, and keeps each as long as a commit to come needs it.
struct Reader<'s> {
    store: &'s Store,
    subtrees: HashMap<ObjectId, Option<ObjectId>>,
    snapshots: HashMap<ObjectId, Arc<Snapshot>>,
    /// The subtree that was read last: the next is much like it.
    last: Option<(ObjectId, Arc<Snapshot>)>,
    /// The subtrees that no commit behind this one needs.
    last_needed: HashMap<usize, Vec<ObjectId>>,
}

impl<'s> Reader<'s> {
    fn new(store: &'s Store) -> Self {
        let (subtrees, snapshots) = (HashMap::new(), HashMap::new());
        Self { store, subtrees, snapshots, last: None, last_needed: HashMap::new() }
    }

    /// The subtree of a commit, whose root tree need not be looked up where it is known.
    fn subtree(&mut self, commit: &ObjectId, root: Option<&ObjectId>) -> Result<Option<ObjectId>> {
        if let Some(known) = self.subtrees.get(commit) {
            return Ok(*known);
        }
        let subtree = match root {
            Some(root) => self.store.repo.subtree_in(root, layout::ROOT)?,
            None => self.store.repo.subtree_id(commit, layout::ROOT)?,
        };
        self.subtrees.insert(*commit, subtree);
        Ok(subtree)
    }

    fn forget_subtrees(&mut self) {
        self.subtrees = HashMap::new();
    }

    /// Finds out until when each subtree is needed.
    fn plan(&mut self, pending: &[Pending]) {
        let mut last = HashMap::new();
        for (nth, commit) in pending.iter().enumerate() {
            last.extend(commit.parents.iter().chain([&commit.after]).flatten().map(|subtree| (*subtree, nth)));
        }
        for (subtree, nth) in last {
            self.last_needed.entry(nth).or_default().push(subtree);
        }
    }

    /// Lets go of what is not needed behind this commit.
    fn finish(&mut self, nth: usize) {
        for subtree in self.last_needed.remove(&nth).unwrap_or_default() {
            self.snapshots.remove(&subtree);
        }
    }

    /// The snapshot of a subtree. What the last one read has too is not read again.
    fn snapshot(&mut self, subtree: Option<ObjectId>) -> Result<Arc<Snapshot>> {
        let Some(id) = subtree else { return Ok(Arc::default()) };
        if let Some(known) = self.snapshots.get(&id) {
            return Ok(Arc::clone(known));
        }
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
        self.snapshots.insert(id, Arc::clone(&snapshot));
        Ok(snapshot)
    }
}
