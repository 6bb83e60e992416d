//! A commit about to be written, as bytes: encoded and signed as configured.

use anyhow::{Context as _, Result, bail};
use git2::ObjectType;

use super::encoding::{Charset, Written};
use super::identity::Identity;
use super::object_id::ObjectId;
use super::refusal::Refusal;
use super::repo::{Repo, finish};

/// A commit about to be written.
pub(super) struct CommitBytes<'a> {
    pub(super) tree_id: ObjectId,
    pub(super) parent: Option<ObjectId>,
    pub(super) author: &'a Identity,
    pub(super) committer: &'a Identity,
    pub(super) message: &'a str,
}

impl CommitBytes<'_> {
    /// Stores the commit; no reference leads to it yet.
    ///
    /// # Errors
    /// `Refusal::Unsupported` for a message that no commit can hold, or not in the encoding
    /// that `i18n.commitEncoding` asks for; a failing signer.
    pub(super) fn store(&self, repo: &Repo) -> Result<ObjectId> {
        if self.message.contains('\0') {
            bail!(Refusal::Unsupported("a commit message with a NUL byte".to_owned()));
        }
        let mut head = format!("tree {}\n", self.tree_id);
        if let Some(parent) = self.parent {
            head.push_str(&format!("parent {parent}\n"));
        }
        head.push_str(&format!("author {}\ncommitter {}\n", self.author, self.committer));
        let body = self.body();
        let name = repo.config("i18n.commitencoding").unwrap_or_default();
        let refuse = |what: &str| {
            let shown = name.escape_debug();
            anyhow::Error::new(Refusal::Unsupported(format!("{what} in i18n.commitEncoding `{shown}`")))
        };
        match Written::named(&name) {
            Written::Utf8 => self.store_signed(repo, head.as_bytes(), body.as_bytes()),
            Written::Unknown => Err(refuse("a commit message")),
            Written::In(charset) => {
                let encoded = charset.encode(&head).filter(|bytes| is_as_lined(bytes, &head));
                let encoded = encoded.zip(charset.encode(&body));
                let (mut head, body) = encoded.ok_or_else(|| refuse("this commit message"))?;
                head.extend_from_slice(format!("encoding {name}\n").as_bytes());
                let id = self.store_signed(repo, &head, &body)?;
                if charset != Charset::Latin1 && !self.reads_back(repo, &id)? {
                    return Err(refuse("this commit message"));
                }
                Ok(id)
            }
        }
    }

    fn body(&self) -> String {
        format!("{}\n", self.message.trim_end_matches('\n'))
    }

    fn store_signed(&self, repo: &Repo, head: &[u8], body: &[u8]) -> Result<ObjectId> {
        let unsigned = [head, b"\n", body].concat();
        let bytes = match repo.signature(&unsigned, self.committer)? {
            None => unsigned,
            Some(signature) => {
                let name = if repo.id_length() == 32 { "gpgsig-sha256" } else { "gpgsig" };
                let folded = signature.trim_end_matches('\n').replace('\n', "\n ");
                [head, format!("{name} {folded}\n\n").as_bytes(), body].concat()
            }
        };
        repo.write_object(ObjectType::Commit, &bytes)
    }

    /// Whether git reads in the commit what was meant: the library behind git may know the
    /// encoding by that name a little otherwise.
    fn reads_back(&self, repo: &Repo, id: &ObjectId) -> Result<bool> {
        let arguments = ["log", "-1", "--no-show-signature", "--no-color", "--encoding=UTF-8"];
        let mut git = repo.git();
        git.args(arguments).args(["--format=%an%x00%ae%x00%cn%x00%ce%x00%B", &id.to_string()]);
        let found = finish(git.env("GIT_NO_REPLACE_OBJECTS", "1"), &arguments).context("read the commit back")?;
        let (author, committer) = (self.author, self.committer);
        let people = [&author.name, &author.email, &committer.name, &committer.email].map(String::as_str);
        Ok(found.trim_ascii_end() == format!("{}\0{}", people.join("\0"), self.body()).as_bytes().trim_ascii_end())
    }
}

/// Whether the bytes that end a name or a line are the same in both: in ISO-2022-JP they can
/// be part of a character.
fn is_as_lined(bytes: &[u8], text: &str) -> bool {
    let ends = |bytes: &[u8]| bytes.iter().filter(|byte| matches!(byte, b'<' | b'>' | b'\n' | 0)).count();
    ends(bytes) == ends(text.as_bytes())
}
