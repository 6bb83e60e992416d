//! The summary of a window for management.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::board::Status;
use crate::model::cadence::Cadence;
use crate::model::cycle::{Counts, Cycle, Decision};
use crate::model::id::{CycleId, RecommendationId};
use crate::model::incident::Incident;
use crate::model::metric::{Signal, Trend};
use crate::model::recommendation::Recommendation;
use crate::model::time::Timestamp;
use crate::rules::gates::Evaluation;

use super::fill::filled;
use super::rows::{GateRow, Gates, IncidentRow, TrendRow, incident_rows, trend_rows};

const TEMPLATE: &str = include_str!("../../../templates/reports/summary.md");

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
    /// The gates now.
    pub evaluation: &'a Evaluation,
    /// The cycles in the window, oldest first.
    pub cycles: &'a [&'a Cycle],
    /// The incidents in the window.
    pub incidents: Counts,
    /// The incidents that are not resolved.
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
    decisions: BTreeMap<Decision, usize>,
    cycles: Vec<CycleRow<'a>>,
    #[serde(flatten)]
    gates: Gates<'a>,
    remedies: Vec<GateRow<'a>>,
    trends: Vec<TrendRow>,
    incidents: Counts,
    open_incidents: Vec<IncidentRow<'a>>,
    recommendations: Vec<AdviceRow<'a>>,
    open_earlier: Vec<AdviceRow<'a>>,
    tasks: BTreeMap<Status, usize>,
    audit: &'a [AuditLine],
}

#[derive(Serialize)]
struct CycleRow<'a> {
    id: &'a CycleId,
    cadence: Cadence,
    decision: Decision,
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
        let decided = |decision: Decision| self.cycles.iter().filter(|cycle| cycle.decision == decision).count();
        let standing = |status: Status| self.tasks.get(&status).copied().unwrap_or(0);
        let context = Context {
            days: self.days,
            day: self.generated_at.day(),
            from: self.generated_at.days_before(self.days).minute(),
            generated_at: self.generated_at.minute(),
            plan: self.plan,
            decisions: Decision::ALL.map(|decision| (decision, decided(decision))).into(),
            cycles: self.cycles.iter().map(|cycle| cycle_row(cycle)).collect(),
            gates: Gates::of(self.evaluation),
            remedies: self.evaluation.failing().map(GateRow::of).collect(),
            trends: trend_rows(self.trends),
            incidents: self.incidents,
            open_incidents: incident_rows(self.open_incidents),
            recommendations: advice_rows(self.recommendations),
            open_earlier: advice_rows(self.open_earlier),
            tasks: Status::ALL.map(|status| (status, standing(status))).into(),
            audit: self.audit,
        };
        filled(TEMPLATE, &context)
    }
}

fn cycle_row(cycle: &Cycle) -> CycleRow<'_> {
    CycleRow {
        id: &cycle.id,
        cadence: cycle.cadence,
        decision: cycle.decision,
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
