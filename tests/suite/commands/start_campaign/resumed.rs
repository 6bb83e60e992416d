//! Resuming, and what stands beside an active campaign.

use crate::commands::commit_by_hand;
use crate::sandbox::{PLAN, Sandbox};

const BOULDER: &str = ".ohmymkt/boulder.json";
const EXECUTION: &str = ".ohmymkt/state/execution.json";

#[test]
fn rows_70_73_131_a_resume_keeps_what_is_there_and_says_when() {
    let sandbox = Sandbox::new().started();
    let started = sandbox.json(BOULDER);
    let learnings = format!(".ohmymkt/notepads/{}/learnings.md", sandbox.plan());
    sandbox.write(&learnings, "# Learnings\n\nTables are quoted more often.\n");
    sandbox.edit_json(EXECUTION, |execution| execution["tracks"]["quality"] = "paused".into());
    sandbox.edit_json(BOULDER, |boulder| boulder["session_ids"] = serde_json::json!(["s-1"]));
    commit_by_hand(&sandbox);
    sandbox.mkt(&["update-task", "3", "--owner", "Grace"]).ok();
    let board = sandbox.read(".ohmymkt/state/sprint-board.json");
    let execution = sandbox.read(EXECUTION);
    sandbox.advance(3);
    let at = sandbox.now();
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("resumed");
    assert_eq!(sandbox.touched(), [BOULDER]);
    let resumed = sandbox.json(BOULDER);
    assert_eq!(resumed["started_at"], started["started_at"]);
    assert_eq!(resumed["resumed_at"], at.as_str());
    assert_eq!(resumed["session_ids"], serde_json::json!(["s-1"]));
    assert_eq!(sandbox.read(EXECUTION), execution, "a paused track is not woken");
    assert_eq!(sandbox.read(".ohmymkt/state/sprint-board.json"), board);
    assert!(sandbox.read(&learnings).contains("quoted more often"));
    // By its name it is the same campaign.
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("resumed");
    assert_eq!(sandbox.json(BOULDER)["started_at"], started["started_at"]);
}

#[test]
fn a_resume_seeds_again_what_was_lost_and_needs_no_new_verdict() {
    let sandbox = Sandbox::new().started();
    let plan = sandbox.plan();
    sandbox.git(&["rm", "--quiet", "-r", ".ohmymkt/notepads", EXECUTION]).ok();
    commit_by_hand(&sandbox);
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("resumed").stdout_has("4/5 gates pass");
    assert_eq!(sandbox.names(&format!(".ohmymkt/notepads/{plan}")).len(), 5);
    assert_eq!(sandbox.json(EXECUTION)["mode"], "execution");
}

#[test]
fn row_58_another_plan_cannot_start_beside_the_active_one() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["plan-growth", "Grow the API docs", "--name", "api", "--owner", "Ada"]).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", "api"]).code(2));
    outcome.stderr_has("is active, `api` cannot start beside it").stderr_has("hint: git mkt finish-campaign");
    // Without a hint the active one is meant, not the newest.
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("resumed").stdout_has(&sandbox.plan());
}

#[test]
fn row_160_a_paused_module_stays_paused_through_resume_and_new_start() {
    let sandbox = Sandbox::new().started();
    let down =
        ["incident", "--severity", "P0", "--module", "technical_foundation", "--summary", "noindex on all pages"];
    sandbox.mkt(&down).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok().stdout_has("rollback");
    let paused = sandbox.json(EXECUTION)["paused_modules"].clone();
    assert_eq!(paused, serde_json::json!(["authority_growth", "experiment_engine", "scale_loop"]));
    sandbox.mkt(&["start-campaign"]).ok();
    assert_eq!(sandbox.json(EXECUTION)["paused_modules"], paused);
    let board = sandbox.json(".ohmymkt/state/sprint-board.json");
    for module in paused.as_array().expect("a list") {
        let tasks = board.as_array().expect("a board").iter();
        let id = tasks.filter(|task| task["module"] == *module).find_map(|task| task["id"].as_str()).expect("a task");
        let full = ["--owner", "A", "--due", "2026-03-01", "--kpi-impact", "k", "--rollback-condition", "r"];
        let args = [&["update-task", id, "--status", "active"], full.as_slice()].concat();
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(2));
        outcome.stderr_has("paused-modules-hold").stderr_has(module.as_str().expect("a name"));
    }
    sandbox.mkt(&["finish-campaign", "--outcome", "stopped"]).ok();
    assert_eq!(sandbox.json(EXECUTION)["paused_modules"], paused, "an end is no way around a postmortem");
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(2));
    outcome.stderr_has("resume-needs-postmortem").stderr_has("after a rollback").stderr_has("hint: git mkt postmortem");
}
