//! Artifacts of the earlier Node.js tool: read as they are, normalised at the next write.

use serde_json::{Value, json};

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, PLAN, Sandbox};

const AT: &str = "2025-11-22T10:15:00.000Z";

/// A campaign as the earlier tool left it.
fn left_behind() -> Sandbox {
    let sandbox = Sandbox::new().reviewed();
    let absolute = format!("/home/ada/site/.ohmymkt/plans/{PLAN}.md");
    let write = |path: &str, value: &Value| {
        sandbox.write(&format!(".ohmymkt/{path}"), format!("{value:#}"));
    };
    write(
        "boulder.json",
        &json!({"active_plan": absolute, "started_at": AT, "session_ids": ["ses_1"], "plan_name": format!("{PLAN}.md"),
            "agent": "growth-manager"}),
    );
    write(
        "state/execution.json",
        &json!({"active_plan": absolute, "mode": "execution",
            "tracks": {"visibility": "active", "quality": "active"}, "updated_at": AT}),
    );
    write("state/gates.json", &{
        let mut gates = sandbox.json(".ohmymkt/state/gates.json");
        gates["updated_at"] = AT.into();
        gates
    });
    let task = |id: u32, status: &str| {
        json!({"id": id, "task": format!("Task {id}"), "track": "visibility", "module": "technical_foundation",
            "specialist": "Technical SEO Engineer", "status": status, "owner": "", "due_date": null, "kpi_impact": "",
            "rollback_condition": ""})
    };
    write("state/sprint-board.json", &json!([task(1, "pending"), task(2, "done")]));
    commit_by_hand(&sandbox);
    sandbox
}

/// A running campaign that only the earlier tool knows, not committed.
fn never_committed() -> Sandbox {
    let sandbox = Sandbox::new();
    let plan = "2025-11-20-grow";
    let absolute = format!("/home/ada/site/.ohmymkt/plans/{plan}.md");
    let report = "/home/ada/site/.ohmymkt/reports/weekly/2025-11-22-weekly.md";
    let files = [
        (
            "boulder.json",
            json!({"active_plan": absolute, "started_at": AT, "session_ids": ["ses_1"], "plan_name": plan}),
        ),
        (
            "state/execution.json",
            json!({"active_plan": absolute, "mode": "execution",
                "tracks": {"visibility": "active", "quality": "active"}, "updated_at": AT}),
        ),
        ("state/metrics.json", {
            let mut metrics = metrics();
            metrics["visibility_track"]["non_brand_visibility_trend"] = "up".into();
            metrics
        }),
        (
            "state/cycles.json",
            json!([{"cadence": "weekly", "decision": "continue", "reason": "both tracks are up", "generated_at": AT,
                "report_file": report}]),
        ),
        ("state/sprint-board.json", {
            json!([{"id": 1, "task": "Log files", "track": "visibility", "module": "technical_foundation",
                "specialist": "Technical SEO Engineer", "status": "active", "owner": "", "due_date": null,
                "kpi_impact": "", "rollback_condition": ""}])
        }),
        (
            "incidents/inc-20251121-1.json",
            json!({"id": "INC-20251121-1", "severity": "P0", "module": "technical_foundation", "summary": "Down",
                "created_at": "2025-11-21T09:00:00.000Z"}),
        ),
    ];
    for (path, value) in files {
        sandbox.write(&format!(".ohmymkt/{path}"), format!("{value:#}"));
    }
    sandbox.write(&format!(".ohmymkt/plans/{plan}.md"), "# Growth Plan: Grow\n\n## Goal\nGrow\n");
    sandbox.write(".ohmymkt/reports/weekly/2025-11-22-weekly.md", "# Weekly\n");
    sandbox
}

fn metrics() -> Value {
    serde_json::from_str(include_str!("../../../templates/metrics.template.json")).expect("a template")
}

#[test]
fn a_campaign_that_was_never_committed_is_adopted_in_the_two_steps_that_init_names() {
    let sandbox = never_committed();
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init"]).code(2));
    let refused =
        refused.stderr_has("holds a campaign that this tool has not kept").stderr_has(".ohmymkt/boulder.json");
    let hints: Vec<_> = refused.stderr.lines().filter_map(|line| line.strip_prefix("hint: ")).collect();
    assert_eq!(hints.len(), 2, "{refused}");
    // From wherever one stands.
    sandbox.call("sh", &["-c", hints[0]]).folder(".ohmymkt/state").run().ok();
    let adopted = sandbox.head();
    let outcome = sandbox.sh(hints[1]).ok().stdout_has(&format!("adopted as it is up to {adopted}"));
    outcome.stderr_lacks("error");
    assert_eq!(sandbox.json(".ohmymkt/policy.json")["verify_from"], adopted.as_str());
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
    sandbox.mkt(&["init"]).ok().stdout_has("everything is there already");
    assert_eq!(sandbox.json(".ohmymkt/policy.json")["verify_from"], adopted.as_str());
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    sandbox.mkt(&["verify"]).ok();
    assert_eq!(sandbox.status(), "");
}

#[test]
fn what_was_committed_before_init_is_adopted_where_it_breaks_rules_and_judged_where_not() {
    let sandbox = never_committed();
    commit_by_hand(&sandbox);
    let adopted = sandbox.head();
    let told = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--dry-run"]).ok());
    told.stdout_has("verify_from");
    sandbox.edit_json(".ohmymkt/state/execution.json", |execution| execution["mode"] = "intervention".into());
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init"]).code(2));
    refused.stderr_has("has no policy.json, and is not committed").stderr_lacks("boulder.json");
    sandbox.git(&["checkout", "--quiet", "--", ".ohmymkt"]).ok();
    let answer = sandbox.mkt(&["init", "--json"]).ok().json();
    assert_eq!(answer["verify_from"], adopted.as_str());
    sandbox.mkt(&["verify"]).ok();
    // What this tool wrote itself needs no excuse.
    let ours = Sandbox::new();
    ours.mkt(&["plan-growth", "Grow"]).ok();
    ours.mkt(&["init"]).ok().stdout_lacks("adopted");
    assert_eq!(ours.json(".ohmymkt/policy.json").get("verify_from"), None);
    ours.mkt(&["verify"]).ok();
}

#[test]
fn what_the_earlier_tool_wrote_is_read_as_it_is() {
    let sandbox = left_behind();
    sandbox.unchanged_by(|sandbox| {
        sandbox.mkt(&["check-gates"]).ok();
        sandbox.mkt(&["list-plans"]).ok().stdout_has(&format!("*  {PLAN}"));
        sandbox.mkt(&["list-tasks"]).ok().stdout_has("Task 2");
        assert_eq!(sandbox.mkt(&["list-tasks", "--json"]).ok().json()["tasks"][1]["id"], "2");
    });
}

#[test]
fn row_72_the_next_write_of_each_file_normalises_it() {
    let sandbox = left_behind();
    let path = format!(".ohmymkt/plans/{PLAN}.md");
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("resumed");
    let boulder = sandbox.json(".ohmymkt/boulder.json");
    assert_eq!((&boulder["active_plan"], &boulder["plan_name"]), (&path.as_str().into(), &PLAN.into()));
    assert_eq!((&boulder["session_ids"], &boulder["agent"]), (&json!(["ses_1"]), &"growth-manager".into()));
    assert!(boulder["started_at"].as_str().expect("a time").starts_with("2025-11-22T10:15:00"));
    sandbox.mkt(&["update-task", "1", "--owner", "Grace"]).ok();
    let board = sandbox.json(".ohmymkt/state/sprint-board.json");
    assert_eq!((&board[0]["id"], &board[1]["id"]), (&"1".into(), &"2".into()));
    assert_eq!((&board[0]["owner"], &board[0]["due_date"]), (&"Grace".into(), &"".into()));
    sandbox.mkt(&["update-gates", PASSING[0], "capacity_gate.rolling_weeks_feasible=9"]).ok();
    assert_eq!(sandbox.json(".ohmymkt/state/gates.json").get("updated_at"), None);
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    let execution = sandbox.json(".ohmymkt/state/execution.json");
    assert_eq!((&execution["active_plan"], &execution["paused_modules"]), (&path.as_str().into(), &json!([])));
    assert_eq!(execution.get("updated_at"), None);
    sandbox.mkt(&["finish-campaign", "--outcome", "moved over"]).ok();
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("started").stdout_has("40 tasks");
}
