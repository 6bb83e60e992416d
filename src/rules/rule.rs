//! What a rule is made of.

use crate::model::step::Step;

use super::violation::{Breach, Level};

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
    /// What a change must touch for this rule to speak, as prefixes of paths under
    /// `.ohmymkt/`; empty for a rule that looks at whatever changes.
    pub(super) judges: &'static [&'static str],
    /// What it must be shown to judge such a change. Records that are never altered need
    /// not be shown: a change composed from a part cannot touch what the part leaves out.
    pub(super) reads: &'static [&'static str],
    /// Finds the breaches in a step.
    pub(super) find: fn(&Step) -> Vec<Breach>,
}
