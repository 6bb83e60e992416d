//! The beginning of the index file, kept from one look to the next: a write looks often.

use std::cell::RefCell;
use std::fs::{File, Metadata};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, ensure};

use super::entry::StatData;

/// What was read of the index last.
#[derive(Default)]
pub(in crate::git) struct IndexMemory(pub(super) RefCell<Option<Known>>);

/// An index file by its stat data: git writes a new file whenever it changes one.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) path: PathBuf,
    pub(super) stat: StatData,
    length: u64,
}

impl Seen {
    /// `None` when there is no index yet.
    pub(super) fn now(path: &Path) -> std::io::Result<Option<Seen>> {
        match std::fs::metadata(path) {
            Ok(metadata) => Ok(Some(Seen::of(path, &metadata))),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(e) => Err(e),
        }
    }

    fn of(path: &Path, metadata: &Metadata) -> Seen {
        Seen { path: path.to_owned(), stat: StatData::of(metadata), length: metadata.len() }
    }
}

/// The bytes of an index file, from its beginning.
pub(super) struct Known {
    pub(super) seen: Seen,
    pub(super) bytes: Vec<u8>,
    is_flattened: bool,
}

impl Known {
    /// Nothing of it yet.
    pub(super) fn unread(seen: Seen) -> Known {
        Known { seen, bytes: Vec::new(), is_flattened: false }
    }

    /// All of it, as git put a split index together.
    pub(super) fn flattened(seen: Seen, bytes: Vec<u8>) -> Known {
        Known { seen, bytes, is_flattened: true }
    }

    /// Whether there is no more to read.
    pub(super) fn is_whole(&self) -> bool {
        self.is_flattened || self.bytes.len() as u64 >= self.seen.length
    }

    /// Reads some more: a little first, as entries of ours come early, then ever more.
    pub(super) fn read_on(&mut self) -> Result<()> {
        const FIRST: usize = 64 * 1024;
        let read = self.bytes.len();
        let more = FIRST.max(3 * read).min(usize::try_from(self.seen.length)? - read);
        let file = File::open(&self.seen.path)?;
        ensure!(Seen::of(&self.seen.path, &file.metadata()?) == self.seen, "it was replaced meanwhile");
        self.bytes.resize(read + more, 0);
        file.read_exact_at(&mut self.bytes[read..], read as u64)?;
        Ok(())
    }
}
