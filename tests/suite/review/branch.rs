//! `review`: what a branch changes and whether its commits hold.

use super::*;

#[test]
fn a_branch_is_told_part_by_part_under_one_verdict() {
    let sandbox = on_a_branch();
    observe(&sandbox, VISIBLE, "up");
    incident(&sandbox, "P1", "Prices are old");
    cycle(&sandbox);
    let review = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review"])).ok();
    let first = review.stdout.lines().next().unwrap_or_default();
    assert!(first.starts_with("sound: 7 commits on campaign for main, "), "{review}");
    assert!(first.ends_with("; the base has not moved on"), "{review}");
    let titles = ["Campaign", "Plans", "Gates", "Decisions", "Incidents", "Tasks", "Metrics", "Others"];
    let found = review.stdout.lines().filter_map(|line| line.split(": ").next());
    let found: Vec<_> = found.filter(|title| titles.contains(title)).collect();
    assert_eq!(found, titles, "{review}");
    assert!(part(&review, "Gates").contains(&"  ~ capacity_gate FAIL → PASS, 8 weeks are feasible".to_owned()));
    assert!(
        part(&review, "Decisions")[0].contains("weekly intervene by the rule visibility-without-quality"),
        "{review}"
    );
    assert!(part(&review, "Metrics")[0].contains("flat → up, says search-console"), "{review}");
    let answer = sandbox.mkt(&["review", "main...campaign", "--json"]).ok().json();
    assert_eq!((&answer["verdict"], &answer["merge"]["joining"]), (&"sound".into(), &"fast-forward".into()));
    assert_eq!(sandbox.mkt(&["review", "main", "--format", "json"]).ok().json()["changed"], answer["changed"]);
    let whole = sandbox.mkt(&["review", "HEAD...HEAD"]).ok();
    assert!(whole.stdout.ends_with("0 changes; nothing to merge\n"), "{whole}");
}

#[test]
fn a_plan_is_compared_word_by_word_in_its_sections() {
    let sandbox = Sandbox::new().planned();
    sandbox.git(&["switch", "--quiet", "--create", "wording"]).ok();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    sandbox.write(&path, sandbox.read(&path).replace("the shop checkout", "the whole checkout"));
    sandbox.mkt(&["record"]).ok();
    let review = sandbox.mkt(&["review"]).ok();
    let lines = part(&review, "Plans");
    assert!(lines.iter().any(|line| line.contains("the [-shop-]{+whole+} checkout")), "{review}");
    assert!(lines.iter().any(|line| line.trim() == "Scope"), "{review}");
    let markdown = sandbox.mkt(&["review", "--format", "markdown"]).ok();
    markdown.stdout_has("  - Scope: ").stdout_has("the <del>shop</del><ins>whole</ins> checkout");
}

#[test]
fn a_commit_that_breaks_a_rule_is_named() {
    let sandbox = on_a_branch();
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| board[0]["status"] = "active".into());
    commit_past_hooks(&sandbox, "Just start");
    let review = sandbox.mkt(&["review"]).code(2).stdout_has("violated: 5 commits on campaign for main");
    let review = review.stdout_has("violation").stdout_has("active-task-is-complete").stdout_has("Just start");
    assert!(part(&review, "The commits")[0].ends_with("Just start"), "{review}");
    let answer = sandbox.mkt(&["review", "--json"]).code(2).json();
    assert_eq!((&answer["verdict"], &answer["status"]), (&"violated".into(), &"refused".into()));
    assert_eq!(answer["commits"]["findings"][0]["rule"], "active-task-is-complete");
}

#[test]
fn the_branch_is_meant_for_its_upstream_or_the_default_branch() {
    let sandbox = on_a_branch();
    let clone = sandbox.base().join("clone").display().to_string();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["clone", "--quiet", ".", &clone]).ok();
    let inside = |words: &[&str]| sandbox.call("git", words).folder(&clone).run();
    inside(&["switch", "--quiet", "--create", "work", "origin/campaign", "--no-track"]).ok();
    inside(&["mkt", "review"]).ok().stdout_has("on work for origin/main, ");
    inside(&["branch", "--set-upstream-to", "origin/campaign"]).ok();
    inside(&["mkt", "review"]).ok().stdout_has("0 commits on work for origin/campaign, 0 changes");
    inside(&["switch", "--quiet", "--detach"]).ok();
    inside(&["mkt", "review"]).ok().stdout_has("on HEAD for origin/main, ");
    sandbox.git(&["branch", "--move", "main", "trunk"]).ok();
    let lost = sandbox.mkt(&["review"]).code(1).stderr_has("no upstream, and there is no default branch");
    lost.stderr_has("hint: git mkt review <base>");
}

#[test]
fn bad_revisions_are_told() {
    let sandbox = on_a_branch();
    sandbox.mkt(&["review", "nope"]).code(1).stderr_has("`nope` names no commit here");
    sandbox.mkt(&["review", "main...nope"]).code(1).stderr_has("`nope`");
    sandbox.mkt(&["review", "--since", "nope"]).code(1).stderr_has("`nope`");
    sandbox.mkt(&["review", "main..campaign"]).code(1).stderr_has("hint: git mkt review main...campaign");
    sandbox.git(&["switch", "--quiet", "--orphan", "other"]).ok();
    sandbox.write("a", "b").commit_all("Another root");
    let unrelated = sandbox.mkt(&["review", "main...other", "--json"]).code(1);
    assert_eq!(unrelated.json()["error"]["code"], "unrelated-histories");
    sandbox.mkt(&["review", "main"]).code(1).stderr_has("`main` and `other` have no commit in common");
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet"]).ok();
    sandbox.mkt(&["review"]).code(1).stderr_has("there is no commit to review yet");
}

#[test]
fn a_base_older_than_the_tool_is_an_empty_one() {
    let sandbox = Sandbox::new();
    sandbox.git(&["branch", "before"]).ok();
    let sandbox = sandbox.started();
    sandbox.mkt(&["review", "before...main"]).ok().stdout_has("sound: 5 commits").stdout_has("campaign ");
    let back = sandbox.mkt(&["review", "main...before"]).ok();
    assert!(back.stdout.starts_with("sound: 0 commits on before for main, 0 changes; nothing to merge"), "{back}");
}

#[test]
fn what_a_shallow_clone_does_not_hold_is_not_called_sound() {
    let sandbox = on_a_branch();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    incident(&sandbox, "P2", "A typo");
    let clone = sandbox.base().join("shallow").display().to_string();
    let from = format!("file://{}", sandbox.root().display());
    sandbox.git(&["clone", "--quiet", "--no-single-branch", "--depth", "1", &from, &clone]).ok();
    let words = ["review", "origin/main...origin/campaign"];
    let outcome = sandbox.call("ohmymkt", &words).folder(&clone).run().code(3);
    outcome.stderr_has("the clone is shallow").stderr_has("hint: git fetch --unshallow");
}

#[test]
fn what_is_new_since_the_last_look_is_told_also_after_a_forced_push() {
    let sandbox = on_a_branch();
    observe(&sandbox, VISIBLE, "up");
    let looked_at = sandbox.head();
    incident(&sandbox, "P1", "Prices are old");
    let review = sandbox.mkt(&["review", "--since", &looked_at]).ok();
    let review =
        review.stdout_has(&format!("new since {looked_at}\n")).stdout_lacks("Metrics").stdout_lacks("rewritten");
    assert_eq!(part(&review, "Incidents").len(), 1, "{review}");
    // The branch is rewritten: another first commit, the same content but for one more incident.
    sandbox.git(&["rebase", "--quiet", "--force-rebase", "main"]).ok();
    assert_ne!(sandbox.git(&["merge-base", &looked_at, "HEAD"]).ok().stdout.trim_end(), looked_at);
    let again = sandbox.mkt(&["review", "--since", &looked_at]).ok().stdout_has("the branch was rewritten since");
    assert_eq!(part(&again, "Incidents"), part(&review, "Incidents"));
    again.stdout_lacks("Metrics");
    let nothing = sandbox.mkt(&["review", "--since", "HEAD"]).ok();
    assert!(nothing.stdout.contains(", 0 changes; "), "{nothing}");
}

#[test]
fn a_base_that_is_only_on_the_remote_is_offered() {
    let sandbox = on_a_branch();
    sandbox.git(&["update-ref", "refs/remotes/origin/release", "main"]).ok();
    let hint = |args: &[&str]| sandbox.mkt(args).code(1).stderr.lines().last().unwrap_or_default().to_owned();
    assert_eq!(hint(&["review", "release"]), "hint: git mkt review origin/release");
    assert_eq!(hint(&["review", "release...HEAD"]), "hint: git mkt review origin/release...HEAD");
    assert_eq!(hint(&["review", "main...release"]), "hint: git mkt review main...origin/release");
    sandbox.mkt(&["review", "origin/release"]).ok();
    assert_eq!(hint(&["review", "nowhere"]), "hint: git log --oneline --all");
}

#[test]
fn the_name_of_a_branch_is_quoted_in_a_hint_where_a_shell_would_read_more_into_it() {
    let sandbox = Sandbox::new().started();
    let name = "a;b|c";
    let gate = |weeks: &str| {
        sandbox.mkt(&["update-gates", &format!("capacity_gate.rolling_weeks_feasible={weeks}")]).ok();
    };
    sandbox.git(&["switch", "--quiet", "--create", name]).ok();
    gate("10");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    gate("9");
    let review = sandbox.mkt(&["review", name]).code(2);
    review.stdout_has("hint: git merge 'a;b|c' || git mkt resolve\n");
    sandbox.mkt(&["review", "--format", "markdown", name]).code(2).stdout_has("`git merge 'a;b|c' || git mkt resolve`");
    sandbox.mkt(&["review", "main..a;b|c"]).code(1).stderr_has("hint: git mkt review 'main...a;b|c'\n");
    sandbox.mkt(&["verify", "main...a;b|c"]).code(1).stderr_has("hint: git merge-base main 'a;b|c'\n");
    sandbox.git(&["checkout", "--quiet", "--orphan", "x&y"]).ok();
    commit_past_hooks(&sandbox, "Begin anew");
    let apart = sandbox.mkt(&["review", name]).code(1);
    let apart = apart.stderr_has("hint: git merge-base 'a;b|c' 'x&y'\n");
    // The hint is a command: it says with its exit status that there is none.
    let hint = apart.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).unwrap_or_default().to_owned();
    sandbox.sh(&hint).code(1);
}
