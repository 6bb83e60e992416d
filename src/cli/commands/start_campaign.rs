//! `start-campaign`: begins a campaign, or resumes the active one.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::plans;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::campaign::Boulder;
use crate::model::id::PlanName;
use crate::model::layout;
use crate::model::moves;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::gates::GateTable;
use crate::render::violations::violations;
use crate::rules::Violation;
use crate::rules::gates::{self, GateResult};

/// Start the campaign of a plan, or resume the active one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Blocked (exit 2, nothing written) while one of the five gates fails or the plan has no
`pass` verdict for its present text.

Examples:
  git mkt start-campaign                the newest plan, or the active one again
  git mkt start-campaign q1-non-brand")]
pub struct Args {
    /// The plan: its name, or a part of its name or title
    plan: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Started {
    plan: PlanName,
    active_plan: String,
    resumed: bool,
    tasks: usize,
    boulder: Option<Boulder>,
    gates: GateTable,
}

impl View for Started {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let verb = if self.resumed { "resumed" } else { "started" };
        page.line().text("campaign ").label(Label::Id, self.plan.as_str()).text(" ").label(Label::Pass, verb);
        page.line().text(format!("{} gates pass, {} tasks on the sprint board", self.gates.tally, self.tasks));
        page.line().label(Label::Path, &self.active_plan);
        page
    }
}

const READS: &[&str] =
    &["state/", "boulder.json", "policy.json", "plans/", "reviews/", "incidents/", "templates/", "archive/"];

/// Runs the command.
///
/// # Errors
/// When the campaign is blocked or the plan does not resolve; nothing is written then.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let reply = context.write(&args.write, READS, |moment| {
        let before = Arc::clone(&moment.before);
        let Some(boulder) = &before.boulder else { return start(moment, args.plan.as_deref()) };
        let plan = match &args.plan {
            Some(hint) => plans::one(&before, Some(hint))?.name.clone(),
            None => boulder.plan_name.clone(),
        };
        if plan == boulder.plan_name {
            return Ok(resume(moment, boulder));
        }
        let message = format!("campaign `{}` is active, `{plan}` cannot start beside it", boulder.plan_name);
        Err(Failure::refused("campaign-active", message)
            .hint("git mkt finish-campaign --outcome \"<what came of it>\""))
    });
    reply.map_err(|failure| explained(context, failure))
}

fn start(moment: &Moment<'_>, hint: Option<&str>) -> Result<Composed<Started>, Failure> {
    let plan = plans::one(&moment.before, hint)?.name.clone();
    let (after, texts) = moves::start(&moment.before, &plan, moment.now);
    let tally = gates::evaluate(&after).tally();
    let claim = Claim::new(Action::StartCampaign).with(Token::Plan, &plan).with(Token::Gates, tally);
    let view = view(&plan, &after, "started");
    let proposal = Proposal {
        texts,
        body: format!("The five gates pass and {} has its verdict.", layout::plan(&plan)),
        ..moment.proposal(after, claim, format!("{plan} started"))
    };
    Ok(Composed { proposal, view })
}

fn resume(moment: &Moment<'_>, boulder: &Boulder) -> Composed<Started> {
    let plan = &boulder.plan_name;
    let (after, texts) = moves::resume(&moment.before, boulder, moment.now);
    let tally = gates::evaluate(&after).tally();
    let claim = Claim::new(Action::StartCampaign).with(Token::Plan, plan).with(Token::Gates, tally);
    let view = view(plan, &after, "resumed");
    let proposal = Proposal { texts, ..moment.proposal(after, claim, format!("{plan} resumed")) };
    Composed { proposal, view }
}

fn view(plan: &PlanName, after: &crate::model::snapshot::Snapshot, verb: &str) -> Started {
    Started {
        plan: plan.clone(),
        active_plan: layout::plan(plan),
        resumed: verb == "resumed",
        tasks: after.board.as_ref().map_or(0, |board| board.tasks.len()),
        boulder: after.boulder.clone(),
        gates: GateTable::from(&gates::evaluate(after)),
    }
}

/// Why a start is blocked, for programs: the gates and what stands in the way besides them.
#[derive(Serialize)]
struct Blocked {
    #[serde(flatten)]
    table: GateTable,
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<String>,
    violations: Vec<Violation>,
}

/// A start that is blocked shows the gates first: they are what a newcomer meets. The
/// rules have judged by then; this only tells of it, gate by gate.
fn explained(context: &Context, failure: Failure) -> Failure {
    let unresolved = failure.code == "unresolved-plan";
    if !unresolved && failure.violations.is_empty() {
        return failure;
    }
    let Ok(snapshot) = context.store.head_snapshot() else { return failure };
    let evaluation = gates::evaluate(&snapshot);
    if evaluation.passes() {
        return failure;
    }
    let failing = evaluation.failing().count();
    let verb = if failing == 1 { "fails" } else { "fail" };
    let told_by_table = |found: &Violation| {
        let opens = |result: &GateResult| result.opened_by.as_ref() == Some(&found.hint);
        found.rule == GATES_RULE && evaluation.failing().any(opens)
    };
    let besides: Vec<_> = failure.violations.iter().filter(|found| !told_by_table(found)).cloned().collect();
    let table = GateTable::from(&evaluation);
    let mut details = table.page();
    if unresolved {
        details.line().text("Plan:    ").text(&failure.message);
    } else if !besides.is_empty() {
        details.blank();
        details.append(violations(&besides));
    }
    let message = format!("the campaign cannot start: {failing} of {} gates {verb}", evaluation.results.len());
    let data = Blocked { table, plan: unresolved.then_some(failure.message), violations: besides };
    let mut told = Failure::refused("blocked", message).with_details(details).with_data(&data);
    told.hints = failure.hints;
    for result in evaluation.failing() {
        told.hints.extend(result.opened_by.clone().filter(|hint| !told.hints.contains(hint)));
    }
    told
}

/// The rule whose violations the gate table tells.
const GATES_RULE: &str = "start-requires-gates";
