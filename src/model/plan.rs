//! Growth plans: Markdown that people edit in any editor (contract, sections 3 and 6).

use super::codec::Problem;
use super::id::{BlobId, PlanName};
use super::layout;
use super::time::Timestamp;

/// A plan as it was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Its name: the file name without `.md`.
    pub name: PlanName,
    /// The blob of this version.
    pub blob_id: Option<BlobId>,
    /// The title: the first heading, or the name.
    pub title: String,
    /// The goal, its exact text.
    pub goal: String,
    /// When it was written; `None` in plans of the earlier tool.
    pub created_at: Option<Timestamp>,
    /// The person who owns the plan; may be empty.
    pub owner: String,
}

impl Plan {
    /// Reads a plan.
    ///
    /// # Errors
    /// Every problem that keeps it from being read at all.
    pub fn parse(name: PlanName, blob_id: Option<BlobId>, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let path = layout::plan(&name);
        let Ok(text) = std::str::from_utf8(bytes) else {
            return Err(vec![Problem::of_file(&path, "is not UTF-8, expected Markdown text")]);
        };
        let title = text.lines().next().unwrap_or_default().to_owned();
        Ok(Self { name, blob_id, title, goal: String::new(), created_at: None, owner: String::new() })
    }
}
