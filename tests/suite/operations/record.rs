//! `record`: edits made by hand become one commit, judged like any other change.

use super::*;

/// Changes a task of the board by hand.
fn edit_task(sandbox: &Sandbox, id: &str, edit: impl FnOnce(&mut Value)) {
    sandbox.edit_json(BOARD, |board| {
        let tasks = if board.is_array() { board } else { &mut board["tasks"] };
        edit(tasks.as_array_mut().expect("a list").iter_mut().find(|task| task["id"] == id).expect("the task"));
    });
}

/// Asserts that HEAD records exactly what was typed, with this line among its message's.
#[track_caller]
fn recorded(sandbox: &Sandbox, before: usize, touched: &[&str], line: &str) {
    assert_eq!(sandbox.commits(), before + 1, "one commit");
    assert_eq!(sandbox.touched(), touched);
    assert_eq!(sandbox.status(), "");
    let message = sandbox.message();
    assert!(message.lines().any(|one| one == line), "{line:?} is not in\n{message}");
    assert!(message.contains("\nMkt-Action: record\n") || message.ends_with("\nMkt-Action: record"), "{message}");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound").stdout_lacks("warning");
}

#[test]
fn gates_that_were_edited_by_hand() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 6.into());
    sandbox.mkt(&["record"]).ok().stdout_has("capacity_gate PASS → FAIL").stdout_has("rolling_weeks_feasible: 8 → 6");
    recorded(&sandbox, before, &[GATES], "Mkt-Gate: capacity_gate=fail");
    assert!(
        sandbox.message().starts_with("mkt(record): capacity_gate.rolling_weeks_feasible: 8 → 6\n"),
        "{}",
        sandbox.message()
    );
}

#[test]
fn a_board_that_was_edited_by_hand() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    edit_task(&sandbox, "7", |task| task["owner"] = "Bob".into());
    sandbox.mkt(&["record", "-m", "name the owner of task 7"]).ok();
    recorded(&sandbox, before, &[BOARD], "Mkt-Task: 7");
    assert!(sandbox.message().starts_with("mkt(record): name the owner of task 7\n"), "{}", sandbox.message());
    assert_eq!(task(&sandbox, "7")["owner"], "Bob");
}

#[test]
fn notes_and_a_plan_that_were_edited_by_hand() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    let note = format!(".ohmymkt/notepads/{}/learnings.md", sandbox.plan());
    let text = format!("{}\n- Guides win.\n", sandbox.read(&note));
    sandbox.write(&note, &text);
    sandbox.mkt(&["record"]).ok().stdout_has(&note);
    recorded(&sandbox, before, &[&note], "Mkt-Action: record");
    assert_eq!(sandbox.read(&note), text, "byte for byte");
    let sandbox = Sandbox::new().planned();
    let before = sandbox.commits();
    let plan = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let text = sandbox.read(&plan).replace("the shop checkout", "the shop checkout and the blog");
    sandbox.write(&plan, &text);
    sandbox.mkt(&["record"]).ok();
    recorded(&sandbox, before, &[&plan], &format!("Mkt-Plan: {}", sandbox.plan()));
    assert_eq!(sandbox.read(&plan), text);
}

#[test]
fn row_150_a_typed_trend_becomes_an_observation() {
    let sandbox = Sandbox::new().started();
    sandbox.edit_json(METRICS, |metrics| metrics["visibility_track"]["query_cluster_coverage_trend"] = "up".into());
    sandbox.at("2026-01-08T09:00:00Z");
    sandbox.mkt(&["record"]).ok();
    let name = sandbox.names(".ohmymkt/observations").into_iter().find(|name| name.starts_with("obs-")).expect("one");
    let path = format!(".ohmymkt/observations/{name}");
    let seen = sandbox.json(&path);
    assert_eq!(
        (&seen["source"], &seen["trend"], &seen["metric"]),
        (&"hand-edit".into(), &"up".into(), &VISIBILITY[1].into())
    );
    assert_eq!(
        (&seen["observed_at"], &seen["recorded_by"]),
        (&"2026-01-08T09:00:00Z".into(), &"Ada Growth <ada@example.org>".into())
    );
    assert_eq!(sandbox.touched(), [path.as_str(), METRICS]);
    assert!(sandbox.message().contains(&format!("\nMkt-Metric: {}=up\n", VISIBILITY[1])), "{}", sandbox.message());
    assert_eq!(
        (sandbox.status(), sandbox.json(METRICS)["visibility_track"]["query_cluster_coverage_trend"].clone()),
        (String::new(), "up".into())
    );
    sandbox.mkt(&["verify"]).ok().stdout_lacks("warning");
}

#[test]
fn row_150_a_typed_trend_against_a_source_is_a_conflict() {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, VISIBILITY[0], "down", "search-console");
    sandbox.edit_json(METRICS, |metrics| metrics["visibility_track"]["non_brand_visibility_trend"] = "up".into());
    sandbox.mkt(&["record"]).ok();
    assert_eq!(sandbox.json(METRICS)["visibility_track"]["non_brand_visibility_trend"], "conflict");
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn an_edit_that_breaks_a_rule_is_refused_and_nothing_changes() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    let incident = format!(".ohmymkt/incidents/{id}.json");
    let report = text(&cycles(&sandbox)[0]["report_file"]);
    type Edit<'e> = &'e dyn Fn(&Sandbox);
    let edits: [(&str, Edit<'_>); 9] = [
        ("active-task-is-complete", &|sandbox| edit_task(sandbox, "7", |task| task["status"] = "active".into())),
        ("board-is-coherent", &|sandbox| edit_task(sandbox, "7", |task| task["module"] = "nope".into())),
        ("decision-log-is-append-only", &|sandbox| sandbox.write(CYCLES, "[]\n").pass()),
        ("decision-log-is-append-only", &|sandbox| {
            sandbox.edit_json(CYCLES, |log| log[0]["reason"] = "luck".into()).pass()
        }),
        ("incidents-are-immutable", &|sandbox| {
            sandbox.edit_json(&incident, |one| one["severity"] = "P2".into()).pass()
        }),
        ("incidents-are-immutable", &|sandbox| sandbox.remove(&incident).pass()),
        ("observations-are-kept", &|sandbox| {
            sandbox
                .edit_json(METRICS, |all| all["quality_track"]["conversion_assist_trend"] = "conflict".into())
                .pass();
        }),
        ("resume-needs-postmortem", &|sandbox| {
            sandbox.edit_json(EXECUTION, |all| all["paused_modules"] = serde_json::json!([])).pass();
        }),
        ("cycle-has-decision", &|sandbox| sandbox.remove(&report).pass()),
    ];
    for (rule, edit) in edits {
        edit(&sandbox);
        let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2));
        assert!(refused.stderr.contains(rule), "{rule} is not in\n{refused}");
        sandbox.git(&["checkout", "--", "."]).ok();
    }
    assert_eq!(sandbox.status(), "");
}

/// Ends a chain of edits.
trait Pass {
    fn pass(&self) {}
}

impl Pass for Sandbox {}

#[test]
fn a_malformed_edit_is_told_by_file_and_line() {
    let sandbox = Sandbox::new().started();
    let sound = sandbox.read(GATES);
    for (bad, place) in [
        (sound.replace("\"documented\": true", "\"documented\": \"true\""), "gates.json:"),
        (sound.replace("\"documented\": true", "\"documented\": true,,"), "gates.json:"),
        (sound.replace("{\n", "{{\n"), "gates.json:1:2"),
        (format!("<<<<<<< ours\n{sound}=======\n{sound}>>>>>>> theirs\n"), "gates.json:1:1"),
        (String::new(), "gates.json:1:1"),
    ] {
        assert_ne!(bad, sound);
        sandbox.write(GATES, &bad);
        let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(1));
        assert!(refused.stderr.contains(place), "{refused}");
        assert_eq!(sandbox.read(GATES), bad, "what was typed is not lost");
    }
    let line = sound.lines().position(|line| line.contains("\"documented\"")).expect("the field") + 1;
    sandbox.write(GATES, sound.replace("\"documented\": true", "\"documented\": \"true\""));
    sandbox.mkt(&["record"]).code(1).stderr_has(&format!("gates.json:{line}:")).stderr_has("true or false");
}

#[test]
fn all_edits_go_into_one_commit_and_nothing_else_does() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    sandbox.write("staged.html", "staged\n");
    sandbox.git(&["add", "staged.html"]).ok();
    sandbox.write("index.html", "edited\n");
    edit_task(&sandbox, "7", |task| task["owner"] = "Bob".into());
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 12.into());
    sandbox.mkt(&["record"]).ok();
    assert_eq!((sandbox.commits(), sandbox.touched()), (before + 1, vec![GATES.to_owned(), BOARD.to_owned()]));
    assert_eq!(sandbox.status(), " M index.html\nA  staged.html\n");
}

#[test]
fn without_edits_there_is_nothing_to_record() {
    let sandbox = Sandbox::new().started();
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).ok().stdout_has("nothing to change"));
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record", "-m", " "]).code(1).stderr_has("found a blank"));
}

#[test]
fn row_15_a_campaign_cannot_be_started_by_hand_past_a_failing_gate() {
    let sandbox = Sandbox::new().started();
    let artifacts = [".ohmymkt/boulder.json", EXECUTION].map(|path| (path, sandbox.read(path)));
    let sandbox = Sandbox::new().reviewed();
    fail_gate(&sandbox);
    for (path, text) in artifacts {
        sandbox.write(path, text);
    }
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2));
    refused.stderr_has("start-requires-gates").stderr_has("capacity_gate");
}
