//! What the eight checks find.

use ohmymkt::model::codec::{self, Problem};
use ohmymkt::model::layout;
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::model::template;
use ohmymkt::rules::Level;
use ohmymkt::rules::plan_review::{Check, Finding, review};

use super::{Parts, read_back};

fn errors(text: &str) -> Vec<Finding> {
    let findings = review(&Snapshot::default(), &read_back(text));
    findings.into_iter().filter(|finding| finding.level == Level::Error).collect()
}

/// Check, line and message of the only error that a change of the complete plan gives.
#[track_caller]
fn only_error(text: &str) -> (Check, String) {
    let found = errors(text);
    let [finding] = found.as_slice() else { panic!("{found:#?}") };
    let line = finding.line.and_then(|line| text.lines().nth(line - 1)).unwrap_or("no line");
    assert!(!finding.hint.is_empty() && finding.path == ".ohmymkt/plans/q3-aeo.md");
    (finding.check, format!("{} @ {line}", finding.message))
}

#[track_caller]
fn changed(from: &str, to: &str) -> String {
    let text = Parts::complete().text();
    assert!(text.contains(from), "{from} is not in the plan");
    text.replacen(from, to, 1)
}

#[test]
fn each_part_left_out_is_exactly_one_error() {
    type Empty = fn(&mut Parts);
    let cases: [(Empty, Check, &str); 6] = [
        (|parts| parts.goal.clear(), Check::Executability, "the plan has no goal @ goal: \"\""),
        (
            |parts| parts.scope_in.clear(),
            Check::ScopeBoundaries,
            "the item in scope is blank @ - TODO: name what is in scope",
        ),
        (
            |parts| parts.scope_out.clear(),
            Check::ScopeBoundaries,
            "the item out of scope is blank @ - TODO: name what is out of scope",
        ),
        (
            |parts| parts.acceptance.clear(),
            Check::AcceptanceCriteria,
            "the acceptance criterion is blank @ - TODO: state a measurable result and the stored signal that shows it",
        ),
        (
            |parts| parts.rollback_conditions.clear(),
            Check::RollbackConditions,
            "the rollback condition is blank @ - TODO: say what would make you stop and undo",
        ),
        (
            |parts| drop(parts.owners.insert("Growth Analyst".to_owned(), " ".to_owned())),
            Check::Ownership,
            "role `Growth Analyst` has no owner @ | Growth Analyst | domain | experiment_engine, scale_loop | \
             controlled experiments and portfolio reallocation | TODO: name a person |",
        ),
    ];
    for (empty, check, message) in cases {
        let mut parts = Parts::complete();
        empty(&mut parts);
        assert_eq!(only_error(&parts.text()), (check, message.to_owned()));
    }
}

#[test]
fn each_edit_that_breaks_the_plan_is_found() {
    for (from, to, check, message) in [
        ("- [ ] `data_gate`", "- [ ] `dta`", Check::HiddenGateBlockers, "the checklist does not name data_gate"),
        ("| Planner |", "| Boss |", Check::Ownership, "role `Planner` is not in the matrix"),
        ("Technical SEO Engineer | Log", "Somebody | Log", Check::Ownership, "specialist `Somebody` of task `1`"),
        ("| technical_foundation | Tech", "| tech | Tech", Check::Executability, "module `tech` is not known"),
        ("| 2 | Compare", "| 1 | Compare", Check::Executability, "task id `1` is there twice"),
        ("### Quality track", "### Other", Check::Executability, "the quality track has no task"),
        ("- Weekly:", "- Often:", Check::Executability, "the weekly cadence is not named"),
        ("- P1: the next", "- One: the next", Check::Recoverability, "the incident policy does not name P1"),
        ("non_brand_visibility_trend", "fame", Check::Verifiability, "acceptance criterion `fame is up in 3 of 4"),
        ("## Rollback conditions", "## Later", Check::RollbackConditions, "there is no rollback condition"),
    ] {
        let text = changed(from, to);
        let found = errors(&text);
        let fits = |finding: &Finding| finding.check == check && finding.message.starts_with(message);
        assert!(found.iter().any(fits), "{from} → {to}: {found:#?}");
        let count = if from == "### Quality track" { 2 } else { 1 };
        assert_eq!(found.iter().filter(|finding| finding.check == check).count(), count, "{from} → {to}: {found:#?}");
    }
}

#[test]
fn a_placeholder_is_a_blank() {
    for blank in
        ["TBD", "tba", "N/A", "**none**", "Nobody", "To be decided", "to be determined", "_fill in_", "xxx", "…"]
    {
        for (from, to, check) in [
            ("- the docs", format!("- {blank}"), Check::ScopeBoundaries),
            ("| Ana |", format!("| {blank} |"), Check::Ownership),
            ("- high-intent sessions fall for two weeks", format!("* {blank}"), Check::RollbackConditions),
            (
                "- non_brand_visibility_trend is up",
                format!("- {blank}\n- non_brand_visibility_trend is up"),
                Check::AcceptanceCriteria,
            ),
        ] {
            assert_eq!(only_error(&changed(from, &to)).0, check, "{to}");
        }
        let text = Parts::complete().text();
        let policy = text.lines().find(|line| line.starts_with("- P0: ")).expect("a policy");
        let (check, message) = only_error(&text.replace(policy, &format!("- P0: {blank}")));
        assert_eq!(check, Check::Recoverability);
        assert!(message.starts_with("the incident policy says nothing about P0 @ - P0: "), "{message}");
    }
    // Nothing may be out of scope, and a person may have any name.
    assert_eq!(errors(&changed("- paid search", "- None.")), []);
    assert_eq!(only_error(&changed("- paid search", "- TBD")).0, Check::ScopeBoundaries);
    assert_eq!(errors(&changed("| Ana |", "| Na |")), []);
    assert_eq!(errors(&changed("- the docs", "- none of the docs but the guides")), []);
}

#[test]
fn what_is_nowhere_has_the_line_where_it_would_be_written() {
    let text = "# Nothing\n\n## Scope\n\nWords.\n\n## Goal\n\nGrow\n";
    for finding in errors(text) {
        let line = if finding.check == Check::ScopeBoundaries { 3 } else { 9 };
        assert_eq!(finding.line, Some(line), "{finding:?}");
    }
    assert!(errors("").iter().all(|finding| finding.line == Some(1)));
}

#[test]
fn a_vague_criterion_is_named_with_its_word() {
    let mut parts = Parts::complete();
    parts.acceptance.push("significantly better rankings".to_owned());
    let found = errors(&parts.text());
    let checks: Vec<_> = found.iter().map(|finding| finding.check).collect();
    assert_eq!(checks, [Check::AcceptanceCriteria, Check::Verifiability]);
    assert!(found[0].message.contains("`better` is vague"), "{}", found[0].message);
    parts.acceptance = vec!["Improved rankings".to_owned()];
    let found = errors(&parts.text());
    assert!(found[0].message.ends_with("cannot be measured: `Improved` is vague"), "{}", found[0].message);
}

#[test]
fn gates_that_fail_are_warnings_and_gates_that_cannot_be_read_errors() {
    let plan = read_back(&Parts::complete().text());
    let bytes = codec::write(&template::gates());
    let mut snapshot = Snapshot { gates: codec::read(layout::GATES, &bytes).ok(), ..Snapshot::default() };
    let found = review(&snapshot, &plan);
    assert_eq!(found.len(), 5);
    assert!(found.iter().all(|finding| finding.level == Level::Warning && finding.path == layout::GATES));
    let capacity = &found[2];
    assert_eq!(capacity.line, Some(10));
    assert_eq!(capacity.message, "capacity_gate fails: needs 8 feasible weeks, has 0");
    assert_eq!(capacity.hint, "git mkt update-gates capacity_gate.rolling_weeks_feasible=8 --evidence <ref>");
    snapshot.gates = None;
    snapshot.problems.push(Problem { path: layout::GATES.to_owned(), line: 3, column: 1, message: "x".to_owned() });
    let found = review(&snapshot, &plan);
    assert_eq!((found.len(), found[0].level, found[0].line), (1, Level::Error, Some(3)));
}

#[test]
fn an_empty_plan_fails_every_check() {
    let found = errors("# Nothing\n");
    for check in Check::ALL.into_iter().filter(|check| *check != Check::Verifiability) {
        assert!(found.iter().any(|finding| finding.check == check), "{}", check.name());
    }
    assert!(found.is_sorted_by_key(|finding| (finding.check, finding.line)));
}

#[test]
fn the_checks_are_a_policy_to_read() {
    for check in Check::ALL {
        assert!(check.asks().ends_with('?'));
        assert!(template::roles().iter().any(|role| role.role == check.role()));
        assert_eq!(serde_json::json!(check), check.name());
    }
}
