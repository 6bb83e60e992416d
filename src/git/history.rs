//! History: which commits there are between some and others, parents first, and
//! whether all of it could be seen.

use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use anyhow::{Context as _, Result};

use super::object::parse_links;
use super::object_id::ObjectId;
use super::repo::Repo;

/// A commit of a walk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The commit.
    pub id: ObjectId,
    /// Its parents as recorded, in order, also those that are not in the repository.
    pub parents: Vec<ObjectId>,
    /// Its root tree.
    pub tree_id: ObjectId,
    /// Whether the word that was looked for stands somewhere in the commit.
    pub mentions: bool,
}

/// What a walk found, and what kept it from seeing everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Walk {
    /// Parents before children.
    pub entries: Vec<HistoryEntry>,
    /// Why the walk may not be the whole truth, in plain words; empty when it is
    /// (contract, section 6: exit status 3).
    pub incomplete: Vec<String>,
    /// Commits that are named but not in the repository.
    pub missing: BTreeSet<ObjectId>,
}

/// How many commits beyond the last wanted one are looked at, as in git, for clocks
/// that ran backwards.
const SLOP: usize = 16;

/// A commit that was seen.
pub(super) struct Node {
    pub(super) entry: HistoryEntry,
    /// When it was committed, as it says itself.
    pub(super) seconds: i64,
    /// Whether it is among what is left out.
    pub(super) unwanted: bool,
    queued: bool,
}

/// The state of a walk: nodes by number, and those still to be taken by date.
pub(super) struct Walker<'w> {
    repo: &'w Repo,
    word: &'w str,
    numbers: HashMap<ObjectId, usize>,
    pub(super) nodes: Vec<Node>,
    queue: BinaryHeap<(i64, std::cmp::Reverse<usize>)>,
    wanted_in_queue: usize,
    /// How many commits were taken since only unwanted ones are left.
    beyond: usize,
    missing: BTreeSet<ObjectId>,
    /// Where a shallow clone ends.
    ends: HashSet<ObjectId>,
}

impl Repo {
    /// The commits reachable from `include` and not from `exclude`, parents before
    /// children. Replacements and grafts are not followed: the walk says that they are there.
    ///
    /// # Errors
    /// When an object is malformed. A missing one is told in the result instead.
    pub fn history(&self, include: &[ObjectId], exclude: &[ObjectId]) -> Result<Walk> {
        self.history_mentioning(include, exclude, "")
    }

    /// As [`Repo::history`], and looks for a word in each commit: to read it a second time
    /// would take as long as the walk.
    ///
    /// # Errors
    /// As [`Repo::history`].
    pub fn history_mentioning(&self, include: &[ObjectId], exclude: &[ObjectId], word: &str) -> Result<Walk> {
        let mut walker = Walker::new(self, (include, exclude), word)?;
        while walker.step()?.is_some() {}
        let starts: Vec<usize> = include.iter().filter_map(|id| walker.numbers.get(id).copied()).collect();
        let (entries, missing) = walker.finish(&starts);
        let mut walk = Walk { entries, incomplete: self.blind_spots(), missing };
        if !walk.missing.is_empty() {
            walk.incomplete.push(format!("{} commits are missing from the repository", walk.missing.len()));
        }
        Ok(walk)
    }

    /// The commits whose parents a shallow clone left out.
    fn shallow_ends(&self) -> HashSet<ObjectId> {
        let text = std::fs::read_to_string(self.common_dir().join("shallow")).unwrap_or_default();
        text.lines().filter_map(|line| line.parse().ok()).collect()
    }

    /// What makes any history here untrustworthy or short, in plain words.
    #[must_use]
    pub fn blind_spots(&self) -> Vec<String> {
        let mut reasons = Vec::new();
        if self.is_shallow() {
            reasons.push("the clone is shallow: older commits are not here".to_owned());
        }
        if self.has_replacements() {
            reasons.push("replace references or grafts make git show another history".to_owned());
        }
        reasons
    }
}

impl<'w> Walker<'w> {
    /// A walk from the first commits on that leaves the others out.
    pub(super) fn new(repo: &'w Repo, (include, exclude): (&[ObjectId], &[ObjectId]), word: &'w str) -> Result<Self> {
        let (numbers, nodes, queue, missing) = Default::default();
        let ends = repo.shallow_ends();
        let mut walker = Self { repo, word, numbers, nodes, queue, wanted_in_queue: 0, beyond: 0, missing, ends };
        for id in exclude {
            if let Some(number) = walker.number(id)? {
                walker.reject(number);
            }
        }
        for id in include {
            walker.number(id)?;
        }
        Ok(walker)
    }

    /// The one commit whose parents are not known yet, when there is just one.
    pub(super) fn only_queued(&self) -> Option<usize> {
        let first = self.queue.peek().filter(|_| self.queue.len() == 1);
        first.map(|(_, std::cmp::Reverse(number))| *number)
    }

    /// The numbers of those parents of a commit that are in the repository, when all that are
    /// were seen.
    pub(super) fn parents(&self, number: usize) -> impl Iterator<Item = usize> {
        self.nodes[number].entry.parents.iter().filter_map(|id| self.numbers.get(id).copied())
    }

    /// Whether a commit has this one among its parents, those aside that a shallow clone leaves out.
    pub(super) fn is_child(&self, number: usize, parent: &ObjectId) -> bool {
        let entry = &self.nodes[number].entry;
        entry.parents.contains(parent) && !self.ends.contains(&entry.id)
    }

    /// The number of a commit, read and queued when it is new; `None` when it is missing.
    fn number(&mut self, id: &ObjectId) -> Result<Option<usize>> {
        if let Some(number) = self.numbers.get(id) {
            return Ok(Some(*number));
        }
        if self.missing.contains(id) {
            return Ok(None);
        }
        let links = self.repo.with_passing_object(id, |kind, bytes| {
            anyhow::ensure!(kind == git2::ObjectType::Commit, "the object {id} is not a commit");
            let links = parse_links(bytes).with_context(|| format!("the commit {id} is malformed"))?;
            let word = self.word.as_bytes();
            // Git compares the names of trailers without case.
            let is_word = |window: &[u8]| window[0].eq_ignore_ascii_case(&word[0]) && window.eq_ignore_ascii_case(word);
            let mentions = !word.is_empty() && bytes.windows(word.len()).any(is_word);
            Ok((links, mentions))
        })?;
        let Some(((tree_id, parents, seconds), mentions)) = links else {
            self.missing.insert(*id);
            return Ok(None);
        };
        if self.ends.contains(id) {
            // A partial clone could fetch them, and must not: they were left out on purpose.
            self.missing.extend(parents.iter().filter(|parent| !self.numbers.contains_key(*parent)));
        }
        let number = self.nodes.len();
        let entry = HistoryEntry { id: *id, parents, tree_id, mentions };
        self.nodes.push(Node { entry, seconds, unwanted: false, queued: true });
        self.numbers.insert(*id, number);
        self.queue.push((seconds, std::cmp::Reverse(number)));
        self.wanted_in_queue += 1;
        Ok(Some(number))
    }

    /// Marks a commit and everything known below it as not wanted.
    fn reject(&mut self, number: usize) {
        let mut open = vec![number];
        while let Some(number) = open.pop() {
            if std::mem::replace(&mut self.nodes[number].unwanted, true) {
                continue;
            }
            self.wanted_in_queue -= usize::from(self.nodes[number].queued);
            let parents = &self.nodes[number].entry.parents;
            open.extend(parents.iter().filter_map(|id| self.numbers.get(id)));
        }
    }

    /// Takes the newest commit that is known, by date, and looks at its parents. `None` when
    /// only unwanted ones are left, and some more of them were looked at.
    pub(super) fn step(&mut self) -> Result<Option<usize>> {
        if self.beyond > SLOP {
            return Ok(None);
        }
        let Some((_, std::cmp::Reverse(number))) = self.queue.pop() else { return Ok(None) };
        let parents = self.nodes[number].entry.parents.clone();
        let unwanted = self.nodes[number].unwanted;
        self.nodes[number].queued = false;
        self.wanted_in_queue -= usize::from(!unwanted);
        for parent in &parents {
            if let Some(parent) = self.number(parent)?
                && unwanted
            {
                self.reject(parent);
            }
        }
        self.beyond = if unwanted && self.wanted_in_queue == 0 { self.beyond + 1 } else { 0 };
        Ok(Some(number))
    }

    /// The wanted commits below `starts`, each behind its parents.
    fn finish(self, starts: &[usize]) -> (Vec<HistoryEntry>, BTreeSet<ObjectId>) {
        let mut order = Vec::new();
        let mut entered = vec![false; self.nodes.len()];
        for start in starts {
            let mut open = vec![(*start, 0)];
            while let Some((number, next)) = open.pop() {
                if next == 0 && (self.nodes[number].unwanted || std::mem::replace(&mut entered[number], true)) {
                    continue;
                }
                match self.nodes[number].entry.parents.get(next) {
                    None => order.push(number),
                    Some(parent) => {
                        open.push((number, next + 1));
                        open.extend(self.numbers.get(parent).map(|parent| (*parent, 0)));
                    }
                }
            }
        }
        let mut missing = self.missing;
        missing.retain(|id| !self.numbers.contains_key(id));
        let mut nodes: Vec<Option<Node>> = self.nodes.into_iter().map(Some).collect();
        let entries = order.into_iter().filter_map(|n| nodes[n].take()).map(|node| node.entry);
        (entries.collect(), missing)
    }
}
