//! JUnit's XML, which most servers show as a table of tests.
//!
//! A rule that nothing speaks against is one test that passed. A rule that was broken is
//! one failed test for each commit that broke it, because readers show one failure of a
//! test. A warning refuses nothing, so it is a passed test that has something to say.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::render::verdict::{Finding, Judgement};
use crate::rules::{Level, RULES};

use super::{INCOMPLETE, clean, headline, level_of_incomplete, lines};

/// One test and how it went.
struct Case {
    class: String,
    name: String,
    outcome: Outcome,
}

enum Outcome {
    Passed,
    Noted(String),
    Failed { message: String, text: String },
    Errored { message: String },
}

/// The judgement as one suite of tests.
#[must_use]
pub fn junit(judgement: &Judgement) -> String {
    let cases = cases(judgement);
    let failed = cases.iter().filter(|case| matches!(case.outcome, Outcome::Failed { .. })).count();
    let errored = cases.iter().filter(|case| matches!(case.outcome, Outcome::Errored { .. })).count();
    let counts = format!("tests=\"{}\" failures=\"{failed}\" errors=\"{errored}\"", cases.len());
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let mut line = |text: String| writeln!(xml, "{text}").expect("writing to a string cannot fail");
    line(format!("<testsuites name=\"ohmymkt\" {counts}>"));
    line(format!("  <testsuite name=\"git mkt verify\" {counts} skipped=\"0\">"));
    for case in cases {
        let head = format!("<testcase classname=\"{}\" name=\"{}\"", escape(&case.class), escape(&case.name));
        match case.outcome {
            Outcome::Passed => line(format!("    {head}/>")),
            Outcome::Noted(text) => {
                line(format!("    {head}>\n      <system-out>{}</system-out>\n    </testcase>", escape(&text)));
            }
            Outcome::Failed { message, text } => {
                let failure = format!("<failure type=\"violation\" message=\"{}\">", escape(&message));
                line(format!("    {head}>\n      {failure}{}</failure>\n    </testcase>", escape(&text)));
            }
            Outcome::Errored { message } => {
                let error = format!("<error type=\"incomplete\" message=\"{0}\">{0}</error>", escape(&message));
                line(format!("    {head}>\n      {error}\n    </testcase>"));
            }
        }
    }
    line(format!("    <system-out>{}</system-out>", escape(&headline(judgement))));
    line("  </testsuite>\n</testsuites>".to_owned());
    xml
}

fn cases(judgement: &Judgement) -> Vec<Case> {
    let mut cases: Vec<_> = judgement.incomplete.iter().map(|reason| unseen(judgement, reason)).collect();
    let mut broken: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &judgement.findings {
        broken.entry(finding.violation.rule).or_default().push(finding);
    }
    for rule in RULES {
        let Some(findings) = broken.get(rule.id) else {
            cases.push(Case { class: "ohmymkt".to_owned(), name: rule.id.to_owned(), outcome: Outcome::Passed });
            continue;
        };
        for of_commit in findings.chunk_by(|one, other| one.commit == other.commit) {
            cases.push(of_rule_and_commit(rule.id, of_commit));
        }
    }
    cases
}

fn unseen(judgement: &Judgement, reason: &str) -> Case {
    let message = clean(reason);
    let outcome = match level_of_incomplete(judgement) {
        Level::Error => Outcome::Errored { message: message.clone() },
        Level::Warning => Outcome::Noted(message.clone()),
    };
    Case { class: format!("ohmymkt.{INCOMPLETE}"), name: message, outcome }
}

fn of_rule_and_commit(rule: &str, findings: &[&Finding]) -> Case {
    let told = |finding: &&Finding| {
        let (path, line) = (clean(&finding.violation.path), finding.violation.line);
        let mut said = lines(finding);
        said.extend((!path.is_empty()).then(|| line.map_or(path.clone(), |line| format!("{path}:{line}"))));
        said.join("\n")
    };
    let text = findings.iter().map(told).collect::<Vec<_>>().join("\n\n");
    let worst = findings.iter().find(|finding| finding.violation.level == Level::Error);
    let outcome = match worst {
        Some(worst) => Outcome::Failed { message: clean(&worst.violation.message), text },
        None => Outcome::Noted(text),
    };
    let name = findings.first().map(|finding| format!("{} {}", finding.commit, clean(&finding.subject)));
    Case { class: format!("ohmymkt.{rule}"), name: name.unwrap_or_default(), outcome }
}

/// A text for an attribute or an element of XML 1.0. Characters that it cannot hold, not
/// even escaped, are replaced.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\n' => out.push_str("&#10;"),
            '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'.. => out.push(character),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}
