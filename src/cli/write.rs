//! The one way to write: read HEAD, compose, have it judged, record it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use crate::git::{At, Refusal};
use crate::model::action::Claim;
use crate::model::id::{Entropy, PlanName};
use crate::model::layout;
use crate::model::moves::Texts;
use crate::model::snapshot::Snapshot;
use crate::model::step::{Proposal, Step};
use crate::model::time::Timestamp;
use crate::render::changes::ChangeList;
use crate::render::violations::violations;
use crate::render::{Label, Page, View};
use crate::rules::{self, Approved};
use crate::store::{Recorder, Store, message};

use super::context::{Context, depends_on, refuse_malformed};
use super::failure::Failure;
use super::reply::Reply;

/// How often a write is tried again when others move the branch.
const TRIES: usize = 20;

/// How often it is looked again at edits that are not committed, before they are refused.
const LOOKS: usize = 8;

/// Options of every command that writes.
#[derive(Debug, clap::Args)]
pub struct WriteArgs {
    /// Show what would change and the commit message, and change nothing
    #[arg(long, display_order = 900)]
    pub dry_run: bool,
}

/// What a write is composed from.
pub struct Moment<'c> {
    /// The artifacts of HEAD.
    pub before: Arc<Snapshot>,
    /// The clock.
    pub now: Timestamp,
    /// The author's date that the commit will bear, which a rule compares with the records.
    pub authored_at: Timestamp,
    /// The author, `Name <email>`.
    pub by: String,
    /// Randomness for ids.
    pub entropy: Entropy,
    /// For what else must be read.
    pub store: &'c Store,
}

impl Moment<'_> {
    /// The plan of the running campaign, where it is there: what a trailer may name.
    pub fn campaign(&self) -> Option<&PlanName> {
        self.before.active_plan().filter(|plan| self.before.has_file(&layout::plan(plan)))
    }

    /// A proposal from what is to what should be, without body and texts.
    pub fn proposal(&self, after: Snapshot, claim: Claim, summary: impl Into<String>) -> Proposal {
        let step = Step {
            parents: vec![Arc::clone(&self.before)],
            after: Arc::new(after),
            claim: Some(claim),
            authored_at: Some(self.authored_at),
            passed_over: 0,
            committed_at: Some(self.now),
        };
        Proposal {
            step,
            texts: Texts::new(),
            edits: BTreeMap::new(),
            completed: BTreeSet::new(),
            summary: summary.into(),
            body: String::new(),
        }
    }
}

/// A write that is ready to be judged, and what to say when it is done.
pub struct Composed<V> {
    /// What would be recorded.
    pub proposal: Proposal,
    /// What to answer.
    pub view: V,
}

impl Context {
    /// Reads HEAD, lets the command compose its change, has it judged, and records it.
    ///
    /// `reads` names what the command rests on, as prefixes of paths under `.ohmymkt/`:
    /// it must be well-formed and committed. The command sees the whole state.
    ///
    /// # Errors
    /// Refusals of the rules, of git, and of the command; nothing has changed then.
    pub fn write<V: View + 'static>(
        &self,
        args: &WriteArgs,
        reads: &[&str],
        compose: impl FnMut(&mut Moment<'_>) -> Result<Composed<V>, Failure>,
    ) -> Result<Reply, Failure> {
        self.write_on(args, Footing::Committed(reads), compose)
    }

    /// As [`Context::write`], for a command that needs to see nothing but what it rests
    /// on; its cost does not grow with the rest.
    ///
    /// # Errors
    /// As [`Context::write`].
    pub fn write_part<V: View + 'static>(
        &self,
        args: &WriteArgs,
        part: Part<'_>,
        compose: impl FnMut(&mut Moment<'_>) -> Result<Composed<V>, Failure>,
    ) -> Result<Reply, Failure> {
        self.write_on(args, Footing::Part(part), compose)
    }

    /// As [`Context::write`], for a command that takes what is not committed yet.
    ///
    /// # Errors
    /// As [`Context::write`].
    pub fn write_edits<V: View + 'static>(
        &self,
        args: &WriteArgs,
        compose: impl FnMut(&mut Moment<'_>) -> Result<Composed<V>, Failure>,
    ) -> Result<Reply, Failure> {
        self.write_on(args, Footing::Edits, compose)
    }

    fn write_on<V: View + 'static>(
        &self,
        args: &WriteArgs,
        footing: Footing<'_>,
        mut compose: impl FnMut(&mut Moment<'_>) -> Result<Composed<V>, Failure>,
    ) -> Result<Reply, Failure> {
        for nth in 0..TRIES {
            match self.try_write(args, footing, &mut compose) {
                Err(Attempt::Moved) => {}
                // A git that overlapped with a write of ours may have put the index of before it
                // back at this very moment. To begin anew mends that; edits are still there then.
                Err(Attempt::Uncommitted(_)) if nth < LOOKS && self.store.repo().wrote_lately() => {}
                Err(Attempt::Uncommitted(hit)) => {
                    return Err(self.uncommitted(&hit).unwrap_or_else(|malformed| malformed));
                }
                Err(Attempt::Failed(failure)) => return Err(*failure),
                Ok(reply) => return Ok(reply),
            }
        }
        Err(Failure::from(&Refusal::Moved))
    }

    /// Why edits that are not committed stop a command: they are malformed, or not recorded yet.
    fn uncommitted<'h>(&self, hit: &'h [String]) -> Result<Failure, Failure> {
        let inside = |path: &'h String| path.strip_prefix(layout::ROOT)?.strip_prefix('/');
        let edited: Vec<_> = hit.iter().filter_map(inside).collect();
        if !edited.is_empty() {
            refuse_malformed(&self.store.part(At::Worktree, &edited)?, &edited)?;
        }
        let noun = if hit.len() == 1 { "an artifact has edits that are" } else { "artifacts have edits that are" };
        let mut failure = Failure::refused("uncommitted", format!("{noun} not committed"));
        for path in hit {
            failure.details.line().text("  ").label(Label::Path, path);
        }
        Ok(failure.hint("git mkt record").with_data(&hit))
    }

    /// Refuses what the write rests on while it is malformed or not committed.
    fn refuse_unready(&self, footing: Footing<'_>, before: &Snapshot) -> Result<(), Attempt> {
        match footing {
            Footing::Edits => {}
            Footing::Committed(reads) => {
                refuse_malformed(before, reads)?;
                let dirty = self.store.uncommitted()?.into_iter().map(|one| one.path);
                let hit: Vec<_> = dirty.filter(|path| is_artifact(path) && depends_on(path, reads)).collect();
                refuse_uncommitted(hit)?;
            }
            Footing::Part(part) => {
                let rests_on: Vec<_> = part.rests_on.iter().copied().chain(["policy.json"]).collect();
                refuse_malformed(before, &rests_on)?;
                let dirty = self.store.uncommitted_parts(&rests_on)?.into_iter();
                refuse_uncommitted(dirty.filter(|path| is_artifact(path)).collect())?;
            }
        }
        Ok(())
    }

    fn try_write<V: View + 'static>(
        &self,
        args: &WriteArgs,
        footing: Footing<'_>,
        compose: &mut impl FnMut(&mut Moment<'_>) -> Result<Composed<V>, Failure>,
    ) -> Result<Reply, Attempt> {
        let (parts, named) = (footing.parts(), footing.named());
        let mut recorder = if args.dry_run { None } else { Some(self.store.begin()?) };
        let before = match &recorder {
            Some(recorder) => recorder.part(&parts, named)?,
            None => {
                self.store.repo().check_writable()?;
                self.store.head_part(&parts, named)?
            }
        };
        self.refuse_unready(footing, &before)?;
        let author = self.store.repo().author()?;
        let mut moment = Moment {
            before,
            now: self.now,
            authored_at: Timestamp::from_seconds(author.seconds).unwrap_or(self.now),
            by: format!("{} <{}>", author.name, author.email),
            entropy: Entropy::new(self.seed),
            store: &self.store,
        };
        let Composed { mut proposal, view } = compose(&mut moment)?;
        let step = &mut proposal.step;
        step.passed_over = self.store.passed_over(&step.parents, &step.after)?;
        let approved = judge(proposal)?;
        if !matches!(footing, Footing::Edits) {
            let mut dirty = Vec::new();
            for path in approved.writes().iter().map(|write| &write.path) {
                if !self.store.is_committed(path)? {
                    dirty.push(path.clone());
                }
            }
            refuse_uncommitted(dirty)?;
        }
        let commit = match &mut recorder {
            Some(recorder) => recorder.record(&approved)?,
            None => None,
        };
        let short = commit.map(|id| self.store.repo().abbreviate(&id));
        let subject = message(approved.proposal(), &self.store.prefix());
        let would_write = args.dry_run && !approved.writes().is_empty();
        let preview = would_write.then(|| Preview::of(&approved, subject.clone()));
        let subject = subject.lines().next().unwrap_or_default().to_owned();
        let detached = recorder.as_ref().is_some_and(Recorder::is_detached);
        let written = Written { commit: commit.map(|id| id.to_string()), short, detached, subject, preview, view };
        let mut notes = violations(approved.warnings());
        for line in recorder.iter().flat_map(|recorder| recorder.heard().lines()) {
            notes.line().text(line);
        }
        // The program ends with this answer; freeing every record one by one would only delay it.
        std::mem::forget(approved);
        Ok(Reply::done(written).with_notes(notes))
    }
}

/// The part of the artifacts that a write is shown, as folders (with a final `/`) and
/// files under `.ohmymkt/`. The policy is always shown.
#[derive(Clone, Copy)]
pub struct Part<'r> {
    /// What the change follows from: it must be well-formed and committed.
    pub rests_on: &'r [&'r str],
    /// What is read as well, for the message and the trailers. It need not be committed, nor
    /// well-formed: the pointer to the active plan, for example.
    pub sees: &'r [&'r str],
    /// What is listed and not read, where only the existence of a file matters.
    pub named: &'r [&'r str],
}

/// What a write rests on.
#[derive(Clone, Copy)]
enum Footing<'r> {
    /// The committed artifacts that the prefixes name.
    Committed(&'r [&'r str]),
    /// The same, and nothing else is read.
    Part(Part<'r>),
    /// Edits that are not committed yet.
    Edits,
}

impl<'r> Footing<'r> {
    /// What must be read; everything when that is empty. The policy is always read.
    fn parts(self) -> Vec<&'r str> {
        match self {
            Self::Part(part) => part.rests_on.iter().chain(part.sees).copied().chain(["policy.json"]).collect(),
            Self::Committed(_) | Self::Edits => Vec::new(),
        }
    }

    /// What is listed and not read.
    fn named(self) -> &'r [&'r str] {
        match self {
            Self::Part(part) => part.named,
            Self::Committed(_) | Self::Edits => &[],
        }
    }
}

/// Why a try did not succeed.
enum Attempt {
    Moved,
    /// These artifacts have edits that are not committed.
    Uncommitted(Vec<String>),
    Failed(Box<Failure>),
}

impl From<anyhow::Error> for Attempt {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<Refusal>() {
            Some(Refusal::Moved) => Self::Moved,
            _ => Self::Failed(Box::new(error.into())),
        }
    }
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        Self::Failed(Box::new(failure))
    }
}

fn judge(proposal: Proposal) -> Result<Approved, Failure> {
    let what = proposal.step.claim.as_ref().map_or_else(|| "this change".to_owned(), |claim| claim.action.to_string());
    rules::approve(proposal).map_err(|found| Failure::violated(&what, &found))
}

/// Whether a path is one that the contract names; a stray file there concerns nobody.
pub fn is_artifact(path: &str) -> bool {
    !matches!(layout::place(path), None | Some(layout::Place::Other))
}

fn refuse_uncommitted(hit: Vec<String>) -> Result<(), Attempt> {
    if hit.is_empty() { Ok(()) } else { Err(Attempt::Uncommitted(hit)) }
}

/// The answer of a command that wrote, or would.
#[derive(Serialize)]
struct Written<V> {
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
    #[serde(skip)]
    short: Option<String>,
    #[serde(skip)]
    detached: bool,
    #[serde(skip)]
    subject: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    preview: Option<Preview>,
    #[serde(flatten)]
    view: V,
}

#[derive(Serialize)]
struct Preview {
    message: String,
    #[serde(flatten)]
    changes: ChangeList,
}

impl Preview {
    fn of(approved: &Approved, message: String) -> Self {
        let step = &approved.proposal().step;
        Self { message, changes: ChangeList::between(&step.before(), &step.after) }
    }
}

impl<V: View> View for Written<V> {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if let Some(preview) = &self.preview {
            page.line().label(Label::Dim, "would change, and changes nothing now:");
            page.append(preview.changes.page());
            page.blank();
            for line in preview.message.lines() {
                page.line().text("    ").text(line);
            }
            return page;
        }
        page.append(self.view.page());
        match &self.short {
            Some(short) => {
                // As git says it: a switch to a branch would leave this commit behind.
                let place = if self.detached { "[detached HEAD " } else { "[" };
                page.line().text(place).label(Label::Id, short).text("] ").text(&self.subject)
            }
            None => page.line().label(Label::Dim, "nothing to change"),
        };
        page
    }
}
