//! `check-gates`: five gates, fixed in code, judged on what the files say and on nothing else.

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, Sandbox};

const GATES: &str = ".ohmymkt/state/gates.json";

/// Each gate with the field that makes it fail here.
const FAILING: [(&str, &str); 5] = [
    ("strategy_gate", "strategy_gate.approved=false"),
    ("compliance_gate", "compliance_gate.documented=false"),
    ("capacity_gate", "capacity_gate.rolling_weeks_feasible=7"),
    ("data_gate", "data_gate.reconcilable=false"),
    ("ownership_gate", "ownership_gate.priority_query_coverage=0.849"),
];

/// The status of one gate, as `check-gates --json` tells it.
fn status(sandbox: &Sandbox, gate: &str) -> String {
    let document = sandbox.mkt(&["check-gates", "--json"]).json();
    let gates = document["gates"].as_array().expect("a list of gates").clone();
    let found = gates.into_iter().find(|one| one["gate"] == gate).expect("the gate is told");
    found["status"].as_str().expect("a word").to_owned()
}

#[test]
fn row_59_151_new_gates_fail_with_reason_remedy_and_owner() {
    let sandbox = Sandbox::new().initialised();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"]).code(2));
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt check-gates
gate             status  owner           reason
strategy_gate    FAIL    SEO Lead        kpi_tree_bound and approved are not true
                 → bind the KPI tree to the business goal, then have it approved
compliance_gate  FAIL    SEO Lead        documented and accepted_by_all are not true
                 → write the guardrails down, then have everyone accept them
capacity_gate    FAIL    Content Lead    needs 8 feasible weeks, has 0
                 → cut the plan or add people until 8 rolling weeks are feasible
data_gate        FAIL    Growth Analyst  dashboard_stable and reconcilable are not true
                 → make the dashboard refresh reliably, then reconcile its numbers
ownership_gate   FAIL    SEO Lead        needs 0.85 of the priority queries owned, has 0
                 → name an owner for more of the priority queries, until 85 % have one

Overall: FAIL
[exit 2]

"#]]
    );
}

#[test]
fn row_153_each_failing_gate_has_one_action_and_a_passing_one_none() {
    let sandbox = Sandbox::new().gates_passing();
    for (gate, failing) in FAILING {
        sandbox.mkt(&["update-gates", failing]).ok();
        let document = sandbox.mkt(&["check-gates", "--json"]).code(2).json();
        assert_eq!((&document["overall"], &document["tally"]), (&"fail".into(), &"4/5".into()));
        for one in document["gates"].as_array().expect("a list") {
            let fails = one["gate"] == gate;
            assert_eq!(one["status"], if fails { "fail" } else { "pass" });
            assert_eq!(one["remediation"].is_string(), fails, "{one}");
            assert_eq!(one["opened_by"].is_string(), fails, "{one}");
            assert!(!one["owner"].as_str().expect("an owner").is_empty());
        }
        sandbox.mkt(&[&["update-gates"], PASSING.as_slice()].concat()).ok();
    }
}

#[test]
fn row_56_154_gates_repaired_one_at_a_time_pass_at_the_last() {
    let sandbox = Sandbox::new().initialised();
    let groups = [&PASSING[0..2], &PASSING[2..4], &PASSING[4..5], &PASSING[5..7], &PASSING[7..8]];
    for (repaired, fields) in groups.into_iter().enumerate() {
        let failing = format!("{repaired}/5");
        assert_eq!(sandbox.mkt(&["check-gates", "--json"]).code(2).json()["tally"], failing.as_str());
        sandbox.mkt(&[&["update-gates"], fields].concat()).ok();
    }
    sandbox.mkt(&["check-gates"]).ok().stdout_has("Overall: PASS");
    // Each repair stands in the history with what the gate said then.
    let log = sandbox.git(&["log", "--format=%(trailers:key=Mkt-Gate,valueonly,separator=%x2C)"]).ok().stdout;
    for (gate, _) in FAILING {
        assert!(log.lines().any(|line| line == format!("{gate}=pass")), "{log}");
    }
}

#[test]
fn rows_62_to_66_the_conditions_hold_to_the_edge() {
    let sandbox = Sandbox::new().initialised();
    for (gate, one, other) in [
        ("strategy_gate", "kpi_tree_bound", "approved"),
        ("compliance_gate", "documented", "accepted_by_all"),
        ("data_gate", "dashboard_stable", "reconcilable"),
    ] {
        for (left, right) in [(false, false), (false, true), (true, false), (true, true)] {
            sandbox.edit_json(GATES, |gates| {
                gates[gate][one] = left.into();
                gates[gate][other] = right.into();
            });
            assert_eq!(status(&sandbox, gate), if left && right { "pass" } else { "fail" }, "{gate} {left} {right}");
        }
    }
    let numbers = [
        ("capacity_gate", "rolling_weeks_feasible", "0", "fail"),
        ("capacity_gate", "rolling_weeks_feasible", "7", "fail"),
        ("capacity_gate", "rolling_weeks_feasible", "7.999", "fail"),
        ("capacity_gate", "rolling_weeks_feasible", "8", "pass"),
        ("capacity_gate", "rolling_weeks_feasible", "8.0", "pass"),
        ("capacity_gate", "rolling_weeks_feasible", "9", "pass"),
        ("ownership_gate", "priority_query_coverage", "0", "fail"),
        ("ownership_gate", "priority_query_coverage", "0.849999", "fail"),
        ("ownership_gate", "priority_query_coverage", "0.85", "pass"),
        ("ownership_gate", "priority_query_coverage", "0.8500", "pass"),
        ("ownership_gate", "priority_query_coverage", "1", "pass"),
    ];
    for (gate, field, value, expected) in numbers {
        let seeded = format!("\"{field}\": 0\n");
        let text = include_str!("../../../templates/gates.template.json");
        assert!(text.contains(&seeded));
        sandbox.write(GATES, text.replace(&seeded, &format!("\"{field}\": {value}\n")));
        assert_eq!(status(&sandbox, gate), expected, "{field} {value}");
    }
}

/// A way to damage the seeded gates: what is replaced, by what, and where and what is said then.
type Damage = (&'static str, &'static str, &'static str, &'static str);

const DAMAGES: &[Damage] = &[
    ("\"approved\": false", "\"approved\": \"false\"", "4:17", "expected true or false, found the string \"false\""),
    ("\"approved\": false", "\"approved\": 1", "4:17", "expected true or false, found the number 1"),
    ("\"approved\": false", "\"approved\": null", "4:17", "expected true or false, found null"),
    ("weeks_feasible\": 0", "weeks_feasible\": \"8\"", "11:31", "expected a number of weeks from 0, found the string"),
    ("weeks_feasible\": 0", "weeks_feasible\": null", "11:31", "expected a number of weeks from 0, found null"),
    ("weeks_feasible\": 0", "weeks_feasible\": -1", "11:31", "expected a number of weeks from 0, found the number -1"),
    ("weeks_feasible\": 0", "weeks_feasible\": true", "11:31", "expected a number of weeks from 0, found true"),
    ("weeks_feasible\": 0", "weeks_feasible\": 1e999", "11:31", "expected a number of weeks from 0"),
    ("query_coverage\": 0", "query_coverage\": 1.01", "18:32", "expected a share from 0 to 1, found the number 1.01"),
    ("query_coverage\": 0", "query_coverage\": 85", "18:32", "expected a share from 0 to 1, found the number 85"),
    ("query_coverage\": 0", "query_coverage\": -0.1", "18:32", "expected a share from 0 to 1, found the number -0.1"),
    ("query_coverage\": 0", "query_coverage\": \"0.9\"", "18:32", "expected a share from 0 to 1, found the string"),
    ("query_coverage\": 0", "query_coverage\": NaN", "18:", "is not JSON"),
    ("false,\n    \"approved\": false", "false", "2:20", "field \"approved\" of strategy_gate is missing"),
    ("data_gate", "date_gate", "1:1", "gate \"data_gate\" is missing"),
    ("\"approved\": false", "\"approved\": true,\n    \"approved\": true", "5:17", "duplicate key \"approved\""),
    ("{\n  \"strategy", "<<<<<<< HEAD\n{\n  \"strategy", "1:1", "conflict marker `<<<<<<<`"),
    ("{\n  \"strategy", "{\n  \"version\": 2,\n  \"strategy", "2:14", "expected format version 1, found the number 2"),
    ("0\n  }\n}\n", "0\n  }\n", "20:1", "is not JSON"),
];

#[test]
fn rows_11_62_to_66_171_malformed_gates_are_told_with_their_place_and_never_overwritten() {
    let sandbox = Sandbox::new().initialised();
    let text = sandbox.read(GATES);
    for (from, to, place, message) in DAMAGES {
        assert!(text.contains(from), "{from}");
        sandbox.write(GATES, text.replacen(from, to, 1));
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"]).code(1));
        let outcome = outcome.stderr_has(message).stderr_has(&format!("{GATES}:{place}"));
        assert_eq!(outcome.stdout, "");
        // Not committed, it blocks every writer too.
        let write = ["update-gates", "data_gate.reconcilable=true"];
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&write).code(1));
        outcome.stderr_has(message).stderr_has(&format!("{GATES}:{place}"));
    }
    for empty in ["", "\n", "[]\n", "null\n", "\u{feff}{}\n"] {
        sandbox.write(GATES, empty);
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"]).code(1)).stderr_has(GATES);
    }
}

#[test]
fn rows_11_112_committed_malformed_gates_stop_every_reader() {
    let sandbox = Sandbox::new().started();
    sandbox.write(GATES, sandbox.read(GATES).replace("\"approved\": true", "\"approved\": \"true\""));
    commit_by_hand(&sandbox);
    for args in [
        ["check-gates", "--rev", "HEAD"].as_slice(),
        &["check-gates", "--staged"],
        &["check-gates"],
        &["start-campaign"],
        &["update-gates", "data_gate.reconcilable=true"],
        &["run-cycle", "weekly"],
        &["report-growth"],
        &["finish-campaign", "--outcome", "x"],
    ] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1)).stderr_has(&format!("{GATES}:4:17"));
    }
}

#[test]
fn rows_111_113_140_missing_gates_are_seeded_once_and_only_they() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["check-gates"]).code(2).stdout_has("Overall: FAIL");
    assert_eq!(sandbox.touched(), [GATES]);
    assert_eq!(sandbox.read(GATES), include_str!("../../../templates/gates.template.json"));
    assert!(sandbox.message().contains("Mkt-Action: check-gates"));
    assert_eq!(sandbox.status(), "");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"]).code(2));
    sandbox.mkt(&[&["update-gates"], PASSING.as_slice()].concat()).ok();
    assert_eq!(sandbox.touched(), [GATES]);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"]).ok());
}

#[test]
fn row_60_a_verdict_depends_on_the_state_alone() {
    let sandbox = Sandbox::new().gates_passing();
    sandbox.mkt(&["update-gates", "ownership_gate.priority_query_coverage=0.849"]).ok();
    let said = sandbox.mkt(&["check-gates", "--json"]).code(2).stdout;
    for (name, value) in
        [("LC_ALL", "de_DE.UTF-8"), ("LC_NUMERIC", "de_DE.UTF-8"), ("TZ", "Asia/Kolkata"), ("LANG", "C")]
    {
        let other =
            sandbox.call("ohmymkt", &["check-gates", "--json"]).env(name, value).at("2031-07-01T23:59:59Z").run();
        assert_eq!(other.code(2).stdout, said, "{name}");
    }
}

#[test]
fn what_is_staged_and_what_another_revision_holds_are_checked_as_they_are() {
    let sandbox = Sandbox::new().gates_passing();
    sandbox.git(&["tag", "good"]).ok();
    sandbox.edit_json(GATES, |gates| gates["data_gate"]["reconcilable"] = false.into());
    sandbox.mkt(&["check-gates"]).code(2);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates", "--staged"]).ok());
    sandbox.git(&["add", GATES]).ok();
    sandbox
        .unchanged_by(|sandbox| sandbox.mkt(&["check-gates", "--staged"]).code(2))
        .stdout_has("reconcilable is not true");
    sandbox.mkt(&["check-gates", "--rev", "HEAD"]).ok();
    commit_by_hand(&sandbox);
    sandbox.mkt(&["check-gates", "--rev", "HEAD"]).code(2);
    sandbox.mkt(&["check-gates", "--rev", "good"]).ok();
    sandbox.mkt(&["check-gates", "--rev", "nowhere"]).code(1).stderr_has("nowhere");
    sandbox.mkt(&["check-gates", "--rev", "HEAD", "--staged"]).code(129);
    // Before the adoption there are no gates, and none is written by looking back.
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates", "--rev", "good~3"]).code(2));
}
