//! `pre-receive`: what was pushed to a server, before it is taken in.

use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::reply::Reply;
use crate::git::Peeled;
use crate::git::hook::{HookEvent, Update};
use crate::render::door::DoorReport;
use crate::store::Store;

use super::update::{Brought, brought, lost, tips};

/// Runs the hook. The objects are in quarantine still; git names their place in the
/// environment, and opening the repository heeds it.
///
/// # Errors
/// When the input is not git's, or the repository cannot be read.
pub fn run(event: HookEvent, input: &[u8]) -> Result<Reply, Failure> {
    let updates = Update::lines(input).iter().map(|line| Update::received(line)).collect::<Result<Vec<_>, _>>()?;
    let mut report = DoorReport::of(event.name(), "this push", Vec::new());
    if updates.iter().any(|update| update.new.is_some()) {
        let store = Store::open()?;
        let tips = tips(&store, updates.iter())?;
        // Everything that a reference of the server names was judged when it came in.
        let known: Vec<_> = store.repo().branches_and_tags()?.into_iter().map(|(_, id)| id).collect();
        let Brought { mut findings, incomplete } = brought(&store, &tips, &known)?;
        for tip in tips.iter().filter(|tip| tip.is_branch()) {
            let old = tip.old.map(|old| store.repo().peel(&old)).transpose()?;
            if let Some(Peeled::Commit(old)) = old {
                findings.extend(lost(&store, tip, &old)?);
            }
        }
        report = DoorReport::of(event.name(), "this push", findings).with_incomplete(incomplete);
    }
    // What the server cannot see all of, it does not let in: nobody judges it after that.
    Ok(Reply::aside(judge::exit(report.verdict), report))
}
