//! What a hook has to say of the commit or the update that it was asked about.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::rules::{Level, Violation};

use super::label::Label;
use super::page::Page;
use super::verdict::{Finding, Verdict};
use super::view::View;
use super::violations::violations;

/// How many findings are shown to people; all are in the JSON document.
const MOST: usize = 20;

/// The answer of a hook, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoorReport {
    /// The hook that was run.
    pub hook: &'static str,
    /// What is judged, for people: `this commit`, `this push`.
    #[serde(skip)]
    pub what: &'static str,
    /// All of it in one word.
    pub verdict: Verdict,
    /// What was found, parents before children.
    pub findings: Vec<DoorFinding>,
    /// The trailers that were added to the message.
    pub trailers: Vec<String>,
    /// Why not all could be seen, in plain words.
    pub incomplete: Vec<String>,
}

/// A violation, and where it came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoorFinding {
    /// The reference that would bring it.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The commit, where there is one already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// The same as git abbreviates it.
    #[serde(skip)]
    pub short: String,
    /// The commit it was judged against, where one is at stake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_commit: Option<String>,
    /// The first line of the commit's message; for a reference that is moved back or
    /// elsewhere, what happens to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// What is wrong.
    #[serde(flatten)]
    pub violation: Violation,
}

impl DoorFinding {
    /// What is wrong with a commit that is being made.
    #[must_use]
    pub fn pending(violation: Violation) -> Self {
        let (reference, commit, parent_commit, subject) = (None, None, None, None);
        Self { reference, commit, short: String::new(), parent_commit, subject, violation }
    }

    /// What is wrong with a commit that a reference would bring.
    #[must_use]
    pub fn brought(reference: Option<String>, finding: Finding) -> Self {
        let Finding { commit, short, parent_commit, subject, violation, .. } = finding;
        Self { reference, commit: Some(commit), short, parent_commit, subject: Some(subject), violation }
    }
}

impl DoorReport {
    /// The report that follows from what was found. `violated` outranks `incomplete`.
    #[must_use]
    pub fn of(hook: &'static str, what: &'static str, findings: Vec<DoorFinding>) -> Self {
        let violated = findings.iter().any(|finding| finding.violation.level == Level::Error);
        let verdict = if violated { Verdict::Violated } else { Verdict::Sound };
        Self { hook, what, verdict, findings, trailers: Vec::new(), incomplete: Vec::new() }
    }

    /// The same, where not all could be seen.
    #[must_use]
    pub fn with_incomplete(mut self, incomplete: Vec<String>) -> Self {
        if self.verdict == Verdict::Sound && !incomplete.is_empty() {
            self.verdict = Verdict::Incomplete;
        }
        self.incomplete = incomplete;
        self
    }

    fn summary(&self, page: &mut Page) {
        let errors = self.findings.iter().filter(|finding| finding.violation.level == Level::Error).count();
        if errors > 0 {
            let noun = if errors == 1 { "rule violation" } else { "rule violations" };
            let line = page.line().label(Label::Error, "error:");
            line.text(format!(" {} is refused: {errors} {noun}", self.what));
        }
    }

    /// The findings that are shown, errors first where there are too many.
    fn shown(&self) -> Vec<&DoorFinding> {
        let mut shown: Vec<_> = self.findings.iter().collect();
        if shown.len() > MOST {
            shown.sort_by_key(|finding| finding.violation.level);
            shown.truncate(MOST);
        }
        shown
    }

    fn findings(&self, page: &mut Page) {
        let shown = self.shown();
        let place =
            |finding: &DoorFinding| (finding.reference.clone(), finding.commit.clone(), finding.subject.clone());
        for group in shown.chunk_by(|one, other| place(one) == place(other)) {
            let first = group[0];
            if let Some(reference) = &first.reference {
                page.line().label(Label::Heading, reference);
            }
            if let Some(subject) = &first.subject {
                page.line().label(Label::Id, &first.short).text(" ").text(subject);
            }
            let found: Vec<_> = group.iter().map(|finding| finding.violation.clone()).collect();
            page.append(violations(&found));
        }
        let left = self.findings.len() - shown.len();
        if left > 0 {
            let commits: BTreeSet<_> = self.findings.iter().filter_map(|finding| finding.commit.as_deref()).collect();
            page.line().label(Label::Dim, format!("… and {left} more, {} commits in all", commits.len()));
        }
    }
}

impl View for DoorReport {
    fn page(&self) -> Page {
        let mut page = Page::new();
        self.summary(&mut page);
        self.findings(&mut page);
        for reason in &self.incomplete {
            page.line().label(Label::Warning, "incomplete: ").text(reason);
        }
        page
    }
}
