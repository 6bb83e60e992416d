//! What a summary report recommends: each sentence follows from the state by itself.

use std::collections::BTreeMap;

use crate::model::board::{Status, Task};
use crate::model::cycle::{Cycle, Decision, Window};
use crate::model::metric::Trend;
use crate::model::snapshot::Snapshot;

use super::{decision, gates};

/// How often each decision was made.
#[must_use]
pub fn tally<'c>(cycles: impl Iterator<Item = &'c Cycle>) -> BTreeMap<&'static str, usize> {
    let mut counts: BTreeMap<_, _> = Decision::ALL.map(|decision| (decision.name(), 0)).into();
    for cycle in cycles {
        *counts.entry(cycle.decision.name()).or_default() += 1;
    }
    counts
}

/// What to do about what the window shows; never empty.
#[must_use]
pub fn recommend(snapshot: &Snapshot, window: Window) -> Vec<String> {
    let mut advice = Vec::new();
    for result in gates::evaluate(snapshot).failing() {
        let remedy = result.remediation.as_deref().unwrap_or_default();
        advice.push(format!("Mend {} before anything scales: {remedy}", result.gate));
    }
    advice.extend(snapshot.open_p0s().map(|incident| format!("Write the postmortem of {}", incident.id)));
    let log = snapshot.cycle_log();
    let recent: Vec<_> =
        log.cycles.iter().filter(|one| window.from <= one.generated_at && one.generated_at <= window.to).collect();
    let count = |decision| recent.iter().filter(|cycle| cycle.decision == decision).count();
    if count(Decision::Rollback) > 0 {
        advice.push("Carry out the prevention tasks of the rollback before the next scale decision".to_owned());
    }
    if count(Decision::Intervene) > count(Decision::Continue) {
        advice.push("Give the remediation tasks more capacity: most cycles of the window intervened".to_owned());
    }
    for (signal, trend) in decision::trends(snapshot) {
        if trend == Trend::Conflict {
            advice.push(format!("Settle the conflict of sources on {signal}"));
        }
    }
    let tasks = snapshot.board.iter().flat_map(|board| &board.tasks);
    let unowned = |task: &Task| task.status != Status::Done && task.owner.is_empty() && task.origin.is_some();
    if tasks.into_iter().any(unowned) {
        // Without their number: one more such task is no new advice.
        advice.push("Name owners for the follow-up tasks of cycles and incidents".to_owned());
    }
    if snapshot.boulder.is_some() && recent.is_empty() {
        advice.push("Run the cycles that are due: the window holds no decision".to_owned());
    }
    if advice.is_empty() {
        advice.push("Keep both tracks going and write the winning patterns down".to_owned());
    }
    advice
}
