//! Reading a branch and its history: reviews, the merge that would result, reasons, diffs in words.

mod branch;
mod decided;
mod markdown;
mod merged;
mod textconv;
mod why;

use crate::sandbox::{Outcome, Sandbox};

/// The visibility signal that these tests speak of.
const VISIBLE: &str = "visibility_track.non_brand_visibility_trend";

/// The quality signal that these tests speak of.
const QUALITY: &str = "quality_track.conversion_assist_trend";

/// The gates.
const GATES: &str = ".ohmymkt/state/gates.json";

/// A repository whose campaign runs on a branch, while `main` has only the empty artifacts.
fn on_a_branch() -> Sandbox {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["switch", "--quiet", "--create", "campaign"]).ok();
    sandbox.started()
}

/// Records what one source saw of a signal.
#[track_caller]
fn observe(sandbox: &Sandbox, signal: &str, trend: &str) {
    sandbox.mkt(&["update-metrics", &format!("{signal}={trend}"), "--source", "search-console"]).ok();
}

/// Records an incident and returns its id.
#[track_caller]
fn incident(sandbox: &Sandbox, severity: &str, summary: &str) -> String {
    let words = ["incident", "--severity", severity, "--module", "content_system", "--summary", summary, "--json"];
    let answer = sandbox.mkt(&words).ok().json();
    answer["incident"]["id"].as_str().expect("an incident has an id").to_owned()
}

/// Runs a weekly cycle and returns its id.
#[track_caller]
fn cycle(sandbox: &Sandbox) -> String {
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    let log = sandbox.json(".ohmymkt/state/cycles.json");
    let last = log.as_array().and_then(|log| log.last()).expect("a cycle was recorded");
    last["id"].as_str().expect("a cycle has an id").to_owned()
}

/// Commits everything with plain git, past any hook.
#[track_caller]
fn commit_past_hooks(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", message]).ok();
}

/// The lines of an answer below a title to the next blank line.
fn part(outcome: &Outcome, title: &str) -> Vec<String> {
    let is_title = |line: &&str| line.split(": ").next() == Some(title);
    let from = outcome.stdout.lines().skip_while(|line| !is_title(line)).skip(1);
    from.take_while(|line| !line.is_empty()).map(str::to_owned).collect()
}
