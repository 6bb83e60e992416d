//! One write: objects, journal, index lock, worktree, index, reference, in the order
//! that a kill at any point cannot break (contract, section 7).

use std::fs::File;

use anyhow::{Context as _, Result, anyhow, bail};

use super::change::{FileChange, StoredChange};
use super::commit_bytes::CommitBytes;
use super::edit::Edit;
use super::identity::Identity;
use super::index_lock::IndexLock;
use super::journal::Journal;
use super::object_id::ObjectId;
use super::reference::{Move, Swap};
use super::refusal::Refusal;
use super::repo::{Head, Repo};
use super::step::Step;

/// How often a commit is rebuilt because others moved the branch.
const TRIES: usize = 20;

/// A write in progress: holds the lock that writers of this program share.
/// Nothing is written before `commit`; dropping it only frees the lock.
pub struct Transaction<'r> {
    repo: &'r Repo,
    head: Head,
    /// The folder at the top of the repository that the changes are computed from.
    basis: String,
    observer: Option<Box<dyn FnMut(Step) + 'r>>,
    /// The authors of the commits that were made.
    made: Vec<Identity>,
    heard: String,
    /// Held until there is nothing more to write.
    lock: Option<File>,
}

impl Drop for Transaction<'_> {
    fn drop(&mut self) {
        // Nobody is to wait for a hook of somebody else's.
        self.lock = None;
        for author in self.made.drain(..) {
            self.repo.after_commit(&author);
        }
    }
}

/// What one try needs.
struct Attempt<'a> {
    head: Head,
    commit_id: ObjectId,
    stored: Vec<StoredChange>,
    changes: &'a [FileChange],
    author: Identity,
    committer: Identity,
    log: String,
}

impl Attempt<'_> {
    fn as_move<'m>(&'m self, writers: &'m File) -> Move<'m> {
        Move {
            head: &self.head,
            new: &self.commit_id,
            author: &self.author,
            committer: &self.committer,
            log: &self.log,
            writers,
        }
    }
}

impl Repo {
    /// Whether the repository is in a state to be written to.
    ///
    /// # Errors
    /// `Refusal::Bare`, `InsideHook` or `InProgress`.
    pub fn check_writable(&self) -> Result<()> {
        if self.is_bare() || self.workdir().is_none() {
            bail!(Refusal::Bare);
        }
        if self.is_inside_hook() {
            bail!(Refusal::InsideHook);
        }
        if let Some(what) = self.operation_in_progress() {
            bail!(Refusal::InProgress(what));
        }
        Ok(())
    }

    /// Starts a write: takes the lock, and heals what a killed run left. The changes will be
    /// computed from what HEAD has in `basis`, a folder at the top of the repository.
    ///
    /// # Errors
    /// As `check_writable`, or `Refusal::Locked` when another writer holds the lock for
    /// longer than `ohmymkt.lockTimeout` milliseconds (5000).
    pub fn begin(&self, basis: &str) -> Result<Transaction<'_>> {
        self.check_writable()?;
        let lock = self.lock_writers()?;
        let held = self.hold_signals()?;
        self.heal()?;
        drop(held);
        Ok(Transaction {
            repo: self,
            head: self.head()?,
            basis: basis.to_owned(),
            observer: None,
            made: Vec::new(),
            heard: String::new(),
            lock: Some(lock),
        })
    }
}

impl<'r> Transaction<'r> {
    /// What HEAD said when the write started, or after its last commit.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// What hooks of others said to the commits that were made, for the user to read.
    pub fn heard(&self) -> &str {
        &self.heard
    }

    /// Tells a test at which step the write is.
    #[doc(hidden)]
    pub fn observe(&mut self, observer: impl FnMut(Step) + 'r) {
        self.observer = Some(Box::new(observer));
    }

    /// Commits the changes on top of HEAD and brings index and worktree along. Whatever
    /// else is staged, unstaged or untracked stays as it is.
    ///
    /// When only other directories moved meanwhile, the commit is rebuilt on the new head.
    /// Changes that change nothing still make a commit: whether it is worth one is the
    /// caller's to say.
    ///
    /// # Errors
    /// `Refusal::Moved` when HEAD changed in the basis or where the changes are, or a file holds
    /// neither its committed nor its new content; `NoIdentity`; `UnsafePath`;
    /// `Locked`; `Unsupported`; a failing signer. In each case nothing has changed.
    pub fn commit(&mut self, changes: &[FileChange], message: &str) -> Result<ObjectId> {
        let mut patience = self.repo.patience();
        for _ in 0..TRIES {
            self.follow_head(changes)?;
            let mut attempt = self.prepare(changes, message)?;
            let held = self.repo.hold_signals()?;
            let swap = self.apply(&mut attempt);
            drop(held);
            if let Swap::Done(said) = swap? {
                self.heard.push_str(&said);
                self.head.commit_id = Some(attempt.commit_id);
                self.made.push(attempt.author);
                return Ok(attempt.commit_id);
            }
            if !patience.wait() {
                break;
            }
        }
        bail!(Refusal::Moved)
    }

    fn reached(&mut self, step: Step) {
        if let Some(observer) = &mut self.observer {
            observer(step);
        }
    }

    /// Takes a head that others have moved, if they left alone what is changed here.
    fn follow_head(&mut self, changes: &[FileChange]) -> Result<()> {
        let now = self.repo.head()?;
        if now == self.head {
            return Ok(());
        }
        if now.reference != self.head.reference {
            bail!(Refusal::Moved);
        }
        let first = |change: &FileChange| change.path.split('/').next().unwrap_or("").to_owned();
        let mut tops: Vec<String> = changes.iter().map(first).collect();
        tops.push(self.basis.clone());
        for top in tops {
            if self.top_entry(&self.head, &top)? != self.top_entry(&now, &top)? {
                bail!(Refusal::Moved);
            }
        }
        self.head = now;
        Ok(())
    }

    fn top_entry(&self, head: &Head, name: &str) -> Result<Option<(u32, ObjectId)>> {
        let Some(commit) = &head.commit_id else {
            return Ok(None);
        };
        Ok(self.repo.path_entry(commit, name)?.map(|entry| (entry.mode, entry.id)))
    }

    /// Writes blobs, trees and the commit. Dying here leaves garbage only.
    fn prepare<'a>(&mut self, changes: &'a [FileChange], message: &str) -> Result<Attempt<'a>> {
        let (author, committer) = (self.repo.author()?, self.repo.committer()?);
        let head = self.head.clone();
        self.repo.check_filters(changes)?;
        let stored = self.repo.store_blobs(head.commit_id.as_ref(), changes)?;
        for change in &stored {
            let given = given(changes, &change.path);
            self.repo.check_place(change, given.and_then(|given| given.over.as_deref()))?;
        }
        let root = match &head.commit_id {
            Some(id) => {
                let root = self.repo.root_tree(id)?;
                Some(root.ok_or(Refusal::Missing("commit", *id))?)
            }
            None => None,
        };
        let tree_id = self.repo.write_tree(root.as_ref(), &stored)?;
        let text = CommitBytes { tree_id, parent: head.commit_id, author: &author, committer: &committer, message };
        let commit_id = text.store(self.repo)?;
        let kind = if head.commit_id.is_some() { "commit" } else { "commit (initial)" };
        let log = format!("{kind}: {}", message.lines().next().unwrap_or(""));
        self.reached(Step::Objects);
        Ok(Attempt { head, commit_id, stored, changes, author, committer, log })
    }

    /// Index, worktree and reference: all of it, or as before.
    fn apply(&mut self, attempt: &mut Attempt<'_>) -> Result<Swap> {
        let repo = self.repo;
        let mut edit = Edit::new(repo);
        for change in &mut attempt.stored {
            edit.stage(change, given(attempt.changes, &change.path))?;
        }
        let reference = attempt.head.reference.clone().unwrap_or_else(|| "HEAD".to_owned());
        let journal = Journal { reference, new: attempt.commit_id, changes: attempt.stored.clone() };
        repo.write_journal(&journal)?;
        self.reached(Step::Journal);
        let (lock, said) = match self.move_all(attempt, &mut edit) {
            Ok(Some(moved)) => moved,
            outcome => {
                let undone = edit.undo().and_then(|()| repo.close_journal());
                return undone_after(outcome.map(drop), undone);
            }
        };
        // Nothing may come between the two renames: here a user's commit would take
        // back what was just recorded.
        let renamed = lock.commit();
        self.reached(Step::Renamed);
        // From here on the commit stands: what cannot be tidied up must not make a failure of
        // it, and is left to the next writer, whom the open journal tells.
        let kept = edit.keep();
        if let Err(error) = renamed {
            self.repair_index(attempt, &error)?;
        }
        repo.remember(&journal).ok();
        kept.and_then(|()| repo.close_journal()).ok();
        self.reached(Step::Done);
        Ok(Swap::Done(said))
    }

    /// Worktree, index lock and reference. The lock when the reference has moved, and what
    /// hooks said; `None` when somebody else moved it.
    fn move_all(&mut self, attempt: &Attempt<'_>, edit: &mut Edit<'_>) -> Result<Option<(IndexLock<'r>, String)>> {
        let repo = self.repo;
        let mut lock = repo.lock_index()?;
        self.reached(Step::IndexLock);
        let mut entries = Vec::with_capacity(attempt.stored.len());
        for (n, change) in attempt.stored.iter().enumerate() {
            entries.push(edit.apply(n, change, given(attempt.changes, &change.path))?);
            self.reached(Step::WorktreeFile);
        }
        self.reached(Step::Worktree);
        lock.fill(&entries)?;
        self.reached(Step::Index);
        let new = &attempt.commit_id;
        let writers = self.lock.as_ref().expect("it is held while there is something to write");
        let said = match repo.swap_head(&attempt.as_move(writers), &mut lock) {
            Ok(Swap::Done(said)) => said,
            Ok(Swap::Lost) => return Ok(None),
            // A failure behind the move, such as a full disk for the reflog.
            Err(_) if repo.head().is_ok_and(|now| now.commit_id == Some(*new)) => String::new(),
            Err(error) => return Err(error),
        };
        self.reached(Step::Reference);
        Ok(Some((lock, said)))
    }

    /// The commit stands, so the index must follow; healing knows how. If it cannot
    /// now, the journal stays and the next writer heals.
    fn repair_index(&self, attempt: &Attempt<'_>, error: &anyhow::Error) -> Result<()> {
        self.repo.heal().with_context(|| {
            format!("the commit {} is made, but the index could not follow: {error:#}", attempt.commit_id)
        })
    }
}

/// How a write ends that did not reach its end. What could not be undone stays in the journal,
/// and the next writer tries again.
fn undone_after(outcome: Result<()>, undone: Result<()>) -> Result<Swap> {
    match (outcome, undone) {
        (outcome, Ok(())) => outcome.map(|()| Swap::Lost),
        (Ok(()), Err(error)) => Err(error.context("undo the change")),
        // Not a refusal any more, which would say that nothing was written.
        (Err(error), Err(undo)) => Err(anyhow!("{error:#}; the next write will undo what could not be: {undo:#}")),
    }
}

/// What was asked for at a path; the last word counts.
fn given<'c>(changes: &'c [FileChange], path: &str) -> Option<&'c FileChange> {
    changes.iter().rev().find(|change| change.path == path)
}
