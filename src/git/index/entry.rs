//! One entry of the index, in the bytes of versions 2, 3 and 4.

use std::os::unix::fs::MetadataExt as _;

use super::broken::Broken;
use crate::git::object_id::ObjectId;

/// What git remembers of a file to see that it has not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::git) struct StatData {
    pub(in crate::git) ctime: (u32, u32),
    pub(in crate::git) mtime: (u32, u32),
    dev: u32,
    ino: u32,
    uid: u32,
    gid: u32,
    pub(in crate::git) size: u32,
}

impl StatData {
    /// Of a file in the worktree; git keeps the low 32 bits of each number.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the format keeps low bits")]
    pub(in crate::git) fn of(metadata: &std::fs::Metadata) -> StatData {
        StatData {
            ctime: (metadata.ctime() as u32, metadata.ctime_nsec() as u32),
            mtime: (metadata.mtime() as u32, metadata.mtime_nsec() as u32),
            dev: metadata.dev() as u32,
            ino: metadata.ino() as u32,
            uid: metadata.uid(),
            gid: metadata.gid(),
            size: metadata.len() as u32,
        }
    }

    /// Whether a file with `now` is certainly the one remembered. Never true by
    /// mistake; a false answer only costs a hash.
    pub(in crate::git) fn proves(&self, now: &StatData) -> bool {
        let close = |a: (u32, u32), b: (u32, u32)| a.0 == b.0 && (a.1 == b.1 || a.1 == 0);
        close(self.mtime, now.mtime)
            && close(self.ctime, now.ctime)
            && (self.ino, self.uid, self.gid, self.size) == (now.ino, now.uid, now.gid, now.size)
    }

    fn words(&self) -> [u32; 6] {
        [self.ctime.0, self.ctime.1, self.mtime.0, self.mtime.1, self.dev, self.ino]
    }
}

/// An entry of the index, without its place in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::git) struct IndexEntry {
    pub(in crate::git) path: Vec<u8>,
    pub(in crate::git) mode: u32,
    pub(in crate::git) id: ObjectId,
    /// 0, or 1 to 3 in a conflict (base, ours, theirs).
    pub(in crate::git) stage: u8,
    pub(in crate::git) stat: StatData,
    /// Declared with `git add --intent-to-add`, without content.
    pub(in crate::git) intent_to_add: bool,
    /// Left out of the worktree by a sparse checkout.
    pub(in crate::git) skip_worktree: bool,
}

/// Where an entry's name starts and what is around it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shape {
    pub(super) flags: u16,
    pub(super) extended: u16,
    /// Offset of the name from the entry's start.
    pub(super) name: usize,
}

/// Reads the fixed part of the entry at the start of `bytes`.
pub(super) fn shape(bytes: &[u8], id_length: usize) -> Result<Shape, Broken> {
    let at = 40 + id_length;
    let flags = u16_at(bytes, at)?;
    let has_more = flags & 0x4000 != 0;
    let extended = if has_more { u16_at(bytes, at + 2)? } else { 0 };
    Ok(Shape { flags, extended, name: at + if has_more { 4 } else { 2 } })
}

/// The name and the whole length of a version 2 or 3 entry, padding included.
pub(super) fn name_and_length(bytes: &[u8], shape: Shape) -> Result<(&[u8], usize), Broken> {
    let rest = bytes.get(shape.name..).ok_or(Broken::CutShort)?;
    let short = usize::from(shape.flags & 0xFFF);
    let length = if short < 0xFFF { short } else { nul(rest)? };
    let name = rest.get(..length).ok_or(Broken::CutShort)?;
    let whole = (shape.name + length + 8) & !7;
    if bytes.len() < whole {
        return Err(Broken::CutShort);
    }
    Ok((name, whole))
}

/// Offset of the next NUL.
pub(super) fn nul(bytes: &[u8]) -> Result<usize, Broken> {
    bytes.iter().position(|b| *b == 0).ok_or(Broken::CutShort)
}

/// The entry at the start of `bytes`, given its shape and its name.
pub(super) fn decode(bytes: &[u8], shape: Shape, path: Vec<u8>, id_length: usize) -> Result<IndexEntry, Broken> {
    let word = |n: usize| u32_at(bytes, n * 4);
    let stat = StatData {
        ctime: (word(0)?, word(1)?),
        mtime: (word(2)?, word(3)?),
        dev: word(4)?,
        ino: word(5)?,
        uid: word(7)?,
        gid: word(8)?,
        size: word(9)?,
    };
    let id = bytes.get(40..40 + id_length).and_then(ObjectId::from_bytes);
    Ok(IndexEntry {
        path,
        mode: word(6)?,
        id: id.ok_or(Broken::CutShort)?,
        stage: u8::try_from((shape.flags >> 12) & 3).expect("two bits"),
        stat,
        intent_to_add: shape.extended & 0x2000 != 0,
        skip_worktree: shape.extended & 0x4000 != 0,
    })
}

/// A version 2 or 3 entry in stage 0 without flags.
pub(super) fn encode(path: &[u8], mode: u32, id: &ObjectId, stat: &StatData) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(72 + path.len());
    let [c, cn, m, mn, dev, ino] = stat.words();
    for word in [c, cn, m, mn, dev, ino, mode, stat.uid, stat.gid, stat.size] {
        bytes.extend_from_slice(&word.to_be_bytes());
    }
    bytes.extend_from_slice(id.as_bytes());
    let short = u16::try_from(path.len().min(0xFFF)).unwrap_or(0xFFF);
    bytes.extend_from_slice(&short.to_be_bytes());
    bytes.extend_from_slice(path);
    // One to eight NULs: the name ends with one, the entry on a multiple of eight.
    let whole = (bytes.len() + 8) & !7;
    bytes.resize(whole, 0);
    bytes
}

pub(super) fn u16_at(bytes: &[u8], at: usize) -> Result<u16, Broken> {
    let two = bytes.get(at..at + 2).and_then(|b| b.try_into().ok());
    two.map(u16::from_be_bytes).ok_or(Broken::CutShort)
}

pub(super) fn u32_at(bytes: &[u8], at: usize) -> Result<u32, Broken> {
    let four = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
    four.map(u32::from_be_bytes).ok_or(Broken::CutShort)
}
