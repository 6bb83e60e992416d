//! Where a repository adopted the tool, by the history that says so.

use std::collections::HashSet;
use std::sync::Arc;

use anyhow::Result;

use crate::git::{DirPlace, ObjectId, Peeled};
use crate::model::layout;
use crate::model::policy::Policy;
use crate::model::snapshot::Snapshot;

use super::Store;

impl Store {
    /// The commit that a policy names as the point of adoption; `None` where it names none, or
    /// one that is not here.
    ///
    /// # Errors
    /// When the object cannot be read.
    pub fn adopted(&self, policy: &Policy) -> Result<Option<ObjectId>> {
        let Some(id) = policy.verify_from.as_ref().and_then(|id| id.as_str().parse().ok()) else { return Ok(None) };
        Ok(match self.repo.peel(&id)? {
            Peeled::Commit(commit) => Some(commit),
            Peeled::Other | Peeled::Missing => None,
        })
    }

    /// How many commits a point of adoption takes out of the judgement: itself and all before
    /// it that `known` does not reach.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn commits_up_to(&self, point: ObjectId, known: &[ObjectId]) -> Result<usize> {
        Ok(self.repo.history(&[point], known)?.entries.len())
    }

    /// How many commits the point that `after` names, and no parent does, takes out of the
    /// judgement though the tool was in use before it; 0 where it was not.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub fn passed_over(&self, parents: &[Arc<Snapshot>], after: &Snapshot) -> Result<usize> {
        let named = |snapshot: &Snapshot| snapshot.policy.as_ref().and_then(|policy| policy.verify_from.clone());
        let point = named(after);
        if point.is_none() || parents.iter().any(|parent| named(parent) == point) {
            return Ok(0);
        }
        let Some(point) = self.adopted(&after.policy())? else { return Ok(0) };
        let before = self.repo.history(&[point], &[])?.entries;
        let mut seen = HashSet::new();
        for entry in before.iter().rev().filter(|entry| entry.id != point) {
            let place = self.repo.place_in(&entry.tree_id, layout::ROOT)?;
            let Some(subtree) = place.and_then(DirPlace::tree) else { continue };
            // The earlier tool knew no policy.
            if seen.insert(subtree) && self.repo.path_blob(&entry.id, layout::POLICY)?.is_some() {
                return Ok(before.len());
            }
        }
        Ok(0)
    }
}
