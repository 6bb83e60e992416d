//! The journal: what a write is about to do, so that the next one can finish or undo
//! it if this process dies.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

use super::change::StoredChange;
use super::lock::write_over;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;
use super::sync::Part;

/// What the first line begins with in every version.
const NAME: &str = "ohmymkt journal ";
/// First line of the file while the write goes on; another version is not understood.
const OPEN: &str = "ohmymkt journal 2 open\n";
/// First line when the write is done or undone: as long, so that it replaces the other in
/// place. A file that is never removed costs less than one that is made again each time.
const DONE: &str = "ohmymkt journal 2 done\n";
/// Ends the journal; what may come behind it is older and longer.
const END: &str = "\nend\n";

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
        let mut text = format!("{OPEN}{}\n{}\n", self.reference, self.new);
        let side = |side: &Option<(u32, ObjectId)>| match side {
            Some((mode, id)) => format!("{mode:o} {id}"),
            None => "0 -".to_owned(),
        };
        for change in &self.changes {
            let made = change.made.unwrap_or(0);
            text.push_str(&format!("{} {} {made} {}\n", side(&change.old), side(&change.new), change.path));
        }
        text.push_str("end\n");
        text
    }

    /// `None` when the text is not a complete journal.
    pub(super) fn from_text(text: &str) -> Option<Journal> {
        let text = text.strip_prefix(OPEN)?;
        let mut lines = text[..text.find(END)?].lines();
        let reference = lines.next()?.to_owned();
        let new = lines.next()?.parse().ok()?;
        let change = |line: &str| {
            let words: Vec<&str> = line.splitn(6, ' ').collect();
            let side = |mode: &str, id: &str| Some((u32::from_str_radix(mode, 8).ok()?, id.parse().ok()?));
            let [old_mode, old, new_mode, new, made, path] = words.as_slice() else {
                return None;
            };
            let (old, new) = (side(old_mode, old), side(new_mode, new));
            let made = Some(made.parse().ok()?).filter(|inode| *inode != 0);
            Some(StoredChange { path: (*path).to_owned(), old, new, made })
        };
        Some(Journal { reference, new, changes: lines.map(change).collect::<Option<_>>()? })
    }
}

/// Whether no write is open: none was begun, or the last is done. The first line is written
/// last, over one that is as long and says that a write is done; so one that is half of each
/// was not begun, or is done.
fn is_closed(bytes: &[u8]) -> bool {
    let line = &bytes[..bytes.len().min(OPEN.len())];
    let begun = line.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let ours = &OPEN.as_bytes()[..OPEN.len() - "open\n".len()];
    let is_partly_written = begun < OPEN.len() && OPEN.as_bytes().starts_with(&line[..begun]);
    let is_neither = line.starts_with(ours) && line != OPEN.as_bytes();
    // Another version of this program is done in the same words.
    let is_done = line.starts_with(NAME.as_bytes()) && line.ends_with(b" done\n");
    is_partly_written || is_neither || is_done
}

impl Repo {
    pub(super) fn journal_path(&self) -> PathBuf {
        self.private_dir().join("journal")
    }

    /// Writes the journal: what it says first, that it holds last.
    pub(super) fn write_journal(&self, journal: &Journal) -> Result<()> {
        let path = self.journal_path();
        let text = journal.to_text();
        let body = &text.as_bytes()[OPEN.len()..];
        let write = || {
            let file = write_over(&path)?;
            file.write_all_at(body, OPEN.len() as u64)?;
            self.share(&path);
            file.write_all_at(OPEN.as_bytes(), 0)?;
            if self.must_sync(Part::Index) { file.sync_all() } else { Ok(()) }
        };
        write().with_context(|| format!("write {}", path.display()))
    }

    /// The journal a dead process left, if any.
    ///
    /// # Errors
    /// `Refusal::UnreadableJournal` when a write was begun that nobody here can finish.
    pub(super) fn left_journal(&self) -> Result<Option<Journal>> {
        let path = self.journal_path();
        let bytes = match std::fs::read(&path) {
            Ok(bytes) if is_closed(&bytes) => return Ok(None),
            Ok(bytes) => bytes,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e).with_context(|| format!("read {}", path.display())),
        };
        let journal = Journal::from_text(&String::from_utf8_lossy(&bytes));
        journal.map(Some).ok_or_else(|| Refusal::UnreadableJournal(path).into())
    }

    /// Closes the journal: the write is done or undone.
    pub(super) fn close_journal(&self) -> Result<()> {
        let path = self.journal_path();
        let file = OpenOptions::new().write(true).open(&path);
        let written = file.and_then(|file| file.write_all_at(DONE.as_bytes(), 0));
        written.with_context(|| format!("write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_journal_survives_the_round_trip_and_a_torn_one_does_not() {
        let id: ObjectId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().expect("a full id");
        let change =
            StoredChange { path: ".ohmymkt/a b.json".into(), old: None, new: Some((0o100644, id)), made: Some(7) };
        let journal = Journal { reference: "refs/heads/main".into(), new: id, changes: vec![change] };
        let text = journal.to_text();
        assert_eq!(OPEN.len(), DONE.len());
        assert_eq!(Journal::from_text(&format!("{text}of an older one\nend\n")), Some(journal));
        for end in 0..text.len() {
            assert_eq!(Journal::from_text(&text[..end]), None);
        }
    }

    #[test]
    fn only_a_whole_first_line_opens_a_journal() {
        let (open, done) = (OPEN.as_bytes(), DONE.as_bytes());
        assert!(!is_closed(open));
        assert!(is_closed(done) && is_closed(b"") && is_closed(&[0; 40]));
        for torn in 0..open.len() - 1 {
            let (first, second) = (&open[..torn], vec![0; open.len() - torn]);
            assert!(is_closed(&[first, &second].concat()), "a new file, torn at {torn}");
        }
        for torn in 0..open.len() {
            let opened = [&open[..torn], &done[torn..]].concat();
            let closed = [&done[..torn], &open[torn..]].concat();
            assert_eq!(is_closed(&opened), opened != open, "opened, torn at {torn}");
            assert_eq!(is_closed(&closed), closed != open, "closed, torn at {torn}");
        }
        assert!(is_closed(b"ohmymkt journal 3 done\n") && !is_closed(b"ohmymkt journal 3 open\n"));
        assert!(!is_closed(b"garbage"));
    }
}
