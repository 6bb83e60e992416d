//! References that are about to move, in the lines that git writes for its hooks.

use crate::git::object_id::{ObjectId, ParseObjectIdError};

/// A reference that moves, as git tells its hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Its full name.
    pub reference: String,
    /// Where it was; `None` where it was not.
    pub old: Option<ObjectId>,
    /// Where it will be; `None` where it is deleted.
    pub new: Option<ObjectId>,
}

impl Update {
    /// The lines that git writes for a hook, as text.
    #[must_use]
    pub fn lines(input: &[u8]) -> Vec<String> {
        let lines = input.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| String::from_utf8_lossy(line).into_owned()).collect()
    }

    /// A line `<old> <new> <ref>`, as `pre-receive` and `reference-transaction` are told.
    ///
    /// # Errors
    /// What was expected, when it is another line.
    pub fn received(line: &str) -> Result<Self, String> {
        let mut words = line.splitn(3, ' ');
        let (Some(old), Some(new), Some(reference)) = (words.next(), words.next(), words.next()) else {
            return Err(format!("expected `<old> <new> <ref>`, found `{line}`"));
        };
        Self::of(reference, old, new)
    }

    /// A line `<local ref> <local id> <remote ref> <remote id>`, as `pre-push` is told. The
    /// local one is what was typed, such as `HEAD@{1 hour ago}`, so the words are counted
    /// from the right.
    ///
    /// # Errors
    /// What was expected, when it is another line.
    pub fn pushed(line: &str) -> Result<Self, String> {
        let mut words = line.rsplitn(4, ' ');
        let (Some(old), Some(reference), Some(new), Some(_)) = (words.next(), words.next(), words.next(), words.next())
        else {
            return Err(format!("expected `<local ref> <local id> <remote ref> <remote id>`, found `{line}`"));
        };
        Self::of(reference, old, new)
    }

    fn of(reference: &str, old: &str, new: &str) -> Result<Self, String> {
        Ok(Self { reference: reference.to_owned(), old: id(old)?, new: id(new)? })
    }

    /// Whether the reference is a branch.
    #[must_use]
    pub fn is_branch(&self) -> bool {
        self.reference.starts_with("refs/heads/")
    }
}

/// An id as git writes it for hooks: nothing but zeros, however many, is none.
fn id(text: &str) -> Result<Option<ObjectId>, String> {
    if !text.is_empty() && text.bytes().all(|byte| byte == b'0') {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error: ParseObjectIdError| error.to_string())
}
