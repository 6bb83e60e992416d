//! What this room reads of bytes that others wrote, without a repository around them. The
//! fuzz targets come in here; the rest of the program does not.

use anyhow::Result;

use super::date::{self, Moment};
use super::deflate::Inflater;
use super::index::{self, Checksum, IndexChange, Patched, StatData};
use super::journal::Journal;
use super::object::{self, CommitText};
use super::object_id::ObjectId;
use super::{Identity, pack, trailer};

/// Path, mode, id and stage of an entry of the index; mode, name and id of one of a tree.
pub type Entry = (Vec<u8>, u32, ObjectId, u8);

/// The entries of an index below a folder; all of them when it is empty.
///
/// # Errors
/// When it is malformed.
pub fn index(bytes: &[u8], dir: &str, id_length: usize) -> Result<Vec<Entry>> {
    let entries = index::below(bytes, dir, id_length)?;
    Ok(entries.into_iter().map(|entry| (entry.path, entry.mode, entry.id, entry.stage)).collect())
}

/// The index with one file put in or taken out; `None` where that is left to git.
///
/// # Errors
/// When it is malformed, or a file stands in the way.
pub fn patched(bytes: &[u8], path: &str, entry: Option<(u32, ObjectId)>, id_length: usize) -> Result<Option<Vec<u8>>> {
    let entry = entry.map(|(mode, id)| (mode, id, StatData::default()));
    let change = IndexChange { path: path.to_owned(), entry };
    Ok(match index::patch(Some(bytes), &[change], id_length, Checksum::Hash)? {
        Patched::Bytes(bytes) => Some(bytes),
        Patched::LeaveToGit => None,
    })
}

/// The entries of a tree, all in stage 0.
///
/// # Errors
/// When it is malformed.
pub fn tree(bytes: &[u8], id_length: usize) -> Result<Vec<Entry>> {
    let entries = object::parse_tree(bytes, id_length)?;
    Ok(entries.into_iter().map(|entry| (entry.name, entry.mode, entry.id, 0)).collect())
}

/// A commit.
///
/// # Errors
/// When it is malformed.
pub fn commit(id: ObjectId, bytes: &[u8]) -> Result<CommitText> {
    object::parse_commit(id, bytes)
}

/// The person in a header of a commit; what is missing reads as empty or 0.
#[must_use]
pub fn person(bytes: &[u8]) -> Identity {
    Identity::parse(bytes)
}

/// What a loose object holds, header and all; `None` when it is not a whole one.
#[must_use]
pub fn inflated(stream: &[u8]) -> Option<Vec<u8>> {
    Inflater::default().inflate(stream)
}

/// What a pack with this index has of an object.
#[must_use]
pub fn packed(index: &[u8], pack: &[u8], id: &ObjectId) -> Option<Vec<u8>> {
    pack::read_from(index, pack, id).map(|(_, bytes)| bytes.to_vec())
}

/// A journal, written again; `None` when it is not a whole one.
#[must_use]
pub fn journal(text: &str) -> Option<String> {
    Journal::from_text(text).map(|journal| journal.to_text())
}

/// A date in one of the forms that are read without git: seconds and minutes east.
#[must_use]
pub fn date(text: &str) -> Option<(i64, i32)> {
    let moment: Option<Moment> = date::parse_plain(text);
    moment
}

/// The draft of a message with more trailers.
#[must_use]
pub fn with_trailers(draft: &[u8], comment: &[u8], pairs: &[(String, String)]) -> Vec<u8> {
    trailer::add(draft, comment, pairs)
}

/// The trailers of a draft.
#[must_use]
pub fn trailers(draft: &[u8], comment: &[u8]) -> Vec<(String, String)> {
    trailer::parse_draft(draft, comment)
}
