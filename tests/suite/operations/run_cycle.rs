//! `run-cycle`: the record, the report, the commit, and what is due.

use super::*;

#[test]
fn rows_142_and_188_a_cycle_is_one_commit_with_record_report_and_trailers() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    let p2 = incident_of(&sandbox, "P2", "content_system");
    let plan = sandbox.plan();
    sandbox.at("2026-01-12T09:00:00Z");
    let before = sandbox.commits();
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(sandbox.commits(), before + 1);
    assert_eq!(sandbox.status(), "");
    assert_eq!(
        sandbox.touched(),
        [".ohmymkt/reports/weekly/2026-01-12-weekly.md", CYCLES, BOARD],
        "the board holds the task of the P2"
    );
    let expected = format!(
        "mkt(run-cycle): weekly continue, visibility and quality are both up\n\n\
         Report: .ohmymkt/reports/weekly/2026-01-12-weekly.md\n\n\
         Mkt-Action: run-cycle\nMkt-Plan: {plan}\nMkt-Cadence: weekly\nMkt-Decision: continue\nMkt-Gates: 5/5\n\
         Mkt-Incidents: p0=0 p1=0 p2=1\nMkt-Record: cycle-20260112T090000Z-weekly"
    );
    assert_eq!(sandbox.message(), expected);
    let log = cycles(&sandbox);
    assert_eq!(log, [answer["cycle"].clone()], "the answer is what is in the log");
    let keys: Vec<_> = log[0].as_object().expect("an object").keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["id", "cadence", "decision", "reason", "generated_at", "rule", "window", "inputs", "actions", "report_file"]
    );
    assert_eq!(log[0]["id"], "cycle-20260112T090000Z-weekly");
    assert_eq!(log[0]["generated_at"], "2026-01-12T09:00:00Z");
    assert_eq!(log[0]["report_file"], ".ohmymkt/reports/weekly/2026-01-12-weekly.md");
    assert_eq!(log[0]["inputs"]["incidents"], serde_json::json!({"p0": 0, "p1": 0, "p2": 1}));
    assert_eq!(texts(&log[0]["inputs"]["incident_ids"]), [p2]);
    let gates = log[0]["inputs"]["gates"].as_object().expect("an object");
    assert!(gates.len() == 5 && gates.values().all(|outcome| outcome == "pass"), "{gates:?}");
    let trends = log[0]["inputs"]["trends"].as_object().expect("an object");
    assert_eq!(trends.keys().collect::<Vec<_>>(), VISIBILITY.iter().chain(&QUALITY).collect::<Vec<_>>());
    sandbox.fsck_clean();
}

#[test]
fn row_10_the_report_says_inputs_rule_and_reason() {
    let sandbox = Sandbox::new().started();
    observe_all(&sandbox, ["up", "flat", "down", "flat"]);
    let p1 = incident_of(&sandbox, "P1", "aeo_answer_layer");
    sandbox.at("2026-01-12T09:00:00Z");
    let answer = cycle(&sandbox, "weekly");
    let report = sandbox.read(&text(&answer["report_file"]));
    for part in [
        "# Weekly cycle: intervene\n",
        &format!("- Plan: `{}`\n", sandbox.plan()),
        "- Cycle: `cycle-20260112T090000Z-weekly`\n",
        "- Window: 2026-01-05 09:00 UTC to 2026-01-12 09:00 UTC\n",
        "| `strategy_gate` | PASS | SEO Lead |",
        "| visibility | `non_brand_visibility_trend` | up |\n",
        "| quality | `high_intent_session_trend` | down |\n",
        &format!("| `{p1}` | P1 | `aeo_answer_layer` |"),
        "**intervene**: visibility is up and quality is not (rule `visibility-without-quality`)\n",
        "1. run the remediation tasks of the signals that are not up first\n",
        &format!("| `intervene-{p1}` | pending |"),
    ] {
        assert!(report.contains(part), "{part:?} is not in\n{report}");
    }
}

#[test]
fn several_cycles_on_one_day_never_overwrite_a_report() {
    let sandbox = Sandbox::new().started();
    let mut reports = Vec::new();
    for trends in [["up"; 4], ["down"; 4], ["up"; 4]] {
        observe_all(&sandbox, trends);
        let report = text(&cycle(&sandbox, "weekly")["report_file"]);
        reports.push((sandbox.read(&report), report));
    }
    let names: Vec<_> = reports.iter().map(|(_, path)| path.rsplit('/').next().expect("a name")).collect();
    assert_eq!(names, ["2026-01-05-weekly.md", "2026-01-05-weekly-2.md", "2026-01-05-weekly-3.md"]);
    for (text, path) in &reports {
        assert_eq!(sandbox.read(path), *text, "{path} is as it was written");
    }
    let titles: Vec<_> = reports.iter().filter_map(|(text, _)| text.lines().next()).collect();
    assert_eq!(titles, ["# Weekly cycle: continue", "# Weekly cycle: intervene", "# Weekly cycle: continue"]);
}

#[test]
fn several_cycles_in_one_second_have_ids_of_their_own() {
    let sandbox = Sandbox::new().started();
    for cadence in ["weekly", "weekly", "weekly", "monthly"] {
        sandbox.call("ohmymkt", &["run-cycle", cadence]).at("2026-01-12T09:00:00Z").run().ok();
    }
    let ids: Vec<_> = cycles(&sandbox).iter().map(|cycle| text(&cycle["id"])).collect();
    let id = "cycle-20260112T090000Z-weekly";
    assert_eq!(ids, [id, &format!("{id}-2"), &format!("{id}-3"), "cycle-20260112T090000Z-monthly"]);
    assert_eq!(sandbox.names(".ohmymkt/reports/weekly").len() - 1, 3, "and reports, beside .gitkeep");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn row_128_the_log_only_grows_and_only_by_cycles() {
    let sandbox = Sandbox::new().started();
    let mut known = cycles(&sandbox);
    for round in 0..3 {
        both_up(&sandbox);
        incident_of(&sandbox, "P2", "content_system");
        sandbox.mkt(&["check-gates"]).ok();
        sandbox.mkt(&["report-growth"]).ok();
        assert_eq!(cycles(&sandbox), known, "nothing but a cycle writes to the log");
        cycle(&sandbox, "weekly");
        let log = cycles(&sandbox);
        assert_eq!(log.len(), round + 1);
        assert_eq!(log[..round], known);
        known = log;
    }
}

#[test]
fn due_runs_whatever_is_overdue_and_nothing_else() {
    let sandbox = Sandbox::new().started();
    let start = text(&sandbox.json(".ohmymkt/boulder.json")["started_at"]);
    assert_eq!(start, "2026-01-05T09:04:00Z");
    let due = |time: &str| {
        sandbox.at(time);
        let answer = sandbox.mkt(&["run-cycle", "--due", "--json"]).ok().json();
        let cycles = answer["cycles"].as_array().expect("a list").clone();
        cycles.iter().map(|one| text(&one["cycle"]["cadence"])).collect::<Vec<_>>()
    };
    let none: [&str; 0] = [];
    assert_eq!(due("2026-01-12T09:03:59Z"), none, "a second too early");
    assert_eq!(due("2026-01-12T09:04:00Z"), ["weekly"]);
    assert_eq!(due("2026-01-12T09:05:00Z"), none, "not twice");
    assert_eq!(due("2026-01-19T09:03:59Z"), none);
    assert_eq!(due("2026-02-10T00:00:00Z"), ["weekly", "monthly"], "three missed weeks are one cycle");
    assert_eq!(due("2026-06-01T00:00:00Z"), ["weekly", "monthly", "quarterly"]);
    assert_eq!(due("2026-06-01T00:10:00Z"), none);
    sandbox.mkt(&["run-cycle", "--due"]).ok().stdout_has("no cycle is due");
    assert_eq!(cycles(&sandbox).len(), 6);
    sandbox.unchanged_by(|sandbox| sandbox.advance(7).mkt(&["run-cycle", "--due", "--dry-run"]).ok());
}

#[test]
fn a_cycle_that_was_run_early_moves_the_next_one() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-09T00:00:00Z");
    cycle(&sandbox, "weekly");
    sandbox.at("2026-01-13T00:00:00Z").mkt(&["run-cycle", "--due"]).ok().stdout_has("no cycle is due");
    sandbox.at("2026-01-16T00:00:00Z").mkt(&["run-cycle", "--due"]).ok().stdout_has("weekly cycle: ");
}

#[test]
fn a_report_says_when_nobody_looked_since_the_last_cycle() {
    let sandbox = Sandbox::new().started();
    let warned =
        |answer: &Value| texts(&answer["notices"]).iter().any(|notice| notice.contains("no signal was observed"));
    let first = cycle(&sandbox, "weekly");
    assert!(warned(&first), "nobody looked since the start: {first}");
    both_up(&sandbox);
    let second = cycle(&sandbox, "weekly");
    assert!(!warned(&second), "{second}");
    let third = cycle(&sandbox, "weekly");
    assert!(warned(&third), "{third}");
    assert_eq!(third["decision"], "continue", "the warning decides nothing");
    let report = sandbox.read(&text(&third["report_file"]));
    assert!(report.contains("## Notices\n\n- no signal was observed since the last weekly cycle"), "{report}");
}

#[test]
fn row_186_the_gates_are_those_of_now() {
    let sandbox = Sandbox::new().started();
    let outcome = |answer: &Value| text(&answer["cycle"]["inputs"]["gates"]["capacity_gate"]);
    assert_eq!(outcome(&cycle(&sandbox, "weekly")), "pass");
    fail_gate(&sandbox);
    assert_eq!(outcome(&cycle(&sandbox, "weekly")), "fail");
    mend_gate(&sandbox);
    assert_eq!(outcome(&cycle(&sandbox, "weekly")), "pass");
}
