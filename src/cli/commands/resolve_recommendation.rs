//! `resolve-recommendation`: what became of a recommendation.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::pick;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::codec::Extra;
use crate::model::recommendation::{Recommendation, Resolution};
use crate::model::step::Proposal;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Say that a recommendation was acted on, or why it is deferred
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt resolve-recommendation rec-20260105T090000Z-1f0c9a3e --acted https://example.com/pr/12
  git mkt resolve-recommendation rec-20260105T090000Z-1f0c9a3e --deferred \"after the migration\"")]
#[group(id = "outcome", required = true, args = ["acted", "deferred"])]
pub struct Args {
    /// The recommendation, by its id or the beginning of it
    #[arg(value_name = "ID")]
    recommendation: String,
    /// What was done: a commit, a task, a URL
    #[arg(long, value_name = "REF", conflicts_with = "deferred")]
    acted: Option<String>,
    /// Why it is put off
    #[arg(long, value_name = "REASON", allow_hyphen_values = true)]
    deferred: Option<String>,
    /// More in words
    #[arg(long, value_name = "T", default_value = "", hide_default_value = true, allow_hyphen_values = true)]
    note: String,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Resolved {
    recommendation: Recommendation,
}

impl View for Resolved {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().label(Label::Id, self.recommendation.id.as_str()).text("  ").text(&self.recommendation.text);
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the recommendation is unknown or resolved, or the reason blank.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let said = args.acted.as_ref().or(args.deferred.as_ref());
    if said.is_none_or(|text| is_blank(text)) {
        return Err(Failure::bad_value("expected a reference or a reason, found a blank"));
    }
    context.write_part(&args.write, Part { rests_on: &["recommendations/"], sees: &[], named: &[] }, |moment| {
        let known = moment.before.recommendations.keys();
        let id = pick::one("recommendation", &args.recommendation, known, "git mkt list-recommendations --open")?;
        let mut advice = (*moment.before.recommendations[&id]).clone();
        if advice.resolution.is_some() {
            let message = format!("{id} is resolved, and that is never altered");
            return Err(Failure::refused("already-resolved", message).hint("git mkt list-recommendations --open"));
        }
        advice.resolution = Some(Resolution {
            acted: args.acted.clone(),
            deferred: args.deferred.clone(),
            note: args.note.clone(),
            by: moment.by.clone(),
            at: moment.now,
            extra: Extra::new(),
        });
        let mut after = (*moment.before).clone();
        after.recommendations.insert(id.clone(), Arc::new(advice.clone()));
        let verb = if args.acted.is_some() { "acted on" } else { "deferred" };
        let claim = Claim::new(Action::ResolveRecommendation).with(Token::Record, &id);
        let body = said.cloned().unwrap_or_default();
        let proposal = Proposal { body, ..moment.proposal(after, claim, format!("{id} {verb}")) };
        Ok(Composed { proposal, view: Resolved { recommendation: advice } })
    })
}
