//! The comparison of two snapshots, in the order in which a person reads it.

use crate::model::snapshot::Snapshot;

use super::kind::Change;
use super::sides::Sides;
use super::{campaign, files, records, state};

/// Compares two snapshots (contract, section 2). The order of the changes is fixed:
/// campaign, decisions, incidents, gates, metrics, tasks, plans, reviews,
/// recommendations, modules, policy, files.
///
/// Nothing is said of the content of an artifact that one side cannot read, only that
/// it became malformed or was mended. A change of notation alone is no change.
#[must_use]
pub fn between(before: &Snapshot, after: &Snapshot) -> Vec<Change> {
    let sides = Sides::of(before, after);
    let mut changes = Vec::new();
    campaign::campaign(&sides, &mut changes);
    campaign::execution(&sides, &mut changes);
    records::cycles(&sides, &mut changes);
    records::incidents(&sides, &mut changes);
    state::gates(&sides, &mut changes);
    state::metrics(&sides, &mut changes);
    records::observations(&sides, &mut changes);
    state::board(&sides, &mut changes);
    files::plans(&sides, &mut changes);
    records::reviews(&sides, &mut changes);
    records::recommendations(&sides, &mut changes);
    state::modules(&sides, &mut changes);
    state::policy(&sides, &mut changes);
    files::others(&sides, &mut changes);
    files::health(&sides, &mut changes);
    changes
}
