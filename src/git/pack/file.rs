//! A pack and its entries (`gitformat-pack`).

use std::fs::File;
use std::path::Path;
use std::time::SystemTime;

use git2::ObjectType;
use memmap2::Mmap;

use super::index::PackIndex;

/// A pack, with its index.
pub(super) struct Pack<B> {
    index: PackIndex<B>,
    bytes: B,
    id_length: usize,
}

/// An entry, without what it holds.
pub(super) struct Entry<'p> {
    pub(super) kind: Kind<'p>,
    /// How long its bytes are, or those of its delta.
    pub(super) size: usize,
    /// Where its zlib stream begins.
    body: usize,
}

/// How an entry holds its object.
pub(super) enum Kind<'p> {
    Whole(ObjectType),
    /// As a delta to the object at this place.
    DeltaAt(usize),
    /// As a delta to the object of this name.
    DeltaOf(&'p [u8]),
}

impl Pack<Mmap> {
    /// The pack of an index, and when it was written; `None` where something is odd.
    pub(super) fn open(index: &Path, id_length: usize) -> Option<(SystemTime, Pack<Mmap>)> {
        let (_, mapped) = map(index)?;
        let (modified, bytes) = map(&index.with_extension("pack"))?;
        Some((modified, Pack::new(mapped, bytes, id_length)?))
    }
}

impl<B: AsRef<[u8]>> Pack<B> {
    /// `None` where something is odd.
    pub(super) fn new(index: B, bytes: B, id_length: usize) -> Option<Pack<B>> {
        let versions = [b"PACK\0\0\0\x02", b"PACK\0\0\0\x03"];
        let index = PackIndex::new(index, id_length)?;
        let is_known = versions.iter().any(|version| bytes.as_ref().starts_with(*version));
        is_known.then_some(Pack { index, bytes, id_length })
    }

    /// Where the object begins, if it is in here.
    pub(super) fn find(&self, id: &[u8]) -> Option<usize> {
        self.index.find(id)
    }

    /// The entry that begins at a place.
    pub(super) fn entry(&self, at: usize) -> Option<Entry<'_>> {
        let mut bytes = self.bytes.as_ref().get(at..)?.iter();
        let mut byte = *bytes.next()?;
        let (kind, mut size, mut shift) = ((byte >> 4) & 7, usize::from(byte & 15), 4);
        while byte & 0x80 != 0 {
            byte = *bytes.next().filter(|_| shift < 60)?;
            size |= usize::from(byte & 0x7f) << shift;
            shift += 7;
        }
        let kind = match kind {
            1 => Kind::Whole(ObjectType::Commit),
            2 => Kind::Whole(ObjectType::Tree),
            3 => Kind::Whole(ObjectType::Blob),
            4 => Kind::Whole(ObjectType::Tag),
            6 => {
                let mut byte = *bytes.next()?;
                let mut back = usize::from(byte & 0x7f);
                while byte & 0x80 != 0 {
                    byte = *bytes.next().filter(|_| back < 1 << 55)?;
                    back = ((back + 1) << 7) | usize::from(byte & 0x7f);
                }
                // A base lies before what is made from it, so no chain can be a ring.
                Kind::DeltaAt(at.checked_sub(back).filter(|_| back > 0)?)
            }
            7 => {
                let (id, rest) = bytes.as_slice().split_at_checked(self.id_length)?;
                bytes = rest.iter();
                Kind::DeltaOf(id)
            }
            _ => return None,
        };
        Some(Entry { kind, size, body: self.bytes.as_ref().len() - bytes.as_slice().len() })
    }

    /// The zlib stream of an entry, and what comes behind it.
    pub(super) fn stream(&self, entry: &Entry<'_>) -> &[u8] {
        &self.bytes.as_ref()[entry.body..]
    }
}

fn map(path: &Path) -> Option<(SystemTime, Mmap)> {
    let file = File::open(path).ok()?;
    let modified = file.metadata().ok()?.modified().ok()?;
    #[expect(unsafe_code, reason = "git never changes a pack, nor its index: it writes new ones and removes these")]
    // SAFETY: the bytes do not change while they are mapped, see above.
    let bytes = unsafe { Mmap::map(&file) }.ok()?;
    Some((modified, bytes))
}
