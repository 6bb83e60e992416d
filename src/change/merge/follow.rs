//! What follows in the merged state from what the branches brought together.

use super::artifact::Across;
use crate::model::board::{Board, Status};
use crate::model::metric::Metrics;
use crate::model::snapshot::Snapshot;

/// What must change so that the merged artifacts agree with each other.
#[derive(Debug, Clone, Default)]
pub struct Follow {
    /// The trends, where they are not what their observations say.
    pub metrics: Option<Metrics>,
    /// The board, where tasks of paused modules are active.
    pub board: Option<Board>,
    /// Each of these changes as a sentence.
    pub told: Vec<String>,
}

/// Two files that merged cleanly can disagree: a trend with observations of the other
/// branch, an active task with a module that the other branch paused.
#[must_use]
pub fn follow(merged: &Snapshot, across: &Across) -> Follow {
    let mut follow = Follow::default();
    if let Some(metrics) = &merged.metrics {
        let mut now = metrics.clone();
        for (signal, (trend, said)) in &across.trends {
            if now.trend(*signal) != *trend {
                follow.told.push(format!("`{signal}` is {trend}: {said}"));
                now.set(*signal, *trend);
            }
        }
        follow.metrics = (now != *metrics).then_some(now);
    }
    if let (Some(board), Some(execution)) = (&merged.board, &merged.execution) {
        let mut now = Board::clone(board);
        for task in &mut now.tasks {
            let stopped = execution.pauses(&task.module) && !merged.follows_incident(task);
            if task.status == Status::Active && stopped {
                task.status = Status::Paused;
                follow.told.push(format!("task `{}` is paused: its module `{}` is", task.id, task.module));
            }
        }
        follow.board = (now != **board).then_some(now);
    }
    follow
}
