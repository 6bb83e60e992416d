//! The artifacts of HEAD with edits of the working tree laid over them. Each edited file is
//! read once: the bytes that are judged are the bytes that are recorded.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};

use crate::git::{self, At, FileEntry};
use crate::model::codec::MAX_BYTES;
use crate::model::id::BlobId;
use crate::model::layout;
use crate::model::load;
use crate::model::snapshot::{Content, Listed, Snapshot, Source};

use super::Store;
use super::source::GitSource;

/// Edits of the working tree, and HEAD underneath.
pub struct Edits<'s> {
    worktree: GitSource<'s>,
    /// What is read of HEAD; `None` where it is unborn.
    head: Option<GitSource<'s>>,
    /// The paths that are not as HEAD has them.
    edited: BTreeSet<String>,
    /// What of them is in the working tree.
    found: BTreeMap<String, FileEntry>,
    /// What was read of these.
    read: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Store {
    /// The edits at these paths under `.ohmymkt/`. All other files are as HEAD has them.
    ///
    /// # Errors
    /// When HEAD or the working tree cannot be listed.
    pub fn edits(&self, paths: impl IntoIterator<Item = String>) -> Result<Edits<'_>> {
        let edited: BTreeSet<String> = paths.into_iter().collect();
        let source = |at| GitSource { repo: &self.repo, at, parts: &[], named: &[] };
        let files = self.repo.files(&At::Worktree, layout::ROOT)?.into_iter();
        // What stands in the place of the folder hides all that HEAD has in it.
        let found = files.filter(|file| edited.contains(&file.path) || file.path == layout::ROOT);
        // The index may know the blob of a file that is written over just now.
        let found = found.map(|file| (file.path.clone(), FileEntry { id: None, ..file }));
        Ok(Edits {
            worktree: source(At::Worktree),
            head: self.head_id()?.map(|id| source(At::Commit(id))),
            found: found.collect(),
            edited,
            read: RefCell::default(),
        })
    }
}

impl Edits<'_> {
    /// The state that the edits make of what was `before`, which is HEAD's.
    ///
    /// # Errors
    /// When a file cannot be read; malformed artifacts are in the snapshot's problems.
    pub fn snapshot(&self, before: &Snapshot) -> Result<Snapshot> {
        load::load_after(self, before)
    }

    /// The bytes at an edited path, those that [`Edits::snapshot`] has seen; `None` where the
    /// file was removed.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn content(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let Some(entry) = self.found.get(path) else { return Ok(None) };
        let read = self.read.borrow().get(path).cloned();
        read.map_or_else(|| self.worktree.repo.read(&At::Worktree, entry), Ok).map(Some)
    }
}

impl Source for Edits<'_> {
    type Error = anyhow::Error;

    fn list(&self) -> Result<Vec<Listed>> {
        let committed = self.head.as_ref().map(Source::list).transpose()?.unwrap_or_default();
        let mut files: Vec<_> = committed.into_iter().filter(|file| !self.edited.contains(&file.path)).collect();
        files.extend(self.found.values().map(|file| self.worktree.listed(file.clone())));
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(files)
    }

    fn read(&self, file: &Listed) -> Result<Content> {
        let Some(entry) = self.found.get(&file.path) else {
            return self.head.as_ref().context("an unborn branch has no files")?.read(file);
        };
        Ok(match self.worktree.repo.read_within(&At::Worktree, entry, MAX_BYTES)? {
            git::Content::Bytes(bytes) => {
                self.read.borrow_mut().insert(file.path.clone(), bytes.clone());
                Content::Bytes(bytes)
            }
            git::Content::TooLarge(size) => Content::TooLarge(size),
        })
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId> {
        self.worktree.blob_id(bytes)
    }
}
