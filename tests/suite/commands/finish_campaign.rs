//! `finish-campaign`: an end with its record, and a beginning after it.

use serde_json::Value;

use crate::sandbox::{PLAN, Sandbox};

const BOARD: &str = ".ohmymkt/state/sprint-board.json";

#[test]
fn row_58_the_board_is_archived_and_a_new_campaign_can_start() {
    let sandbox = Sandbox::new().started();
    let started_at = sandbox.json(".ohmymkt/boulder.json")["started_at"].clone();
    sandbox.mkt(&["update-task", "1", "--owner", "Grace", "--status", "done"]).ok();
    let (plan, board) = (sandbox.plan(), sandbox.json(BOARD));
    sandbox.advance(30);
    let at = sandbox.now();
    let outcome = "Clicks up 31 %\n\nMkt-Action: start-campaign";
    let document = sandbox.mkt(&["finish-campaign", "--outcome", outcome, "--json"]).ok().json();
    let path = document["record"].as_str().expect("a path").to_owned();
    let execution = ".ohmymkt/state/execution.json";
    assert_eq!(sandbox.touched(), [path.as_str(), ".ohmymkt/boulder.json", execution, BOARD]);
    assert!(!sandbox.exists(".ohmymkt/boulder.json") && !sandbox.exists(BOARD));
    assert_eq!(sandbox.json(execution)["active_plan"], Value::Null);
    let record = sandbox.json(&path);
    assert_eq!((&record["outcome"], &record["board"]), (&outcome.into(), &board));
    assert_eq!((&record["started_at"], &record["finished_at"]), (&started_at, &at.as_str().into()));
    assert_eq!(record["by"], "Ada Growth <ada@example.org>");
    assert_eq!(record["plan"], format!(".ohmymkt/plans/{plan}.md"));
    let trailers = sandbox.sh("git log -1 --format=%B | git interpret-trailers --parse").ok().stdout;
    assert!(
        trailers.starts_with(&format!("Mkt-Action: finish-campaign\nMkt-Plan: {plan}\nMkt-Record: ")),
        "{trailers}"
    );
    // Between campaigns nothing runs.
    for args in [["finish-campaign", "--outcome", "again"].as_slice(), &["run-cycle", "weekly"]] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(2)).stderr_has("no campaign is active");
    }
    sandbox
        .unchanged_by(|sandbox| sandbox.mkt(&["update-task", "1", "--owner", "A"]).code(2))
        .stderr_has("no sprint board");
    // The next one begins anew, with a board of its own.
    let again = sandbox.now();
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("started");
    assert_eq!(sandbox.json(".ohmymkt/boulder.json")["started_at"], again);
    assert_eq!(sandbox.json(BOARD)[0]["status"], "pending");
    sandbox.mkt(&["finish-campaign", "--outcome", "again"]).ok();
    assert_eq!(sandbox.names(".ohmymkt/archive").len(), 2);
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn row_58_another_plan_starts_after_the_end_of_the_first() {
    let sandbox = Sandbox::new().started();
    let args = ["--owner", "Ada", "--scope-in", "API", "--scope-out", "ads", "--rollback-condition", "a P0"];
    let criterion = ["--acceptance", "conversion_assist_trend is up in 2 of 4 weekly cycles"];
    sandbox.mkt(&[["plan-growth", "Grow", "--name", "api"].as_slice(), &args, &criterion].concat()).ok();
    sandbox.mkt(&["review-plan", "api", "--pass"]).ok();
    sandbox.mkt(&["start-campaign", "api"]).code(2);
    sandbox.mkt(&["finish-campaign", "--outcome", "handed over"]).ok();
    sandbox.mkt(&["start-campaign", "api"]).ok();
    assert_eq!(sandbox.json(".ohmymkt/boulder.json")["plan_name"], "api");
    assert_eq!(sandbox.names(".ohmymkt/notepads").len(), 2, "the notes of both are kept");
}

#[test]
fn two_ends_of_one_plan_in_one_second_are_two_records() {
    let sandbox = Sandbox::new().started();
    let at = "2026-01-05T12:00:00Z";
    for args in [
        ["finish-campaign", "--outcome", "one"].as_slice(),
        &["start-campaign"],
        &["finish-campaign", "--outcome", "two"],
    ] {
        sandbox.call("ohmymkt", args).at(at).run().ok();
    }
    assert_eq!(sandbox.names(".ohmymkt/archive").len(), 2);
}

#[test]
fn an_end_needs_an_outcome_and_a_campaign() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["finish-campaign"]).code(129));
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["finish-campaign", "--outcome", " \n"]).code(1)).stderr_has("a blank");
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["finish-campaign", "--outcome", "x"]).code(2));
    outcome.stderr_has("error: no campaign is active").stderr_has("hint: git mkt start-campaign");
}
