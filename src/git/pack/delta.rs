//! Deltas: an object as pieces of another one and what is new (`gitformat-pack`).

/// How many bytes the sizes have at most that a delta begins with.
pub(super) const SIZES: usize = 18;

/// The largest object that is made here, in bytes: a few bytes of a delta can ask for any size.
const LARGEST: usize = 1 << 28;

/// What a delta makes of its base; `None` when it is malformed or was made for another one.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (base_size, rest) = size(delta)?;
    let (size, mut rest) = size(rest)?;
    if base_size != base.len() || size > LARGEST {
        return None;
    }
    let mut out = Vec::with_capacity(size);
    while let Some((&command, after)) = rest.split_first() {
        rest = if command & 0x80 == 0 {
            // Zero is reserved.
            let (piece, after) = after.split_at_checked(usize::from(command)).filter(|_| command > 0)?;
            out.extend_from_slice(piece);
            after
        } else {
            let (start, after) = number(command, 4, after)?;
            let (length, after) = number(command >> 4, 3, after)?;
            let length = if length == 0 { 1 << 16 } else { length };
            out.extend_from_slice(base.get(start..start.checked_add(length)?)?);
            after
        };
        if out.len() > size {
            return None;
        }
    }
    (out.len() == size).then_some(out)
}

/// How many bytes a delta's beginning says that it makes.
pub(super) fn made(delta: &[u8]) -> Option<usize> {
    let (_, rest) = size(delta)?;
    size(rest).map(|(made, _)| made)
}

/// A size in groups of seven bits, the lowest first.
fn size(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for (n, byte) in bytes.iter().enumerate().take(9) {
        value |= usize::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[n + 1..]));
        }
    }
    None
}

/// A number of which only those bytes are there that `mask` names, the lowest first.
fn number(mask: u8, length: usize, mut bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0_usize;
    for n in (0..length).filter(|n| mask & (1 << n) != 0) {
        let (byte, rest) = bytes.split_first()?;
        value |= usize::from(*byte) << (8 * n);
        bytes = rest;
    }
    Some((value, bytes))
}

#[cfg(test)]
mod tests {
    use super::{apply, made};

    #[test]
    fn pieces_are_copied_and_put_in() {
        let base = b"0123456789";
        assert_eq!(apply(base, b"\x0a\x06\x91\x07\x03\x03new"), Some(b"789new".to_vec()));
        assert_eq!(apply(base, b"\x0a\x00"), Some(Vec::new()));
        assert_eq!((made(b"\x0a\x80\x01"), made(b"\x0a"), made(b"")), (Some(128), None, None));
        let long = vec![7; 1 << 16];
        assert_eq!(apply(&long, b"\x80\x80\x04\x80\x80\x04\x80"), Some(long.clone()), "no length says 65,536");
    }

    #[test]
    fn what_is_malformed_makes_nothing() {
        let base = b"0123456789";
        for delta in [
            &b""[..],
            b"\x0a",
            b"\x09\x01\x01x",
            b"\x0a\x02\x01x",
            b"\x0a\x01\x02xx",
            b"\x0a\x01\x00",
            b"\x0a\x02\x02x",
            b"\x0a\x04\x91\x08\x04",
            b"\x0a\x04\x91\x08",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x01x",
            b"\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f\x01x",
        ] {
            assert_eq!(apply(base, delta), None, "{delta:x?}");
        }
    }
}
