//! Concluding conflicts: what the other side is, who changed a file there, and staging
//! what was merged.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::files::{move_into_place, write_new};
use super::object::MODE_FILE;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::Repo;

/// Who changed a file last on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastChange {
    /// The commit, shortened.
    pub commit: String,
    /// Its author.
    pub author: String,
    /// When, as the author's clock said it.
    pub at: String,
}

impl Repo {
    /// The commit that is being merged, picked or reverted into HEAD, or the stash that
    /// is being applied; `None` where git does not say.
    #[must_use]
    pub fn other_side(&self) -> Option<ObjectId> {
        if self.operation_in_progress().is_none() {
            return self.resolve_commit("refs/stash").ok();
        }
        let heads = ["MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD"];
        let head = heads.into_iter().find(|name| self.git_dir().join(name).exists())?;
        // What a revert brings back is what was before.
        let before = if head == "REVERT_HEAD" { "^" } else { "" };
        self.resolve_commit(&format!("{head}{before}")).ok()
    }

    /// The last commit reachable from `tip` that changed the file at a path.
    ///
    /// # Errors
    /// When git cannot read the history.
    pub fn last_change(&self, tip: &ObjectId, path: &str) -> Result<Option<LastChange>> {
        let tip = tip.to_string();
        let format = "--format=%h%x00%an <%ae>%x00%aI";
        let text = self.git_text(&["log", "-1", "--no-show-signature", format, &tip, "--", path])?;
        let mut parts = text.trim_end().split('\0').map(str::to_owned);
        Ok(match (parts.next(), parts.next(), parts.next()) {
            (Some(commit), Some(author), Some(at)) => Some(LastChange { commit, author, at }),
            _ => None,
        })
    }

    /// Writes the files of a merge into the worktree: the merged ones, which are staged as well,
    /// and those with conflict markers, of which the index keeps the sides. Every other entry
    /// of the index stays as it is.
    ///
    /// # Errors
    /// `Refusal::Bare`, `InsideHook`, `Locked` while another process holds the index, or
    /// `UnsafePath`: nothing was written then. Or what the file system or `git add` says; the
    /// index is as before then, and files may hold what was merged, as after a kill: to repeat it
    /// is safe.
    pub fn conclude(&self, merged: &[(String, Vec<u8>)], marked: &[(String, Vec<u8>)]) -> Result<()> {
        if self.is_bare() || self.workdir().is_none() {
            bail!(Refusal::Bare);
        }
        if self.is_inside_hook() {
            bail!(Refusal::InsideHook);
        }
        if merged.is_empty() && marked.is_empty() {
            return Ok(());
        }
        let _lock = self.lock_writers()?;
        let _held = self.hold_signals()?;
        self.break_own_index_lock()?;
        // Held from the first file on: when the index can be replaced is known before.
        let mut index = self.lock_index()?;
        let files: Vec<_> = merged.iter().chain(marked).collect();
        let places: Vec<_> = files.iter().map(|(path, _)| self.plain_place(path)).collect::<Result<_>>()?;
        for ((_, bytes), place) in files.iter().zip(&places) {
            self.put(place, bytes)?;
        }
        if merged.is_empty() {
            return Ok(());
        }
        let paths: Vec<_> = merged.iter().map(|(path, _)| path.as_str()).collect();
        index.fill_by_adding(&paths)?;
        index.commit()
    }

    /// Replaces a file of the worktree in one step.
    fn put(&self, place: &Path, bytes: &[u8]) -> Result<()> {
        let folder = place.parent().context("a file has a folder")?;
        std::fs::create_dir_all(folder).with_context(|| format!("make {}", folder.display()))?;
        let temporary = self.private_dir().join("merged");
        write_new(&temporary, bytes, MODE_FILE).with_context(|| format!("write {}", temporary.display()))?;
        move_into_place(&temporary, place).with_context(|| format!("write {}", place.display()))
    }

    /// Where a file is in the worktree, when nothing else than a plain file is there.
    fn plain_place(&self, path: &str) -> Result<PathBuf> {
        let (folder, _) = path.rsplit_once('/').unwrap_or(("", path));
        if let Some(link) = self.parent_link(folder)? {
            bail!(Refusal::UnsafePath(link));
        }
        let place = self.worktree_path(path.as_bytes())?;
        match std::fs::symlink_metadata(&place) {
            Ok(metadata) if !metadata.is_file() => bail!(Refusal::UnsafePath(path.to_owned())),
            _ => Ok(place),
        }
    }

    /// The three files that git hands to a merge driver: ancestor, ours, theirs.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn read_handed(paths: [&Path; 3]) -> Result<[Vec<u8>; 3]> {
        let [base, ours, theirs] =
            paths.map(|path| std::fs::read(path).with_context(|| format!("read {}", path.display())));
        Ok([base?, ours?, theirs?])
    }

    /// Leaves the result of a merge where git looks for it: in the file that held ours.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write_handed(path: &Path, bytes: &[u8]) -> Result<()> {
        std::fs::write(path, bytes).with_context(|| format!("write {}", path.display()))
    }
}
