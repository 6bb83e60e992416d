//! `verify`: the rules over history, every commit against every parent.

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::range;
use crate::cli::reply::Reply;
use crate::cli::step_summary;
use crate::render::ci::{self, Document};
use crate::render::verdict::Judgement;

/// Judge the history by the rules
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit 0 when the history is sound, 2 when a rule is violated, 3 when not all could be seen.

Examples:
  git mkt verify                    everything HEAD reaches
  git mkt verify origin/main..HEAD  what a branch adds
  git mkt verify --all              every branch and tag
  git mkt verify --replacing 1a2b3c4   and what a forced push has thrown away
  git mkt verify origin/main..HEAD --format github   annotations in a pull request")]
pub struct Args {
    /// The commits to judge, as in git: a revision or A..B
    range: Option<String>,
    /// Judge everything that a branch or a tag reaches
    #[arg(long, conflicts_with = "range")]
    all: bool,
    /// The tip that the branch had before a forced push: what is lost of it is found too
    #[arg(long, value_name = "COMMIT", conflicts_with = "all")]
    replacing: Option<String>,
    /// In which form to answer; for people when not given
    #[arg(long, value_enum)]
    format: Option<Format>,
}

/// The forms of the answer; what each is for is told in `docs/ci.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Human,
    Json,
    Github,
    Gitlab,
    Sarif,
    Junit,
}

impl Args {
    /// Whether the answer is to be a JSON document, and so are errors; `None` when that is
    /// not said.
    pub fn wants_json(&self) -> Option<bool> {
        self.format.map(|format| format == Format::Json)
    }
}

/// Runs the command.
///
/// # Errors
/// When a revision names no commit or git cannot be read.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let judgement = judgement(context, args).map_err(|mut failure| {
        if args.format == Some(Format::Github) {
            failure.message = ci::disarmed(&failure.message);
        }
        failure
    })?;
    let exit = judge::exit(judgement.verdict);
    let document = |text| Reply::with_exit(exit, Document { text });
    Ok(match args.format.unwrap_or(Format::Human) {
        Format::Human | Format::Json => Reply::with_exit(exit, judgement),
        Format::Github => document(ci::github(&judgement)).with_notes(step_summary::append(&judgement)),
        Format::Gitlab => document(ci::gitlab(&judgement)),
        Format::Sarif => document(ci::sarif(&judgement)),
        Format::Junit => document(ci::junit(&judgement)),
    })
}

fn judgement(context: &Context, args: &Args) -> Result<Judgement, Failure> {
    let (include, exclude) = if args.all {
        (context.store.repo().branches_and_tags()?.into_iter().map(|(_, id)| id).collect(), Vec::new())
    } else {
        range::parse(context, args.range.as_deref())?
    };
    let judgement = judge::history(&context.store, &include, &exclude)?;
    // Only where it is asked for: a base that has merely moved on was replaced by nobody.
    let Some(replaced) = &args.replacing else { return Ok(judgement) };
    let old = context.store.repo().resolve_commit(replaced)?;
    let unborn = || Failure::bad_value(format!("there is no commit yet that could replace `{replaced}`"));
    let new = include.first().ok_or_else(unborn)?;
    Ok(judgement.with_findings(judge::replaced(&context.store, &old, new)?))
}
