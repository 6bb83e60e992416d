//! `check-gates`: whether the startup gates pass.

use serde::Serialize;

use crate::cli::context::{Context, sound};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, WriteArgs};
use crate::git::At;
use crate::model::action::{Action, Claim};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::template;
use crate::render::Page;
use crate::render::View;
use crate::render::gates::GateTable;
use crate::rules::gates;

/// Show whether the five startup gates pass; exit 2 when one fails
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Where there is no state/gates.json yet, it is seeded first, with every gate failing.

Examples:
  git mkt check-gates               the working tree
  git mkt check-gates --staged      what is about to be committed
  git mkt check-gates --rev v1.2    a commit, a branch, a tag")]
pub struct Args {
    /// Check what is staged
    #[arg(long, conflicts_with = "rev")]
    staged: bool,
    /// Check this revision
    #[arg(long, value_name = "R")]
    rev: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When the gates cannot be read or are malformed.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let mut notes = Page::new();
    let snapshot = match (&args.rev, args.staged) {
        (Some(rev), _) => at(context, At::Commit(context.store.repo().resolve_commit(rev)?))?,
        (None, true) => at(context, At::Index)?,
        (None, false) => worktree(context, &mut notes)?,
    };
    let evaluation = gates::evaluate(&snapshot);
    let exit = if evaluation.passes() { Exit::Done } else { Exit::Refused };
    Ok(Reply::with_exit(exit, GateTable::from(&evaluation)).with_notes(notes))
}

const READS: &[&str] = &["state/gates.json"];

fn at(context: &Context, at: At) -> Result<Snapshot, Failure> {
    let snapshot = context.store.part(at, READS)?;
    sound(snapshot, READS)
}

fn worktree(context: &Context, notes: &mut Page) -> Result<Snapshot, Failure> {
    let snapshot = context.part(READS)?;
    if snapshot.gates.is_some() || context.store.repo().is_bare() {
        return Ok(snapshot);
    }
    *notes = seed(context)?.page();
    context.part(READS)
}

/// The producer of `gates.json` (founding document, section 7.2). What it answers is the commit.
fn seed(context: &Context) -> Result<Reply, Failure> {
    context.write(&WriteArgs { dry_run: false }, READS, |moment| {
        let mut after = (*moment.before).clone();
        after.gates.get_or_insert_with(template::gates);
        let summary = format!("seed {}, every gate failing", layout::GATES);
        let proposal = moment.proposal(after, Claim::new(Action::CheckGates), summary);
        Ok(Composed { proposal, view: Seeded {} })
    })
}

#[derive(Serialize)]
struct Seeded {}

impl View for Seeded {
    fn page(&self) -> Page {
        Page::new()
    }
}
