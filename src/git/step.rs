//! The points of a write at which a test may kill the process.

/// A point in `Transaction::commit`, told to its observer just after it is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Blobs, trees and the commit are written; nothing names them.
    Objects,
    /// The journal is written.
    Journal,
    /// `index.lock` is ours, still empty.
    IndexLock,
    /// One file of the worktree is in place.
    WorktreeFile,
    /// All files of the worktree are in place.
    Worktree,
    /// The new index is complete in `index.lock`.
    Index,
    /// The reference has moved.
    Reference,
    /// The index is in place.
    Renamed,
    /// The journal is closed.
    Done,
}
