//! The name of an object, in either object format.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// Names one git object: 20 bytes (SHA-1) or 32 bytes (SHA-256).
///
/// `Display` writes the full lower-case hex form, `FromStr` reads it.
///
/// ```
/// use ohmymkt::git::ObjectId;
/// let id: ObjectId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().expect("a full id");
/// assert_eq!(id.abbreviated(), "4b825dc");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectId {
    bytes: [u8; 32],
    length: u8,
}

/// The text is not a full object id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseObjectIdError(String);

impl fmt::Display for ParseObjectIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not a full object id", self.0.escape_debug())
    }
}

impl std::error::Error for ParseObjectIdError {}

impl ObjectId {
    /// Wraps raw bytes; `None` unless there are 20 or 32 of them.
    pub fn from_bytes(raw: &[u8]) -> Option<ObjectId> {
        if raw.len() != 20 && raw.len() != 32 {
            return None;
        }
        let mut bytes = [0; 32];
        bytes[..raw.len()].copy_from_slice(raw);
        Some(ObjectId { bytes, length: u8::try_from(raw.len()).ok()? })
    }

    /// The raw bytes, 20 or 32 of them.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length)]
    }

    /// All of it in lower-case hex digits.
    pub fn to_hex(&self) -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = String::with_capacity(2 * self.as_bytes().len());
        for byte in self.as_bytes() {
            hex.push(char::from(DIGITS[usize::from(byte >> 4)]));
            hex.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
        hex
    }

    /// The first seven hex digits. Not checked to be unique: see `Repo::abbreviate`.
    pub fn abbreviated(&self) -> String {
        let mut hex = self.to_string();
        hex.truncate(7);
        hex
    }

    /// The all-zero id of the same format, with which git says "nothing".
    pub(super) fn zero(&self) -> ObjectId {
        ObjectId { bytes: [0; 32], length: self.length }
    }

    pub(super) fn from_git2(id: git2::Oid) -> ObjectId {
        ObjectId::from_bytes(id.as_bytes()).expect("libgit2 ids have 20 or 32 bytes")
    }

    pub(super) fn to_git2(self) -> git2::Oid {
        git2::Oid::from_bytes(self.as_bytes()).expect("an id has 20 or 32 bytes")
    }
}

impl Hash for ObjectId {
    /// An id is a hash itself: its first bytes tell it from any other.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(&self.bytes[..8]);
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_hex())
    }
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ObjectId({self})")
    }
}

impl FromStr for ObjectId {
    type Err = ParseObjectIdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || ParseObjectIdError(text.chars().take(80).collect());
        if (text.len() != 40 && text.len() != 64) || !text.is_ascii() {
            return Err(error());
        }
        let mut raw = Vec::with_capacity(32);
        for pair in text.as_bytes().chunks_exact(2) {
            let high = char::from(pair[0]).to_digit(16).ok_or_else(error)?;
            let low = char::from(pair[1]).to_digit(16).ok_or_else(error)?;
            raw.push(u8::try_from(high * 16 + low).map_err(|_| error())?);
        }
        ObjectId::from_bytes(&raw).ok_or_else(error)
    }
}
