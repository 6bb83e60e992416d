//! Several changes of files and settings that are made together or not at all.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempPath;

use super::found::metadata;
use crate::git::repo::{Repo, finish};

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// A script comes to this path, in place of one of ours or of nothing.
    Write { path: PathBuf, bytes: Vec<u8> },
    /// A file, or a link itself, goes to another place, where nothing of somebody else's is.
    Move { from: PathBuf, to: PathBuf },
    /// A script of ours goes.
    Remove { path: PathBuf },
    /// A setting of the repository gets a value.
    Set { key: String, value: String },
    /// A section of the settings goes, which has these values.
    Unset { section: String, values: Vec<(String, String)> },
}

/// How a change is taken back.
enum Undo {
    Remove(PathBuf),
    Put(PathBuf, Vec<u8>, u32),
    Move(PathBuf, PathBuf),
    Set(String, String),
    Unset(String),
}

impl Repo {
    /// Makes the changes; on an error, those that were made are taken back.
    pub(super) fn carry_out(&self, steps: &[Step]) -> Result<()> {
        // Most of what can go wrong, does so here, where nothing has changed yet.
        let mut staged = Vec::new();
        for step in steps {
            staged.push(match step {
                Step::Write { path, bytes } => Some(self.stage(path, bytes)?),
                _ => None,
            });
        }
        let mut undo = Vec::new();
        for (step, staged) in steps.iter().zip(staged) {
            if let Err(error) = self.make(step, staged, &mut undo) {
                for undo in undo.into_iter().rev() {
                    self.take_back(undo).context("take back what was changed of the hooks")?;
                }
                return Err(error);
            }
        }
        Ok(())
    }

    /// Writes a script beside the place it is meant for.
    fn stage(&self, path: &Path, bytes: &[u8]) -> Result<TempPath> {
        let directory = path.parent().context("a hook lies in a directory")?;
        self.make_shared_dir(directory).with_context(|| format!("make {}", directory.display()))?;
        let mode = Permissions::from_mode(0o777);
        let file = tempfile::Builder::new().prefix(".ohmymkt-").permissions(mode).tempfile_in(directory);
        let staged = file.with_context(|| format!("write into {}", directory.display()))?.into_temp_path();
        std::fs::write(&staged, bytes).with_context(|| format!("write {}", staged.display()))?;
        self.share(&staged);
        Ok(staged)
    }

    fn make(&self, step: &Step, staged: Option<TempPath>, undo: &mut Vec<Undo>) -> Result<()> {
        match step {
            Step::Write { path, .. } => {
                let staged = staged.context("a script is staged before it is put in place")?;
                let before = remembered(path)?;
                staged.persist(path).with_context(|| format!("put {} in place", path.display()))?;
                undo.push(before.unwrap_or_else(|| Undo::Remove(path.clone())));
            }
            Step::Move { from, to } => {
                undo.extend(remembered(to)?);
                std::fs::rename(from, to).with_context(|| format!("move {} to {}", from.display(), to.display()))?;
                undo.push(Undo::Move(to.clone(), from.clone()));
            }
            Step::Remove { path } => {
                let before = remembered(path)?;
                std::fs::remove_file(path).with_context(|| format!("remove {}", path.display()))?;
                undo.extend(before);
            }
            Step::Set { key, value } => {
                undo.push(match self.config(key) {
                    Some(before) => Undo::Set(key.clone(), before),
                    None => Undo::Unset(key.clone()),
                });
                self.set(key, value)?;
            }
            Step::Unset { section, values } => {
                let arguments = ["config", "--local", "--remove-section", section];
                finish(self.hook_git().args(arguments), &arguments)?;
                undo.extend(values.iter().map(|(key, value)| Undo::Set(key.clone(), value.clone())));
            }
        }
        Ok(())
    }

    fn take_back(&self, undo: Undo) -> Result<()> {
        match undo {
            Undo::Remove(path) => Ok(std::fs::remove_file(path)?),
            Undo::Move(from, to) => Ok(std::fs::rename(from, to)?),
            Undo::Put(path, bytes, mode) => {
                std::fs::write(&path, bytes)?;
                Ok(std::fs::set_permissions(&path, Permissions::from_mode(mode))?)
            }
            Undo::Set(key, value) => self.set(&key, &value),
            Undo::Unset(key) => {
                let arguments = ["config", "--local", "--unset-all", &key];
                // It may not have been set yet.
                self.hook_git().args(arguments).output().context("run git config")?;
                Ok(())
            }
        }
    }

    fn set(&self, key: &str, value: &str) -> Result<()> {
        let arguments = ["config", "--local", "--replace-all", key, value];
        finish(self.hook_git().args(arguments), &arguments).map(drop)
    }
}

/// How the file that is at a path now can be put there again; `None` when there is none.
fn remembered(path: &Path) -> Result<Option<Undo>> {
    let Some(metadata) = metadata(path)? else { return Ok(None) };
    let bytes = std::fs::read(path).with_context(|| format!("read {}", path.display()))?;
    Ok(Some(Undo::Put(path.to_owned(), bytes, metadata.permissions().mode() & 0o7777)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_is_taken_back_when_a_later_step_fails() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        git2::Repository::init(dir.path()).expect("a repository");
        let repo = Repo::open_at(dir.path()).expect("the repository opens");
        let at = |name: &str| dir.path().join(".git/hooks").join(name);
        std::fs::create_dir_all(at("")).expect("the folder of hooks");
        std::fs::write(at("one"), "theirs").expect("a hook");
        std::fs::set_permissions(at("one"), Permissions::from_mode(0o640)).expect("a mode");
        std::fs::write(at("two"), "ours").expect("a hook");
        std::fs::create_dir_all(at("last/full")).expect("a folder in the way");
        let write = |name: &str| Step::Write { path: at(name), bytes: b"new".to_vec() };
        let steps = [
            Step::Set { key: "hook.x.command".to_owned(), value: "y".to_owned() },
            Step::Move { from: at("one"), to: at("one.kept") },
            write("one"),
            write("two"),
            write("three"),
            Step::Remove { path: at("two") },
            write("last"),
        ];
        repo.carry_out(&steps).expect_err("a folder is in the way");
        let names = std::fs::read_dir(at("")).expect("the folder").flatten().map(|entry| entry.file_name());
        let mut names: Vec<_> = names.filter_map(|name| name.into_string().ok()).collect();
        names.retain(|name| !name.ends_with(".sample"));
        names.sort();
        assert_eq!(names, ["last", "one", "two"]);
        assert_eq!(std::fs::read(at("one")).expect("a hook"), b"theirs");
        assert_eq!(std::fs::metadata(at("one")).expect("a hook").permissions().mode() & 0o777, 0o640);
        assert_eq!(std::fs::read(at("two")).expect("a hook"), b"ours");
        let config = std::fs::read_to_string(dir.path().join(".git/config")).expect("the settings");
        assert!(!config.contains("command"), "{config}");
    }
}
