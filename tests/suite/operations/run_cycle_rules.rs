//! `run-cycle`: which decision, and what is asked for. The exhaustive table is in the rules.

use super::*;

fn base(decision: &str) -> [&'static str; 3] {
    match decision {
        "continue" => [
            "expand the query clusters that win, with the templates that made them win",
            "keep the split between the visibility and the quality track",
            "write the winning patterns down for the next quarter",
        ],
        "intervene" => [
            "run the remediation tasks of the signals that are not up first",
            "check the gates and reconcile the data again before anything expands",
            "shift the next cycle's work from new pages to refreshed ones",
        ],
        _ => [
            "keep the scale modules paused",
            "undo the risky template changes of this window",
            "write the postmortem of each P0 and carry out its prevention task",
        ],
    }
}

/// Runs a weekly cycle with these trends, and returns decision and rule.
#[track_caller]
fn decide(sandbox: &Sandbox, trends: [&str; 4]) -> (String, String) {
    observe_all(sandbox, trends);
    let answer = cycle(sandbox, "weekly");
    assert_eq!(answer["decision"], answer["cycle"]["decision"]);
    (text(&answer["decision"]), text(&answer["cycle"]["rule"]))
}

#[track_caller]
fn gives(sandbox: &Sandbox, trends: [&str; 4], decision: &str, rule: &str) {
    assert_eq!(decide(sandbox, trends), (decision.to_owned(), rule.to_owned()), "{trends:?}");
}

#[test]
fn row_74_three_cadences_and_no_fourth() {
    let sandbox = Sandbox::new().started();
    for cadence in ["weekly", "monthly", "quarterly"] {
        sandbox.mkt(&["run-cycle", cadence]).ok().stdout_has(&format!("{cadence} cycle: "));
    }
    for wrong in ["daily", "Weekly", "week", "", "weekly "] {
        sandbox.unchanged_by(|sandbox| {
            sandbox.mkt(&["run-cycle", wrong]).code(1).stderr_has("weekly, monthly, quarterly")
        });
    }
    sandbox.mkt(&["run-cycle"]).code(129);
    sandbox.mkt(&["run-cycle", "weekly", "--due"]).code(129);
}

#[test]
fn rows_28_and_75_the_rules_apply_in_order() {
    let sandbox = Sandbox::new().started();
    gives(&sandbox, ["up", "up", "up", "up"], "continue", "both-tracks-up");
    gives(&sandbox, ["up", "up", "down", "flat"], "intervene", "visibility-without-quality");
    gives(&sandbox, ["down", "down", "up", "up"], "intervene", "otherwise");
    incident_of(&sandbox, "P1", "content_system");
    gives(&sandbox, ["up", "up", "up", "up"], "continue", "both-tracks-up");
    incident_of(&sandbox, "P0", "content_system");
    gives(&sandbox, ["up", "up", "up", "up"], "rollback", "p0-in-window");
    gives(&sandbox, ["up", "up", "down", "down"], "rollback", "p0-in-window");
    gives(&sandbox, ["down", "flat", "flat", "flat"], "rollback", "p0-in-window");
}

#[test]
fn rows_9_and_77_visibility_up_without_quality_intervenes() {
    let sandbox = Sandbox::new().started();
    for quality in [["flat", "flat"], ["down", "flat"], ["down", "down"]] {
        let trends = ["up", "up", quality[0], quality[1]];
        gives(&sandbox, trends, "intervene", "visibility-without-quality");
    }
    let answer = sandbox.mkt(&["run-cycle", "weekly"]).ok();
    answer.stdout_has("weekly cycle: intervene, visibility is up and quality is not");
}

#[test]
fn rows_12_and_78_both_up_continues() {
    let sandbox = Sandbox::new().started();
    gives(&sandbox, ["up", "flat", "down", "up"], "continue", "both-tracks-up");
    gives(&sandbox, ["down", "up", "up", "flat"], "continue", "both-tracks-up");
    assert_eq!(sandbox.json(EXECUTION)["mode"], "execution");
}

#[test]
fn rows_79_and_155_everything_else_intervenes() {
    let sandbox = Sandbox::new().started();
    gives(&sandbox, ["flat", "flat", "flat", "flat"], "intervene", "otherwise");
    gives(&sandbox, ["down", "down", "down", "down"], "intervene", "otherwise");
    gives(&sandbox, ["flat", "down", "up", "up"], "intervene", "otherwise");
    assert_eq!(sandbox.json(EXECUTION)["mode"], "intervention");
}

#[test]
fn rows_81_and_82_either_signal_makes_its_track_up() {
    let sandbox = Sandbox::new().started();
    for visibility in 0..2 {
        for quality in 0..2 {
            let mut trends = ["down"; 4];
            (trends[visibility], trends[2 + quality]) = ("up", "up");
            gives(&sandbox, trends, "continue", "both-tracks-up");
        }
    }
}

#[test]
fn rows_83_84_and_85_the_actions_of_each_cadence() {
    let sandbox = Sandbox::new().started();
    let extra = |cadence| match cadence {
        "monthly" => Some("rebalance the investment across query clusters"),
        "quarterly" => Some("hold the architecture governance review"),
        _ => None,
    };
    let compare = |decision: &str| {
        for cadence in ["weekly", "monthly", "quarterly"] {
            let answer = cycle(&sandbox, cadence);
            assert_eq!(answer["decision"], decision);
            let expected: Vec<&str> = base(decision).into_iter().chain(extra(cadence)).collect();
            assert_eq!(texts(&answer["cycle"]["actions"]), expected, "{decision} {cadence}");
            let report = sandbox.read(&text(&answer["report_file"]));
            for (at, action) in expected.iter().enumerate() {
                assert!(report.contains(&format!("{}. {action}\n", at + 1)), "{report}");
            }
        }
    };
    compare("intervene");
    both_up(&sandbox);
    compare("continue");
    incident_of(&sandbox, "P0", "scale_loop");
    compare("rollback");
}

#[test]
fn a_failing_gate_comes_first_among_the_actions_and_does_not_decide() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    fail_gate(&sandbox);
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    let answer = cycle(&sandbox, "monthly");
    assert_eq!(answer["decision"], "continue", "the decision does not depend on the gates");
    assert_eq!(answer["cycle"]["inputs"]["gates"]["capacity_gate"], "fail");
    let actions = texts(&answer["cycle"]["actions"]);
    assert!(actions[0].starts_with("capacity_gate: ") && actions[0].ends_with("(Content Lead)"), "{actions:?}");
    assert!(actions[1].starts_with("data_gate: ") && actions[1].ends_with("(Growth Analyst)"), "{actions:?}");
    assert_eq!(actions[2..5], base("continue"));
    assert_eq!(actions.len(), 6);
    let report = sandbox.read(&text(&answer["report_file"]));
    assert!(report.contains("Overall: **FAIL** (3/5)"), "{report}");
    assert!(report.contains("| `capacity_gate` | FAIL | Content Lead | needs 8 feasible weeks, has 6 |"), "{report}");
    assert!(sandbox.message().contains("\nMkt-Gates: 3/5\n"), "{}", sandbox.message());
}

#[test]
fn a_cycle_without_a_campaign_is_refused() {
    // A timer that finds no campaign has found nothing wrong.
    let between = |sandbox: &Sandbox| {
        sandbox
            .unchanged_by(|sandbox| sandbox.mkt(&["run-cycle", "weekly"]).code(2).stderr_has("git mkt start-campaign"));
        let due = ["run-cycle", "--due"];
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&due).ok().stdout_has("no campaign is active: nothing is due"));
        let answer = sandbox.mkt(&["run-cycle", "--due", "--json"]).ok().json();
        assert_eq!(answer["cycles"], serde_json::json!([]));
    };
    let sandbox = Sandbox::new().reviewed();
    between(&sandbox);
    let sandbox = sandbox.started();
    sandbox.mkt(&["finish-campaign", "--outcome", "done"]).ok();
    between(&sandbox);
    // Whether there is a campaign cannot be told of a pointer that cannot be read.
    sandbox.write(".ohmymkt/boulder.json", "{");
    commit_past_hooks(&sandbox, "Break the pointer");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["run-cycle", "--due"]).code(1).stderr_has("boulder.json:1:"));
}

#[test]
fn rows_13_and_172_a_readable_input_gives_one_of_three_words() {
    let sandbox = Sandbox::new().started();
    let trends = ["up", "flat", "down"];
    for nth in (0..81).step_by(7) {
        let chosen = [trends[nth % 3], trends[nth / 3 % 3], trends[nth / 9 % 3], trends[nth / 27]];
        observe_all(&sandbox, chosen);
        let answer = cycle(&sandbox, "weekly");
        let cycle = &answer["cycle"];
        let (decision, rule) = by_the_rules(&cycle["inputs"]);
        assert_eq!((cycle["decision"].as_str(), cycle["rule"].as_str()), (Some(decision), Some(rule)), "{chosen:?}");
    }
    assert_eq!(cycles(&sandbox).len(), 12);
}

#[test]
fn row_115_the_trends_in_the_file_decide_and_a_damaged_file_stops_the_cycle() {
    let sandbox = Sandbox::new().started();
    assert_eq!(decision(&sandbox, "weekly"), "intervene");
    both_up(&sandbox);
    assert_eq!(decision(&sandbox, "weekly"), "continue");
    for (bad, expected) in [
        ("{\n", "metrics.json:2:1"),
        ("{\"visibility_track\": {}, \"quality_track\": {}}\n", "metrics.json:1:"),
        ("", "metrics.json:1:1"),
    ] {
        let sound = sandbox.read(METRICS);
        sandbox.write(METRICS, bad);
        commit_past_hooks(&sandbox, "Break the metrics");
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["run-cycle", "weekly"]).code(1).stderr_has(expected));
        sandbox.write(METRICS, sound);
        commit_past_hooks(&sandbox, "Mend the metrics");
    }
    assert_eq!(decision(&sandbox, "weekly"), "continue");
}
