//! `policy-names-rules`

use std::collections::BTreeSet;

use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::nearest::nearest;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "policy-names-rules",
    level: Level::Warning,
    says: "what `warnings_as_errors` in `policy.json` names is a rule",
    protects: "A repository that asks for more should get it. A rule whose name is mistyped in the policy is not \
               raised, and nobody would notice.",
    example: "`warnings_as_errors` is set to `[\"change-has-trailer\"]`.",
    mend: "Correct the name; `git mkt explain` lists all rules.",
    judges: &["policy.json"],
    reads: &["policy.json"],
    find,
};

/// The rules by name. The table, which has them too, imports this file; a test holds the two together.
pub(in crate::rules) const NAMES: [&str; 23] = [
    "active-task-is-complete",
    "adoption-point-is-fixed",
    "archive-is-kept",
    "artifact-is-well-formed",
    "board-is-coherent",
    "change-has-trailers",
    "clock-is-honest",
    "cycle-has-decision",
    "decision-is-reproducible",
    "decision-log-is-append-only",
    "incidents-are-immutable",
    "observations-are-kept",
    "p0-forces-rollback",
    "paused-modules-hold",
    "policy-is-not-loosened",
    "policy-names-rules",
    "recommendations-are-kept",
    "resume-needs-postmortem",
    "rollback-pauses-scale",
    "signals-have-impact",
    "start-requires-gates",
    "start-requires-plan",
    "trailers-tell-the-truth",
];

fn find(step: &Step) -> Vec<Breach> {
    let known: Vec<_> = step.parents.iter().map(|parent| unknown(parent)).collect();
    let new = unknown(&step.after).into_iter().filter(|name| !known.iter().any(|parent| parent.contains(name)));
    let breaches = new.map(|name| {
        let near = nearest(&name, NAMES.into_iter());
        let hint = match near.first() {
            Some(near) => format!("put `{near}` in its place in `{}`", layout::POLICY),
            None => "git mkt explain".to_owned(),
        };
        let message = format!("`warnings_as_errors` names `{name}`, and there is no such rule");
        Breach::at(layout::POLICY, message, hint).is(name)
    });
    breaches.collect()
}

/// What a policy names that is no rule.
fn unknown(snapshot: &Snapshot) -> BTreeSet<String> {
    let named = snapshot.policy.iter().flat_map(|policy| &policy.warnings_as_errors);
    named.filter(|name| !NAMES.contains(&name.as_str())).cloned().collect()
}
