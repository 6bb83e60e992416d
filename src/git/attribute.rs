//! Attributes: what git does to a file between the worktree and its blob.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use anyhow::{Result, bail};
use git2::{AttrCheckFlags, AttrValue};

use super::change::FileChange;
use super::refusal::Refusal;
use super::repo::Repo;

impl Repo {
    /// The attributes of a path in git's words: `set`, `unset` or a value; `None` where nothing
    /// is said. Libgit2 reads the index for them, and git where it cannot.
    pub(super) fn attributes<const N: usize>(&self, path: &[u8], names: [&str; N]) -> [Option<String>; N] {
        let path = Path::new(OsStr::from_bytes(path));
        let read = names.map(|name| self.inner.get_attr(path, name, AttrCheckFlags::default()));
        if read.iter().any(Result::is_err) {
            return self.attributes_by_git(path, names);
        }
        read.map(|value| match AttrValue::from_string(value.ok().flatten()) {
            AttrValue::True => Some("set".to_owned()),
            AttrValue::False => Some("unset".to_owned()),
            AttrValue::String(text) => Some(text.to_owned()),
            AttrValue::Bytes(_) | AttrValue::Unspecified => None,
        })
    }

    fn attributes_by_git<const N: usize>(&self, path: &Path, names: [&str; N]) -> [Option<String>; N] {
        let mut git = self.git();
        let output = git.args(["check-attr", "-z"]).args(names).arg("--").arg(path).output();
        let text = output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();
        // Path, name and value, each with a NUL behind it.
        let words: Vec<_> = text.split('\0').collect();
        let value = |name| words.chunks_exact(3).find(|three| three[1] == name).map(|three| three[2].to_owned());
        names.map(|name| value(name).filter(|value| value != "unspecified"))
    }

    /// Refuses to write where git would store something else than what it is given: our own
    /// attributes rule that out, and only those of the clone itself outrank them.
    pub(super) fn check_filters(&self, changes: &[FileChange]) -> Result<()> {
        if !self.common_dir().join("info/attributes").exists() {
            return Ok(());
        }
        for FileChange { path, .. } in changes {
            let [filter, encoding] = self.attributes(path.as_bytes(), ["filter", "working-tree-encoding"]);
            let is_named = |value: &String| value != "set" && value != "unset";
            for (what, value) in [("filter", filter), ("working-tree-encoding", encoding)] {
                if let Some(value) = value.filter(is_named) {
                    let shown = value.escape_debug();
                    bail!(Refusal::Unsupported(format!("`{what}={shown}` by .git/info/attributes on {path}")));
                }
            }
        }
        Ok(())
    }
}
