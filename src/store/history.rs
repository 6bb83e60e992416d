//! The history of the artifacts as steps: every commit against every parent.
//!
//! The subtree of `.ohmymkt/` is compared first, so that a commit that leaves it alone
//! costs one tree lookup. A path-limited or first-parent history would hide what a merge
//! dropped, so neither is used.

use std::collections::{BTreeSet, HashMap, HashSet};

use anyhow::Result;

use crate::git::{At, DirPlace, HistoryEntry, ObjectId, Refusal};
use crate::model::action::Token;
use crate::model::layout::{self, Place, RecordKind};

use super::Store;
use super::reader::{AuditedCommit, Pending, Reader};

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
        let (mut subtrees, mut reader) = (Subtrees::new(self), Reader::new(self));
        let mut audit = Audit { seen: walk.entries.len(), touching: 0, met: Vec::new(), incomplete: walk.incomplete };
        self.repo.prefetch(walk.entries.iter().map(|entry| entry.tree_id));
        let mut unreadable = 0;
        let excluded: HashSet<_> = exclude.iter().collect();
        let mut pending = Vec::new();
        for entry in &walk.entries {
            audit.met.extend(entry.parents.iter().filter(|parent| excluded.contains(parent)));
            let Some((parents, after)) = seen(subtrees.around(entry, &walk.missing))? else {
                unreadable += 1;
                continue;
            };
            pending.extend(Pending::of(entry, parents, after));
        }
        drop(subtrees);
        self.repo.prefetch_files(pending.iter().flat_map(Pending::subtrees).filter_map(DirPlace::tree));
        let until = last_needed(&pending);
        for (nth, commit) in pending.iter().enumerate() {
            match seen(reader.commit(commit))? {
                Some(Some(commit)) => {
                    audit.touching += 1;
                    each(commit)?;
                }
                Some(None) => {}
                None => unreadable += 1,
            }
            for subtree in until.get(&nth).into_iter().flatten() {
                reader.forget(subtree);
            }
        }
        audit.incomplete.extend(unread(unreadable));
        Ok(audit)
    }
}

/// What was read; `None` where an object of it is not in the repository.
fn seen<T>(read: Result<T>) -> Result<Option<T>> {
    match read {
        Err(error) if Refusal::is_missing(&error) => Ok(None),
        other => other.map(Some),
    }
}

/// That so many commits could not be read, in plain words.
fn unread(commits: usize) -> Option<String> {
    (commits > 0).then(|| format!("objects of {commits} commits are not in the repository"))
}

/// By the number of a commit, the subtrees that no commit behind it needs.
fn last_needed(pending: &[Pending]) -> HashMap<usize, Vec<DirPlace>> {
    let mut last = HashMap::new();
    for (nth, commit) in pending.iter().enumerate() {
        last.extend(commit.subtrees().map(|subtree| (subtree, nth)));
    }
    let mut until: HashMap<_, Vec<_>> = HashMap::new();
    for (subtree, nth) in last {
        until.entry(nth).or_default().push(subtree);
    }
    until
}

/// The subtrees of a commit's parents, and its own; none where there are no artifacts.
type Around = (Vec<Option<DirPlace>>, Option<DirPlace>);

/// The subtrees of commits.
struct Subtrees<'s> {
    store: &'s Store,
    known: HashMap<ObjectId, Option<DirPlace>>,
}

impl<'s> Subtrees<'s> {
    fn new(store: &'s Store) -> Self {
        Self { store, known: HashMap::new() }
    }

    /// The subtrees of a commit's parents, as far as these are here, and its own.
    fn around(&mut self, entry: &HistoryEntry, missing: &BTreeSet<ObjectId>) -> Result<Around> {
        let after = self.of(&entry.id, Some(&entry.tree_id))?;
        let there = entry.parents.iter().filter(|parent| !missing.contains(parent));
        let parents = there.map(|parent| self.of(parent, None)).collect::<Result<_>>()?;
        Ok((parents, after))
    }

    /// The subtree of a commit, whose root tree need not be looked up where it is known.
    fn of(&mut self, commit: &ObjectId, root: Option<&ObjectId>) -> Result<Option<DirPlace>> {
        if let Some(known) = self.known.get(commit) {
            return Ok(*known);
        }
        let subtree = match root {
            Some(root) => self.store.repo.place_in(root, layout::ROOT)?,
            None => self.store.repo.place_at(commit, layout::ROOT)?,
        };
        self.known.insert(*commit, subtree);
        Ok(subtree)
    }
}

/// The records that a history holds or held.
#[derive(Debug, Default)]
pub struct RecordsEver {
    /// Their file names, without `.json`.
    pub names: BTreeSet<String>,
    /// Why there may be more, in plain words; empty when these are all.
    pub incomplete: Vec<String>,
}

impl Store {
    /// All records of a kind that any commit reachable from `tip` holds or held.
    ///
    /// # Errors
    /// When the history cannot be read. What is missing is told in the result.
    pub fn records_ever(&self, tip: ObjectId, kind: RecordKind) -> Result<RecordsEver> {
        let folder = format!("{}/{}", layout::ROOT, kind.folder());
        let walk = self.repo.history(&[tip], &[])?;
        let mut ever = RecordsEver { names: BTreeSet::new(), incomplete: walk.incomplete };
        let (mut known, mut unreadable) = (HashSet::new(), 0);
        for entry in &walk.entries {
            match seen(self.record_names(&entry.id, &folder, &mut known))? {
                Some(names) => ever.names.extend(names),
                None => unreadable += 1,
            }
        }
        ever.incomplete.extend(unread(unreadable));
        Ok(ever)
    }

    /// The names of the records in a folder of a commit; none when it was read already.
    fn record_names(&self, commit: &ObjectId, folder: &str, known: &mut HashSet<ObjectId>) -> Result<Vec<String>> {
        let subtree = self.repo.subtree_id(commit, folder)?;
        let Some(subtree) = subtree.filter(|subtree| !known.contains(subtree)) else { return Ok(Vec::new()) };
        let files = self.repo.files(&At::Tree(subtree), folder)?;
        known.insert(subtree);
        let name = |path: &str| match layout::place(path) {
            Some(Place::Record(_, stem)) => Some(stem.to_owned()),
            _ => None,
        };
        Ok(files.iter().filter_map(|file| name(&file.path)).collect())
    }
}
