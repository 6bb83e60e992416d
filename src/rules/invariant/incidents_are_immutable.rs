//! `incidents-are-immutable`

use serde_json::Value;

use crate::model::layout::RecordKind;
use crate::model::step::Step;
use crate::model::unseen::is_blank;
use crate::rules::kept::Kept;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "incidents-are-immutable",
    level: Level::Error,
    says: "no incident or postmortem is dropped, nor its fields altered",
    protects: "A P0 forces a rollback. If an incident could vanish, be dated back or be made a P2 afterwards, so \
               could the rollback. Only a postmortem and the end of the incident are ever added.",
    example: "A commit turns the `severity` of an incident from P0 into P2.",
    mend: "Restore the file of the parent commit. What is known better now belongs into the postmortem.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let kept = Kept { kind: RecordKind::Incident, noun: "incident", of: |snapshot| &snapshot.incidents, may_change };
    kept.breaches(step)
}

fn may_change(field: &str, was: &Value, is: &Value) -> bool {
    match field {
        "resolved_at" => was.is_null(),
        "postmortem" => was.is_null() || completes(was, is),
        _ => false,
    }
}

/// A postmortem that leaves a question blank may still be answered; its answers stay,
/// and when all three are there, so does who gave them and when.
fn completes(was: &Value, is: &Value) -> bool {
    let answers = ["root_cause", "remediation", "prevention"];
    let blank = |field: &&str| was[*field].as_str().is_none_or(is_blank);
    let keeps = |field: &&str| was[*field] == is[*field];
    if !answers.iter().any(blank) {
        return answers.iter().chain(&["by", "at"]).all(keeps);
    }
    is.is_object() && answers.iter().all(|field| blank(field) || keeps(field))
}
