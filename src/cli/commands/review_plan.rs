//! `review-plan`: the eight checks, and the verdict of a person.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::plans;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::codec::Extra;
use crate::model::id::PlanName;
use crate::model::review::{PLAN_REVIEWER, Review, Verdict};
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::findings::findings;
use crate::rules::Level;
use crate::rules::plan_review::{self, Check, Finding};

/// Check a plan, and record a verdict on it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The analyst's checks: scope boundaries, acceptance criteria, ownership, hidden gate blockers,
rollback conditions. The reviewer's: executability, verifiability, recoverability.
A verdict holds for the very text that was reviewed: edit the plan, and it needs a new one.
Exit 2 when a check has errors.

Examples:
  git mkt review-plan                          check the newest plan
  git mkt review-plan q1-non-brand --pass      record that it may be carried out
  git mkt review-plan q1-non-brand --revise --notes \"who owns the schema work?\"")]
pub struct Args {
    /// The plan: its name, or a part of its name or title; the newest when not given
    plan: Option<String>,
    /// Record the verdict pass; refused while a check has errors
    #[arg(long, conflicts_with = "revise", group = "verdict")]
    pass: bool,
    /// Record the verdict revise
    #[arg(long, group = "verdict")]
    revise: bool,
    /// What the reviewer has to say, with a verdict
    #[arg(long, value_name = "T", allow_hyphen_values = true, requires = "verdict")]
    notes: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Reviewed {
    plan: PlanName,
    checks: Vec<CheckResult>,
    findings: Vec<Finding>,
    #[serde(skip_serializing_if = "Option::is_none")]
    review: Option<Review>,
}

#[derive(Serialize)]
struct CheckResult {
    check: Check,
    role: &'static str,
    asks: &'static str,
    errors: usize,
    warnings: usize,
}

impl View for Reviewed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("plan ").label(Label::Id, self.plan.as_str());
        for result in &self.checks {
            let (label, word) = match (result.errors, result.warnings) {
                (0, 0) => (Label::Pass, "ok     "),
                (0, _) => (Label::Warning, "warning"),
                _ => (Label::Error, "error  "),
            };
            page.line().text("  ").label(label, word).text("  ").text(result.check.name());
        }
        if !self.findings.is_empty() {
            page.blank();
            page.append(findings(&self.findings));
        }
        if let Some(review) = &self.review {
            let label = if review.verdict == Verdict::Pass { Label::Pass } else { Label::Fail };
            page.line().text("verdict ").label(label, review.verdict.to_string()).text(" by ").text(&review.reviewer);
        }
        page
    }
}

const READS: &[&str] = &["plans/", "state/gates.json", "state/modules.json", "policy.json", "reviews/"];

/// Runs the command.
///
/// # Errors
/// When the plan does not resolve, or a pass is refused.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let verdict = match (args.pass, args.revise) {
        (true, _) => Verdict::Pass,
        (false, true) => Verdict::Revise,
        (false, false) => return check(context, args),
    };
    let notes = args.notes.clone().unwrap_or_default();
    context.write_part(&args.write, Part { rests_on: READS, sees: &[], named: &[] }, |moment| {
        let plan = plans::one(&moment.before, args.plan.as_deref())?;
        let found = plan_review::review(&moment.before, plan);
        let Some(blob) = plan.blob_id.clone() else {
            return Err(Failure::bad_value(format!("the plan {} is not committed", plan.name)));
        };
        if verdict == Verdict::Pass && errors(&found) > 0 {
            let message = format!("the plan {} cannot pass: {} to settle first", plan.name, count(errors(&found)));
            let failure = Failure::refused("plan-has-errors", message).with_details(findings(&found));
            return Err(failure.with_data(&found));
        }
        let earlier = moment.before.reviews.values().filter(|review| review.plan == plan.name);
        let at = moment.now.following(earlier.map(|review| review.at).max());
        let review = Review {
            id: moment.entropy.id("rev", at),
            plan: plan.name.clone(),
            blob,
            verdict,
            reviewer: moment.by.clone(),
            role: PLAN_REVIEWER.to_owned(),
            at,
            notes: notes.clone(),
            extra: Extra::new(),
        };
        let claim = Claim::new(Action::ReviewPlan)
            .with(Token::Plan, &plan.name)
            .with(Token::Verdict, verdict)
            .with(Token::Record, &review.id);
        let mut after = (*moment.before).clone();
        after.reviews.insert(review.id.clone(), Arc::new(review.clone()));
        let summary = format!("{} {verdict}", plan.name);
        let proposal = Proposal { body: notes.clone(), ..moment.proposal(after, claim, summary) };
        Ok(Composed { proposal, view: reviewed(plan.name.clone(), found, Some(review)) })
    })
}

fn check(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let snapshot = context.worktree(&["plans/"])?;
    let plan = plans::one(&snapshot, args.plan.as_deref())?;
    let found = plan_review::review(&snapshot, plan);
    let exit = if errors(&found) > 0 { Exit::Refused } else { Exit::Done };
    Ok(Reply::with_exit(exit, reviewed(plan.name.clone(), found, None)))
}

fn errors(findings: &[Finding]) -> usize {
    findings.iter().filter(|finding| finding.level == Level::Error).count()
}

fn count(errors: usize) -> String {
    if errors == 1 { "1 finding".to_owned() } else { format!("{errors} findings") }
}

fn reviewed(plan: PlanName, findings: Vec<Finding>, review: Option<Review>) -> Reviewed {
    let result = |check: Check| {
        let of = |level| findings.iter().filter(|one| one.check == check && one.level == level).count();
        let (errors, warnings) = (of(Level::Error), of(Level::Warning));
        CheckResult { check, role: check.role(), asks: check.asks(), errors, warnings }
    };
    Reviewed { plan, checks: Check::ALL.into_iter().map(result).collect(), findings, review }
}
