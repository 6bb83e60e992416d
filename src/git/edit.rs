//! Replacing files of the worktree so that every one can be put back, by this process
//! or, after a kill, by the next.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::change::{FileChange, StoredChange};
use super::index::{IndexChange, StatData};
use super::index_lock::remove_if_there;
use super::object::MODE_EXECUTABLE;
use super::refusal::Refusal;
use super::repo::Repo;
use super::worktree::is_absent;

/// Changes made to the worktree. Dropped before `keep`, they are undone.
pub(super) struct Edit<'r> {
    repo: &'r Repo,
    undo: Vec<Undo>,
}

enum Undo {
    /// The file was replaced or deleted; `backup` is what was there.
    Restore {
        target: PathBuf,
        backup: PathBuf,
    },
    /// The file was not there; `marker` says that it is ours.
    Remove {
        target: PathBuf,
        marker: PathBuf,
    },
    RemoveDir(PathBuf),
    MakeDir(PathBuf),
}

impl Repo {
    /// What was at the path of change number `n` before it was replaced.
    pub(super) fn backup_path(&self, n: usize) -> PathBuf {
        self.private_dir().join(format!("keep-{n}"))
    }

    /// Says that the file of change number `n` was created by us.
    pub(super) fn marker_path(&self, n: usize) -> PathBuf {
        self.private_dir().join(format!("made-{n}"))
    }

    /// Refuses a change whose place in the worktree is not a plain file inside it, or
    /// holds something that is neither HEAD's content nor the new one nor `over`.
    pub(super) fn check_place(&self, change: &StoredChange, over: Option<&[u8]>) -> Result<()> {
        if let Some(link) = self.parent_link(&change.path)? {
            bail!(Refusal::UnsafePath(link));
        }
        let target = self.worktree_path(change.path.as_bytes())?;
        match std::fs::symlink_metadata(&target) {
            Ok(metadata) if !metadata.is_file() => bail!(Refusal::UnsafePath(change.path.clone())),
            Ok(_) => {
                let bytes = std::fs::read(&target).with_context(|| format!("read {}", target.display()))?;
                let known = [change.old, change.new];
                let is_known = known.iter().flatten().any(|(_, id)| self.is_blob(change.path.as_bytes(), &bytes, id));
                if !is_known && over != Some(bytes.as_slice()) {
                    bail!(Refusal::Moved);
                }
                Ok(())
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotADirectory => {
                bail!(Refusal::UnsafePath(change.path.clone()))
            }
            Err(e) if is_absent(&e) => Ok(()),
            Err(e) => Err(e).with_context(|| format!("look at {}", target.display())),
        }
    }

    /// Removes backups and markers of `count` changes.
    pub(super) fn forget_backups(&self, count: usize) -> Result<()> {
        for n in 0..count {
            remove_if_there(&self.backup_path(n))?;
            remove_if_there(&self.marker_path(n))?;
            remove_if_there(&self.private_dir().join(format!("file-{n}")))?;
        }
        Ok(())
    }

    /// Removes the directories above a deleted file that are now empty, as git does;
    /// those removed, deepest first.
    pub(super) fn remove_empty_parents(&self, path: &str) -> Result<Vec<PathBuf>> {
        let mut removed = Vec::new();
        for (end, _) in path.rmatch_indices('/') {
            let dir = self.worktree_path(&path.as_bytes()[..end])?;
            if std::fs::remove_dir(&dir).is_err() {
                break;
            }
            removed.push(dir);
        }
        Ok(removed)
    }

    /// Writes bytes to a temporary file beside the journal.
    pub(super) fn temporary_file(&self, name: &str, bytes: &[u8], mode: u32) -> Result<PathBuf> {
        let path = self.private_dir().join(name);
        remove_if_there(&path)?;
        write_new(&path, bytes, mode).with_context(|| format!("write {}", path.display()))?;
        Ok(path)
    }
}

impl<'r> Edit<'r> {
    pub(super) fn new(repo: &'r Repo) -> Edit<'r> {
        Edit { repo, undo: Vec::new() }
    }

    /// Brings the file of change number `n` to its new content; what to tell the index.
    pub(super) fn apply(&mut self, n: usize, change: &StoredChange, given: Option<&FileChange>) -> Result<IndexChange> {
        self.repo.check_place(change, given.and_then(|given| given.over.as_deref()))?;
        let bytes = given.and_then(|given| given.content.as_deref());
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        let entry = match (change.new, bytes) {
            (Some((mode, id)), Some(bytes)) => {
                if std::fs::read(&target).map_or(true, |old| old != bytes) {
                    self.replace(n, change, bytes, mode)?;
                }
                let metadata = std::fs::symlink_metadata(&target);
                let metadata = metadata.with_context(|| format!("look at {}", target.display()))?;
                Some((mode, id, StatData::of(&metadata)))
            }
            _ => {
                self.delete(n, change)?;
                None
            }
        };
        Ok(IndexChange { path: change.path.clone(), entry })
    }

    fn replace(&mut self, n: usize, change: &StoredChange, bytes: &[u8], mode: u32) -> Result<()> {
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        self.make_parents(&change.path)?;
        let temporary = self.repo.temporary_file(&format!("file-{n}"), bytes, mode)?;
        if target.exists() {
            let backup = self.repo.backup_path(n);
            remove_if_there(&backup)?;
            // A link keeps the very file; a copy is for file systems without links.
            std::fs::hard_link(&target, &backup)
                .or_else(|_| std::fs::copy(&target, &backup).map(drop))
                .with_context(|| format!("keep a copy of {}", target.display()))?;
            self.undo.push(Undo::Restore { target: target.clone(), backup });
        } else {
            let marker = self.repo.temporary_file(&format!("made-{n}"), b"", mode)?;
            self.undo.push(Undo::Remove { target: target.clone(), marker });
        }
        move_into_place(&temporary, &target).with_context(|| format!("write {}", target.display()))
    }

    fn make_parents(&mut self, path: &str) -> Result<()> {
        for (end, _) in path.match_indices('/') {
            let dir = self.repo.worktree_path(&path.as_bytes()[..end])?;
            match std::fs::create_dir(&dir) {
                Ok(()) => self.undo.push(Undo::RemoveDir(dir)),
                Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(e) => return Err(e).with_context(|| format!("make {}", dir.display())),
            }
        }
        Ok(())
    }

    fn delete(&mut self, n: usize, change: &StoredChange) -> Result<()> {
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        if !target.exists() {
            return Ok(());
        }
        let backup = self.repo.backup_path(n);
        remove_if_there(&backup)?;
        move_into_place(&target, &backup).with_context(|| format!("delete {}", target.display()))?;
        self.undo.push(Undo::Restore { target, backup });
        let removed = self.repo.remove_empty_parents(&change.path)?;
        self.undo.extend(removed.into_iter().map(Undo::MakeDir));
        Ok(())
    }

    /// Lets the changes stand.
    pub(super) fn keep(mut self) {
        self.undo.clear();
    }

    /// Puts everything back, last change first.
    pub(super) fn undo(mut self) -> Result<()> {
        self.take_back()
    }

    fn take_back(&mut self) -> Result<()> {
        while let Some(step) = self.undo.pop() {
            match step {
                Undo::Restore { target, backup } => {
                    move_into_place(&backup, &target).with_context(|| format!("put back {}", target.display()))?
                }
                Undo::Remove { target, marker } => {
                    remove_if_there(&target)?;
                    remove_if_there(&marker)?;
                }
                // Not empty any more: somebody uses it.
                Undo::RemoveDir(dir) => drop(std::fs::remove_dir(dir)),
                Undo::MakeDir(dir) => {
                    std::fs::create_dir_all(&dir).with_context(|| format!("make {}", dir.display()))?;
                }
            }
        }
        Ok(())
    }
}

impl Drop for Edit<'_> {
    fn drop(&mut self) {
        // What cannot be put back now, the next writer puts back: the journal tells it.
        self.take_back().ok();
    }
}

/// Renames, or copies and renames where the git directory is on another file system.
pub(super) fn move_into_place(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::rename(from, to) {
        Err(e) if e.kind() == std::io::ErrorKind::CrossesDevices => {}
        other => return other,
    }
    let mut name = std::ffi::OsString::from(".ohmymkt-");
    name.push(to.file_name().unwrap_or_default());
    let beside = to.with_file_name(name);
    std::fs::copy(from, &beside)?;
    std::fs::rename(&beside, to)?;
    std::fs::remove_file(from)
}

fn write_new(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<()> {
    // The umask takes from these what the user does not want to grant.
    let bits = if mode == MODE_EXECUTABLE { 0o777 } else { 0o666 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(bits).open(path)?;
    file.write_all(bytes)
}
