//! `demo`: the whole lifecycle, played away from the user's own repository.

use crate::sandbox::Sandbox;

#[test]
fn row_5_the_demo_plays_the_lifecycle_and_leaves_a_sound_repository() {
    let sandbox = Sandbox::new();
    let args = ["demo", "--dir", "../stage"];
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).ok());
    for told in ["the campaign cannot start: 5 of 5 gates fail", "[exit 2]", "rollback", "postmortem", "Look around"] {
        assert!(outcome.stdout.contains(told), "{told}\n{outcome}");
    }
    let stage = sandbox.base().join("stage");
    let run = |program: &str, args: &[&str]| sandbox.call(program, args).folder(&stage).run();
    assert_eq!(run("git", &["status", "--porcelain"]).ok().stdout, "");
    run("ohmymkt", &["verify"]).ok();
    run("git", &["fsck", "--strict"]).ok();
    // A directory that is there is never played in.
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(1)).stderr_has("cannot make a directory for the demo");
}

#[test]
fn without_a_directory_it_plays_in_a_temporary_one_anywhere() {
    let sandbox = Sandbox::without_repository();
    let document = sandbox.mkt(&["demo", "--json"]).ok().json();
    let directory = document["directory"].as_str().expect("a path");
    assert!(directory.starts_with(sandbox.base().to_str().expect("a path in UTF-8")), "{directory}");
    assert!(document["commands"].as_array().expect("a list").len() > 10);
}
