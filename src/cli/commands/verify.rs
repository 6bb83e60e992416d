//! `verify`: the rules over history, every commit against every parent.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::range;
use crate::cli::reply::Reply;

/// Judge the history by the rules
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit 0 when the history is sound, 2 when a rule is violated, 3 when not all could be seen.

Examples:
  git mkt verify                    everything HEAD reaches
  git mkt verify origin/main..HEAD  what a branch adds
  git mkt verify --all              every branch and tag")]
pub struct Args {
    /// The commits to judge, as in git: a revision or A..B
    range: Option<String>,
    /// Judge everything that a branch or a tag reaches
    #[arg(long, conflicts_with = "range")]
    all: bool,
}

/// Runs the command.
///
/// # Errors
/// When a revision names no commit or git cannot be read.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let (include, exclude) = if args.all {
        (context.store.repo().branches_and_tags()?.into_iter().map(|(_, id)| id).collect(), Vec::new())
    } else {
        range::parse(context, args.range.as_deref())?
    };
    let judgement = judge::history(&context.store, &include, &exclude)?;
    Ok(Reply::with_exit(judge::exit(judgement.verdict), judgement))
}
