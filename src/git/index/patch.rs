//! A new index with some entries replaced, added or removed and all others, their
//! flags and the extensions kept byte for byte.

use anyhow::{Context as _, Result, bail, ensure};

use super::cache_tree;
use super::entry::{StatData, encode};
use super::file::{Cursor, HEADER, extensions, header};
use crate::git::hash::digest;
use crate::git::object_id::ObjectId;
use crate::git::refusal::Refusal;

/// What shall become of one path; `None` removes it.
#[derive(Debug, Clone)]
pub(in crate::git) struct IndexChange {
    pub(in crate::git) path: String,
    pub(in crate::git) entry: Option<(u32, ObjectId, StatData)>,
}

/// The patched index, or the news that git itself must do it.
#[derive(Debug)]
pub(in crate::git) enum Patched {
    /// The complete new file.
    Bytes(Vec<u8>),
    /// Version 4, split, sparse, with a file system monitor's bitmap, or with an
    /// untracked cache where paths come or go.
    LeaveToGit,
}

/// What a new index ends with; an old one keeps its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::git) enum Checksum {
    /// The hash of what comes before it.
    Hash,
    /// Zeros, as `index.skipHash` asks for.
    Zeros,
}

/// How the index's checksum is kept, and how long ids are.
#[derive(Debug, Clone, Copy)]
struct Format {
    id_length: usize,
    zero_checksum: bool,
}

/// Applies the changes to the index in `old`; `None` where there is no index yet.
///
/// # Errors
/// A malformed index, or `Refusal::UnsafePath` where a file of the index would have
/// to become a directory or the other way round.
pub(in crate::git) fn patch(
    old: Option<&[u8]>,
    changes: &[IndexChange],
    id_length: usize,
    new_checksum: Checksum,
) -> Result<Patched> {
    let mut changes: Vec<&IndexChange> = changes.iter().collect();
    changes.sort_by(|a, b| a.path.as_bytes().cmp(b.path.as_bytes()));
    let empty = [b"DIRC\0\0\0\x02\0\0\0\0".as_slice(), &vec![0; id_length]].concat();
    let zero_checksum = match old {
        Some(bytes) => bytes.len() > id_length && bytes[bytes.len() - id_length..].iter().all(|b| *b == 0),
        None => new_checksum == Checksum::Zeros,
    };
    let format = Format { id_length, zero_checksum };
    rewrite(old.unwrap_or(&empty), &changes, format)
}

fn rewrite(old: &[u8], changes: &[&IndexChange], format: Format) -> Result<Patched> {
    let (version, count) = header(old)?;
    if version == 4 {
        return Ok(Patched::LeaveToGit);
    }
    let body_end = old.len().checked_sub(format.id_length).context("the index is cut short")?;
    let body = &old[..body_end];
    ensure!(body.len() >= HEADER, "the index is cut short");
    let mut merge = Merge {
        old: body,
        out: Vec::with_capacity(old.len() + 1024),
        copied: HEADER,
        count,
        replaced: 0,
        changes,
        ancestors: ancestors(changes),
        first_bytes: changes.iter().filter_map(|c| c.path.bytes().next()).collect(),
    };
    merge.out.extend_from_slice(&body[..HEADER]);
    let entries_end = merge.run(version, format.id_length)?;
    let extensions = extensions(&body[entries_end..])?;
    // The untracked cache still lists a file that is only now added; git knows where.
    let reshaped = merge.replaced != changes.len() || changes.iter().any(|change| change.entry.is_none());
    let leave = |name: &[u8; 4]| matches!(name, b"link" | b"sdir" | b"FSMN") || (name == b"UNTR" && reshaped);
    if extensions.iter().any(|(name, _)| leave(name)) {
        return Ok(Patched::LeaveToGit);
    }
    let mut out = merge.out;
    out[8..12].copy_from_slice(&merge.count.to_be_bytes());
    let paths: Vec<&[u8]> = changes.iter().map(|c| c.path.as_bytes()).collect();
    for (name, content) in extensions {
        match &name {
            // They hold offsets of entries and only speed up threads; git writes them again.
            b"EOIE" | b"IEOT" => {}
            b"TREE" => append(&mut out, *b"TREE", &cache_tree::invalidate(content, &paths, format.id_length)?)?,
            _ => append(&mut out, name, content)?,
        }
    }
    let checksum = match format.zero_checksum {
        true => vec![0; format.id_length],
        false => digest(&out, format.id_length),
    };
    out.extend_from_slice(&checksum);
    Ok(Patched::Bytes(out))
}

fn append(out: &mut Vec<u8>, name: [u8; 4], content: &[u8]) -> Result<()> {
    out.extend_from_slice(&name);
    out.extend_from_slice(&u32::try_from(content.len())?.to_be_bytes());
    out.extend_from_slice(content);
    Ok(())
}

/// Merges sorted changes into sorted entries.
struct Merge<'a> {
    old: &'a [u8],
    out: Vec<u8>,
    /// Everything before this offset is in `out` or dropped.
    copied: usize,
    count: u32,
    /// How many changes met an entry of their path.
    replaced: usize,
    changes: &'a [&'a IndexChange],
    ancestors: Vec<&'a str>,
    first_bytes: Vec<u8>,
}

impl Merge<'_> {
    /// Walks all entries; returns where they end in the old file.
    fn run(&mut self, version: u32, id_length: usize) -> Result<usize> {
        let old = self.old;
        let mut cursor = Cursor::new(version, id_length);
        let mut next = 0;
        let mut met = None;
        for _ in 0..self.count {
            let start = cursor.offset;
            let (name, end) = cursor.peek(old)?;
            while next < self.changes.len() && self.changes[next].path.as_bytes() < name {
                self.copy_to(start);
                self.add(self.changes[next])?;
                next += 1;
            }
            // Only entries that share a first name with a change can nest with it.
            if name.first().is_some_and(|byte| self.first_bytes.contains(byte)) {
                self.refuse_nesting(name)?;
            }
            let same = next < self.changes.len() && self.changes[next].path.as_bytes() == name;
            if same {
                self.copy_to(start);
                self.copied = end;
                self.count -= 1;
                self.replaced += usize::from(met != Some(next));
                met = Some(next);
                // A path in conflict has up to three entries; the new one is added once,
                // when the name goes on.
            }
            cursor.offset = end;
        }
        self.copy_to(cursor.offset);
        for change in &self.changes[next..] {
            self.add(change)?;
        }
        Ok(cursor.offset)
    }

    fn copy_to(&mut self, offset: usize) {
        self.out.extend_from_slice(&self.old[self.copied..offset]);
        self.copied = offset;
    }

    fn add(&mut self, change: &IndexChange) -> Result<()> {
        if let Some((mode, id, stat)) = &change.entry {
            self.out.extend_from_slice(&encode(change.path.as_bytes(), *mode, id, stat));
            self.count = self.count.checked_add(1).context("the index is full")?;
        }
        Ok(())
    }

    /// Refuses where a changed path lies below this entry, or this entry below it.
    fn refuse_nesting(&self, name: &[u8]) -> Result<()> {
        if self.ancestors.binary_search_by(|a| a.as_bytes().cmp(name)).is_ok() {
            bail!(Refusal::UnsafePath(String::from_utf8_lossy(name).into_owned()));
        }
        for (end, _) in name.iter().enumerate().filter(|(_, byte)| **byte == b'/') {
            let above = self.changes.binary_search_by(|c| c.path.as_bytes().cmp(&name[..end]));
            if above.is_ok_and(|n| self.changes[n].entry.is_some()) {
                bail!(Refusal::UnsafePath(String::from_utf8_lossy(&name[..end]).into_owned()));
            }
        }
        Ok(())
    }
}

/// Every directory above a path that is to be written, sorted.
fn ancestors<'a>(changes: &[&'a IndexChange]) -> Vec<&'a str> {
    let mut found = Vec::new();
    for change in changes.iter().filter(|change| change.entry.is_some()) {
        found.extend(change.path.match_indices('/').map(|(end, _)| &change.path[..end]));
    }
    found.sort_unstable();
    found.dedup();
    found
}
