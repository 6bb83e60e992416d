//! Two branches that part: what each of them records.

use serde_json::Value;

use super::VISIBILITY;
use crate::sandbox::Sandbox;

/// A started campaign, seven days old.
pub fn campaign() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.advance(7);
    sandbox
}

/// Lets git merge as text, as in a clone where nobody ran `init`.
pub fn without_driver(sandbox: &Sandbox) {
    sandbox.git(&["config", "--remove-section", "merge.ohmymkt"]).ok();
}

/// Does one thing on the branch `side` and the other on `main`, where it stays.
pub fn part(sandbox: &Sandbox, theirs: impl FnOnce(&Sandbox), ours: impl FnOnce(&Sandbox)) {
    sandbox.git(&["switch", "--quiet", "-c", "side"]).ok();
    theirs(sandbox);
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    ours(sandbox);
}

/// What the other branch records: one of everything.
pub fn their_week(sandbox: &Sandbox) {
    let incident = ["incident", "--severity", "P1", "--module", "content_system", "--summary", "prices are a day old"];
    sandbox.mkt(&incident).ok();
    sandbox.mkt(&["update-task", "1", "--owner", "Grace Crawl", "--due", "2026-02-01"]).ok();
    sandbox.mkt(&["update-task", "3", "--owner", "Gil Graph"]).ok();
    sandbox.mkt(&["update-metrics", &format!("{VISIBILITY}=up"), "--source", "console"]).ok();
    let gates = ["update-gates", "capacity_gate.rolling_weeks_feasible=12", "--evidence", "https://example.org/b"];
    sandbox.mkt(&gates).ok();
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
}

/// What `main` records meanwhile.
pub fn our_week(sandbox: &Sandbox) {
    let incident = ["incident", "--severity", "P2", "--module", "aeo_answer_layer", "--summary", "a broken table"];
    sandbox.mkt(&incident).ok();
    sandbox.mkt(&["update-task", "1", "--kpi-impact", "30 clusters"]).ok();
    sandbox.mkt(&["update-task", "2", "--owner", "Ana Lyst"]).ok();
    sandbox.mkt(&["update-metrics", &format!("{VISIBILITY}=down"), "--source", "rank-tracker"]).ok();
    let gates = ["update-gates", "capacity_gate.rolling_weeks_feasible=10", "--evidence", "https://example.org/a"];
    sandbox.mkt(&gates).ok();
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
}

/// The task with this id.
pub fn task(sandbox: &Sandbox, id: &str) -> Value {
    let board = sandbox.json(".ohmymkt/state/sprint-board.json");
    let tasks = board.as_array().expect("a board is a list");
    tasks.iter().find(|task| task["id"] == id).unwrap_or_else(|| panic!("no task {id}")).clone()
}

/// Everything of both weeks is there, and the state is sound.
#[track_caller]
pub fn has_both_weeks(sandbox: &Sandbox) {
    assert_eq!(sandbox.names(".ohmymkt/incidents").iter().filter(|name| name.ends_with(".json")).count(), 2);
    assert_eq!(sandbox.names(".ohmymkt/observations").iter().filter(|name| name.ends_with(".json")).count(), 2);
    let cycles = sandbox.json(".ohmymkt/state/cycles.json");
    let times: Vec<_> = cycles.as_array().expect("a log").iter().map(|cycle| cycle["generated_at"].clone()).collect();
    assert_eq!(times.len(), 2, "{cycles:#}");
    assert!(times[0].as_str() < times[1].as_str(), "in the order of time: {times:?}");
    let one = task(sandbox, "1");
    assert_eq!(
        (&one["owner"], &one["due_date"], &one["kpi_impact"]),
        (&"Grace Crawl".into(), &"2026-02-01".into(), &"30 clusters".into())
    );
    assert_eq!(task(sandbox, "2")["owner"], "Ana Lyst");
    assert_eq!(task(sandbox, "3")["owner"], "Gil Graph");
    let gates = sandbox.json(".ohmymkt/state/gates.json");
    assert_eq!(gates["capacity_gate"]["rolling_weeks_feasible"], 10, "the more careful of 12 and 10");
    let evidence = gates["capacity_gate"]["evidence"].as_array().expect("evidence");
    let references: Vec<_> = evidence.iter().map(|one| one["ref"].as_str().expect("a reference")).collect();
    assert!(
        ["https://example.org/a", "https://example.org/b"].iter().all(|one| references.contains(one)),
        "{references:?}"
    );
    assert_eq!(
        sandbox.json(".ohmymkt/state/metrics.json")["visibility_track"]["non_brand_visibility_trend"],
        "conflict"
    );
    let reports = sandbox.names(".ohmymkt/reports/weekly");
    let reports: Vec<_> = reports.iter().filter(|name| name.ends_with(".md")).collect();
    let text: String = reports.iter().map(|name| sandbox.read(&format!(".ohmymkt/reports/weekly/{name}"))).collect();
    for time in &times {
        let minute = &time.as_str().expect("a time")[11..16];
        assert!(text.contains(minute), "the report of {minute} is there\n{text}");
    }
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.fsck_clean();
}
