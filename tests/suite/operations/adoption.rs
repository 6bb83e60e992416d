//! Where a repository says that it adopted the tool: what that excuses, and what it does not.

use super::*;

const POLICY: &str = ".ohmymkt/policy.json";

/// Names a commit as the point of adoption, in the working tree.
fn set(sandbox: &Sandbox, point: &str) {
    sandbox.edit_json(POLICY, |policy| policy["verify_from"] = point.into());
}

/// A campaign, and a log that was forgotten past every hook: the commit that did it.
fn forgetful() -> (Sandbox, String) {
    let sandbox = Sandbox::new().started();
    cycle(&sandbox, "weekly");
    sandbox.write(CYCLES, "[]\n");
    commit_past_hooks(&sandbox, "Forget it");
    let bad = sandbox.head();
    (sandbox, bad)
}

#[test]
fn a_point_that_is_set_late_is_told_everywhere() {
    let (sandbox, bad) = forgetful();
    let before = sandbox.commits();
    sandbox.mkt(&["verify"]).code(2);
    set(&sandbox, &bad);
    let said = format!("names a commit after the tool was adopted: {before} commits are not judged");
    sandbox.mkt(&["record", "--dry-run"]).ok().stderr_has(&said);
    sandbox.mkt(&["record"]).ok().stderr_has("adoption-point-is-fixed").stderr_has(&said);
    for _ in 0..2 {
        let told = sandbox.mkt(&["verify"]).ok();
        told.stdout_has(&format!("{before} commits up to the point of adoption are not judged")).stdout_has(&said);
    }
    let answer = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!((&answer["commits_seen"], &answer["commits_not_judged"]), (&1.into(), &before.into()));
    assert_eq!(answer["findings"][0]["level"], "warning");
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let answer = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!((&answer["commits_seen"], &answer["commits_not_judged"]), (&2.into(), &before.into()));
}

#[test]
fn the_hook_of_a_commit_and_of_a_push_tell_it_too() {
    let (sandbox, bad) = forgetful();
    sandbox.mkt(&["hooks", "install"]).ok();
    set(&sandbox, &bad);
    sandbox.git(&["add", "--all"]).ok();
    let said = "names a commit after the tool was adopted";
    sandbox.git(&["commit", "--message", "Begin here"]).ok().stderr_has(said);
    sandbox.git(&["init", "--quiet", "--bare", "../origin.git"]).ok();
    sandbox.git(&["push", "../origin.git", "HEAD:refs/heads/main"]).ok().stderr_has(said);
}

#[test]
fn a_repository_that_adopts_the_tool_is_told_nothing() {
    let sandbox = Sandbox::new();
    sandbox.write(BOARD, "[]\n").commit_all("What the earlier tool left");
    let point = sandbox.head();
    let sandbox = sandbox.initialised();
    set(&sandbox, &point);
    let recorded = sandbox.mkt(&["record"]).ok();
    assert_eq!(recorded.stderr, "", "{recorded}");
    let answer = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!((&answer["findings"], &answer["commits_not_judged"]), (&serde_json::json!([]), &2.into()));
    // The commit that seeded the artifacts is a point too.
    let sandbox = Sandbox::new().initialised();
    set(&sandbox, &sandbox.head());
    assert_eq!(sandbox.mkt(&["record"]).ok().stderr, "");
}

#[test]
fn a_name_that_moves_is_no_point() {
    let (sandbox, bad) = forgetful();
    for name in ["HEAD", "main", "nonsense", &bad[..7]] {
        set(&sandbox, name);
        let refused = sandbox.mkt(&["record"]).code(1);
        refused.stderr_has("policy.json:").stderr_has("expected the full id of a commit, 40 or 64 hexadecimal digits");
    }
    // Where one got in past the tool, nothing is excused, and it can be put right.
    commit_past_hooks(&sandbox, "Name what moves");
    let found = sandbox.mkt(&["verify"]).code(2);
    found.stdout_has("decision-log-is-append-only").stdout_has("expected the full id of a commit");
    set(&sandbox, &sandbox.head());
    sandbox.mkt(&["record"]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("not judged");
}

#[test]
fn a_point_that_is_not_here_excuses_nothing() {
    let (sandbox, _) = forgetful();
    set(&sandbox, &"1".repeat(40));
    sandbox.git(&["update-ref", &format!("refs/heads/{}", "1".repeat(40)), "HEAD"]).ok();
    sandbox.mkt(&["record"]).ok();
    sandbox.mkt(&["verify"]).code(2).stdout_has("Forget it").stdout_lacks("not judged");
}

#[test]
fn a_root_of_its_own_that_names_a_later_commit_is_told() {
    let sandbox = Sandbox::new().started();
    sandbox.edit_json(POLICY, |policy| policy["require_gate_evidence"] = true.into());
    sandbox.mkt(&["record"]).ok();
    cycle(&sandbox, "weekly");
    sandbox.write(CYCLES, "[]\n");
    commit_past_hooks(&sandbox, "Forget it");
    let bad = sandbox.head();
    let orphan = format!(
        "blob=$(printf '{{\"version\": 1, \"verify_from\": \"{bad}\"}}' | git hash-object -w --stdin) &&
         inner=$(printf '100644 blob %s\tpolicy.json\n' $blob | git mktree) &&
         outer=$(printf '040000 tree %s\t.ohmymkt\n' $inner | git mktree) &&
         git branch orphan $(git commit-tree $outer -m 'A root of its own')"
    );
    sandbox.sh(&orphan).ok();
    sandbox.git(&["merge", "--quiet", "--allow-unrelated-histories", "--no-commit", "orphan"]);
    let policy = serde_json::json!({"version": 1, "require_gate_evidence": true, "verify_from": bad});
    sandbox.write(POLICY, format!("{policy:#}\n"));
    commit_past_hooks(&sandbox, "Merge it");
    let told = sandbox.mkt(&["verify"]);
    told.stdout_has("names a commit after the tool was adopted").stdout_has("A root of its own");
}
