//! What is not committed below a directory. Reads only: the index is neither
//! refreshed nor written.

use std::collections::HashMap;

use anyhow::Result;

use super::index::IndexEntry;
use super::object_id::ObjectId;
use super::repo::Repo;
use super::tree::FileKind;
use super::worktree::Found;

/// A path that is not as HEAD has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uncommitted {
    /// From the repository's root; lossy where it is not UTF-8.
    pub path: String,
    /// In what way. Where several apply, the first of `Conflicted`, `Deleted`,
    /// `Staged`, `Modified`, `Untracked`.
    pub what: UncommittedKind,
}

/// In what way a path is not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UncommittedKind {
    /// The index differs from HEAD; also a path added with `--intent-to-add`.
    Staged,
    /// The worktree differs from the index.
    Modified,
    /// In the worktree, not in the index; ignored or not.
    Untracked,
    /// In HEAD or in the index, but no longer in the worktree.
    Deleted,
    /// A merge left several sides in the index.
    Conflicted,
}

/// What HEAD, the index and the worktree say of one path.
#[derive(Default)]
struct Sides<'a> {
    head: Option<(u32, ObjectId)>,
    index: Option<&'a IndexEntry>,
    conflicted: bool,
    worktree: Option<&'a Found>,
}

impl Repo {
    /// The paths below `dir` that differ between HEAD, the index and the worktree, sorted.
    /// Ignore rules hide nothing; files a sparse checkout leaves out are not missing
    /// (contract, section 7).
    ///
    /// # Errors
    /// When HEAD, the index or a directory cannot be read.
    pub fn uncommitted(&self, dir: &str) -> Result<Vec<Uncommitted>> {
        let dir = dir.trim_end_matches('/');
        let head = self.head_files(dir)?;
        let index = self.index_entries(dir)?;
        let worktree = self.walk_worktree(dir)?;
        let mut sides: HashMap<&[u8], Sides<'_>> = HashMap::with_capacity(index.list.len() + worktree.len() / 8);
        for (path, mode, id) in &head {
            sides.entry(path).or_default().head = Some((*mode, *id));
        }
        for entry in &index.list {
            let side = sides.entry(&entry.path).or_default();
            side.conflicted |= entry.stage > 0;
            side.index = Some(entry);
        }
        for found in &worktree {
            sides.entry(&found.path).or_default().worktree = Some(found);
        }
        let mut out = Vec::new();
        for (path, sides) in &sides {
            if let Some(what) = self.judge(sides, index.written)? {
                out.push(Uncommitted { path: String::from_utf8_lossy(path).into_owned(), what });
            }
        }
        out.sort_by(|one: &Uncommitted, other| one.path.cmp(&other.path));
        Ok(out)
    }

    /// Whether the one file at a path differs between HEAD, the index and the worktree;
    /// `None` when it does not. Its cost does not grow with the folder's files on disk.
    ///
    /// # Errors
    /// As [`Repo::uncommitted`].
    pub fn uncommitted_file(&self, path: &str) -> Result<Option<UncommittedKind>> {
        let head = match self.head()?.commit_id {
            Some(commit) => self.path_entry(&commit, path)?.map(|entry| (entry.mode, entry.id)),
            None => None,
        };
        let (dir, _) = path.rsplit_once('/').unwrap_or(("", path));
        let index = self.index_entries(dir)?;
        let mut of_path = index.list.iter().filter(|entry| entry.path == path.as_bytes());
        let found = self.found(path)?;
        let entry = of_path.next();
        let conflicted = entry.is_some_and(|entry| entry.stage > 0);
        if head.is_none() && entry.is_none() && found.is_none() {
            return Ok(None);
        }
        self.judge(&Sides { head, index: entry, conflicted, worktree: found.as_ref() }, index.written)
    }

    /// Files below `dir` in HEAD's commit; none when the branch is unborn.
    fn head_files(&self, dir: &str) -> Result<Vec<(Vec<u8>, u32, ObjectId)>> {
        let Some(commit) = self.head()?.commit_id else {
            return Ok(Vec::new());
        };
        match self.path_entry(&commit, dir)? {
            Some(entry) if entry.mode == super::object::MODE_TREE => self.flat_tree(&entry.id, dir),
            _ => Ok(Vec::new()),
        }
    }

    fn judge(&self, sides: &Sides<'_>, written: (u32, u32)) -> Result<Option<UncommittedKind>> {
        if sides.conflicted {
            return Ok(Some(UncommittedKind::Conflicted));
        }
        let Some(entry) = sides.index else {
            return Ok(Some(match (sides.head, sides.worktree) {
                (Some(_), None) => UncommittedKind::Deleted,
                (Some(_), Some(_)) => UncommittedKind::Staged,
                (None, _) => UncommittedKind::Untracked,
            }));
        };
        let is_absent = sides.worktree.is_none() && !entry.skip_worktree && !self.is_bare();
        if is_absent && entry.mode != super::object::MODE_GITLINK {
            return Ok(Some(UncommittedKind::Deleted));
        }
        if entry.intent_to_add || sides.head != Some((entry.mode, entry.id)) {
            return Ok(Some(UncommittedKind::Staged));
        }
        let Some(found) = sides.worktree else {
            return Ok(None);
        };
        if self.is_proved(entry, found, written) {
            return Ok(None);
        }
        let readable = !matches!(found.kind, FileKind::Gitlink | FileKind::Special);
        let same = self.is_same_mode(entry.mode, found.kind) && (!readable || self.is_content(found, &entry.id)?);
        Ok((!same).then_some(UncommittedKind::Modified))
    }
}
