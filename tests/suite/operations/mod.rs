//! A running campaign: observations, cycles, incidents, reports, and the audit of all of it.
//!
//! Here is what these tests do over and over; each file is named as the command it tests.

mod adoption;
mod drift;
mod gone_plan;
mod in_order;
mod incident;
mod list_incidents;
mod list_recommendations;
mod log;
mod log_order;
mod postmortem;
mod record;
mod record_trends;
mod replacing;
mod report_growth;
mod report_page;
mod report_standing;
mod resolve_recommendation;
mod rollback;
mod run_cycle;
mod run_cycle_log;
mod run_cycle_missed;
mod run_cycle_rules;
mod run_cycle_window;
mod show;
mod status;
mod status_incomplete;
mod trace;
mod update_metrics;
mod verify;
mod weekly;

use serde_json::Value;

use crate::sandbox::{Outcome, Sandbox};

/// The two signals of the visibility track.
const VISIBILITY: [&str; 2] =
    ["visibility_track.non_brand_visibility_trend", "visibility_track.query_cluster_coverage_trend"];

/// The two signals of the quality track.
const QUALITY: [&str; 2] = ["quality_track.high_intent_session_trend", "quality_track.conversion_assist_trend"];

/// The decision log.
const CYCLES: &str = ".ohmymkt/state/cycles.json";

/// The sprint board.
const BOARD: &str = ".ohmymkt/state/sprint-board.json";

/// The trends.
const METRICS: &str = ".ohmymkt/state/metrics.json";

/// The execution state.
const EXECUTION: &str = ".ohmymkt/state/execution.json";

/// The gates.
const GATES: &str = ".ohmymkt/state/gates.json";

/// The tier that is meant by "scale modules".
const SCALE: [&str; 3] = ["authority_growth", "experiment_engine", "scale_loop"];

/// Records what one source saw of one signal.
#[track_caller]
fn observe(sandbox: &Sandbox, signal: &str, trend: &str, source: &str) -> Outcome {
    sandbox.mkt(&["update-metrics", &format!("{signal}={trend}"), "--source", source]).ok()
}

/// Records all four signals, those of visibility first.
#[track_caller]
fn observe_all(sandbox: &Sandbox, trends: [&str; 4]) {
    let pairs: Vec<_> =
        VISIBILITY.iter().chain(&QUALITY).zip(trends).map(|(signal, trend)| format!("{signal}={trend}")).collect();
    let mut words = vec!["update-metrics"];
    words.extend(pairs.iter().map(String::as_str));
    words.extend(["--source", "search-console"]);
    sandbox.mkt(&words).ok();
}

/// Both tracks are up.
#[track_caller]
fn both_up(sandbox: &Sandbox) {
    let pair = [format!("{}=up", VISIBILITY[0]), format!("{}=up", QUALITY[1])];
    sandbox.mkt(&["update-metrics", &pair[0], &pair[1], "--source", "search-console"]).ok();
}

/// Records an incident and returns its id.
#[track_caller]
fn incident_of(sandbox: &Sandbox, severity: &str, module: &str) -> String {
    let words = ["incident", "--severity", severity, "--module", module, "--summary", "Checkout is down", "--json"];
    text(&sandbox.mkt(&words).ok().json()["incident"]["id"])
}

/// Records the postmortem of an incident.
#[track_caller]
fn learn(sandbox: &Sandbox, id: &str) {
    let words =
        ["postmortem", id, "--root-cause", "a bad release", "--remediation", "undone", "--prevention", "a check"];
    sandbox.mkt(&words).ok();
}

/// Runs a cycle and returns its answer.
#[track_caller]
fn cycle(sandbox: &Sandbox, cadence: &str) -> Value {
    sandbox.mkt(&["run-cycle", cadence, "--json"]).ok().json()
}

/// The decision of a cycle that is run now.
#[track_caller]
fn decision(sandbox: &Sandbox, cadence: &str) -> String {
    text(&cycle(sandbox, cadence)["decision"])
}

/// The decision log.
#[track_caller]
fn cycles(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.json(CYCLES).as_array().expect("the log is a list").clone()
}

/// The tasks of the board.
#[track_caller]
fn tasks(sandbox: &Sandbox) -> Vec<Value> {
    let board = sandbox.json(BOARD);
    let tasks = if board.is_array() { &board } else { &board["tasks"] };
    tasks.as_array().expect("the board is a list").clone()
}

/// The ids of the tasks that begin so, in the order of the board.
#[track_caller]
fn task_ids(sandbox: &Sandbox, beginning: &str) -> Vec<String> {
    let ids = tasks(sandbox).into_iter().map(|task| text(&task["id"]));
    ids.filter(|id| id.starts_with(beginning)).collect()
}

/// A task of the board.
#[track_caller]
fn task(sandbox: &Sandbox, id: &str) -> Value {
    tasks(sandbox).into_iter().find(|task| text(&task["id"]) == id).unwrap_or_else(|| panic!("there is no task {id}"))
}

/// Fills in a task and makes it active.
#[track_caller]
fn activate(sandbox: &Sandbox, id: &str) -> Outcome {
    let filled =
        ["--owner", "Ada", "--due", "2026-03-01", "--kpi-impact", "more visits", "--rollback-condition", "none"];
    sandbox.mkt(&[&["update-task", id, "--status", "active"], filled.as_slice()].concat())
}

/// Makes one gate fail.
#[track_caller]
fn fail_gate(sandbox: &Sandbox) {
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=6"]).ok();
}

/// Makes it pass again.
#[track_caller]
fn mend_gate(sandbox: &Sandbox) {
    let words = ["update-gates", "capacity_gate.rolling_weeks_feasible=9", "--evidence", "https://example.org/weeks"];
    sandbox.mkt(&words).ok();
}

/// Commits everything with plain git, past any hook: how bad history comes about.
#[track_caller]
fn commit_past_hooks(sandbox: &Sandbox, message: &str) {
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", message]).ok();
}

/// The text in a JSON value.
#[track_caller]
fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("expected a text, found {value}")).to_owned()
}

/// The texts in a JSON list.
#[track_caller]
fn texts(value: &Value) -> Vec<String> {
    value.as_array().unwrap_or_else(|| panic!("expected a list, found {value}")).iter().map(text).collect()
}

/// What the recorded inputs and the four rules of the handbook give, computed here by itself.
fn by_the_rules(inputs: &Value) -> (&'static str, &'static str) {
    let up = |track: [&str; 2]| track.iter().any(|signal| inputs["trends"][signal] == "up");
    match (inputs["incidents"]["p0"].as_u64().expect("a number"), up(VISIBILITY), up(QUALITY)) {
        (1.., _, _) => ("rollback", "p0-in-window"),
        (0, true, false) => ("intervene", "visibility-without-quality"),
        (0, true, true) => ("continue", "both-tracks-up"),
        (0, false, _) => ("intervene", "otherwise"),
    }
}
