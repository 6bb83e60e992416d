//! Concluding conflicts: what the other side is, who changed a file there, and staging
//! what was merged.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

use super::files::{move_into_place, write_new};
use super::object::MODE_FILE;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::{Repo, finish};

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

    /// Writes merged files into the worktree and stages them; every other entry of the
    /// index stays as it is. Safe to repeat after a kill.
    ///
    /// # Errors
    /// `Refusal::Bare`, `InsideHook`, `Locked` while another process holds the index, or
    /// `UnsafePath`; nothing was written then.
    pub fn stage_merged(&self, files: &[(String, Vec<u8>)]) -> Result<()> {
        if self.is_bare() || self.workdir().is_none() {
            bail!(Refusal::Bare);
        }
        if self.is_inside_hook() {
            bail!(Refusal::InsideHook);
        }
        let _lock = self.lock_writers()?;
        self.wait_for_index()?;
        let places: Vec<_> = files.iter().map(|(path, _)| self.plain_place(path)).collect::<Result<_>>()?;
        for ((_, bytes), place) in files.iter().zip(&places) {
            self.put(place, bytes)?;
        }
        if files.is_empty() {
            return Ok(());
        }
        let mut git = self.git();
        git.args(["--literal-pathspecs", "add", "--force", "--sparse", "--"]);
        git.args(files.iter().map(|(path, _)| path));
        finish(&mut git, &["add"]).map(drop)
    }

    /// Writes a file with conflict markers into the worktree; the index keeps its sides.
    ///
    /// # Errors
    /// As [`Repo::stage_merged`].
    pub fn write_marked(&self, path: &str, text: &[u8]) -> Result<()> {
        let _lock = self.lock_writers()?;
        let place = self.plain_place(path)?;
        self.put(&place, text)
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

    fn wait_for_index(&self) -> Result<()> {
        let mut lock = self.index_path().into_os_string();
        lock.push(".lock");
        let lock = PathBuf::from(lock);
        let mut patience = self.patience();
        while lock.exists() {
            if !patience.wait() {
                bail!(Refusal::Locked(lock));
            }
        }
        Ok(())
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
