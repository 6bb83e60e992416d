//! The user at the terminal: where they stand, their home, and their editor.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};

use super::repo::Repo;

impl Repo {
    /// The directory the user stands in, from the top of the working tree, with `/`;
    /// `None` at the top or outside it.
    pub fn prefix(&self) -> Option<String> {
        let here = std::env::current_dir().ok()?.canonicalize().ok()?;
        let top = self.workdir()?.canonicalize().ok()?;
        let inside = here.strip_prefix(top).ok()?.to_str()?.to_owned();
        (!inside.is_empty()).then_some(inside)
    }

    /// A path from the configuration, with `~/` and `~user/` read as git reads them.
    pub(super) fn expand_home(&self, path: &str) -> PathBuf {
        if let (Some(rest), Some(home)) = (path.strip_prefix("~/"), super::environment::home()) {
            return Path::new(&home).join(rest);
        }
        if !path.starts_with(['~', '%']) {
            return path.into();
        }
        // Homes of others, and what belongs to git's own installation, git knows.
        let asked = format!("ohmymkt.path={path}");
        let found = self.git_text(&["-c", &asked, "config", "--type=path", "ohmymkt.path"]);
        found.map_or_else(|_| path.into(), |text| text.trim_end_matches('\n').into())
    }

    /// Lets the user edit a text in the editor that git would open, and returns what
    /// they leave.
    ///
    /// # Errors
    /// When there is no editor or it fails; nothing is kept then.
    pub fn edit(&self, name: &str, text: &str) -> Result<String> {
        let dir = tempfile::tempdir_in(self.git_dir()).context("make room for the editor")?;
        let path = dir.path().join(name);
        std::fs::write(&path, text).context("write the text to edit")?;
        let editor = self.git_text(&["var", "GIT_EDITOR"]).context("find your editor")?;
        ensure!(!editor.trim().is_empty(), "the editor that git names is blank");
        let status = std::process::Command::new("sh")
            .arg("-c")
            .arg(format!("{} \"$@\"", editor.trim()))
            .arg("editor")
            .arg(&path)
            .status()
            .context("run your editor")?;
        ensure!(status.success(), "the editor `{}` failed", editor.trim());
        std::fs::read_to_string(&path).context("read what the editor left")
    }
}
