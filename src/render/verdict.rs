//! The verdict over a stretch of history.

use serde::Serialize;

use crate::rules::{Level, Violation};

use super::label::Label;
use super::page::{Line, Page};
use super::view::View;
use super::violations::violations;

/// What can be said of a history (contract, section 8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Everything was seen, and no rule is broken.
    Sound,
    /// A rule is broken.
    Violated,
    /// Nothing bad was seen, but not all could be.
    Incomplete,
}

impl Verdict {
    /// The verdict in one word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Violated => "violated",
            Self::Incomplete => "incomplete",
        }
    }
}

/// What the rules say of a history, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// All of it in one word.
    pub verdict: Verdict,
    /// How many commits were looked at.
    pub commits_seen: usize,
    /// How many of them touch the artifacts or claim to.
    pub commits_judged: usize,
    /// How many commits before the point of adoption were not looked at.
    pub commits_not_judged: usize,
    /// What was found, parents before children, the worst of a commit first.
    pub findings: Vec<Finding>,
    /// Why not all could be seen, in plain words.
    pub incomplete: Vec<String>,
}

/// A violation and the commit it was found in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The commit, by its full id.
    pub commit: String,
    /// The same as git abbreviates it.
    #[serde(skip)]
    pub short: String,
    /// The parent it was judged against, where one is at stake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_commit: Option<String>,
    /// The first line of its message; for the tip that a branch was moved to, what it replaces.
    pub subject: String,
    /// What is wrong.
    #[serde(flatten)]
    pub violation: Violation,
}

impl Judgement {
    /// The judgement that follows from what was found and what could not be seen.
    /// `violated` outranks `incomplete`; warnings leave a history sound.
    #[must_use]
    pub fn of(commits_seen: usize, commits_judged: usize, findings: Vec<Finding>, incomplete: Vec<String>) -> Self {
        let violated = findings.iter().any(|finding| finding.violation.level == Level::Error);
        let verdict = match (violated, incomplete.is_empty()) {
            (true, _) => Verdict::Violated,
            (false, true) => Verdict::Sound,
            (false, false) => Verdict::Incomplete,
        };
        Self { verdict, commits_seen, commits_judged, commits_not_judged: 0, findings, incomplete }
    }

    /// The same, with so many commits before the point of adoption that were not looked at.
    #[must_use]
    pub fn passing_over(self, commits_not_judged: usize) -> Self {
        Self { commits_not_judged, ..self }
    }

    /// The same with more that was found, and the verdict that follows from all of it.
    #[must_use]
    pub fn with_findings(self, more: Vec<Finding>) -> Self {
        let findings = self.findings.into_iter().chain(more).collect();
        let all = Self::of(self.commits_seen, self.commits_judged, findings, self.incomplete);
        all.passing_over(self.commits_not_judged)
    }

    /// How much was looked at, in words.
    #[must_use]
    pub fn extent(&self) -> String {
        let Self { commits_seen, commits_judged, .. } = self;
        let seen = format!("{commits_seen} commits seen, the {commits_judged} that touch the artifacts judged");
        match self.commits_not_judged {
            0 => seen,
            1 => format!("{seen}; 1 commit up to the point of adoption is not judged"),
            many => format!("{seen}; {many} commits up to the point of adoption are not judged"),
        }
    }
}

impl View for Judgement {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let label = match self.verdict {
            Verdict::Sound => Label::Pass,
            Verdict::Violated => Label::Fail,
            Verdict::Incomplete => Label::Warning,
        };
        page.line().label(label, self.verdict.name()).text(": ").text(self.extent());
        for reason in &self.incomplete {
            page.line().label(Label::Warning, "  incomplete: ").text(reason);
        }
        let mut last = None;
        for finding in &self.findings {
            let place = Some((&finding.commit, &finding.subject));
            if place != last {
                page.blank();
                page.push(commit(finding));
                last = place;
            }
            page.append(violations(std::slice::from_ref(&finding.violation)));
        }
        page
    }
}

fn commit(finding: &Finding) -> Line {
    let mut line = Line::labelled(Label::Id, &finding.short);
    line.text(" ").text(&finding.subject);
    line
}

/// What was found and what could not be seen, commit by commit, without the verdict.
#[must_use]
pub fn findings(judgement: &Judgement) -> Page {
    let mut page = Page::new();
    for reason in &judgement.incomplete {
        page.line().label(Label::Warning, "incomplete: ").text(reason);
    }
    for found in judgement.findings.chunk_by(|one, other| one.commit == other.commit) {
        page.push(commit(&found[0]));
        let all: Vec<_> = found.iter().map(|finding| finding.violation.clone()).collect();
        page.append(violations(&all));
    }
    page
}
