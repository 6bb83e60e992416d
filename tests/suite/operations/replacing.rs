//! `verify --replacing`: what a forced push has thrown away is in no range, and is found all the same.

use super::*;

/// A campaign with a P0 and its rollback that a forced push has dropped. Returns the old tip.
fn rewritten() -> (Sandbox, String) {
    let sandbox = Sandbox::new().started();
    incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    let old = sandbox.head();
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~2"]).ok();
    cycle(&sandbox, "weekly");
    (sandbox, old)
}

#[test]
fn what_a_forced_push_threw_away_is_found() {
    let (sandbox, old) = rewritten();
    let range = format!("{old}..HEAD");
    sandbox.mkt(&["verify"]).ok();
    sandbox.mkt(&["verify", &range]).ok();
    for args in [&["verify", "--replacing", &old][..], &["verify", &range, "--replacing", &old]] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(2));
        let outcome = outcome.stdout_has("violated: ").stdout_has("incidents-are-immutable");
        let outcome = outcome.stdout_has("decision-log-is-append-only");
        outcome.stdout_has(&format!("replaces {} and does not go on from it", &old[..7]));
    }
    let answer = sandbox.mkt(&["verify", &range, "--replacing", &old, "--json"]).code(2).json();
    assert_eq!((&answer["verdict"], &answer["commits_seen"]), (&"violated".into(), &1.into()));
    for finding in answer["findings"].as_array().expect("a list") {
        assert_eq!((text(&finding["commit"]), text(&finding["parent_commit"])), (sandbox.head(), old.clone()));
    }
    for format in ["github", "gitlab", "sarif", "junit"] {
        let outcome = sandbox.mkt(&["verify", "--replacing", &old, "--format", format]).code(2);
        outcome.stdout_has("incidents-are-immutable");
    }
    // A judgement that was kept knows nothing of it.
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn it_is_told_apart_from_what_the_tip_itself_has_done() {
    let (sandbox, old) = rewritten();
    sandbox.write(CYCLES, "[]\n");
    commit_past_hooks(&sandbox, "Forget it");
    let outcome = sandbox.mkt(&["verify", "--replacing", &old]).code(2);
    outcome.stdout_has(" Forget it\n").stdout_has(&format!(" replaces {} and does not go on from it\n", &old[..7]));
}

#[test]
fn where_nothing_is_lost_nothing_is_said() {
    let (sandbox, old) = rewritten();
    // The end of the range is the new tip, and it goes on from the old one.
    sandbox.mkt(&["verify", &old, "--replacing", &format!("{old}~2")]).ok().stdout_has("sound");
    sandbox.mkt(&["verify", &format!("HEAD~..{old}"), "--replacing", &format!("{old}~2")]).ok();
    sandbox.mkt(&["verify", "--replacing", "HEAD~"]).ok();
    sandbox.mkt(&["verify", "--replacing", "HEAD"]).ok();
    // A rebase keeps every record, under other commits.
    sandbox.git(&["checkout", "--quiet", &old]).ok();
    sandbox
        .git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--amend", "--no-edit", "--reset-author"])
        .ok();
    assert_ne!(sandbox.head(), old);
    sandbox.mkt(&["verify", "--replacing", &old]).ok();
}

#[test]
fn it_takes_one_commit_that_is_here() {
    let (sandbox, old) = rewritten();
    sandbox.mkt(&["verify", "--all", "--replacing", &old]).code(129);
    sandbox.mkt(&["verify", "--replacing", "nope"]).code(1).stderr_has("nope");
    sandbox.git(&["checkout", "--quiet", "--orphan", "empty"]).ok();
    sandbox.mkt(&["verify", "--replacing", &old]).code(1).stderr_has("there is no commit yet");
}
