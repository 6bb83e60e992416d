//! The checked-out files: finding them, reading them, and knowing which are unchanged.

use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::Read as _;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rustix::fs::{Mode, OFlags};

use super::index::{IndexEntry, StatData};
use super::object::{MODE_EXECUTABLE, MODE_FILE, MODE_GITLINK, MODE_SYMLINK};
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;
use super::tree::{FileEntry, FileKind, file_entry, kind_of};

/// The most room that is made for a file before it is read.
const MOST_AT_ONCE: usize = 1 << 20;

/// A file of the worktree, not yet read.
pub(super) struct Found {
    pub(super) path: Vec<u8>,
    pub(super) kind: FileKind,
    pub(super) metadata: Metadata,
}

impl Repo {
    /// Where a path from the repository's root is in the worktree.
    pub(super) fn worktree_path(&self, path: &[u8]) -> Result<PathBuf> {
        let top = self.workdir().ok_or_else(|| anyhow::Error::new(Refusal::Bare))?;
        Ok(top.join(std::ffi::OsStr::from_bytes(path)))
    }

    /// Everything below `dir`; symbolic links are not followed.
    pub(super) fn walk_worktree(&self, dir: &str) -> Result<Vec<Found>> {
        let mut found = Vec::new();
        if self.is_bare() || self.parent_link(dir)?.is_some() {
            return Ok(found);
        }
        let mut open = vec![dir.as_bytes().to_vec()];
        while let Some(dir) = open.pop() {
            let path = self.worktree_path(&dir)?;
            let entries = match std::fs::read_dir(&path) {
                Ok(entries) => entries,
                Err(e) if is_absent(&e) => continue,
                Err(e) => return Err(e).with_context(|| format!("list {}", path.display())),
            };
            for entry in entries {
                let entry = entry.with_context(|| format!("list {}", path.display()))?;
                let name = entry.file_name().into_vec();
                if dir.is_empty() && name == b".git" {
                    continue;
                }
                let mut inner = dir.clone();
                if !inner.is_empty() {
                    inner.push(b'/');
                }
                inner.extend_from_slice(&name);
                let metadata = entry.metadata().with_context(|| format!("look at {}", entry.path().display()))?;
                if metadata.is_dir() && !entry.path().join(".git").exists() {
                    open.push(inner);
                    continue;
                }
                found.push(Found { path: inner, kind: kind_on_disk(&metadata), metadata });
            }
        }
        Ok(found)
    }

    /// The first directory on the way to `path`, itself included, that is a symbolic link.
    pub(super) fn parent_link(&self, path: &str) -> Result<Option<String>> {
        let mut so_far = String::new();
        for name in path.split('/').filter(|name| !name.is_empty()) {
            if !so_far.is_empty() {
                so_far.push('/');
            }
            so_far.push_str(name);
            match std::fs::symlink_metadata(self.worktree_path(so_far.as_bytes())?) {
                Ok(metadata) if metadata.is_symlink() => return Ok(Some(so_far)),
                Ok(_) => {}
                Err(_) => return Ok(None),
            }
        }
        Ok(None)
    }

    pub(super) fn worktree_files(&self, dir: &str) -> Result<Vec<FileEntry>> {
        let index = self.index_entries(dir)?;
        let mut tracked: BTreeMap<&[u8], &IndexEntry> =
            index.list.iter().filter(|e| e.stage == 0).map(|e| (e.path.as_slice(), e)).collect();
        let mut files = Vec::new();
        for found in self.walk_worktree(dir)? {
            let entry = tracked.remove(found.path.as_slice());
            let unchanged = entry.filter(|entry| self.is_proved(entry, &found, index.written));
            let kind = self.trusted_kind(found.kind, entry);
            let size = found.metadata.is_file().then_some(found.metadata.len());
            files.push(file_entry(&found.path, kind, unchanged.map(|entry| entry.id), size));
        }
        // What a sparse checkout leaves out counts as there and unchanged, as for git.
        for (path, entry) in tracked.into_iter().filter(|(_, entry)| entry.skip_worktree) {
            files.push(file_entry(path, kind_of(entry.mode), Some(entry.id), None));
        }
        Ok(files)
    }

    /// The one file at a path. One that is not there may be left out by a sparse
    /// checkout, which the index knows.
    pub(super) fn worktree_file(&self, path: &str) -> Result<Option<FileEntry>> {
        if let Some(found) = self.found(path)? {
            let size = found.metadata.is_file().then_some(found.metadata.len());
            return Ok(Some(file_entry(&found.path, found.kind, None, size)));
        }
        if self.is_bare() || self.worktree_path(path.as_bytes())?.is_dir() {
            return Ok(None);
        }
        let Some((dir, _)) = path.rsplit_once('/') else {
            return Ok(None);
        };
        let index = self.index_entries(dir)?.list;
        let left_out = index.into_iter().find(|entry| entry.path == path.as_bytes() && entry.skip_worktree);
        Ok(left_out.map(|entry| file_entry(path.as_bytes(), kind_of(entry.mode), Some(entry.id), None)))
    }

    /// What is at a path on disk, unless it is a folder or behind a symbolic link.
    pub(super) fn found(&self, path: &str) -> Result<Option<Found>> {
        let (dir, _) = path.rsplit_once('/').unwrap_or(("", path));
        if self.is_bare() || self.parent_link(dir)?.is_some() {
            return Ok(None);
        }
        let place = self.worktree_path(path.as_bytes())?;
        match std::fs::symlink_metadata(&place) {
            Ok(metadata) if metadata.is_dir() => Ok(None),
            Ok(metadata) => {
                let kind = kind_on_disk(&metadata);
                Ok(Some(Found { path: path.as_bytes().to_vec(), kind, metadata }))
            }
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(e).with_context(|| format!("look at {}", place.display())),
        }
    }

    /// Where the file system has no executable bit, the index knows it.
    fn trusted_kind(&self, found: FileKind, entry: Option<&IndexEntry>) -> FileKind {
        match (found, entry) {
            (FileKind::Regular | FileKind::Executable, Some(entry)) if !self.trusts_mode => {
                if entry.mode == MODE_EXECUTABLE { FileKind::Executable } else { FileKind::Regular }
            }
            _ => found,
        }
    }

    /// Whether the stat data alone proves that the file is the index's blob. As in git,
    /// a file not older than the index proves nothing: it may have changed in the same tick.
    pub(super) fn is_proved(&self, entry: &IndexEntry, found: &Found, written: (u32, u32)) -> bool {
        let now = StatData::of(&found.metadata);
        self.is_same_mode(entry.mode, found.kind)
            && entry.stage == 0
            && !entry.intent_to_add
            && entry.stat.mtime != (0, 0)
            && entry.stat.mtime < written
            && (entry.stat.mtime.1 != 0 || entry.stat.mtime.0 < written.0)
            && entry.stat.proves(&now)
    }

    /// Whether kind and mode agree as far as the file system can tell.
    pub(super) fn is_same_mode(&self, mode: u32, kind: FileKind) -> bool {
        match kind {
            FileKind::Regular if self.trusts_mode => mode == MODE_FILE,
            FileKind::Executable if self.trusts_mode => mode == MODE_EXECUTABLE,
            FileKind::Regular | FileKind::Executable => mode == MODE_FILE || mode == MODE_EXECUTABLE,
            FileKind::Symlink => mode == MODE_SYMLINK,
            FileKind::Gitlink => mode == MODE_GITLINK,
            FileKind::Special | FileKind::NotUtf8Path => false,
        }
    }

    /// Whether the file's content is the blob's, line ends aside where git converts them.
    pub(super) fn is_content(&self, found: &Found, id: &ObjectId) -> Result<bool> {
        // At most every line end has become longer; what is larger than that need not be read.
        if found.metadata.is_file() && self.object_size(id).is_some_and(|size| found.metadata.len() > 2 * size as u64) {
            return Ok(false);
        }
        let path = self.worktree_path(&found.path)?;
        let bytes = content(&path, found.kind).with_context(|| format!("read {}", path.display()))?;
        Ok(self.is_blob(&found.path, &bytes, id))
    }

    /// Whether these bytes of a worktree file would be stored as this blob.
    pub(super) fn is_blob(&self, path: &[u8], bytes: &[u8], id: &ObjectId) -> bool {
        self.blob_id(bytes) == *id
            || (bytes.contains(&b'\r')
                && self.converts_line_ends(path)
                && self.blob_id(&without_carriage_returns(bytes)) == *id)
    }

    /// Whether git turns CR LF into LF when it stores this file: attributes say so, or else
    /// the configuration.
    fn converts_line_ends(&self, path: &[u8]) -> bool {
        let attributes = self.attributes(path, ["text", "eol"]);
        match attributes.each_ref().map(|value| value.as_deref()) {
            [Some("set" | "auto"), _] => return true,
            [Some("unset"), _] => return false,
            [_, Some("lf" | "crlf")] => return true,
            _ => {}
        }
        let setting = self.config("core.autocrlf").map(|s| s.to_ascii_lowercase());
        setting.as_deref() == Some("input") || self.config_bool("core.autocrlf") == Some(true)
    }

    /// How large a file is; `None` when it is not there.
    pub(super) fn worktree_size(&self, entry: &FileEntry) -> Result<Option<usize>> {
        let path = self.worktree_path(entry.path.as_bytes())?;
        match std::fs::symlink_metadata(&path) {
            Ok(metadata) => Ok(Some(usize::try_from(metadata.len()).unwrap_or(usize::MAX))),
            Err(e) if is_absent(&e) => Ok(None),
            Err(e) => Err(e).with_context(|| format!("read {}", path.display())),
        }
    }

    pub(super) fn read_worktree(&self, entry: &FileEntry) -> Result<Vec<u8>> {
        let path = self.worktree_path(entry.path.as_bytes())?;
        match (content(&path, entry.kind), entry.id) {
            (Ok(bytes), id) if bytes.contains(&b'\r') && self.converts_line_ends(entry.path.as_bytes()) => match id {
                Some(id) => self.read_blob(&id),
                None => Ok(without_carriage_returns(&bytes)),
            },
            (Ok(bytes), _) => Ok(bytes),
            // Left out by a sparse checkout.
            (Err(e), Some(id)) if is_absent(&e) => self.read_blob(&id),
            (Err(e), _) => Err(e).with_context(|| format!("read {}", path.display())),
        }
    }
}

/// What a file holds, or where a link points.
pub(super) fn content(path: &Path, kind: FileKind) -> std::io::Result<Vec<u8>> {
    match kind {
        FileKind::Symlink => Ok(std::fs::read_link(path)?.into_os_string().into_vec()),
        _ => plain_content(path),
    }
}

/// The bytes of a plain file. A link is not followed and a pipe not waited for, also where
/// one was put there since somebody looked.
pub(super) fn plain_content(path: &Path) -> std::io::Result<Vec<u8>> {
    let how = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOFOLLOW | OFlags::NONBLOCK;
    let mut file = File::from(rustix::fs::open(path, how, Mode::empty())?);
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is no plain file"));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(MOST_AT_ONCE));
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

pub(super) fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory)
}

fn without_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for (n, byte) in bytes.iter().enumerate() {
        if *byte != b'\r' || bytes.get(n + 1) != Some(&b'\n') {
            out.push(*byte);
        }
    }
    out
}

fn kind_on_disk(metadata: &Metadata) -> FileKind {
    if metadata.is_symlink() {
        FileKind::Symlink
    } else if metadata.is_dir() {
        FileKind::Gitlink
    } else if !metadata.is_file() {
        FileKind::Special
    } else if metadata.mode() & 0o100 != 0 {
        FileKind::Executable
    } else {
        FileKind::Regular
    }
}
