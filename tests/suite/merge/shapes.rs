//! How each artifact merges, one example each.

use ohmymkt::change::merge::{Across, Decided, Merged, Outcome, Three, merge};
use serde_json::{Value, json};

const GATES: &str = include_str!("../../../templates/gates.template.json");

fn merged_as(path: &str, sides: [&str; 3], across: &Across) -> Merged {
    let [base, ours, theirs] = sides.map(str::as_bytes);
    let there = |side| Some(side).filter(|side: &&[u8]| !side.is_empty());
    merge(&format!(".ohmymkt/{path}"), Three { base: there(base), ours: there(ours), theirs: there(theirs) }, across)
}

fn merged(path: &str, sides: [&str; 3]) -> Merged {
    merged_as(path, sides, &Across::default())
}

#[track_caller]
fn clean(merged: &Merged) -> Value {
    let Outcome::Whole(text) = &merged.outcome else { panic!("a person is needed: {merged:?}") };
    serde_json::from_slice(text).expect("JSON")
}

/// The fields that need a person.
fn open(merged: &Merged) -> Vec<&str> {
    assert!(!merged.is_clean(), "{merged:?}");
    merged.disagreements.iter().filter(|found| found.needs_person()).map(|found| found.field.as_str()).collect()
}

#[test]
fn a_gate_that_one_side_changed_is_as_that_side_says() {
    let ours = GATES.replace("\"approved\": false", "\"approved\": true");
    let theirs = GATES.replace("\"rolling_weeks_feasible\": 0", "\"rolling_weeks_feasible\": 9");
    let both = clean(&merged("state/gates.json", [GATES, &ours, &theirs]));
    assert_eq!(
        (&both["strategy_gate"]["approved"], &both["capacity_gate"]["rolling_weeks_feasible"]),
        (&json!(true), &json!(9))
    );
    // Both branches ran `init`: what was seeded is nobody's choice.
    let unborn = clean(&merged("state/gates.json", ["", &ours, GATES]));
    assert_eq!(unborn["strategy_gate"]["approved"], true);
}

#[test]
fn a_gate_that_both_changed_is_as_the_more_careful_says() {
    let weeks =
        |weeks: &str| GATES.replace("\"rolling_weeks_feasible\": 0", &format!("\"rolling_weeks_feasible\": {weeks}"));
    let found = merged("state/gates.json", [&weeks("8"), &weeks("12"), &weeks("9.5")]);
    assert_eq!(clean(&found)["capacity_gate"]["rolling_weeks_feasible"].to_string(), "9.5");
    assert_eq!(found.disagreements[0].field, "capacity_gate.rolling_weeks_feasible");
}

const EXECUTION: &str = r#"{"active_plan": ".ohmymkt/plans/a.md", "mode": "execution",
    "tracks": {"visibility": "active", "quality": "active"}, "paused_modules": []}"#;

#[test]
fn the_more_careful_mode_stands_and_nothing_resumes_by_itself() {
    let rollback = EXECUTION.replace("\"execution\"", "\"rollback\"").replace("[]", r#"["scale_loop", "own"]"#);
    let intervention = EXECUTION.replace("\"execution\"", "\"intervention\"").replace("[]", r#"["other"]"#);
    let both = clean(&merged("state/execution.json", [EXECUTION, &rollback, &intervention]));
    assert_eq!((&both["mode"], &both["paused_modules"]), (&json!("rollback"), &json!(["other", "scale_loop", "own"])));
    // A rollback after a rollback leaves the file as it is; that is a decision all the same.
    let resumed = EXECUTION.replace("\"active\", \"q", "\"paused\", \"q");
    let again = rollback.replace("\"own\"]", "\"own\", \"late\"]");
    let across = Across { decided: Decided::BothSides, ..Across::default() };
    let both = clean(&merged_as("state/execution.json", [&rollback, &resumed, &again], &across));
    assert_eq!((&both["mode"], &both["paused_modules"]), (&json!("rollback"), &json!(["scale_loop", "own", "late"])));
    let both = clean(&merged("state/execution.json", [&rollback, &resumed, &again]));
    assert_eq!((&both["mode"], &both["paused_modules"]), (&json!("execution"), &json!(["late"])));
}

fn boulder(plan: &str, at: &str) -> String {
    format!(
        r#"{{"active_plan": "/home/x/.ohmymkt/plans/{plan}.md", "plan_name": "{plan}", "started_at": "{at}", "session_ids": ["{at}"]}}"#
    )
}

#[test]
fn two_active_plans_need_a_person_and_one_plan_started_twice_does_not() {
    let (early, late) = (boulder("a", "2026-01-05T00:00:00Z"), boulder("a", "2026-01-06T00:00:00Z"));
    let same = clean(&merged("boulder.json", ["", &late, &early]));
    assert_eq!(same["started_at"], "2026-01-05T00:00:00Z");
    assert_eq!(same["session_ids"].as_array().map(Vec::len), Some(2));
    let other = boulder("b", "2026-01-06T00:00:00Z");
    assert_eq!(open(&merged("boulder.json", ["", &early, &other])), ["active_plan", "plan_name", "started_at"]);
}

#[test]
fn a_policy_only_gets_stricter() {
    let policy = |review: bool, warnings: &str, from: &str| {
        format!(
            r#"{{"version": 1, "require_independent_review": {review}, "require_gate_evidence": false,
        "warnings_as_errors": [{warnings}]{from}}}"#
        )
    };
    let base = policy(true, r#""a""#, "");
    let (ours, theirs) = (policy(false, r#""a", "c""#, ""), policy(true, r#""b""#, ""));
    let both = clean(&merged("policy.json", [&base, &ours, &theirs]));
    assert_eq!(
        (&both["require_independent_review"], &both["warnings_as_errors"]),
        (&json!(true), &json!(["a", "b", "c"]))
    );
    let from = |id: &str| policy(true, "", &format!(r#", "verify_from": "{id}""#));
    assert_eq!(open(&merged("policy.json", [&base, &from(&"1".repeat(40)), &from(&"2".repeat(64))])), ["verify_from"]);
}

#[test]
fn a_task_is_merged_field_by_field() {
    let task = |status: &str, rest: &str| {
        format!(
            r#"[{{"id": 7, "task": "t", "track": "quality", "module": "m", "specialist": "s", "status": "{status}"{rest}}}]"#
        )
    };
    let (base, active, paused) =
        (task("pending", ""), task("active", r#", "owner": "Gil""#), task("paused", r#", "kpi_impact": "k""#));
    let both = clean(&merged("state/sprint-board.json", [&base, &active, &paused]));
    assert_eq!((&both[0]["id"], &both[0]["status"]), (&json!("7"), &json!("paused")));
    assert_eq!((&both[0]["owner"], &both[0]["kpi_impact"]), (&json!("Gil"), &json!("k")));
    assert_eq!(open(&merged("state/sprint-board.json", [&base, &active, &task("done", "")])), ["7.status"]);
    assert_eq!(open(&merged("state/sprint-board.json", [&base, &active, "[]"])), ["7"]);
    let (two, more) = (format!("{},{}", &base[..base.len() - 1], &base[1..].replace('7', "8")), base.replace('7', "9"));
    let both = clean(&merged("state/sprint-board.json", [&base, &two, &more]));
    let ids: Vec<_> = both.as_array().expect("a list").iter().map(|task| task["id"].clone()).collect();
    assert_eq!(ids, ["8", "9"], "7 is gone, as one side took it out and the other left it alone");
}

#[test]
fn the_time_that_the_earlier_tool_wrote_is_no_disagreement() {
    let base = include_str!("../../../templates/metrics.template.json");
    let at = |day: &str, old: &str, new: &str| {
        base.replace(old, new).replacen('{', &format!("{{\"updated_at\": \"2026-01-{day}T00:00:00Z\","), 1)
    };
    let ours = at("06", "\"high_intent_session_trend\": \"flat\"", "\"high_intent_session_trend\": \"up\"");
    let both = clean(&merged(
        "state/metrics.json",
        [&at("05", "", ""), &ours, &at("07", "_visibility_trend\": \"flat", "_visibility_trend\": \"down")],
    ));
    assert_eq!(both["quality_track"]["high_intent_session_trend"], "up");
    assert_eq!(both["visibility_track"]["non_brand_visibility_trend"], "down");
    assert_eq!(both.get("updated_at"), None);
}

#[test]
fn a_module_in_two_tiers_needs_a_person() {
    let base = include_str!("../../../templates/modules.template.json");
    let ours =
        base.replace("\"aeo_answer_layer\",", "").replace("\"scale_loop\"", "\"scale_loop\", \"aeo_answer_layer\"");
    let theirs = base
        .replace("\"aeo_answer_layer\",", "")
        .replace("\"content_system\"", "\"content_system\", \"aeo_answer_layer\"");
    let both = merged("state/modules.json", [base, &ours, &theirs]);
    assert_eq!(open(&both), [""]);
    assert!(both.disagreements[0].why.contains("listed twice"), "{both:?}");
}

#[test]
fn trends_that_both_moved_wait_for_their_observations() {
    let base = include_str!("../../../templates/metrics.template.json");
    let to = |trend: &str| base.replacen("\"flat\"", &format!("\"{trend}\""), 1);
    let field = "visibility_track.non_brand_visibility_trend";
    assert_eq!(open(&merged("state/metrics.json", [base, &to("up"), &to("down")])), [field]);
}

#[test]
fn two_reports_of_one_name_are_both_kept() {
    for (ours, theirs) in [("# b\n", "# a\n"), ("# a\n", "# b\n")] {
        let both = merged("reports/weekly/2026-01-12-weekly.md", ["", ours, theirs]);
        assert_eq!(both.outcome, Outcome::Whole(b"# a\n\n---\n\n# b\n".to_vec()));
    }
    let longer = merged("reports/weekly/2026-01-12-weekly.md", ["", "# a\n", "# a\n\n---\n\n# b\n"]);
    assert_eq!(longer.outcome, Outcome::Whole(b"# a\n\n---\n\n# b\n".to_vec()));
}

#[test]
fn two_pages_of_one_name_become_one_unless_they_differ_around_the_report() {
    let page = |style: &str, report: &str| format!("<style>{style}</style>\n<main>\n{report}</main>\n</html>\n");
    let (a, b) = (page("x", "<h1>a</h1>\n"), page("x", "<h1>b</h1>\n"));
    let both = page("x", "<h1>a</h1>\n<hr>\n<h1>b</h1>\n");
    for (ours, theirs) in [(&a, &b), (&b, &a), (&a, &both)] {
        let merged = merged("reports/summary/2026-01-12-30d.html", ["", ours, theirs]);
        assert_eq!(merged.outcome, Outcome::Whole(both.clone().into_bytes()));
    }
    for other in [page("y", "<h1>b</h1>\n"), "</main>\n<main>\n".to_owned(), "no page\n".to_owned()] {
        assert!(!merged("reports/summary/2026-01-12-30d.html", ["", &a, &other]).is_clean(), "{other}");
    }
}

#[test]
fn what_is_malformed_or_no_text_is_left_as_a_whole() {
    assert_eq!(open(&merged("state/gates.json", [GATES, "{}", &GATES.replace("false", "true")])), [""]);
    let sides = Three { base: None, ours: Some([0xFF].as_slice()), theirs: Some([0xFE].as_slice()) };
    assert!(!merge(".ohmymkt/plans/a.md", sides, &Across::default()).is_clean());
}
