//! From the comment alone a reviewer can decide: what matters shows without unfolding, and
//! what can never be altered again is there to be read.

use super::*;

const MARKDOWN: [&str; 4] = ["review", "main", "--format", "markdown"];

/// A campaign that runs on `main`, and a branch of it that is checked out.
fn branch_of_a_campaign() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["switch", "--quiet", "--create", "week"]).ok();
    sandbox
}

/// The line of a folded part, what is in it left out.
#[track_caller]
fn summary(comment: &Outcome, title: &str) -> String {
    let begin = format!("<details><summary>{title}");
    let line = comment.stdout.lines().find(|line| line.starts_with(&begin));
    line.unwrap_or_else(|| panic!("no {title}\n{comment}")).to_owned()
}

#[test]
fn what_matters_shows_without_unfolding() {
    let sandbox = branch_of_a_campaign();
    incident(&sandbox, "P2", "A typo");
    incident(&sandbox, "P0", "Checkout is <down> for @everyone");
    incident(&sandbox, "P2", "Another typo");
    cycle(&sandbox);
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=5"]).ok();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_gate_evidence"] = true.into());
    sandbox.mkt(&["record"]).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok();
    let expected = [
        (
            "Campaign",
            ": <strong>mode execution → rollback</strong>; paused: authority_growth, experiment_engine, scale_loop (4 changes)",
        ),
        ("Gates", ": <strong>capacity_gate PASS → FAIL</strong> (2 changes)"),
        ("Decisions", ": <strong>weekly rollback, P0 incident in window</strong> (1 change)"),
        (
            "Incidents",
            ": <strong>1 P0, 2 P2</strong>; <strong>P0 in content_system: &quot;Checkout is &lt;down&gt; for @<!-- -->everyone&quot;</strong> (3 changes)",
        ),
        ("Others", ": <strong>policy require_gate_evidence: false → true</strong> (2 changes)"),
    ];
    for (title, rest) in expected {
        assert_eq!(summary(&comment, title), format!("<details><summary>{title}{rest}</summary>"), "{comment}");
    }
    // The same in the text and in the document.
    let text = sandbox.mkt(&["review", "main"]).ok().stdout_has("\nIncidents: 1 P0, 2 P2; P0 in content_system: \"");
    text.stdout_has("\nDecisions: weekly rollback, P0 incident in window\n");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    let incidents = answer["changed"].as_array().expect("parts").iter().find(|part| part["group"] == "incidents");
    let first = &incidents.expect("the incidents")["highlights"][0];
    assert_eq!(first, &serde_json::json!({"text": "1 P0, 2 P2", "alarming": true}));
}

#[test]
fn the_course_of_a_campaign_shows_without_unfolding() {
    let sandbox = on_a_branch();
    let start = sandbox.mkt(&MARKDOWN).ok();
    let line = summary(&start, "Campaign");
    assert!(line.contains(&format!(": {} started (", sandbox.plan())), "{start}");
    let line = summary(&start, "Gates");
    let turned = ": strategy_gate, compliance_gate, capacity_gate, data_gate, ownership_gate FAIL → PASS (";
    assert!(line.contains(turned), "{start}");
    let sandbox = branch_of_a_campaign();
    sandbox.mkt(&["finish-campaign", "--outcome", "Twice the demand"]).ok();
    let finish = sandbox.mkt(&MARKDOWN).ok();
    let line = summary(&finish, "Campaign");
    assert!(line.contains(" ended; outcome &quot;Twice the demand&quot; ("), "{finish}");
    sandbox.mkt(&["review", "main"]).ok().stdout_has(" ended; outcome \"Twice the demand\"\n");
    // A P0 that is over, and the modules that may go on.
    let sandbox = Sandbox::new().started();
    let id = incident(&sandbox, "P0", "Checkout is down");
    cycle(&sandbox);
    sandbox.git(&["switch", "--quiet", "--create", "week"]).ok();
    postmortem(&sandbox, &id, "A deploy");
    sandbox.advance(8);
    observe(&sandbox, VISIBLE, "up");
    observe(&sandbox, QUALITY, "up");
    cycle(&sandbox);
    let resumed = sandbox.mkt(&MARKDOWN).ok();
    let line = summary(&resumed, "Campaign");
    assert!(line.contains("resumed: authority_growth, experiment_engine, scale_loop ("), "{resumed}");
    assert!(summary(&resumed, "Incidents").contains(": postmortem of 1 P0; 1 P0 resolved ("), "{resumed}");
}

#[track_caller]
fn postmortem(sandbox: &Sandbox, id: &str, cause: &str) {
    let words = ["--root-cause", cause, "--remediation", "Rolled | back", "--prevention", "A *test* before deploys"];
    sandbox.mkt(&[&["postmortem", id], &words[..]].concat()).ok();
}

#[test]
fn what_a_plan_promises_is_read_before_it_is_merged() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["switch", "--quiet", "--create", "plan"]).ok();
    let long = format!("{}end", "very ".repeat(200));
    let words = ["plan-growth", "Win | more\n# demand", "--name", "guides", "--scope-in", "the *guides*"];
    let more = ["--acceptance", "first", "--acceptance", &long, "--owner", "Ada <ada@example.org>"];
    sandbox.mkt(&[&words[..], &more[..]].concat()).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok();
    let comment =
        comment.stdout_has("\n  - goal: Win \\| more \\# demand\n").stdout_has("\n  - in scope: the \\*guides\\*\n");
    let comment = comment.stdout_has("\n  - owner: Ada \\<ada@<!-- -->example.org\\>\n");
    let comment = comment.stdout_has("\n  - acceptance criteria:\n    - first\n    - very very ");
    let comment = comment.stdout_lacks("end\n").stdout_has("very…\n");
    let comment = comment
        .stdout_has("\n  - out of scope: **not said**\n")
        .stdout_has("\n  - rollback conditions: **not said**\n");
    assert!(
        summary(&comment, "Plans").contains("added without out of scope, rollback conditions</strong>"),
        "{comment}"
    );
    sandbox
        .mkt(&["review", "main"])
        .ok()
        .stdout_has("\n      in scope: the *guides*\n")
        .stdout_has("\n      rollback conditions: not said\n");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    let plan = &answer["changed"][0]["changes"][0];
    assert_eq!((&plan["kind"], &plan["scope_in"]), (&"plan-added".into(), &serde_json::json!(["the *guides*"])));
    assert_eq!((&plan["acceptance"][1], &plan["scope_out"]), (&long.into(), &serde_json::json!([])));
}

#[test]
fn a_changed_plan_says_which_terms_changed_also_when_it_is_too_long_to_compare() {
    let sandbox = Sandbox::new().planned();
    sandbox.git(&["switch", "--quiet", "--create", "wording"]).ok();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let first = sandbox.read(&path);
    sandbox.write(&path, first.replace("in 3 of 4 weekly", "in 1 of 4 weekly"));
    sandbox.mkt(&["record"]).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok();
    assert!(summary(&comment, "Plans").ends_with(" changed: acceptance criteria (1 change)</summary>"), "{comment}");
    let comment =
        comment.stdout_has("  - Acceptance criteria: non_brand_visibility_trend is up in <del>3</del><ins>1</ins>");
    comment.stdout_lacks("before: ");
    // Two hundred new lines stand before the criteria.
    let filler: String = (0..300).map(|number| format!("- part {number} of the guides\n")).collect();
    let long = sandbox.read(&path).replace("### Out of scope", &format!("{filler}\n### Out of scope"));
    sandbox.write(&path, long);
    sandbox.mkt(&["record"]).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok().stdout_has("  - … and more lines\n").stdout_lacks("<del>3</del>");
    let comment = comment.stdout_has("  - acceptance criteria before: non_brand_visibility_trend is up in 3 of 4 ");
    let comment = comment.stdout_has("  - acceptance criteria after: non_brand_visibility_trend is up in 1 of 4 ");
    comment.stdout_has("    - … and 289 more\n");
    let text = sandbox.mkt(&["review", "main"]).ok().stdout_has("… and more lines\n");
    text.stdout_has("      acceptance criteria after: non_brand_visibility_trend is up in 1 of 4 ");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    let change = &answer["changed"][0]["changes"][0];
    assert_eq!((&change["terms"][1]["field"], &change["text"]["cut"]), (&"acceptance".into(), &true.into()));
}

#[test]
fn a_gate_that_passes_without_evidence_is_named_as_such() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["switch", "--quiet", "--create", "gates"]).ok();
    let weeks = |value: &str| format!("capacity_gate.rolling_weeks_feasible={value}");
    sandbox.mkt(&["update-gates", &weeks("9")]).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok();
    let line = "\n- **`capacity_gate` FAIL → PASS**: 9 weeks are feasible, **passes without evidence**\n";
    let comment = comment.stdout_has(line);
    assert!(summary(&comment, "Gates").contains("<strong>capacity_gate passes without evidence</strong>"), "{comment}");
    sandbox.mkt(&["review", "main"]).ok().stdout_has("PASS, 9 weeks are feasible, passes without evidence\n");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    assert_eq!(answer["changed"][0]["turned_gates"][0]["without_evidence"], true);
    // A gate that does not turn is named where its values change, and no other is.
    sandbox.git(&["branch", "--force", "main", "HEAD"]).ok();
    sandbox.mkt(&["update-gates", &weeks("10")]).ok();
    sandbox.mkt(&MARKDOWN).ok().stdout_has("\n- `capacity_gate` **passes without evidence**\n");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    assert_eq!(answer["changed"][0]["gates_without_evidence"], serde_json::json!(["capacity_gate"]));
    sandbox.mkt(&["review", "main"]).ok().stdout_has("\n  ~ capacity_gate passes without evidence\n");
    sandbox.mkt(&["update-gates", &weeks("11"), "--evidence", "https://example.org/plan"]).ok();
    sandbox.mkt(&MARKDOWN).ok().stdout_lacks("without evidence");
}

#[test]
fn a_campaign_that_starts_on_gates_without_evidence_says_so() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.edit_json(GATES, |gates| gates["data_gate"]["evidence"] = serde_json::json!([]));
    sandbox.mkt(&["record"]).ok();
    sandbox.git(&["switch", "--quiet", "--create", "start"]).ok();
    let comment = sandbox.started().mkt(&MARKDOWN).ok();
    assert_eq!(
        summary(&comment, "Gates"),
        "<details><summary>Gates: <strong>data_gate passes without evidence</strong> (0 changes)</summary>",
        "{comment}"
    );
}

#[test]
fn what_is_learnt_and_judged_is_there_to_be_read() {
    let sandbox = Sandbox::new().started();
    let id = incident(&sandbox, "P0", &format!("Checkout {}is down", "really ".repeat(20)));
    sandbox.git(&["switch", "--quiet", "--create", "learnt"]).ok();
    postmortem(&sandbox, &id, &format!("A deploy {}by hand", "late ".repeat(40)));
    let plan = sandbox.plan();
    sandbox.mkt(&["review-plan", &plan, "--revise", "--notes", "The | rollback\ncondition is weak"]).ok();
    let comment = sandbox.mkt(&MARKDOWN).ok();
    let comment =
        comment.stdout_has(&format!("- incident {id} got its postmortem: P0 in content_system, complete, by "));
    let comment = comment
        .stdout_has("late by hand\n  - remediation: Rolled \\| back\n  - prevention: A \\*test\\* before deploys\n");
    let comment = comment.stdout_has(&format!("- incident {id} resolved: P0 in content_system, "));
    let comment = comment.stdout_has("\n  - notes: The \\| rollback condition is weak\n");
    assert!(summary(&comment, "Plans").contains("<strong>revise for "), "{comment}");
    sandbox.mkt(&["review", "main"]).ok().stdout_has("\n      prevention: A *test* before deploys\n");
    let answer = sandbox.mkt(&["review", "main", "--json"]).ok().json();
    let learnt = answer["changed"].as_array().expect("parts").iter().find(|part| part["group"] == "incidents");
    let learnt = &learnt.expect("the incidents")["changes"][0];
    assert_eq!((&learnt["severity"], &learnt["prevention"]), (&"P0".into(), &"A *test* before deploys".into()));
    // What the sentence has to cut of an incident stands below it.
    let all = sandbox.mkt(&["review", "main~1...main", "--format", "markdown"]).ok();
    all.stdout_has("r…\"\n  - summary: Checkout really ").stdout_has("really is down\n");
}

#[test]
fn the_worst_stands_first_then_the_earlier() {
    let sandbox = branch_of_a_campaign();
    let ids = ["P2", "P0", "P1", "P2", "P0"].map(|severity| incident(&sandbox, severity, "It broke"));
    let review = sandbox.mkt(&["review", "main"]).ok();
    let order = [1, 4, 2, 0, 3].map(|at: usize| format!("  + incident {} added", ids[at]));
    let lines = part(&review, "Incidents");
    assert!(lines.len() == 5 && lines.iter().zip(&order).all(|(line, begin)| line.starts_with(begin)), "{review}");
    sandbox.git(&["rm", "--quiet", "--cached", &format!(".ohmymkt/incidents/{}.json", ids[4])]).ok();
    sandbox.git(&["branch", "--force", "main", "HEAD"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "Hide it"]).ok();
    sandbox.git(&["reset", "--quiet", "--hard"]).ok();
    incident(&sandbox, "P1", "It broke again");
    let comment = sandbox.mkt(&MARKDOWN).code(2);
    let line = summary(&comment, "Incidents");
    assert!(
        line.contains(&format!(": <strong>P0 incident dropped: {}</strong>; 1 P1 (2 changes)", ids[4])),
        "{comment}"
    );
    comment.stdout_has(&format!("(2 changes)</summary>\n\n- P0 incident {} dropped\n", ids[4]));
}
