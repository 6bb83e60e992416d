//! One document on stdout with `--json`, and nothing else.

use serde_json::{Value, json};

use crate::sandbox::{Outcome, Sandbox};

use super::help;
use super::story;

/// Asserts that there is one document, with its envelope.
#[track_caller]
fn document(outcome: &Outcome, command: &str, status: &str) -> Value {
    assert_eq!(outcome.stderr, "", "nothing beside the document\n{outcome}");
    assert!(outcome.stdout.ends_with("}\n"), "a final line end\n{outcome}");
    let document = outcome.json();
    let envelope: Vec<_> = document.as_object().expect("an object").keys().take(3).cloned().collect();
    assert_eq!(envelope, ["version", "command", "status"], "{outcome}");
    assert_eq!(document["version"], 1, "{outcome}");
    assert_eq!(document["command"], command, "{outcome}");
    assert_eq!(document["status"], status, "{outcome}");
    document
}

#[test]
fn every_command_answers_with_one_document() {
    let sandbox = Sandbox::new();
    let mut met = vec!["demo".to_owned()];
    story::tell(&sandbox, |sandbox, turn| {
        let outcome = sandbox.mkt(&turn.with("--json")).ok();
        let answer = document(&outcome, turn.name, "ok");
        assert_eq!(answer["commit"], sandbox.head(), "the whole id of the commit\n{outcome}");
        met.push(turn.name.to_owned());
    });
    let reading: [(&[&str], &str); 18] = [
        (&["list-plans"], "plans"),
        (&["check-gates"], "gates"),
        (&["list-tasks"], "tasks"),
        (&["list-incidents"], "incidents"),
        (&["list-recommendations"], "recommendations"),
        (&["status"], "checks"),
        (&["hooks", "status"], "hooks"),
        (&["show", "HEAD"], "commit"),
        (&["show", "inc-"], "record"),
        (&["verify"], "verdict"),
        (&["hook", "pre-commit"], "verdict"),
        (&["review"], "verdict"),
        (&["why", "capacity_gate"], "changes"),
        (&["textconv", ".ohmymkt/state/gates.json"], "sentences"),
        (&["explain"], "rules"),
        (&["completions", "bash"], "text"),
        (&["man"], "text"),
        (&["explain", "p0-forces-rollback"], "rules"),
    ];
    for (args, key) in reading {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&[args, &["--json"]].concat())).ok();
        let answer = document(&outcome, args[0], "ok");
        assert!(!answer[key].is_null(), "expected `{key}`\n{outcome}");
        met.push(args[0].to_owned());
    }
    let outcome = sandbox.mkt(&["log", "--json"]).ok();
    assert_eq!(outcome.stderr, "");
    let events = outcome.json_lines();
    assert_eq!(events.len(), story::WRITING.len(), "one object a line\n{outcome}");
    assert!(events.iter().all(|event| event["commit"].is_string() && event["action"].is_string()), "{outcome}");
    assert_eq!(sandbox.mkt(&["log", "--json", "-n", "0"]).ok().stdout, "");
    met.push("log".to_owned());
    sandbox.sh("git switch -qc side && git commit -q --allow-empty -m side && git switch -q -").ok();
    sandbox.git(&["merge", "--quiet", "--no-ff", "--no-commit", "side"]).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["resolve", "--json"])).ok();
    assert_eq!(document(&outcome, "resolve", "ok")["left"], json!([]));
    met.push("resolve".to_owned());
    let forgotten: Vec<_> = help::commands(&sandbox).into_iter().filter(|name| !met.contains(name)).collect();
    assert!(forgotten.is_empty(), "each command has its line above: {forgotten:?}");
}

#[test]
fn the_demo_answers_with_one_document() {
    let sandbox = Sandbox::without_repository();
    let dir = sandbox.base().join("demo").display().to_string();
    let outcome = sandbox.mkt(&["demo", "--json", "--dir", &dir]).ok();
    assert!(document(&outcome, "demo", "ok")["commands"].as_array().is_some_and(|all| all.len() > 10), "{outcome}");
}

#[test]
fn a_dry_run_answers_with_one_document() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| {
        let outcome = sandbox.mkt(&[turn.args().as_slice(), &["--json", "--dry-run"]].concat()).ok();
        let answer = document(&outcome, turn.name, "ok");
        assert!(answer["commit"].is_null(), "{outcome}");
        assert!(answer["preview"]["message"].is_string() && answer["preview"]["changes"].is_array(), "{outcome}");
        sandbox.mkt(&turn.args()).ok();
    });
}

#[test]
fn a_refusal_and_an_error_are_documents_too() {
    let sandbox = Sandbox::new().planned();
    let cases: [(&[&str], i32, &str, &str); 7] = [
        (&["start-campaign"], 2, "refused", "blocked"),
        (&["finish-campaign", "--outcome", "o"], 2, "refused", "no-campaign"),
        (&["run-cycle", "weekly"], 2, "refused", "no-campaign"),
        (&["incident", "--severity", "P7", "--module", "m", "--summary", "s"], 1, "error", "bad-value"),
        (&["show", "nothing"], 1, "error", "unknown-revision"),
        (&["incident", "--severity", "P1"], 129, "error", "usage"),
        (&["log", "--no-such-option"], 129, "error", "usage"),
    ];
    for (args, code, status, error) in cases {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&[args, &["--json"]].concat())).code(code);
        let answer = document(&outcome, args[0], status);
        assert_eq!(answer["error"]["code"], error, "{outcome}");
        assert!(answer["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{outcome}");
        let hints = answer["error"]["hints"].as_array().expect("a list of hints");
        assert!(!hints.is_empty() && hints.iter().all(Value::is_string), "{outcome}");
    }
    document(&sandbox.mkt(&["--json", "no-such-command"]).code(129), "ohmymkt", "error");
    document(&sandbox.mkt(&["--json"]).code(129), "ohmymkt", "error");
    document(&sandbox.mkt(&["check-gates", "--json"]).code(2), "check-gates", "refused");
    document(&sandbox.mkt(&["status", "--check", "--json"]).code(2), "status", "refused");
    let outcome = sandbox.mkt(&["-C", "no/such/folder", "status", "--json"]).code(1);
    document(&outcome, "status", "error");
    let sandbox = Sandbox::without_repository();
    document(&sandbox.mkt(&["status", "--json"]).code(1), "status", "error");
}

#[test]
fn results_are_on_stdout_and_everything_else_is_not() {
    let sandbox = Sandbox::new().planned();
    for args in [&["list-plans"][..], &["check-gates"], &["status"], &["log"], &["explain"], &["review-plan"]] {
        let outcome = sandbox.mkt(args);
        assert!(!outcome.stdout.is_empty(), "the result is on stdout\n{outcome}");
        assert!(!outcome.stdout.contains("error:"), "{outcome}");
    }
    let blocked = sandbox.mkt(&["start-campaign"]).code(2).stderr_has("capacity_gate").stderr_has("hint: ");
    assert_eq!(blocked.stdout, "", "the gate table of a refusal is no result\n{blocked}");
}

#[test]
fn what_is_noted_beside_an_answer_stands_in_the_document_too() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.mkt(&["check-gates", "--json"]).code(2);
    let notes = document(&outcome, "check-gates", "refused")["notes"].clone();
    assert!(notes[0].as_str().is_some_and(|note| note.contains("gates.json")), "{outcome}");
}
