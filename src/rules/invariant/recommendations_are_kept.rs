//! `recommendations-are-kept`

use crate::model::layout::RecordKind;
use crate::model::step::Step;
use crate::rules::kept::Kept;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "recommendations-are-kept",
    level: Level::Error,
    says: "no recommendation is dropped, nor altered but for its resolution, which is given once",
    protects: "What a report recommended is acted on or put off with a reason. An inconvenient recommendation must \
               not fade away.",
    example: "A commit deletes the file of a recommendation that nobody acted on.",
    mend: "Restore the file, then `git mkt resolve-recommendation <id> --deferred <reason>`.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let kept = Kept {
        kind: RecordKind::Recommendation,
        noun: "recommendation",
        of: |snapshot| &snapshot.recommendations,
        may_change: |field, was, _| field == "resolution" && was.is_null(),
    };
    kept.breaches(step)
}
