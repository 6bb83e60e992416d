//! The journal: what a write is about to do, so that the next one can finish or undo
//! it if this process dies.

use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::change::StoredChange;
use super::object_id::ObjectId;
use super::repo::Repo;

/// First line of the file; another version is not understood.
const VERSION: &str = "ohmymkt journal 1";

/// What a write was about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Journal {
    /// The reference to move, `HEAD` when detached.
    pub(super) reference: String,
    /// The commit it shall point to.
    pub(super) new: ObjectId,
    pub(super) changes: Vec<StoredChange>,
}

impl Journal {
    /// Lines, as paths hold no line feed (`change::check_path`).
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{VERSION}\n{}\n{}\n", self.reference, self.new);
        let side = |side: &Option<(u32, ObjectId)>| match side {
            Some((mode, id)) => format!("{mode:o} {id}"),
            None => "0 -".to_owned(),
        };
        for change in &self.changes {
            text.push_str(&format!("{} {} {}\n", side(&change.old), side(&change.new), change.path));
        }
        text.push_str("end\n");
        text
    }

    /// `None` when the text is not a complete journal.
    pub(super) fn from_text(text: &str) -> Option<Journal> {
        let mut lines = text.strip_suffix("end\n")?.lines();
        if lines.next()? != VERSION {
            return None;
        }
        let reference = lines.next()?.to_owned();
        let new = lines.next()?.parse().ok()?;
        let change = |line: &str| {
            let words: Vec<&str> = line.splitn(5, ' ').collect();
            let side = |mode: &str, id: &str| Some((u32::from_str_radix(mode, 8).ok()?, id.parse().ok()?));
            let [old_mode, old, new_mode, new, path] = words.as_slice() else {
                return None;
            };
            let (old, new) = (side(old_mode, old), side(new_mode, new));
            Some(StoredChange { path: (*path).to_owned(), old, new })
        };
        Some(Journal { reference, new, changes: lines.map(change).collect::<Option<_>>()? })
    }
}

impl Repo {
    fn journal_path(&self) -> PathBuf {
        self.private_dir().join("journal")
    }

    /// Writes the journal, complete or not at all.
    pub(super) fn write_journal(&self, journal: &Journal) -> Result<()> {
        let temporary = self.private_dir().join("journal.new");
        std::fs::write(&temporary, journal.to_text()).context("write the journal")?;
        self.share(&temporary);
        if self.must_sync("index") {
            std::fs::File::open(&temporary).and_then(|f| f.sync_all()).context("write the journal")?;
        }
        std::fs::rename(&temporary, self.journal_path()).context("write the journal")
    }

    /// The journal a dead process left, if any.
    pub(super) fn left_journal(&self) -> Result<Option<Journal>> {
        match std::fs::read_to_string(self.journal_path()) {
            Ok(text) => {
                let journal = Journal::from_text(&text);
                journal.map(Some).context("the journal of an unfinished write cannot be read")
            }
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e).context("read the journal"),
        }
    }

    /// Forgets the journal: the write is done or undone.
    pub(super) fn remove_journal(&self) -> Result<()> {
        match std::fs::remove_file(self.journal_path()) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(e).context("remove the journal"),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_survives_the_round_trip_and_a_torn_one_does_not() {
        let id: ObjectId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().expect("a full id");
        let change = StoredChange { path: ".ohmymkt/a b.json".into(), old: None, new: Some((0o100644, id)) };
        let journal = Journal { reference: "refs/heads/main".into(), new: id, changes: vec![change] };
        let text = journal.to_text();
        assert_eq!(Journal::from_text(&text), Some(journal));
        assert_eq!(Journal::from_text(&text[..text.len() - 2]), None);
    }
}
