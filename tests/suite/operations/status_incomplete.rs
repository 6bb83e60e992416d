//! `status` where not all history can be seen: an incident may have been there, and nobody knows.

use super::*;

/// A campaign whose P0 was hidden by a commit past the hooks, and one more commit on top of it.
fn hidden() -> Sandbox {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    sandbox.remove(&format!(".ohmymkt/incidents/{id}.json"));
    commit_past_hooks(&sandbox, "Sweep it under the carpet");
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    sandbox
}

#[test]
fn a_shallow_clone_does_not_say_that_all_is_well() {
    let sandbox = hidden();
    let origin = format!("file://{}", sandbox.root().display());
    let clone = sandbox.base().join("shallow");
    sandbox.git(&["clone", "--quiet", "--depth=1", &origin, &clone.to_string_lossy()]).ok();
    let ask = |words: &[&str]| sandbox.call("ohmymkt", words).folder(&clone).run();
    let reason = "the clone is shallow: older commits are not here";
    let outcome = ask(&["status", "--check"]).code(3).stdout_has(&format!("incomplete: {reason}"));
    outcome.stdout_has("ok    6. every known incident has its file").stdout_lacks("FAIL");
    ask(&["status"]).ok().stdout_has(reason);
    let answer = ask(&["status", "--check", "--json"]).code(3).json();
    assert_eq!((&answer["status"], &answer["incomplete"][0]), (&"incomplete".into(), &reason.into()));
    // What is seen to fail outranks what cannot be seen.
    let later = ["status", "--check"];
    let later = sandbox.call("ohmymkt", &later).folder(&clone).at("2026-01-20T09:00:00Z").run().code(2);
    later.stdout_has("no weekly cycle report").stdout_has(reason);
    sandbox.call("git", &["fetch", "--quiet", "--unshallow"]).folder(&clone).run().ok();
    ask(&["status", "--check"]).code(2).stdout_has("is known and has no file").stdout_lacks("incomplete");
}

#[test]
fn neither_do_replaced_commits_and_missing_objects() {
    let sandbox = Sandbox::new().started();
    let answer = sandbox.mkt(&["status", "--check", "--json"]).ok().json();
    assert_eq!(answer["incomplete"], serde_json::json!([]));
    sandbox.git(&["replace", "--graft", "HEAD~2"]).ok();
    sandbox.mkt(&["status", "--check"]).code(3).stdout_has("incomplete: replace references or grafts");
    let replaced = sandbox.git(&["rev-parse", "HEAD~2"]).ok().stdout;
    sandbox.git(&["replace", "--delete", replaced.trim()]).ok();

    incident_of(&sandbox, "P2", "content_system");
    incident_of(&sandbox, "P2", "content_system");
    sandbox.mkt(&["status", "--check"]).ok();
    let folder = sandbox.git(&["rev-parse", "HEAD~:.ohmymkt/incidents"]).ok().stdout;
    let (first, rest) = folder.trim().split_at(2);
    sandbox.remove(&format!(".git/objects/{first}/{rest}"));
    let outcome = sandbox.mkt(&["status", "--check"]).code(3);
    outcome.stdout_has("incomplete: objects of 1 commits are not in the repository");
    let commit = sandbox.git(&["rev-parse", "HEAD~3"]).ok().stdout;
    let (first, rest) = commit.trim().split_at(2);
    sandbox.remove(&format!(".git/objects/{first}/{rest}"));
    sandbox.mkt(&["status", "--check"]).code(3).stdout_has("1 commits are missing from the repository");
}
