//! Where git looks for hooks, and whether that place is this repository's own.

use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::git::repo::{Repo, finish};

/// Whose setting `core.hooksPath` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Of the machine.
    System,
    /// Of the user.
    Global,
    /// Of the repository.
    Local,
    /// Of one working tree.
    Worktree,
    /// Of one command, by `git -c` or the environment.
    Command,
}

impl Scope {
    /// Git's word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Global => "global",
            Self::Local => "local",
            Self::Worktree => "worktree",
            Self::Command => "command",
        }
    }
}

/// Where git looks for the hooks of this repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    /// The directory, absolute; empty when the setting is.
    pub directory: PathBuf,
    /// `core.hooksPath` and whose setting it is, where it is set.
    pub setting: Option<(Scope, String)>,
}

/// Whose a hooks directory is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    /// This clone's alone: a place for files of ours.
    Clone,
    /// Of everybody who has the project: its files are tracked.
    Project,
    /// Written anew by husky whenever it likes.
    Husky,
    /// Of others, too: the user's or the machine's.
    Others,
    /// Nobody's: no directory can be there.
    Nowhere,
}

impl Repo {
    /// Git, standing where it stands when it runs hooks.
    pub(super) fn hook_git(&self) -> Command {
        let mut command = self.git();
        if self.workdir().is_none() {
            command.current_dir(self.git_dir());
        }
        command
    }

    /// Where git looks for hooks; asked of git.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn hooks_path(&self) -> Result<HooksPath> {
        let setting = self.hooks_setting()?;
        // Git itself fails over an empty value.
        if matches!(&setting, Some((_, value)) if value.is_empty()) {
            return Ok(HooksPath { directory: PathBuf::new(), setting });
        }
        let asked = ["rev-parse", "--path-format=absolute", "--git-path", "hooks"];
        let mut bytes = finish(self.hook_git().args(asked), &asked)?;
        while bytes.last() == Some(&b'\n') {
            bytes.pop();
        }
        let directory = PathBuf::from(std::ffi::OsStr::from_bytes(&bytes));
        Ok(HooksPath { directory, setting })
    }

    fn hooks_setting(&self) -> Result<Option<(Scope, String)>> {
        let asked = ["config", "--show-scope", "--null", "--get", "core.hooksPath"];
        let output = self.hook_git().args(asked).output().context("run git config")?;
        if output.status.code() == Some(1) {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let (scope, value) = text.split_once('\0').context("read core.hooksPath")?;
        let scope = match scope {
            "system" => Scope::System,
            "global" => Scope::Global,
            "worktree" => Scope::Worktree,
            "local" => Scope::Local,
            _ => Scope::Command,
        };
        Ok(Some((scope, value.trim_end_matches('\0').to_owned())))
    }

    /// Whose the directory is that git looks in.
    pub(super) fn owner_of(&self, place: &HooksPath) -> Result<Owner> {
        let directory = &place.directory;
        if directory.as_os_str().is_empty() || std::fs::metadata(directory).is_ok_and(|found| !found.is_dir()) {
            return Ok(Owner::Nowhere);
        }
        if is_husky(directory) {
            return Ok(Owner::Husky);
        }
        if matches!(place.setting, Some((Scope::System | Scope::Global | Scope::Command, _))) {
            return Ok(Owner::Others);
        }
        let resolved = resolved(directory);
        if resolved.starts_with(self::resolved(self.common_dir())) {
            return Ok(Owner::Clone);
        }
        let Some(inside) = self.workdir().map(self::resolved).filter(|top| resolved.starts_with(top)) else {
            return Ok(Owner::Others);
        };
        let listed = self.hook_git().args(["ls-files", "-z", "--"]).arg(&resolved).current_dir(inside).output();
        let listed = listed.context("run git ls-files")?;
        let untracked = listed.status.success() && listed.stdout.is_empty();
        Ok(if untracked { Owner::Clone } else { Owner::Project })
    }

    /// The directory in which git looks when nothing is set.
    pub(super) fn own_hooks_directory(&self) -> PathBuf {
        self.common_dir().join("hooks")
    }

    /// Git's version, the first two numbers.
    ///
    /// # Errors
    /// When git cannot be run or does not say.
    pub(super) fn git_version(&self) -> Result<(u32, u32)> {
        let bytes = finish(self.hook_git().arg("version"), &["version"])?;
        let text = String::from_utf8_lossy(&bytes);
        let word = text.trim_start_matches("git version").split_whitespace().next().unwrap_or_default();
        let mut numbers = word.split('.').map(str::parse);
        match (numbers.next(), numbers.next()) {
            (Some(Ok(major)), Some(Ok(minor))) => Ok((major, minor)),
            _ => anyhow::bail!("git does not say its version: {}", text.trim()),
        }
    }
}

/// Whether a directory is the one that husky fills with its own scripts.
fn is_husky(directory: &Path) -> bool {
    let named = directory.file_name().is_some_and(|name| name == "_")
        && directory.parent().and_then(Path::file_name).is_some_and(|name| name == ".husky");
    named || (directory.join("h").is_file() && directory.join("husky.sh").is_file())
}

/// The path without symbolic links, as far as there is something.
fn resolved(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    }
}
