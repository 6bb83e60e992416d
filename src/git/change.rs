//! Changes to files, and the trees they make.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use git2::ObjectType;

use super::object::{MODE_EXECUTABLE, MODE_FILE, MODE_TREE, TreeEntry};
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
            let entry = StoredChange { path: change.path.clone(), old, new };
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
        let entries = match old {
            Some(id) => self.tree_entries(id)?.with_context(|| format!("the tree {id} is missing"))?,
            None => Vec::new(),
        };
        let mut by_name: BTreeMap<Vec<u8>, TreeEntry> =
            entries.into_iter().map(|entry| (entry.name.clone(), entry)).collect();
        let mut below: BTreeMap<&str, Vec<Leaf<'_>>> = BTreeMap::new();
        for (path, new, whole) in leaves {
            match path.split_once('/') {
                Some((name, rest)) => below.entry(name).or_default().push((rest, *new, whole)),
                None => replace(&mut by_name, path, *new),
            }
        }
        for (name, leaves) in below {
            let old = match by_name.get(name.as_bytes()) {
                Some(entry) if entry.mode != MODE_TREE => {
                    bail!(Refusal::UnsafePath(leaves[0].2.to_owned()));
                }
                other => other.map(|entry| entry.id),
            };
            let new = self.write_subtree(old.as_ref(), &leaves)?;
            replace(&mut by_name, name, new.map(|id| (MODE_TREE, id)));
        }
        if by_name.is_empty() {
            return Ok(None);
        }
        let mut entries: Vec<TreeEntry> = by_name.into_values().collect();
        entries.sort_by_key(sort_key);
        let mut bytes = Vec::new();
        for entry in &entries {
            bytes.extend_from_slice(format!("{:o} ", entry.mode).as_bytes());
            bytes.extend_from_slice(&entry.name);
            bytes.push(0);
            bytes.extend_from_slice(entry.id.as_bytes());
        }
        self.write_object(ObjectType::Tree, &bytes).map(Some)
    }

    /// Stores an object, readable for whom `core.sharedRepository` says.
    pub(super) fn write_object(&self, kind: ObjectType, bytes: &[u8]) -> Result<ObjectId> {
        let odb = self.inner.odb().context("open the object database")?;
        let id = odb.write(kind, bytes).context("write an object")?;
        let id = ObjectId::from_git2(id);
        self.share_object(&id);
        Ok(id)
    }
}

/// A path below the directory at hand, its new entry, and the whole path for messages.
type Leaf<'a> = (&'a str, Option<(u32, ObjectId)>, &'a str);

fn replace(entries: &mut BTreeMap<Vec<u8>, TreeEntry>, name: &str, new: Option<(u32, ObjectId)>) {
    let name = name.as_bytes().to_vec();
    match new {
        Some((mode, id)) => drop(entries.insert(name.clone(), TreeEntry { mode, name, id })),
        None => drop(entries.remove(&name)),
    }
}

/// Git sorts directories as if their names ended with a slash.
fn sort_key(entry: &TreeEntry) -> Vec<u8> {
    let mut key = entry.name.clone();
    if entry.mode == MODE_TREE {
        key.push(b'/');
    }
    key
}
