//! The summary of a step of GitHub Actions, in Markdown.

use std::collections::BTreeSet;

use crate::render::markdown::{code, escape, table};
use crate::render::verdict::{Finding, Judgement};
use crate::rules::Level;

use super::{clean, headline};

/// The most bytes of one step's summary; GitHub shows nothing of a longer one.
pub const SUMMARY_LIMIT: usize = 1024 * 1024;

/// What is kept free for the line that says what is missing.
const RESERVE: usize = 256;

/// The summary in at most `room` bytes: the verdict, then a section for each commit, those
/// with errors first. What does not fit is left out by whole sections and counted.
#[must_use]
pub fn summary(judgement: &Judgement, room: usize) -> String {
    let mut text = format!("## Growth history: {}\n\n", escape(&headline(judgement)));
    for reason in &judgement.incomplete {
        text.push_str(&format!("- **incomplete:** {}\n", escape(&clean(reason))));
    }
    if text.len() + RESERVE > room {
        return String::new();
    }
    let mut commits: Vec<&[Finding]> = judgement.findings.chunk_by(|one, other| one.commit == other.commit).collect();
    commits.sort_by_key(|findings| findings.iter().map(|finding| finding.violation.level).min());
    let (mut left_out, mut left_commits) = (0, 0);
    for findings in commits {
        let section = section(findings);
        if text.len() + section.len() + RESERVE > room {
            left_out += findings.len();
            left_commits += 1;
        } else {
            text.push_str(&section);
        }
    }
    if left_out > 0 {
        text.push_str(&format!("\n{left_out} findings in {left_commits} more commits do not fit here.\n"));
    }
    text.push('\n');
    text
}

fn section(findings: &[Finding]) -> String {
    let Some(first) = findings.first() else { return String::new() };
    let mut text = format!("\n### {} {}\n\n", code(&first.short), escape(&clean(&first.subject)));
    let rows: Vec<[String; 3]> = findings.iter().map(row).collect();
    text.push_str(&table(&["rule", "what is wrong", "where"], &rows));
    let mut seen = BTreeSet::new();
    for finding in findings {
        let hint = finding.violation.hint.as_str();
        if !hint.is_empty() && seen.insert(hint) {
            text.push_str(&format!("\n- hint: {}", escape(&clean(hint))));
        }
    }
    text.push('\n');
    text
}

fn row(finding: &Finding) -> [String; 3] {
    let violation = &finding.violation;
    let level = match violation.level {
        Level::Error => "error",
        Level::Warning => "warning",
    };
    let mut said = clean(&violation.message);
    for (name, text) in [("before", &violation.before), ("after", &violation.after)] {
        if let Some(text) = text {
            said.push_str(&format!("; {name}: {}", clean(text)));
        }
    }
    let place = violation.line.map_or_else(|| violation.path.clone(), |line| format!("{}:{line}", violation.path));
    [format!("{level}: {}", violation.rule), said, clean(&place)]
}
