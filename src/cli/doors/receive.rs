//! `pre-receive`: what was pushed to a server, before it is taken in.

use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::reply::Reply;
use crate::git::{ObjectId, Peeled};
use crate::render::door::DoorReport;
use crate::store::Store;

use super::Event;
use super::update::{Brought, Tip, Update, brought, lines, lost, received, tips};

/// Runs the hook. The objects are in quarantine still; git names their place in the
/// environment, and opening the repository heeds it.
///
/// # Errors
/// When the input is not git's, or the repository cannot be read.
pub fn run(event: Event, input: &[u8]) -> Result<Reply, Failure> {
    let updates = lines(input).iter().map(|line| received(line)).collect::<Result<Vec<Update>, _>>()?;
    let mut report = DoorReport::of(event.name(), "this push", Vec::new());
    if updates.iter().any(|update| update.new.is_some()) {
        let store = Store::open()?;
        let tips = tips(&store, updates.iter())?;
        // Everything that a reference of the server names was judged when it came in.
        let known: Vec<_> = store.repo().branches_and_tags()?.into_iter().map(|(_, id)| id).collect();
        let Brought { mut findings, incomplete } = brought(&store, &tips, &known)?;
        for (tip, old) in replaced(&store, &updates, &tips)? {
            findings.extend(lost(&store, tip, &old)?);
        }
        report = DoorReport::of(event.name(), "this push", findings).with_incomplete(incomplete);
    }
    // What the server cannot see all of, it does not let in: nobody judges it after that.
    Ok(Reply::aside(judge::exit(report.verdict), report))
}

/// The branches that were somewhere before, with where they were.
fn replaced<'t>(store: &Store, updates: &[Update], tips: &'t [Tip]) -> Result<Vec<(&'t Tip, ObjectId)>, Failure> {
    let mut replaced = Vec::new();
    for update in updates.iter().filter(|update| update.is_branch()) {
        let (Some(old), Some(tip)) = (update.old, tips.iter().find(|tip| tip.reference == update.reference)) else {
            continue;
        };
        if let Peeled::Commit(old) = store.repo().peel(&old)? {
            replaced.push((tip, old));
        }
    }
    Ok(replaced)
}
