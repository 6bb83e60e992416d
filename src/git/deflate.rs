//! The compressor of loose objects, kept from object to object: its tables are larger
//! than most of them.

use std::cell::RefCell;

use anyhow::Result;
use flate2::{Compress, Compression, FlushCompress, Status};

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

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    #[test]
    fn what_was_deflated_is_inflated_again_also_when_it_does_not_compress() {
        let deflater = Deflater::default();
        let noise: Vec<u8> = (0_u32..50_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        for body in [&b""[..], b"short", &[7; 100_000], &noise] {
            let stream = deflater.deflate([b"blob\0", body], Compression::fast).expect("it deflates");
            let mut back = Vec::new();
            flate2::read::ZlibDecoder::new(stream.as_slice()).read_to_end(&mut back).expect("it inflates");
            assert_eq!(back, [b"blob\0", body].concat());
        }
    }
}
