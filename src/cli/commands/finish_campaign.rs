//! `finish-campaign`: ends the active campaign with its record.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::id::PlanName;
use crate::model::layout::RecordKind;
use crate::model::moves;
use crate::model::step::Proposal;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// End the active campaign; its board is archived with it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt finish-campaign --outcome \"non-brand clicks up 31 %, two clusters handed to the docs team\"")]
pub struct Args {
    /// What came of it
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    outcome: String,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Finished {
    plan: PlanName,
    record: String,
}

impl View for Finished {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("campaign ").label(Label::Id, self.plan.as_str()).text(" finished");
        page.line().label(Label::Path, &self.record);
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the outcome is blank or no campaign is active.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    if is_blank(&args.outcome) {
        return Err(Failure::bad_value("expected an outcome, found a blank"));
    }
    context.write(&args.write, &["state/", "boulder.json", "policy.json", "archive/"], |moment| {
        let before = Arc::clone(&moment.before);
        let Some(boulder) = &before.boulder else { return Err(no_campaign()) };
        let outcome = (args.outcome.as_str(), moment.by.as_str());
        let (after, record) = moves::finish(&before, boulder, outcome, moment.now);
        let plan = boulder.plan_name.clone();
        let claim = Claim::new(Action::FinishCampaign).with(Token::Plan, &plan).with(Token::Record, &record);
        let proposal =
            Proposal { body: args.outcome.clone(), ..moment.proposal(after, claim, format!("{plan} finished")) };
        Ok(Composed { proposal, view: Finished { plan, record: RecordKind::Finish.path(&record) } })
    })
}

/// Why something that needs a campaign cannot be done.
pub fn no_campaign() -> Failure {
    Failure::refused("no-campaign", "no campaign is active").hint("git mkt start-campaign")
}
