//! The compressor of loose objects and its reverse, kept from object to object: their
//! tables are larger than most of them.

use std::cell::RefCell;

use anyhow::Result;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

/// Makes zlib streams.
#[derive(Default)]
pub(super) struct Deflater(RefCell<Option<Compress>>);

impl Deflater {
    /// One stream of two pieces. The level is asked for the first time only.
    ///
    /// # Errors
    /// When zlib fails.
    pub(super) fn deflate(&self, [head, body]: [&[u8]; 2], level: impl Fn() -> Compression) -> Result<Vec<u8>> {
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
const MOST: usize = 1032;

/// Reads zlib streams.
#[derive(Default)]
pub(super) struct Inflater(RefCell<Option<Decompress>>);

impl Inflater {
    /// What a stream holds; `None` when it is not a whole one.
    pub(super) fn inflate(&self, stream: &[u8]) -> Option<Vec<u8>> {
        let mut kept = self.0.borrow_mut();
        let inflate = kept.get_or_insert_with(|| Decompress::new(true));
        inflate.reset(true);
        let mut out = Vec::with_capacity(4 * stream.len() + 64);
        loop {
            let taken = usize::try_from(inflate.total_in()).ok()?;
            let before = out.len();
            // All that there is, is there: a stream that is read in one go needs no window.
            match inflate.decompress_vec(&stream[taken..], &mut out, FlushDecompress::Finish).ok()? {
                Status::StreamEnd => return Some(out),
                _ if out.len() == before && out.capacity() > before => return None,
                _ if out.len() > MOST * stream.len() => return None,
                _ => out.reserve(out.len()),
            }
        }
    }

    /// What the stream holds that these bytes begin with; `None` when it is not whole, or not of
    /// this size.
    pub(super) fn inflate_sized(&self, bytes: &[u8], size: usize) -> Option<Vec<u8>> {
        let mut kept = self.0.borrow_mut();
        let inflate = kept.get_or_insert_with(|| Decompress::new(true));
        inflate.reset(true);
        // One more than it needs, so that zlib comes to the end of the stream. A size that no
        // stream of this length has is not made room for.
        let mut out = Vec::with_capacity(size.min(bytes.len().saturating_mul(MOST)) + 1);
        let status = inflate.decompress_vec(bytes, &mut out, FlushDecompress::Finish).ok()?;
        (status == Status::StreamEnd && out.len() == size).then_some(out)
    }
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
        }
    }
}
