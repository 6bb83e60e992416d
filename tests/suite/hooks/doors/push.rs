//! `pre-push`: every commit that is new to the remote, whatever leads to it.

use super::*;

/// A campaign with a P0 that the remote has, and the hooks of a clone.
fn guarded() -> (Sandbox, String) {
    let (sandbox, path) = published();
    guard(&sandbox);
    (sandbox, path)
}

/// The same, and `side` where the P0 has vanished; HEAD is on `main`.
fn with_bad_side() -> (Sandbox, String) {
    let (sandbox, path) = guarded();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.remove(&path);
    let bad = commit_badly(&sandbox, "It never happened");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    (sandbox, bad)
}

/// A push is stopped, and nothing of it arrives.
#[track_caller]
fn stopped(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let refs = || sandbox.call("git", &["for-each-ref"]).folder(origin(sandbox)).at(&sandbox.now()).run().ok().stdout;
    let before = refs();
    let outcome = sandbox.git(&[&["push", "--quiet"], args].concat()).code(1);
    assert_eq!(refs(), before, "{outcome}");
    outcome.stderr_has("error: this push is refused: ").stderr_has("hint: ")
}

#[track_caller]
fn passes(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    sandbox.git(&[&["push", "--quiet"], args].concat()).ok().stderr_lacks("refused")
}

#[test]
fn a_new_branch_that_is_not_checked_out() {
    let (sandbox, bad) = with_bad_side();
    let outcome = stopped(&sandbox, &["origin", "side"]);
    let outcome = outcome.stderr_has("refs/heads/side").stderr_has(&bad[..7]).stderr_has("It never happened");
    outcome.stderr_has("incidents-are-immutable").stderr_has("before  present").stderr_has("after   absent");
    passes(&sandbox, &["origin", "main:refs/heads/other"]);
}

#[test]
fn many_references_and_the_offender_is_not_the_first() {
    let (sandbox, _) = with_bad_side();
    sandbox.sh("for n in 1 2 3; do git branch a$n; git branch z$n; done").ok();
    let outcome = stopped(&sandbox, &["--all", "origin"]);
    outcome.stderr_has("refs/heads/side").stderr_lacks("refs/heads/a1").stderr_lacks("refs/heads/z1");
}

#[test]
fn a_tag_leads_to_its_commit_and_what_is_no_commit_to_nothing() {
    let (sandbox, _) = with_bad_side();
    sandbox.git(&["tag", "light", "side"]).ok();
    sandbox.git(&["tag", "--annotate", "--message", "x", "heavy", "side"]).ok();
    sandbox.git(&["tag", "--annotate", "--message", "x", "nested", "heavy"]).ok();
    for tag in ["light", "heavy", "nested"] {
        stopped(&sandbox, &["origin", tag]).stderr_has(&format!("refs/tags/{tag}"));
    }
    sandbox.sh("git tag tree HEAD^{tree} && git tag blob HEAD:index.html && git notes add -m note HEAD").ok();
    passes(&sandbox, &["origin", "tree", "blob", "refs/notes/commits"]);
}

#[test]
fn deleting_and_pushing_nothing_new_is_silent() {
    let (sandbox, _) = guarded();
    passes(&sandbox, &["origin", "main:refs/heads/gone"]);
    let deleted = passes(&sandbox, &["origin", "--delete", "gone"]);
    assert_eq!(deleted.stderr, "");
    assert_eq!(passes(&sandbox, &["origin", "main"]).stderr, "");
}

#[test]
fn a_violation_in_the_middle_that_the_tip_has_mended() {
    let (sandbox, path) = guarded();
    let script = |from: usize, to: usize| {
        format!("for n in $(seq {from} {to}); do echo $n >index.html; git commit -qam \"Change $n\"; done")
    };
    past_hooks(&sandbox, &script(1, 24)).ok();
    let text = sandbox.read(&path);
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    sandbox.write(&path, text);
    commit_badly(&sandbox, "It did happen");
    past_hooks(&sandbox, &script(25, 48)).ok();
    assert_eq!(sandbox.sh("git rev-list --count origin/main..main").ok().stdout, "50\n");
    let outcome = stopped(&sandbox, &["origin", "main"]);
    outcome.stderr_has("It never happened").stderr_has("incidents-are-immutable").stderr_lacks("Change 3");
}

#[test]
fn a_forced_update_is_held_against_what_the_remote_has() {
    let (sandbox, path) = guarded();
    let published = sandbox.head();
    past_hooks(&sandbox, "git reset -q --hard HEAD~1").ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let outcome = stopped(&sandbox, &["--force", "origin", "main"]);
    let outcome = outcome.stderr_has(&format!("replaces {} and does not go on from it", &published[..7]));
    outcome.stderr_has("refs/heads/main").stderr_has("incidents-are-immutable").stderr_has(&path);
    // A decision of the log, in the same way.
    past_hooks(&sandbox, &format!("git reset -q --hard {published}")).ok();
    sandbox.mkt(&["run-cycle", "weekly"]).ok();
    passes(&sandbox, &["origin", "main"]);
    past_hooks(&sandbox, "git reset -q --hard HEAD~1").ok();
    stopped(&sandbox, &["origin", "+main"]).stderr_has("decision-log-is-append-only");
    // History that is rewritten and keeps every record may be pushed.
    past_hooks(
        &sandbox,
        "git reset -q --hard origin/main && git commit -q --amend --no-edit --date=2026-01-06T00:00:00Z",
    )
    .ok();
    passes(&sandbox, &["--force", "origin", "main"]);
}

#[test]
fn what_the_remote_has_already_is_not_judged_again() {
    let (sandbox, path) = guarded();
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    past_hooks(&sandbox, "git push -q origin main && git push -q origin main:refs/heads/other").ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    passes(&sandbox, &["origin", "main"]);
    passes(&sandbox, &["origin", "main:refs/heads/new"]);
    // By its address the same remote is known again; any other address is told everything.
    let address = origin(&sandbox).to_string_lossy().into_owned();
    passes(&sandbox, &[&address, "main:refs/heads/newer"]);
    sandbox.git(&["init", "--quiet", "--bare", "../elsewhere.git"]).ok();
    sandbox.git(&["push", "--quiet", "../elsewhere.git", "main"]).code(1).stderr_has("It never happened");
}

#[test]
fn a_remote_that_somebody_else_has_moved() {
    let (sandbox, path) = guarded();
    sandbox.sh("git clone -q ../origin.git ../clone && cd ../clone && echo x >index.html && git commit -qam 'Meanwhile' && git push -q").ok();
    let theirs = tip(&sandbox, &origin(&sandbox), "main");
    // What is there cannot be seen from here; what is known to have been there can.
    let outcome = passes(&sandbox, &["--force", "--dry-run", "origin", "main"]);
    outcome
        .stderr_has("incomplete: refs/heads/main of the remote is at")
        .stderr_has(&theirs[..7])
        .stderr_has("git fetch");
    sandbox.remove(&path);
    past_hooks(&sandbox, "git reset -q --hard HEAD~1 && echo y >index.html && git commit -qam 'Without it'").ok();
    stopped(&sandbox, &["--force", "origin", "main"]).stderr_has("incidents-are-immutable");
}

#[test]
fn a_push_cannot_excuse_itself() {
    let (sandbox, bad) = with_bad_side();
    sandbox.git(&["checkout", "--quiet", "side"]).ok();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["verify_from"] = bad.as_str().into());
    sandbox.commit_all("Begin here");
    sandbox.mkt(&["verify"]).ok();
    stopped(&sandbox, &["origin", "side"]).stderr_has("It never happened");
    // The first artifacts that a remote gets bring their own beginning with them.
    sandbox.git(&["init", "--quiet", "--bare", "../elsewhere.git"]).ok();
    let told = sandbox.git(&["push", "--quiet", "../elsewhere.git", "side"]).ok();
    told.stderr_has("names a commit after the tool was adopted").stderr_has("commits are not judged");
    // One that is no part of the history is none.
    let (sandbox, bad) = with_bad_side();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["verify_from"] = bad.as_str().into());
    sandbox.commit_all("Begin there");
    past_hooks(&sandbox, "git merge -q --no-edit -s ours side").ok();
    stopped(&sandbox, &["origin", "main"]).stderr_has("It never happened");
}

#[test]
fn the_words_of_a_line_are_counted_from_the_right() {
    let (sandbox, bad) = with_bad_side();
    let line = format!("HEAD@{{0 seconds ago}} {bad} refs/heads/new {}\n", "0".repeat(40));
    let hook = ["hook", "pre-push", "--json", "--", "origin", "x"];
    let answer = sandbox.call("ohmymkt", &hook).input(&line).run().code(2).json();
    assert_eq!((&answer["status"], &answer["verdict"]), (&"refused".into(), &"violated".into()), "{answer:#}");
    let finding = &answer["findings"][0];
    assert_eq!((&finding["ref"], &finding["commit"]), (&"refs/heads/new".into(), &bad.as_str().into()));
    assert_eq!(finding["rule"], "incidents-are-immutable");
    assert_eq!((&finding["before"], &finding["after"]), (&"present".into(), &"absent".into()));
    assert_eq!(finding["parent_commit"], sandbox.head().as_str());
    assert!(finding["path"].as_str().is_some_and(|path| path.starts_with(".ohmymkt/incidents/")), "{finding}");
    assert!(finding["hint"].as_str().is_some_and(|hint| !hint.is_empty()), "{finding}");
}

#[test]
fn a_shallow_clone_says_that_it_does_not_see_all_and_lets_pass() {
    let (sandbox, _) = guarded();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    passes(&sandbox, &["origin", "main"]);
    sandbox.sh("git clone -q --depth 1 \"file://$PWD/../origin.git\" ../shallow").ok();
    let shallow = sandbox.base().join("shallow");
    install(&shallow.join(".git/hooks"), &LOCAL);
    let here = |args: &[&str]| sandbox.call("git", args).folder(&shallow).run();
    sandbox.call("sh", &["-c", "echo y >index.html && git commit -qam 'Change it'"]).folder(&shallow).run().ok();
    here(&["push", "--quiet", "origin", "HEAD"]).ok().stderr_has("incomplete: the clone is shallow");
    let p2 = ["incident", "--severity", "P2", "--module", "content_system", "--summary", "x"];
    sandbox.call("ohmymkt", &p2).folder(&shallow).run().ok();
    here(&["push", "--quiet", "origin", "HEAD"]).ok().stderr_has("incomplete: the clone is shallow");
    // What is seen to be bad is stopped all the same.
    let drop = "git rm -q .ohmymkt/incidents/*.json && git commit --no-verify -qm 'It never happened'";
    sandbox.call("sh", &["-c", drop]).folder(&shallow).run().ok();
    here(&["push", "--quiet", "origin", "HEAD"]).code(1).stderr_has("incidents-are-immutable");
}

#[test]
fn ids_of_64_digits() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main", "--object-format=sha256"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Open the site");
    let sandbox = sandbox.started();
    let path = incident(&sandbox, "P0");
    let server = origin(&sandbox);
    sandbox.git(&["init", "--quiet", "--bare", "--object-format=sha256", &server.to_string_lossy()]).ok();
    sandbox.git(&["remote", "add", "origin", &server.to_string_lossy()]).ok();
    guard(&sandbox);
    install(&server.join("hooks"), &["pre-receive"]);
    passes(&sandbox, &["origin", "main"]);
    sandbox.remove(&path);
    commit_badly(&sandbox, "It never happened");
    stopped(&sandbox, &["origin", "main"]).stderr_has("incidents-are-immutable");
    std::fs::remove_dir_all(sandbox.path(".git/hooks")).expect("the hooks can be removed");
    stopped(&sandbox, &["origin", "main"]).stderr_has("remote: error: this push is refused");
    passes(
        &sandbox,
        &["origin", "main:refs/heads/x"]
            .map(|word| if word == "main:refs/heads/x" { "main~1:refs/heads/x" } else { word }),
    );
    passes(&sandbox, &["origin", "--delete", "x"]);
}
