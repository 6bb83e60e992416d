//! With the driver that `init` configures.

use super::VISIBILITY;
use super::apart::{campaign, has_both_weeks, our_week, part, their_week, without_driver};
use crate::sandbox::Sandbox;

#[test]
fn row_150_a_merge_keeps_what_both_branches_recorded() {
    let sandbox = campaign();
    part(&sandbox, their_week, our_week);
    let merge = sandbox.git(&["merge", "--no-edit", "side"]).ok();
    let said = format!("{}{}", merge.stdout, merge.stderr);
    assert!(said.contains("more careful value stands"), "what a rule settled is told\n{said}");
    assert!(said.contains("console says up (Ada Growth") && said.contains("rank-tracker says down"), "{said}");
    has_both_weeks(&sandbox);
}

#[test]
fn the_side_does_not_matter() {
    let sandbox = campaign();
    part(&sandbox, their_week, our_week);
    sandbox.git(&["merge", "--no-edit", "side"]).ok();
    let tree = sandbox.git(&["rev-parse", "HEAD:.ohmymkt"]).ok().stdout;
    sandbox.git(&["switch", "--quiet", "side"]).ok();
    sandbox.git(&["merge", "--no-edit", "main^1"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD:.ohmymkt"]).ok().stdout, tree);
}

#[test]
fn a_rebase_and_a_cherry_pick_go_through_by_themselves() {
    for words in [["rebase", "side"], ["cherry-pick", "..side"]] {
        let sandbox = campaign();
        part(&sandbox, their_week, our_week);
        sandbox.git(&words).ok();
        has_both_weeks(&sandbox);
    }
}

#[test]
fn a_stash_is_applied_by_meaning() {
    let sandbox = campaign();
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| board[0]["owner"] = "Grace Crawl".into());
    sandbox.git(&["stash"]).ok();
    sandbox.mkt(&["update-task", "1", "--kpi-impact", "30 clusters"]).ok();
    sandbox.git(&["stash", "pop"]).ok();
    sandbox.mkt(&["record"]).ok();
    let one = super::apart::task(&sandbox, "1");
    assert_eq!((&one["owner"], &one["kpi_impact"]), (&"Grace Crawl".into(), &"30 clusters".into()));
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn a_revert_takes_back_one_field_among_later_changes() {
    let sandbox = campaign();
    sandbox.mkt(&["update-task", "1", "--owner", "Grace Crawl"]).ok();
    let wrong = sandbox.head();
    sandbox.mkt(&["update-task", "1", "--kpi-impact", "30 clusters"]).ok();
    sandbox.git(&["revert", "--no-edit", &wrong]).ok();
    let one = super::apart::task(&sandbox, "1");
    assert_eq!((&one["owner"], &one["kpi_impact"]), (&"".into(), &"30 clusters".into()));
}

#[test]
fn branches_that_merged_each_other_merge_again() {
    let sandbox = campaign();
    part(&sandbox, their_week, our_week);
    sandbox.git(&["branch", "ours", "main"]).ok();
    sandbox.git(&["merge", "--no-edit", "side"]).ok();
    sandbox.mkt(&["update-task", "1", "--rollback-condition", "clicks fall by 5 per cent"]).ok();
    sandbox.git(&["switch", "--quiet", "side"]).ok();
    sandbox.git(&["merge", "--no-edit", "ours"]).ok();
    let gate = ["update-gates", "capacity_gate.rolling_weeks_feasible=9"];
    sandbox.mkt(&gate).ok();
    sandbox.mkt(&["update-metrics", "quality_track.conversion_assist_trend=up", "--source", "console"]).ok();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    // Two ancestors, which git merges with the driver before it merges the branches.
    sandbox.git(&["merge", "--no-edit", "side"]).ok();
    assert_eq!(sandbox.json(".ohmymkt/state/gates.json")["capacity_gate"]["rolling_weeks_feasible"], 9);
    let metrics = sandbox.json(".ohmymkt/state/metrics.json");
    assert_eq!(metrics["visibility_track"]["non_brand_visibility_trend"], "conflict");
    assert_eq!(metrics["quality_track"]["conversion_assist_trend"], "up");
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn notes_of_both_branches_stand_one_after_the_other() {
    let sandbox = campaign();
    let path = format!(".ohmymkt/notepads/{}/learnings.md", sandbox.plan());
    let note = |text: &'static str| {
        let path = path.clone();
        move |sandbox: &Sandbox| {
            let old = sandbox.read(&path);
            sandbox.write(&path, format!("{old}{text}\n"));
            sandbox.mkt(&["record"]).ok();
        }
    };
    part(&sandbox, note("templates rank within a week"), note("answers cite tables"));
    sandbox.git(&["merge", "--no-edit", "side"]).ok();
    assert!(sandbox.read(&path).ends_with("answers cite tables\ntemplates rank within a week\n"));
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn what_needs_a_person_is_marked_and_named() {
    let sandbox = campaign();
    part(
        &sandbox,
        |sandbox| drop(sandbox.mkt(&["update-task", "1", "--owner", "Grace Crawl", "--due", "2026-02-01"]).ok()),
        |sandbox| drop(sandbox.mkt(&["update-task", "1", "--owner", "Gil Graph"]).ok()),
    );
    let merge = sandbox.git(&["merge", "side"]).code(1);
    let said = format!("{}{}", merge.stdout, merge.stderr);
    assert!(said.contains("1.owner") && said.contains("Gil Graph") && said.contains("hint: git mkt resolve"), "{said}");
    let text = sandbox.read(".ohmymkt/state/sprint-board.json");
    let conflict = "<<<<<<< HEAD\n    \"owner\": \"Gil Graph\",\n=======\n    \"owner\": \"Grace Crawl\",\n>>>>>>> side\n    \"due_date\": \"2026-02-01\",\n";
    assert!(text.contains(conflict), "{}", &text[..text.len().min(900)]);
    assert_eq!(text.matches("<<<<<<<").count(), 1);
    sandbox.mkt(&["list-tasks"]).code(1).stderr_has("conflict marker");
}

#[test]
fn where_the_program_is_gone_git_merges_as_text() {
    let sandbox = campaign();
    part(&sandbox, their_week, our_week);
    std::fs::remove_file(sandbox.base().join("bin/git-mkt")).expect("the program goes");
    sandbox.git(&["merge", "side"]).code(1);
    assert!(sandbox.read(".ohmymkt/state/gates.json").contains("<<<<<<<"));
    sandbox.git(&["show", "HEAD"]).ok().stdout_has("capacity_gate");
    sandbox.mkt(&["resolve"]).ok();
    sandbox.git(&["commit", "--no-edit"]).ok();
    has_both_weeks(&sandbox);
}

#[test]
fn the_driver_keeps_gits_contract() {
    let sandbox = Sandbox::new();
    for (name, text) in [("o", ""), ("a", "[1]\n"), ("b", "[]\n")] {
        sandbox.write(name, text);
    }
    let run = |base: &str, path: &str| sandbox.mkt(&["merge-driver", base, "a", "b", "9", path]);
    run("o", ".ohmymkt/state/cycles.json").code(1).stderr_has("does not fit");
    assert_eq!(sandbox.read("a"), "<<<<<<<<< ours\n[1]\n=========\n[]\n>>>>>>>>> theirs\n");
    run("nowhere", ".ohmymkt/state/cycles.json").code(129).stderr_has("read nowhere");
    let cycle = |day: &str| {
        format!(
            r#"{{"id": "c-{day}", "cadence": "weekly", "decision": "continue", "reason": "r",
        "generated_at": "2026-01-{day}T00:00:00Z", "report_file": "r.md", "later": {{"version": [1]}}}}"#
        )
    };
    sandbox.write("a", format!("[{}]", cycle("12"))).write("b", format!("[{}]", cycle("05")));
    run("o", ".ohmymkt/state/cycles.json").ok().stdout_lacks("c-");
    let merged = sandbox.json("a");
    assert_eq!((&merged[0]["id"], &merged[1]["id"]), (&"c-05".into(), &"c-12".into()));
    assert_eq!(merged[0]["later"]["version"][0], 1, "what is not known is kept");
    sandbox.mkt(&["merge-driver", "--help"]).ok().stdout_has("Examples:");
    sandbox.mkt(&["--help"]).ok().stdout_lacks("merge-driver");
}

#[test]
fn init_configures_each_clone_once() {
    let sandbox = campaign();
    sandbox.mkt(&["init"]).ok();
    let value = |key: &str| sandbox.git(&["config", "--local", "--get-all", key]).stdout;
    assert!(value("merge.ohmymkt.driver").contains("git-mkt merge-driver %O %A %B %L %P"));
    assert!(value("diff.ohmymkt.textconv").contains("git-mkt textconv"));
    assert_eq!(value("diff.ohmymkt.cachetextconv"), "false\n");
    let attributes =
        sandbox.git(&["check-attr", "merge", "diff", "eol", "--", ".ohmymkt/state/gates.json"]).ok().stdout;
    assert_eq!(attributes.matches(": ohmymkt\n").count(), 2, "{attributes}");
    assert!(attributes.contains("eol: lf"), "{attributes}");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init"]).ok()).stdout_lacks("in this clone");
    without_driver(&sandbox);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--dry-run"]).ok());
    sandbox.mkt(&["init"]).ok().stdout_has("in this clone git now merges");
    assert_eq!(value("merge.ohmymkt.driver").lines().count(), 1);
}

#[test]
fn a_signal_that_only_one_side_moved_is_brought_in_line_before_the_merge_is_committed() {
    let sandbox = campaign();
    let observe = |trend: &str, source: &str| {
        drop(sandbox.mkt(&["update-metrics", &format!("{VISIBILITY}={trend}"), "--source", source]).ok());
    };
    // Flat is what the signal was: on `side` only the observation is new.
    part(&sandbox, |_| observe("flat", "console"), |_| observe("up", "rank-tracker"));
    sandbox.git(&["merge", "--no-commit", "side"]).ok();
    sandbox
        .mkt(&["resolve"])
        .ok()
        .stdout_has("is conflict: ")
        .stdout_has("console says flat")
        .stderr_has("hint: git commit");
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify", "--all"]).ok();
}
