//! `run-cycle`: decides a cycle, carries the decision out and reports it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::cli::commands::finish_campaign::no_campaign;
use crate::cli::context::{Context, refuse_malformed};
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::board::Task;
use crate::model::cadence::Cadence;
use crate::model::campaign::Boulder;
use crate::model::cycle::{Cycle, Decision};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::report::{CycleReport, RecoveryRow};
use crate::rules::consequence::{self, Consequence};
use crate::rules::{decision, gates};

/// Run a cycle: decide, carry the decision out, write its report
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The rules, in order: a P0 in the window rolls back; visibility up without quality intervenes;
both up continues; everything else intervenes.

Examples:
  git mkt run-cycle weekly
  git mkt run-cycle --due              whatever is overdue, for cron and CI
  git mkt run-cycle monthly --dry-run  what would be decided")]
pub struct Args {
    /// weekly, monthly or quarterly
    #[arg(required_unless_present = "due")]
    cadence: Option<String>,
    /// Run every cadence that is overdue, and nothing else
    #[arg(long, conflicts_with = "cadence")]
    due: bool,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Run {
    cycle: Cycle,
    decision: Decision,
    reason: String,
    report_file: String,
    follow_ups: Vec<Task>,
    notices: Vec<String>,
    recovery: Vec<RecoveryRow>,
}

impl View for Run {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        line.text(format!("{} cycle: ", self.cycle.cadence)).label(self.decision.into(), self.decision.name());
        line.text(format!(", {}", self.reason));
        let derivation = self.cycle.derivation.as_ref();
        for (at, action) in derivation.iter().flat_map(|derivation| &derivation.actions).enumerate() {
            page.line().text(format!("  {}. ", at + 1)).text(action);
        }
        for row in &self.recovery {
            page.line().text(format!("  {}: {} → {}, {}", row.signal, row.before, row.now, row.verdict));
        }
        for task in &self.follow_ups {
            page.line().label(Label::Added, "  + ").label(Label::Id, task.id.as_str()).text("  ").text(&task.task);
        }
        for notice in &self.notices {
            page.line().label(Label::Warning, "  note: ").text(notice);
        }
        page.line().label(Label::Path, &self.report_file);
        page
    }
}

#[derive(Serialize)]
struct NothingDue {
    cycles: Vec<serde_json::Value>,
    #[serde(skip)]
    why: &'static str,
}

impl View for NothingDue {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text(self.why);
        page
    }
}

const READS: &[&str] =
    &["state/", "boulder.json", "policy.json", "incidents/", "observations/", "reports/", "recommendations/"];

/// Runs the command.
///
/// # Errors
/// When the cadence is unknown, no campaign is active, an artifact is malformed, and
/// refusals of the rules.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    if let Some(cadence) = &args.cadence {
        return run_one(context, &args.write, cadence.parse()?);
    }
    let snapshot = context.store.head_snapshot()?;
    // Between campaigns a timer has nothing to do, unless nobody can tell that it is so.
    refuse_malformed(&snapshot, &["boulder.json"])?;
    if snapshot.boulder.is_none() {
        return Ok(Reply::done(NothingDue { cycles: Vec::new(), why: "no campaign is active: nothing is due" }));
    }
    let due = decision::due(&snapshot, context.now);
    let mut replies = Vec::new();
    for cadence in due {
        replies.push(run_one(context, &args.write, cadence)?);
    }
    Ok(match replies.len() {
        0 => Reply::done(NothingDue { cycles: Vec::new(), why: "no cycle is due" }),
        _ => Reply::several("cycles", replies),
    })
}

fn run_one(context: &Context, write: &WriteArgs, cadence: Cadence) -> Result<Reply, Failure> {
    context.write(write, READS, |moment| {
        let before = Arc::clone(&moment.before);
        let Some(boulder) = &before.boulder else { return Err(no_campaign()) };
        let outcome = decision::decide(&before, cadence, moment.now);
        let report_file = unused_report(&before, cadence, &moment.now.day());
        let consequence = consequence::apply(&before, cadence, outcome, report_file.clone());
        let recovery = recovery_rows(&consequence);
        let text = report(&before, boulder, &consequence, &recovery);
        let (proposal, cycle) = propose(moment, &consequence, text);
        let Consequence { follow_ups, notices, .. } = consequence;
        let view = Run {
            decision: cycle.decision,
            reason: cycle.reason.clone(),
            cycle,
            report_file,
            follow_ups,
            notices,
            recovery,
        };
        Ok(Composed { proposal, view })
    })
}

fn unused_report(before: &Snapshot, cadence: Cadence, day: &str) -> String {
    let mut paths = (1..).map(|nth| layout::cycle_report(cadence, day, nth));
    paths.find(|path| !before.has_file(path)).unwrap_or_else(|| layout::cycle_report(cadence, day, 1))
}

fn recovery_rows(consequence: &Consequence) -> Vec<RecoveryRow> {
    let rows = consequence.recovery.iter().map(|check| RecoveryRow {
        signal: check.signal.to_string(),
        before: check.before.to_string(),
        now: check.now.to_string(),
        verdict: check.verdict.name().to_owned(),
    });
    rows.collect()
}

fn report(before: &Snapshot, boulder: &Boulder, consequence: &Consequence, recovery: &[RecoveryRow]) -> String {
    let window = consequence.cycle.derivation.as_ref().map(|derivation| derivation.window);
    let incidents: Vec<_> = window.map(|window| decision::incidents_in(before, window).collect()).unwrap_or_default();
    let report = CycleReport {
        cycle: &consequence.cycle,
        plan: boulder.plan_name.as_str(),
        role: &boulder.role,
        evaluation: &gates::evaluate(before),
        incidents: &incidents,
        follow_ups: &consequence.follow_ups.iter().collect::<Vec<_>>(),
        recovery,
        notices: &consequence.notices,
    };
    report.markdown()
}

fn propose(moment: &Moment<'_>, consequence: &Consequence, text: String) -> (Proposal, Cycle) {
    let cycle = consequence.cycle.clone();
    let after = consequence.after.clone();
    let mut claim =
        Claim::new(Action::RunCycle).with(Token::Cadence, cycle.cadence).with(Token::Decision, cycle.decision);
    if let Some(plan) = after.active_plan() {
        claim = claim.with(Token::Plan, plan);
    }
    claim = claim.with(Token::Gates, gates::evaluate(&moment.before).tally());
    if let Some(derivation) = &cycle.derivation {
        claim = claim.with(Token::Incidents, derivation.inputs.incidents);
    }
    claim = claim.with(Token::Record, &cycle.id);
    let summary = format!("{} {}, {}", cycle.cadence, cycle.decision, cycle.reason);
    let proposal = Proposal {
        texts: BTreeMap::from([(cycle.report_file.clone(), text)]),
        body: format!("Report: {}", cycle.report_file),
        ..moment.proposal(after, claim, summary)
    };
    (proposal, cycle)
}
