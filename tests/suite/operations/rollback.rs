//! What a decision does to the state: rollback, intervention, recovery, and the way back.

use super::*;

/// A campaign with two tasks of scale modules and one other in work.
fn at_work() -> (Sandbox, [String; 2], String) {
    let sandbox = Sandbox::new().started();
    let of_module = |module: &str| {
        let of = tasks(&sandbox).into_iter().find(|task| task["module"] == module).expect("the pool has a task");
        text(&of["id"])
    };
    let scale = [of_module("authority_growth"), of_module("scale_loop")];
    let other = of_module("content_system");
    for id in scale.iter().chain([&other]) {
        activate(&sandbox, id).ok();
    }
    (sandbox, scale, other)
}

/// The names of the paused modules.
fn paused(sandbox: &Sandbox) -> Vec<String> {
    texts(&sandbox.json(EXECUTION)["paused_modules"])
}

#[test]
fn row_160_a_rollback_pauses_the_scale_modules_and_their_tasks() {
    let (sandbox, scale, other) = at_work();
    incident_of(&sandbox, "P0", "technical_foundation");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    assert_eq!(sandbox.json(EXECUTION)["mode"], "rollback");
    assert_eq!(paused(&sandbox), SCALE);
    for id in &scale {
        assert_eq!(task(&sandbox, id)["status"], "paused");
        sandbox.unchanged_by(|sandbox| activate(sandbox, id).code(2).stderr_has("paused-modules-hold"));
    }
    assert_eq!(task(&sandbox, &other)["status"], "active", "only the scale modules are paused");
    sandbox
        .mkt(&["status"])
        .ok()
        .stdout_has("mode       rollback, paused: authority_growth, experiment_engine, scale_loop");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    assert_eq!(paused(&sandbox), SCALE, "each of them once");
}

#[test]
fn rows_14_and_161_each_p0_gets_a_postmortem_and_a_prevention_task_once() {
    let sandbox = Sandbox::new().started();
    let first = incident_of(&sandbox, "P0", "content_system");
    let answer = cycle(&sandbox, "weekly");
    let expected = [format!("postmortem-{first}"), format!("prevention-{first}")];
    let ids: Vec<_> = answer["follow_ups"].as_array().expect("a list").iter().map(|task| text(&task["id"])).collect();
    assert_eq!(ids, expected);
    let prevention = task(&sandbox, &expected[1]);
    assert_eq!((&prevention["module"], &prevention["status"]), (&"content_system".into(), &"pending".into()));
    assert_eq!(
        (&prevention["origin"], &prevention["specialist"]),
        (&first.clone().into(), &"Content Ops Manager".into())
    );
    let second = incident_of(&sandbox, "P0", "scale_loop");
    for cadence in ["weekly", "monthly", "weekly"] {
        cycle(&sandbox, cadence);
    }
    for id in [first, second] {
        assert_eq!(task_ids(&sandbox, &format!("postmortem-{id}")).len(), 1, "{id}");
        assert_eq!(task_ids(&sandbox, &format!("prevention-{id}")).len(), 1, "{id}");
    }
    assert_eq!(tasks(&sandbox).len(), 44);
}

#[test]
fn row_161_what_the_p0_asks_for_is_done_while_its_module_is_paused() {
    let (sandbox, scale, _) = at_work();
    let id = incident_of(&sandbox, "P0", "scale_loop");
    let p1 = incident_of(&sandbox, "P1", "authority_growth");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    for task in [format!("postmortem-{id}"), format!("prevention-{id}"), format!("intervene-{p1}")] {
        activate(&sandbox, &task).ok();
    }
    sandbox.unchanged_by(|sandbox| activate(sandbox, &scale[1]).code(2).stderr_has("paused-modules-hold"));
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    assert_eq!(task(&sandbox, &format!("prevention-{id}"))["status"], "active", "a second rollback leaves it alone");
    // A task of the pool is held, whatever origin somebody writes into it.
    let held = sandbox.json(BOARD);
    let of_pool = held.as_array().expect("a list").iter().position(|task| task["id"] == scale[1].as_str());
    sandbox.edit_json(BOARD, |board| {
        let task = &mut board[of_pool.expect("it is on the board")];
        task["origin"] = id.as_str().into();
        task["status"] = "active".into();
    });
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2).stderr_has("paused-modules-hold"));
}

#[test]
fn a_postmortem_that_was_written_first_is_not_asked_for() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    learn(&sandbox, &id);
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    assert_eq!(task_ids(&sandbox, "postmortem-"), [""; 0]);
    assert_eq!(task_ids(&sandbox, "prevention-"), [format!("prevention-{id}")]);
}

#[test]
fn rows_14_and_18_a_p1_and_a_p2_get_their_task_once_at_every_decision() {
    for (trends, expected) in [(["up"; 4], "continue"), (["flat"; 4], "intervene")] {
        let sandbox = Sandbox::new().started();
        observe_all(&sandbox, trends);
        let (p1, p2) = (incident_of(&sandbox, "P1", "internal_link_graph"), incident_of(&sandbox, "P2", "scale_loop"));
        for _ in 0..3 {
            assert_eq!(decision(&sandbox, "weekly"), expected);
        }
        assert_eq!(task_ids(&sandbox, "intervene-"), [format!("intervene-{p1}")]);
        assert_eq!(task_ids(&sandbox, "backlog-"), [format!("backlog-{p2}")]);
        let task = task(&sandbox, &format!("intervene-{p1}"));
        assert_eq!((&task["module"], &task["origin"]), (&"internal_link_graph".into(), &p1.clone().into()));
        assert_eq!(task["specialist"], "Internal Link Specialist");
    }
    let sandbox = Sandbox::new().started();
    cycle(&sandbox, "weekly");
    assert_eq!(
        task_ids(&sandbox, "intervene-").len() + task_ids(&sandbox, "backlog-").len(),
        0,
        "without incidents none"
    );
}

#[test]
fn row_156_an_intervention_puts_up_a_task_for_each_signal_that_is_not_up() {
    let sandbox = Sandbox::new().started();
    observe_all(&sandbox, ["up", "flat", "down", "flat"]);
    incident_of(&sandbox, "P1", "experiment_engine");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(sandbox.json(EXECUTION)["mode"], "intervention");
    let cycle_id = text(&answer["cycle"]["id"]);
    let signals = ["query_cluster_coverage_trend", "high_intent_session_trend", "conversion_assist_trend"];
    let expected: Vec<_> = signals.iter().map(|signal| format!("remediate-{signal}-{cycle_id}")).collect();
    assert_eq!(task_ids(&sandbox, "remediate-"), expected, "none for the signal that is up");
    let first = task(&sandbox, &expected[0]);
    assert_eq!((&first["track"], &first["module"]), (&"visibility".into(), &"intent_operations".into()));
    assert_eq!(
        first["task"],
        "Bring query_cluster_coverage_trend from flat to up; modules at fault: intent_operations, content_system, \
         internal_link_graph, experiment_engine"
    );
    assert!(text(&task(&sandbox, &expected[1])["task"]).starts_with("Bring high_intent_session_trend from down to up"));
    cycle_again(&sandbox, &expected);
}

/// While a remediation task is open no second one is put up; when it is done, one is.
fn cycle_again(sandbox: &Sandbox, open: &[String]) {
    cycle(sandbox, "weekly");
    assert_eq!(task_ids(sandbox, "remediate-"), open);
    sandbox.mkt(&["update-task", &open[0], "--status", "done"]).ok();
    let answer = cycle(sandbox, "weekly");
    let again = format!("remediate-query_cluster_coverage_trend-{}", text(&answer["cycle"]["id"]));
    assert_eq!(task_ids(sandbox, "remediate-query")[1..], [again]);
}

#[test]
fn the_modules_at_fault_are_named_once_each() {
    let sandbox = Sandbox::new().started();
    for module in ["content_system", "scale_loop", "content_system", "scale_loop"] {
        incident_of(&sandbox, "P1", module);
    }
    let answer = cycle(&sandbox, "weekly");
    for task in answer["follow_ups"].as_array().expect("a list") {
        let text = text(&task["task"]);
        for module in ["content_system", "scale_loop"] {
            assert!(text.matches(module).count() <= 1, "{text}");
        }
    }
}

#[test]
fn row_157_the_next_report_says_of_each_signal_whether_it_recovered() {
    let sandbox = Sandbox::new().started();
    observe_all(&sandbox, ["up", "flat", "flat", "down"]);
    let first = cycle(&sandbox, "weekly");
    assert_eq!(first["decision"], "intervene");
    assert_eq!(first["recovery"], serde_json::json!([]), "nothing to check yet");
    assert!(!sandbox.read(&text(&first["report_file"])).contains("Recovery check"));
    observe_all(&sandbox, ["up", "up", "down", "down"]);
    let second = cycle(&sandbox, "weekly");
    let report = sandbox.read(&text(&second["report_file"]));
    let expected = "## Recovery check\n\n\
        | Signal | Then | Now | Verdict |\n| --- | --- | --- | --- |\n\
        | `visibility_track.query_cluster_coverage_trend` | flat | up | recovered |\n\
        | `quality_track.high_intent_session_trend` | flat | down | worse |\n\
        | `quality_track.conversion_assist_trend` | down | down | unchanged |\n";
    assert!(report.contains(expected), "{report}");
    observe_all(&sandbox, ["up", "up", "up", "up"]);
    let third = cycle(&sandbox, "weekly");
    let verdicts: Vec<_> =
        third["recovery"].as_array().expect("a list").iter().map(|row| text(&row["verdict"])).collect();
    assert_eq!((verdicts, text(&third["decision"])), (vec!["recovered".to_owned(); 2], "continue".to_owned()));
    let fourth = cycle(&sandbox, "weekly");
    assert_eq!(fourth["recovery"], serde_json::json!([]), "the last cycle did not intervene");
}

#[test]
fn rows_161_and_195_scale_modules_resume_only_with_postmortems_and_gates() {
    let (sandbox, scale, _) = at_work();
    let id = incident_of(&sandbox, "P0", "technical_foundation");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    // The P0 has left the window, and both tracks are up: the decision is to go on.
    let go_on = |days: i64| {
        sandbox.advance(days);
        both_up(&sandbox);
        let answer = cycle(&sandbox, "weekly");
        assert_eq!(answer["decision"], "continue");
        assert_eq!(sandbox.json(EXECUTION)["mode"], "execution");
        let report = sandbox.read(&text(&answer["report_file"]));
        (texts(&answer["notices"]).join("\n"), report)
    };
    let (notice, report) = go_on(8);
    assert_eq!(notice, format!("the scale modules stay paused: {id} has no complete postmortem"));
    assert!(
        report.contains(&format!("- the scale modules stay paused: {id} has no complete postmortem\n")),
        "{report}"
    );
    assert_eq!(paused(&sandbox), SCALE);
    fail_gate(&sandbox);
    learn(&sandbox, &id);
    let (notice, _) = go_on(7);
    assert_eq!(notice, "the scale modules stay paused: capacity_gate fails");
    assert_eq!(paused(&sandbox), SCALE);
    sandbox.unchanged_by(|sandbox| activate(sandbox, &scale[0]).code(2));
    mend_gate(&sandbox);
    let (notice, report) = go_on(7);
    assert!(notice.starts_with("resumed: authority_growth, experiment_engine, scale_loop"), "{notice}");
    assert!(report.contains("resumed: "), "{report}");
    assert_eq!(paused(&sandbox), Vec::<String>::new());
    assert_eq!(task(&sandbox, &scale[0])["status"], "pending", "a person makes it active again");
    activate(&sandbox, &scale[0]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn an_intervention_after_a_rollback_keeps_the_scale_modules_paused() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "scale_loop");
    cycle(&sandbox, "weekly");
    learn(&sandbox, &id);
    sandbox.advance(8);
    assert_eq!(decision(&sandbox, "weekly"), "intervene");
    assert_eq!(
        (paused(&sandbox), &sandbox.json(EXECUTION)["mode"]),
        (SCALE.map(str::to_owned).into(), &"intervention".into())
    );
}

#[test]
fn row_161_a_hand_edit_does_not_lead_back_either() {
    let sandbox = Sandbox::new().started();
    incident_of(&sandbox, "P0", "scale_loop");
    cycle(&sandbox, "weekly");
    sandbox.edit_json(EXECUTION, |execution| execution["paused_modules"] = serde_json::json!([]));
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2).stderr_has("resume-needs-postmortem"));
}
