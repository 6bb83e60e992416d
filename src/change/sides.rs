//! The two sides of a comparison.

use std::collections::BTreeSet;

use crate::model::snapshot::Snapshot;

/// The two snapshots, and what in them cannot be read.
pub(super) struct Sides<'a> {
    pub(super) before: &'a Snapshot,
    pub(super) after: &'a Snapshot,
    unreadable: BTreeSet<&'a str>,
}

impl<'a> Sides<'a> {
    pub(super) fn of(before: &'a Snapshot, after: &'a Snapshot) -> Self {
        let problems = before.problems.iter().chain(&after.problems);
        Self { before, after, unreadable: problems.map(|problem| problem.path.as_str()).collect() }
    }

    /// Whether both sides can be read at this path.
    pub(super) fn readable(&self, path: &str) -> bool {
        !self.unreadable.contains(path)
    }

    /// An artifact that exists once, on both sides; `None` where there is nothing to compare.
    pub(super) fn state<T: PartialEq>(
        &self,
        path: &str,
        part: impl Fn(&'a Snapshot) -> Option<&'a T>,
    ) -> Option<(Option<&'a T>, Option<&'a T>)> {
        let (before, after) = (part(self.before), part(self.after));
        (self.readable(path) && before != after).then_some((before, after))
    }
}
