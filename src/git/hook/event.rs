//! The events for which git runs a hook of ours.

use std::fmt;

/// An event that git runs a hook for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HookEvent {
    /// Before a commit.
    PreCommit,
    /// Before the commit of a merge without conflicts.
    PreMergeCommit,
    /// With the message of a commit.
    CommitMsg,
    /// Before a push.
    PrePush,
    /// Whenever references move, however that comes about.
    ReferenceTransaction,
    /// On a server, before what is pushed to it is taken.
    PreReceive,
}

impl HookEvent {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PreCommit,
        Self::PreMergeCommit,
        Self::CommitMsg,
        Self::PrePush,
        Self::ReferenceTransaction,
        Self::PreReceive,
    ];

    /// Those of a repository in which somebody works.
    pub const AUTHOR: [Self; 4] = [Self::PreCommit, Self::PreMergeCommit, Self::CommitMsg, Self::PrePush];

    /// Those of a bare repository.
    pub const SERVER: [Self; 1] = [Self::PreReceive];

    /// The name by which git knows it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PreCommit => "pre-commit",
            Self::PreMergeCommit => "pre-merge-commit",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::ReferenceTransaction => "reference-transaction",
            Self::PreReceive => "pre-receive",
        }
    }

    /// Whether git hands the hook something on standard input.
    #[must_use]
    pub fn takes_input(self) -> bool {
        matches!(self, Self::PrePush | Self::ReferenceTransaction | Self::PreReceive)
    }
}

impl fmt::Display for HookEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
