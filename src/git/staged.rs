//! The commit that is being made: its parents, and whether it touches a directory.

use anyhow::{Context as _, Result};

use super::change::push_entry;
use super::hash::digest;
use super::index::IndexEntry;
use super::object::MODE_TREE;
use super::object_id::ObjectId;
use super::repo::Repo;

/// Which command of git makes the commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// `git commit`, also when it concludes a merge.
    Commit,
    /// `git merge`, before it has written down what it merges.
    Merge,
}

/// How long after it was made, in seconds, a commit may be the one before rather than the one
/// that is amended: hooks run a moment after git has asked for the time.
const JUST_NOW: u64 = 2;

/// A file as it is committed: path, mode, blob.
pub(super) type File = (Vec<u8>, u32, ObjectId);

impl Repo {
    /// The parents that the commit which a hook is asked about will have, the mainline
    /// first; none for a root commit.
    ///
    /// `repeats` says whether the message that is being written repeats that of HEAD, as an
    /// amended one does. It is asked where the time cannot tell.
    ///
    /// # Errors
    /// When HEAD or what is being merged cannot be read.
    pub fn pending_parents(&self, maker: Maker, repeats: impl FnOnce(&[u8]) -> bool) -> Result<Vec<ObjectId>> {
        let Some(head) = self.head()?.commit_id else { return Ok(Vec::new()) };
        let mut merged = self.merge_heads()?;
        if merged.is_empty() && maker == Maker::Merge {
            let named = self.environment.merged().filter_map(|id| id.parse().ok());
            merged = named.filter(|id| self.has_object(id)).collect();
        }
        if merged.is_empty() && maker == Maker::Commit {
            let commit = self.commit(&head)?;
            // `git commit --amend` tells its hooks the author of the commit that it replaces,
            // to the second; any other commit tells them an author of now, which may be the very
            // second of HEAD.
            let stated = ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE"];
            let is_stated = stated.iter().all(|name| self.environment.variable(name).is_some());
            if is_stated && self.author().is_ok_and(|author| author == commit.author) {
                let now = self.committer().map(|committer| committer.seconds);
                let is_of_now = now.is_ok_and(|now| now.abs_diff(commit.author.seconds) <= JUST_NOW);
                if !is_of_now || repeats(&commit.message) {
                    return Ok(commit.parents);
                }
            }
        }
        Ok(std::iter::once(head).chain(merged).collect())
    }

    /// What an unfinished merge merges.
    fn merge_heads(&self) -> Result<Vec<ObjectId>> {
        let text = match std::fs::read_to_string(self.git_dir().join("MERGE_HEAD")) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error).context("read MERGE_HEAD"),
        };
        text.lines().map(|line| line.trim().parse().context("read MERGE_HEAD")).collect()
    }

    /// Whether the index has the same files in `dir` as a commit; without one, none.
    ///
    /// # Errors
    /// When the index or the commit cannot be read.
    pub fn index_equals(&self, commit: Option<&ObjectId>, dir: &str) -> Result<bool> {
        let committed = commit.map(|commit| self.path_entry(commit, dir)).transpose()?.flatten();
        let staged = self.staged_files(dir)?;
        let committed = match committed {
            Some(entry) if entry.mode == MODE_TREE => {
                // To hash what the index has costs less than to read the trees of the commit. One
                // that another program wrote may say the same in other bytes.
                if tree_of(&staged, dir.len() + 1, self.id_length()) == Some(entry.id) {
                    return Ok(true);
                }
                self.flat_tree(&entry.id, dir)?
            }
            Some(entry) => vec![(dir.into(), entry.mode, entry.id)],
            None => Vec::new(),
        };
        Ok(staged == committed)
    }

    fn staged_files(&self, dir: &str) -> Result<Vec<File>> {
        let files = committed(self.index_entries(dir)?.list);
        if files.is_empty() {
            return Ok(committed(self.index_entry(dir)?));
        }
        Ok(files)
    }
}

/// The files of entries that a commit takes in.
pub(super) fn committed(entries: impl IntoIterator<Item = IndexEntry>) -> Vec<File> {
    let entries = entries.into_iter().filter(|entry| entry.stage == 0 && !entry.intent_to_add);
    entries.map(|entry| (entry.path, entry.mode, entry.id)).collect()
}

/// The tree that a commit of `files`, sorted by path, has where their paths go on at `from`.
/// `None` where a path ends before.
pub(super) fn tree_of(files: &[File], from: usize, id_length: usize) -> Option<ObjectId> {
    let mut bytes = Vec::new();
    let mut rest = files;
    while let Some((path, mode, id)) = rest.first() {
        let name = path.get(from..)?;
        let Some(end) = name.iter().position(|byte| *byte == b'/') else {
            push_entry(&mut bytes, (name, *mode, *id));
            rest = &rest[1..];
            continue;
        };
        let folder = &path[..=from + end];
        let (inside, after) = rest.split_at(rest.partition_point(|(path, ..)| path.starts_with(folder)));
        push_entry(&mut bytes, (&name[..end], MODE_TREE, tree_of(inside, folder.len(), id_length)?));
        rest = after;
    }
    let object = [format!("tree {}\0", bytes.len()).as_bytes(), &bytes].concat();
    ObjectId::from_bytes(&digest(&object, id_length))
}
