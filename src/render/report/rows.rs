//! What both reports show in the same way.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::id::{IncidentId, ModuleName};
use crate::model::incident::{Incident, Severity};
use crate::model::metric::{Signal, Track, Trend};
use crate::rules::gates::{Evaluation, GateResult};

/// The gates as both reports show them.
#[derive(Serialize)]
pub(super) struct Gates<'a> {
    pub(super) gates: Vec<GateRow<'a>>,
    pub(super) overall: &'static str,
    pub(super) tally: String,
}

#[derive(Serialize)]
pub(super) struct GateRow<'a> {
    pub(super) key: &'static str,
    pub(super) status: String,
    pub(super) owner: &'static str,
    pub(super) condition: &'static str,
    pub(super) reason: &'a str,
    pub(super) remediation: Option<&'a str>,
    pub(super) evidence: usize,
}

impl<'a> Gates<'a> {
    pub(super) fn of(evaluation: &'a Evaluation) -> Self {
        Self {
            gates: evaluation.results.iter().map(GateRow::of).collect(),
            overall: if evaluation.passes() { "PASS" } else { "FAIL" },
            tally: evaluation.tally(),
        }
    }
}

impl<'a> GateRow<'a> {
    pub(super) fn of(result: &'a GateResult) -> Self {
        Self {
            key: result.gate.key(),
            status: result.status.name().to_uppercase(),
            owner: result.owner,
            condition: result.condition,
            reason: &result.reason,
            remediation: result.remediation.as_deref(),
            evidence: result.evidence,
        }
    }
}

#[derive(Serialize)]
pub(super) struct TrendRow {
    pub(super) track: Track,
    pub(super) signal: &'static str,
    pub(super) trend: Trend,
}

pub(super) fn trend_rows(trends: &BTreeMap<Signal, Trend>) -> Vec<TrendRow> {
    let row =
        |(signal, trend): (&Signal, &Trend)| TrendRow { track: signal.track(), signal: signal.key(), trend: *trend };
    trends.iter().map(row).collect()
}

#[derive(Serialize)]
pub(super) struct IncidentRow<'a> {
    pub(super) id: &'a IncidentId,
    pub(super) severity: Severity,
    pub(super) module: &'a ModuleName,
    pub(super) created_at: String,
    pub(super) postmortem: &'static str,
    pub(super) summary: &'a str,
}

pub(super) fn incident_rows<'a>(incidents: &[&'a Incident]) -> Vec<IncidentRow<'a>> {
    let row = |incident: &&'a Incident| IncidentRow {
        id: &incident.id,
        severity: incident.severity,
        module: &incident.module,
        created_at: incident.created_at.minute(),
        postmortem: match (&incident.postmortem, incident.has_complete_postmortem()) {
            (None, _) => "none",
            (Some(_), true) => "complete",
            (Some(_), false) => "incomplete",
        },
        summary: &incident.summary,
    };
    incidents.iter().map(row).collect()
}
