//! `status`: where the campaign stands, and the operator's seven checks.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::model::cadence::Cadence;
use crate::model::campaign::Mode;
use crate::model::cycle::{Cycle, Decision, GateOutcome};
use crate::model::id::{ModuleName, PlanName};
use crate::model::incident::Incident;
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::rules::checklist::{CheckItem, checklist};
use crate::rules::decision;
use crate::rules::gates::{self, GateResult};
use crate::rules::plan_review::drifted;
use crate::store::RecordsEver;

/// How many open incidents are shown to people, the gravest first.
const SHOWN_INCIDENTS: usize = 10;

/// Show where the campaign stands, and the operator's seven checks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt status
  git mkt status --check    exit 2 when one of the seven checks fails, 3 when not all could be seen")]
pub struct Args {
    /// Exit 2 when one of the seven checks fails, 3 when none does but not all history could be seen
    #[arg(long)]
    check: bool,
}

#[derive(Serialize)]
struct Standing {
    active_plan: Option<PlanName>,
    started_at: Option<Timestamp>,
    mode: Option<Mode>,
    paused_modules: Vec<ModuleName>,
    overall: GateOutcome,
    tally: String,
    gates: Vec<GateResult>,
    last_cycle: Option<LastCycle>,
    next: Vec<NextCycle>,
    first_step: Option<&'static str>,
    open_incidents: Vec<Incident>,
    checks: Vec<CheckItem>,
    /// Why not all could be seen, in plain words: an incident may be known and not found missing.
    incomplete: Vec<String>,
    /// What no check fails for, and somebody should know.
    warnings: Vec<String>,
}

#[derive(Serialize)]
struct LastCycle {
    id: String,
    cadence: Cadence,
    decision: Decision,
    reason: String,
    generated_at: Timestamp,
}

#[derive(Serialize)]
struct NextCycle {
    cadence: Cadence,
    due_at: Timestamp,
    overdue: bool,
}

impl View for Standing {
    fn page(&self) -> Page {
        let mut page = Page::new();
        match (&self.active_plan, self.started_at) {
            (Some(plan), Some(since)) => {
                page.line()
                    .text("campaign   ")
                    .label(Label::Id, plan.as_str())
                    .text(format!(", since {}", since.day()));
            }
            _ => drop(page.line().text("campaign   none is active")),
        }
        if let Some(step) = self.first_step {
            page.line().text("next       ").text(step);
        }
        if let (Some(_), Some(mode)) = (&self.active_plan, self.mode) {
            let paused: Vec<_> = self.paused_modules.iter().map(ModuleName::as_str).collect();
            let line = page.line();
            line.text(format!("mode       {mode}"));
            if !paused.is_empty() {
                line.text(", paused: ").label(Label::Warning, paused.join(", "));
            }
        }
        let line = page.line();
        line.text("gates      ").label(self.overall.into(), &self.tally);
        let failing: Vec<_> =
            self.gates.iter().filter(|result| !result.passes()).map(|result| result.gate.key()).collect();
        if !failing.is_empty() {
            line.text(" pass; failing: ").text(failing.join(", "));
        }
        self.cycles(&mut page);
        self.incidents(&mut page);
        page.blank();
        for item in &self.checks {
            let (label, word) = if item.passes() { (Label::Pass, "ok  ") } else { (Label::Fail, "FAIL") };
            page.line().label(label, word).text(format!("  {}. {}", item.number, item.check));
            for finding in &item.findings {
                page.line().text("        ").text(finding);
            }
        }
        for reason in &self.incomplete {
            page.line().label(Label::Warning, "incomplete: ").text(reason);
        }
        for warning in &self.warnings {
            page.line().label(Label::Warning, "warning: ").text(warning);
        }
        page
    }
}

impl Standing {
    fn incidents(&self, page: &mut Page) {
        for incident in self.open_incidents.iter().take(SHOWN_INCIDENTS) {
            let line = page.line();
            line.text("incident   ").label(incident.severity.into(), incident.severity.name()).text(" ");
            line.label(Label::Id, incident.id.as_str()).text("  ").text(&incident.summary);
        }
        let more = self.open_incidents.len().saturating_sub(SHOWN_INCIDENTS);
        if more > 0 {
            page.line().text(format!("           and {more} more: git mkt list-incidents --open"));
        }
    }

    fn cycles(&self, page: &mut Page) {
        match &self.last_cycle {
            Some(cycle) => {
                let line = page.line();
                line.text(format!("decision   {} ", cycle.cadence)).label(cycle.decision.into(), cycle.decision.name());
                line.text(format!(", {}, {}", cycle.reason, cycle.generated_at.minute()));
            }
            None => drop(page.line().text("decision   none yet")),
        }
        for next in &self.next {
            let line = page.line();
            line.text(format!("next       {} on {}", next.cadence, next.due_at.day()));
            if next.overdue {
                line.text(" ").label(Label::Warning, "overdue");
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// When an artifact is malformed or the history cannot be read.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let snapshot = context.worktree(&[""])?;
    let RecordsEver { names: known, incomplete } = known_incidents(context)?;
    let checks = checklist(&snapshot, &known, context.now);
    let failed = checks.iter().any(|item| !item.passes());
    let exit = match (args.check, failed, incomplete.is_empty()) {
        (true, true, _) => Exit::Refused,
        (true, false, false) => Exit::Incomplete,
        (true, false, true) | (false, ..) => Exit::Done,
    };
    Ok(Reply::with_exit(exit, Standing { incomplete, ..standing(&snapshot, checks, context.now) }))
}

fn standing(snapshot: &Snapshot, checks: Vec<CheckItem>, now: Timestamp) -> Standing {
    let evaluation = gates::evaluate(snapshot);
    let log = snapshot.cycle_log();
    let last = log.cycles.iter().max_by_key(|cycle| cycle.generated_at);
    let next = Cadence::ALL.into_iter().filter_map(|cadence| {
        let due_at = decision::next_due(snapshot, cadence, now)?;
        Some(NextCycle { cadence, due_at, overdue: due_at <= now })
    });
    Standing {
        active_plan: snapshot.active_plan().cloned(),
        started_at: snapshot.boulder.as_ref().map(|boulder| boulder.started_at),
        mode: snapshot.execution.as_ref().map(|execution| execution.mode),
        paused_modules: snapshot.execution.iter().flat_map(|execution| execution.paused_modules.clone()).collect(),
        overall: if evaluation.passes() { GateOutcome::Pass } else { GateOutcome::Fail },
        tally: evaluation.tally(),
        gates: evaluation.results,
        last_cycle: last.map(last_cycle),
        next: next.collect(),
        first_step: first_step(snapshot),
        open_incidents: snapshot.open_incidents().into_iter().cloned().collect(),
        checks,
        incomplete: Vec::new(),
        warnings: drifted(snapshot).into_iter().collect(),
    }
}

/// The command that comes next while no campaign is active.
fn first_step(snapshot: &Snapshot) -> Option<&'static str> {
    let is_new = snapshot.files.is_empty();
    let begin = if is_new { "git mkt init" } else { "git mkt plan-growth \"<goal>\"" };
    let step = if snapshot.plans.is_empty() { begin } else { "git mkt start-campaign" };
    snapshot.boulder.is_none().then_some(step)
}

fn last_cycle(cycle: &Cycle) -> LastCycle {
    LastCycle {
        id: cycle.id.to_string(),
        cadence: cycle.cadence,
        decision: cycle.decision,
        reason: cycle.reason.clone(),
        generated_at: cycle.generated_at,
    }
}

/// The ids of all incidents that the history of HEAD ever held.
fn known_incidents(context: &Context) -> Result<RecordsEver, Failure> {
    let Some(head) = context.store.head_id()? else { return Ok(RecordsEver::default()) };
    Ok(context.store.records_ever(head, crate::model::layout::RecordKind::Incident)?)
}
