//! Changes to files, and the trees they make.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use git2::ObjectType;

use super::object::{MODE_EXECUTABLE, MODE_FILE, MODE_TREE, split_entry};
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;

/// What shall become of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileChange {
    /// From the repository's root, separated by `/`.
    pub path: String,
    /// The new bytes; `None` deletes the file.
    pub content: Option<Vec<u8>>,
    /// An edit in the worktree that the change takes up; without it, only what HEAD has
    /// is replaced.
    pub over: Option<Vec<u8>>,
}

impl FileChange {
    /// A change of what HEAD has at the path.
    #[must_use]
    pub fn new(path: impl Into<String>, content: Option<Vec<u8>>) -> Self {
        Self { path: path.into(), content, over: None }
    }
}

/// A change whose blob is stored, with what HEAD had at the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredChange {
    pub(super) path: String,
    pub(super) old: Option<(u32, ObjectId)>,
    pub(super) new: Option<(u32, ObjectId)>,
    /// The inode of the new file, where there was none at the path. A later run that finds this
    /// inode there knows that the file is ours.
    pub(super) made: Option<u64>,
}

/// Checks that a path stays inside the worktree and names no file of git's own.
///
/// # Errors
/// `Refusal::UnsafePath`.
pub(super) fn check_path(path: &str) -> Result<()> {
    let bad_name = |name: &str| {
        matches!(name, "" | "." | "..")
            || name.eq_ignore_ascii_case(".git")
            || name.eq_ignore_ascii_case("git~1")
            || name.contains(['\0', '\\', '\n'])
    };
    if path.split('/').any(bad_name) {
        bail!(Refusal::UnsafePath(path.to_owned()));
    }
    Ok(())
}

impl Repo {
    /// Stores the blobs of the changes and looks up what HEAD has there.
    pub(super) fn store_blobs(&self, head: Option<&ObjectId>, changes: &[FileChange]) -> Result<Vec<StoredChange>> {
        let mut stored = BTreeMap::new();
        for change in changes {
            check_path(&change.path)?;
            let old = match head {
                Some(head) => self.path_entry(head, &change.path)?.map(|entry| (entry.mode, entry.id)),
                None => None,
            };
            let mode = match old {
                Some((mode @ (MODE_FILE | MODE_EXECUTABLE), _)) => mode,
                None => MODE_FILE,
                Some(_) => bail!(Refusal::UnsafePath(change.path.clone())),
            };
            let new = match &change.content {
                Some(bytes) => Some((mode, self.write_object(ObjectType::Blob, bytes)?)),
                None => None,
            };
            let entry = StoredChange { path: change.path.clone(), old, new, made: None };
            stored.insert(change.path.as_str(), entry);
        }
        Ok(stored.into_values().collect())
    }

    /// The root tree that the changes make of `root`. Trees that no change touches
    /// are not even read.
    pub(super) fn write_tree(&self, root: Option<&ObjectId>, changes: &[StoredChange]) -> Result<ObjectId> {
        let pairs: Vec<Leaf<'_>> = changes.iter().map(|c| (c.path.as_str(), c.new, c.path.as_str())).collect();
        match self.write_subtree(root, &pairs)? {
            Some(id) => Ok(id),
            None => self.write_object(ObjectType::Tree, b""),
        }
    }

    /// One directory; `None` when nothing is left in it.
    fn write_subtree(&self, old: Option<&ObjectId>, leaves: &[Leaf<'_>]) -> Result<Option<ObjectId>> {
        let mut replaced: Vec<Replaced<'_>> = Vec::new();
        let mut below: BTreeMap<&str, Vec<Leaf<'_>>> = BTreeMap::new();
        for (path, new, whole) in leaves {
            match path.split_once('/') {
                Some((name, rest)) => below.entry(name).or_default().push((rest, *new, whole)),
                None => replaced.push((path.as_bytes(), *new)),
            }
        }
        for (name, leaves) in below {
            let entry = old.map(|id| self.tree_entry(id, name.as_bytes())).transpose()?.flatten();
            if entry.as_ref().is_some_and(|entry| entry.mode != MODE_TREE) {
                bail!(Refusal::UnsafePath(leaves[0].2.to_owned()));
            }
            let new = self.write_subtree(entry.map(|entry| entry.id).as_ref(), &leaves)?;
            replaced.push((name.as_bytes(), new.map(|id| (MODE_TREE, id))));
        }
        let bytes = match old {
            Some(id) => {
                let spliced = self.with_object(id, |kind, bytes| {
                    anyhow::ensure!(kind == ObjectType::Tree, "the object {id} is not a tree");
                    splice(bytes, &mut replaced, self.id_length())
                })?;
                spliced.ok_or(Refusal::Missing("tree", *id))?
            }
            None => splice(b"", &mut replaced, self.id_length())?,
        };
        if bytes.is_empty() { Ok(None) } else { self.write_object(ObjectType::Tree, &bytes).map(Some) }
    }
}

/// A path below the directory at hand, its new entry, and the whole path for messages.
type Leaf<'a> = (&'a str, Option<(u32, ObjectId)>, &'a str);

/// The name of an entry, and what it shall be.
type Replaced<'a> = (&'a [u8], Option<(u32, ObjectId)>);

/// A tree's bytes with some entries replaced, added or removed; the others are copied.
fn splice(old: &[u8], replaced: &mut [Replaced<'_>], id_length: usize) -> Result<Vec<u8>> {
    let is_tree = |new: &Option<(u32, ObjectId)>| new.is_some_and(|(mode, _)| mode == MODE_TREE);
    replaced.sort_by(|one, other| order((one.0, is_tree(&one.1)), (other.0, is_tree(&other.1))));
    let mut out = Vec::with_capacity(old.len() + 64 * replaced.len());
    let mut new = replaced.iter().filter_map(|(name, new)| new.map(|(mode, id)| (*name, mode, id))).peekable();
    let mut rest = old;
    while !rest.is_empty() {
        let (mode, name, _, after) = split_entry(rest, id_length).context("a tree is malformed")?;
        if !replaced.iter().any(|(replaced, _)| *replaced == name) {
            let place = (name, mode == MODE_TREE);
            while let Some(entry) = new.next_if(|entry| order((entry.0, entry.1 == MODE_TREE), place).is_lt()) {
                push_entry(&mut out, entry);
            }
            out.extend_from_slice(&rest[..rest.len() - after.len()]);
        }
        rest = after;
    }
    new.for_each(|entry| push_entry(&mut out, entry));
    Ok(out)
}

/// Adds an entry to a tree's bytes.
pub(super) fn push_entry(out: &mut Vec<u8>, (name, mode, id): (&[u8], u32, ObjectId)) {
    out.extend_from_slice(format!("{mode:o} ").as_bytes());
    out.extend_from_slice(name);
    out.push(0);
    out.extend_from_slice(id.as_bytes());
}

/// Git sorts directories as if their names ended with a slash.
pub(super) fn order(one: (&[u8], bool), other: (&[u8], bool)) -> Ordering {
    let common = one.0.len().min(other.0.len());
    let next = |(name, is_tree): (&[u8], bool)| name.get(common).copied().or(is_tree.then_some(b'/'));
    one.0[..common]
        .cmp(&other.0[..common])
        .then_with(|| next(one).cmp(&next(other)))
        .then_with(|| one.0.len().cmp(&other.0.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directories_sort_as_if_they_ended_with_a_slash() {
        assert!(order((b"a.b", false), (b"a", true)).is_lt());
        assert!(order((b"a", false), (b"a.b", false)).is_lt());
        assert!(order((b"a", true), (b"a0", false)).is_lt());
        assert!(order((b"a", true), (b"a", true)).is_eq());
    }
}
