//! A judgement in the formats that forges and other machines read, one format a file.
//!
//! All of them say the same as the page for people. What comes from artifacts, paths and
//! messages is foreign text: each writer escapes it as its format asks, so that it can
//! never become structure there.

mod fingerprint;
mod github;
mod gitlab;
mod junit;
mod sarif;
mod summary;

pub use github::{disarmed, github};
pub use gitlab::gitlab;
pub use junit::junit;
pub use sarif::sarif;
pub use summary::{SUMMARY_LIMIT, summary};

use serde::Serialize;

use crate::model::layout;
use crate::rules::Level;

use super::harmless::harmless;
use super::page::Page;
use super::verdict::{Finding, Judgement, Verdict};
use super::view::View;

/// The longest text of a finding that these formats show, in characters.
const LONGEST: usize = 1000;

/// The name under which it is told that not all of a history could be seen.
const INCOMPLETE: &str = "history-is-incomplete";

/// Where a finding without a path is shown, in formats that must have one: the file that
/// says by which rules the repository wants to be judged.
const NO_PATH: &str = layout::POLICY;

/// A judgement written for another program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// The text, as it is to be written.
    pub text: String,
}

impl View for Document {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for line in self.text.lines() {
            page.line().text(line);
        }
        page
    }

    fn raw(&self) -> Option<&str> {
        Some(&self.text)
    }
}

/// The findings, errors before warnings, else in the order of history.
fn worst_first(judgement: &Judgement) -> Vec<&Finding> {
    let mut findings: Vec<_> = judgement.findings.iter().collect();
    findings.sort_by_key(|finding| finding.violation.level);
    findings
}

/// The weight of what could not be seen: nothing else refuses an incomplete history.
fn level_of_incomplete(judgement: &Judgement) -> Level {
    if judgement.verdict == Verdict::Incomplete { Level::Error } else { Level::Warning }
}

/// The first line of the page for people.
fn headline(judgement: &Judgement) -> String {
    format!("{}: {}", judgement.verdict.name(), judgement.extent())
}

/// Everything there is to say of a finding, one harmless line each, what is wrong first.
fn lines(finding: &Finding) -> Vec<String> {
    let violation = &finding.violation;
    let mut lines = vec![clean(&violation.message)];
    let mut add = |name: &str, text: Option<&str>| {
        let text = text.filter(|text| !text.is_empty());
        lines.extend(text.map(|text| format!("{name}: {}", clean(text))));
    };
    add("before", violation.before.as_deref());
    add("after", violation.after.as_deref());
    add("commit", Some(&format!("{} {}", finding.short, finding.subject)));
    add("against parent", finding.parent_commit.as_deref());
    add("hint", Some(&violation.hint));
    lines
}

/// A text on one line, without anything that steers or hides, and not endless.
fn clean(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST).map(|(end, _)| format!("{}…", &text[..end]));
    harmless(cut.as_deref().unwrap_or(text)).trim().to_owned()
}
