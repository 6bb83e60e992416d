//! The configuration of a clone by which git merges and shows files with this program.

use anyhow::Result;

use super::repo::Repo;

/// Runs the program where it is, and merges as plain text where it is not: a clone whose
/// program has gone merges as one that was never set up.
const MERGE: &str = "command -v git-mkt >/dev/null 2>&1 || exec git merge-file --marker-size=%L %A %O %B; \
                     exec git-mkt merge-driver %O %A %B %L %P %S %X %Y";

/// Shows the file as it is where the program has gone or cannot read it.
const TEXTCONV: &str = "f() { git-mkt textconv \"$1\" 2>/dev/null || cat \"$1\"; }; f";

const SETTINGS: [(&str, &str); 4] = [
    ("merge.ohmymkt.name", "growth campaign artifacts"),
    ("merge.ohmymkt.driver", MERGE),
    ("diff.ohmymkt.textconv", TEXTCONV),
    ("diff.ohmymkt.cachetextconv", "false"),
];

impl Repo {
    /// Tells git, for this clone and its worktrees, how to merge and show the files that
    /// the attributes name. What is set already is left alone.
    ///
    /// # Errors
    /// When git cannot write its configuration.
    pub fn configure_drivers(&self) -> Result<Vec<&'static str>> {
        let missing: Vec<_> = self.missing_drivers();
        for (key, value) in SETTINGS.iter().filter(|(key, _)| missing.contains(key)) {
            self.git_text(&["config", "--local", "--replace-all", key, value])?;
        }
        Ok(missing)
    }

    /// The settings that [`Repo::configure_drivers`] would write.
    #[must_use]
    pub fn missing_drivers(&self) -> Vec<&'static str> {
        let unset = SETTINGS.iter().filter(|(key, value)| self.config(key).as_deref() != Some(*value));
        unset.map(|(key, _)| *key).collect()
    }
}
