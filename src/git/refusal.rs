//! What this room declines to do, as values a caller can match on.

use std::fmt;
use std::path::PathBuf;

use super::object_id::ObjectId;

/// A typed refusal, found in an `anyhow::Error` by `downcast_ref` (contract, sections 6 and 7).
/// What returns one has changed no file of the working tree, no entry of the index and no
/// reference; objects that nothing names may have been written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// No repository at or above this directory.
    NotARepository(PathBuf),
    /// Git does not trust the repository: why, and what it advises.
    NotTrusted {
        /// In git's own words.
        why: String,
        /// The command by which the user would trust it.
        advice: Option<String>,
    },
    /// The repository has no worktree to write to.
    Bare,
    /// Git would not know who the author or committer is; the text says why.
    NoIdentity(String),
    /// A `merge`, `rebase`, `cherry-pick`, `revert`, `bisect` or `am` is not finished.
    InProgress(&'static str),
    /// A hook is running: the index and the objects may be git's temporary ones.
    InsideHook,
    /// Somebody else was faster; safe to retry on what is there now.
    Moved,
    /// Somebody else holds this lock for too long.
    Locked(PathBuf),
    /// A write was killed, and what it left to finish or undo it by cannot be read.
    UnreadableJournal(PathBuf),
    /// The revision names no commit here.
    UnknownRevision(String),
    /// An object is not here, and git could not fetch it either; what kind of object, and
    /// which. Not all can be seen then.
    Missing(&'static str, ObjectId),
    /// The repository uses something this program does not support.
    Unsupported(String),
    /// A hook of others that sees our commits says no; what it said.
    Hook(String),
    /// The path would leave the worktree, pass a symbolic link, or replace something
    /// that is not a plain file.
    UnsafePath(String),
}

impl Refusal {
    /// Whether an error comes from an object that is not in the repository.
    #[must_use]
    pub fn is_missing(error: &anyhow::Error) -> bool {
        matches!(error.downcast_ref(), Some(Refusal::Missing(..)))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::NotARepository(dir) => write!(f, "not a git repository: {}", dir.display()),
            Refusal::NotTrusted { why, .. } => write!(f, "{why}"),
            Refusal::Bare => write!(f, "a bare repository has no worktree to write to"),
            Refusal::NoIdentity(why) => write!(f, "git does not know who you are: {why}"),
            Refusal::InProgress(what) => {
                let article = if what.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
                write!(f, "{article} {what} is in progress")
            }
            Refusal::InsideHook => write!(f, "cannot write while a git hook is running"),
            Refusal::Moved => write!(f, "somebody else was faster; nothing was written"),
            Refusal::Locked(path) => write!(f, "locked by another process: {}", path.display()),
            Refusal::UnreadableJournal(path) => {
                write!(f, "the journal of an unfinished write cannot be read: {}", path.display())
            }
            Refusal::UnknownRevision(rev) => {
                write!(f, "`{}` names no commit here", rev.escape_debug())
            }
            Refusal::Missing(kind, id) => write!(f, "the {kind} {id} is not in the repository"),
            Refusal::Unsupported(what) => write!(f, "not supported: {what}"),
            Refusal::Hook(words) => write!(f, "a hook of this repository refuses the commit: {words}"),
            Refusal::UnsafePath(path) => write!(f, "unsafe path: {}", path.escape_debug()),
        }
    }
}

impl std::error::Error for Refusal {}
