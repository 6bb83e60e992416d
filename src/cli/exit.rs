//! The exit statuses (contract, section 6).

use std::process::ExitCode;

use crate::render::Status;

/// How the program ends. `Refused` outranks `Incomplete`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing wrong.
    Done,
    /// Could not do it.
    Failed,
    /// The rules say no.
    Refused,
    /// Nothing bad was seen, but not all could be.
    Incomplete,
    /// Somebody else was faster; nothing was written, safe to retry.
    Moved,
    /// Could not do it, in the way in which git wants to hear it of a merge driver.
    NoMerge,
    /// As a hook that was there before ours ended, which failed.
    Preserved(u8),
}

impl Exit {
    /// The status word of the JSON document.
    #[must_use]
    pub fn status(self) -> Status {
        match self {
            Self::Done => Status::Ok,
            Self::Refused => Status::Refused,
            Self::Incomplete => Status::Incomplete,
            Self::Failed | Self::Moved | Self::NoMerge | Self::Preserved(_) => Status::Error,
        }
    }
}

/// Wrong usage, as git says it.
pub const USAGE: u8 = 129;

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Failed => 1,
            Exit::Refused => 2,
            Exit::Incomplete => 3,
            Exit::Moved => 4,
            Exit::NoMerge => 129,
            Exit::Preserved(code) => code,
        })
    }
}
