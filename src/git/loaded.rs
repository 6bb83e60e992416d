//! What the readers of objects hand over.

use std::ops::Deref;

use git2::ObjectType;

/// An object, as one of its readers found it.
pub(super) enum Loaded<B> {
    /// Its type and its bytes.
    Whole(ObjectType, B),
    /// It has more bytes than were asked for, this many.
    TooLarge(usize),
}

impl<B> Loaded<B> {
    /// The object, where no limit was asked for.
    pub(super) fn whole(self) -> Option<(ObjectType, B)> {
        match self {
            Self::Whole(kind, bytes) => Some((kind, bytes)),
            Self::TooLarge(_) => None,
        }
    }

    /// The same, with the bytes only lent.
    pub(super) fn lent(&self) -> Loaded<&[u8]>
    where
        B: Deref<Target: AsRef<[u8]>>,
    {
        match self {
            Self::Whole(kind, bytes) => Loaded::Whole(*kind, (**bytes).as_ref()),
            Self::TooLarge(size) => Loaded::TooLarge(*size),
        }
    }
}
