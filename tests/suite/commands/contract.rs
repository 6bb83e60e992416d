//! What stays as it is: names, exit codes, and which command writes which state file.

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, PLAN, Sandbox};

#[test]
fn rows_35_59_170_the_commands_keep_their_names() {
    let sandbox = Sandbox::without_repository();
    let help = sandbox.mkt(&["--help"]).ok().stdout;
    let names = "init plan-growth list-plans review-plan check-gates update-gates update-metrics start-campaign \
                 finish-campaign list-tasks update-task run-cycle incident list-incidents postmortem report-growth \
                 list-recommendations resolve-recommendation status record resolve show log verify explain demo";
    for name in names.split_whitespace() {
        assert!(help.lines().any(|line| line.trim_start().split(' ').next() == Some(name)), "{name}\n{help}");
        let own = sandbox.mkt(&[name, "--help"]).ok().stdout;
        assert!(
            own.contains("Examples:") && own.contains(&format!("git mkt {name}")),
            "{name} shows how it is used\n{own}"
        );
        for option in ["-C <DIR>", "--json", "--no-color"] {
            assert!(own.contains(option), "{name} takes {option}");
        }
        let place = |option: &str| own.find(option).expect("the option is shown");
        let after_json = own[place("      --json")..].lines().count();
        assert_eq!(own[place("  -C <DIR>")..].lines().count() - after_json, 1, "what all share stands together\n{own}");
    }
    // As `git mkt` it is the same program.
    assert_eq!(sandbox.git(&["mkt", "explain"]).ok().stdout, sandbox.mkt(&["explain"]).ok().stdout);
    sandbox.mkt(&[]).code(129);
    sandbox.mkt(&["no-such-command"]).code(129);
    sandbox.mkt(&["check-gates", "--no-such-option"]).code(129);
    sandbox.mkt(&["check-gates"]).code(1).stderr_has("hint: git init");
    sandbox.mkt(&["-C", "nowhere", "check-gates"]).code(1).stderr_has("cannot change to `nowhere`");
}

#[test]
fn row_170_no_option_gets_a_campaign_past_a_gate() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    for option in ["--force", "-f", "--override", "--no-verify", "--skip-gates", "--yes", "--ignore-gates"] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN, option]).code(129));
    }
}

/// The state files and the pointer that the last commit changed, by their names.
fn state(sandbox: &Sandbox) -> Vec<String> {
    let touched = sandbox.touched().into_iter();
    let kept = touched.filter_map(|path| {
        let inside = path.strip_prefix(".ohmymkt/")?;
        let state = inside.strip_prefix("state/").or(Some(inside).filter(|name| *name == "boulder.json"))?;
        state.strip_suffix(".json").map(str::to_owned)
    });
    kept.collect()
}

#[test]
fn rows_113_119_122_125_126_131_139_141_each_state_file_changes_with_its_own_commands() {
    let sandbox = Sandbox::new();
    let passing = [["update-gates"].as_slice(), &PASSING].concat();
    let up = "quality_track.high_intent_session_trend=up";
    let plan = [
        "plan-growth",
        "Grow",
        "--name",
        PLAN,
        "--owner",
        "Ada",
        "--scope-in",
        "docs",
        "--scope-out",
        "ads",
        "--acceptance",
        "non_brand_visibility_trend is up in 3 of 4 weekly cycles",
        "--rollback-condition",
        "a P0",
    ];
    let incident = ["incident", "--severity", "P0", "--module", "content_system", "--summary", "x"];
    let steps: [(&[&str], &[&str]); 12] = [
        (&["init"], &["cycles", "gates", "metrics", "modules"]),
        (&plan, &[]),
        (&["review-plan", "--pass"], &[]),
        (&passing, &["gates"]),
        (&["start-campaign"], &["boulder", "execution", "sprint-board"]),
        (&["start-campaign"], &["boulder"]),
        (&["update-task", "1", "--owner", "Ada"], &["sprint-board"]),
        (&["update-metrics", up, "--source", "console"], &["metrics"]),
        (&incident, &[]),
        (&["run-cycle", "weekly"], &["cycles", "execution", "sprint-board"]),
        (&["report-growth"], &[]),
        (&["finish-campaign", "--outcome", "x"], &["boulder", "execution", "sprint-board"]),
    ];
    for (args, expected) in steps {
        let commits = sandbox.commits();
        sandbox.mkt(args).ok();
        assert_eq!(sandbox.commits(), commits + 1, "{args:?}");
        assert_eq!(state(&sandbox), expected, "{args:?}");
        assert_eq!(sandbox.status(), "", "{args:?}");
    }
    // Looking changes nothing.
    for args in [["check-gates"].as_slice(), &["list-plans"], &["list-tasks"], &["review-plan"], &["status"], &["log"]]
    {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).ok());
    }
}

#[test]
fn rows_123_124_the_execution_state_is_read_by_the_cycle_and_refused_when_damaged() {
    let sandbox = Sandbox::new().started();
    let execution = ".ohmymkt/state/execution.json";
    let text = sandbox.read(execution);
    for (from, to, place, said) in [
        ("\"mode\": \"execution\"", "\"mode\": \"fast\"", "3:11", "found the string \"fast\""),
        ("\"quality\": \"active\"", "\"quality\": true", "6:16", "expected one of \"active\", \"paused\""),
        (",\n    \"quality\": \"active\"", "", "4:13", "field \"quality\" is missing"),
        ("\"paused_modules\": []", "\"paused_modules\": {}", "8:21", "expected an array, found an object"),
    ] {
        assert!(text.contains(from), "{from}");
        sandbox.write(execution, text.replacen(from, to, 1));
        commit_by_hand(&sandbox);
        for args in [["run-cycle", "weekly"].as_slice(), &["start-campaign"], &["update-task", "1", "--owner", "A"]] {
            let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1));
            outcome.stderr_has(said).stderr_has(&format!("{execution}:{place}"));
        }
    }
    sandbox.write(execution, text.replace("\"paused_modules\": []", "\"paused_modules\": [\"scale_loop\"]"));
    commit_by_hand(&sandbox);
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
}

#[test]
fn rows_48_49_the_same_commands_make_the_same_state() {
    let (one, other) = (Sandbox::new().started(), Sandbox::new().started());
    let files = |sandbox: &Sandbox| {
        let mut state = sandbox.state();
        state.retain(|path, _| path.starts_with(".ohmymkt/") && !path.contains("/reviews/"));
        state
    };
    assert_eq!(files(&one), files(&other));
    let said = |sandbox: &Sandbox, args: &[&str]| sandbox.redact(&sandbox.mkt(args));
    for args in [["check-gates"].as_slice(), &["list-tasks"], &["list-plans"], &["review-plan"], &["start-campaign"]] {
        assert_eq!(said(&one, args), said(&other, args));
    }
}
