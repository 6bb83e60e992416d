//! The index of a pack: which objects are in it, and where (`gitformat-pack`, version 2).

/// What begins an index of version 2.
const HEADER: &[u8] = b"\xfftOc\0\0\0\x02";
/// By the first byte of an id, how many objects come before the next one.
const FANOUT: usize = 256 * 4;

/// How often it is guessed where an id lies, before what is left is halved: ids that somebody
/// has chosen need not be spread evenly.
const GUESSES: usize = 6;

/// The index of a pack, which its length fits.
pub(super) struct PackIndex<B> {
    bytes: B,
    id_length: usize,
    count: usize,
}

impl<B: AsRef<[u8]>> PackIndex<B> {
    /// `None` when it is of another version or cut off.
    pub(super) fn new(bytes: B, id_length: usize) -> Option<PackIndex<B>> {
        if !bytes.as_ref().starts_with(HEADER) {
            return None;
        }
        let count = read_u32(bytes.as_ref(), HEADER.len() + FANOUT - 4)?;
        let index = PackIndex { bytes, id_length, count };
        (index.bytes.as_ref().len() >= index.far_offsets() + 2 * id_length).then_some(index)
    }

    /// Where the pack has an object.
    pub(super) fn find(&self, id: &[u8]) -> Option<usize> {
        let first = usize::from(*id.first()?);
        let until = |byte: usize| read_u32(self.bytes.as_ref(), HEADER.len() + 4 * byte);
        let mut from = if first == 0 { 0 } else { until(first - 1)? };
        let mut to = until(first)?.min(self.count);
        // Ids are spread evenly: where one lies between two others says where to look first.
        let wanted = start_of(id)?;
        let (mut least, mut most) = ((first as u64) << 56, (first as u64) << 56 | (u64::MAX >> 8));
        let mut steps = 0;
        while from < to {
            let ahead = match steps {
                0..GUESSES => share(to - from, wanted - least, most - least),
                _ => (to - from) / 2,
            };
            let middle = (from + ahead).min(to - 1);
            let found = self.id(middle)?;
            match found.cmp(id) {
                std::cmp::Ordering::Less => (from, least) = (middle + 1, start_of(found)?),
                std::cmp::Ordering::Greater => (to, most) = (middle, start_of(found)?),
                std::cmp::Ordering::Equal => return self.offset(middle),
            }
            steps += 1;
        }
        None
    }

    fn id(&self, number: usize) -> Option<&[u8]> {
        let start = HEADER.len() + FANOUT + number * self.id_length;
        self.bytes.as_ref().get(start..start + self.id_length)
    }

    fn offset(&self, number: usize) -> Option<usize> {
        // Behind the ids come their checksums, four bytes each.
        let near = self.far_offsets() - 4 * self.count;
        let offset = read_u32(self.bytes.as_ref(), near + 4 * number)?;
        if offset >> 31 == 0 {
            return Some(offset);
        }
        let start = self.far_offsets() + 8 * (offset & 0x7fff_ffff);
        let bytes = self.bytes.as_ref().get(start..start + 8)?;
        usize::try_from(u64::from_be_bytes(bytes.try_into().ok()?)).ok()
    }

    /// Where the offsets begin that need more than 31 bits.
    fn far_offsets(&self) -> usize {
        HEADER.len() + FANOUT + self.count * (self.id_length + 4 + 4)
    }
}

/// The first eight bytes of an id, as a number.
fn start_of(id: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(*id.first_chunk()?))
}

/// As many of `all` as `part` is of `whole`, and at most all of them.
fn share(all: usize, part: u64, whole: u64) -> usize {
    let share = all as u128 * u128::from(part) / (u128::from(whole) + 1);
    usize::try_from(share).unwrap_or(all)
}

fn read_u32(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + 4)?;
    usize::try_from(u32::from_be_bytes(bytes.try_into().ok()?)).ok()
}
