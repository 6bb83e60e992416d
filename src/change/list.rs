//! Comparing two lists by key, for every artifact that is one.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::snapshot::Records;

/// What became of one entry of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a, T> {
    /// It is only in the later list.
    Added(&'a T),
    /// It is only in the earlier list.
    Removed(&'a T),
    /// It is in both, and differs.
    Altered(&'a T, &'a T),
}

/// Compares two lists by key: what is there now in its order, then what is gone.
///
/// A key that occurs twice is compared occurrence by occurrence, so that nothing is
/// lost even where the rule that keys are unique is broken.
pub fn keyed<'a, T: PartialEq, K: Ord>(before: &'a [T], after: &'a [T], key: impl Fn(&T) -> K) -> Vec<Fate<'a, T>> {
    let mut left: BTreeMap<(K, usize), &T> = BTreeMap::new();
    for (key, entry) in numbered(before, &key) {
        left.insert(key, entry);
    }
    let mut fates = Vec::new();
    for (key, entry) in numbered(after, &key) {
        match left.remove(&key) {
            None => fates.push(Fate::Added(entry)),
            Some(old) if old != entry => fates.push(Fate::Altered(old, entry)),
            Some(_) => {}
        }
    }
    let gone = numbered(before, &key).into_iter().filter(|(key, _)| left.contains_key(key));
    fates.extend(gone.map(|(_, entry)| Fate::Removed(entry)));
    fates
}

/// The entries with their key and how often the key occurred before.
pub(super) fn numbered<'a, T, K: Ord>(list: &'a [T], key: &impl Fn(&T) -> K) -> Vec<((K, usize), &'a T)> {
    let mut seen: BTreeMap<K, usize> = BTreeMap::new();
    let mut entries = Vec::with_capacity(list.len());
    for entry in list {
        let count = seen.entry(key(entry)).or_insert(0);
        entries.push(((key(entry), *count), entry));
        *count += 1;
    }
    entries
}

/// Whether the entries that both lists have stand in another order.
pub fn reordered<T, K: Ord>(before: &[T], after: &[T], key: impl Fn(&T) -> K) -> bool {
    let place: BTreeMap<_, _> =
        numbered(before, &key).into_iter().enumerate().map(|(at, (key, _))| (key, at)).collect();
    let places: Vec<_> = numbered(after, &key).iter().filter_map(|(key, _)| place.get(key).copied()).collect();
    !places.is_sorted()
}

/// Compares two sets of records, in the order of their ids. Records that two snapshots
/// share are not looked at.
pub fn records<'a, K: Ord, T: PartialEq>(
    before: &'a Records<K, T>,
    after: &'a Records<K, T>,
) -> Vec<(&'a K, Fate<'a, T>)> {
    let (mut fates, mut gone) = (Vec::new(), Vec::new());
    before.beside(after, |id, old, now| match (old, now) {
        (Some(old), Some(record)) if Arc::ptr_eq(old, record) || old == record => {}
        (Some(old), Some(record)) => fates.push((id, Fate::Altered(old.as_ref(), record.as_ref()))),
        (None, Some(record)) => fates.push((id, Fate::Added(record.as_ref()))),
        (Some(old), None) => gone.push((id, Fate::Removed(old.as_ref()))),
        (None, None) => {}
    });
    fates.extend(gone);
    fates
}
