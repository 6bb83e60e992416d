//! `artifact-is-well-formed`

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
    let new = step.after.problems.iter().filter(|problem| {
        let same = |old: &&crate::model::codec::Problem| old.path == problem.path && old.message == problem.message;
        !step.parents.iter().any(|parent| parent.problems.iter().find(same).is_some())
    });
    let breaches = new.map(|problem| {
        let line = (problem.line > 0).then_some(problem.line);
        let hint = format!("correct `{}`, then `git mkt status`", problem.location());
        Breach::at(&problem.path, &problem.message, hint).line(line)
    });
    breaches.collect()
}
