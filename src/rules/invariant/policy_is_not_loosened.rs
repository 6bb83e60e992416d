//! `policy-is-not-loosened`

use std::collections::BTreeSet;

use crate::model::layout;
use crate::model::policy::Policy;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "policy-is-not-loosened",
    level: Level::Warning,
    says: "a commit that takes a stricter setting out of `policy.json` is reported",
    protects: "A repository may change its own settings, but somebody should notice when it asks for less than it \
               did. The commit itself is still judged by the old settings.",
    example: "A commit sets `require_gate_evidence` from true to false.",
    mend: "Put the setting back, or have the commit reviewed: the next one is judged by the new settings.",
    judges: &["policy.json"],
    reads: &["policy.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    if news::problem(&step.after, layout::POLICY).is_some() {
        return Vec::new();
    }
    // What a side branch had dropped was reported there, and is again where the mainline takes it in:
    // a branch that never had the setting must not take it away by being merged.
    let Some(mainline) = step.parents.first() else { return Vec::new() };
    let after = demands(&step.after);
    let lost = demands(mainline).into_iter().filter(|setting| !after.contains(setting));
    let breaches = lost.map(|setting| {
        let hint = format!("put {setting} back into `{}`", layout::POLICY);
        Breach::at(layout::POLICY, format!("{setting} is dropped"), hint).against(0).was("set").is("not set")
    });
    breaches.collect()
}

/// What a policy asks for beyond the rules.
fn demands(snapshot: &Snapshot) -> BTreeSet<String> {
    let Policy { require_independent_review, require_gate_evidence, warnings_as_errors, .. } = snapshot.policy();
    let flags = [
        ("`require_independent_review`", require_independent_review),
        ("`require_gate_evidence`", require_gate_evidence),
    ];
    let flags = flags.into_iter().filter(|(_, set)| *set).map(|(name, _)| name.to_owned());
    let raised = warnings_as_errors.into_iter().map(|rule| format!("`{rule}` of `warnings_as_errors`"));
    flags.chain(raised).collect()
}
