//! Moving the branch: compare and swap, with the reflog `git commit` would write.

use anyhow::{Context as _, Result, bail};

use super::identity::Identity;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::{Head, Repo};

/// Whether the reference took the new value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Swap {
    /// It did.
    Done,
    /// It, or HEAD, had another value than expected.
    Lost,
}

impl Repo {
    /// Moves what HEAD points to from the value in `head` to `new`.
    ///
    /// # Errors
    /// `Refusal::Locked` when another process holds the reference for too long.
    pub(super) fn swap_head(&self, head: &Head, new: &ObjectId, who: &Identity, log: &str) -> Result<Swap> {
        if self.is_reftable() {
            return self.swap_by_git(head, new, log);
        }
        let name = head.reference.as_deref().unwrap_or("HEAD");
        let mut transaction = self.inner.transaction().context("start a reference transaction")?;
        let mut patience = self.patience();
        while let Err(e) = transaction.lock_ref(name) {
            if e.code() != git2::ErrorCode::Locked && e.class() != git2::ErrorClass::Os {
                return Err(e).with_context(|| format!("lock the reference {name}"));
            }
            if !patience.wait() {
                bail!(Refusal::Locked(self.common_dir().join(format!("{name}.lock"))));
            }
        }
        // Under the lock nobody else moves it: what is read now is what is replaced.
        if self.head()? != *head {
            return Ok(Swap::Lost);
        }
        let time = git2::Time::new(who.seconds, who.offset_minutes);
        let signature = git2::Signature::new(&who.name, non_empty(&who.email), &time);
        let signature = signature.context("write the reflog")?;
        let set = transaction.set_target(name, new.to_git2(), Some(&signature), log);
        set.with_context(|| format!("move the reference {name}"))?;
        transaction.commit().with_context(|| format!("move the reference {name}"))?;
        self.share_reference(name);
        Ok(Swap::Done)
    }

    /// Libgit2 knows no `core.sharedRepository` and no `core.fsync`.
    fn share_reference(&self, name: &str) {
        let dir = if name == "HEAD" { self.git_dir() } else { self.common_dir() };
        let path = dir.join(name);
        self.share(&path);
        self.share(&dir.join("logs").join(name));
        if self.must_sync("reference") {
            // The commit is done; a failure to flush is no reason to say otherwise.
            std::fs::File::open(path).and_then(|file| file.sync_all()).ok();
        }
    }

    /// Whether `core.fsync` names this component (`loose-object`, `reference` or `index`),
    /// alone or in a group.
    pub(super) fn must_sync(&self, component: &str) -> bool {
        let Some(setting) = self.config("core.fsync") else {
            return false;
        };
        let named = |word: &str| match word {
            "all" => true,
            "added" => component != "reference",
            "committed" | "objects" => component == "loose-object",
            word => word == component,
        };
        let mut on = false;
        for word in setting.split(',').map(str::trim) {
            match word.strip_prefix('-') {
                Some(word) => on &= !named(word),
                None => on = word != "none" && (on || named(word)),
            }
        }
        on
    }

    fn swap_by_git(&self, head: &Head, new: &ObjectId, log: &str) -> Result<Swap> {
        let old = head.commit_id.unwrap_or_else(|| new.zero());
        let (new, old) = (new.to_string(), old.to_string());
        let name = head.reference.as_deref().unwrap_or("HEAD");
        let mut git = self.git();
        if head.reference.is_none() {
            git.args(["update-ref", "--no-deref"]);
        } else {
            git.arg("update-ref");
        }
        let output = git.args(["-m", log, name, &new, &old]).output().context("run git update-ref")?;
        if output.status.success() {
            return Ok(Swap::Done);
        }
        if self.head()? != *head {
            return Ok(Swap::Lost);
        }
        bail!("git update-ref failed: {}", String::from_utf8_lossy(&output.stderr).trim())
    }
}

/// Libgit2 refuses an empty address, which git allows.
fn non_empty(email: &str) -> &str {
    if email.is_empty() { "none" } else { email }
}
