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
