//! Moving the branch: compare and swap, with the reflog `git commit` would write.

use std::fs::File;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};

use super::identity::Identity;
use super::index_lock::IndexLock;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::{Head, Repo};
use super::sync::Part;

/// Whether the reference took the new value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Swap {
    /// It did; and what hooks said meanwhile.
    Done(String),
    /// It, or HEAD, had another value than expected.
    Lost,
}

/// A commit that the branch shall move to, and who made it.
pub(super) struct Move<'a> {
    /// Where it is, and shall be found.
    pub(super) head: &'a Head,
    pub(super) new: &'a ObjectId,
    pub(super) author: &'a Identity,
    pub(super) committer: &'a Identity,
    /// What the reflog says.
    pub(super) log: &'a str,
    /// The writers' lock.
    pub(super) writers: &'a File,
}

impl Repo {
    /// Moves what HEAD points to, if it is as expected. HEAD stays locked as long as the index.
    ///
    /// # Errors
    /// `Refusal::Locked` when another process holds the reference for too long, `Hook`
    /// when a `reference-transaction` hook says no.
    pub(super) fn swap_head(&self, step: &Move<'_>, lock: &mut IndexLock<'_>) -> Result<Swap> {
        let is_seen = self.has_foreign_hook("reference-transaction");
        if is_seen || self.is_reftable() || self.moves_as_set_up() {
            return self.swap_by_git(step, is_seen);
        }
        let Move { head, new, committer, log, .. } = *step;
        let name = head.reference.as_deref().unwrap_or("HEAD");
        let mut transaction = self.inner.transaction().context("start a reference transaction")?;
        let mut patience = self.patience();
        while let Some(held) = self.lock_head(name, &mut transaction, lock)? {
            if !patience.wait() {
                bail!(Refusal::Locked(held));
            }
        }
        // Under the lock nobody else moves it: what is read now is what is replaced.
        if self.head()? != *head {
            return Ok(Swap::Lost);
        }
        let time = git2::Time::new(committer.seconds, committer.offset_minutes);
        let signature = git2::Signature::new(&committer.name, non_empty(&committer.email), &time);
        let signature = signature.context("write the reflog")?;
        let set = transaction.set_target(name, new.to_git2(), Some(&signature), log);
        set.with_context(|| format!("move the reference {name}"))?;
        transaction.commit().with_context(|| format!("move the reference {name}"))?;
        Ok(Swap::Done(String::new()))
    }

    /// Locks the branch and HEAD, as git does, so that nobody can switch branches meanwhile.
    /// `None` when both are locked. Otherwise the path of the lock that another process holds;
    /// no lock is kept then, so the caller can wait and try again.
    fn lock_head(
        &self,
        name: &str,
        transaction: &mut git2::Transaction<'_>,
        lock: &mut IndexLock<'_>,
    ) -> Result<Option<PathBuf>> {
        let head = self.reference_lock_path("HEAD");
        if name != "HEAD" && !lock.hold(&head).with_context(|| format!("write {}", head.display()))? {
            return Ok(Some(head));
        }
        let Err(e) = transaction.lock_ref(name) else { return Ok(None) };
        lock.let_go();
        match e.code() {
            // Git removes folders of references while they are empty, and makes them again.
            git2::ErrorCode::Locked | git2::ErrorCode::NotFound => Ok(Some(self.reference_lock_path(name))),
            _ => Err(e).with_context(|| format!("lock the reference {name}")),
        }
    }

    /// The lock of a reference, where references are files.
    pub(super) fn reference_lock_path(&self, name: &str) -> PathBuf {
        let dir = if name == "HEAD" { self.git_dir() } else { self.common_dir() };
        dir.join(format!("{name}.lock"))
    }

    /// Whether something is configured for references that libgit2 does not know: who else
    /// may use them, when they are flushed, a reflog that `git -c` asks for, or that one which
    /// is there is gone on with where no new ones are to be made.
    fn moves_as_set_up(&self) -> bool {
        let key = "core.logallrefupdates";
        self.is_shared()
            || self.must_sync(Part::Reference)
            || self.environment.config_override(key).is_some()
            || self.config_bool(key) == Some(false)
    }

    fn swap_by_git(&self, step: &Move<'_>, is_seen: bool) -> Result<Swap> {
        let Move { head, new, author, log, writers, .. } = *step;
        let old = head.commit_id.unwrap_or_else(|| new.zero());
        let (new, old) = (new.to_string(), old.to_string());
        let mut patience = self.patience();
        loop {
            // A hook is to find what it would find under `git commit`.
            let mut git = if is_seen { self.git_of_user() } else { self.git() };
            git.envs(author.variables());
            // Git holds the writers' lock, too: should this process die, nobody else writes before
            // git has come to its end.
            git.stdin(writers.try_clone().context("hand the lock to git")?);
            git.arg("update-ref").args(head.reference.is_none().then_some("--no-deref"));
            // By way of HEAD, as a commit does it: a hook is told of both.
            let output = git.args(["-m", log, "HEAD", &new, &old]).output().context("run git update-ref")?;
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            if output.status.success() {
                return Ok(Swap::Done(words));
            }
            if self.head()? != *head {
                return Ok(Swap::Lost);
            }
            // The name of a lock file, or of a table, is in what git says in every language.
            if !words.contains(".lock'") && !words.contains("is locked") {
                if is_seen {
                    bail!(Refusal::Hook(words));
                }
                bail!("git update-ref failed: {words}");
            }
            if !patience.wait() {
                bail!(Refusal::Locked(self.reference_lock_path(head.reference.as_deref().unwrap_or("HEAD"))));
            }
        }
    }
}

/// Libgit2 refuses an empty address, which git allows.
fn non_empty(email: &str) -> &str {
    if email.is_empty() { "none" } else { email }
}
