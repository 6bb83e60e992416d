//! The table of rules and the one function that applies it.

use crate::model::step::Step;

use super::violation::{Level, Violation};

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
    pub(super) find: fn(&Step) -> Vec<Violation>,
}

/// All rules, sorted by id.
pub static RULES: &[Rule] = &[];

/// Judges a step by every rule, under the policy of its parents; worst first.
#[must_use]
pub fn check(step: &Step) -> Vec<Violation> {
    RULES.iter().flat_map(|rule| (rule.find)(step)).collect()
}
