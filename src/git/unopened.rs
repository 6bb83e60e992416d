//! What git itself says of a repository that this room cannot open: just enough for a hook
//! to know whether it is concerned. What cannot be found out counts as a change.

use std::process::{Command, Stdio};

use super::environment::PATHSPECS;
use super::object_id::ObjectId;

/// Git, quiet, where this program stands.
fn git(arguments: &[&str]) -> Command {
    let mut command = Command::new("git");
    for variable in PATHSPECS {
        command.env_remove(variable);
    }
    command.args(arguments).stdin(Stdio::null()).stderr(Stdio::null());
    command
}

/// The files below a directory, as git names them from anywhere.
fn below(dir: &str) -> String {
    format!(":(top){dir}")
}

/// Whether the commit that is being made has other files below `dir` than HEAD.
#[must_use]
pub fn is_commit_touching(dir: &str) -> bool {
    let compared = git(&["diff", "--cached", "--quiet", "--no-ext-diff", "--no-textconv", "--", &below(dir)]).status();
    !compared.is_ok_and(|status| status.success())
}

/// Whether a commit that `new` reaches, and neither `old` nor what git names by `known` does,
/// changes files below `dir`.
#[must_use]
pub fn is_arrival_touching(dir: &str, new: &ObjectId, old: Option<&ObjectId>, known: &str) -> bool {
    let mut search = git(&["rev-list", "-1", "--full-history", &new.to_string(), "--not"]);
    let is_here = |old: &&ObjectId| git(&["cat-file", "-e", &old.to_string()]).status().is_ok_and(|s| s.success());
    search.args(old.filter(is_here).map(ToString::to_string)).args([known, "--", &below(dir)]);
    let output = search.output();
    !output.is_ok_and(|output| output.status.success() && output.stdout.is_empty())
}
