//! `run-cycle`: what came too late for the cycle that should have counted it, and what
//! belongs to no module.

use super::*;

/// A P0 and a P1 that a side branch recorded, merged after the weekly cycle of their week.
fn merged_late() -> (Sandbox, String, String) {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    sandbox.git(&["switch", "--quiet", "--create", "side"]).ok();
    sandbox.at("2026-01-13T09:00:00Z");
    let p0 = incident_of(&sandbox, "P0", "content_system");
    let p1 = incident_of(&sandbox, "P1", "internal_link_graph");
    incident_of(&sandbox, "P2", "content_system");
    sandbox.git(&["switch", "--quiet", "-"]).ok();
    sandbox.at("2026-01-20T09:00:00Z");
    assert_eq!(decision(&sandbox, "weekly"), "continue");
    sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok();
    (sandbox, p0, p1)
}

#[test]
fn row_159_what_no_cycle_has_seen_is_told_and_followed_up() {
    let (sandbox, p0, p1) = merged_late();
    sandbox.at("2026-01-27T09:30:00Z");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(answer["decision"], "continue", "the window is what the contract says");
    let unseen = "lies before the window, and no weekly cycle has seen it";
    let told = |answer: &Value| -> Vec<String> {
        texts(&answer["notices"]).into_iter().filter(|notice| notice.contains(unseen)).collect()
    };
    let expected = [
        format!("the P0 {p0} of 2026-01-13 09:00 UTC {unseen}: write its postmortem with git mkt postmortem {p0}"),
        format!("the P1 {p1} of 2026-01-13 09:01 UTC {unseen}: carry out the task intervene-{p1}"),
    ];
    assert_eq!(told(&answer), expected);
    let report = sandbox.read(&text(&answer["report_file"]));
    assert!(expected.iter().all(|notice| report.contains(notice)), "{report}");
    for id in [format!("postmortem-{p0}"), format!("prevention-{p0}"), format!("intervene-{p1}")] {
        assert_eq!(task_ids(&sandbox, &id).len(), 1, "{id}");
    }
    assert_eq!(task_ids(&sandbox, "backlog-").len(), 0, "a P2 that came late is not followed up");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
    // It is told until there is nothing left to do, and put up once.
    learn(&sandbox, &p0);
    sandbox.mkt(&["update-task", &format!("intervene-{p1}"), "--status", "done"]).ok();
    let again = told(&cycle(&sandbox, "weekly"));
    assert_eq!(again.len(), 1, "{again:?}");
    assert!(again[0].ends_with(&format!("carry out the task prevention-{p0}")), "{again:?}");
    sandbox.mkt(&["update-task", &format!("prevention-{p0}"), "--status", "done"]).ok();
    assert_eq!(told(&cycle(&sandbox, "weekly")), [""; 0]);
    assert_eq!(task_ids(&sandbox, "prevention-").len(), 1);
}

#[test]
fn row_159_a_cadence_that_saw_it_says_nothing_of_it() {
    let (sandbox, p0, _) = merged_late();
    sandbox.at("2026-01-22T09:00:00Z");
    let answer = cycle(&sandbox, "monthly");
    assert_eq!(answer["decision"], "rollback");
    assert!(texts(&answer["cycle"]["inputs"]["incident_ids"]).contains(&p0));
    assert!(!texts(&answer["notices"]).iter().any(|notice| notice.contains("has seen it")), "{answer}");
}

#[test]
fn an_incident_of_no_module_does_not_stop_the_rollback() {
    let sandbox = Sandbox::new().started();
    let id = incident_of(&sandbox, "P0", "content_system");
    let other = id.replace("inc-", "inc-of-nowhere-");
    let text = sandbox.read(&format!(".ohmymkt/incidents/{id}.json"));
    let text = text.replace(&id, &other).replace("content_system", "payments");
    sandbox.write(&format!(".ohmymkt/incidents/{other}.json"), text);
    commit_past_hooks(&sandbox, "Record what happened elsewhere");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
    assert_eq!(task(&sandbox, &format!("prevention-{other}"))["module"], "technical_foundation");
    assert_eq!(task(&sandbox, &format!("prevention-{id}"))["module"], "content_system");
    // Nor an intervention, nor a name as long as one may be.
    let long = "i".repeat(200);
    let text = sandbox.read(&format!(".ohmymkt/incidents/{other}.json")).replace(&other, &long);
    sandbox.write(&format!(".ohmymkt/incidents/{long}.json"), text.replace("\"P0\"", "\"P1\""));
    commit_past_hooks(&sandbox, "Record it under a long name");
    learn(&sandbox, &id);
    learn(&sandbox, &other);
    sandbox.advance(40);
    assert_eq!(decision(&sandbox, "weekly"), "intervene");
    assert_eq!(task_ids(&sandbox, "intervene-").len(), 1);
}
