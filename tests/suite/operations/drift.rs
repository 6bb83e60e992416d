//! A plan that is edited, or judged otherwise, while its campaign runs: told, and refused by nobody.

use super::*;

const EDITED: &str = "the plan was changed after its review: git mkt review-plan more-demand";
const REVISED: &str = "the last verdict on the plan is `revise`: git mkt review-plan more-demand";

fn warnings(sandbox: &Sandbox) -> Vec<String> {
    texts(&sandbox.mkt(&["status", "--check", "--json"]).ok().json()["warnings"])
}

#[test]
fn a_plan_that_was_changed_after_its_review_is_told_until_it_is_passed_again() {
    let sandbox = Sandbox::new().started();
    assert_eq!(warnings(&sandbox), [""; 0]);
    sandbox.mkt(&["status"]).ok().stdout_lacks("warning");
    let plan = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let text = sandbox.read(&plan);
    sandbox.write(&plan, format!("{text}\nOne more word.\n"));
    assert_eq!(warnings(&sandbox), [EDITED], "also before it is recorded");
    let recorded = sandbox.mkt(&["record"]).ok();
    assert!(recorded.stderr.contains(&format!("warning: {EDITED}\n")), "{recorded}");
    sandbox.mkt(&["status", "--check"]).ok().stdout_has(&format!("warning: {EDITED}\n"));
    sandbox.mkt(&["verify"]).ok();
    // Whatever else is recorded meanwhile.
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into());
    let notes = texts(&sandbox.mkt(&["record", "--json"]).ok().json()["notes"]);
    assert_eq!(notes, [format!("warning: {EDITED}")]);
    sandbox.mkt(&["review-plan", "--pass"]).ok();
    assert_eq!(warnings(&sandbox), [""; 0]);
}

#[test]
fn a_verdict_that_was_taken_back_is_told_too() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["review-plan", "--revise", "--notes", "the limits are too weak"]).ok();
    assert_eq!(warnings(&sandbox), [REVISED]);
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into());
    sandbox.mkt(&["record"]).ok().stderr_has(REVISED);
    // An edit of the text leaves that verdict behind.
    let plan = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    sandbox.write(&plan, format!("{}\nStronger limits.\n", sandbox.read(&plan)));
    assert_eq!(warnings(&sandbox), [EDITED]);
    sandbox.mkt(&["record"]).ok().stderr_has(EDITED);
    sandbox.mkt(&["review-plan", "--revise"]).ok();
    assert_eq!(warnings(&sandbox), [REVISED]);
    sandbox.mkt(&["review-plan", "--pass"]).ok();
    assert_eq!(warnings(&sandbox), [""; 0]);
}

#[test]
fn without_an_active_plan_there_is_nothing_to_say() {
    let sandbox = Sandbox::new().planned();
    let status = sandbox.mkt(&["status", "--json"]).ok().json();
    assert_eq!(status["warnings"], serde_json::json!([]));
    let sandbox = Sandbox::new().started();
    sandbox.remove(&format!(".ohmymkt/plans/{}.md", sandbox.plan()));
    let status = sandbox.mkt(&["status", "--check", "--json"]).code(2).json();
    assert_eq!(status["warnings"], serde_json::json!([]), "the second check says it");
}
