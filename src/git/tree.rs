//! Files by path: in the worktree, the index, a commit or a tree, told alike.

use anyhow::{Context as _, Result, anyhow};

use super::object::{Content, MODE_EXECUTABLE, MODE_GITLINK, MODE_SYMLINK, MODE_TREE};
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;

/// Where to read files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum At {
    /// The checked-out files, ignored ones included.
    Worktree,
    /// The index; in a hook, the one git names.
    Index,
    /// A commit.
    Commit(ObjectId),
    /// The tree of the directory itself, not of the repository's root.
    Tree(ObjectId),
}

/// What kind of thing is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// A plain file.
    Regular,
    /// A plain file with the executable bit.
    Executable,
    /// A symbolic link; its content is the target.
    Symlink,
    /// A commit of another repository.
    Gitlink,
    /// A device, socket or pipe, in a worktree only.
    Special,
    /// Anything whose path is not UTF-8; `path` shows it with replacement characters
    /// and it cannot be read.
    NotUtf8Path,
}

/// A file found by `Repo::files`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEntry {
    /// From the repository's root, separated by `/`.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Its blob; in the worktree `None` unless the index proves the file unchanged.
    pub id: Option<ObjectId>,
    /// Bytes, where known without reading the file.
    pub size: Option<u64>,
}

/// The kind that a mode of a tree or the index stands for.
pub(super) fn kind_of(mode: u32) -> FileKind {
    match mode {
        MODE_EXECUTABLE => FileKind::Executable,
        MODE_SYMLINK => FileKind::Symlink,
        MODE_GITLINK => FileKind::Gitlink,
        _ => FileKind::Regular,
    }
}

/// An entry with its path checked to be UTF-8.
pub(super) fn file_entry(path: &[u8], kind: FileKind, id: Option<ObjectId>, size: Option<u64>) -> FileEntry {
    match std::str::from_utf8(path) {
        Ok(text) => FileEntry { path: text.to_owned(), kind, id, size },
        Err(_) => {
            let path = String::from_utf8_lossy(path).into_owned();
            FileEntry { path, kind: FileKind::NotUtf8Path, id, size }
        }
    }
}

impl Repo {
    /// Every file below `dir` (all when empty), sorted by path. A directory that is
    /// not there has no files; where something else is in its place, that is the one
    /// entry. Of the index, only entries that a commit would take:
    /// see `conflicts` for the others.
    ///
    /// # Errors
    /// When an object is missing or malformed, or a directory cannot be read.
    pub fn files(&self, at: &At, dir: &str) -> Result<Vec<FileEntry>> {
        let dir = dir.trim_end_matches('/');
        let mut found = match at {
            At::Worktree => self.worktree_files(dir)?,
            At::Index => self.index_files(dir)?,
            At::Tree(id) => self.tree_files(id, dir)?,
            At::Commit(id) if dir.is_empty() => {
                let root = self.root_tree(id)?.ok_or(Refusal::Missing("commit", *id))?;
                self.tree_files(&root, dir)?
            }
            At::Commit(id) => match self.subtree_id(id, dir)? {
                Some(tree) => self.tree_files(&tree, dir)?,
                None => Vec::new(),
            },
        };
        if found.is_empty() {
            found.extend(self.in_place_of(at, dir)?);
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(found)
    }

    /// The one file at a path, as [`Repo::files`] would tell it.
    ///
    /// # Errors
    /// As [`Repo::files`].
    pub fn file(&self, at: &At, path: &str) -> Result<Option<FileEntry>> {
        let (dir, _) = path.rsplit_once('/').unwrap_or(("", path));
        match at {
            At::Commit(id) => {
                let entry = self.path_entry(id, path)?.filter(|entry| entry.mode != MODE_TREE);
                Ok(entry.map(|entry| file_entry(path.as_bytes(), kind_of(entry.mode), Some(entry.id), None)))
            }
            At::Worktree => self.worktree_file(path),
            At::Index | At::Tree(_) => Ok(self.files(at, dir)?.into_iter().find(|file| file.path == path)),
        }
    }

    /// What is at the path of a directory and is none.
    fn in_place_of(&self, at: &At, dir: &str) -> Result<Option<FileEntry>> {
        match at {
            At::Commit(id) if !dir.is_empty() => {
                let entry = self.path_entry(id, dir)?.filter(|entry| entry.mode != MODE_TREE);
                Ok(entry.map(|entry| file_entry(dir.as_bytes(), kind_of(entry.mode), Some(entry.id), None)))
            }
            At::Worktree if !dir.is_empty() && !self.is_bare() => {
                let kind = match std::fs::symlink_metadata(self.worktree_path(dir.as_bytes())?) {
                    _ if self.parent_link(dir)?.is_some() => FileKind::Symlink,
                    Ok(metadata) if metadata.is_file() => FileKind::Regular,
                    Ok(metadata) if !metadata.is_dir() => FileKind::Special,
                    _ => return Ok(None),
                };
                Ok(Some(file_entry(dir.as_bytes(), kind, None, None)))
            }
            At::Index => {
                let entry = self.index_entry(dir)?;
                Ok(entry.map(|entry| file_entry(dir.as_bytes(), kind_of(entry.mode), Some(entry.id), None)))
            }
            _ => Ok(None),
        }
    }

    fn tree_files(&self, tree: &ObjectId, dir: &str) -> Result<Vec<FileEntry>> {
        let flat = self.flat_tree(tree, dir)?;
        Ok(flat.into_iter().map(|(path, mode, id)| file_entry(&path, kind_of(mode), Some(id), None)).collect())
    }

    /// Paths, modes and ids of every file in a tree, sorted by path: git's order of a
    /// tree's entries is that of the paths below them.
    pub(super) fn flat_tree(&self, tree: &ObjectId, dir: &str) -> Result<Vec<(Vec<u8>, u32, ObjectId)>> {
        let prefix = if dir.is_empty() { Vec::new() } else { format!("{dir}/").into_bytes() };
        let entries = |id: &ObjectId| {
            let entries = self.tree_entries(id)?.ok_or(Refusal::Missing("tree", *id))?;
            Ok::<_, anyhow::Error>(entries.into_iter())
        };
        let mut found = Vec::new();
        let mut open = vec![(prefix, entries(tree)?)];
        while let Some((prefix, rest)) = open.last_mut() {
            let Some(entry) = rest.next() else {
                open.pop();
                continue;
            };
            let mut path = [prefix.as_slice(), &entry.name].concat();
            if entry.mode == MODE_TREE {
                path.push(b'/');
                open.push((path, entries(&entry.id)?));
            } else {
                found.push((path, entry.mode, entry.id));
            }
        }
        Ok(found)
    }

    fn index_files(&self, dir: &str) -> Result<Vec<FileEntry>> {
        let entries = self.index_entries(dir)?.list;
        let committed = entries.into_iter().filter(|entry| entry.stage == 0 && !entry.intent_to_add);
        Ok(committed.map(|e| file_entry(&e.path, kind_of(e.mode), Some(e.id), None)).collect())
    }

    /// How large a file is, without reading it; `None` when that cannot be told.
    ///
    /// # Errors
    /// When the working tree cannot be read.
    pub fn size(&self, at: &At, entry: &FileEntry) -> Result<Option<usize>> {
        match (at, entry.id) {
            (At::Worktree, _) => self.worktree_size(entry),
            (_, id) => Ok(id.and_then(|id| self.object_size(&id))),
        }
    }

    /// As [`Repo::read`], but only the size of a file that has more than `most` bytes.
    ///
    /// # Errors
    /// As [`Repo::read`].
    pub fn read_within(&self, at: &At, entry: &FileEntry, most: usize) -> Result<Content> {
        if let (At::Index | At::Commit(_) | At::Tree(_), Some(id)) = (at, entry.id) {
            return self.read_blob_within(&id, most).with_context(|| format!("read {}", entry.path));
        }
        if *at == At::Worktree
            && let Some(size) = self.worktree_size(entry)?.filter(|size| *size > most)
        {
            return Ok(Content::TooLarge(size));
        }
        let bytes = self.read(at, entry)?;
        Ok(if bytes.len() > most { Content::TooLarge(bytes.len()) } else { Content::Bytes(bytes) })
    }

    /// The content of a file that `files` found at the same place.
    ///
    /// # Errors
    /// When it is gone, is a gitlink or special file, or its path is not UTF-8.
    pub fn read(&self, at: &At, entry: &FileEntry) -> Result<Vec<u8>> {
        match entry.kind {
            FileKind::NotUtf8Path => return Err(anyhow!("the path is not UTF-8: {}", entry.path)),
            FileKind::Gitlink | FileKind::Special => {
                return Err(anyhow!("not a file that can be read: {}", entry.path));
            }
            FileKind::Regular | FileKind::Executable | FileKind::Symlink => {}
        }
        match (at, entry.id) {
            (At::Worktree, _) => self.read_worktree(entry),
            (_, Some(id)) => self.read_blob(&id).with_context(|| format!("read {}", entry.path)),
            (_, None) => Err(anyhow!("the file has no blob: {}", entry.path)),
        }
    }
}
