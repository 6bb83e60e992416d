//! Only what a range introduces is told: what its first parent had already is old news.

use super::{bad, commit};
use crate::sandbox::Sandbox;

#[test]
fn what_was_there_before_the_range_is_not_told_again() {
    let sandbox = bad();
    sandbox.write(".ohmymkt/notepads/a/issues.md", "a note\n");
    commit(&sandbox, "Note\n\nMkt-Action: record\n");
    sandbox.mkt(&["verify", "HEAD~..HEAD"]).ok().stdout_has("sound: 1 commits seen, the 1 that touch");
    // The malformed gates move down by a line, and stay as bad as they were.
    let gates = sandbox.read(".ohmymkt/state/gates.json");
    sandbox.write(".ohmymkt/state/gates.json", format!("\n\n{gates}"));
    commit(&sandbox, "Move\n\nMkt-Action: record\n");
    sandbox.mkt(&["verify", "HEAD~..HEAD"]).ok();
    sandbox.mkt(&["verify"]).code(2);
    sandbox.mkt(&["verify", "--all"]).code(2);
}

#[test]
fn one_more_of_a_kind_is_new() {
    let sandbox = Sandbox::new().initialised();
    let path = ".ohmymkt/incidents/twice.json";
    sandbox.write(path, "{ \"a\": 1, \"a\": 1 }\n");
    commit(&sandbox, "Once\n\nMkt-Action: record\n");
    sandbox.write(path, "{ \"a\": 1, \"a\": 1,\n\"a\": 1 }\n");
    commit(&sandbox, "Twice\n\nMkt-Action: record\n");
    let found = sandbox.mkt(&["verify", "HEAD~..HEAD", "--json"]).code(2).json();
    let found = found["findings"].as_array().expect("a list");
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((&found[0]["rule"], &found[0]["line"]), (&"artifact-is-well-formed".into(), &2.into()));
}

#[test]
fn a_merge_is_not_blamed_for_what_one_of_its_parents_brought() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.write(".ohmymkt/incidents/bad.json", "{\n");
    commit(&sandbox, "Break\n\nMkt-Action: record\n");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write(".ohmymkt/notepads/a/issues.md", "a note\n");
    commit(&sandbox, "Note\n\nMkt-Action: record\n");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "-m", "Merge side", "side"]).ok();
    let found = sandbox.mkt(&["verify", "HEAD^..HEAD", "--json"]).code(2).json();
    let subjects: Vec<_> = found["findings"].as_array().expect("a list").iter().map(|one| &one["subject"]).collect();
    assert_eq!(subjects, ["Break"], "{found:#}");
    sandbox.mkt(&["verify", "side..HEAD"]).ok();
}
