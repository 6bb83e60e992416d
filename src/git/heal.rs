//! Finishing or undoing what a killed run left behind, before anything else is written.

use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::change::StoredChange;
use super::files::move_into_place;
use super::index::{IndexChange, IndexEntry, StatData};
use super::index_lock::remove_if_there;
use super::journal::Journal;
use super::object::MODE_FILE;
use super::object_id::ObjectId;
use super::repo::Repo;

/// An empty lock younger than this may be a living git's.
const YOUNG: Duration = Duration::from_secs(1);

impl Repo {
    /// Brings the repository to the state before or after the write in the journal.
    /// The caller holds the writers' lock, so whoever wrote the journal is gone.
    pub(super) fn heal(&self) -> Result<()> {
        let Some(journal) = self.left_journal()? else {
            self.break_own_index_lock()?;
            self.forget_leftovers()?;
            return self.mend_overtaken_index();
        };
        self.break_own_index_lock()?;
        self.break_own_reference_locks(&journal)?;
        if self.is_recorded(&journal)? {
            self.finish_index(&journal).context("finish an interrupted write")?;
        } else {
            self.restore_worktree(&journal).context("undo an interrupted write")?;
        }
        self.forget_leftovers()?;
        self.close_journal()
    }

    /// Whether the reference got as far as the journal's commit, or further; or HEAD did, where
    /// the branch has another name since.
    fn is_recorded(&self, journal: &Journal) -> Result<bool> {
        let tips = [self.reference_id(&journal.reference)?, self.head()?.commit_id];
        for tip in tips.into_iter().flatten() {
            if self.is_ancestor(&journal.new, &tip).context("look for an interrupted commit in the history")? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The reference moved but the index may not have: without this it would hold a
    /// staged reversal of the commit. What counts is what HEAD has, on whichever branch: it may
    /// have been left since. Entries that are no longer as before are the user's.
    fn finish_index(&self, journal: &Journal) -> Result<()> {
        let Some(head) = self.head()?.commit_id else { return Ok(()) };
        let entries = self.index_entries("")?.list;
        let mut changes = Vec::new();
        for change in &journal.changes {
            if !is_as_before(&entries, change) || change.old == change.new {
                continue;
            }
            let committed = self.path_entry(&head, &change.path)?.map(|entry| (entry.mode, entry.id));
            if committed != change.new {
                continue;
            }
            let entry = match change.new {
                Some((mode, id)) => Some((mode, id, self.stat_if_content(&change.path, id)?)),
                None => None,
            };
            changes.push(IndexChange { path: change.path.clone(), entry });
        }
        if changes.is_empty() {
            return Ok(());
        }
        let mut lock = self.lock_index()?;
        lock.fill(&changes)?;
        lock.commit()
    }

    /// The file's stat data if it holds the new content; else zeros, which make git look.
    pub(super) fn stat_if_content(&self, path: &str, id: ObjectId) -> Result<StatData> {
        let path = self.worktree_path(path.as_bytes())?;
        let Ok(metadata) = std::fs::symlink_metadata(&path) else {
            return Ok(StatData::default());
        };
        let same = metadata.is_file() && std::fs::read(&path).is_ok_and(|bytes| self.blob_id(&bytes) == id);
        Ok(if same { StatData::of(&metadata) } else { StatData::default() })
    }

    /// The reference did not move: files that we replaced, and that nobody has touched
    /// since, become again what they were.
    fn restore_worktree(&self, journal: &Journal) -> Result<()> {
        for (n, change) in journal.changes.iter().enumerate() {
            if self.parent_link(&change.path)?.is_some() {
                continue;
            }
            let target = self.worktree_path(change.path.as_bytes())?;
            let bytes = std::fs::read(&target).ok();
            let is_ours = match (&bytes, change.new) {
                (Some(bytes), Some((_, id))) => self.blob_id(bytes) == id,
                (None, None) => true,
                _ => false,
            };
            let backup = self.backup_path(n);
            if is_ours && backup.exists() {
                restore(&backup, &target).with_context(|| format!("put back {}", target.display()))?;
            } else if is_ours && self.is_made_by(change, &target) {
                remove_if_there(&target)?;
                self.remove_empty_parents(&change.path)?;
            } else if change.made.is_some() && bytes.is_none() {
                self.remove_empty_parents(&change.path)?;
            }
        }
        Ok(())
    }

    /// Removes the locks of HEAD and of its branch where they are ours.
    fn break_own_reference_locks(&self, journal: &Journal) -> Result<()> {
        self.break_own_reference_lock(&journal.reference, journal)?;
        if journal.reference == "HEAD" { Ok(()) } else { self.break_own_reference_lock("HEAD", journal) }
    }

    /// Removes `<reference>.lock` where its content says that it is ours, or where it is
    /// empty and old: git fills and renames its own within milliseconds.
    fn break_own_reference_lock(&self, name: &str, journal: &Journal) -> Result<()> {
        let path = self.reference_lock_path(name);
        let new = journal.new.to_string();
        let mut watched: Option<(u64, Instant)> = None;
        while let (Ok(text), Ok(metadata)) = (std::fs::read_to_string(&path), std::fs::symlink_metadata(&path)) {
            let text = text.trim_end();
            // To die while writing leaves the beginning.
            if !text.is_empty() {
                return if new.starts_with(text) { remove_if_there(&path) } else { Ok(()) };
            }
            let since = watched.filter(|(inode, _)| *inode == metadata.ino()).map(|(_, since)| since);
            // A clock that went back makes a file young for long: what is watched ages all the same.
            let is_old = age(&metadata).is_some_and(|age| age >= YOUNG);
            if is_old || since.is_some_and(|since| since.elapsed() >= YOUNG) {
                return remove_if_there(&path);
            }
            watched = Some((metadata.ino(), since.unwrap_or_else(Instant::now)));
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

fn age(metadata: &std::fs::Metadata) -> Option<Duration> {
    metadata.modified().ok()?.elapsed().ok()
}

fn restore(backup: &Path, target: &Path) -> std::io::Result<()> {
    if let Some(parent) = target.parent() {
        std::fs::create_dir_all(parent)?;
    }
    move_into_place(backup, target)
}

/// Whether the index has at this path what HEAD had before the interrupted write.
fn is_as_before(entries: &[IndexEntry], change: &StoredChange) -> bool {
    let mut here = entries.iter().filter(|entry| entry.path == change.path.as_bytes());
    match (here.next(), change.old) {
        (None, None) => true,
        (Some(entry), Some((mode, id))) => {
            entry.stage == 0 && entry.id == id && (entry.mode == mode || entry.mode == MODE_FILE)
        }
        _ => false,
    }
}
