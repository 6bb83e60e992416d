//! The history of the artifacts from its newest commit backwards, read while it is told.

use std::collections::{HashMap, VecDeque};
use std::ops::Range;

use anyhow::Result;

use crate::git::{DirPlace, Newest, NewestFirst, ObjectId};
use crate::model::action::Token;
use crate::model::layout;

use super::Store;
use super::reader::{AuditedCommit, Pending, Reader};

/// How many snapshots are kept for the commits to come: of as many branches side by side.
const SNAPSHOTS: usize = 16;
/// How many root trees are remembered with their subtree.
const ROOTS: usize = 1024;
/// Of how many commits a partial clone fetches the trees at once: few first, as somebody waits for
/// the first line, then ever more.
const AHEAD: Range<usize> = 256..16_384;

impl Store {
    /// The commits reachable from `include` and not from `exclude` that touch the artifacts
    /// or claim to, children before parents. Nothing is read before it is asked for, and what
    /// is missing is passed over.
    ///
    /// # Errors
    /// When git cannot be read.
    pub fn newest_first(
        &self,
        include: &[ObjectId],
        exclude: &[ObjectId],
    ) -> Result<impl Iterator<Item = Result<AuditedCommit>>> {
        Ok(Backwards {
            store: self,
            walk: self.repo.newest_first(include, exclude, Token::Action.name())?,
            is_partial: self.repo.is_partial_clone(),
            ahead: VecDeque::new(),
            fetched_at_once: 0,
            subtrees: HashMap::new(),
            reader: Reader::new(self),
            kept: VecDeque::new(),
        })
    }
}

struct Backwards<'s> {
    store: &'s Store,
    walk: NewestFirst<'s>,
    /// Whether what is read may have to be fetched.
    is_partial: bool,
    /// Walked, and what they need fetched; always empty where all is there.
    ahead: VecDeque<Result<Newest>>,
    /// Of how many commits last.
    fetched_at_once: usize,
    /// By root tree.
    subtrees: HashMap<ObjectId, Option<DirPlace>>,
    reader: Reader<'s>,
    /// The subtrees that the reader keeps, the one used last at the end.
    kept: VecDeque<DirPlace>,
}

impl Backwards<'_> {
    fn newest(&mut self) -> Option<Result<Newest>> {
        if self.is_partial && self.ahead.is_empty() {
            self.fetched_at_once = (2 * self.fetched_at_once).clamp(AHEAD.start, AHEAD.end);
            self.ahead.extend(self.walk.by_ref().take(self.fetched_at_once));
            self.fetch_ahead();
        }
        self.ahead.pop_front().or_else(|| self.walk.next())
    }

    /// Fetches at once what would be fetched tree by tree when it is read.
    fn fetch_ahead(&mut self) {
        let walked = self.ahead.iter().flatten();
        let roots = walked.flat_map(|newest| newest.parent_trees.iter().copied().chain([newest.entry.tree_id]));
        let roots: Vec<_> = roots.collect();
        self.store.repo.prefetch(roots.iter().copied());
        // What cannot be read is told when it is needed.
        let subtrees = roots.iter().filter_map(|root| self.subtree(root).ok()?.and_then(DirPlace::tree));
        let subtrees: Vec<_> = subtrees.collect();
        self.store.repo.prefetch_files(subtrees);
    }

    fn read(&mut self, newest: &Newest) -> Result<Option<AuditedCommit>> {
        let after = self.subtree(&newest.entry.tree_id)?;
        let parents = newest.parent_trees.iter().map(|root| self.subtree(root)).collect::<Result<_>>()?;
        let Some(pending) = Pending::of(&newest.entry, parents, after) else { return Ok(None) };
        let commit = self.reader.commit(&pending)?;
        for subtree in pending.subtrees() {
            self.kept.retain(|kept| *kept != subtree);
            self.kept.push_back(subtree);
        }
        while self.kept.len() > SNAPSHOTS {
            if let Some(oldest) = self.kept.pop_front() {
                self.reader.forget(&oldest);
            }
        }
        Ok(commit)
    }

    fn subtree(&mut self, root: &ObjectId) -> Result<Option<DirPlace>> {
        if let Some(known) = self.subtrees.get(root) {
            return Ok(*known);
        }
        if self.subtrees.len() >= ROOTS {
            self.subtrees.clear();
        }
        let subtree = self.store.repo.place_in(root, layout::ROOT)?;
        self.subtrees.insert(*root, subtree);
        Ok(subtree)
    }
}

impl Iterator for Backwards<'_> {
    type Item = Result<AuditedCommit>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.newest()? {
                Err(error) => return Some(Err(error)),
                Ok(newest) => {
                    if let Some(commit) = self.read(&newest).transpose() {
                        return Some(commit);
                    }
                }
            }
        }
    }
}
