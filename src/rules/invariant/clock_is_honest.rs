//! `clock-is-honest`

use crate::model::layout::{self, RecordKind};
use crate::model::step::Step;
use crate::model::time::Timestamp;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "clock-is-honest",
    level: Level::Warning,
    says: "a record's time is near its commit's author date, an incident's near the time in its id",
    protects: "Windows are made of times. A record with a wrong time can slip out of the window in which it should \
               have been seen.",
    example: "An incident committed today says that it was recorded eight days ago, one day before the window.",
    mend: "Set the clock of the machine right. The record stays as it is; say in its commit or notes what was wrong.",
    judges: &[],
    reads: &[],
    find,
};

const DAY: i64 = 24 * 60 * 60;

struct Stamp {
    path: String,
    id: String,
    at: Timestamp,
    /// The time in its id, where that must be the same.
    in_id: Option<Timestamp>,
}

fn find(step: &Step) -> Vec<Breach> {
    let Some(authored_at) = step.authored_at else { return Vec::new() };
    let stamps = stamps(step);
    let alone = stamps.len() == 1;
    let hint = "compare `date -u` with a clock that is right";
    let breaches = stamps.into_iter().filter_map(|stamp| {
        let ahead = stamp.at.seconds() - authored_at.seconds();
        // A squash dates the work of days with its own day: a late author date says
        // something only where there is one record to compare it with.
        let wrong = ahead > DAY || (alone && ahead < -DAY);
        let side = if ahead > 0 { "later" } else { "earlier" };
        if wrong {
            let message = format!("`{}` says a time more than a day {side} than its commit", stamp.id);
            return Some(Breach::at(stamp.path, message, hint).was(authored_at).is(stamp.at));
        }
        let in_id = stamp.in_id.filter(|in_id| (in_id.seconds() - stamp.at.seconds()).abs() > DAY)?;
        let message = format!("`{}` says a time more than a day away from the one in its id", stamp.id);
        Some(Breach::at(stamp.path, message, hint).was(in_id).is(stamp.at))
    });
    breaches.collect()
}

fn stamps(step: &Step) -> Vec<Stamp> {
    let mut stamps = Vec::new();
    let mut add = |path: String, id: &str, at| stamps.push(Stamp { path, id: id.to_owned(), at, in_id: None });
    for cycle in news::cycles(step) {
        add(layout::CYCLES.to_owned(), cycle.id.as_str(), cycle.generated_at);
    }
    for seen in news::records(step, |snapshot| &snapshot.observations) {
        add(RecordKind::Observation.path(seen.id.as_str()), seen.id.as_str(), seen.recorded_at);
    }
    for review in news::records(step, |snapshot| &snapshot.reviews) {
        add(RecordKind::Review.path(review.id.as_str()), review.id.as_str(), review.at);
    }
    for incident in news::records(step, |snapshot| &snapshot.incidents) {
        let (id, at) = (incident.id.to_string(), incident.created_at);
        let in_id = id.split('-').nth(1).and_then(Timestamp::from_compact);
        stamps.push(Stamp { path: step.after.incident_path(&incident.id), id, at, in_id });
    }
    stamps
}
