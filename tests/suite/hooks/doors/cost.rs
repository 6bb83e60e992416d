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

#[test]
fn every_form_of_the_index_is_read() {
    let forms =
        ["update-index --index-version 4", "update-index --split-index", "sparse-checkout set --sparse-index .ohmymkt"];
    for form in forms {
        let sandbox = Sandbox::new().started();
        sandbox.write("pages/one.html", "x\n").commit_all("Add a page");
        let path = incident(&sandbox, "P0");
        guard(&sandbox);
        sandbox.sh(&format!("git {form}")).ok();
        sandbox.sh("echo y >index.html && git commit -qam 'Change a page'").ok().stderr_lacks("error");
        let outcome = sandbox.sh(&format!("git rm -q {path} && git commit -qm 'It never happened'")).code(1);
        outcome.stderr_has("incidents-are-immutable");
    }
}

#[test]
fn what_stands_in_the_place_of_the_folder_is_seen() {
    let sandbox = Sandbox::new().initialised();
    guard(&sandbox);
    let outcome =
        sandbox.sh("rm -rf .ohmymkt && echo x >.ohmymkt && git add --all && git commit -qm 'Make room'").code(1);
    outcome.stderr_has("artifact-is-well-formed").stderr_has("is a file, expected a folder");
    sandbox
        .sh("rm .ohmymkt && ln -s .. .ohmymkt && git add --all && git commit -qm 'Make room'")
        .code(1)
        .stderr_has("is a symbolic link");
}
