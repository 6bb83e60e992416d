//! What `pre-commit` tells the script of `commit-msg`: that the commit leaves the artifacts alone.
//! Then the script need not start the program a second time.

use std::fs::{FileTimes, Metadata};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::git::lock::write_over;
use crate::git::repo::Repo;

/// A note that is valid for the index it was made of: it is younger by a nanosecond, and the
/// script takes no note that is not younger than the index (`hooks/shim.sh`).
#[derive(Debug)]
pub struct UntouchedNote {
    path: PathBuf,
    index: Option<Metadata>,
}

impl Repo {
    /// The note on the index as it is now, which is to be written after it was judged.
    #[must_use]
    pub fn untouched_note(&self) -> UntouchedNote {
        UntouchedNote::on(&self.private_dir(), &self.index_path())
    }

    /// Writes a note, and makes the folder for it where there is none yet, as in a new clone.
    /// Where that cannot be done, `commit-msg` looks for itself.
    pub fn leave_note(&self, note: &UntouchedNote) {
        let is_left = note.write() || self.make_shared_dir(&self.private_dir()).is_ok() && note.write();
        if is_left {
            self.share(&note.path);
        }
    }
}

impl UntouchedNote {
    /// The note on an index, kept in our folder of a git directory.
    pub(super) fn on(folder: &Path, index: &Path) -> Self {
        Self { path: folder.join("untouched"), index: std::fs::metadata(index).ok() }
    }

    /// Says that the artifacts are left alone, and returns whether it could be noted.
    #[must_use]
    pub fn write(&self) -> bool {
        let Some(written) = self.index.as_ref().and_then(|index| index.modified().ok()) else { return false };
        let times = FileTimes::new().set_modified(written + Duration::from_nanos(1));
        write_over(&self.path).is_ok_and(|file| file.set_times(times).is_ok())
    }

    /// Takes back what an earlier commit noted: the index may be the same, and HEAD another.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self) -> std::io::Result<()> {
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }
}
