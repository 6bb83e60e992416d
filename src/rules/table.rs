//! The table of rules and the one function that applies it.

use crate::model::step::Step;

use super::invariant::*;
use super::news;
use super::violation::{Breach, Level, Violation};

/// One rule: what it says, and how it is checked.
pub struct Rule {
    /// Its id, which is also the name of its file.
    pub id: &'static str,
    /// How much a breach weighs, before the policy.
    pub level: Level,
    /// The rule in one sentence.
    pub says: &'static str,
    /// What it protects, in a short paragraph.
    pub protects: &'static str,
    /// An example of a breach.
    pub example: &'static str,
    /// How to mend a breach.
    pub mend: &'static str,
    /// Finds the breaches in a step.
    pub(super) find: fn(&Step) -> Vec<Breach>,
}

/// All rules, sorted by id.
pub static RULES: &[Rule] = &[
    active_task_is_complete::RULE,
    adoption_point_is_fixed::RULE,
    archive_is_kept::RULE,
    artifact_is_well_formed::RULE,
    board_is_coherent::RULE,
    change_has_trailers::RULE,
    clock_is_honest::RULE,
    cycle_has_decision::RULE,
    decision_is_reproducible::RULE,
    decision_log_is_append_only::RULE,
    incidents_are_immutable::RULE,
    observations_are_kept::RULE,
    p0_forces_rollback::RULE,
    paused_modules_hold::RULE,
    policy_is_not_loosened::RULE,
    recommendations_are_kept::RULE,
    resume_needs_postmortem::RULE,
    rollback_pauses_scale::RULE,
    signals_have_impact::RULE,
    start_requires_gates::RULE,
    start_requires_plan::RULE,
    trailers_tell_the_truth::RULE,
];

/// Judges a step by every rule, under the policy of its parents; worst first, then by
/// rule, path and line.
#[must_use]
pub fn check(step: &Step) -> Vec<Violation> {
    // The policy of `after` plays no part: no commit loosens the rules it is judged by.
    let policy = news::policy(step);
    let mut violations = Vec::new();
    for rule in RULES {
        let raised = policy.warnings_as_errors.contains(rule.id);
        let level = if raised { Level::Error } else { rule.level };
        violations.extend((rule.find)(step).into_iter().map(|breach| breach.of(rule.id, level)));
    }
    violations.sort_by(|one, other| {
        let worst = one.level.cmp(&other.level).then_with(|| one.rule.cmp(other.rule));
        let place = || one.path.cmp(&other.path).then_with(|| one.line.cmp(&other.line));
        worst.then_with(place).then_with(|| one.parent.cmp(&other.parent))
    });
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_each_rule_speaks() {
        assert!(RULES.windows(2).all(|pair| pair[0].id < pair[1].id));
        for rule in RULES {
            for text in [rule.says, rule.protects, rule.example, rule.mend] {
                assert!(text.len() > 20, "{} has a text that says nothing: {text:?}", rule.id);
            }
        }
    }

    #[test]
    fn an_empty_step_breaks_nothing() {
        let step = Step { parents: Vec::new(), after: std::sync::Arc::default(), claim: None, authored_at: None };
        assert_eq!(check(&step), Vec::new());
    }
}
