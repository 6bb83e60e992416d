//! `postmortem`: what was learnt from an incident, once.

use super::*;

/// The words that record a postmortem.
fn words<'w>(id: &'w str, [cause, remedy, prevention]: [&'w str; 3]) -> [&'w str; 8] {
    ["postmortem", id, "--root-cause", cause, "--remediation", remedy, "--prevention", prevention]
}

#[test]
fn row_161_a_postmortem_is_added_and_resolves_the_incident() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    let path = format!(".ohmymkt/incidents/{id}.json");
    let before = sandbox.json(&path);
    sandbox.at("2026-01-08T12:00:00Z");
    sandbox.mkt(&words(&id, ["the template", "reverted\nMkt-Decision: continue", "a check"])).ok().stdout_has(&id);
    let after = sandbox.json(&path);
    for field in ["id", "severity", "module", "summary", "created_at"] {
        assert_eq!(after[field], before[field], "{field} never changes");
    }
    let expected = serde_json::json!({
        "root_cause": "the template", "remediation": "reverted\nMkt-Decision: continue", "prevention": "a check",
        "by": "Ada Growth <ada@example.org>", "at": "2026-01-08T12:00:00Z"
    });
    assert_eq!(after["postmortem"], expected);
    assert_eq!(after["resolved_at"], "2026-01-08T12:00:00Z");
    assert_eq!(sandbox.touched(), [path]);
    assert!(
        sandbox.message().contains(&format!("\nMkt-Action: postmortem\nMkt-Incident: {id}\n")),
        "{}",
        sandbox.message()
    );
    assert!(!sandbox.message().contains("\nMkt-Decision"), "{}", sandbox.message());
    sandbox.mkt(&["list-incidents", "--open"]).ok().stdout_has("no incidents");
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn the_task_that_asked_for_it_is_done() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    let asked = format!("postmortem-{id}");
    assert_eq!(task(&sandbox, &asked)["status"], "pending");
    let words = words(&id, ["the template", "reverted", "a check"]);
    // A board that has edits of its own is not written over.
    let board = sandbox.read(BOARD);
    sandbox.edit_json(BOARD, |board| board[0]["owner"] = "Grace Crawl".into());
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(2).stderr_has("hint: git mkt record"));
    sandbox.write(BOARD, board);
    let answer = sandbox.mkt(&[&words[..], &["--json"]].concat()).ok().json();
    assert_eq!(answer["task"], asked.as_str());
    assert_eq!(task(&sandbox, &asked)["status"], "done");
    assert_eq!(task(&sandbox, &format!("prevention-{id}"))["status"], "pending");
    assert_eq!(sandbox.touched(), [format!(".ohmymkt/incidents/{id}.json"), BOARD.to_owned()]);
    assert!(sandbox.message().contains(&format!("\nMkt-Task: {asked}")), "{}", sandbox.message());
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn every_answer_is_asked_for() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    for (blank, name) in [(0, "root cause"), (1, "remediation"), (2, "prevention")] {
        for nothing in ["", "  ", "\n"] {
            let mut answers = ["a", "b", "c"];
            answers[blank] = nothing;
            sandbox.unchanged_by(|sandbox| sandbox.mkt(&words(&id, answers)).code(1).stderr_has(name));
        }
    }
    sandbox.mkt(&["postmortem", &id, "--root-cause", "a"]).code(129).stderr_has("--prevention");
}

#[test]
fn an_unknown_or_ambiguous_incident_is_refused() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&words("inc-2026", ["a", "b", "c"])).code(1).stderr_has("there is no incident `inc-2026`");
    let first = incident_of(&sandbox, "P0", "content_system");
    let second = incident_of(&sandbox, "P0", "content_system");
    for wanted in ["inc-2026", "", "nope"] {
        let refused = |sandbox: &Sandbox| sandbox.mkt(&words(wanted, ["a", "b", "c"])).code(1);
        sandbox.unchanged_by(refused).stderr_has("hint: git mkt list-incidents");
    }
    sandbox.mkt(&words("inc-2026", ["a", "b", "c"])).code(1).stderr_has(&first).stderr_has(&second);
    let unique = &first[..first.len() - 2];
    sandbox.mkt(&words(unique, ["a", "b", "c"])).ok().stdout_has(&first);
}

#[test]
fn a_second_postmortem_is_refused() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    learn(&sandbox, &id);
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&words(&id, ["other", "other", "other"])).code(2));
    refused.stderr_has("never altered").stderr_has(&format!("hint: git mkt show {id}"));
}
