//! SARIF 2.1.0, which code scanning reads.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::render::json::visible;
use crate::render::verdict::{Finding, Judgement};
use crate::rules::{Level, RULES, Rule};

use super::fingerprint::fingerprints;
use super::{INCOMPLETE, NO_PATH, clean, level_of_incomplete, lines, worst_first};

/// The most results that GitHub takes of one run; a larger file is refused as a whole.
const MOST: usize = 25_000;

/// The base of every path: the top of the repository.
const BASE: &str = "%SRCROOT%";

/// The judgement as a SARIF log of one run.
#[must_use]
pub fn sarif(judgement: &Judgement) -> String {
    let findings = worst_first(judgement);
    let marks = fingerprints(findings.iter().copied());
    let results: Vec<_> = findings.iter().zip(&marks).take(MOST).map(|(finding, mark)| result(finding, mark)).collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "ohmymkt",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": RULES.iter().map(rule).collect::<Vec<_>>(),
            } },
            "invocations": [{
                "executionSuccessful": judgement.incomplete.is_empty(),
                "toolExecutionNotifications": notifications(judgement, findings.len()),
            }],
            "originalUriBaseIds": { BASE: { "description": { "text": "The top of the repository." } } },
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    visible(&format!("{log:#}")) + "\n"
}

/// Why not all could be seen, and how much of it is not told here.
fn notifications(judgement: &Judgement, found: usize) -> Vec<Value> {
    let notification = |id: &str, level: Level, text: String| json!({ "descriptor": { "id": id }, "level": name(level), "message": { "text": text } });
    let level = level_of_incomplete(judgement);
    let reasons = judgement.incomplete.iter().map(|reason| notification(INCOMPLETE, level, clean(reason)));
    let more = found.checked_sub(MOST).filter(|more| *more > 0).map(|more| {
        notification("results-are-cut", Level::Warning, format!("{more} more findings are not in this file"))
    });
    reasons.chain(more).collect()
}

fn rule(rule: &Rule) -> Value {
    let Rule { id, level, says, protects, example, mend, .. } = rule;
    json!({
        "id": id,
        "shortDescription": { "text": says },
        "fullDescription": { "text": protects },
        "help": {
            "text": format!("{protects}\n\nFor example: {example}\n\nTo mend it: {mend}"),
            "markdown": format!("{protects}\n\n**For example:** {example}\n\n**To mend it:** {mend}"),
        },
        "defaultConfiguration": { "level": name(*level) },
    })
}

fn result(finding: &Finding, mark: &str) -> Value {
    let violation = &finding.violation;
    let path = if violation.path.is_empty() { NO_PATH } else { &violation.path };
    let mut properties = json!({ "commit": finding.commit, "subject": finding.subject, "hint": violation.hint });
    let optional =
        [("parentCommit", &finding.parent_commit), ("before", &violation.before), ("after", &violation.after)];
    for (key, text) in optional {
        if let Some(text) = text {
            properties[key] = json!(text);
        }
    }
    json!({
        "ruleId": violation.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == violation.rule),
        "level": name(violation.level),
        "message": { "text": lines(finding).join("\n") },
        "locations": [{ "physicalLocation": {
            "artifactLocation": { "uri": uri(path), "uriBaseId": BASE },
            "region": { "startLine": violation.line.unwrap_or(1) },
        } }],
        "partialFingerprints": { "ohmymktFinding/v1": mark },
        "properties": properties,
    })
}

fn name(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

/// A path as a relative reference of RFC 3986.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            write!(uri, "%{byte:02X}").expect("writing to a string cannot fail");
        }
    }
    uri
}
