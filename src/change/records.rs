//! Changes of the records that are kept for ever: what was added, and what should not
//! have been dropped or altered.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::model::incident::{Incident, Severity};
use crate::model::layout::{self, RecordKind};
use crate::model::snapshot::Records;

use super::json;
use super::kind::Change;
use super::list::{self, Fate};
use super::record::Record;
use super::sides::Sides;
use super::terms::Lesson;

pub(super) fn cycles(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let Some((before, after)) = sides.state(layout::CYCLES, |snapshot| snapshot.cycles.as_ref()) else { return };
    let old = before.map(|log| log.cycles.as_slice()).unwrap_or_default();
    let now = after.map(|log| log.cycles.as_slice()).unwrap_or_default();
    for fate in list::keyed(old, now, |cycle| cycle.id.clone()) {
        match fate {
            Fate::Added(cycle) => changes.push(Change::CycleAdded {
                id: cycle.id.clone(),
                cadence: cycle.cadence,
                decision: cycle.decision,
                rule: cycle.derivation.as_ref().map(|derivation| derivation.rule),
                reason: cycle.reason.clone(),
            }),
            Fate::Removed(cycle) => dropped(Record::Cycle, cycle.id.as_str(), None, changes),
            Fate::Altered(old, now) => altered(Record::Cycle, now.id.as_str(), (old, now), changes),
        }
    }
    if list::reordered(old, now, |cycle| cycle.id.clone()) {
        changes.push(Change::OrderChanged { path: layout::CYCLES.to_owned() });
    }
}

pub(super) fn incidents(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    for (id, fate) in list::records(&sides.before.incidents, &sides.after.incidents) {
        if !sides.readable(&sides.before.incident_path(id)) || !sides.readable(&sides.after.incident_path(id)) {
            continue;
        }
        match fate {
            Fate::Added(incident) => {
                changes.push(Change::IncidentAdded {
                    id: id.clone(),
                    severity: incident.severity,
                    module: incident.module.clone(),
                    summary: incident.summary.clone(),
                    at: incident.created_at,
                });
                course(None, incident, changes);
            }
            Fate::Removed(old) => dropped(Record::Incident, id.as_str(), Some(old.severity), changes),
            Fate::Altered(old, now) => {
                let told = course(Some(old), now, changes);
                let untold = json::differing(old, now).into_iter().filter(|field| !told.contains(field.name.as_str()));
                changes.extend(untold.map(|field| Change::RecordAltered {
                    record: Record::Incident,
                    id: id.to_string(),
                    severity: Some(old.severity),
                    field,
                }));
            }
        }
    }
}

/// What an incident may gain: its postmortem and its end. Returns the fields told of.
fn course(old: Option<&Incident>, now: &Incident, changes: &mut Vec<Change>) -> BTreeSet<&'static str> {
    let mut told = BTreeSet::new();
    let had_postmortem = old.is_some_and(|incident| incident.postmortem.is_some());
    if let (false, Some(postmortem)) = (had_postmortem, &now.postmortem) {
        told.insert("postmortem");
        changes.push(Change::PostmortemAdded {
            id: now.id.clone(),
            severity: now.severity,
            module: now.module.clone(),
            lesson: Lesson::from(postmortem),
            by: postmortem.by.clone(),
            at: postmortem.at,
            complete: postmortem.is_complete(),
        });
    }
    let was_over = old.is_some_and(|incident| incident.resolved_at.is_some());
    if let (false, Some(at)) = (was_over, now.resolved_at) {
        told.insert("resolved_at");
        let (severity, module) = (now.severity, now.module.clone());
        changes.push(Change::IncidentResolved { id: now.id.clone(), severity, module, at });
    }
    told
}

pub(super) fn observations(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let parts = (&sides.before.observations, &sides.after.observations);
    kept(sides, (RecordKind::Observation, Record::Observation), parts, changes, |id, seen| {
        if seen.resolves.is_empty() {
            let (trend, source) = (seen.trend, seen.source.clone());
            Change::ObservationAdded { id: id.clone(), signal: seen.signal, trend, source, at: seen.recorded_at }
        } else {
            let reason = seen.reason.clone().unwrap_or_default();
            let (signal, trend, at) = (seen.signal, seen.trend, seen.recorded_at);
            Change::ConflictResolved { id: id.clone(), signal, trend, reason, at }
        }
    });
}

pub(super) fn reviews(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let parts = (&sides.before.reviews, &sides.after.reviews);
    kept(sides, (RecordKind::Review, Record::Review), parts, changes, |id, review| Change::ReviewAdded {
        id: id.clone(),
        plan: review.plan.clone(),
        verdict: review.verdict,
        reviewer: review.reviewer.clone(),
        notes: review.notes.clone(),
        at: review.at,
    });
}

pub(super) fn finishes(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    let parts = (&sides.before.finishes, &sides.after.finishes);
    kept(sides, (RecordKind::Finish, Record::FinishedCampaign), parts, changes, |id, finish| Change::FinishAdded {
        id: id.clone(),
        plan: finish.plan.clone(),
        outcome: finish.outcome.clone(),
    });
}

pub(super) fn recommendations(sides: &Sides<'_>, changes: &mut Vec<Change>) {
    for (id, fate) in list::records(&sides.before.recommendations, &sides.after.recommendations) {
        if !sides.readable(&RecordKind::Recommendation.path(id.as_str())) {
            continue;
        }
        let (old, now) = match fate {
            Fate::Removed(_) => {
                dropped(Record::Recommendation, id.as_str(), None, changes);
                continue;
            }
            Fate::Added(now) => (None, now),
            Fate::Altered(old, now) => (Some(old), now),
        };
        if old.is_none() {
            changes.push(Change::RecommendationAdded { id: id.clone(), text: now.text.clone() });
        }
        let mut told = None;
        if let (None, Some(resolution)) = (old.and_then(|old| old.resolution.as_ref()), &now.resolution) {
            told = Some("resolution");
            let (acted, deferred) = (resolution.acted.clone(), resolution.deferred.clone());
            changes.push(Change::RecommendationResolved { id: id.clone(), acted, deferred });
        }
        let differing = old.map(|old| json::differing(old, now)).unwrap_or_default();
        let untold = differing.into_iter().filter(|field| Some(field.name.as_str()) != told);
        let record = Record::Recommendation;
        changes.extend(untold.map(|field| Change::RecordAltered { record, id: id.to_string(), severity: None, field }));
    }
}

/// Compares records of a kind that never changes.
fn kept<K: Ord + ToString, T: PartialEq + Serialize>(
    sides: &Sides<'_>,
    (kind, record): (RecordKind, Record),
    (before, after): (&Records<K, T>, &Records<K, T>),
    changes: &mut Vec<Change>,
    added: impl Fn(&K, &T) -> Change,
) {
    for (id, fate) in list::records(before, after) {
        let name = id.to_string();
        if !sides.readable(&kind.path(&name)) {
            continue;
        }
        match fate {
            Fate::Added(now) => changes.push(added(id, now)),
            Fate::Removed(_) => dropped(record, &name, None, changes),
            Fate::Altered(old, now) => altered(record, &name, (old, now), changes),
        }
    }
}

fn dropped(record: Record, id: &str, severity: Option<Severity>, changes: &mut Vec<Change>) {
    changes.push(Change::RecordDropped { record, id: id.to_owned(), severity });
}

fn altered<T: Serialize>(record: Record, id: &str, (old, now): (&T, &T), changes: &mut Vec<Change>) {
    let fields = json::differing(old, now).into_iter();
    changes.extend(fields.map(|field| Change::RecordAltered { record, id: id.to_owned(), severity: None, field }));
}
