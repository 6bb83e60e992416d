//! The artifacts in git: snapshots out of it, records into it, steps along its history.
//!
//! This room joins the model to the git room. It decides nothing: what it records was
//! approved by [`crate::rules`], and what it reads is handed up as it is.

mod adoption;
mod edits;
mod forecast;
mod history;
mod judged;
mod newest;
mod reader;
mod record;
mod source;

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::git::{At, DirPlace, ObjectId, Repo, Uncommitted};
use crate::model::id::BlobId;
use crate::model::layout;
use crate::model::load;
use crate::model::snapshot::{Extent, Snapshot};
use crate::model::time::Timestamp;

pub use edits::Edits;
pub use forecast::MergedArtifacts;
pub use history::{Audit, RecordsEver};
pub use judged::JudgedHistory;
pub use reader::AuditedCommit;
pub use record::{Recorder, message};

use source::GitSource;

/// The artifacts of one repository.
pub struct Store {
    repo: Repo,
}

impl Store {
    /// Opens the repository of the current directory, as git finds it.
    ///
    /// # Errors
    /// When there is none, or it cannot be opened.
    pub fn open() -> Result<Self> {
        Ok(Self { repo: Repo::open()? })
    }

    /// The repository underneath.
    #[must_use]
    pub fn repo(&self) -> &Repo {
        &self.repo
    }

    /// The clock, which is git's: `GIT_COMMITTER_DATE` when set, else now.
    ///
    /// # Errors
    /// When that date is one git would refuse.
    pub fn now(&self) -> Result<Timestamp> {
        let seconds = self.repo.committer_time()?;
        Timestamp::from_seconds(seconds).context("the committer date is out of range")
    }

    /// The artifacts in the working tree, the index, a commit or a tree.
    ///
    /// # Errors
    /// When the place cannot be read; malformed artifacts are in the snapshot's problems.
    pub fn snapshot(&self, at: At) -> Result<Snapshot> {
        load::load(&GitSource { repo: &self.repo, at, parts: &[], named: &[] })
    }

    /// The artifacts of what is in the place of `.ohmymkt`.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn snapshot_of(&self, place: DirPlace) -> Result<Snapshot> {
        match place {
            DirPlace::Tree(id) => self.snapshot(At::Tree(id)),
            DirPlace::Instead(kind, id) => load::load(&source::Instead::of(kind, id)),
        }
    }

    /// A part of the artifacts, by prefixes of their paths under `.ohmymkt/`. No
    /// prefixes mean all of them.
    ///
    /// # Errors
    /// As [`Store::snapshot`].
    pub fn part(&self, at: At, parts: &[&str]) -> Result<Snapshot> {
        self.part_naming(at, parts, &[])
    }

    /// As [`Store::part`], with the files of more prefixes listed and not read.
    fn part_naming(&self, at: At, parts: &[&str], named: &[&str]) -> Result<Snapshot> {
        let mut snapshot = load::load(&GitSource { repo: &self.repo, at, parts, named })?;
        if !parts.is_empty() {
            snapshot.extent = Extent::Parts(parts.iter().map(|part| (*part).to_owned()).collect());
        }
        Ok(snapshot)
    }

    /// The artifacts of HEAD; an empty snapshot where HEAD is unborn.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head_snapshot(&self) -> Result<Arc<Snapshot>> {
        match self.repo.head()?.commit_id {
            Some(id) => self.snapshot(At::Commit(id)).map(Arc::new),
            None => Ok(Arc::default()),
        }
    }

    /// A part of the artifacts of HEAD, as [`Store::part`]; what `named` names besides is
    /// listed and not read.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head_part(&self, parts: &[&str], named: &[&str]) -> Result<Arc<Snapshot>> {
        match self.repo.head()?.commit_id {
            Some(id) => self.part_naming(At::Commit(id), parts, named).map(Arc::new),
            None => Ok(Arc::default()),
        }
    }

    /// The blob that these bytes would be.
    #[must_use]
    pub fn blob_id(&self, bytes: &[u8]) -> BlobId {
        source::blob_id(self.repo.blob_id(bytes))
    }

    /// What under `.ohmymkt/` is not as HEAD has it.
    ///
    /// # Errors
    /// When HEAD, the index or the working tree cannot be read.
    pub fn uncommitted(&self) -> Result<Vec<Uncommitted>> {
        self.repo.uncommitted(layout::ROOT)
    }

    /// Of the parts named (folders with a final `/`, and files, under `.ohmymkt/`), what
    /// is not as HEAD has it.
    ///
    /// # Errors
    /// As [`Store::uncommitted`].
    pub fn uncommitted_parts(&self, parts: &[&str]) -> Result<Vec<String>> {
        let mut paths = Vec::new();
        for part in parts {
            let path = format!("{}/{part}", layout::ROOT);
            match path.strip_suffix('/') {
                Some(folder) => paths.extend(self.repo.uncommitted(folder)?.into_iter().map(|one| one.path)),
                None => paths.extend(self.repo.uncommitted_file(&path)?.map(|_| path)),
            }
        }
        Ok(paths)
    }

    /// Whether the file at a path is as HEAD has it.
    ///
    /// # Errors
    /// As [`Store::uncommitted`].
    pub fn is_committed(&self, path: &str) -> Result<bool> {
        Ok(self.repo.uncommitted_file(path)?.is_none())
    }

    /// The commit that HEAD names; `None` where HEAD is unborn.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head_id(&self) -> Result<Option<ObjectId>> {
        Ok(self.repo.head()?.commit_id)
    }
}
