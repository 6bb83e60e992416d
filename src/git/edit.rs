//! Replacing files of the worktree so that every one can be put back, by this process
//! or, after a kill, by the next.

use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::change::{FileChange, StoredChange};
use super::files::{group_of, move_into_place, write_new};
use super::index::{IndexChange, StatData};
use super::index_lock::{INDEX_COPY, remove_if_there};
use super::refusal::Refusal;
use super::repo::Repo;
use super::sign::SCRATCH;
use super::worktree::{is_absent, plain_content};

/// Begins the name of what was at a path before.
const BACKUP: &str = "keep-";
/// Begins the name of what will be there.
const STAGED: &str = "file-";

/// Changes made to the worktree. Dropped before `keep`, they are undone.
pub(super) struct Edit<'r> {
    repo: &'r Repo,
    undo: Vec<Undo>,
    /// For each change the new content, where it differs from what is there.
    staged: Vec<Option<PathBuf>>,
}

enum Undo {
    /// The file was replaced or deleted; `backup` is what was there.
    Restore {
        target: PathBuf,
        backup: PathBuf,
    },
    /// The file was not there.
    Remove(PathBuf),
    RemoveDir(PathBuf),
    MakeDir(PathBuf),
}

impl Repo {
    /// What was at the path of change number `n` before it was replaced.
    pub(super) fn backup_path(&self, n: usize) -> PathBuf {
        self.private_dir().join(format!("{BACKUP}{n}"))
    }

    /// The new content of change number `n`, until it is moved to its place.
    fn staged_path(&self, n: usize) -> PathBuf {
        self.private_dir().join(format!("{STAGED}{n}"))
    }

    /// Whether what is at a path is the file that a change made there. A move to another
    /// file system makes a new file; then the content has to do, which the caller compares.
    pub(super) fn is_made_by(&self, change: &StoredChange, target: &Path) -> bool {
        let (Some(inode), Ok(there)) = (change.made, std::fs::symlink_metadata(target)) else {
            return false;
        };
        let here = std::fs::symlink_metadata(self.private_dir()).map(|dir| dir.dev());
        there.ino() == inode || here.is_ok_and(|device| device != there.dev())
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
                let bytes = plain_content(&target).with_context(|| format!("read {}", target.display()))?;
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

    /// Removes the contents, old and new, the copy of the index and what a signer worked with,
    /// where a dead run left them.
    pub(super) fn forget_leftovers(&self) -> Result<()> {
        let dir = self.private_dir();
        let entries = std::fs::read_dir(&dir).with_context(|| format!("list {}", dir.display()))?;
        for entry in entries {
            let entry = entry.with_context(|| format!("list {}", dir.display()))?;
            let name = entry.file_name();
            if [BACKUP, STAGED, INDEX_COPY, SCRATCH].iter().any(|prefix| name.as_bytes().starts_with(prefix.as_bytes()))
            {
                remove_if_there(&entry.path())?;
            }
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
}

impl<'r> Edit<'r> {
    pub(super) fn new(repo: &'r Repo) -> Edit<'r> {
        Edit { repo, undo: Vec::new(), staged: Vec::new() }
    }

    /// Writes the new content of the next change beside the journal, where it differs from
    /// what is in the worktree. Dying here leaves a file that the next write replaces.
    pub(super) fn stage(&mut self, change: &mut StoredChange, given: Option<&FileChange>) -> Result<()> {
        let n = self.staged.len();
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        let there = match plain_content(&target) {
            Ok(bytes) => Some(bytes),
            Err(e) if is_absent(&e) => None,
            Err(e) => return Err(e).with_context(|| format!("read {}", target.display())),
        };
        let bytes = given.and_then(|given| given.content.as_deref());
        let (Some((mode, _)), Some(bytes)) = (change.new, bytes.filter(|new| there.as_deref() != Some(*new))) else {
            self.staged.push(None);
            return Ok(());
        };
        let path = self.repo.staged_path(n);
        let file = write_new(&path, bytes, mode).with_context(|| format!("write {}", path.display()))?;
        if self.repo.is_shared() {
            group_of(&file, &target);
        }
        self.staged.push(Some(path));
        change.made = match there {
            Some(_) => None,
            None => Some(file.metadata().context("look at what was written")?.ino()),
        };
        Ok(())
    }

    /// Brings the file of change number `n` to its new content; what to tell the index.
    pub(super) fn apply(&mut self, n: usize, change: &StoredChange, given: Option<&FileChange>) -> Result<IndexChange> {
        self.repo.check_place(change, given.and_then(|given| given.over.as_deref()))?;
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        let entry = match change.new {
            Some((mode, id)) => {
                if let Some(staged) = self.staged[n].clone() {
                    self.replace(n, change, &staged)?;
                }
                let metadata = std::fs::symlink_metadata(&target);
                let metadata = metadata.with_context(|| format!("look at {}", target.display()))?;
                Some((mode, id, StatData::of(&metadata)))
            }
            None => {
                self.delete(n, change)?;
                None
            }
        };
        Ok(IndexChange { path: change.path.clone(), entry })
    }

    fn replace(&mut self, n: usize, change: &StoredChange, staged: &Path) -> Result<()> {
        let target = self.repo.worktree_path(change.path.as_bytes())?;
        if change.made.is_some() {
            // Somebody made one since it was looked for.
            if target.exists() {
                bail!(Refusal::Moved);
            }
            if !target.parent().is_some_and(Path::is_dir) {
                self.make_parents(&change.path)?;
            }
            self.undo.push(Undo::Remove(target.clone()));
        } else {
            let backup = self.repo.backup_path(n);
            remove_if_there(&backup)?;
            // A link keeps the very file; a copy is for file systems without links.
            std::fs::hard_link(&target, &backup)
                .or_else(|_| std::fs::copy(&target, &backup).map(drop))
                .with_context(|| format!("keep a copy of {}", target.display()))?;
            self.undo.push(Undo::Restore { target: target.clone(), backup });
        }
        let moved = move_into_place(staged, &target).with_context(|| format!("write {}", target.display()));
        if moved.is_err() && change.made.is_some() {
            self.undo.pop();
        }
        moved
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

    /// Lets the changes stand: nothing is left of what was before.
    pub(super) fn keep(mut self) -> Result<()> {
        self.undo.drain(..).try_for_each(|step| match step {
            Undo::Restore { backup, .. } => remove_if_there(&backup),
            Undo::Remove(_) | Undo::RemoveDir(_) | Undo::MakeDir(_) => Ok(()),
        })
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
                Undo::Remove(target) => remove_if_there(&target)?,
                // Not empty any more: somebody uses it.
                Undo::RemoveDir(dir) => drop(std::fs::remove_dir(dir)),
                Undo::MakeDir(dir) => {
                    std::fs::create_dir_all(&dir).with_context(|| format!("make {}", dir.display()))?;
                }
            }
        }
        for staged in self.staged.drain(..).flatten() {
            remove_if_there(&staged)?;
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
