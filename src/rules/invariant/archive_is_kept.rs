//! `archive-is-kept`

use crate::model::layout::RecordKind;
use crate::model::step::Step;
use crate::rules::kept::Kept;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "archive-is-kept",
    level: Level::Error,
    says: "no record of a finished campaign is altered or dropped",
    protects: "The archive says what each campaign came to and how its board stood. It is what later campaigns are \
               compared with, so it must not be improved afterwards.",
    example: "The `outcome` in a file under `archive/` is reworded a month later.",
    mend: "Restore the file as it was in the parent commit, and write what you have learnt since in the notes.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let kept = Kept {
        kind: RecordKind::Finish,
        noun: "record of a finished campaign",
        of: |snapshot| &snapshot.finishes,
        may_change: |_, _, _| false,
    };
    kept.breaches(step)
}
