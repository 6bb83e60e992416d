//! `update-gates`: typed values, validated, with evidence.

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, Sandbox};

const GATES: &str = ".ohmymkt/state/gates.json";

#[test]
fn rows_62_to_66_what_is_no_value_of_a_field_changes_nothing() {
    let sandbox = Sandbox::new().initialised();
    for (assignment, said) in [
        ("strategy_gate.approved=yes", "takes true or false, not `yes`"),
        ("strategy_gate.approved=True", "takes true or false, not `True`"),
        ("strategy_gate.approved=1", "takes true or false, not `1`"),
        ("strategy_gate.approved=", "takes true or false, not ``"),
        ("strategy_gate.approved=\"true\"", "takes true or false"),
        ("capacity_gate.rolling_weeks_feasible=-1", "takes a number of weeks from 0, not `-1`"),
        ("capacity_gate.rolling_weeks_feasible=eight", "takes a number of weeks from 0"),
        ("capacity_gate.rolling_weeks_feasible=NaN", "takes a number of weeks from 0"),
        ("capacity_gate.rolling_weeks_feasible=inf", "takes a number of weeks from 0"),
        ("capacity_gate.rolling_weeks_feasible=1e999", "takes a number of weeks from 0"),
        ("capacity_gate.rolling_weeks_feasible=\"8\"", "takes a number of weeks from 0"),
        ("capacity_gate.rolling_weeks_feasible=null", "takes a number of weeks from 0"),
        ("ownership_gate.priority_query_coverage=1.01", "takes a share from 0 to 1, not `1.01`"),
        ("ownership_gate.priority_query_coverage=85", "takes a share from 0 to 1, not `85`"),
        ("ownership_gate.priority_query_coverage=0,85", "takes a share from 0 to 1"),
        ("ownership_gate.priority_query_coverage=-0.1", "takes a share from 0 to 1"),
        (
            "strategy_gate.aproved=true",
            "unknown field `aproved` of strategy_gate, expected one of kpi_tree_bound, approved",
        ),
        ("startegy_gate.approved=true", "unknown gate `startegy_gate`, expected one of strategy_gate"),
        ("strategy_gate=true", "one of strategy_gate.kpi_tree_bound, strategy_gate.approved"),
        ("approved=true", "expected <gate>.<field>"),
        ("strategy_gate.approved", "expected <gate>.<field>=<value>"),
    ] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["update-gates", assignment]));
        outcome.code(1).stderr_has(said);
    }
    let twice = ["update-gates", "data_gate.reconcilable=true", "data_gate.reconcilable=false"];
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&twice).code(1)).stderr_has("set twice");
    sandbox.mkt(&["update-gates"]).code(129);
}

#[test]
fn row_111_113_values_are_kept_as_typed_and_nothing_else_changes() {
    let sandbox = Sandbox::new().initialised();
    sandbox.edit_json(GATES, |gates| {
        gates["data_gate"]["refresh"] = "hourly".into();
        gates["team"] = serde_json::json!({"lead": "Ada", "weeks": 0.10});
    });
    commit_by_hand(&sandbox);
    let before = sandbox.json(GATES);
    sandbox
        .mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=8.0"])
        .ok()
        .stdout_has("8.0 weeks are feasible");
    assert_eq!(sandbox.touched(), [GATES]);
    let mut after = sandbox.json(GATES);
    assert!(sandbox.read(GATES).contains("\"rolling_weeks_feasible\": 8.0\n"));
    after["capacity_gate"]["rolling_weeks_feasible"] = 0.into();
    assert_eq!(after, before, "fields this version does not know are kept");
    let commits = sandbox.commits();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=8.0"]).ok().stdout_has("nothing to change");
    assert_eq!(sandbox.commits(), commits);
}

#[test]
fn evidence_names_what_was_there_when_it_was_given() {
    let sandbox = Sandbox::new().initialised();
    sandbox.write("ops/capacity.md", "eight weeks\n").commit_all("Plan the capacity");
    let weeks = "capacity_gate.rolling_weeks_feasible=8";
    let args =
        ["update-gates", weeks, "--evidence", "capacity.md", "--evidence", "https://example.org/a b", "--note", "Q1"];
    sandbox.call("ohmymkt", &args).folder("ops").run().ok();
    let blob = sandbox.git(&["rev-parse", "HEAD:ops/capacity.md"]).ok().stdout;
    let evidence = &sandbox.json(GATES)["capacity_gate"]["evidence"];
    assert_eq!(evidence[0]["ref"], "ops/capacity.md");
    assert_eq!(evidence[0]["blob"], blob.trim_end());
    assert_eq!(evidence[0]["note"], "Q1");
    assert_eq!(evidence[0]["by"], "Ada Growth <ada@example.org>");
    assert_eq!(evidence[1]["ref"], "https://example.org/a b");
    assert_eq!(evidence[1].get("blob"), None);
    assert_eq!(sandbox.json(GATES)["data_gate"].get("evidence"), None, "only the gates that were set");
    for (reference, said) in [("nowhere.md", "neither a URL nor a path in HEAD"), (" ", "found a blank")] {
        let args = ["update-gates", weeks, "--evidence", reference];
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(1)).stderr_has(said);
    }
}

#[test]
fn rows_113_122_125_131_gates_change_with_their_own_commands_only() {
    let sandbox = Sandbox::new().started();
    let gates = sandbox.read(GATES);
    let (up, task) = ("visibility_track.non_brand_visibility_trend=up", ["update-task", "1", "--owner", "Ada"]);
    for args in [
        ["update-metrics", up, "--source", "console"].as_slice(),
        &["run-cycle", "weekly"],
        &["incident", "--severity", "P1", "--module", "content_system", "--summary", "x"],
        &["report-growth"],
        &task,
        &["start-campaign"],
        &["finish-campaign", "--outcome", "x"],
    ] {
        sandbox.mkt(args).ok();
        assert_eq!(sandbox.read(GATES), gates, "{args:?}");
        assert!(!sandbox.touched().contains(&GATES.to_owned()));
    }
    let others = [".ohmymkt/boulder.json", ".ohmymkt/state/execution.json", ".ohmymkt/state/sprint-board.json"];
    let before = others.map(|path| sandbox.state().get(path).cloned());
    sandbox.mkt(&["update-gates", PASSING[0], "strategy_gate.approved=false"]).ok();
    assert_eq!(others.map(|path| sandbox.state().get(path).cloned()), before);
}

#[test]
fn a_note_without_evidence_goes_into_the_commit() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["update-gates", PASSING[0], "--note", "agreed\nin the Q1 review"]).ok();
    assert!(
        sandbox.message().contains("\n\nagreed\nin the Q1 review\n\nMkt-Action: update-gates"),
        "{}",
        sandbox.message()
    );
    sandbox.mkt(&["update-gates", PASSING[1], PASSING[2], "--note", "agreed"]).ok();
    assert!(sandbox.message().contains(&format!("\n\nagreed\n\n{}", PASSING[1])), "{}", sandbox.message());
    sandbox.mkt(&["update-gates", PASSING[3], "--note", "proven", "--evidence", "https://example.org/"]).ok();
    assert!(!sandbox.message().contains("proven"), "it stands with the evidence: {}", sandbox.message());
}

#[test]
fn what_cannot_be_evidence_has_no_hint_that_does_not_help() {
    let sandbox = Sandbox::new().initialised();
    sandbox.write("docs/it's new.md", "x\n").write("../outside", "x\n").write("etc/passwd", "x\n");
    sandbox.git(&["add", "etc"]).ok();
    sandbox.commit_all("A file of this name");
    sandbox.write("docs/new.md", "x\n");
    let weeks = "capacity_gate.rolling_weeks_feasible=8";
    let refused = |reference: &str| {
        let args = ["update-gates", weeks, "--evidence", reference];
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(1)).stderr_has("neither a URL nor a path in HEAD")
    };
    for reference in [
        "/etc/passwd",
        "../outside",
        "javascript:alert(1)",
        "ftp://example.org/x",
        "no/such/file",
        ".",
        "docs",
        "docs/..",
    ] {
        refused(reference).stderr_lacks("git add");
    }
    refused("docs/new.md").stderr_has("hint: git add -- ':/docs/new.md' && git commit");
    let args = ["update-gates", weeks, "--evidence", "../docs/new.md"];
    let outcome = sandbox.call("ohmymkt", &args).folder("etc").run().code(1);
    outcome.stderr_has("hint: git add -- ':/docs/new.md' && git commit");
    sandbox.sh("git add -- ':/docs/new.md' && git commit -qm 'Say it'").ok();
    sandbox
        .mkt(&["update-gates", weeks, "--evidence", "docs/../docs/new.md", "--evidence", "HTTPS://example.org"])
        .ok();
    assert_eq!(sandbox.json(GATES)["capacity_gate"]["evidence"][0]["ref"], "docs/new.md");
}
