//! Repositories of others: git says which of them are to be trusted, by `safe.directory`,
//! `SUDO_UID` and `safe.bareRepository`. Libgit2 knows a part of that only.

use std::path::Path;

use anyhow::{Context as _, Result, bail};

use super::environment::Environment;
use super::refusal::Refusal;
use super::top;

/// Opens the repository of the current directory and the environment, if git would.
///
/// # Errors
/// `Refusal::NotTrusted` with git's own words, and what libgit2 says to all else.
pub(super) fn open(environment: &Environment, here: &Path) -> Result<Result<git2::Repository, git2::Error>> {
    match top::open(environment, here) {
        Err(error) if error.code() == git2::ErrorCode::Owner => {
            ask_git(environment, here)?;
            Ok(open_as_told(environment, here))
        }
        Ok(found) if found.is_bare() && wants_to_be_told(environment, &found) => {
            ask_git(environment, here)?;
            Ok(Ok(found))
        }
        other => Ok(other),
    }
}

/// Whether bare repositories that are only found are not to be used.
fn wants_to_be_told(environment: &Environment, repository: &git2::Repository) -> bool {
    let key = "safe.barerepository";
    let said = environment.config_override(key).flatten().map(str::to_owned);
    let setting = said.or_else(|| repository.config().ok()?.get_string(key).ok());
    environment.variable("GIT_DIR").is_none() && setting.as_deref() == Some("explicit")
}

/// Git looks at the owners, and says so when it does not trust them.
fn ask_git(environment: &Environment, here: &Path) -> Result<()> {
    let mut git = environment.users_git(here, None);
    git.args(["rev-parse", "--git-dir"]).env("LC_ALL", "C").env_remove("LANGUAGE");
    let output = git.output().context("run git rev-parse")?;
    if output.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&output.stderr);
    let why = words.lines().find_map(|line| line.strip_prefix("fatal: "));
    // It tells what to do in a line of its own.
    let advice = words.lines().map(str::trim).find(|line| line.starts_with("git config "));
    bail!(Refusal::NotTrusted {
        why: why.unwrap_or("git does not trust the owner of this repository").to_owned(),
        advice: advice.map(str::to_owned),
    })
}

/// Opens what git trusts, whoever owns it.
fn open_as_told(environment: &Environment, here: &Path) -> Result<git2::Repository, git2::Error> {
    let look_at_owners = |on: bool| {
        #[expect(
            unsafe_code,
            reason = "libgit2 keeps the switch in a static; nothing else opens a repository meanwhile"
        )]
        // SAFETY: this program opens repositories from its main thread only.
        unsafe {
            git2::opts::set_verify_owner_validation(on)
        }
    };
    look_at_owners(false)?;
    let opened = top::open(environment, here);
    look_at_owners(true)?;
    opened
}
