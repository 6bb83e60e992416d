//! The report of one cycle.

use serde::Serialize;

use crate::model::board::{Status, Task};
use crate::model::cadence::Cadence;
use crate::model::cycle::{Cycle, Decision, DecisionRule, Window};
use crate::model::id::{CycleId, ModuleName, TaskId};
use crate::model::incident::Incident;
use crate::model::metric::Track;
use crate::rules::gates::Evaluation;

use super::fill::filled;
use super::rows::{Gates, IncidentRow, TrendRow, incident_rows, trend_rows};

const TEMPLATE: &str = include_str!("../../../templates/reports/cycle.md");

/// One signal of the recovery check that follows an intervention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RecoveryRow {
    /// The signal.
    pub signal: String,
    /// Its trend when the intervention was decided.
    pub before: String,
    /// Its trend now.
    pub now: String,
    /// `recovered`, `unchanged` or `worse`.
    pub verdict: String,
}

/// Everything the report of one cycle says (contract, section 5).
#[derive(Debug, Clone, Copy)]
pub struct CycleReport<'a> {
    /// The cycle.
    pub cycle: &'a Cycle,
    /// The name of its plan.
    pub plan: &'a str,
    /// The role that ran it.
    pub role: &'a str,
    /// The gates when it ran.
    pub evaluation: &'a Evaluation,
    /// The incidents in its window.
    pub incidents: &'a [&'a Incident],
    /// The tasks it put on the board.
    pub follow_ups: &'a [&'a Task],
    /// What became of the last intervention; empty when there was none.
    pub recovery: &'a [RecoveryRow],
    /// What the reader has to know besides.
    pub notices: &'a [String],
}

#[derive(Serialize)]
struct Context<'a> {
    cadence: Cadence,
    decision: Decision,
    reason: &'a str,
    rule: Option<DecisionRule>,
    id: &'a CycleId,
    plan: &'a str,
    role: &'a str,
    window: Option<Span>,
    generated_at: String,
    #[serde(flatten)]
    gates: Gates<'a>,
    trends: Vec<TrendRow>,
    incidents: Vec<IncidentRow<'a>>,
    actions: &'a [String],
    follow_ups: Vec<TaskRow<'a>>,
    recovery: &'a [RecoveryRow],
    notices: &'a [String],
}

#[derive(Serialize)]
struct Span {
    from: String,
    to: String,
}

impl From<Window> for Span {
    fn from(window: Window) -> Self {
        Self { from: window.from.minute(), to: window.to.minute() }
    }
}

#[derive(Serialize)]
struct TaskRow<'a> {
    id: &'a TaskId,
    status: Status,
    track: Track,
    module: &'a ModuleName,
    specialist: &'a str,
    task: &'a str,
}

impl<'a> TaskRow<'a> {
    fn of(task: &'a Task) -> Self {
        Self {
            id: &task.id,
            status: task.status,
            track: task.track,
            module: &task.module,
            specialist: &task.specialist,
            task: &task.task,
        }
    }
}

impl CycleReport<'_> {
    /// The report as Markdown.
    #[must_use]
    pub fn markdown(&self) -> String {
        let cycle = self.cycle;
        let derivation = cycle.derivation.as_ref();
        let context = Context {
            cadence: cycle.cadence,
            decision: cycle.decision,
            reason: &cycle.reason,
            rule: derivation.map(|derivation| derivation.rule),
            id: &cycle.id,
            plan: self.plan,
            role: self.role,
            window: derivation.map(|derivation| derivation.window.into()),
            generated_at: cycle.generated_at.minute(),
            gates: Gates::of(self.evaluation),
            trends: derivation.map(|derivation| trend_rows(&derivation.inputs.trends)).unwrap_or_default(),
            incidents: incident_rows(self.incidents),
            actions: derivation.map(|derivation| derivation.actions.as_slice()).unwrap_or_default(),
            follow_ups: self.follow_ups.iter().map(|task| TaskRow::of(task)).collect(),
            recovery: self.recovery,
            notices: self.notices,
        };
        filled(TEMPLATE, &context)
    }
}
