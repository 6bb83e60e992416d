//! Every record of a snapshot under its id, for the commands that take any of them.

use std::sync::Arc;

use serde::Serialize;

use crate::model::layout::{self, RecordKind};
use crate::model::snapshot::Snapshot;

use super::failure::Failure;

/// A record: its id, its file, what it says.
pub struct Found {
    /// Its id.
    pub id: String,
    /// The file it stands in.
    pub path: String,
    /// Its content.
    pub content: serde_json::Value,
}

/// The record that is `wanted` or the only one that begins with it; `None` when there is none.
///
/// # Errors
/// When several begin with it.
pub fn one(snapshot: &Snapshot, wanted: &str, hint: &str) -> Result<Option<Found>, Failure> {
    let mut matching: Vec<_> = all(snapshot).into_iter().filter(|found| found.id.starts_with(wanted)).collect();
    if let Some(at) = matching.iter().position(|found| found.id == wanted) {
        return Ok(Some(matching.swap_remove(at)));
    }
    if wanted.trim().is_empty() {
        return Ok(None);
    }
    if matching.len() > 1 {
        let names: Vec<_> = matching.iter().take(5).map(|found| found.id.as_str()).collect();
        let message = format!("`{wanted}` could be {} records: {}", matching.len(), names.join(", "));
        return Err(Failure::bad_value(message).hint(hint));
    }
    Ok(matching.pop())
}

fn all(snapshot: &Snapshot) -> Vec<Found> {
    fn of_kind<'r, K: ToString + 'r, T: Serialize + 'r>(
        records: impl IntoIterator<Item = (&'r K, &'r Arc<T>)>,
        kind: RecordKind,
    ) -> impl Iterator<Item = Found> {
        records.into_iter().map(move |(id, record)| {
            let id = id.to_string();
            let path = kind.path(&id);
            Found { id, path, content: serde_json::to_value(record.as_ref()).unwrap_or_default() }
        })
    }
    let mut found: Vec<Found> = of_kind(&snapshot.incidents, RecordKind::Incident).collect();
    found.extend(of_kind(&snapshot.observations, RecordKind::Observation));
    found.extend(of_kind(&snapshot.reviews, RecordKind::Review));
    found.extend(of_kind(&snapshot.recommendations, RecordKind::Recommendation));
    found.extend(of_kind(&snapshot.finishes, RecordKind::Finish));
    let cycles = snapshot.cycles.iter().flat_map(|log| &log.cycles);
    found.extend(cycles.map(|cycle| Found {
        id: cycle.id.to_string(),
        path: layout::CYCLES.to_owned(),
        content: serde_json::to_value(cycle).unwrap_or_default(),
    }));
    found
}
