//! Changes of the running campaign: which plan, and how it is run.

use crate::model::campaign::{Boulder, Execution, Mode};
use crate::model::codec::Extra;
use crate::model::layout;
use crate::model::metric::Track;
use crate::model::snapshot::Snapshot;

use super::json;
use super::kind::Change;
use super::sides::Sides;

pub(super) fn campaign(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::BOULDER, |snapshot| snapshot.boulder.as_ref()) else { return };
    match (before, after) {
        (None, Some(now)) => {
            changes.push(Change::CampaignStarted { plan: now.plan_name.clone(), at: now.started_at });
        }
        (Some(old), None) => changes.push(Change::CampaignFinished { plan: old.plan_name.clone() }),
        (Some(old), Some(now)) => same_pointer(old, now, changes),
        (None, None) => {}
    }
}

fn same_pointer(old: &Boulder, now: &Boulder, changes: &mut Vec<Change>) {
    let mut told = vec!["active_plan", "plan_name"];
    if old.plan_name != now.plan_name {
        changes.push(Change::CampaignSwitched { before: old.plan_name.clone(), after: now.plan_name.clone() });
    }
    if let (true, Some(at)) = (old.resumed_at != now.resumed_at, now.resumed_at) {
        told.push("resumed_at");
        changes.push(Change::CampaignResumed { plan: now.plan_name.clone(), at });
    }
    let untold = json::differing(old, now).into_iter().filter(|field| !told.contains(&field.name.as_str()));
    changes.extend(untold.map(|field| Change::FieldChanged { path: layout::BOULDER.to_owned(), field }));
}

pub(super) fn execution(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::EXECUTION, |snapshot| snapshot.execution.as_ref()) else { return };
    let or_idle = |execution: Option<&Execution>| execution.cloned().unwrap_or_else(idle);
    let (old, now) = (or_idle(before), or_idle(after));
    if old.mode != now.mode {
        changes.push(Change::ModeChanged { before: old.mode, after: now.mode });
    }
    for (track, after) in &now.tracks.activities {
        let before = old.tracks.activities.get(track).unwrap_or(after);
        if before != after {
            changes.push(Change::TrackChanged { track: *track, before: *before, after: *after });
        }
    }
    let paused = now.paused_modules.iter().filter(|module| !old.pauses(module));
    changes.extend(paused.map(|module| Change::ModulePaused { module: module.clone() }));
    let resumed = old.paused_modules.iter().filter(|module| !now.pauses(module));
    changes.extend(resumed.map(|module| Change::ModuleResumed { module: module.clone() }));
    let untold = json::differing(&old, &now).into_iter().filter(|field| match field.name.as_str() {
        "mode" | "paused_modules" => false,
        // The pointer follows the campaign; it is a change of its own only where it does not.
        "active_plan" => {
            pointer(sides.before) == pointer(sides.after) || now.active_plan.as_ref() != pointer(sides.after)
        }
        name => !name.strip_prefix("tracks.").is_some_and(|track| Track::ALL.iter().any(|known| known.name() == track)),
    });
    changes.extend(untold.map(|field| Change::FieldChanged { path: layout::EXECUTION.to_owned(), field }));
}

/// The plan that the boulder points to.
fn pointer(snapshot: &Snapshot) -> Option<&String> {
    snapshot.boulder.as_ref().map(|boulder| &boulder.active_plan)
}

/// What a repository without `execution.json` does: nothing is run, nothing is paused.
fn idle() -> Execution {
    Execution {
        active_plan: None,
        mode: Mode::Execution,
        tracks: Execution::both_active(),
        paused_modules: Vec::new(),
        extra: Extra::new(),
    }
}
