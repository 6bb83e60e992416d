//! `list-recommendations`: what reports recommended, and what became of it.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::model::recommendation::Recommendation;
use crate::render::Label;
use crate::render::View;
use crate::render::{Line, Page};

/// List recommendations, newest last
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt list-recommendations
  git mkt list-recommendations --open")]
pub struct Args {
    /// Only those neither acted on nor deferred
    #[arg(long)]
    open: bool,
}

#[derive(Serialize)]
struct Listed {
    recommendations: Vec<Recommendation>,
}

impl View for Listed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.recommendations.is_empty() {
            page.line().text("no recommendations");
        }
        page.table(&[], self.recommendations.iter().map(row));
        page
    }
}

fn row(advice: &Recommendation) -> [Line; 3] {
    let state = match &advice.resolution {
        None => Line::labelled(Label::Warning, "open"),
        Some(resolution) if resolution.acted.is_some() => Line::labelled(Label::Pass, "acted"),
        Some(_) => Line::labelled(Label::Dim, "deferred"),
    };
    [Line::labelled(Label::Id, advice.id.as_str()), state, Line::of(&advice.text)]
}

/// Runs the command.
///
/// # Errors
/// When a recommendation is malformed.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let snapshot = context.part(&["recommendations/"])?;
    let wanted = |advice: &&Recommendation| !args.open || advice.resolution.is_none();
    let recommendations = snapshot.recommendations.values().map(AsRef::as_ref).filter(wanted).cloned().collect();
    Ok(Reply::done(Listed { recommendations }))
}
