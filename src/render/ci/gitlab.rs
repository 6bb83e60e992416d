//! GitLab's report of code quality: a list of issues, shown in the merge request.

use serde_json::{Value, json};

use crate::render::json::visible;
use crate::render::verdict::Judgement;
use crate::rules::Level;

use super::fingerprint::{self, fingerprints};
use super::{INCOMPLETE, NO_PATH, clean, level_of_incomplete, lines, worst_first};

/// The judgement as a report of code quality.
#[must_use]
pub fn gitlab(judgement: &Judgement) -> String {
    let level = level_of_incomplete(judgement);
    let incomplete = judgement.incomplete.iter().map(|reason| {
        let of_reason = fingerprint::of(&[INCOMPLETE, reason]);
        issue(INCOMPLETE, level, &clean(reason), (&of_reason, NO_PATH, None))
    });
    let findings = worst_first(judgement);
    let marks = fingerprints(findings.iter().copied());
    let found = findings.iter().zip(&marks).map(|(finding, mark)| {
        let violation = &finding.violation;
        let path = if violation.path.is_empty() { NO_PATH } else { &violation.path };
        let description = format!("{} ({})", lines(finding).join("; "), violation.rule);
        issue(violation.rule, violation.level, &description, (mark, path, violation.line))
    });
    let issues: Vec<Value> = incomplete.chain(found).collect();
    visible(&format!("{:#}", Value::Array(issues))) + "\n"
}

fn issue(name: &str, level: Level, description: &str, place: (&str, &str, Option<usize>)) -> Value {
    let (fingerprint, path, line) = place;
    let severity = match level {
        Level::Error => "critical",
        Level::Warning => "minor",
    };
    json!({
        "type": "issue",
        "check_name": name,
        "description": description,
        "categories": ["Compatibility"],
        "fingerprint": fingerprint,
        "severity": severity,
        "location": { "path": path, "lines": { "begin": line.unwrap_or(1) } },
    })
}
