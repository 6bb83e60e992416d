//! The doors that git itself opens: what each hook is asked, put before the one judgement.
//!
//! A door says which step or which stretch of history is meant, and what happens when not
//! all could be seen. What is right and wrong, only the rules know.

mod glance;
mod message;
mod pending;
mod push;
mod receive;
mod transaction;
mod unopened;
mod update;

use std::ffi::OsString;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::git::Maker;
use crate::git::hook::HookEvent;
use crate::render::door::DoorReport;
use crate::render::verdict::Verdict;

use super::exit::Exit;
use super::failure::Failure;
use super::judge;
use super::reply::Reply;

pub use glance::has_nothing_to_say;

impl ValueEnum for HookEvent {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(match self {
            Self::PreCommit => "Before a commit is made",
            Self::PreMergeCommit => "Before a merge without conflicts is committed",
            Self::CommitMsg => "When the message of a commit is written",
            Self::PrePush => "Before references are pushed",
            Self::ReferenceTransaction => "When references are about to move",
            Self::PreReceive => "On a server, before what was pushed is taken in",
        }))
    }
}

/// Judges what git asks a hook about. Where the repository cannot be opened, only what
/// changes artifacts is refused.
///
/// # Errors
/// When it cannot be judged at all.
pub fn open(event: HookEvent, arguments: &[OsString], input: &[u8]) -> Result<Reply, Failure> {
    answer(event, arguments, input).or_else(|failure| match unopened::answer(event, input, &failure) {
        Some(report) => Ok(courtesy(report)),
        None => Err(failure),
    })
}

fn answer(event: HookEvent, arguments: &[OsString], input: &[u8]) -> Result<Reply, Failure> {
    let argument = |at: usize, what: &str| {
        let missing = || Failure::bad_value(format!("`{}` is given {what}, found nothing", event.name()));
        arguments.get(at).ok_or_else(missing)
    };
    match event {
        HookEvent::PreCommit => pending::run(event, Maker::Commit),
        HookEvent::PreMergeCommit => pending::run(event, Maker::Merge),
        HookEvent::CommitMsg => message::run(event, argument(0, "the file of the message")?),
        HookEvent::PrePush => {
            let (name, url) = (argument(0, "a remote")?, argument(1, "the address of the remote")?);
            push::run(event, &name.to_string_lossy(), &url.to_string_lossy(), input)
        }
        HookEvent::ReferenceTransaction => transaction::run(event, argument(0, "a state")?, input),
        HookEvent::PreReceive => receive::run(event, input),
    }
}

/// The answer of a hook on the author's machine. It is a courtesy: where not all can be
/// seen from here, it says so and lets pass, and the server and CI judge.
fn courtesy(report: DoorReport) -> Reply {
    let exit = if report.verdict == Verdict::Incomplete { Exit::Done } else { judge::exit(report.verdict) };
    Reply::aside(exit, report)
}
