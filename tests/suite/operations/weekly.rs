//! A week of operations: the six commands of section 13 of the founding document, in order.

use super::*;

#[test]
fn rows_179_to_190_a_week_of_operations() {
    let sandbox = Sandbox::new().reviewed();
    let plan = sandbox.plan();

    // 1. check-gates: pass or fail, with reasons
    fail_gate(&sandbox);
    let failed = sandbox.mkt(&["check-gates"]).code(2);
    failed.stdout_has("capacity_gate").stdout_has("FAIL").stdout_has("needs 8 feasible weeks, has 6");
    // 2. start-campaign: blocked …
    let blocked = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(2));
    blocked.stderr_has("capacity_gate").stderr_has("needs 8 feasible weeks, has 6");
    mend_gate(&sandbox);
    sandbox.mkt(&["check-gates"]).ok().stdout_has("PASS").stdout_lacks("FAIL").stdout_has("9 weeks are feasible");
    // … or started
    sandbox.mkt(&["start-campaign"]).ok().stdout_has(&plan);
    assert_eq!(sandbox.json(EXECUTION)["mode"], "execution");

    // 3. incident: its path
    let p1 =
        ["incident", "--severity", "P1", "--module", "aeo_answer_layer", "--summary", "Answers cite the old prices"];
    let incident = sandbox.mkt(&p1).ok();
    let [path] = sandbox.touched().try_into().expect("one file");
    let id = path.trim_start_matches(".ohmymkt/incidents/").trim_end_matches(".json");
    incident.stdout_has(&path);

    // 4. run-cycle weekly: gates of now, incidents of 7 days; decision, actions, report path
    observe_all(&sandbox, ["up", "up", "flat", "flat"]);
    sandbox.at("2026-01-12T09:00:00Z");
    let run = sandbox.mkt(&["run-cycle", "weekly"]).ok();
    let run = run.stdout_has("weekly cycle: intervene, visibility is up and quality is not");
    let run = run.stdout_has("  1. run the remediation tasks of the signals that are not up first");
    run.stdout_has(&format!("intervene-{id}")).stdout_has(".ohmymkt/reports/weekly/2026-01-12-weekly.md");
    let cycle = cycles(&sandbox).pop().expect("a cycle");
    assert_eq!(cycle["inputs"]["gates"]["capacity_gate"], "pass");
    assert_eq!(cycle["window"]["from"], "2026-01-05T09:00:00Z");
    assert_eq!(texts(&cycle["inputs"]["incident_ids"]), [id]);

    // 5. and 6. report-growth: the summary's path, and what it says
    let report = sandbox.mkt(&["report-growth", "--window", "30d"]).ok();
    let summary = ".ohmymkt/reports/summary/2026-01-12-30d.md";
    report.stdout_has(summary).stdout_has("0 continue, 1 intervene, 0 rollback").stdout_has("p0=0 p1=1 p2=0");
    let written = sandbox.read(summary);
    for part in ["# Growth summary: 30 days to 2026-01-12", "Answers cite the old prices", "PASS", &plan] {
        assert!(written.contains(part), "{part} is not in\n{written}");
    }
    let actions: Vec<_> = sandbox
        .mkt(&["log", "-n", "4", "--json"])
        .ok()
        .json_lines()
        .iter()
        .map(|event| text(&event["action"]))
        .collect();
    assert_eq!(actions, ["report-growth", "run-cycle", "update-metrics", "incident"]);
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
}
