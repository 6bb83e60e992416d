//! The message of a commit while it is being written: the file that `commit-msg` is given.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::encoding::{Charset, Written};
use super::repo::Repo;
use super::trailer;

/// A message that is being written, comments and all.
pub struct Draft {
    path: PathBuf,
    /// In UTF-8, where `charset` is known to be able to turn it back.
    bytes: Vec<u8>,
    comment: Vec<u8>,
    /// What the file is written in, where that is not UTF-8.
    charset: Option<Charset>,
}

impl Repo {
    /// The message in the file that git names; a relative path is meant from where we run.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn draft(&self, path: &Path) -> Result<Draft> {
        let bytes = std::fs::read(path).with_context(|| format!("read the message: {}", path.display()))?;
        let (bytes, charset) = self.decoded(bytes);
        let stated = self.config("core.commentString").or_else(|| self.config("core.commentChar"));
        let comment = match stated.as_deref() {
            None | Some("") => trailer::COMMENT.to_vec(),
            Some("auto") => comment_of(&bytes).map_or_else(|| trailer::COMMENT.to_vec(), |byte| vec![byte]),
            Some(text) => text.as_bytes().to_vec(),
        };
        Ok(Draft { path: path.to_owned(), bytes, comment, charset })
    }

    /// A message that is written as `i18n.commitEncoding` says, in UTF-8; as it is where
    /// that could not be turned back.
    fn decoded(&self, bytes: Vec<u8>) -> (Vec<u8>, Option<Charset>) {
        let name = self.config("i18n.commitencoding").unwrap_or_default();
        if let Written::In(charset) = Written::named(&name) {
            let text = charset.decode(&bytes);
            if charset.encode(&text).as_ref() == Some(&bytes) {
                return (text.into_bytes(), Some(charset));
            }
        }
        (bytes, None)
    }
}

impl Draft {
    /// The trailers that the commit will have.
    #[must_use]
    pub fn trailers(&self) -> Vec<(String, String)> {
        trailer::parse_draft(&self.bytes, &self.comment)
    }

    /// Whether nothing is in it that git would keep: then git makes no commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        trailer::is_empty_draft(&self.bytes, &self.comment)
    }

    /// Adds trailers where `git interpret-trailers` would, and writes the file.
    ///
    /// # Errors
    /// When it cannot be written, or not in its encoding.
    pub fn add_trailers(&mut self, pairs: &[(String, String)]) -> Result<()> {
        self.bytes = trailer::add(&self.bytes, &self.comment, pairs);
        let encoded = match self.charset {
            Some(charset) => {
                let text = String::from_utf8_lossy(&self.bytes);
                Some(charset.encode(&text).context("i18n.commitEncoding cannot hold the trailers")?)
            }
            None => None,
        };
        let write = std::fs::write(&self.path, encoded.as_ref().unwrap_or(&self.bytes));
        write.with_context(|| format!("write the message: {}", self.path.display()))
    }
}

/// The character that git has chosen where `core.commentChar` is `auto`: that of the
/// scissors line or, without one, of the block of comments that ends the message.
fn comment_of(bytes: &[u8]) -> Option<u8> {
    let lines: Vec<&[u8]> = bytes.split_inclusive(|b| *b == b'\n').collect();
    let scissors = lines.iter().find(|line| line.get(1..) == Some(trailer::SCISSORS));
    if let Some(line) = scissors {
        return Some(line[0]);
    }
    let last = lines.iter().rev().find(|line| !line.trim_ascii().is_empty())?;
    let comment = last[0];
    let is_comment = |line: &&&[u8]| line[0] == comment && matches!(line.get(1), None | Some(b' ' | b'\t' | b'\n'));
    let block = lines.iter().rev().skip_while(|line| line.trim_ascii().is_empty()).take_while(is_comment).count();
    // What git writes itself has more than one line; a single one may be the message's own.
    (b"#;@!$%^&|:".contains(&comment) && block > 1).then_some(comment)
}
