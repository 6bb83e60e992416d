//! The doors that git itself opens: what each hook is asked, put before the one judgement.
//!
//! A door says which step or which stretch of history is meant, and what happens when not
//! all could be seen. What is right and wrong, only the rules know.

mod message;
mod pending;
mod push;
mod receive;
mod transaction;
mod update;

use std::ffi::OsString;

use crate::git::Maker;

use crate::render::door::DoorReport;
use crate::render::verdict::Verdict;

use super::exit::Exit;
use super::failure::Failure;
use super::judge;
use super::reply::Reply;

/// A hook of git's, by the name of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Event {
    /// Before a commit is made
    PreCommit,
    /// Before a merge without conflicts is committed
    PreMergeCommit,
    /// When the message of a commit is written
    CommitMsg,
    /// Before references are pushed
    PrePush,
    /// When references are about to move
    ReferenceTransaction,
    /// On a server, before what was pushed is taken in
    PreReceive,
}

impl Event {
    /// The name of the hook's file.
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

    /// Whether git hands it something on standard input.
    #[must_use]
    pub fn takes_input(self) -> bool {
        matches!(self, Self::PrePush | Self::ReferenceTransaction | Self::PreReceive)
    }
}

/// Judges what git asks a hook about.
///
/// # Errors
/// When it cannot be judged at all.
pub fn open(event: Event, arguments: &[OsString], input: &[u8]) -> Result<Reply, Failure> {
    let argument = |at: usize, what: &str| {
        let missing = || Failure::bad_value(format!("`{}` is given {what}, found nothing", event.name()));
        arguments.get(at).ok_or_else(missing)
    };
    match event {
        Event::PreCommit => pending::run(event, Maker::Commit),
        Event::PreMergeCommit => pending::run(event, Maker::Merge),
        Event::CommitMsg => message::run(event, argument(0, "the file of the message")?),
        Event::PrePush => {
            let (name, url) = (argument(0, "a remote")?, argument(1, "the address of the remote")?);
            push::run(event, &name.to_string_lossy(), &url.to_string_lossy(), input)
        }
        Event::ReferenceTransaction => transaction::run(event, argument(0, "a state")?, input),
        Event::PreReceive => receive::run(event, input),
    }
}

/// The answer of a hook on the author's machine. It is a courtesy: where not all can be
/// seen from here, it says so and lets pass, and the server and CI judge.
fn courtesy(report: DoorReport) -> Reply {
    let exit = if report.verdict == Verdict::Incomplete { Exit::Done } else { judge::exit(report.verdict) };
    Reply::aside(exit, report)
}
