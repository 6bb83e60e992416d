//! Reports of cycles and summaries, in Markdown.
//!
//! The texts are in `templates/reports/`. Everything a template inserts is escaped
//! unless it went through the filter `code`, so no template can forget to.

mod cycle;
mod summary;

use std::collections::BTreeMap;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

use crate::model::id::{IncidentId, ModuleName};
use crate::model::incident::{Incident, Severity};
use crate::model::metric::{Signal, Track, Trend};
use crate::rules::gates::{Evaluation, GateResult};

use super::markdown::{code, escape};

pub use cycle::{CycleReport, RecoveryRow};
pub use summary::{AuditLine, SummaryReport};

fn rendered<C: Serialize>(template: &str, context: &C) -> String {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.add_filter("code", |text: String| Value::from_safe_string(code(&text)));
    environment.set_formatter(|out, _, value| {
        let text = value.to_string();
        out.write_str(&if value.is_safe() { text } else { escape(&text) }).map_err(minijinja::Error::from)
    });
    let context = Value::from(Serde(context));
    let text = environment.render_str(template, context).expect("a test renders every report template");
    format!("{}\n", text.trim_end())
}

/// The gates as both reports show them.
#[derive(Serialize)]
struct Gates<'a> {
    gates: Vec<GateRow<'a>>,
    overall: &'static str,
    tally: String,
}

#[derive(Serialize)]
struct GateRow<'a> {
    key: &'static str,
    status: String,
    owner: &'static str,
    condition: &'static str,
    reason: &'a str,
    remediation: Option<&'a str>,
    evidence: usize,
}

impl<'a> Gates<'a> {
    fn of(evaluation: &'a Evaluation) -> Self {
        Self {
            gates: evaluation.results.iter().map(GateRow::of).collect(),
            overall: if evaluation.passes() { "PASS" } else { "FAIL" },
            tally: evaluation.tally(),
        }
    }
}

impl<'a> GateRow<'a> {
    fn of(result: &'a GateResult) -> Self {
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
struct TrendRow {
    track: Track,
    signal: &'static str,
    trend: Trend,
}

fn trend_rows(trends: &BTreeMap<Signal, Trend>) -> Vec<TrendRow> {
    let row =
        |(signal, trend): (&Signal, &Trend)| TrendRow { track: signal.track(), signal: signal.key(), trend: *trend };
    trends.iter().map(row).collect()
}

#[derive(Serialize)]
struct IncidentRow<'a> {
    id: &'a IncidentId,
    severity: Severity,
    module: &'a ModuleName,
    created_at: String,
    postmortem: &'static str,
    summary: &'a str,
}

fn incident_rows<'a>(incidents: &[&'a Incident]) -> Vec<IncidentRow<'a>> {
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
