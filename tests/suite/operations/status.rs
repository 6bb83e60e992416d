//! `status`: where the campaign stands, and the operator's seven checks.

use super::*;

/// What a check found, by its number.
#[track_caller]
fn findings(sandbox: &Sandbox, number: usize) -> Vec<String> {
    let answer = sandbox.mkt(&["status", "--json"]).ok().json();
    let check = &answer["checks"][number - 1];
    assert_eq!(check["number"], number);
    texts(&check["findings"])
}

/// Exactly this check fails, with this finding, and `--check` says so.
#[track_caller]
fn fails(sandbox: &Sandbox, number: usize, finding: &str) {
    for other in 1..=7 {
        let found = findings(sandbox, other);
        assert_eq!(!found.is_empty(), other == number, "check {other}: {found:?}");
    }
    let found = findings(sandbox, number);
    assert!(found.iter().any(|found| found.contains(finding)), "{finding:?} is not in {found:?}");
    sandbox.mkt(&["status"]).ok().stdout_has(&format!("FAIL  {number}. ")).stdout_has(finding);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["status", "--check"]).code(2).stdout_has(finding));
}

/// All seven pass.
#[track_caller]
fn passes(sandbox: &Sandbox) {
    sandbox.mkt(&["status", "--check"]).ok().stdout_lacks("FAIL").stdout_has("ok    7. ");
}

#[test]
fn row_162_every_passing_gate_has_evidence() {
    let sandbox = Sandbox::new().started();
    passes(&sandbox);
    sandbox.edit_json(GATES, |gates| gates["data_gate"]["evidence"] = serde_json::json!([]));
    sandbox.mkt(&["record"]).ok();
    fails(&sandbox, 1, "data_gate passes without evidence");
    let words = ["update-gates", "data_gate.reconcilable=true", "--evidence", "https://example.org/board"];
    sandbox.mkt(&words).ok();
    passes(&sandbox);
    sandbox.edit_json(GATES, |gates| {
        let evidence = gates["data_gate"]["evidence"][0].clone();
        gates["data_gate"]["evidence"] = serde_json::json!([evidence]);
        gates["data_gate"]["evidence"][0]["ref"] = "no/such/file".into();
    });
    sandbox.mkt(&["record"]).ok();
    fails(&sandbox, 1, "data_gate passes without evidence");
    sandbox.mkt(&words).ok();
    fail_gate(&sandbox);
    fails(&sandbox, 1, "capacity_gate fails: needs 8 feasible weeks, has 6");
    mend_gate(&sandbox);
    passes(&sandbox);
}

#[test]
fn row_163_the_active_plan_is_set_and_resolves() {
    let sandbox = Sandbox::new().started();
    let plan = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let text = sandbox.read(&plan);
    sandbox.remove(&plan);
    fails(&sandbox, 2, &format!("boulder.json points to {plan}, which is not there"));
    sandbox.write(&plan, text);
    passes(&sandbox);
    sandbox.remove(".ohmymkt/boulder.json");
    assert_eq!(findings(&sandbox, 2), ["there is no boulder.json: no campaign is active"]);
    sandbox.mkt(&["status", "--check"]).code(2);
    sandbox.git(&["checkout", "--", ".ohmymkt/boulder.json"]).ok();
    passes(&sandbox);
}

#[test]
fn rows_12_and_164_both_tracks_are_active() {
    let sandbox = Sandbox::new().started();
    for track in ["visibility", "quality"] {
        sandbox.edit_json(EXECUTION, |execution| execution["tracks"][track] = "paused".into());
        fails(&sandbox, 3, &format!("the {track} track is paused"));
        sandbox.edit_json(EXECUTION, |execution| execution["tracks"][track] = "active".into());
        passes(&sandbox);
    }
    sandbox.remove(EXECUTION);
    assert_eq!(findings(&sandbox, 3), ["there is no state/execution.json"]);
}

#[test]
fn row_165_active_tasks_are_complete() {
    let sandbox = Sandbox::new().started();
    activate(&sandbox, "9").ok();
    passes(&sandbox);
    for field in ["owner", "kpi_impact", "rollback_condition"] {
        let sound = sandbox.read(BOARD);
        sandbox.edit_json(BOARD, |board| {
            let tasks = if board.is_array() { board } else { &mut board["tasks"] };
            let task = tasks.as_array_mut().expect("a list").iter_mut().find(|task| task["id"] == "9");
            task.expect("task 9")[field] = "".into();
        });
        fails(&sandbox, 4, &format!("task 9 lacks {field}"));
        sandbox.write(BOARD, sound);
        passes(&sandbox);
    }
}

#[test]
fn row_166_each_cadence_that_has_come_due_has_its_report() {
    let sandbox = Sandbox::new().started();
    for (cadence, before, due) in [
        ("weekly", "2026-01-12T09:03:59Z", "2026-01-12T09:04:00Z"),
        ("monthly", "2026-02-04T09:03:59Z", "2026-02-04T09:04:00Z"),
        ("quarterly", "2026-04-05T09:03:59Z", "2026-04-05T09:04:00Z"),
    ] {
        sandbox.call("ohmymkt", &["status", "--check"]).at(before).run().ok();
        let outcome = sandbox.call("ohmymkt", &["status", "--check"]).at(due).run().code(2);
        outcome.stdout_has(&format!("no {cadence} cycle report, due since {}", &due[..10]));
        let run = sandbox.call("ohmymkt", &["run-cycle", cadence, "--json"]).at(due).run().ok().json();
        sandbox.call("ohmymkt", &["status", "--check"]).at(due).run().ok();
        let report = text(&run["report_file"]);
        let kept = sandbox.read(&report);
        sandbox.remove(&report);
        let outcome = sandbox.call("ohmymkt", &["status", "--check"]).at(due).run().code(2);
        outcome.stdout_has(&format!("no {cadence} cycle report"));
        sandbox.write(&report, kept);
    }
}

#[test]
fn row_167_an_incident_that_history_knows_has_its_file() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P1", "content_system");
    passes(&sandbox);
    sandbox.remove(&format!(".ohmymkt/incidents/{id}.json"));
    fails(&sandbox, 6, &format!("incident {id} is known and has no file"));
    commit_past_hooks(&sandbox, "Sweep it under the carpet");
    sandbox.write("index.html", "x\n").commit_all("And forget it");
    fails(&sandbox, 6, &id);
    sandbox.git(&["checkout", "--quiet", "HEAD~2", "--", ".ohmymkt/incidents"]).ok();
    passes(&sandbox);
}

#[test]
fn row_167_an_incident_that_lived_on_a_side_branch_is_known_too() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    let id = incident_of(&sandbox, "P0", "content_system");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    passes(&sandbox);
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "-s", "ours", "-m", "Merge side", "side"]).ok();
    fails(&sandbox, 6, &id);
}

#[test]
fn row_167_an_incident_that_only_the_notes_know_is_named() {
    let sandbox = Sandbox::new().started();
    let note = format!(".ohmymkt/notepads/{}/incidents.md", sandbox.plan());
    let known = incident_of(&sandbox, "P1", "content_system");
    let text = sandbox.read(&note);
    sandbox.write(&note, format!("{text}\n- {known} is in the tool\n"));
    passes(&sandbox);
    sandbox.write(&note, format!("{text}\n- INC-20260106T080000Z-0badcafe, told on the phone (`{known}`).\n"));
    fails(&sandbox, 6, "20260106T080000Z-0badcafe");
}

#[test]
fn row_168_recommendations_are_acted_on_or_deferred() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    let answer = sandbox.mkt(&["report-growth", "--json"]).ok().json();
    let id = text(&answer["recommendations"][0]["id"]);
    fails(&sandbox, 7, &format!("{id} is open: "));
    sandbox.mkt(&["resolve-recommendation", &id, "--deferred", "after the migration"]).ok();
    passes(&sandbox);
}

#[test]
fn row_169_one_command_runs_all_seven_and_its_exit_follows() {
    let sandbox = Sandbox::new().initialised();
    let outcome = sandbox.mkt(&["status", "--check"]).code(2);
    assert_eq!(outcome.stdout.lines().filter(|line| line.starts_with("ok  ") || line.starts_with("FAIL")).count(), 7);
    sandbox.mkt(&["status"]).ok().stdout_has("campaign   none is active\nnext       git mkt plan-growth \"<goal>\"\n");
    Sandbox::new().mkt(&["status"]).ok().stdout_has("next       git mkt init\n");
    let planned = Sandbox::new().planned().mkt(&["status", "--json"]).ok().json();
    assert_eq!(planned["first_step"], "git mkt start-campaign");
    let json = sandbox.mkt(&["status", "--check", "--json"]).code(2).json();
    assert_eq!((json["checks"].as_array().map(Vec::len), &json["status"]), (Some(7), &"refused".into()));
    passes(&Sandbox::new().started());
}

#[test]
fn it_says_where_the_campaign_stands() {
    let sandbox = Sandbox::new().started();
    incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    fail_gate(&sandbox);
    sandbox.at("2026-01-20T09:00:00Z");
    let outcome = sandbox.mkt(&["status"]).ok();
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt status
campaign   more-demand, since 2026-01-05
mode       rollback, paused: authority_growth, experiment_engine, scale_loop
gates      4/5 pass; failing: capacity_gate
decision   weekly rollback, P0 incident in window, 2026-01-05 09:06 UTC
next       weekly on 2026-01-12 overdue
next       monthly on 2026-02-04
next       quarterly on 2026-04-05
incident   P0 inc-20260105T090500Z-[ID]  Checkout is down

FAIL  1. every passing gate has evidence, and all pass
        capacity_gate fails: needs 8 feasible weeks, has 6
ok    2. the active plan is set in boulder.json
ok    3. both tracks are active
ok    4. active tasks are complete
ok    5. each cadence that has come due has its cycle report
ok    6. every known incident has its file
ok    7. every recommendation is acted on or deferred

"#]]
    );
}

#[test]
fn open_incidents_come_by_what_matters_and_not_without_end() {
    let sandbox = Sandbox::new().started();
    let of = |severity| incident_of(&sandbox, severity, "content_system");
    let (p2, p0, p1, newer) = (of("P2"), of("P0"), of("P1"), of("P0"));
    let shown = || {
        let outcome = sandbox.mkt(&["status"]).ok();
        let lines = outcome.stdout.lines().filter_map(|line| line.strip_prefix("incident   "));
        (lines.map(|line| line.split_whitespace().nth(1).expect("an id").to_owned()).collect::<Vec<_>>(), outcome)
    };
    let (ids, outcome) = shown();
    assert_eq!(ids, [newer.clone(), p0.clone(), p1.clone(), p2.clone()]);
    outcome.stdout_lacks("more:");
    let p2s: Vec<_> = (0..8).map(|_| of("P2")).collect();
    let (ids, outcome) = shown();
    assert_eq!((ids.len(), &ids[..4]), (10, [newer.clone(), p0, p1, p2s[7].clone()].as_slice()));
    outcome.stdout_has("\n           and 2 more: git mkt list-incidents --open\n");
    let all = sandbox.mkt(&["status", "--json"]).ok().json()["open_incidents"].clone();
    let all = all.as_array().expect("a list");
    assert_eq!((all.len(), &all[0]["id"], &all[11]["id"]), (12, &newer.into(), &p2.into()));
}

#[test]
fn a_malformed_artifact_stops_it_with_its_place() {
    let sandbox = Sandbox::new().started();
    sandbox.write(GATES, "{\"strategy_gate\": {\"kpi_tree_bound\": \"true\"}}\n");
    for words in [vec!["status"], vec!["status", "--check"]] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1).stderr_has("gates.json:1:"));
    }
    let problem = sandbox.mkt(&["status", "--json"]).code(1).json()["error"]["details"][0].clone();
    assert_eq!((&problem["path"], &problem["line"]), (&GATES.into(), &1.into()), "{problem}");
}
