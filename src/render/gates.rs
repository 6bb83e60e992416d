//! The gate table.

use serde::Serialize;

use crate::model::cycle::GateOutcome;
use crate::rules::gates::{Evaluation, GateResult};

use super::label::Label;
use super::page::{Cell, Line, Page, Row};
use super::view::View;

/// The five gates, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateTable {
    /// Whether all five pass.
    pub overall: GateOutcome,
    /// `passed/all`.
    pub tally: String,
    /// The gates.
    pub gates: Vec<GateResult>,
}

impl From<&Evaluation> for GateTable {
    fn from(evaluation: &Evaluation) -> Self {
        let overall = if evaluation.passes() { GateOutcome::Pass } else { GateOutcome::Fail };
        Self { overall, tally: evaluation.tally(), gates: evaluation.results.clone() }
    }
}

impl View for GateTable {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.table(&["gate", "status", "owner", "reason"], self.gates.iter().map(row));
        page.blank();
        page.line().text("Overall: ").append(outcome(self.overall));
        page
    }
}

fn row(result: &GateResult) -> Row {
    let row = Row::from([
        Line::of(result.gate.key()),
        outcome(result.status),
        Line::of(result.owner),
        Line::of(&result.reason),
    ]);
    match &result.remediation {
        Some(remedy) => row.note(Line::labelled(Label::Hint, format!("→ {remedy}"))),
        None => row,
    }
}

/// `PASS` or `FAIL`.
#[must_use]
pub fn outcome(outcome: GateOutcome) -> Cell {
    Line::labelled(outcome.into(), outcome.name().to_uppercase())
}
