//! The table of rules and the one function that applies it.

use crate::model::step::Step;

use super::invariant;
use super::news;
use super::rule::Rule;
use super::violation::{Level, Violation};

/// All rules, sorted by id.
pub static RULES: &[Rule] = &[
    invariant::active_task_is_complete::RULE,
    invariant::adoption_point_is_fixed::RULE,
    invariant::archive_is_kept::RULE,
    invariant::artifact_is_well_formed::RULE,
    invariant::board_is_coherent::RULE,
    invariant::change_has_trailers::RULE,
    invariant::clock_is_honest::RULE,
    invariant::cycle_has_decision::RULE,
    invariant::decision_is_reproducible::RULE,
    invariant::decision_log_is_append_only::RULE,
    invariant::incidents_are_immutable::RULE,
    invariant::observations_are_kept::RULE,
    invariant::p0_forces_rollback::RULE,
    invariant::paused_modules_hold::RULE,
    invariant::policy_is_not_loosened::RULE,
    invariant::policy_names_rules::RULE,
    invariant::recommendations_are_kept::RULE,
    invariant::resume_needs_postmortem::RULE,
    invariant::rollback_pauses_scale::RULE,
    invariant::signals_have_impact::RULE,
    invariant::start_requires_gates::RULE,
    invariant::start_requires_plan::RULE,
    invariant::trailers_tell_the_truth::RULE,
];

/// Judges a step by every rule, under the policy of its parents; worst first, then by
/// rule, path and line.
#[must_use]
pub fn check(step: &Step) -> Vec<Violation> {
    judge(step, RULES.iter())
}

/// What one rule, by its id, has to say of a step: a part of what [`check`] tells.
#[must_use]
pub fn check_one(step: &Step, id: &str) -> Vec<Violation> {
    judge(step, RULES.iter().filter(|rule| rule.id == id))
}

fn judge<'r>(step: &Step, rules: impl Iterator<Item = &'r Rule>) -> Vec<Violation> {
    // The policy of `after` plays no part: no commit loosens the rules it is judged by.
    let policy = news::policy(step);
    let mut violations = Vec::new();
    for rule in rules {
        let raised = policy.warnings_as_errors.contains(rule.id).then_some(Level::Error);
        violations.extend((rule.find)(step).into_iter().map(|breach| breach.of(rule.id, rule.level, raised)));
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
    fn a_policy_can_name_every_rule() {
        let names = RULES.iter().map(|rule| rule.id);
        assert!(names.eq(invariant::policy_names_rules::NAMES));
    }

    #[test]
    fn an_empty_step_breaks_nothing() {
        let (parents, after) = (Vec::new(), std::sync::Arc::default());
        let step = Step { parents, after, claim: None, authored_at: None, committed_at: None, passed_over: 0 };
        assert_eq!(check(&step), Vec::new());
    }
}
