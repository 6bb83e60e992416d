//! `reference-transaction`: whatever moves a branch here.

use super::*;

/// A campaign with a P0 that the remote has, under the strict hooks.
fn guarded() -> (Sandbox, String) {
    let (sandbox, path) = published();
    guard_strictly(&sandbox);
    (sandbox, path)
}

/// A command is stopped by git, and `main` stays where it is.
#[track_caller]
fn stopped(sandbox: &Sandbox, script: &str) -> Outcome {
    let head = tip(sandbox, &sandbox.root(), "main");
    let outcome = sandbox.sh(script);
    assert_ne!(outcome.code, 0, "{outcome}");
    assert_eq!(tip(sandbox, &sandbox.root(), "main"), head, "{outcome}");
    outcome.stderr_has("error: moving a branch is refused").stderr_has("refs/heads/main").stderr_has("hint: ")
}

#[test]
fn a_branch_cannot_forget_what_was_recorded() {
    let (sandbox, path) = guarded();
    for script in [
        "git reset -q --hard HEAD~1",
        "git update-ref refs/heads/main HEAD~1",
        "git branch -f other main && git checkout -q other && git branch -f main HEAD~1",
    ] {
        let outcome = stopped(&sandbox, script);
        outcome.stderr_has("incidents-are-immutable").stderr_has(&path).stderr_has("does not go on from it");
        sandbox.git(&["checkout", "--quiet", "--force", "main"]).ok();
    }
    // Other files may be reset, and HEAD may look at anything.
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    sandbox.git(&["checkout", "--quiet", "--detach", "HEAD~3"]).ok();
    sandbox.git(&["checkout", "--quiet", "-b", "older"]).ok();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.git(&["branch", "--quiet", "-D", "older"]).ok();
}

#[test]
fn an_amended_commit_is_judged_by_where_it_has_been() {
    let (sandbox, _) = guarded();
    let amend = "git add --all && git commit --quiet --amend --no-edit";
    // Nobody has seen this incident yet.
    let path = incident(&sandbox, "P2");
    sandbox.edit_json(&path, |incident| incident["summary"] = "Checkout is slow".into());
    sandbox.sh(amend).ok();
    sandbox.mkt(&["verify"]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    sandbox.edit_json(&path, |incident| incident["summary"] = "All is well".into());
    stopped(&sandbox, amend).stderr_has("incidents-are-immutable");
}

#[test]
fn a_bad_pick_stops_a_rebase_where_it_is() {
    let sandbox = Sandbox::new().started();
    let path = incident(&sandbox, "P0");
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.write("page.html", "x\n").commit_all("Add a page");
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    sandbox.write("page.html", "y\n");
    commit_badly(&sandbox, "Change the page");
    let side = sandbox.head();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    guard_strictly(&sandbox);
    let outcome = sandbox.git(&["rebase", "--quiet", "main", "side"]);
    assert_ne!(outcome.code, 0, "{outcome}");
    outcome.stderr_has("incidents-are-immutable").stderr_has("It never happened");
    assert_eq!(tip(&sandbox, &sandbox.root(), "side"), side, "the branch is as it was");
    sandbox.git(&["rebase", "--abort"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn what_a_remote_has_already_can_be_fetched_and_followed() {
    let (sandbox, path) = published();
    sandbox.sh("git clone -q ../origin.git ../clone").ok();
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    let clone = sandbox.base().join("clone");
    install(&clone.join(".git/hooks"), &LOCAL);
    install(&clone.join(".git/hooks"), &["reference-transaction"]);
    // Nobody is kept from following what the team has; `verify` finds it.
    sandbox.call("git", &["pull", "--quiet", "--ff-only"]).folder(&clone).run().ok();
    sandbox.call("ohmymkt", &["verify"]).folder(&clone).run().code(2);
}

#[test]
fn our_own_commits_pass_also_where_git_moves_the_reference_for_us() {
    for format in ["files", "reftable"] {
        let sandbox = Sandbox::without_repository();
        sandbox.git(&["init", "--quiet", "-b", "main", &format!("--ref-format={format}")]).ok();
        guard_strictly(&sandbox);
        sandbox.write("index.html", "x\n").commit_all("Open the site");
        let sandbox = sandbox.started();
        incident(&sandbox, "P1");
        sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
        sandbox.mkt(&["run-cycle", "weekly"]).ok();
        sandbox.mkt(&["verify", "--all"]).ok();
        // And what is wrong is still stopped there.
        sandbox.remove(".ohmymkt/boulder.json").write(".ohmymkt/state/cycles.json", "[]\n");
        sandbox.git(&["add", "--all"]).ok();
        let outcome = sandbox.git(&["commit", "--no-verify", "-qm", "Forget it"]);
        assert_ne!(outcome.code, 0, "{outcome}");
        outcome.stderr_has("decision-log-is-append-only");
        sandbox.mkt(&["verify", "--all"]).ok();
    }
}
