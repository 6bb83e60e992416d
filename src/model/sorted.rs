//! A sorted map whose copies share what they have in common: the states of a long history
//! differ in little, and are copied and compared for the cost of that little.

use std::borrow::Borrow;
use std::iter::FusedIterator;
use std::sync::Arc;

/// How many entries are shared or copied together.
const PIECE: usize = 64;

type Piece<K, V> = Arc<Vec<(K, V)>>;

/// A map, sorted by key.
#[derive(Debug, Clone)]
pub struct SortedMap<K, V> {
    /// Sorted, and none of them empty.
    pieces: Vec<Piece<K, V>>,
    len: usize,
}

impl<K, V> Default for SortedMap<K, V> {
    fn default() -> Self {
        Self { pieces: Vec::new(), len: 0 }
    }
}

impl<K, V> SortedMap<K, V> {
    /// A map with nothing in it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The entries, in the order of their keys.
    #[must_use]
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter { pieces: &self.pieces, front: 0, left: self.len }
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<K: Ord, V> SortedMap<K, V> {
    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (piece, place) = self.find(key);
        place.ok().map(|at| &self.pieces[piece][at].1)
    }

    /// Whether a key is there.
    pub fn contains_key<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.find(key).1.is_ok()
    }

    /// The piece in which a key is or would be, and its place there.
    fn find<Q: Ord + ?Sized>(&self, key: &Q) -> (usize, Result<usize, usize>)
    where
        K: Borrow<Q>,
    {
        let ends_before = |piece: &Piece<K, V>| piece.last().is_some_and(|(last, _)| last.borrow() < key);
        // Files are listed in order, so that most entries come to the end.
        if self.pieces.last().is_none_or(ends_before) {
            return (self.pieces.len(), Err(0));
        }
        let piece = self.pieces.partition_point(ends_before);
        (piece, self.pieces[piece].binary_search_by(|(known, _)| known.borrow().cmp(key)))
    }

    /// Shows, in the order of their keys, the entries in which two maps may differ: what it
    /// is here, and what there. What the two share is passed over, unseen.
    pub fn beside<'m>(&'m self, other: &'m Self, mut show: impl FnMut(&'m K, Option<&'m V>, Option<&'m V>)) {
        let (mut here, mut there) = (self.iter(), other.iter());
        loop {
            while here.shares_with(&there) {
                here.skip_piece();
                there.skip_piece();
            }
            let order = match (here.peek(), there.peek()) {
                (None, None) => return,
                (Some(_), None) => std::cmp::Ordering::Less,
                (None, Some(_)) => std::cmp::Ordering::Greater,
                (Some((one, _)), Some((other, _))) => one.cmp(other),
            };
            let one = if order.is_le() { here.next() } else { None };
            let other = if order.is_ge() { there.next() } else { None };
            if let Some((key, _)) = one.or(other) {
                show(key, one.map(|(_, value)| value), other.map(|(_, value)| value));
            }
        }
    }
}

impl<K: Ord + Clone, V: Clone> SortedMap<K, V> {
    /// Puts a value in, and gives back the one that had its key.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let (mut piece, place) = self.find(&key);
        let mut at = match place {
            Ok(at) => {
                let known = &mut Arc::make_mut(&mut self.pieces[piece])[at].1;
                return Some(std::mem::replace(known, value));
            }
            Err(at) => at,
        };
        self.len += 1;
        if piece == self.pieces.len() {
            match self.pieces.last() {
                Some(last) if last.len() < PIECE => (piece, at) = (piece - 1, last.len()),
                _ => self.pieces.push(Arc::new(Vec::with_capacity(1))),
            }
        } else if self.pieces[piece].len() >= PIECE {
            let half = Arc::make_mut(&mut self.pieces[piece]).split_off(PIECE / 2);
            self.pieces.insert(piece + 1, Arc::new(half));
            if at > PIECE / 2 {
                (piece, at) = (piece + 1, at - PIECE / 2);
            }
        }
        Arc::make_mut(&mut self.pieces[piece]).insert(at, (key, value));
        None
    }

    /// Takes a value out.
    pub fn remove<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<V>
    where
        K: Borrow<Q>,
    {
        let (piece, Ok(at)) = self.find(key) else { return None };
        let (_, value) = Arc::make_mut(&mut self.pieces[piece]).remove(at);
        self.len -= 1;
        if self.pieces[piece].is_empty() {
            self.pieces.remove(piece);
        }
        Some(value)
    }
}

impl<K: Ord, V: PartialEq> PartialEq for SortedMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        let mut same = self.len == other.len;
        self.beside(other, |_, one, two| same &= one == two);
        same
    }
}

impl<K: Ord, V: Eq> Eq for SortedMap<K, V> {}

impl<K: Ord, V, Q: Ord + ?Sized> std::ops::Index<&Q> for SortedMap<K, V>
where
    K: Borrow<Q>,
{
    type Output = V;

    fn index(&self, key: &Q) -> &V {
        self.get(key).expect("who asks for a key by index knows that it is there")
    }
}

impl<K: Ord + Clone, V: Clone> Extend<(K, V)> for SortedMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Ord + Clone, V: Clone> FromIterator<(K, V)> for SortedMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::new();
        map.extend(entries);
        map
    }
}

impl<'m, K, V> IntoIterator for &'m SortedMap<K, V> {
    type Item = (&'m K, &'m V);
    type IntoIter = Iter<'m, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The entries of a [`SortedMap`], in the order of their keys.
#[derive(Debug)]
pub struct Iter<'m, K, V> {
    pieces: &'m [Piece<K, V>],
    /// How many entries of the first piece have been given.
    front: usize,
    left: usize,
}

impl<'m, K, V> Iter<'m, K, V> {
    fn peek(&self) -> Option<(&'m K, &'m V)> {
        self.pieces.first().map(|piece| (&piece[self.front].0, &piece[self.front].1))
    }

    /// Whether both stand at the beginning of the very same piece.
    fn shares_with(&self, other: &Self) -> bool {
        let (Some(one), Some(two)) = (self.pieces.first(), other.pieces.first()) else { return false };
        self.front == 0 && other.front == 0 && Arc::ptr_eq(one, two)
    }

    fn skip_piece(&mut self) {
        if let Some((first, rest)) = self.pieces.split_first() {
            self.left -= first.len() - self.front;
            (self.pieces, self.front) = (rest, 0);
        }
    }
}

impl<'m, K, V> Iterator for Iter<'m, K, V> {
    type Item = (&'m K, &'m V);

    fn next(&mut self) -> Option<Self::Item> {
        let (first, rest) = self.pieces.split_first()?;
        let (key, value) = &first[self.front];
        self.front += 1;
        self.left -= 1;
        if self.front == first.len() {
            (self.pieces, self.front) = (rest, 0);
        }
        Some((key, value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K, V> ExactSizeIterator for Iter<'_, K, V> {}

impl<K, V> FusedIterator for Iter<'_, K, V> {}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    /// What two maps differ in, told by looking everything up.
    fn told(one: &BTreeMap<u16, u8>, other: &BTreeMap<u16, u8>) -> Vec<(u16, Option<u8>, Option<u8>)> {
        let keys: std::collections::BTreeSet<_> = one.keys().chain(other.keys()).copied().collect();
        let sides = keys.into_iter().map(|key| (key, one.get(&key).copied(), other.get(&key).copied()));
        sides.filter(|(_, one, other)| one != other).collect()
    }

    proptest! {
        #[test]
        fn it_is_a_sorted_map_and_its_copies_are_their_own(
            seed in proptest::collection::vec((0_u16..600, any::<u8>()), 0..600),
            steps in proptest::collection::vec((0_u16..600, proptest::option::of(any::<u8>())), 0..200),
        ) {
            let (before, plain_before): (SortedMap<_, _>, BTreeMap<_, _>) =
                (seed.iter().copied().collect(), seed.iter().copied().collect());
            let (mut after, mut plain_after) = (before.clone(), plain_before.clone());
            for (key, value) in steps {
                match value {
                    Some(value) => prop_assert_eq!(after.insert(key, value), plain_after.insert(key, value)),
                    None => prop_assert_eq!(after.remove(&key), plain_after.remove(&key)),
                }
            }
            for (map, plain) in [(&before, &plain_before), (&after, &plain_after)] {
                prop_assert!(map.iter().eq(plain.iter()));
                prop_assert_eq!((map.len(), map.is_empty(), map.iter().len()), (plain.len(), plain.is_empty(), plain.len()));
                prop_assert!((0..600).all(|key| map.get(&key) == plain.get(&key)));
                prop_assert!(map.pieces.iter().all(|piece| (1..=PIECE).contains(&piece.len())));
            }
            let mut shown = Vec::new();
            before.beside(&after, |key, one, other| {
                if one != other {
                    shown.push((*key, one.copied(), other.copied()));
                }
            });
            prop_assert_eq!(shown, told(&plain_before, &plain_after));
        }
    }

    #[test]
    fn what_copies_share_is_not_looked_at() {
        let before: SortedMap<_, _> = (0..10_000).map(|key| (key, key)).collect();
        let mut after = before.clone();
        after.insert(5_000, 0);
        after.remove(&70);
        after.insert(20_000, 0);
        let mut seen = 0;
        before.beside(&after, |_, _, _| seen += 1);
        assert!(seen <= 4 * PIECE, "{seen}");
    }
}
