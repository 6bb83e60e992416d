//! `adoption-point-is-fixed`

use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "adoption-point-is-fixed",
    level: Level::Error,
    says: "`verify_from` in `policy.json` is set once and never moved or removed",
    protects: "An existing repository names the commit from which its history is judged. Whoever could move that \
               point forward could hide any bad history before it.",
    example: "A commit changes `verify_from` from the commit of the adoption to yesterday's commit.",
    mend: "Put the first value of `verify_from` back.",
    judges: &["policy.json"],
    reads: &["policy.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    if news::problem(&step.after, layout::POLICY).is_some() {
        return Vec::new();
    }
    let after = verify_from(&step.after);
    // In a merge of two branches that both adopted the tool, one of the two points stands.
    let inherited = step.parents.iter().any(|parent| after.is_some() && verify_from(parent) == after);
    if inherited {
        return Vec::new();
    }
    let moved = step.parents.iter().enumerate().filter_map(|(index, parent)| Some((index, verify_from(parent)?)));
    let breaches = moved.map(|(index, was)| {
        let message = if after.is_some() { "`verify_from` is moved" } else { "`verify_from` is removed" };
        let hint = format!("set `verify_from` back to `{was}`");
        Breach::at(layout::POLICY, message, hint).against(index).was(was).is(after.unwrap_or("absent"))
    });
    breaches.collect()
}

fn verify_from(snapshot: &Snapshot) -> Option<&str> {
    snapshot.policy.as_ref().and_then(|policy| policy.verify_from.as_deref())
}
