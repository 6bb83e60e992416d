//! The artifacts of one place in git, as the model reads them.

use anyhow::{Context as _, Result, anyhow};

use crate::git::{self, At, FileEntry, Repo};
use crate::model::codec::MAX_BYTES;
use crate::model::id::BlobId;
use crate::model::layout::{self, Place};
use crate::model::load::Change;
use crate::model::snapshot::{Content, FileKind, Listed, Source};

pub(super) struct GitSource<'r> {
    pub repo: &'r Repo,
    pub at: At,
    /// Folders (with a final `/`) and files under `.ohmymkt/`; everything when there is none.
    pub parts: &'r [&'r str],
    /// The same, of what is listed and not read.
    pub named: &'r [&'r str],
}

impl GitSource<'_> {
    fn files(&self) -> Result<Vec<FileEntry>> {
        if self.parts.is_empty() {
            return self.repo.files(&self.at, layout::ROOT);
        }
        // Perhaps something stands in the place of the folder itself.
        if let Some(instead) = self.repo.file(&self.at, layout::ROOT)? {
            return Ok(vec![instead]);
        }
        let mut files = Vec::new();
        for part in self.parts.iter().chain(self.named) {
            let path = format!("{}/{part}", layout::ROOT);
            match path.strip_suffix('/') {
                Some(folder) => files.extend(self.repo.files(&self.at, folder)?),
                None => files.extend(self.repo.file(&self.at, &path)?),
            }
        }
        Ok(files)
    }
}

impl GitSource<'_> {
    /// What differs between the subtrees of two commits.
    pub(super) fn changes(&self, old: &git::ObjectId, new: &git::ObjectId) -> Result<Vec<Change>> {
        let changes = self.repo.differences(old, new, layout::ROOT)?.into_iter();
        let change = |(path, file): (String, Option<FileEntry>)| match file {
            Some(file) => Change::Now(self.listed(file)),
            None => Change::Gone(path),
        };
        Ok(changes.map(change).collect())
    }

    pub(super) fn listed(&self, file: FileEntry) -> Listed {
        let kind = if self.is_named(&file.path) { FileKind::Named } else { kind(file.kind) };
        Listed { path: file.path, kind, blob_id: file.id.map(blob_id) }
    }

    fn is_named(&self, path: &str) -> bool {
        let inside = |rest: &str| self.named.iter().any(|prefix| rest.starts_with(prefix));
        path.strip_prefix(layout::ROOT).and_then(|rest| rest.strip_prefix('/')).is_some_and(inside)
    }
}

fn kind(kind: git::FileKind) -> FileKind {
    match kind {
        git::FileKind::Regular | git::FileKind::Executable => FileKind::Regular,
        git::FileKind::Symlink => FileKind::Symlink,
        git::FileKind::Gitlink => FileKind::Gitlink,
        git::FileKind::Special | git::FileKind::NotUtf8Path => FileKind::Unreadable,
    }
}

/// What is in the place of the folder of the artifacts.
pub(super) struct Instead(Listed);

impl Instead {
    pub(super) fn of(of: git::FileKind, id: git::ObjectId) -> Self {
        Self(Listed { path: layout::ROOT.to_owned(), kind: kind(of), blob_id: Some(blob_id(id)) })
    }
}

impl Source for Instead {
    type Error = anyhow::Error;

    fn list(&self) -> Result<Vec<Listed>> {
        Ok(vec![self.0.clone()])
    }

    fn read(&self, file: &Listed) -> Result<Content> {
        Err(anyhow!("{} is no artifact", file.path))
    }

    fn blob_id(&self, _: &[u8]) -> Result<BlobId> {
        Err(anyhow!("{} is no artifact", self.0.path))
    }
}

pub(super) fn blob_id(id: git::ObjectId) -> BlobId {
    BlobId::from_hex(id.to_hex())
}

impl Source for GitSource<'_> {
    type Error = anyhow::Error;

    fn list(&self) -> Result<Vec<Listed>> {
        let files = self.files().context("list the artifacts")?;
        let listed = files.into_iter().map(|file| self.listed(file));
        Ok(listed.collect())
    }

    fn read(&self, file: &Listed) -> Result<Content> {
        let id = file.blob_id.as_ref().map(|id| id.as_str().parse()).transpose();
        let entry = FileEntry {
            path: file.path.clone(),
            kind: git::FileKind::Regular,
            id: id.map_err(|error| anyhow!("the blob id of {}: {error}", file.path))?,
            size: None,
        };
        // To ask for the size first costs half as much as to read a record, and there may
        // be many. The other files are few.
        let is_record = matches!(layout::place(&file.path), Some(Place::Record(..)));
        if !is_record && let Some(size) = self.repo.size(&self.at, &entry)?.filter(|size| *size > MAX_BYTES) {
            return Ok(Content::TooLarge(size));
        }
        let content = self.repo.read_within(&self.at, &entry, MAX_BYTES);
        Ok(match content? {
            git::Content::Bytes(bytes) => Content::Bytes(bytes),
            git::Content::TooLarge(size) => Content::TooLarge(size),
        })
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId> {
        Ok(blob_id(self.repo.blob_id(bytes)))
    }
}
