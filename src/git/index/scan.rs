//! Reading the entries below one directory, and no more of the file than needed.

use std::path::Path;

use anyhow::{Context as _, Result, anyhow};

use super::broken::Broken;
use super::entry::{IndexEntry, decode, shape};
use super::file::{Cursor, header};
use super::memory::{Known, Seen};
use super::wanted::Wanted;
use crate::git::object::{MODE_EXECUTABLE, MODE_FILE, MODE_TREE};
use crate::git::object_id::ObjectId;
use crate::git::refusal::Refusal;
use crate::git::repo::Repo;

/// The three sides of a path that a merge left in conflict; a side that lacks the
/// path is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Conflict {
    /// The path from the repository's root.
    pub path: String,
    /// The common ancestor's blob.
    pub base: Option<ObjectId>,
    /// Our blob.
    pub ours: Option<ObjectId>,
    /// Their blob.
    pub theirs: Option<ObjectId>,
    /// Whether a side has something else there than a plain file.
    pub has_other_kinds: bool,
}

/// How often the index is looked at anew when git replaces it meanwhile.
const REPLACED: usize = 8;

/// Some entries of the index, and when the file was written.
#[derive(Debug, Default)]
pub(in crate::git) struct Entries {
    pub(in crate::git) list: Vec<IndexEntry>,
    /// Modification time of the index: an entry not older than it may have changed unseen.
    pub(in crate::git) written: (u32, u32),
}

impl Repo {
    /// The entries below `dir` (all when empty), sorted by path and stage.
    pub(in crate::git) fn index_entries(&self, dir: &str) -> Result<Entries> {
        self.index_entries_of(Wanted::Below(dir))
    }

    /// The entry of one path in stage 0. No more of the file is read than up to there.
    pub(in crate::git) fn index_entry(&self, path: &str) -> Result<Option<IndexEntry>> {
        let list = self.index_entries_of(Wanted::At(path))?.list;
        Ok(list.into_iter().find(|entry| entry.stage == 0))
    }

    fn index_entries_of(&self, wanted: Wanted<'_>) -> Result<Entries> {
        let path = self.index_path();
        let named = || format!("read the index: {}", path.display());
        let mut error = None;
        for _ in 0..REPLACED {
            let Some(seen) = Seen::now(&path).with_context(named)? else {
                return Ok(Entries::default());
            };
            let written = seen.stat.mtime;
            let known = self.index_memory.0.take().filter(|known| known.seen == seen);
            let mut known = known.map_or_else(|| self.known(seen), Ok).with_context(named)?;
            match entries(&mut known, wanted, self.id_length()) {
                Ok(list) => {
                    self.index_memory.0.replace(Some(known));
                    return Ok(Entries { list: self.expand_sparse(list, wanted)?, written });
                }
                Err(found) => error = Some(found),
            }
            if Seen::now(&path).with_context(named)?.as_ref() == Some(&known.seen) {
                break;
            }
        }
        Err(error.unwrap_or_else(|| anyhow!("it changes all the time"))).with_context(named)
    }

    fn known(&self, seen: Seen) -> Result<Known> {
        if has_shared_index(&seen.path, self.git_dir()) {
            let bytes = self.flattened(&seen.path)?;
            return Ok(Known::flattened(seen, bytes));
        }
        Ok(Known::unread(seen))
    }

    /// The paths below `dir` that are in conflict.
    ///
    /// # Errors
    /// When the index cannot be read.
    pub fn conflicts(&self, dir: &str) -> Result<Vec<Conflict>> {
        let mut found: Vec<Conflict> = Vec::new();
        for entry in self.index_entries(dir)?.list.into_iter().filter(|entry| entry.stage > 0) {
            let path = String::from_utf8_lossy(&entry.path).into_owned();
            if found.last().is_none_or(|last| last.path != path) {
                found.push(Conflict { path, ..Conflict::default() });
            }
            let last = found.last_mut().expect("one was just pushed");
            last.has_other_kinds |= entry.mode != MODE_FILE && entry.mode != MODE_EXECUTABLE;
            match entry.stage {
                1 => last.base = Some(entry.id),
                2 => last.ours = Some(entry.id),
                _ => last.theirs = Some(entry.id),
            }
        }
        Ok(found)
    }

    /// The same index in one piece, made by git on a copy outside the repository.
    fn flattened(&self, index: &Path) -> Result<Vec<u8>> {
        let dir = tempfile::tempdir().context("make a temporary directory")?;
        let copy = dir.path().join("index");
        std::fs::copy(index, &copy).context("copy the index")?;
        let arguments = ["-c", "core.splitIndex=false", "update-index", "--no-split-index"];
        let mut git = self.git();
        crate::git::repo::finish(git.args(arguments).env("GIT_INDEX_FILE", &copy), &arguments[2..])?;
        std::fs::read(&copy).context("read the copied index")
    }

    /// Replaces directories that a sparse index keeps whole by their files.
    fn expand_sparse(&self, list: Vec<IndexEntry>, wanted: Wanted<'_>) -> Result<Vec<IndexEntry>> {
        if list.iter().all(|entry| entry.mode != MODE_TREE) {
            return Ok(list);
        }
        let mut out = Vec::with_capacity(list.len());
        for entry in list {
            if entry.mode != MODE_TREE {
                out.push(entry);
                continue;
            }
            let mut trees = vec![(entry.path.clone(), entry.id)];
            while let Some((prefix, id)) = trees.pop() {
                for item in self.tree_entries(&id)?.ok_or(Refusal::Missing("tree", id))? {
                    let path = [prefix.as_slice(), &item.name].concat();
                    if item.mode == MODE_TREE {
                        trees.push(([&path[..], b"/"].concat(), item.id));
                    } else if wanted.includes(&path) {
                        out.push(IndexEntry { path, mode: item.mode, id: item.id, ..entry.clone() });
                    }
                }
            }
        }
        out.sort_by(|a, b| (&a.path, a.stage).cmp(&(&b.path, b.stage)));
        Ok(out)
    }
}

/// A split index keeps most entries in `sharedindex.*`.
fn has_shared_index(index: &Path, git_dir: &Path) -> bool {
    let beside = index.parent().filter(|dir| *dir != git_dir);
    beside.into_iter().chain([git_dir]).any(|dir| {
        std::fs::read_dir(dir).is_ok_and(|entries| {
            entries.flatten().any(|e| e.file_name().as_encoded_bytes().starts_with(b"sharedindex."))
        })
    })
}

/// The entries below `dir` of a plain index file, and what is at the path itself; `None` where there is
/// no such file, or it is not a plain one: split, sparse here, odd.
pub(in crate::git) fn plain(index: &Path, git_dir: &Path, dir: &str, id_length: usize) -> Option<Vec<IndexEntry>> {
    let seen = Seen::now(index).ok()?.filter(|_| !has_shared_index(index, git_dir))?;
    let mut known = Known::unread(seen);
    let mut list = entries(&mut known, Wanted::At(dir), id_length).ok()?;
    list.append(&mut entries(&mut known, Wanted::Below(dir), id_length).ok()?);
    list.iter().all(|entry| entry.mode != MODE_TREE).then_some(list)
}

/// The wanted entries, reading on where they go beyond what was read.
fn entries(known: &mut Known, wanted: Wanted<'_>, id_length: usize) -> Result<Vec<IndexEntry>> {
    if known.bytes.is_empty() {
        known.read_on()?;
    }
    loop {
        match scan(&known.bytes, wanted, id_length) {
            Err(Broken::CutShort) if !known.is_whole() => known.read_on()?,
            result => return Ok(result?),
        }
    }
}

/// The entries below `dir` in the bytes of a whole index.
pub(in crate::git) fn below(bytes: &[u8], dir: &str, id_length: usize) -> Result<Vec<IndexEntry>> {
    Ok(scan(bytes, Wanted::Below(dir), id_length)?)
}

/// The wanted entries; stops behind them, as entries are sorted.
fn scan(bytes: &[u8], wanted: Wanted<'_>, id_length: usize) -> Result<Vec<IndexEntry>, Broken> {
    let (version, count) = header(bytes)?;
    let first = wanted.start();
    let mut cursor = Cursor::new(version, id_length);
    let mut found = Vec::new();
    for _ in 0..count {
        let start = cursor.offset;
        let (name, end) = cursor.peek(bytes)?;
        // A sparse index may hold a directory above ours as one entry, `a/`.
        let above = name.ends_with(b"/") && first.starts_with(name);
        if wanted.includes(name) || above {
            let name = name.to_vec();
            let entry = &bytes[start..];
            found.push(decode(entry, shape(entry, id_length)?, name, id_length)?);
        } else if name > first.as_slice() {
            break;
        }
        cursor.offset = end;
    }
    Ok(found)
}
