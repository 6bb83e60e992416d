//! What `git commit` does when the commit is made: others are told, and git tidies up.

use std::process::Stdio;

use super::identity::Identity;
use super::repo::Repo;

/// How many loose objects git suffers when `gc.auto` says nothing.
const LOOSE: i64 = 6700;
/// Objects are spread over so many folders; git counts those in one of them.
const FOLDERS: i64 = 256;
/// The folder that git counts.
const COUNTED: &str = "objects/17";

impl Repo {
    /// Lets git tidy up where that is due, and runs the `post-commit` hook. The commit
    /// stands, so nothing that fails here is a failure.
    pub(super) fn after_commit(&self, author: &Identity) {
        if self.needs_tidying() {
            let mut git = self.git_of_user();
            git.args(["maintenance", "run", "--auto", "--quiet"]).stdout(Stdio::null()).stderr(Stdio::null());
            git.status().ok();
        }
        if self.has_foreign_hook("post-commit") {
            self.run_post_commit(author);
        }
    }

    /// Whether git would find too many loose objects, counted as git counts them.
    fn needs_tidying(&self) -> bool {
        let limit = self.config("gc.auto").and_then(|text| text.trim().parse().ok()).unwrap_or(LOOSE);
        if limit <= 0 {
            return false;
        }
        let few = usize::try_from((limit + FOLDERS - 1) / FOLDERS).unwrap_or(usize::MAX);
        let objects = std::fs::read_dir(self.common_dir().join(COUNTED));
        objects.is_ok_and(|objects| objects.take(few + 1).count() > few)
            && self.config_bool("maintenance.auto") != Some(false)
    }

    fn run_post_commit(&self, author: &Identity) {
        let index = self.git_dir().join("index");
        // Git names it as it found it, from the top of the working tree.
        let beside = self.workdir().and_then(|top| index.strip_prefix(top).ok());
        let mut git = self.git_of_user();
        git.args(["hook", "run", "--ignore-missing", "post-commit"]).stdout(Stdio::null());
        git.env("GIT_INDEX_FILE", beside.unwrap_or(&index)).env("GIT_EDITOR", ":");
        git.envs(author.variables()).status().ok();
    }
}
