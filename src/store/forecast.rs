//! The artifacts in a merge that nobody has made yet.

use std::sync::Arc;

use anyhow::Result;

use crate::git::ObjectId;
use crate::model::layout;
use crate::model::snapshot::Snapshot;

use super::Store;

/// What a merge by a forge would make of the artifacts.
pub struct MergedArtifacts {
    /// The artifacts in it; conflicting ones hold markers and are malformed.
    pub after: Arc<Snapshot>,
    /// Every path in conflict, sorted.
    pub conflicts: Vec<String>,
}

impl Store {
    /// The artifacts as they would be if a forge merged `head` into `base`. `None` when
    /// this git is too old to say.
    ///
    /// # Errors
    /// When git cannot merge the two, or what it made cannot be read.
    pub fn merged(&self, base: &ObjectId, head: &ObjectId) -> Result<Option<MergedArtifacts>> {
        let Some(forecast) = self.repo.forecast(base, head)? else { return Ok(None) };
        let place = self.repo.place_in(&forecast.tree_id, layout::ROOT)?;
        let after = place.map(|place| self.snapshot_of(place)).transpose()?.unwrap_or_default();
        Ok(Some(MergedArtifacts { after: Arc::new(after), conflicts: forecast.conflicts }))
    }
}
