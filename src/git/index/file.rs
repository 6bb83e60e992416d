//! The frame of an index file: header, entries, extensions, checksum.

use super::broken::Broken;
use super::entry::{name_and_length, nul, shape, u32_at};

/// How long the header is.
pub(super) const HEADER: usize = 12;

/// The header's version and number of entries.
pub(super) fn header(bytes: &[u8]) -> Result<(u32, u32), Broken> {
    if !bytes.starts_with(b"DIRC") {
        return Err(Broken::Signature);
    }
    match u32_at(bytes, 4)? {
        version @ 2..=4 => Ok((version, u32_at(bytes, 8)?)),
        version => Err(Broken::Version(version)),
    }
}

/// Steps over entries, keeping what version 4 needs to rebuild names.
pub(super) struct Cursor {
    pub(super) offset: usize,
    version: u32,
    id_length: usize,
    previous: Vec<u8>,
}

impl Cursor {
    pub(super) fn new(version: u32, id_length: usize) -> Cursor {
        Cursor { offset: HEADER, version, id_length, previous: Vec::new() }
    }

    /// The name of the entry at the cursor and the offset behind it.
    /// Fails where `bytes` end too early, which a caller with a part of the file expects.
    pub(super) fn peek<'a>(&'a mut self, bytes: &'a [u8]) -> Result<(&'a [u8], usize), Broken> {
        let entry = bytes.get(self.offset..).ok_or(Broken::CutShort)?;
        let shape = shape(entry, self.id_length)?;
        if self.version < 4 {
            let (name, length) = name_and_length(entry, shape)?;
            return Ok((name, self.offset + length));
        }
        let (strip, used) = variable_length(entry.get(shape.name..).ok_or(Broken::CutShort)?)?;
        let start = shape.name + used;
        let rest = entry.get(start..).ok_or(Broken::CutShort)?;
        let end = nul(rest)?;
        let keep = self.previous.len().checked_sub(strip).ok_or(Broken::Name)?;
        let end_offset = self.offset + start + end + 1;
        let mut name = self.previous[..keep].to_vec();
        name.extend_from_slice(&rest[..end]);
        // Only a complete entry may change the state: a retry reads it again.
        self.pending(name);
        Ok((&self.previous, end_offset))
    }

    fn pending(&mut self, name: Vec<u8>) {
        self.previous = name;
    }
}

/// Git's offset encoding: seven bits a byte, each continuation adds one.
fn variable_length(bytes: &[u8]) -> Result<(usize, usize), Broken> {
    let mut value = 0_usize;
    for (n, byte) in bytes.iter().enumerate().take(8) {
        value = (value << 7) | usize::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Ok((value, n + 1));
        }
        value += 1;
    }
    Err(Broken::CutShort)
}

/// An extension's signature and its bytes.
type Extension<'a> = ([u8; 4], &'a [u8]);

/// The extensions in `bytes`, which lie between the entries and the checksum.
pub(super) fn extensions(bytes: &[u8]) -> Result<Vec<Extension<'_>>, Broken> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let name = rest.get(..4).and_then(|b| b.try_into().ok()).ok_or(Broken::CutShort)?;
        let size = u32_at(rest, 4)? as usize;
        let body = rest.get(8..8 + size).ok_or(Broken::CutShort)?;
        found.push((name, body));
        rest = &rest[8 + size..];
    }
    Ok(found)
}
