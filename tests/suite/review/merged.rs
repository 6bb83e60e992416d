//! The merge that would result, as a forge would make it.

use super::*;

/// A campaign that is ready to start on `main`, and started on a branch.
fn started_on_a_branch() -> Sandbox {
    let sandbox = Sandbox::new().reviewed();
    sandbox.git(&["switch", "--quiet", "--create", "start"]).ok();
    sandbox.started()
}

/// Both branches set the same value otherwise.
fn disputed() -> Sandbox {
    let sandbox = Sandbox::new().gates_passing();
    sandbox.git(&["switch", "--quiet", "--create", "nine"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=9"]).ok();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=10"]).ok();
    sandbox.git(&["switch", "--quiet", "nine"]).ok();
    sandbox
}

#[test]
fn row_15_two_branches_that_are_fine_alone_and_start_a_campaign_into_a_failing_gate_are_reported() {
    let sandbox = started_on_a_branch();
    sandbox.mkt(&["review"]).ok();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=6"]).ok();
    sandbox.git(&["switch", "--quiet", "start"]).ok();
    let review = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review"])).code(2);
    let first = review.stdout.lines().next().unwrap_or_default();
    assert!(first.starts_with("violated: 1 commit on start for main, "), "{review}");
    assert!(first.ends_with("the merge is clean as text, with 1 violation in the merged state"), "{review}");
    let review = review.stdout_has("\nThe merge into main\n").stdout_has("start-requires-gates");
    review.stdout_lacks("\nThe commits\n");
    for range in ["main...start", "start...main"] {
        let verdict = sandbox.mkt(&["verify", range.rsplit("...").next().unwrap_or_default()]).ok();
        verdict.stdout_has("sound");
    }
    // And git merges it without a word.
    sandbox.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
}

#[test]
fn a_conflict_is_named_and_resolve_mends_those_of_ours() {
    let sandbox = disputed();
    sandbox.write("index.html", "ours\n").commit_all("Our page");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.write("index.html", "theirs\n").commit_all("Their page");
    sandbox.git(&["switch", "--quiet", "nine"]).ok();
    let review = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review"])).code(2);
    let review = review.stdout_has("conflicted: ").stdout_has("; the merge conflicts\n");
    assert_eq!(part(&review, "The merge into main").iter().filter(|line| line.contains("conflict")).count(), 2);
    review.stdout_has(GATES).stdout_has("index.html").stdout_has("hint: git merge main || git mkt resolve");
    let answer = sandbox.mkt(&["review", "--json"]).code(2).json();
    assert_eq!(answer["merge"]["conflicts"][0], serde_json::json!({"path": GATES, "artifact": true}));
    assert_eq!(answer["merge"]["conflicts"][1], serde_json::json!({"path": "index.html", "artifact": false}));
}

#[test]
fn the_merge_is_tried_without_drivers_and_attributes() {
    let sandbox = disputed();
    // A driver that would settle everything, named wherever attributes are read from.
    let driver = sandbox.base().join("tmp/ran").display().to_string();
    sandbox.git(&["config", "merge.ohmymkt.driver", &format!("touch {driver}; exit 0")]).ok();
    let line = "*.json merge=ohmymkt\n";
    let global = sandbox.home().join("attributes").display().to_string();
    sandbox.git(&["config", "core.attributesFile", &global]).ok();
    sandbox.write("../home/attributes", line).write(".git/info/attributes", line);
    sandbox.mkt(&["review"]).code(2).stdout_has("conflicted: ").stdout_has(GATES);
    assert!(!std::path::Path::new(&driver).exists(), "the driver ran");
    // Git itself would have used it.
    sandbox.git(&["merge", "--quiet", "--no-edit", "main"]).ok();
    assert!(std::path::Path::new(&driver).exists(), "the driver of this test works");
}

#[test]
fn records_of_both_sides_merge_and_stay_sound() {
    let sandbox = on_a_branch();
    incident(&sandbox, "P1", "On the branch");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    incident(&sandbox, "P2", "On main");
    sandbox.git(&["switch", "--quiet", "campaign"]).ok();
    let review = sandbox.mkt(&["review"]).ok().stdout_has("; the merge is clean as text\n");
    review.stdout_has("On the branch").stdout_lacks("On main");
}

#[test]
fn a_git_that_cannot_try_a_merge_is_not_called_sound() {
    let sandbox = on_a_branch();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    incident(&sandbox, "P2", "On main");
    // What git before 2.38 says to `merge-tree --write-tree`.
    let real = sandbox.sh("command -v git").ok().stdout.trim().to_owned();
    let old = format!("#!/bin/sh\nfor word; do case $word in merge-tree) exit 129;; esac; done\nexec {real} \"$@\"\n");
    sandbox.write("../bin/git", old).sh("chmod +x ../bin/git").ok();
    let review = sandbox.mkt(&["review", "main...campaign"]).code(3);
    review.stdout_has("incomplete: ").stdout_has("the merge could not be tried").stdout_has("git 2.38");
}
