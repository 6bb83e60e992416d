//! What a step brought of each kind: what its trailers may speak of.
//!
//! Of a merge they may speak of what no parent had; if there is no such thing, of what one parent
//! had and another lacked. Of a step that changes no artifact, such as an empty cherry-pick, they
//! may speak of what the claim names, if that exists.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::action::{Claim, Token};
use crate::model::board::{Board, Task};
use crate::model::cycle::Cycle;
use crate::model::gate::{FieldValue, Gate};
use crate::model::gates::Evidence;
use crate::model::id::TaskId;
use crate::model::incident::Incident;
use crate::model::layout;
use crate::model::observation::Observation;
use crate::model::snapshot::{Records, Snapshot};
use crate::model::step::Step;

use super::news;

/// One thing that a step brought.
pub(super) struct Item<'s, T> {
    /// Its id.
    pub(super) id: String,
    /// The thing.
    pub(super) what: &'s T,
    /// Whether no parent has it so.
    beyond: bool,
}

/// What a step brought.
pub(super) struct Brought<'s> {
    /// What the step says it does.
    pub(super) claim: &'s Claim,
    /// What it leads to.
    pub(super) after: &'s Snapshot,
    /// What it comes from; an empty state for a root commit.
    pub(super) befores: &'s [Arc<Snapshot>],
    named: Vec<&'s str>,
    is_nothing: bool,
}

impl<'s> Brought<'s> {
    /// What a step with this claim brought; `befores` are those of the step.
    pub(super) fn by(step: &'s Step, befores: &'s [Arc<Snapshot>], claim: &'s Claim) -> Self {
        let named = claim.values(Token::Record).chain(claim.values(Token::Incident)).collect();
        let is_nothing = !befores.iter().any(|before| news::differ(before, &step.after));
        Self { claim, after: &step.after, befores, named, is_nothing }
    }

    /// Whether the step leaves the artifacts as every parent has them.
    pub(super) fn is_nothing(&self) -> bool {
        self.is_nothing
    }

    /// Whether it joins several histories.
    pub(super) fn is_merge(&self) -> bool {
        self.befores.len() > 1
    }

    /// Of what was brought, what the claim speaks of: what it names; else what the step has
    /// beyond every parent; else all of it.
    pub(super) fn spoken_of<T>(&self, mut items: Vec<Item<'s, T>>) -> Vec<&'s T> {
        let is_named = |item: &Item<'s, T>| self.named.contains(&item.id.as_str());
        if items.iter().any(is_named) {
            items.retain(is_named);
        } else if items.iter().any(|item| item.beyond) {
            items.retain(|item| item.beyond);
        }
        items.into_iter().map(|item| item.what).collect()
    }

    /// The cycles that were not in the log.
    pub(super) fn cycles(&self) -> Vec<Item<'s, Cycle>> {
        let after = news::log(self.after);
        let mut lacking = BTreeMap::new();
        for before in self.befores {
            let before = news::log(before);
            let common = before.iter().zip(after).take_while(|(old, new)| old.id == new.id).count();
            let known: BTreeSet<_> = before[common..].iter().map(|cycle| &cycle.id).collect();
            for cycle in after[common..].iter().filter(|cycle| !known.contains(&cycle.id)) {
                *lacking.entry(&cycle.id).or_insert(0) += 1;
            }
        }
        let items = after.iter().filter_map(|cycle| {
            let id = cycle.id.to_string();
            let lack = lacking.get(&cycle.id).copied();
            let lack = lack.or_else(|| self.is_there(&id).then_some(self.befores.len()))?;
            Some(Item { id, what: cycle, beyond: lack == self.befores.len() })
        });
        items.collect()
    }

    /// The records of a kind that are new or altered.
    pub(super) fn records<K: Ord + ToString + 's, T: PartialEq>(
        &self,
        of: fn(&Snapshot) -> &Records<K, T>,
    ) -> Vec<Item<'s, T>> {
        self.records_where(of, |_, _| true)
    }

    /// The records of a kind that became what is asked for, from what they were.
    pub(super) fn records_where<K: Ord + ToString + 's, T: PartialEq>(
        &self,
        of: fn(&Snapshot) -> &Records<K, T>,
        counts: fn(Option<&T>, &T) -> bool,
    ) -> Vec<Item<'s, T>> {
        let mut found: BTreeMap<&K, (&'s T, usize)> = BTreeMap::new();
        for before in self.befores {
            of(before).beside(of(self.after), |id, old, now| {
                let Some(now) = now else { return };
                let same = old.is_some_and(|old| Arc::ptr_eq(old, now) || old == now);
                if !same && counts(old.map(AsRef::as_ref), now) {
                    found.entry(id).or_insert((now.as_ref(), 0)).1 += 1;
                }
            });
        }
        if self.is_nothing {
            let there = of(self.after).iter().filter(|(id, now)| self.is_there(&id.to_string()) && counts(None, now));
            found.extend(there.map(|(id, now)| (id, (now.as_ref(), self.befores.len()))));
        }
        let all = self.befores.len();
        let items = found.into_iter();
        items.map(|(id, (what, lack))| Item { id: id.to_string(), what, beyond: lack == all }).collect()
    }

    /// The incidents that are new, or have a postmortem now.
    pub(super) fn incidents(&self) -> Vec<Item<'s, Incident>> {
        self.records(|snapshot| &snapshot.incidents)
    }

    /// The observations of a signal.
    pub(super) fn observations(&self, of: impl Fn(&Observation) -> bool) -> Vec<Item<'s, Observation>> {
        let mut items = self.records(|snapshot| &snapshot.observations);
        items.retain(|item| of(item.what));
        items
    }

    /// The tasks that were put up, changed or taken away, as they are or were last.
    pub(super) fn tasks(&self) -> BTreeMap<&'s TaskId, &'s Task> {
        let mut tasks = BTreeMap::new();
        let after = self.after.board.as_ref();
        for before in self.befores.iter().map(|before| before.board.as_ref()) {
            // States that follow each other share the board that neither changed.
            if matches!((before, after), (Some(before), Some(after)) if Arc::ptr_eq(before, after)) {
                continue;
            }
            let by_id = |board: Option<&'s Arc<Board>>| -> BTreeMap<&'s TaskId, &'s Task> {
                board.into_iter().flat_map(|board| &board.tasks).map(|task| (&task.id, task)).collect()
            };
            let (old, now) = (by_id(before), by_id(after));
            tasks.extend(old.iter().filter(|(id, _)| !now.contains_key(*id)));
            tasks.extend(now.iter().filter(|(id, task)| old.get(*id) != Some(task)));
        }
        for finish in self.records(|snapshot| &snapshot.finishes) {
            tasks.extend(finish.what.board.iter().map(|task| (&task.id, task)));
        }
        tasks
    }

    /// How a gate changed.
    pub(super) fn gate(&self, gate: Gate) -> Touch {
        let after = said(self.after, gate);
        let lacking = self.befores.iter().filter(|before| said(before, gate) != after).count();
        match lacking {
            0 => Touch::None,
            all if all == self.befores.len() => Touch::Beyond,
            _ => Touch::Brought,
        }
    }

    /// The files whose path begins so, under `.ohmymkt/`, that are new or other ones.
    pub(super) fn files(&self, prefix: &str) -> BTreeSet<&'s str> {
        let prefix = format!("{}/{prefix}", layout::ROOT);
        let mut paths = BTreeSet::new();
        for before in self.befores {
            before.files.beside(&self.after.files, |path, old, now| {
                let same = matches!((old, now), (Some(old), Some(now)) if old == now);
                paths.extend(Some(path.as_ref()).filter(|path| now.is_some() && !same && path.starts_with(&prefix)));
            });
        }
        paths
    }

    /// Whether something new there cannot be read: then nothing can be said of its kind.
    pub(super) fn is_blurred(&self, prefix: &str) -> bool {
        let is_new = |files: BTreeSet<&str>| self.after.problems.iter().any(|one| files.contains(one.path.as_str()));
        !self.after.problems.is_empty() && is_new(self.files(prefix))
    }

    /// Whether a step that brings nothing names what is there.
    fn is_there(&self, id: &str) -> bool {
        self.is_nothing && self.named.contains(&id)
    }
}

/// How something changed in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Touch {
    /// Every parent has it so.
    None,
    /// A parent has it so, another has not.
    Brought,
    /// No parent has it so.
    Beyond,
}

/// All that a state says of a gate.
fn said(snapshot: &Snapshot, gate: Gate) -> Option<(Vec<&FieldValue>, &[Evidence])> {
    let gates = snapshot.gates.as_ref()?;
    Some((gate.fields().map(|field| gates.value(field)).collect(), gates.evidence(gate)))
}
