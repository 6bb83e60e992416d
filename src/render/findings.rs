//! What the review of a plan found.

use serde::Serialize;

use crate::rules::plan_review::{Check, Finding};

use super::page::{Line, Page, Row};
use super::view::View;
use super::violations::{hints, place};

/// The findings of a plan review, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingList {
    /// The findings, in check order.
    pub findings: Vec<Finding>,
}

impl View for FindingList {
    fn page(&self) -> Page {
        findings(&self.findings)
    }
}

/// The page of findings: one indented line each with check, message and place, and
/// each hint once at the end.
#[must_use]
pub fn findings(findings: &[Finding]) -> Page {
    let mut table = Page::new();
    table.table(&[], findings.iter().map(row));
    let mut page = Page::new();
    page.indented(table);
    hints(&mut page, findings.iter().map(|finding| finding.hint.as_str()));
    page
}

fn row(finding: &Finding) -> Row {
    let mut said = Line::of(&finding.message);
    said.append(place(&finding.path, finding.line));
    Row::from([Line::labelled(finding.level.into(), name(finding.check)), said])
}

/// The name of a check, as in JSON.
#[must_use]
pub fn name(check: Check) -> String {
    match serde_json::to_value(check) {
        Ok(serde_json::Value::String(name)) => name,
        _ => format!("{check:?}"),
    }
}
