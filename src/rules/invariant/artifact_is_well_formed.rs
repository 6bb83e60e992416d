//! `artifact-is-well-formed`

use std::collections::BTreeMap;

use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "artifact-is-well-formed",
    level: Level::Error,
    says: "every artifact fits its schema",
    protects: "A file that cannot be read says nothing, and a gate or an incident that says nothing must never be \
               taken for a good one. So nothing is coerced and nothing is read as empty.",
    example: "`rolling_weeks_feasible` is the string \"8\" instead of the number 8.",
    mend: "Correct the file at the line that is named.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    if step.after.problems.is_empty() {
        return Vec::new();
    }
    let known: Vec<_> = step.parents.iter().map(|parent| tally(parent)).collect();
    let mut told: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let new = step.after.problems.iter().filter(|problem| {
        let key = (problem.path.as_str(), problem.message.as_str());
        let nth = told.entry(key).or_default();
        *nth += 1;
        !known.iter().any(|parent| parent.get(&key).is_some_and(|had| had >= nth))
    });
    let breaches = new.map(|problem| {
        let line = (problem.line > 0).then_some(problem.line);
        let hint = format!("correct `{}`, then `git mkt status`", problem.location());
        Breach::at(&problem.path, &problem.message, hint).line(line)
    });
    breaches.collect()
}

/// How often each problem is there. Where it stands says nothing: lines move.
fn tally(snapshot: &Snapshot) -> BTreeMap<(&str, &str), usize> {
    let mut tally = BTreeMap::new();
    for problem in &snapshot.problems {
        *tally.entry((problem.path.as_str(), problem.message.as_str())).or_default() += 1;
    }
    tally
}
