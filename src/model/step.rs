//! One step of history: what was before, what is after, what the commit claims.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::action::Claim;
use super::codec;
use super::layout::{self, RecordKind};
use super::snapshot::{Records, Snapshot};
use super::time::Timestamp;

/// What every door puts before the rules: a commit that is, or one that would be.
#[derive(Debug, Clone)]
pub struct Step {
    /// The states it comes from, the mainline first; none for a root commit.
    pub parents: Vec<Arc<Snapshot>>,
    /// The state it leads to.
    pub after: Arc<Snapshot>,
    /// What it says it does, if it says so.
    pub claim: Option<Claim>,
    /// When its author made it.
    pub authored_at: Option<Timestamp>,
    /// How many commits nobody judges because of the adoption point that the step sets, though
    /// the tool was in use before that point; 0 where that is not so or no history was at hand.
    pub passed_over: usize,
    /// When it was committed, which a rebase moves on; unknown of one that is still to be.
    pub committed_at: Option<Timestamp>,
}

impl Step {
    /// The state before on the mainline; an empty one for a root commit.
    #[must_use]
    pub fn before(&self) -> Arc<Snapshot> {
        self.parents.first().cloned().unwrap_or_default()
    }

    /// Every state before; an empty one for a root commit.
    #[must_use]
    pub fn befores(&self) -> Vec<Arc<Snapshot>> {
        if self.parents.is_empty() { vec![Arc::default()] } else { self.parents.clone() }
    }

    /// Whether it joins several histories.
    #[must_use]
    pub fn is_merge(&self) -> bool {
        self.parents.len() > 1
    }
}

/// A step that a command would like to take, with everything its commit needs.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// The step.
    pub step: Step,
    /// Files that are not artifacts with a type: plans, reports, notes; path to text.
    pub texts: BTreeMap<String, String>,
    /// Files that were edited by hand, as they are now; `None` where one was removed.
    /// They go in as they are unless the step says otherwise.
    pub edits: BTreeMap<String, Option<Vec<u8>>>,
    /// Those of the edits that the step goes beyond: the artifact is written anew.
    pub completed: BTreeSet<String>,
    /// What happened, for the subject line, without the `mkt(…)` prefix.
    pub summary: String,
    /// What happened, in plain words, for the body; may be empty.
    pub body: String,
}

/// A file to write or, without content, to remove.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Path from the repository root.
    pub path: String,
    /// The new content.
    pub content: Option<Vec<u8>>,
    /// The edit by hand that is there now and is taken up.
    pub over: Option<Vec<u8>>,
}

impl Write {
    fn new(path: impl Into<String>, content: Option<Vec<u8>>) -> Self {
        Self { path: path.into(), content, over: None }
    }
}

impl Proposal {
    /// The files that differ between before and after, sorted by path. An artifact
    /// that says the same is left as it is, byte for byte.
    #[must_use]
    pub fn writes(&self) -> Vec<Write> {
        let (before, after) = (self.step.before(), &self.step.after);
        let mut writes = Vec::new();
        let mut state = Changed { writes: &mut writes, anew: &self.completed };
        state.file(layout::POLICY, before.policy.as_ref(), after.policy.as_ref());
        state.file(layout::BOULDER, before.boulder.as_ref(), after.boulder.as_ref());
        state.file(layout::GATES, before.gates.as_ref(), after.gates.as_ref());
        state.file(layout::METRICS, before.metrics.as_ref(), after.metrics.as_ref());
        state.file(layout::MODULES, before.modules.as_ref(), after.modules.as_ref());
        state.file(layout::BOARD, before.board.as_deref(), after.board.as_deref());
        state.file(layout::EXECUTION, before.execution.as_ref(), after.execution.as_ref());
        state.file(layout::CYCLES, before.cycles.as_deref(), after.cycles.as_deref());
        state.records(&before.incidents, &after.incidents, |id| before.incident_path(id));
        state.records(&before.observations, &after.observations, |id| RecordKind::Observation.path(id.as_str()));
        state.records(&before.reviews, &after.reviews, |id| RecordKind::Review.path(id.as_str()));
        state.records(&before.recommendations, &after.recommendations, |id| {
            RecordKind::Recommendation.path(id.as_str())
        });
        state.records(&before.finishes, &after.finishes, |id| RecordKind::Finish.path(id));
        writes.extend(self.texts.iter().map(|(path, text)| Write::new(path, Some(text.clone().into_bytes()))));
        self.take_up_edits(&mut writes);
        writes.sort_by(|one, other| one.path.cmp(&other.path));
        writes
    }

    /// What was edited by hand keeps its bytes, where the step leaves it as it is.
    fn take_up_edits(&self, writes: &mut Vec<Write>) {
        writes.retain(|write| !self.edits.contains_key(&write.path) || self.completed.contains(&write.path));
        for write in writes.iter_mut() {
            write.over = self.edits.get(&write.path).cloned().flatten();
        }
        let as_they_are = self.edits.iter().filter(|(path, _)| !self.completed.contains(*path));
        writes.extend(as_they_are.map(|(path, bytes)| Write::new(path, bytes.clone())));
    }
}

struct Changed<'w> {
    writes: &'w mut Vec<Write>,
    /// Written although nothing of it changed.
    anew: &'w BTreeSet<String>,
}

impl Changed<'_> {
    fn file<T: Serialize + PartialEq>(&mut self, path: &str, before: Option<&T>, after: Option<&T>) {
        if before != after || self.anew.contains(path) {
            self.writes.push(Write::new(path, after.map(codec::write)));
        }
    }

    fn records<K: Ord, T: Serialize + PartialEq>(
        &mut self,
        before: &Records<K, T>,
        after: &Records<K, T>,
        path: impl Fn(&K) -> String,
    ) {
        for (id, record) in after {
            let same = before.get(id).is_some_and(|old| Arc::ptr_eq(old, record) || old == record);
            if !same {
                self.writes.push(Write::new(path(id), Some(codec::write(record.as_ref()))));
            }
        }
        for id in before.keys().filter(|id| !after.contains_key(*id)) {
            self.writes.push(Write::new(path(id), None));
        }
    }
}
