//! Artifacts that nobody writes by accident: a finding, in bounded time, never a crash.

mod input;
mod places;
mod terminal;

use std::time::Duration;

use crate::sandbox::{Outcome, Sandbox};

const GATES: &str = ".ohmymkt/state/gates.json";
const INCIDENT: &str = ".ohmymkt/incidents/inc-20261112T080000Z-00000003.json";
const PLAN: &str = ".ohmymkt/plans/2026-11-01-large.md";
const BOARD: &str = ".ohmymkt/state/sprint-board.json";

/// Far more than any of it takes, also without optimisation and beside other tests; far
/// less than anything whose cost grows with the square of the input.
const PATIENCE: Duration = Duration::from_secs(60);

/// Commits everything with plain git.
#[track_caller]
fn commit(sandbox: &Sandbox) {
    sandbox.git(&["add", "--all", "--force"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-m", "Break\n\nMkt-Action: record\n"]).ok();
}

/// The last commit is a finding of `artifact-is-well-formed` at this path with this text.
#[track_caller]
fn is_found(sandbox: &Sandbox, path: &str, message: &str) -> Outcome {
    let begun = std::time::Instant::now();
    let outcome = sandbox.mkt(&["verify", "HEAD~..HEAD", "--json"]).code(2);
    assert!(begun.elapsed() < PATIENCE, "it took {:?}", begun.elapsed());
    let answer = outcome.json();
    let findings = answer["findings"].as_array().expect("a list");
    assert!(findings.len() <= 60, "{} findings of one file", findings.len());
    let is_it = |finding: &serde_json::Value| {
        finding["rule"] == "artifact-is-well-formed"
            && finding["path"] == path
            && finding["message"].as_str().is_some_and(|text| text.contains(message))
    };
    assert!(findings.iter().any(is_it), "no `{message}` at {path} in {findings:#?}");
    outcome
}
