//! What differs between two trees.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use git2::ObjectType;

use super::change::order;
use super::object::{MODE_TREE, split_entry};
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;
use super::tree::{FileEntry, file_entry, kind_of};

/// Mode and id of an entry.
type Side = (u32, ObjectId);

/// An entry that is not the same in two trees.
struct Differing {
    name: Vec<u8>,
    old: Option<Side>,
    new: Option<Side>,
}

impl Repo {
    /// What differs between two trees of a directory, sorted by path: each file with what it
    /// is in the second, `None` where it is gone. Trees that both have are not even read.
    ///
    /// # Errors
    /// When a tree is missing or malformed.
    pub fn differences(&self, old: &ObjectId, new: &ObjectId, dir: &str) -> Result<Vec<(String, Option<FileEntry>)>> {
        let mut found = BTreeMap::new();
        let mut open = vec![(format!("{dir}/").into_bytes(), Some(*old), Some(*new))];
        while let Some((prefix, old, new)) = open.pop() {
            for entry in self.differing(old.as_ref(), new.as_ref())? {
                let mut path = [prefix.as_slice(), &entry.name].concat();
                let tree = |side: Option<Side>| side.filter(|(mode, _)| *mode == MODE_TREE).map(|(_, id)| id);
                if tree(entry.old).or(tree(entry.new)).is_some() {
                    path.push(b'/');
                    open.push((path, tree(entry.old), tree(entry.new)));
                } else {
                    let file = entry.new.map(|(mode, id)| file_entry(&path, kind_of(mode), Some(id), None));
                    found.insert(String::from_utf8_lossy(&path).into_owned(), file);
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    fn differing(&self, old: Option<&ObjectId>, new: Option<&ObjectId>) -> Result<Vec<Differing>> {
        let length = self.id_length();
        self.with_tree(old, |old| self.with_tree(new, |new| differing(old, new, length).context("a tree is malformed")))
    }

    /// Lends a tree's bytes; those of no tree are none.
    fn with_tree<T>(&self, id: Option<&ObjectId>, read: impl FnOnce(&[u8]) -> Result<T>) -> Result<T> {
        let Some(id) = id else { return read(b"") };
        let read = self.with_object(id, |kind, bytes| {
            ensure!(kind == ObjectType::Tree, "the object {id} is not a tree");
            read(bytes)
        })?;
        read.ok_or_else(|| Refusal::Missing("tree", *id).into())
    }
}

/// Walks two sorted trees side by side.
fn differing(mut old: &[u8], mut new: &[u8], id_length: usize) -> Result<Vec<Differing>> {
    let mut found = Vec::new();
    loop {
        let same = same_entry(old, new, id_length);
        (old, new) = (&old[same..], &new[same..]);
        if same > 0 {
            continue;
        }
        let (one, other) = (first(old, id_length)?, first(new, id_length)?);
        let place = match (one, other) {
            (None, None) => return Ok(found),
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(one), Some(other)) => order((one.1, one.0 == MODE_TREE), (other.1, other.0 == MODE_TREE)),
        };
        let one = one.filter(|_| place.is_le());
        let other = other.filter(|_| place.is_ge());
        old = one.map_or(old, |(_, _, _, rest)| rest);
        new = other.map_or(new, |(_, _, _, rest)| rest);
        let side = |entry: Option<First<'_>>| entry.map(|(mode, _, id, _)| (mode, id));
        if let Some((_, name, _, _)) = one.or(other).filter(|_| side(one) != side(other)) {
            found.push(Differing { name: name.to_vec(), old: side(one), new: side(other) });
        }
    }
}

/// The length of the first entry, where both have the same.
fn same_entry(old: &[u8], new: &[u8], id_length: usize) -> usize {
    let length = old.iter().position(|byte| *byte == 0).map_or(0, |end| end + 1 + id_length);
    if length > 0 && old.len() >= length && old.get(..length) == new.get(..length) { length } else { 0 }
}

/// Mode, name and id of an entry, and what comes behind it.
type First<'b> = (u32, &'b [u8], ObjectId, &'b [u8]);

fn first(bytes: &[u8], id_length: usize) -> Result<Option<First<'_>>> {
    if bytes.is_empty() { Ok(None) } else { split_entry(bytes, id_length).map(Some) }
}
