//! Beginning, resuming and ending a campaign.

use std::sync::Arc;

use super::super::board::{Board, Task};
use super::super::campaign::{Boulder, EXECUTION_MANAGER, Execution, Finish, Mode};
use super::super::codec::Extra;
use super::super::id::PlanName;
use super::super::layout;
use super::super::snapshot::Snapshot;
use super::super::time::Timestamp;
use super::seed::{self, Texts};

/// Begins a campaign: everything the contract lists, in one state. Modules that an
/// earlier campaign left paused stay paused.
#[must_use]
pub fn start(before: &Snapshot, plan: &PlanName, now: Timestamp) -> (Snapshot, Texts) {
    let (mut after, mut texts) = seed::init(before);
    seed::notepad(&mut after, &mut texts, plan);
    let paused = before.execution.as_ref().map(|execution| execution.paused_modules.clone()).unwrap_or_default();
    let extra = before.execution.as_ref().map(|execution| execution.extra.clone()).unwrap_or_default();
    after.boulder = Some(Boulder {
        active_plan: layout::plan(plan),
        plan_name: plan.clone(),
        started_at: now,
        resumed_at: None,
        session_ids: Vec::new(),
        role: EXECUTION_MANAGER.to_owned(),
        extra: Extra::new(),
    });
    after.execution = Some(Execution {
        active_plan: Some(layout::plan(plan)),
        mode: if paused.is_empty() { Mode::Execution } else { Mode::Rollback },
        tracks: Execution::both_active(),
        paused_modules: paused,
        extra,
    });
    if after.board.is_none() {
        let tasks = before.pool().tasks.iter().map(Task::from_pool).collect();
        after.board = Some(Arc::new(Board { tasks }));
    }
    (after, texts)
}

/// Resumes the running campaign: what is missing is seeded, what is there stays.
#[must_use]
pub fn resume(before: &Snapshot, boulder: &Boulder, now: Timestamp) -> (Snapshot, Texts) {
    let (fresh, texts) = start(before, &boulder.plan_name, now);
    let mut after = fresh;
    after.boulder = Some(Boulder { resumed_at: Some(now), ..boulder.clone() });
    if before.execution.is_some() {
        after.execution.clone_from(&before.execution);
    }
    (after, texts)
}

/// Ends the running campaign with its record; the board goes into the record with it.
/// Paused modules stay paused: an end is no way around a postmortem.
#[must_use]
pub fn finish(before: &Snapshot, boulder: &Boulder, outcome: (&str, &str), now: Timestamp) -> (Snapshot, String) {
    let (outcome, by) = outcome;
    let mut after = before.clone();
    let name = unused_record(before, &format!("{}-{}", boulder.plan_name, now.compact()));
    let record = Finish {
        plan: boulder.active_plan.clone(),
        started_at: boulder.started_at,
        finished_at: now,
        outcome: outcome.to_owned(),
        by: by.to_owned(),
        board: before.board.as_ref().map(|board| board.tasks.clone()).unwrap_or_default(),
        extra: Extra::new(),
    };
    after.finishes.insert(name.clone(), Arc::new(record));
    after.boulder = None;
    after.board = None;
    if let Some(execution) = &mut after.execution {
        execution.active_plan = None;
    }
    (after, name)
}

fn unused_record(before: &Snapshot, name: &str) -> String {
    let taken = |candidate: &String| before.finishes.contains_key(candidate);
    let mut candidates = std::iter::once(name.to_owned()).chain((2..).map(|nth| format!("{name}-{nth}")));
    candidates.find(|candidate| !taken(candidate)).unwrap_or_else(|| name.to_owned())
}
