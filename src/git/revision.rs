//! Names of commits: from what people type to ids, and back to short ones.

use anyhow::{Context as _, Result};

use super::history::Walker;
use super::object::header_id;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;

/// What an object is once tags are peeled off it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Peeled {
    /// A commit.
    Commit(ObjectId),
    /// A tree or a blob, which no history leads to.
    Other,
    /// It is not here.
    Missing,
}

impl Repo {
    /// The commit a revision names, tags peeled.
    ///
    /// # Errors
    /// `Refusal::UnknownRevision`.
    pub fn resolve_commit(&self, rev: &str) -> Result<ObjectId> {
        if !self.is_reftable() {
            let object = self.inner.revparse_single(rev);
            if let Ok(commit) = object.and_then(|o| o.peel(git2::ObjectType::Commit)) {
                return Ok(ObjectId::from_git2(commit.id()));
            }
        }
        // Git knows forms of revisions that libgit2 does not. Two steps, because a
        // search such as `:/words` would take `^{commit}` as part of the words.
        let verify = |rev: &str| {
            let arguments = ["rev-parse", "--quiet", "--verify", "--end-of-options", rev];
            self.git_text(&arguments).ok().and_then(|text| text.trim_end().parse::<ObjectId>().ok())
        };
        let found = verify(rev).and_then(|id| verify(&format!("{id}^{{commit}}")));
        found.ok_or_else(|| anyhow::Error::new(Refusal::UnknownRevision(rev.to_owned())))
    }

    /// The id as git would shorten it: `core.abbrev`, and at least unique.
    pub fn abbreviate(&self, id: &ObjectId) -> String {
        let hex = id.to_string();
        let setting = self.config("core.abbrev").map(|text| text.to_ascii_lowercase());
        let mut length = match setting.as_deref() {
            None | Some("auto") => *self.automatic_length.get_or_init(|| self.guess_length()),
            Some("no" | "off" | "false") => return hex,
            Some(text) => text.parse().unwrap_or(7).clamp(4, hex.len()),
        };
        let Ok(odb) = self.inner.odb() else {
            return hex;
        };
        while length < hex.len() {
            match odb.exists_prefix(id.to_git2(), length) {
                Err(e) if e.code() == git2::ErrorCode::Ambiguous => length += 1,
                _ => break,
            }
        }
        hex[..length].to_owned()
    }

    /// Git's guess from the number of packed objects: half its bits, in hex digits.
    fn guess_length(&self) -> usize {
        let count = packed_objects(&self.common_dir().join("objects/pack")).unwrap_or(0);
        let bits = (u64::BITS - count.leading_zeros()).saturating_sub(1);
        usize::try_from(bits.div_ceil(2)).unwrap_or(7).max(7)
    }

    /// What an object is once tags are peeled off it. Nothing is fetched for it.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn peel(&self, id: &ObjectId) -> Result<Peeled> {
        let mut id = *id;
        loop {
            if !self.has_object(&id) {
                return Ok(Peeled::Missing);
            }
            let target = self.with_object(&id, |kind, bytes| match kind {
                git2::ObjectType::Commit => Ok(Some(None)),
                git2::ObjectType::Tag => header_id(bytes, b"object ").map(|target| Some(Some(target))),
                _ => Ok(None),
            })?;
            match target {
                None => return Ok(Peeled::Missing),
                Some(None) => return Ok(Peeled::Other),
                Some(Some(None)) => return Ok(Peeled::Commit(id)),
                Some(Some(Some(target))) => id = target,
            }
        }
    }

    /// Whether an object is here already.
    pub fn has_object(&self, id: &ObjectId) -> bool {
        self.inner.odb().is_ok_and(|odb| odb.exists(id.to_git2()))
    }

    /// Whether one commit is the other or one of its ancestors, as `git merge-base
    /// --is-ancestor` says it, whatever the clocks were; of a shallow clone, as far as it goes.
    ///
    /// # Errors
    /// When history cannot be read.
    pub fn is_ancestor(&self, ancestor: &ObjectId, of: &ObjectId) -> Result<bool> {
        if ancestor == of {
            return Ok(true);
        }
        // No commit on the way from one to the other comes before the ancestor. So none is left
        // out with what does, and the walk does not end before it has seen all of them.
        let mut walker = Walker::new(self, (&[*of], &[*ancestor]), "")?;
        while let Some(number) = walker.step()? {
            if walker.is_child(number, ancestor) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Branches, remote-tracking branches and tags, by full name, peeled to commits;
    /// and HEAD when it is detached. What is no commit is left out.
    ///
    /// # Errors
    /// When references cannot be read.
    pub fn branches_and_tags(&self) -> Result<Vec<(String, ObjectId)>> {
        let mut found = self.references(is_branch_or_tag)?;
        let head = self.head()?;
        if let (None, Some(id)) = (&head.reference, head.commit_id) {
            found.push(("HEAD".to_owned(), id));
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    /// References whose full name is wanted, peeled to commits; what is no commit is left out.
    pub(super) fn references(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, ObjectId)>> {
        if self.is_reftable() { self.refs_by_git(wanted) } else { self.refs_by_libgit2(wanted) }
    }

    fn refs_by_libgit2(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, ObjectId)>> {
        let mut found = Vec::new();
        for reference in self.inner.references().context("list references")? {
            let reference = reference.context("list references")?;
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            if wanted(&name)
                && let Ok(commit) = reference.peel(git2::ObjectType::Commit)
            {
                found.push((name, ObjectId::from_git2(commit.id())));
            }
        }
        Ok(found)
    }

    fn refs_by_git(&self, wanted: impl Fn(&str) -> bool) -> Result<Vec<(String, ObjectId)>> {
        let format = "--format=%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)";
        let text = self.git_text(&["for-each-ref", format])?;
        let read = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            let id = match words.as_slice() {
                [_, "commit", id, ..] | [_, "tag", _, "commit", id] => id.parse().ok()?,
                _ => return None,
            };
            wanted(words[0]).then(|| (words[0].to_owned(), id))
        };
        Ok(text.lines().filter_map(read).collect())
    }
}

fn is_branch_or_tag(name: &str) -> bool {
    ["refs/heads/", "refs/tags/", "refs/remotes/"].iter().any(|prefix| name.starts_with(prefix))
}

/// The sum of the last fan-out entry of each pack index (version 2).
fn packed_objects(dir: &std::path::Path) -> Option<u64> {
    use std::os::unix::fs::FileExt as _;
    let mut count = 0;
    for entry in std::fs::read_dir(dir).ok()?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|e| e == "idx") {
            let mut last = [0; 4];
            std::fs::File::open(path).ok()?.read_exact_at(&mut last, 8 + 255 * 4).ok()?;
            count += u64::from(u32::from_be_bytes(last));
        }
    }
    Some(count)
}
