//! A merge as a forge would make it: git's own, of text alone, without drivers or attributes.

use anyhow::{Context as _, Result, anyhow};

use super::object_id::ObjectId;
use super::repo::Repo;

/// What merges a file of ours where attributes cannot be kept away: git's own merge of text.
const TEXT_DRIVER: &str = "merge.ohmymkt.driver=git merge-file --quiet --marker-size=%L %A %O %B";

/// What a merge would leave behind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// The root tree of the merge; conflicting files hold markers in it.
    pub tree_id: ObjectId,
    /// The paths in conflict, sorted.
    pub conflicts: Vec<String>,
}

impl Repo {
    /// The best common ancestors of two commits; none when their histories are unrelated.
    ///
    /// # Errors
    /// When git cannot say.
    pub fn merge_bases(&self, one: &ObjectId, other: &ObjectId) -> Result<Vec<ObjectId>> {
        let (one, other) = (one.to_string(), other.to_string());
        let output = self.git().args(["merge-base", "--all", &one, &other]).output().context("run git merge-base")?;
        match output.status.code() {
            Some(0) => String::from_utf8_lossy(&output.stdout).lines().map(|line| Ok(line.parse()?)).collect(),
            Some(1) => Ok(Vec::new()),
            _ => Err(anyhow!("git merge-base failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
        }
    }

    /// Merges `head` into `base` as a forge's button does, touching no file and no
    /// reference. `None` when this git is too old to do it (it needs 2.38).
    ///
    /// # Errors
    /// When git cannot merge at all, as with unrelated histories.
    pub fn forecast(&self, base: &ObjectId, head: &ObjectId) -> Result<Option<Forecast>> {
        let mut git = self.git();
        git.env("GIT_ATTR_SOURCE", self.empty_tree()).env("GIT_ATTR_NOSYSTEM", "1");
        for setting in ["core.attributesFile=/dev/null", TEXT_DRIVER, "merge.renormalize=false"] {
            git.args(["-c", setting]);
        }
        git.args(["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"]);
        let output = git.args([base.to_string(), head.to_string()]).output().context("run git merge-tree")?;
        match output.status.code() {
            Some(0 | 1) => {}
            Some(129) => return Ok(None),
            _ => return Err(anyhow!("git merge-tree failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let mut parts = text.split('\0').filter(|part| !part.is_empty());
        let tree_id = parts.next().context("git merge-tree wrote nothing")?.parse()?;
        let mut conflicts: Vec<_> = parts.map(str::to_owned).collect();
        conflicts.sort();
        conflicts.dedup();
        Ok(Some(Forecast { tree_id, conflicts }))
    }

    /// The branch that the current one is meant for: its upstream, else the remote's
    /// default branch, else `main` or `master`.
    pub fn default_base(&self) -> Option<String> {
        let named = |rev: &str| {
            let words = ["rev-parse", "--quiet", "--verify", "--abbrev-ref", "--symbolic-full-name", rev];
            let name = self.git_text(&words).ok()?.lines().next()?.to_owned();
            (!name.is_empty()).then_some(name)
        };
        let remote = named("@{upstream}").or_else(|| named("refs/remotes/origin/HEAD"));
        let exists = |name: &&str| self.resolve_commit(name).is_ok();
        remote.or_else(|| {
            ["main", "master", "origin/main", "origin/master"]
                .iter()
                .find(|name| exists(name))
                .map(|name| (*name).into())
        })
    }

    fn empty_tree(&self) -> &'static str {
        match self.id_length() {
            32 => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
            _ => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        }
    }
}
