//! Names of commits: from what people type to ids, and back to short ones.

use anyhow::{Context as _, Result};

use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;

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
            None | Some("auto") => self.automatic_length(),
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
    fn automatic_length(&self) -> usize {
        let count = packed_objects(&self.common_dir().join("objects/pack")).unwrap_or(0);
        let bits = (u64::BITS - count.leading_zeros()).saturating_sub(1);
        usize::try_from(bits.div_ceil(2)).unwrap_or(7).max(7)
    }

    /// Branches, remote-tracking branches and tags, by full name, peeled to commits;
    /// and HEAD when it is detached. What is no commit is left out.
    ///
    /// # Errors
    /// When references cannot be read.
    pub fn branches_and_tags(&self) -> Result<Vec<(String, ObjectId)>> {
        let mut found = if self.is_reftable() { self.refs_by_git()? } else { self.refs_by_libgit2()? };
        let head = self.head()?;
        if let (None, Some(id)) = (&head.reference, head.commit_id) {
            found.push(("HEAD".to_owned(), id));
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn refs_by_libgit2(&self) -> Result<Vec<(String, ObjectId)>> {
        let mut found = Vec::new();
        for reference in self.inner.references().context("list references")? {
            let reference = reference.context("list references")?;
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            if is_branch_or_tag(&name)
                && let Ok(commit) = reference.peel(git2::ObjectType::Commit)
            {
                found.push((name, ObjectId::from_git2(commit.id())));
            }
        }
        Ok(found)
    }

    fn refs_by_git(&self) -> Result<Vec<(String, ObjectId)>> {
        let format = "--format=%(refname) %(objecttype) %(objectname) %(*objecttype) %(*objectname)";
        let text = self.git_text(&["for-each-ref", format])?;
        let read = |line: &str| {
            let words: Vec<&str> = line.split(' ').collect();
            let id = match words.as_slice() {
                [_, "commit", id, ..] | [_, "tag", _, "commit", id] => id.parse().ok()?,
                _ => return None,
            };
            is_branch_or_tag(words[0]).then(|| (words[0].to_owned(), id))
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
