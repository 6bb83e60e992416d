//! Honest work meets no hook that says no, be they as strict as can be.

use super::*;

/// All hooks here, and a server with its own.
fn everywhere(sandbox: &Sandbox) {
    with_origin(sandbox);
    guard_strictly(sandbox);
    install(&origin(sandbox).join("hooks"), &["pre-receive"]);
}

/// Pushes, and nobody says a word.
#[track_caller]
fn push(sandbox: &Sandbox, args: &[&str]) {
    let outcome = sandbox.git(&[&["push", "--quiet"], args].concat()).ok();
    assert_eq!(outcome.stderr, "", "{outcome}");
}

#[test]
fn a_campaign_by_its_commands() {
    let sandbox = Sandbox::new();
    everywhere(&sandbox);
    let sandbox = sandbox.started();
    let path = incident(&sandbox, "P0");
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(".json")).expect("an id");
    let lesson = ["--root-cause", "a bad release", "--remediation", "undone", "--prevention", "a check"];
    sandbox.mkt(&[&["postmortem", id], lesson.as_slice()].concat()).ok();
    sandbox.mkt(&["report-growth"]).ok();
    push(&sandbox, &["origin", "main"]);
    sandbox.mkt(&["finish-campaign", "--outcome", "all done"]).ok();
    fail_gate(&sandbox);
    push(&sandbox, &["origin", "main"]);
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn branches_that_are_merged_rebased_picked_and_reverted() {
    let sandbox = Sandbox::new().started();
    everywhere(&sandbox);
    let side =
        |commands: &str| sandbox.sh(&format!("git checkout -q -b side && {commands} && git checkout -q main")).ok();
    let p1 = "ohmymkt incident --severity P1 --module content_system --summary x >/dev/null";
    side(&format!("{p1} && echo s >side.html && git add . && git commit -qm 'Add a page'"));
    incident(&sandbox, "P0");
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok();
    push(&sandbox, &["origin", "main", "side"]);
    sandbox.git(&["branch", "--quiet", "-D", "side"]).ok();
    // A conflict, resolved by hand.
    side("echo side >index.html && git commit -qam 'Change it'");
    incident(&sandbox, "P1");
    sandbox.write("index.html", "main\n").commit_all("Change it too");
    sandbox.sh("git merge -q side >/dev/null; echo both >index.html && git commit -qam 'Merge side'").ok();
    push(&sandbox, &["origin", "main"]);
    sandbox.git(&["branch", "--quiet", "-D", "side"]).ok();
    // A rebase of recorded work, a fast-forward, a pick, a squash, a mailed patch.
    side(&format!("{p1} && git checkout -q main && {p1} && git checkout -q side && git rebase -q main"));
    sandbox.git(&["merge", "--quiet", "--ff-only", "side"]).ok();
    sandbox.git(&["branch", "--quiet", "-D", "side"]).ok();
    sandbox.sh(&format!("git checkout -q -b side HEAD~2 && {p1} && git checkout -q main")).ok();
    sandbox.git(&["cherry-pick", "side"]).ok();
    sandbox.git(&["branch", "--quiet", "-D", "side"]).ok();
    side(&format!("{p1} && {p1}"));
    sandbox.sh("git merge -q --squash side >/dev/null && git commit -qm 'Two incidents'").ok();
    sandbox.git(&["branch", "--quiet", "-D", "side"]).ok();
    side(p1);
    sandbox.sh("git format-patch -q -1 --stdout side >../patch && git am -q ../patch").ok();
    push(&sandbox, &["origin", "main"]);
    // What may be reverted.
    sandbox.mkt(&["update-task", "1", "--owner", "Ada"]).ok();
    sandbox.git(&["revert", "--no-edit", "HEAD"]).ok();
    // Git runs no hook that could add trailers to a revert; that is said, and passes.
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok().stderr_has("change-has-trailers").stderr_lacks("error: ");
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn an_amend_of_what_nobody_has_seen() {
    let sandbox = Sandbox::new().started();
    everywhere(&sandbox);
    let path = incident(&sandbox, "P2");
    sandbox.edit_json(&path, |incident| incident["summary"] = "Checkout is slow".into());
    sandbox.sh("git add --all && git commit --quiet --amend --no-edit").ok();
    sandbox.sh("echo x >>index.html && git commit --quiet --all --amend --no-edit").ok();
    sandbox.git(&["commit", "--quiet", "--amend", "--message", "mkt: an incident\n\nMkt-Action: incident"]).ok();
    push(&sandbox, &["origin", "main"]);
    sandbox.mkt(&["verify"]).ok();
    // A commit on top of it may not touch the record.
    sandbox.edit_json(&path, |incident| incident["summary"] = "All is well".into());
    sandbox
        .git(&["commit", "--quiet", "--all", "--message", "All is well"])
        .code(1)
        .stderr_has("incidents-are-immutable");
}

#[test]
fn the_first_commit_of_a_repository() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main"]).ok();
    guard_strictly(&sandbox);
    sandbox.mkt(&["init"]).ok();
    sandbox.sh("rm -rf .git/refs/heads/main .git/logs && git commit -qm 'All at once'").ok();
    assert_eq!(sandbox.commits(), 1);
    assert!(sandbox.message().contains("\n\nMkt-Action: record"), "{}", sandbox.message());
    sandbox.mkt(&["verify"]).ok();
    // A root that holds what is malformed is stopped.
    sandbox.sh("rm -rf .git/refs/heads/main .git/logs && echo '[' >.ohmymkt/state/cycles.json && git add .").ok();
    sandbox.git(&["commit", "-qm", "All at once"]).code(1).stderr_has("artifact-is-well-formed");
}

#[test]
fn a_linked_worktree_and_an_index_elsewhere() {
    let sandbox = Sandbox::new().started();
    guard_strictly(&sandbox);
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../linked"]).ok();
    let linked = sandbox.base().join("linked");
    let there = |script: &str| sandbox.call("sh", &["-c", script]).folder(&linked).run();
    there("echo x >index.html && git commit -qam 'Change a page'").ok();
    let incident = "ohmymkt incident --severity P1 --module content_system --summary x";
    there(incident).ok();
    there("git rm -q .ohmymkt/incidents/*.json && git commit -qm 'It never happened'")
        .code(1)
        .stderr_has("incidents-are-immutable");
    there("git restore --staged --worktree .ohmymkt").ok();
    there("GIT_INDEX_FILE=../other git read-tree HEAD && echo y >index.html && GIT_INDEX_FILE=../other git commit -qam 'Again'").ok();
    sandbox.mkt(&["verify", "--all"]).ok();
}
