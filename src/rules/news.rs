//! What a step brings that was not there before: the questions many rules ask.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::board::Task;
use crate::model::campaign::Boulder;
use crate::model::codec::Problem;
use crate::model::cycle::Cycle;
use crate::model::gate::Gate;
use crate::model::gates::Gates;
use crate::model::id::ModuleName;
use crate::model::incident::Incident;
use crate::model::layout;
use crate::model::policy::Policy;
use crate::model::review::Verdict;
use crate::model::snapshot::{Records, Snapshot};
use crate::model::step::Step;
use crate::model::time::Timestamp;

/// The policy in force: the strictest of the parents'.
pub(super) fn policy(step: &Step) -> Policy {
    let mut policy = Policy::default();
    for own in step.parents.iter().filter_map(|parent| parent.policy.as_ref()) {
        policy.require_independent_review |= own.require_independent_review;
        policy.require_gate_evidence |= own.require_gate_evidence;
        policy.warnings_as_errors.extend(own.warnings_as_errors.iter().cloned());
    }
    policy
}

/// Whether this tool is in use in a state: it holds anything that the earlier one never wrote.
pub(super) fn is_governed(snapshot: &Snapshot) -> bool {
    let has_evidence = |gates: &Gates| Gate::ALL.iter().any(|gate| !gates.evidence(*gate).is_empty());
    snapshot.has_file(layout::POLICY)
        || snapshot.policy.is_some()
        || snapshot.has_file(layout::ATTRIBUTES)
        || !snapshot.reviews.is_empty()
        || !snapshot.observations.is_empty()
        || !snapshot.recommendations.is_empty()
        || !snapshot.finishes.is_empty()
        || snapshot.gates.as_ref().is_some_and(has_evidence)
        || log(snapshot).iter().any(|cycle| cycle.derivation.is_some())
}

/// The cycles that no parent has, in log order.
pub(super) fn cycles(step: &Step) -> Vec<&Cycle> {
    let after = log(&step.after);
    let Some(first) = step.parents.first() else { return after.iter().collect() };
    // A log only ever grows, so that nearly always all but the end is the same.
    let common = log(first).iter().zip(after).take_while(|(old, new)| old.id == new.id).count();
    let (fresh, known) = (&after[common..], &log(first)[common..]);
    if fresh.is_empty() {
        return Vec::new();
    }
    let others = step.parents.iter().skip(1).flat_map(|parent| log(parent));
    let known: BTreeSet<_> = known.iter().chain(others).map(|cycle| &cycle.id).collect();
    fresh.iter().filter(|cycle| !known.contains(&cycle.id)).collect()
}

/// The decision log, empty where there is none.
pub(super) fn log(snapshot: &Snapshot) -> &[Cycle] {
    snapshot.cycles.as_ref().map(|log| log.cycles.as_slice()).unwrap_or_default()
}

/// Whether a rollback answers this P0: it names it or, in the earlier tool's records,
/// which name nothing, it came after it.
pub(super) fn answers(rollback: &Cycle, p0: &Incident) -> bool {
    match &rollback.derivation {
        Some(derivation) => derivation.inputs.incident_ids.contains(&p0.id),
        None => p0.created_at <= rollback.generated_at,
    }
}

/// The records of one kind that no parent has.
pub(super) fn records<'s, K: Ord + 's, T>(step: &'s Step, of: fn(&Snapshot) -> &Records<K, T>) -> Vec<&'s T> {
    let after = of(&step.after);
    let Some((first, others)) = step.parents.split_first() else {
        return after.values().map(AsRef::as_ref).collect();
    };
    let mut fresh = Vec::new();
    of(first).beside(after, |id, old, now| {
        if let (None, Some(now)) = (old, now)
            && !others.iter().any(|parent| of(parent).contains_key(id))
        {
            fresh.push(now.as_ref());
        }
    });
    fresh
}

/// Whether two sets of records say the same. Records that were not read anew are one.
pub(super) fn same_records<K: Ord, T: PartialEq>(one: &Records<K, T>, other: &Records<K, T>) -> bool {
    let mut same = true;
    one.beside(other, |_, old, new| {
        same &= matches!((old, new), (Some(old), Some(new)) if Arc::ptr_eq(old, new) || old == new);
    });
    same
}

/// What is wrong with the file at this path. Such a file is absent from the snapshot
/// without having been dropped; `artifact-is-well-formed` speaks of it.
pub(super) fn problem<'s>(snapshot: &'s Snapshot, path: &str) -> Option<&'s Problem> {
    snapshot.problems.iter().find(|problem| problem.path == path)
}

/// The tasks of the board that are being worked on.
pub(super) fn active_tasks(snapshot: &Snapshot) -> impl Iterator<Item = &Task> {
    let tasks = snapshot.board.iter().flat_map(|board| &board.tasks);
    tasks.filter(|task| task.status == crate::model::board::Status::Active)
}

/// The modules that a rollback pauses.
pub(super) fn scale_modules(snapshot: &Snapshot) -> &[ModuleName] {
    snapshot.modules.as_ref().map(|modules| modules.acceleration_core.as_slice()).unwrap_or_default()
}

/// A campaign that becomes active in a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Start {
    /// Path of its plan.
    pub(super) plan: String,
    /// The artifact that says it is active.
    pub(super) path: &'static str,
    /// When it says it began; unknown when only `execution.json` names the plan.
    pub(super) at: Option<Timestamp>,
}

impl Start {
    /// The plan's name, for people.
    pub(super) fn name(&self) -> &str {
        let file = self.plan.rsplit('/').next().unwrap_or(&self.plan);
        file.strip_suffix(".md").unwrap_or(file)
    }
}

/// The campaigns that become active against the mainline. A resume keeps plan and
/// `started_at` and is none. What is set by hand in `execution.json` alone counts too.
pub(super) fn starts(step: &Step) -> Vec<Start> {
    let (before, after) = (step.before(), &step.after);
    let executed = |snapshot: &Snapshot| snapshot.execution.as_ref().and_then(|run| run.active_plan.clone());
    let mut starts = Vec::new();
    if let Some(boulder) = &after.boulder {
        let goes_on = match &before.boulder {
            Some(old) => {
                let is_same = old.plan_name == boulder.plan_name || is_renamed(&before, after, (old, boulder));
                is_same && old.started_at == boulder.started_at
            }
            // To mend a file that could not be read is not to start a campaign.
            None => {
                problem(&before, layout::BOULDER).is_some() && executed(&before).as_ref() == Some(&boulder.active_plan)
            }
        };
        if !goes_on {
            let (plan, at) = (boulder.active_plan.clone(), Some(boulder.started_at));
            starts.push(Start { plan, path: layout::BOULDER, at });
        }
    }
    if let Some(plan) = executed(after) {
        let pointed =
            |snapshot: &Snapshot| snapshot.boulder.as_ref().is_some_and(|boulder| boulder.active_plan == plan);
        if !pointed(after) && !pointed(&before) && executed(&before).as_ref() != Some(&plan) {
            starts.push(Start { plan, path: layout::EXECUTION, at: None });
        }
    }
    starts
}

/// Whether the plan of a campaign only has another name now: the very text that was passed,
/// and the pointer moved along.
fn is_renamed(before: &Snapshot, after: &Snapshot, (old, now): (&Boulder, &Boulder)) -> bool {
    let blob = |state: &Snapshot, boulder: &Boulder| state.plans.get(&boulder.plan_name)?.blob_id.clone();
    let Some(text) = blob(before, old) else { return false };
    let passed = after.reviews.values().any(|review| review.verdict == Verdict::Pass && review.blob == text);
    passed && blob(after, now) == Some(text) && !after.has_file(&old.active_plan)
}

/// Whether two states differ in any file under `.ohmymkt/`.
pub(super) fn differ(before: &Snapshot, after: &Snapshot) -> bool {
    if std::ptr::eq(before, after) {
        return false;
    }
    let mut differ = false;
    before.files.beside(&after.files, |_, old, new| {
        differ |= match (old, new) {
            // A blob that only one side knows is one that the other has not computed yet.
            (Some(Some(old)), Some(Some(new))) => old != new,
            (Some(_), Some(_)) => false,
            _ => true,
        };
    });
    differ || typed_state_differs(before, after)
}

/// Whether what was read differs. A state that a command computed has no blobs yet.
fn typed_state_differs(before: &Snapshot, after: &Snapshot) -> bool {
    before.policy != after.policy
        || before.boulder != after.boulder
        || before.gates != after.gates
        || before.metrics != after.metrics
        || before.modules != after.modules
        || before.board != after.board
        || before.execution != after.execution
        || before.cycles != after.cycles
        || before.own_pool != after.own_pool
        || !same_records(&before.plans, &after.plans)
        || !same_records(&before.incidents, &after.incidents)
        || !same_records(&before.observations, &after.observations)
        || !same_records(&before.reviews, &after.reviews)
        || !same_records(&before.recommendations, &after.recommendations)
        || !same_records(&before.finishes, &after.finishes)
}
