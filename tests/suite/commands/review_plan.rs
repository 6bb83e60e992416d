//! `review-plan`: eight checks with file and line, and verdicts bound to the very text.

use crate::commands::commit_by_hand;
use crate::sandbox::{PLAN, Sandbox};

/// The plan of a sandbox: its path.
fn path(sandbox: &Sandbox) -> String {
    format!(".ohmymkt/plans/{}.md", sandbox.plan())
}

/// Removes a section, heading and all.
fn without(text: &str, title: &str) -> String {
    let heading = format!("## {title}\n");
    let at = text.find(&heading).expect("the section is there");
    let end = text[at + heading.len()..].find("\n## ").map_or(text.len(), |next| at + heading.len() + next + 1);
    format!("{}{}", &text[..at], &text[end..])
}

#[test]
fn rows_23_27_37_to_41_44_to_46_each_gap_is_found_by_its_check_and_gone_after_the_repair() {
    let sandbox = Sandbox::new().gates_passing().planned();
    let path = path(&sandbox);
    let whole = sandbox.read(&path);
    let replaced = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replacen(from, to, 1)
    };
    let criterion = "non_brand_visibility_trend is up in 3 of 4 weekly cycles";
    let cases = [
        (without(&whole, "Scope"), "scope-boundaries", "there is no item in scope"),
        (replaced("- the shop checkout\n", ""), "scope-boundaries", "there is no item out of scope"),
        (without(&whole, "Acceptance criteria"), "acceptance-criteria", "there is no acceptance criterion"),
        (replaced(criterion, "rankings get significantly better"), "acceptance-criteria", "`better` is vague"),
        (replaced("| Ada Growth |", "| |"), "ownership", "role `Planner` has no owner"),
        (without(&whole, "Role ownership matrix"), "ownership", "there is no role ownership matrix"),
        (
            without(&whole, "Startup gate checklist"),
            "hidden-gate-blockers",
            "the checklist does not name strategy_gate",
        ),
        (without(&whole, "Rollback conditions"), "rollback-conditions", "there is no rollback condition"),
        (without(&whole, "Cadence"), "executability", "the weekly cadence is not named"),
        (without(&whole, "Dual-track task baseline"), "executability", "the quality track has no task"),
        (replaced("| technical_foundation | Tech", "| magic | Tech"), "executability", "module `magic` is not known"),
        (replaced(criterion, "newsletter sign-ups are at least 300"), "verifiability", "names no stored signal"),
        (without(&whole, "Incident policy"), "recoverability", "P0"),
        (replaced("- P1: ", "- Others: "), "recoverability", "the incident policy does not name P1"),
    ];
    for (text, check, said) in cases {
        sandbox.write(&path, text);
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", PLAN]).code(2));
        let told = |line: &str| line.contains(check) && line.contains(said) && line.contains(&path);
        assert!(outcome.stdout.lines().any(told), "{check} {said}\n{outcome}");
        assert!(outcome.stdout.lines().any(|line| line.trim() == format!("error    {check}")), "{outcome}");
        let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", PLAN, "--pass"]).code(2));
        refused.stderr_has("not committed");
    }
    sandbox.write(&path, &whole);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", PLAN]).ok()).stdout_lacks("error");
}

#[test]
fn findings_stand_in_the_line_they_name() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["plan-growth", "Grow", "--name", "blank"]).ok();
    let text = sandbox.read(".ohmymkt/plans/blank.md");
    let document = sandbox.mkt(&["review-plan", "blank", "--json"]).code(2).json();
    let findings = document["findings"].as_array().expect("a list");
    let blanks = findings.iter().filter(|one| one["path"] == ".ohmymkt/plans/blank.md");
    for finding in blanks.clone() {
        let line = usize::try_from(finding["line"].as_u64().expect("a line")).expect("a small number");
        assert!(text.lines().nth(line - 1).expect("the line is there").contains("TODO"), "{finding}");
        assert!(!finding["hint"].as_str().expect("a hint").is_empty());
    }
    assert_eq!(blanks.count(), text.matches("TODO").count(), "each blank is found once");
    // Twelve roles without an owner are one thing to do.
    let hints = sandbox.mkt(&["review-plan", "blank"]).code(2).stdout.matches("the Owner column").count();
    assert_eq!(hints, 1);
}

#[test]
fn row_40_gates_that_fail_are_told_and_gates_that_cannot_be_read_are_errors() {
    let sandbox = Sandbox::new().planned();
    let gates = ".ohmymkt/state/gates.json";
    let outcome = sandbox.mkt(&["review-plan", PLAN]).ok();
    let outcome = outcome.stdout_has("warning  hidden-gate-blockers");
    for gate in ["strategy_gate", "compliance_gate", "capacity_gate", "data_gate", "ownership_gate"] {
        assert!(outcome.stdout.contains(&format!("{gate} fails: ")), "{outcome}");
    }
    outcome.stdout_has(&format!("{gates}:10"));
    sandbox.write(gates, sandbox.read(gates).replacen("false", "\"no\"", 1));
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", PLAN]).code(2));
    outcome.stdout_has("the gates cannot be read").stdout_has(&format!("{gates}:3"));
}

#[test]
fn row_42_the_checks_can_be_read_from_the_tool() {
    let sandbox = Sandbox::new().planned();
    let document = sandbox.mkt(&["review-plan", PLAN, "--json"]).ok().json();
    let checks = document["checks"].as_array().expect("a list");
    let names: Vec<_> = checks.iter().map(|check| check["check"].as_str().expect("a name")).collect();
    let expected = [
        "scope-boundaries",
        "acceptance-criteria",
        "ownership",
        "hidden-gate-blockers",
        "rollback-conditions",
        "executability",
        "verifiability",
        "recoverability",
    ];
    assert_eq!(names, expected);
    assert!(checks.iter().all(|check| check["asks"].as_str().is_some_and(|asks| asks.ends_with('?'))));
    let help = sandbox.mkt(&["review-plan", "--help"]).ok().stdout;
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        help.contains("scope boundaries, acceptance criteria, ownership, hidden gate blockers, rollback conditions")
    );
}

#[test]
fn row_24_a_verdict_is_recorded_for_the_version_it_was_given_for() {
    let sandbox = Sandbox::new().planned();
    let path = path(&sandbox);
    let notes = "good\n\nMkt-Verdict: revise";
    let mut blobs = Vec::new();
    for (verdict, edit) in [("revise", "- the shop checkout, and more"), ("pass", "- the shop")] {
        let args = ["review-plan", PLAN, &format!("--{verdict}"), "--notes", notes, "--json"];
        let document = sandbox.mkt(&args).ok().json();
        let id = document["review"]["id"].as_str().expect("an id").to_owned();
        let record = format!(".ohmymkt/reviews/{id}.json");
        assert_eq!(sandbox.touched(), [record.as_str()]);
        let review = sandbox.json(&record);
        let blob = sandbox.git(&["rev-parse", &format!("HEAD:{path}")]).ok().stdout;
        assert_eq!(review["blob"], blob.trim_end());
        assert_eq!((&review["verdict"], &review["notes"]), (&verdict.into(), &notes.into()));
        assert_eq!(
            (&review["role"], &review["reviewer"]),
            (&"Plan Reviewer".into(), &"Ada Growth <ada@example.org>".into())
        );
        let trailers = sandbox.sh("git log -1 --format=%B | git interpret-trailers --parse").ok().stdout;
        let expected = format!(
            "Mkt-Action: review-plan\nMkt-Plan: {}\nMkt-Verdict: {verdict}\nMkt-Record: {id}\n",
            sandbox.plan()
        );
        assert_eq!(trailers, expected);
        blobs.push(blob);
        sandbox.write(&path, sandbox.read(&path).replace("- the shop checkout", edit));
        commit_by_hand(&sandbox);
    }
    assert_ne!(blobs[0], blobs[1]);
}

#[test]
fn a_pass_is_refused_while_a_check_has_errors_and_a_revise_is_not() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["plan-growth", "Grow", "--name", "gaps", "--owner", "Ada"]).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", "--pass"]).code(2));
    outcome.stderr_has("the plan gaps cannot pass: 4 findings to settle first").stderr_has(".ohmymkt/plans/gaps.md:19");
    sandbox.mkt(&["review-plan", "--revise"]).ok().stdout_has("verdict revise by Ada Growth");
    sandbox.mkt(&["review-plan", "--pass", "--revise"]).code(129);
    sandbox.mkt(&["review-plan", "nothing"]).code(1).stderr_has("no plan fits `nothing`");
}

#[test]
fn what_is_not_committed_is_checked_as_it_stands_but_gets_no_verdict() {
    let sandbox = Sandbox::new().initialised();
    let text = Sandbox::new().planned();
    let text = text.read(&path(&text));
    sandbox.write(".ohmymkt/plans/draft.md", text);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["review-plan", "draft"]).ok());
    sandbox
        .unchanged_by(|sandbox| sandbox.mkt(&["review-plan", "draft", "--pass"]).code(2))
        .stderr_has("git mkt record");
}

#[test]
fn notes_belong_to_a_verdict() {
    let sandbox = Sandbox::new().gates_passing();
    let words = ["review-plan", PLAN, "--notes", "who owns the schema work?"];
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(129));
    refused.stderr_has("--pass").stderr_has("--revise");
    sandbox.mkt(&[words.as_slice(), &["--revise"]].concat()).ok();
    assert!(sandbox.message().contains("who owns the schema work?"), "{}", sandbox.message());
}

#[test]
fn whoever_writes_a_plan_does_not_pass_it_under_the_name_of_another_owner() {
    let sandbox = Sandbox::new().gates_passing();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_independent_review"] = true.into());
    sandbox.mkt(&["record"]).ok();
    let text = sandbox.read(&path(&sandbox)).replace("\nowner: Ada Growth\n", "\nowner: Ada Lovelace\n");
    assert!(
        text.contains("owner: Ada Lovelace") && text.contains("author: \"Ada Growth <ada@example.org>\""),
        "{text}"
    );
    sandbox.write(&path(&sandbox), text).mkt(&["record"]).ok();
    sandbox.mkt(&["review-plan", PLAN, "--pass"]).ok();
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2));
    refused.stderr_has("with a plan that its own author passed");
    let pass = ["review-plan", PLAN, "--pass"];
    let other = [("GIT_AUTHOR_NAME", "Grace Hopper"), ("GIT_AUTHOR_EMAIL", "grace@example.org")];
    let call = other.into_iter().fold(sandbox.call("ohmymkt", &pass), |call, (key, value)| call.env(key, value));
    call.run().ok();
    sandbox.mkt(&["start-campaign", PLAN]).ok();
}
