//! The summary of a window for management.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::board::Status;
use crate::model::cadence::Cadence;
use crate::model::campaign::{Execution, Mode};
use crate::model::cycle::{Counts, Cycle, Decision};
use crate::model::id::{CycleId, ModuleName, RecommendationId};
use crate::model::incident::{Incident, Severity};
use crate::model::layout;
use crate::model::metric::{Signal, Trend};
use crate::model::plan::Plan;
use crate::model::recommendation::Recommendation;
use crate::model::time::Timestamp;
use crate::rules::campaigns::{Share, is_all_of_active};
use crate::rules::gates::Evaluation;

use super::fill::filled;
use super::rows::{GateRow, Gates, IncidentRow, TrendRow, incident_rows, trend_rows};

const TEMPLATE: &str = include_str!("../../../templates/reports/summary.md");

/// How many characters of a goal or an outcome are said; the plan and the archive have all.
const LONGEST_GOAL: usize = 240;

/// How many characters of a criterion are said.
const LONGEST_CRITERION: usize = 160;

/// How many acceptance criteria are said.
const LISTED_CRITERIA: usize = 5;

/// How many open P2s are listed.
const LISTED_P2S: usize = 10;

/// One line of the audit section: a commit that changed the artifacts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AuditLine {
    /// When.
    pub when: String,
    /// Who.
    pub who: String,
    /// What happened.
    pub what: String,
    /// The commit, shortened.
    pub commit: String,
}

/// Everything a summary says (contract, section 6, `report-growth`).
#[derive(Debug, Clone, Copy)]
pub struct SummaryReport<'a> {
    /// The length of the window in days.
    pub days: u32,
    /// When the report was made: the end of the window.
    pub generated_at: Timestamp,
    /// The name of the active plan.
    pub plan: Option<&'a str>,
    /// That plan itself, where its file is there.
    pub document: Option<&'a Plan>,
    /// How it is run.
    pub execution: Option<&'a Execution>,
    /// What each campaign that the window concerns decided.
    pub shares: &'a [Share],
    /// The gates now.
    pub evaluation: &'a Evaluation,
    /// The cycles in the window, oldest first, each with the plan that it belongs to.
    pub cycles: &'a [(&'a Cycle, Option<&'a str>)],
    /// The incidents in the window.
    pub incidents: Counts,
    /// The incidents that are not resolved, the gravest first.
    pub open_incidents: &'a [&'a Incident],
    /// The trends now.
    pub trends: &'a BTreeMap<Signal, Trend>,
    /// What this report recommends.
    pub recommendations: &'a [&'a Recommendation],
    /// What earlier reports recommended and nobody acted on or deferred.
    pub open_earlier: &'a [&'a Recommendation],
    /// How many tasks stand where.
    pub tasks: &'a BTreeMap<Status, usize>,
    /// What changed the artifacts in the window; without it there is no audit section.
    pub audit: &'a [AuditLine],
}

#[derive(Serialize)]
struct Context<'a> {
    days: u32,
    day: String,
    from: String,
    generated_at: String,
    plan: Option<&'a str>,
    direction: Option<Direction>,
    mode: Option<Mode>,
    paused: &'a [ModuleName],
    finished: Vec<Ended<'a>>,
    decisions: BTreeMap<Decision, usize>,
    shares: Vec<ShareRow<'a>>,
    cycles: Vec<CycleRow<'a>>,
    #[serde(flatten)]
    gates: Gates<'a>,
    remedies: Vec<GateRow<'a>>,
    trends: Vec<TrendRow>,
    incidents: Counts,
    open: Counts,
    open_incidents: Vec<IncidentRow<'a>>,
    open_unlisted: usize,
    recommendations: Vec<AdviceRow<'a>>,
    open_earlier: Vec<AdviceRow<'a>>,
    tasks: BTreeMap<Status, usize>,
    audit: &'a [AuditLine],
}

/// What the active plan is after.
#[derive(Serialize)]
struct Direction {
    path: String,
    goal: String,
    criteria: Vec<String>,
    more: usize,
}

/// A campaign that ended in the window.
#[derive(Serialize)]
struct Ended<'a> {
    plan: &'a str,
    day: String,
    outcome: String,
}

/// What one campaign decided.
#[derive(Serialize)]
struct ShareRow<'a> {
    plan: Option<&'a str>,
    from: String,
    to: Option<String>,
    decisions: &'a BTreeMap<Decision, usize>,
}

#[derive(Serialize)]
struct CycleRow<'a> {
    id: &'a CycleId,
    cadence: Cadence,
    decision: Decision,
    plan: Option<&'a str>,
    generated_at: String,
    reason: &'a str,
    report_file: &'a str,
}

#[derive(Serialize)]
struct AdviceRow<'a> {
    id: &'a RecommendationId,
    text: &'a str,
    day: String,
}

impl SummaryReport<'_> {
    /// The report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let decided = |decision: Decision| self.cycles.iter().filter(|(cycle, _)| cycle.decision == decision).count();
        let standing = |status: Status| self.tasks.get(&status).copied().unwrap_or(0);
        let listed = self.listed_incidents();
        let others = if is_all_of_active(self.shares) { &[] } else { self.shares };
        let context = Context {
            days: self.days,
            day: self.generated_at.day(),
            from: self.generated_at.days_before(self.days).minute(),
            generated_at: self.generated_at.minute(),
            plan: self.plan,
            direction: self.document.map(direction),
            mode: self.execution.filter(|_| self.plan.is_some()).map(|execution| execution.mode),
            paused: self.execution.map(|execution| execution.paused_modules.as_slice()).unwrap_or_default(),
            finished: self.finished(),
            decisions: Decision::ALL.map(|decision| (decision, decided(decision))).into(),
            shares: others.iter().map(share_row).collect(),
            cycles: self.cycles.iter().map(|(cycle, plan)| cycle_row(cycle, *plan)).collect(),
            gates: Gates::of(self.evaluation),
            remedies: self.evaluation.failing().map(GateRow::of).collect(),
            trends: trend_rows(self.trends),
            incidents: self.incidents,
            open: Counts::of(self.open_incidents.iter().map(|incident| incident.severity)),
            open_incidents: incident_rows(&listed),
            open_unlisted: self.open_incidents.len() - listed.len(),
            recommendations: advice_rows(self.recommendations),
            open_earlier: advice_rows(self.open_earlier),
            tasks: Status::ALL.map(|status| (status, standing(status))).into(),
            audit: self.audit,
        };
        filled(TEMPLATE, &context)
    }

    /// The campaigns that ended in the window, the last one first.
    fn finished(&self) -> Vec<Ended<'_>> {
        let from = self.generated_at.days_before(self.days);
        let campaigns = self.shares.iter().filter_map(|share| share.campaign.as_ref());
        let ended = campaigns.filter_map(|campaign| {
            let end = campaign.finished_at.filter(|end| from <= *end)?;
            let outcome = shortened(campaign.outcome.as_deref().unwrap_or_default(), LONGEST_GOAL);
            Some(Ended { plan: &campaign.plan, day: end.day(), outcome })
        });
        ended.collect()
    }

    /// Every open P0 and P1, and as many P2s as one reads.
    fn listed_incidents(&self) -> Vec<&Incident> {
        let grave = self.open_incidents.iter().filter(|incident| incident.severity != Severity::P2);
        let watched = self.open_incidents.iter().filter(|incident| incident.severity == Severity::P2);
        grave.chain(watched.take(LISTED_P2S)).copied().collect()
    }
}

fn direction(plan: &Plan) -> Direction {
    let criteria: Vec<_> = plan.body().acceptance.iter().filter_map(|item| item.text.as_deref()).collect();
    Direction {
        path: layout::plan(&plan.name),
        goal: shortened(plan.goal(), LONGEST_GOAL),
        criteria: criteria.iter().take(LISTED_CRITERIA).map(|text| shortened(text, LONGEST_CRITERION)).collect(),
        more: criteria.len().saturating_sub(LISTED_CRITERIA),
    }
}

/// The text, or its first words when it has more characters than that.
fn shortened(text: &str, longest: usize) -> String {
    let text = text.trim();
    let Some((end, _)) = text.char_indices().nth(longest) else { return text.to_owned() };
    let words = text[..end].rfind(char::is_whitespace).filter(|at| *at > end / 2).unwrap_or(end);
    format!("{}…", text[..words].trim_end())
}

fn share_row(share: &Share) -> ShareRow<'_> {
    let campaign = share.campaign.as_ref();
    ShareRow {
        plan: campaign.map(|campaign| campaign.plan.as_str()),
        from: campaign.map(|campaign| campaign.started_at.day()).unwrap_or_default(),
        to: campaign.and_then(|campaign| campaign.finished_at).map(Timestamp::day),
        decisions: &share.decisions,
    }
}

fn cycle_row<'a>(cycle: &'a Cycle, plan: Option<&'a str>) -> CycleRow<'a> {
    CycleRow {
        id: &cycle.id,
        cadence: cycle.cadence,
        decision: cycle.decision,
        plan,
        generated_at: cycle.generated_at.minute(),
        reason: &cycle.reason,
        report_file: &cycle.report_file,
    }
}

fn advice_rows<'a>(recommendations: &[&'a Recommendation]) -> Vec<AdviceRow<'a>> {
    let row =
        |advice: &&'a Recommendation| AdviceRow { id: &advice.id, text: &advice.text, day: advice.created_at.day() };
    recommendations.iter().map(row).collect()
}
