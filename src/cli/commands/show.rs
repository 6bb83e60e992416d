//! `show`: one record or one commit, in full.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::records::{self, Found};
use crate::cli::reply::Reply;
use crate::git::{ObjectId, Refusal};
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;
use crate::render::changes::ChangeList;
use crate::render::{Label, Page, View, visible};

/// Show one record or one commit in full
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt show inc-20260105T090000Z-1f0c9a3e    a record, or the beginning of its id
  git mkt show cycle-20260112T090000Z-weekly
  git mkt show HEAD~2                           what a commit did to the artifacts")]
pub struct Args {
    /// A record id or the beginning of one, or a revision
    #[arg(value_name = "RECORD|COMMIT")]
    object: String,
}

#[derive(Serialize)]
struct Record {
    record: serde_json::Value,
    path: String,
}

impl View for Record {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().label(Label::Path, &self.path);
        // As with --json: what cannot be seen is written out.
        for line in visible(&format!("{:#}", self.record)).lines() {
            page.line().text(line);
        }
        page
    }
}

#[derive(Serialize)]
struct Commit {
    commit: String,
    author: String,
    at: Option<Timestamp>,
    message: String,
    #[serde(flatten)]
    changes: ChangeList,
}

impl View for Commit {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("commit ").label(Label::Id, &self.commit);
        page.line().text("Author: ").text(&self.author);
        if let Some(at) = self.at {
            page.line().text("Date:   ").text(at.minute());
        }
        page.blank();
        for line in self.message.lines() {
            page.line().text("    ").text(line);
        }
        page.blank();
        page.append(self.changes.page());
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When nothing or more than one thing has this name.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let snapshot = context.worktree(&[""])?;
    let reply = match records::one(&snapshot, &args.object, "git mkt show <more of the id>")? {
        Some(Found { path, content, .. }) => Reply::done(Record { record: content, path }),
        None if args.object.trim().is_empty() => return Err(unknown(&args.object)),
        None => commit(context, &args.object)?,
    };
    Ok(reply.paged(context.pager()))
}

fn unknown(object: &str) -> Failure {
    let message = format!("`{object}` is no record and no commit here");
    Failure { code: "unknown-revision", ..Failure::bad_value(message).hint("git mkt log") }
}

fn commit(context: &Context, rev: &str) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    let id: ObjectId = repo.resolve_commit(rev).map_err(|error| match error.downcast_ref::<Refusal>() {
        Some(Refusal::UnknownRevision(_)) => unknown(rev),
        _ => error.into(),
    })?;
    let commit = repo.commit(&id)?;
    let parents: Vec<_> = commit.parents.iter().take(1).copied().collect();
    let before = match parents.first() {
        Some(parent) => context.store.snapshot(crate::git::At::Commit(*parent))?,
        None => Snapshot::default(),
    };
    let after = context.store.snapshot(crate::git::At::Commit(id))?;
    Ok(Reply::done(Commit {
        commit: id.to_string(),
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        at: Timestamp::from_seconds(commit.author.seconds),
        message: String::from_utf8_lossy(&commit.message).into_owned(),
        changes: ChangeList::between(&before, &after),
    }))
}
