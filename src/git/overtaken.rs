//! Mending an index that a git of the user's put back.
//!
//! `git commit` reads the index before it locks it. One that overlaps with a write of
//! ours can therefore put the index of before back, which then holds a staged reversal
//! of our commit. The last writes are remembered for a while, so that the next one can
//! tell such a reversal from what the user staged (contract, section 7).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::change::StoredChange;
use super::index::{IndexChange, IndexEntry, StatData};
use super::journal::Journal;
use super::object_id::ObjectId;
use super::repo::Repo;

/// How many bytes of them are remembered, some twenty writes.
const KEPT: u64 = 8192;
/// For how long: no git holds on to an index it has read for longer.
const LONG: Duration = Duration::from_secs(60);

/// What a path begins with at the first level: a folder, or the file itself.
fn top(path: &str) -> &str {
    path.split_once('/').map_or(path, |(folder, _)| folder)
}

fn is_old(metadata: &std::fs::Metadata) -> bool {
    metadata.modified().is_ok_and(|modified| modified.elapsed().is_ok_and(|age| age > LONG))
}

impl Repo {
    fn recent_path(&self) -> PathBuf {
        self.private_dir().join("recent")
    }

    /// Whether this program has written here so lately that a git which had begun before may
    /// still put back what was there.
    #[must_use]
    pub fn wrote_lately(&self) -> bool {
        std::fs::metadata(self.recent_path()).is_ok_and(|metadata| !is_old(&metadata))
    }

    /// Remembers a write that is done, and whose journal is still open.
    pub(super) fn remember(&self, journal: &Journal) -> Result<()> {
        let path = self.recent_path();
        let kept = match std::fs::metadata(&path) {
            Ok(metadata) if is_old(&metadata) => Some(Vec::new()),
            Ok(metadata) if metadata.len() > KEPT => Some(self.later_half()?),
            _ => None,
        };
        // Appending costs nothing; replacing a file makes some file systems flush it.
        if kept.is_some() {
            std::fs::remove_file(&path).with_context(|| format!("remove {}", path.display()))?;
        }
        let text = kept.unwrap_or_default().concat() + &journal.to_text();
        let write = || {
            let mut file = OpenOptions::new().create(true).append(true).open(&path)?;
            file.write_all(text.as_bytes())?;
            // As of when the write began: a git that took the index's lock right after us has
            // written its index before we come here, and that one has to look younger.
            file.set_modified(std::fs::metadata(self.journal_path())?.modified()?)
        };
        write().with_context(|| format!("write {}", path.display()))?;
        self.share(&path);
        Ok(())
    }

    /// The younger half of the remembered writes. A git that is still running may have read the
    /// index before these, so they must not be forgotten yet.
    fn later_half(&self) -> Result<Vec<String>> {
        let mut all = self.recent()?;
        let later = all.split_off(all.len() / 2);
        Ok(later)
    }

    /// The journals of the last writes, oldest first; none when they are too old to matter.
    fn recent(&self) -> Result<Vec<String>> {
        let path = self.recent_path();
        let old = match std::fs::metadata(&path) {
            Ok(metadata) => is_old(&metadata),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(e) => return Err(e).with_context(|| format!("look at {}", path.display())),
        };
        if old {
            return Ok(Vec::new());
        }
        let bytes = std::fs::read(&path).with_context(|| format!("read {}", path.display()))?;
        let text = String::from_utf8_lossy(&bytes);
        Ok(text.split_inclusive("\nend\n").map(str::to_owned).collect())
    }

    /// Takes back what a git that overlapped with our last writes put into the index:
    /// entries that are as before one of them, where HEAD and the file are as after it.
    pub(super) fn mend_overtaken_index(&self) -> Result<()> {
        let modified = |path: PathBuf| std::fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        match (modified(self.recent_path()), modified(self.index_path())) {
            (Some(recent), Some(index)) if index >= recent => {}
            _ => return Ok(()),
        }
        let Some(head) = self.head()?.commit_id else { return Ok(()) };
        let mut written: BTreeMap<String, Vec<StoredChange>> = BTreeMap::new();
        for journal in self.recent()?.iter().filter_map(|text| Journal::from_text(text)) {
            for change in journal.changes {
                written.entry(change.path.clone()).or_default().push(change);
            }
        }
        let tops: BTreeSet<&str> = written.keys().map(|path| top(path)).collect();
        let mut entries = Vec::new();
        for top in tops {
            entries.extend(self.index_entries(top)?.list);
            entries.extend(self.index_entry(top)?);
        }
        let staged: HashMap<&[u8], _> = entries.iter().map(|entry| (entry.path.as_slice(), entry)).collect();
        let mut changes = Vec::new();
        for (path, all) in &written {
            changes.extend(self.reversal(&head, (path, all), staged.get(path.as_bytes()).copied())?);
        }
        if changes.is_empty() {
            return Ok(());
        }
        let mut lock = self.lock_index()?;
        lock.fill(&changes)?;
        lock.commit()
    }

    /// What mends the entry of a path, if it is a reversal of one of these writes to it. They
    /// may have been made on several branches: what counts is what HEAD has.
    fn reversal(
        &self,
        head: &ObjectId,
        (path, all): (&str, &[StoredChange]),
        entry: Option<&IndexEntry>,
    ) -> Result<Option<IndexChange>> {
        let staged = entry.map(|entry| (entry.mode, entry.id));
        let is_before = all.iter().any(|change| change.old == staged) && entry.is_none_or(|entry| entry.stage == 0);
        if !is_before {
            return Ok(None);
        }
        let committed = self.path_entry(head, path)?.map(|entry| (entry.mode, entry.id));
        let is_written = staged != committed && all.iter().any(|change| change.new == committed);
        let Some((mode, id)) = committed.filter(|_| is_written) else { return Ok(None) };
        let stat = self.stat_if_content(path, id)?;
        let is_ours = stat != StatData::default();
        Ok(is_ours.then(|| IndexChange { path: path.to_owned(), entry: Some((mode, id, stat)) }))
    }
}
