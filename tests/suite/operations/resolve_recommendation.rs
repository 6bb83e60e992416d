//! `resolve-recommendation`: acted on or deferred, once.

use super::*;

/// A campaign with one open recommendation, and its id.
fn recommended() -> (Sandbox, String) {
    let sandbox = Sandbox::new().started();
    let answer = sandbox.mkt(&["report-growth", "--json"]).ok().json();
    let id = text(&answer["recommendations"][0]["id"]);
    (sandbox, id)
}

#[test]
fn row_168_acting_and_deferring_are_recorded() {
    for (option, field, verb) in [("--acted", "acted", "acted on"), ("--deferred", "deferred", "deferred")] {
        let (sandbox, id) = recommended();
        let path = format!(".ohmymkt/recommendations/{id}.json");
        let before = sandbox.json(&path);
        sandbox.at("2026-01-06T00:00:00Z");
        sandbox.mkt(&["resolve-recommendation", &id, option, "after the move", "--note", "see the minutes"]).ok();
        let mut after = sandbox.json(&path);
        let resolution = after.as_object_mut().expect("an object").remove("resolution").expect("a resolution");
        assert_eq!(after, before, "nothing else changes");
        let expected = serde_json::json!({
            field: "after the move", "note": "see the minutes", "by": "Ada Growth <ada@example.org>",
            "at": "2026-01-06T00:00:00Z"
        });
        assert_eq!(resolution, expected);
        assert_eq!(sandbox.touched(), [path]);
        let message = format!(
            "mkt(resolve-recommendation): {id} {verb}\n\nafter the move\n\n\
             Mkt-Action: resolve-recommendation\nMkt-Record: {id}"
        );
        assert_eq!(sandbox.message(), message);
        sandbox.mkt(&["verify"]).ok();
    }
}

#[test]
fn it_is_resolved_only_once() {
    let (sandbox, id) = recommended();
    sandbox.mkt(&["resolve-recommendation", &id, "--deferred", "later"]).ok();
    for option in ["--acted", "--deferred"] {
        let refused = |sandbox: &Sandbox| sandbox.mkt(&["resolve-recommendation", &id, option, "x"]).code(2);
        sandbox.unchanged_by(refused).stderr_has("is resolved, and that is never altered");
    }
}

#[test]
fn a_blank_an_unknown_id_and_both_at_once_are_refused() {
    let (sandbox, id) = recommended();
    let refused = |words: &[&str], code: i32| {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&[&["resolve-recommendation"], words].concat()).code(code))
    };
    refused(&[&id, "--acted", " "], 1).stderr_has("found a blank");
    refused(&[&id, "--deferred", ""], 1).stderr_has("found a blank");
    refused(&["rec-nope", "--acted", "x"], 1).stderr_has("there is no recommendation `rec-nope`");
    refused(&[&id], 129);
    refused(&[&id, "--acted", "x", "--deferred", "y"], 129);
    sandbox.mkt(&["resolve-recommendation", &id[..12], "--acted", "x"]).ok().stdout_has(&id);
}
