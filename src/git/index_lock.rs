//! `index.lock`: taken so that a later run can prove it ours, filled, renamed.

use std::fs::{File, FileTimes, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;

use anyhow::{Context as _, Result, bail};

use super::index::{Checksum, IndexChange, Patched, patch};
use super::refusal::Refusal;
use super::repo::{Repo, finish};
use super::sync::Part;

/// The name of the copy of the index that git changes. The name of git's lock of that copy
/// begins with it, too.
pub(super) const INDEX_COPY: &str = "index.copy";

/// The index's lock. Dropped before `commit`, it is released and nothing has changed.
pub(super) struct IndexLock<'r> {
    repo: &'r Repo,
    file: File,
    is_held: bool,
    /// Another lock of git's that is held as well (`HEAD.lock`).
    beside: Option<PathBuf>,
}

impl Repo {
    fn index_lock_path(&self) -> PathBuf {
        let mut path = self.index_path().into_os_string();
        path.push(".lock");
        path.into()
    }

    /// A second name of our `index.lock`: as long as both are one file, the lock is ours.
    fn index_next_path(&self) -> PathBuf {
        self.private_dir().join("index.next")
    }

    /// Takes `index.lock`, waiting for git where it holds it.
    ///
    /// # Errors
    /// `Refusal::Locked` when the wait is over.
    pub(super) fn lock_index(&self) -> Result<IndexLock<'_>> {
        let (lock, next) = (self.index_lock_path(), self.index_next_path());
        let file = match create_new(&next) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
                remove_if_there(&next)?;
                create_new(&next)
            }
            other => other,
        };
        let file = file.with_context(|| format!("write {}", next.display()))?;
        let mut patience = self.patience();
        loop {
            match std::fs::hard_link(&next, &lock) {
                Ok(()) => {
                    return Ok(IndexLock { repo: self, file, is_held: true, beside: None });
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(_) => return self.lock_index_without_links(),
            }
            if !patience.wait() {
                std::fs::remove_file(&next).context("remove our part of the index lock")?;
                bail!(Refusal::Locked(lock));
            }
        }
    }

    /// Where the file system has no hard links: a plain lock, which only its holder frees.
    fn lock_index_without_links(&self) -> Result<IndexLock<'_>> {
        let lock = self.index_lock_path();
        remove_if_there(&self.index_next_path())?;
        let mut patience = self.patience();
        loop {
            match create_new(&lock) {
                Ok(file) => {
                    return Ok(IndexLock { repo: self, file, is_held: true, beside: None });
                }
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e).with_context(|| format!("write {}", lock.display())),
            }
            if !patience.wait() {
                bail!(Refusal::Locked(lock));
            }
        }
    }

    /// Removes what a dead run of ours left locked, the index and HEAD; leaves locks of git's.
    pub(super) fn break_own_index_lock(&self) -> Result<()> {
        let next = self.index_next_path();
        let Ok(ours) = std::fs::symlink_metadata(&next) else { return Ok(()) };
        for lock in [self.index_lock_path(), self.reference_lock_path("HEAD")] {
            let there = std::fs::symlink_metadata(&lock);
            if there.is_ok_and(|there| (there.dev(), there.ino()) == (ours.dev(), ours.ino())) {
                std::fs::remove_file(&lock).with_context(|| format!("remove {}", lock.display()))?;
            }
        }
        remove_if_there(&next)
    }
}

impl IndexLock<'_> {
    /// Takes another lock of git's, which can be proved ours in the same way; false when
    /// somebody holds it.
    pub(super) fn hold(&mut self, lock: &Path) -> std::io::Result<bool> {
        let linked = match std::fs::hard_link(self.repo.index_next_path(), lock) {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => return Ok(false),
            // Where the file system has no hard links.
            Err(_) => create_new(lock).map(drop),
            Ok(()) => Ok(()),
        };
        match linked {
            Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(false),
            Err(e) => Err(e),
            Ok(()) => {
                self.beside = Some(lock.to_owned());
                Ok(true)
            }
        }
    }

    /// Frees what is held beside the index.
    pub(super) fn let_go(&mut self) {
        if let Some(lock) = self.beside.take() {
            // What cannot be removed now, the next writer removes, as it is ours.
            std::fs::remove_file(lock).ok();
        }
    }

    /// Writes the complete new index into the lock, as `git add` of these files makes it.
    pub(super) fn fill_by_adding(&mut self, paths: &[&str]) -> Result<()> {
        let path = self.repo.index_path();
        let written = std::fs::metadata(&path).and_then(|metadata| metadata.modified()).context("look at the index")?;
        let bytes = self.repo.changed_by_git(&path, |copy| {
            let mut git = self.repo.git();
            git.args(["--literal-pathspecs", "add", "--force", "--sparse", "--"]).args(paths);
            finish(git.env("GIT_INDEX_FILE", copy), &["add"]).map(drop)
        })?;
        self.write(&bytes, Some(written))
    }

    /// Writes the complete new index into the lock.
    pub(super) fn fill(&mut self, changes: &[IndexChange]) -> Result<()> {
        let path = self.repo.index_path();
        let (old, written) = match File::open(&path) {
            Ok(mut file) => {
                let metadata = file.metadata().context("look at the index")?;
                let mut bytes = Vec::with_capacity(usize::try_from(metadata.len())?);
                file.read_to_end(&mut bytes).context("read the index")?;
                (Some(bytes), Some(metadata.modified().context("read the index's time")?))
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => (None, None),
            Err(e) => return Err(e).with_context(|| format!("open {}", path.display())),
        };
        let checksum = match self.repo.config_bool("index.skiphash") {
            Some(true) => Checksum::Zeros,
            _ => Checksum::Hash,
        };
        let bytes = match patch(old.as_deref(), changes, self.repo.id_length(), checksum)? {
            Patched::Bytes(bytes) => bytes,
            Patched::LeaveToGit => self.repo.changed_by_git(&path, |copy| self.repo.patch_by_git(copy, changes))?,
        };
        self.write(&bytes, written)
    }

    /// Writes the bytes of the new index, whose old one was written at that time.
    fn write(&mut self, bytes: &[u8], written: Option<SystemTime>) -> Result<()> {
        let lock = self.repo.index_lock_path();
        let failed = |what: &str| format!("{what} {}", lock.display());
        self.file.write_all(bytes).with_context(|| failed("write"))?;
        // An entry changed in the tick in which the index was written is only seen by
        // git because it is not older than the index. A later time would hide it.
        if let Some(written) = written {
            let times = FileTimes::new().set_modified(written);
            self.file.set_times(times).with_context(|| failed("set the time of"))?;
        }
        if self.repo.must_sync(Part::Index) {
            self.file.sync_all().with_context(|| failed("flush"))?;
        }
        self.repo.share(&lock);
        Ok(())
    }

    /// Puts the new index in place.
    pub(super) fn commit(mut self) -> Result<()> {
        let path = self.repo.index_path();
        self.is_held = false;
        std::fs::rename(self.repo.index_lock_path(), &path).with_context(|| format!("replace {}", path.display()))?;
        if let Some(lock) = self.beside.take() {
            remove_if_there(&lock)?;
        }
        remove_if_there(&self.repo.index_next_path())
    }
}

impl Drop for IndexLock<'_> {
    fn drop(&mut self) {
        if self.is_held {
            // What cannot be removed now, the next writer removes: the journal tells it.
            self.let_go();
            std::fs::remove_file(self.repo.index_lock_path()).ok();
            std::fs::remove_file(self.repo.index_next_path()).ok();
        }
    }
}

impl Repo {
    /// What becomes of an index whose copy is changed by git. Whoever calls this holds the lock
    /// of the index, so a lock of the copy is a dead git's.
    fn changed_by_git(&self, index: &Path, change: impl FnOnce(&Path) -> Result<()>) -> Result<Vec<u8>> {
        let copy = self.private_dir().join(INDEX_COPY);
        remove_if_there(&self.private_dir().join(format!("{INDEX_COPY}.lock")))?;
        std::fs::copy(index, &copy).context("copy the index")?;
        change(&copy)?;
        let bytes = std::fs::read(&copy).context("read the patched index")?;
        std::fs::remove_file(&copy).context("remove the copied index")?;
        Ok(bytes)
    }

    /// Lets git patch the copy of an index that we do not write ourselves.
    fn patch_by_git(&self, copy: &Path, changes: &[IndexChange]) -> Result<()> {
        let mut input = Vec::new();
        for change in changes {
            let (mode, id) = match &change.entry {
                Some((mode, id, _)) => (*mode, id.to_string()),
                None => (0, "0".repeat(self.id_length() * 2)),
            };
            input.extend_from_slice(format!("{mode:o} {id}\t{}\0", change.path).as_bytes());
        }
        let mut git = self.git();
        git.args(["update-index", "-z", "--index-info"]).env("GIT_INDEX_FILE", copy);
        git.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = git.spawn().context("run git update-index")?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(&input).context("feed git update-index")?;
        }
        let output = child.wait_with_output().context("run git update-index")?;
        if !output.status.success() {
            bail!("git update-index failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        self.note_stat_data(copy, changes);
        Ok(())
    }

    /// What is told to `git update-index` has no stat data, and what has none does not count
    /// as unchanged: a sparse checkout would not leave it out again.
    fn note_stat_data(&self, index: &Path, changes: &[IndexChange]) {
        let written: Vec<_> = changes.iter().filter(|change| change.entry.is_some()).collect();
        if written.is_empty() || self.config_bool("core.sparsecheckout") != Some(true) {
            return;
        }
        let mut git = self.git();
        git.args(["--literal-pathspecs", "add", "--refresh", "--sparse", "--"]);
        git.args(written.iter().map(|change| &change.path)).env("GIT_INDEX_FILE", index);
        // Without it git only looks at these files once more.
        git.output().ok();
    }
}

fn create_new(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

pub(super) fn remove_if_there(path: &Path) -> Result<()> {
    match std::fs::remove_file(path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            Err(e).with_context(|| format!("remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
