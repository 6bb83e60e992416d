//! Where no artifact changes, the hooks say nothing and start no program.

use super::*;

/// Runs a hook where no program can be found.
#[track_caller]
fn alone(sandbox: &Sandbox, args: &[&str], input: &str) {
    let call = sandbox.call("ohmymkt", &[&["hook"], args].concat()).env("PATH", "/nowhere");
    let outcome = call.env("GIT_INDEX_FILE", ".git/index").input(input).run().ok();
    assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""), "{outcome}");
}

#[test]
fn a_commit_of_other_files_starts_no_program() {
    let sandbox = Sandbox::new().started();
    let old = sandbox.head();
    sandbox.write("index.html", "x\n").write("-first", "sorts before\n").git(&["add", "--all"]).ok();
    sandbox.write(".git/COMMIT_EDITMSG", "Change a page\n");
    alone(&sandbox, &["pre-commit"], "");
    alone(&sandbox, &["pre-merge-commit"], "");
    alone(&sandbox, &["commit-msg", "--", ".git/COMMIT_EDITMSG"], "");
    sandbox.git(&["commit", "-qm", "Change a page"]).ok();
    let new = sandbox.head();
    sandbox.git(&["update-ref", "refs/heads/main", &old]).ok();
    let moves = format!("{old} {new} HEAD\n{old} {new} refs/heads/main\n");
    for state in ["preparing", "prepared", "committed", "aborted"] {
        alone(&sandbox, &["reference-transaction", "--", state], &moves);
    }
    alone(&sandbox, &["reference-transaction", "--", "prepared"], "x ref:refs/heads/side HEAD\n");
    let push = format!("refs/heads/main {new} refs/heads/main {old}\n");
    alone(&sandbox, &["pre-push", "--", "origin", "nowhere"], &push);
    alone(&sandbox, &["pre-push", "--", "origin", "nowhere"], "");
    alone(&sandbox, &["pre-receive"], &format!("{old} {new} refs/heads/main\n"));
}

#[test]
fn a_repository_without_artifacts_notices_nothing() {
    let sandbox = Sandbox::new();
    guard_strictly(&sandbox);
    with_origin(&sandbox);
    install(&origin(&sandbox).join("hooks"), &["pre-receive"]);
    sandbox.write("page.html", "x\n");
    sandbox.git(&["add", "--all"]).ok();
    alone(&sandbox, &["pre-commit"], "");
    let commit = sandbox.git(&["commit", "-qm", "Add a page\n\nMkt-Action: record\n"]).ok();
    assert_eq!(commit.stderr, "");
    let push = sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    assert_eq!(push.stderr, "");
}

#[test]
fn nothing_is_waited_for_and_nonsense_is_told() {
    let sandbox = Sandbox::new().initialised();
    let hook = |args: &[&str], input: &str| sandbox.call("ohmymkt", &[&["hook"], args].concat()).input(input).run();
    hook(&["pre-push", "--", "origin"], "").code(1).stderr_has("found nothing");
    hook(&["commit-msg"], "").code(1).stderr_has("`commit-msg` is given the file of the message");
    hook(&["pre-push", "--", "origin", "x"], "a b\n").code(1).stderr_has("found `a b`");
    hook(&["pre-receive"], "a b c\n").code(1).stderr_has("`a` is not a full object id");
    hook(&["pre-rebase"], "").code(129);
}
