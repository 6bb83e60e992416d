//! A plan as people write it, and as anybody could.

use ohmymkt::model::id::PlanName;
use ohmymkt::model::plan::Plan;
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::rules::plan_review::review;

use super::assert_harmless;

/// The Markdown of a plan.
pub fn target(bytes: &[u8]) {
    let name: PlanName = "2026-11-01-plan".parse().expect("a name");
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    let inside = |line: usize| assert!((1..=lines).contains(&line), "line {line} of {lines}");
    let plan = match Plan::parse(name, None, bytes) {
        Ok(plan) => plan,
        Err(problems) => {
            assert!(!problems.is_empty());
            let text = String::from_utf8_lossy(bytes);
            for problem in problems.iter().filter(|problem| problem.line > 0) {
                let line =
                    text.split('\n').nth(problem.line - 1).unwrap_or_else(|| panic!("behind the text: {problem:?}"));
                assert!((1..=line.chars().count() + 1).contains(&problem.column), "behind the line: {problem:?}");
            }
            return;
        }
    };
    assert_eq!(plan.text().as_bytes(), bytes);
    let body = plan.body();
    body.sections.iter().for_each(|(_, line)| inside(*line));
    plan.goal_line().into_iter().for_each(inside);
    let items = [&body.scope_in, &body.scope_out, &body.acceptance, &body.rollback_conditions];
    for item in items.into_iter().flatten().chain(body.incidents.values()) {
        inside(item.line);
        assert!(item.text.as_ref().is_none_or(|text| !text.contains('\n')), "an item is one line: {item:?}");
    }
    body.roles.iter().for_each(|row| inside(row.line));
    body.tasks.iter().for_each(|row| inside(row.line));
    body.gates.values().chain(body.cadences.values()).for_each(|line| inside(*line));
    let findings = review(&Snapshot::default(), &plan);
    findings.iter().filter_map(|finding| finding.line).for_each(inside);
    assert_harmless(&ohmymkt::render::styled(&ohmymkt::render::findings::findings(&findings)).replace("\u{1b}[", ""));
}

/// The plans of the fixtures.
pub fn seeds() -> Vec<Vec<u8>> {
    let plans = crate::seeds::artifacts().into_iter().filter(|(path, _)| path.contains("/plans/"));
    let quoted =
        b"---\nplan: x\ngoal: \"a \\u001b goal\"\ncreated_at: 2026-11-01T00:00:00Z\nowner: Ada\n---\n# Title\n"
            .to_vec();
    plans.map(|(_, bytes)| bytes).chain([quoted]).collect()
}
