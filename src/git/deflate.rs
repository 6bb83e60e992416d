//! The compressor of loose objects and its reverse, kept from object to object: their
//! tables are larger than most of them.

use std::cell::RefCell;

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use libdeflater::{DecompressionError, Decompressor};

/// Makes zlib streams.
#[derive(Default)]
pub(super) struct Deflater(RefCell<Option<Compress>>);

impl Deflater {
    /// One stream of two pieces. The level is asked for the first time only.
    ///
    /// # Errors
    /// When zlib fails.
    pub(super) fn deflate(&self, [head, body]: [&[u8]; 2], level: impl Fn() -> Compression) -> anyhow::Result<Vec<u8>> {
        let mut kept = self.0.borrow_mut();
        let deflate = match kept.as_mut() {
            Some(kept) => {
                kept.reset();
                kept
            }
            None => kept.insert(Compress::new(level(), true)),
        };
        let more = body.len() / 2 + 128;
        let mut out = Vec::with_capacity(head.len() + more);
        for (input, flush) in [(head, FlushCompress::None), (body, FlushCompress::Finish)] {
            let start = deflate.total_in();
            loop {
                let taken = usize::try_from(deflate.total_in() - start)?;
                let status = deflate.compress_vec(&input[taken..], &mut out, flush)?;
                let is_taken = usize::try_from(deflate.total_in() - start)? == input.len();
                if status == Status::StreamEnd || (is_taken && flush == FlushCompress::None) {
                    break;
                }
                out.reserve(more);
            }
        }
        Ok(out)
    }
}

/// How many times longer than itself what a stream holds can be: zlib comes to 1032.
pub(super) const MOST: usize = 1032;

/// Reads zlib streams that are there as a whole, which costs half of what it does piece by piece.
#[derive(Default)]
pub(super) struct Inflater(RefCell<Option<Decompressor>>);

impl Inflater {
    /// What a stream holds; `None` when it is not a whole one.
    pub(super) fn inflate(&self, stream: &[u8]) -> Option<Vec<u8>> {
        let mut room = 4 * stream.len() + 64;
        loop {
            match self.inflate_within(stream, room) {
                Err(DecompressionError::InsufficientSpace) if room <= MOST * stream.len() => room *= 2,
                found => return found.ok(),
            }
        }
    }

    /// What the stream holds that these bytes begin with; `None` when it is not whole, or not of
    /// this size.
    pub(super) fn inflate_sized(&self, bytes: &[u8], size: usize) -> Option<Vec<u8>> {
        // A size that no stream of this length has is not made room for.
        let is_possible = size <= bytes.len().saturating_mul(MOST);
        let found = is_possible.then(|| self.inflate_within(bytes, size).ok())??;
        (found.len() == size).then_some(found)
    }

    fn inflate_within(&self, bytes: &[u8], room: usize) -> Result<Vec<u8>, DecompressionError> {
        let mut out = vec![0; room];
        let size = self.0.borrow_mut().get_or_insert_with(Decompressor::new).zlib_decompress(bytes, &mut out)?;
        out.truncate(size);
        Ok(out)
    }
}

/// The first bytes of what a stream holds, at most so many, whether all of the stream is here or
/// not; `None` when it is none.
pub(super) fn beginning(stream: &[u8], most: usize) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(most);
    Decompress::new(true).decompress_vec(stream, &mut out, FlushDecompress::None).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_deflated_is_inflated_again_also_when_it_does_not_compress() {
        let deflater = Deflater::default();
        let noise: Vec<u8> = (0_u32..50_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for body in [&b""[..], b"short", &[7; 100_000], &noise] {
            let stream = deflater.deflate([b"blob\0", body], Compression::fast).expect("it deflates");
            let inflater = Inflater::default();
            assert_eq!(inflater.inflate(&stream), Some([b"blob\0", body].concat()));
            assert_eq!(inflater.inflate(&stream[..stream.len() - 5]), None, "a torn stream");
            assert_eq!(inflater.inflate(b"no stream at all"), None);
            let begun = beginning(&stream[..stream.len().min(200)], 8).expect("it is a stream");
            assert!(begun.starts_with(b"blob\0") && begun.len() == 8.min(5 + body.len()), "{begun:?}");
            assert_eq!(beginning(b"no stream at all", 8), None);
        }
    }
}
