//! Where the top of the worktree is. Git goes by its variables, by the settings of the
//! repository, and by the folder in which it found `.git`; libgit2 knows only a part of that.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use git2::RepositoryOpenFlags;

use super::environment::Environment;

const NO_CEILING: [&str; 0] = [];

/// Opens the repository that the variables name, or else that of the folder `here`.
pub(super) fn open(environment: &Environment, here: &Path) -> std::result::Result<git2::Repository, git2::Error> {
    let named = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
    if named("GIT_WORK_TREE").is_none() {
        return git2::Repository::open_from_env();
    }
    // Libgit2 looks for a relative worktree from the git directory: it is told nothing of it.
    let git_dir = match named("GIT_DIR") {
        Some(git_dir) => here.join(git_dir),
        None => git2::Repository::discover_path(here, NO_CEILING)?,
    };
    let flags = RepositoryOpenFlags::FROM_ENV | RepositoryOpenFlags::BARE | RepositoryOpenFlags::NO_SEARCH;
    git2::Repository::open_ext(git_dir, flags, NO_CEILING)
}

/// Sets the worktree where git would see another one than libgit2, from the folder `here`.
///
/// # Errors
/// When there is no such folder.
pub(super) fn set_worktree(repository: &git2::Repository, environment: &Environment, here: &Path) -> Result<()> {
    let named = |name: &str| environment.variable(name).filter(|value| !value.is_empty());
    let top = match (named("GIT_WORK_TREE"), named("GIT_DIR")) {
        (Some(top), _) => Some(here.join(top)),
        (None, Some(_)) => beside_named_git_dir(repository, here),
        // A linked worktree that was moved is where it is, not where it was made.
        (None, None) if repository.is_worktree() => found_above(here),
        (None, None) => None,
    };
    let Some(top) = top else { return Ok(()) };
    let set = repository.set_workdir(&top, false);
    set.with_context(|| format!("find the working tree: {}", top.display()))
}

/// With a git directory that is named, one works where one stands, unless a setting says
/// otherwise. The settings are those of the main worktree.
fn beside_named_git_dir(repository: &git2::Repository, here: &Path) -> Option<PathBuf> {
    if repository.is_worktree() {
        return Some(here.to_owned());
    }
    let is_set = |key: &str| repository.config().is_ok_and(|config| config.get_entry(key).is_ok());
    (!repository.is_bare() && !is_set("core.worktree")).then(|| here.to_owned())
}

/// The nearest folder with a `.git`.
fn found_above(here: &Path) -> Option<PathBuf> {
    here.ancestors().find(|folder| folder.join(".git").exists()).map(Path::to_owned)
}
