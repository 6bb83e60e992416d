//! `change-has-trailers`

use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "change-has-trailers",
    level: Level::Warning,
    says: "a commit that changes artifacts has `Mkt-Action`",
    protects: "The trailers are the index of the audit history. A change without them is found all the same, but \
               nobody reads in `git log` what it was.",
    example: "A commit \"update stuff\" flips a gate in `gates.json` and says nothing about it.",
    mend: "Commit edits made by hand with `git mkt record`, which adds the trailers.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    if step.claim.is_some() || !changes(step) {
        return Vec::new();
    }
    let hint = "commit edits made by hand with `git mkt record`, which adds the trailers";
    vec![Breach::at("", "changes artifacts without the trailer `Mkt-Action`", hint)]
}

/// A merge brings what its parents said already; it only speaks for itself where it has
/// a file that none of them has.
fn changes(step: &Step) -> bool {
    if step.is_merge() {
        let mut paths = step.after.files.keys();
        return paths.any(|path| !step.parents.iter().any(|parent| parent.has_file(path)));
    }
    news::differ(&step.before(), &step.after)
}
