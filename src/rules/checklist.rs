//! The seven checks of an operator who wants to claim that all is well (contract, section 6).

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::board::Status;
use crate::model::cadence::Cadence;
use crate::model::campaign::Activity;
use crate::model::id::slug;
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;

use super::gates;

/// One of the seven checks and what it found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CheckItem {
    /// Its number in the founding document, from 1.
    pub number: usize,
    /// What is to hold.
    pub check: &'static str,
    /// What does not hold; empty when all is well.
    pub findings: Vec<String>,
}

impl CheckItem {
    /// Whether it holds.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.findings.is_empty()
    }
}

/// Runs the seven checks. `known` are the ids of incidents that the history ever held.
#[must_use]
pub fn checklist(snapshot: &Snapshot, known: &BTreeSet<String>, now: Timestamp) -> Vec<CheckItem> {
    let checks: [(&'static str, Vec<String>); 7] = [
        ("every passing gate has evidence, and all pass", gate_evidence(snapshot)),
        ("the active plan is set in boulder.json", active_plan(snapshot)),
        ("both tracks are active", tracks(snapshot)),
        ("active tasks are complete", active_tasks(snapshot)),
        ("each cadence that has come due has its cycle report", cycle_reports(snapshot, now)),
        ("every known incident has its file", incident_files(snapshot, known)),
        ("every recommendation is acted on or deferred", open_recommendations(snapshot)),
    ];
    let numbered = checks.into_iter().enumerate();
    numbered.map(|(at, (check, findings))| CheckItem { number: at + 1, check, findings }).collect()
}

fn gate_evidence(snapshot: &Snapshot) -> Vec<String> {
    let results = gates::evaluate(snapshot).results.into_iter();
    let lacks = |result: gates::GateResult| match (result.passes(), result.evidence) {
        (false, _) => Some(format!("{} fails: {}", result.gate, result.reason)),
        (true, 0) => Some(format!("{} passes without evidence", result.gate)),
        (true, _) => None,
    };
    results.filter_map(lacks).collect()
}

fn active_plan(snapshot: &Snapshot) -> Vec<String> {
    match &snapshot.boulder {
        None => vec!["there is no boulder.json: no campaign is active".to_owned()],
        Some(boulder) if !snapshot.plans.contains_key(&boulder.plan_name) => {
            vec![format!("boulder.json points to {}, which is not there", boulder.active_plan)]
        }
        Some(_) => Vec::new(),
    }
}

fn tracks(snapshot: &Snapshot) -> Vec<String> {
    let Some(execution) = &snapshot.execution else {
        return vec!["there is no state/execution.json".to_owned()];
    };
    let paused = execution.tracks.activities.iter().filter(|(_, activity)| **activity == Activity::Paused);
    paused.map(|(track, _)| format!("the {track} track is paused")).collect()
}

fn active_tasks(snapshot: &Snapshot) -> Vec<String> {
    let tasks = snapshot.board.iter().flat_map(|board| &board.tasks);
    let incomplete = tasks.filter(|task| task.status == Status::Active && !task.missing().is_empty());
    incomplete.map(|task| format!("task {} lacks {}", task.id, task.missing().join(", "))).collect()
}

fn cycle_reports(snapshot: &Snapshot, now: Timestamp) -> Vec<String> {
    let Some(boulder) = &snapshot.boulder else { return Vec::new() };
    let log = snapshot.cycle_log();
    let lacks = |cadence: Cadence| {
        let mut cycles =
            log.cycles.iter().filter(|one| one.cadence == cadence && one.generated_at >= boulder.started_at);
        let due = boulder.started_at.days_after(cadence.days());
        let reported = cycles.any(|cycle| snapshot.has_file(&cycle.report_file));
        (due <= now && !reported).then(|| format!("no {cadence} cycle report, due since {}", due.day()))
    };
    Cadence::ALL.into_iter().filter_map(lacks).collect()
}

fn incident_files(snapshot: &Snapshot, known: &BTreeSet<String>) -> Vec<String> {
    let there: BTreeSet<_> = snapshot.incidents.keys().map(|id| slug(id.as_str())).collect();
    let known: BTreeSet<_> = known.iter().chain(&snapshot.noted_incidents).collect();
    let lost = known.into_iter().filter(|id| !there.contains(&slug(id)));
    lost.map(|id| format!("incident {id} is known and has no file")).collect()
}

fn open_recommendations(snapshot: &Snapshot) -> Vec<String> {
    let open = snapshot.recommendations.values().filter(|advice| advice.resolution.is_none());
    open.map(|advice| format!("{} is open: {}", advice.id, advice.text)).collect()
}
