//! Where `pre-commit` found that a commit leaves the artifacts alone, the script of
//! `commit-msg` does not start the program again; everywhere else it does.

use std::fs;

use super::AUTHOR;
use crate::sandbox::{OHMYMKT, Sandbox};

/// A campaign whose installed hooks take down what they start the program for.
fn watched() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["hooks", "install"]).ok();
    let (spy, asked) = (sandbox.base().join("spy"), sandbox.base().join("asked"));
    let script = format!("#!/bin/sh\necho \"$2\" >>'{}'\nexec '{OHMYMKT}' \"$@\"\n", asked.display());
    sandbox.script(&spy.to_string_lossy(), script);
    for event in AUTHOR {
        let path = sandbox.hooks().join(event);
        let text = fs::read_to_string(&path).expect("a script");
        let line = text.lines().find(|line| line.starts_with("program=")).expect("it names its program");
        fs::write(&path, text.replace(line, &format!("program='{}'", spy.display()))).expect("it is written");
    }
    sandbox
}

/// What the program was started for since the last call.
fn asked(sandbox: &Sandbox) -> String {
    let path = sandbox.base().join("asked");
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::remove_file(path).ok();
    text.trim_end().replace('\n', " ")
}

#[test]
fn a_commit_of_other_files_starts_the_program_once() {
    let sandbox = watched();
    let ways = ["git add --all && git commit -qm 'Change a page'", "git commit -qam 'Change a page'"];
    for way in
        ways.into_iter().chain(["git commit -qm 'Change a page' -- index.html", "git commit -q --amend -m Again"])
    {
        sandbox.sh(&format!("echo more >>index.html; {way}")).ok();
        assert_eq!(asked(&sandbox), "pre-commit", "{way}");
    }
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "Nothing"]).ok();
    assert_eq!(asked(&sandbox), "pre-commit");
    sandbox.git(&["worktree", "add", "--quiet", "../side"]).ok();
    sandbox.sh("cd ../side && echo more >>index.html && git commit -qam 'Change a page there'").ok();
    assert_eq!(asked(&sandbox), "pre-commit", "the folder of the note is made where there is none");
}

#[test]
fn a_commit_of_artifacts_gets_its_trailers() {
    let sandbox = watched();
    let edit = "sed -i 's/\"rolling_weeks_feasible\": 8/\"rolling_weeks_feasible\": 9/' .ohmymkt/state/gates.json";
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "Nothing"]).ok();
    asked(&sandbox);
    sandbox.sh(&format!("{edit} && git commit -qam 'Look further ahead'")).ok();
    assert_eq!(asked(&sandbox), "pre-commit commit-msg");
    assert!(sandbox.message().contains("Mkt-Action: "), "{}", sandbox.message());

    // The index stays what it was when it touched nothing; HEAD does not.
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "Nothing"]).ok();
    sandbox.git(&["update-ref", "refs/heads/main", "HEAD~2"]).ok();
    asked(&sandbox);
    sandbox.git(&["commit", "--quiet", "-m", "Once more"]).ok();
    assert_eq!(asked(&sandbox), "pre-commit commit-msg");
    assert!(sandbox.message().contains("Mkt-Action: "), "{}", sandbox.message());
}

#[test]
fn a_script_that_is_run_by_hand_judges_the_index_as_it_is() {
    let sandbox = watched();
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", "Nothing"]).ok();
    sandbox.write(".git/message", "Look further ahead\n");
    let run = || sandbox.sh("GIT_INDEX_FILE=.git/index .git/hooks/commit-msg .git/message").ok();
    asked(&sandbox);
    run();
    assert_eq!(asked(&sandbox), "", "nothing was staged since");
    sandbox.edit_json(".ohmymkt/state/gates.json", |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into());
    sandbox.git(&["add", "--all"]).ok();
    run();
    assert_eq!(asked(&sandbox), "commit-msg");
    assert!(sandbox.read(".git/message").contains("Mkt-Action: "), "{}", sandbox.read(".git/message"));
}

#[test]
fn a_message_that_claims_something_is_judged() {
    let sandbox = watched();
    let claim = "Nothing to see\n\nMkt-Action: run-cycle\nMkt-Decision: continue\n";
    let outcome = sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", claim]).code(1);
    outcome.stderr_has("trailers-tell-the-truth");
    assert_eq!(asked(&sandbox), "pre-commit commit-msg");
    let long = format!("Many words\n\n{}\nMkt-Action: run-cycle\nMkt-Decision: continue", "word\n".repeat(60));
    sandbox.git(&["commit", "--quiet", "--allow-empty", "-m", &long]).code(1);
    assert_eq!(asked(&sandbox), "pre-commit commit-msg");
}

#[test]
fn a_merge_is_judged_with_its_message() {
    let sandbox = watched();
    sandbox.sh("git switch -qc side && echo side >side.html && git add --all && git commit -qm Side").ok();
    sandbox.sh("git switch -q main && echo main >main.html && git add --all && git commit -qm Main").ok();
    asked(&sandbox);
    sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok();
    assert_eq!(asked(&sandbox), "pre-merge-commit commit-msg");
}
