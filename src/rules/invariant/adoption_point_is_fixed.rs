//! `adoption-point-is-fixed`

use crate::model::id::CommitId;
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "adoption-point-is-fixed",
    level: Level::Error,
    says: "`verify_from` in `policy.json` is set once and never moved or removed; set to a commit after the tool was \
           adopted, it is reported",
    protects: "An existing repository names the commit from which its history is judged. Whoever could move that \
               point forward could hide any bad history before it. In a merge the point of the mainline stands. A \
               team may adopt the tool in earnest only after a while; then it is told, as a warning, how many \
               commits nobody judges.",
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
    let after = point(&step.after);
    let before: Vec<_> =
        step.parents.iter().enumerate().filter_map(|(index, parent)| Some((index, point(parent)?))).collect();
    let breach = |(index, was): &(usize, &CommitId), message: &str, hint: String| {
        let is = after.map_or("absent", CommitId::as_str);
        Breach::at(layout::POLICY, message, hint).against(*index).was(*was).is(is)
    };
    let lost = |(index, was): &(usize, &CommitId)| {
        let message = if after.is_some() { "`verify_from` is moved" } else { "`verify_from` is removed" };
        breach(&(*index, was), message, format!("set `verify_from` back to `{was}`"))
    };
    match (before.as_slice(), after) {
        ([], None) => Vec::new(),
        ([], Some(now)) => late(step, now).into_iter().collect(),
        ([(0, was), others @ ..], Some(now)) if *was == now => {
            let other = others.iter().filter(|(_, was)| *was != now);
            let message = "`verify_from` of the branch that is merged gives way to that of the mainline";
            other.map(|other| breach(other, message, format!("git log {}..{now}", other.1)).warning()).collect()
        }
        ([first @ (0, _), ..], _) => vec![lost(first)],
        // The mainline had none: that of a branch comes with it.
        (branches, Some(now)) if branches.iter().any(|(_, was)| *was == now) => Vec::new(),
        (branches, _) => branches.iter().map(lost).collect(),
    }
}

/// A point that takes commits out of the judgement which were made with this tool.
fn late(step: &Step, now: &CommitId) -> Option<Breach> {
    let many = match step.passed_over {
        0 => return None,
        1 => "1 commit is".to_owned(),
        many => format!("{many} commits are"),
    };
    let message = format!("`verify_from` names a commit after the tool was adopted: {many} not judged");
    let hint = format!("git log --diff-filter=A -- {}", layout::POLICY);
    Some(Breach::at(layout::POLICY, message, hint).is(now).warning())
}

fn point(snapshot: &Snapshot) -> Option<&CommitId> {
    snapshot.policy.as_ref().and_then(|policy| policy.verify_from.as_ref())
}
