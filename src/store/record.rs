//! One write, one commit (contract, section 7).

use std::sync::Arc;

use anyhow::{Context as _, Result};

use crate::git::{At, FileChange, ObjectId, Transaction, trailer};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::{Proposal, Write};
use crate::rules::Approved;

use super::Store;

/// A store that holds the writers' lock: between reading HEAD and recording on top of it
/// no other process of this program can write.
pub struct Recorder<'s> {
    store: &'s Store,
    transaction: Transaction<'s>,
}

impl Store {
    /// Takes the lock for a write, and heals what a killed one left.
    ///
    /// # Errors
    /// When the repository is bare, in the middle of a merge or the like, inside a hook,
    /// or locked by somebody else for too long.
    pub fn begin(&self) -> Result<Recorder<'_>> {
        Ok(Recorder { store: self, transaction: self.repo.begin(layout::ROOT)? })
    }

    /// The first word of the subject lines: `ohmymkt.prefix`, or `mkt`.
    #[must_use]
    pub fn prefix(&self) -> String {
        let chosen = self.repo.config("ohmymkt.prefix").map(|prefix| trailer::message_line(&prefix));
        chosen.filter(|prefix| !prefix.is_empty()).unwrap_or_else(|| "mkt".to_owned())
    }
}

impl Recorder<'_> {
    /// The artifacts that the change will be recorded on top of, or a part of them, as
    /// [`Store::head_part`].
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn part(&self, parts: &[&str], named: &[&str]) -> Result<Arc<Snapshot>> {
        match self.transaction.head().commit_id {
            Some(id) => self.store.part_naming(At::Commit(id), parts, named).map(Arc::new),
            None => Ok(Arc::default()),
        }
    }

    /// Records what was approved: one commit on top of HEAD, with index and working
    /// tree brought along. `None` when nothing differs.
    ///
    /// # Errors
    /// When HEAD moved, or git cannot write; then nothing has changed.
    pub fn record(&mut self, approved: &Approved) -> Result<Option<ObjectId>> {
        let proposal = approved.proposal();
        let writes = approved.writes().iter().cloned();
        let changes: Vec<_> = writes.map(|Write { path, content, over }| FileChange { path, content, over }).collect();
        if changes.is_empty() {
            return Ok(None);
        }
        let message = message(proposal, &self.store.prefix());
        self.transaction.commit(&changes, &message).context("record the change").map(Some)
    }

    /// Whether HEAD is on no branch, so that only HEAD leads to what is recorded.
    #[must_use]
    pub fn is_detached(&self) -> bool {
        self.transaction.head().reference.is_none()
    }

    /// What hooks of others said to what was recorded.
    #[must_use]
    pub fn heard(&self) -> &str {
        self.transaction.heard()
    }
}

/// The message of the commit that records a proposal: subject, body, trailers.
#[must_use]
pub fn message(proposal: &Proposal, prefix: &str) -> String {
    let claim = proposal.step.claim.as_ref();
    let action = claim.map_or("record", |claim| claim.action.name());
    let mut text = format!("{prefix}({action}): {}\n", trailer::message_line(&proposal.summary));
    text.push_str(&body(&proposal.body));
    if let Some(claim) = claim {
        text.push('\n');
        text.push_str(&trailer::format(&claim.to_trailers()));
    }
    text
}

/// How many lines of a body are kept; the artifacts hold the whole text.
const LONGEST_BODY: usize = 20;

/// The body's paragraphs, each after a blank line. A line in which git could see a
/// comment, a scissors line or the beginning of a patch is indented: what follows such a
/// line is no longer read, the trailers least of all.
fn body(body: &str) -> String {
    let mut text = String::new();
    let mut begins = true;
    let lines = body.lines().map(trailer::message_line);
    for (nth, line) in lines.enumerate() {
        if line.is_empty() {
            begins = true;
            continue;
        }
        if begins {
            text.push('\n');
        }
        begins = false;
        if nth >= LONGEST_BODY {
            text.push_str("…\n");
            break;
        }
        let is_plain = line.starts_with(char::is_alphanumeric) && !line.contains(">8");
        text.push_str(if is_plain { "" } else { "    " });
        text.push_str(&line);
        text.push('\n');
    }
    text
}
