//! One order out of two.

use std::collections::BTreeSet;

/// Every key of both lists once. Each list keeps its own order as far as they agree;
/// between the keys that both have, `rank` orders what only one has. Which list comes
/// first plays no part.
pub(super) fn interleave<K: Ord + Clone, R: Ord>(one: &[K], other: &[K], rank: impl Fn(&K) -> R) -> Vec<K> {
    let (in_one, in_other): (BTreeSet<_>, BTreeSet<_>) = (one.iter().collect(), other.iter().collect());
    let mut placed = BTreeSet::new();
    let mut order = Vec::new();
    let (mut left, mut right) = (one.iter().peekable(), other.iter().peekable());
    loop {
        while left.next_if(|key| placed.contains(*key)).is_some() {}
        while right.next_if(|key| placed.contains(*key)).is_some() {}
        let next = match (left.peek(), right.peek()) {
            (None, None) => return order,
            (Some(key), None) | (None, Some(key)) => *key,
            (Some(a), Some(b)) => match (in_other.contains(*a), in_one.contains(*b)) {
                (false, true) => *a,
                (true, false) => *b,
                _ if (rank(a), *a) <= (rank(b), *b) => *a,
                _ => *b,
            },
        };
        placed.insert(next);
        order.push(next.clone());
    }
}
