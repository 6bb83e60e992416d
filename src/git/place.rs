//! What is at the path of a directory: its tree, or something in its place.

use anyhow::Result;

use super::object::{MODE_TREE, TreeEntry};
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;
use super::tree::{FileKind, kind_of};

/// What is at the path of a directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DirPlace {
    /// The directory: its tree.
    Tree(ObjectId),
    /// Something else: what it is, and its object.
    Instead(FileKind, ObjectId),
}

impl DirPlace {
    fn of(entry: &TreeEntry) -> Self {
        if entry.mode == MODE_TREE { Self::Tree(entry.id) } else { Self::Instead(kind_of(entry.mode), entry.id) }
    }

    /// The tree, where it is one.
    #[must_use]
    pub fn tree(self) -> Option<ObjectId> {
        match self {
            Self::Tree(id) => Some(id),
            Self::Instead(..) => None,
        }
    }
}

impl Repo {
    /// What is at `dir` in the root tree of a commit that a walk passes; `None` when nothing
    /// is.
    ///
    /// # Errors
    /// When the root tree is missing or malformed.
    pub fn place_in(&self, root: &ObjectId, dir: &str) -> Result<Option<DirPlace>> {
        let found = self.with_passing_object(root, |kind, bytes| self.entry_of(root, (kind, bytes), dir.as_bytes()))?;
        Ok(found.ok_or(Refusal::Missing("tree", *root))?.as_ref().map(DirPlace::of))
    }

    /// What is at `dir`, at any depth, in a commit; `None` when nothing is.
    ///
    /// # Errors
    /// When the commit or a tree on the way is missing or malformed.
    pub fn place_at(&self, commit: &ObjectId, dir: &str) -> Result<Option<DirPlace>> {
        Ok(self.path_entry(commit, dir)?.as_ref().map(DirPlace::of))
    }
}
