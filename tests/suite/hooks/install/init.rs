//! `init` installs the hooks, and seeds also where it cannot.

use super::{AUTHOR, names_in};
use crate::sandbox::Sandbox;

#[test]
fn init_installs_the_hooks_and_says_so() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-push", "#!/bin/sh\n");
    let told = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--dry-run"])).ok();
    told.stdout_has("hooks: pre-commit, pre-merge-commit, commit-msg, pre-push would be installed in .git/hooks\n");
    let told = sandbox.mkt(&["init"]).ok();
    let told = told.stdout_has("hooks: pre-commit, pre-merge-commit, commit-msg, pre-push installed in .git/hooks\n");
    told.stdout_has(".git/hooks/pre-push.pre-ohmymkt");
    let again = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--json"])).ok().json();
    assert_eq!(again["hooks"]["hooks"][0]["done"], "unchanged", "{again:#}");
    sandbox.mkt(&["hooks", "status"]).ok();
}

#[test]
fn a_clone_of_a_repository_with_artifacts_gets_its_own_hooks() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["clone", "--quiet", ".", "../clone"]).ok();
    let head = sandbox.head();
    sandbox.call("ohmymkt", &["init"]).folder("../clone").run().ok().stdout_has("everything is there already");
    assert_eq!(names_in(&sandbox.base().join("clone/.git/hooks")), AUTHOR);
    let now = sandbox.call("git", &["rev-parse", "HEAD"]).folder("../clone").run().ok().stdout;
    assert_eq!(now.trim_end(), head, "no commit is made for it");
}

#[test]
fn where_the_hooks_cannot_be_installed_the_artifacts_are_seeded_all_the_same() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "--global", "core.hooksPath", "~/hooks"]).ok();
    let outcome = sandbox.mkt(&["init"]).ok().stdout_has("seeded 6 files").stdout_lacks("hooks:");
    let outcome =
        outcome.stderr_has("warning: the hooks are not installed: git looks for hooks outside this repository");
    outcome.stderr_has("    ohmymkt hook pre-commit -- \"$@\" || exit\n");
    assert_eq!(sandbox.commits(), 2);
    assert!(names_in(&sandbox.hooks()).is_empty() && !sandbox.home().join("hooks").exists());
    let json = sandbox.mkt(&["init", "--json"]).ok().json();
    let notes = json["notes"].as_array().expect("notes");
    assert!(notes[0].as_str().is_some_and(|note| note.contains("not installed")), "{json:#}");
}
