//! `show`: one record or one commit, in full.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::{ObjectId, Refusal};
use crate::model::layout::{self, RecordKind};
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;
use crate::render::changes::ChangeList;
use crate::render::{Label, Page, View};

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
        for line in format!("{:#}", self.record).lines() {
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
    let records = records(&snapshot);
    let matching: Vec<_> = records.into_iter().filter(|(id, _, _)| id.starts_with(&args.object)).collect();
    let exact = matching.iter().position(|(id, _, _)| *id == args.object);
    match (exact, matching.len()) {
        (Some(at), _) => Ok(record(matching, at)),
        (None, _) if args.object.trim().is_empty() => Err(unknown(&args.object)),
        (None, 1) => Ok(record(matching, 0)),
        (None, 0) => commit(context, &args.object),
        (None, count) => {
            let names: Vec<_> = matching.iter().take(5).map(|(id, _, _)| id.as_str()).collect();
            let message = format!("`{}` could be {count} records: {}", args.object, names.join(", "));
            Err(Failure::bad_value(message).hint("git mkt show <more of the id>"))
        }
    }
}

fn unknown(object: &str) -> Failure {
    Failure::bad_value(format!("`{object}` is no record and no commit here")).hint("git mkt log")
}

type Found = (String, String, serde_json::Value);

fn record(mut matching: Vec<Found>, at: usize) -> Reply {
    let (_, path, record) = matching.swap_remove(at);
    Reply::done(Record { record, path })
}

/// Every record of a snapshot: id, path, content.
fn records(snapshot: &Snapshot) -> Vec<Found> {
    fn all<'r, K: ToString + 'r, T: Serialize + 'r>(
        records: impl IntoIterator<Item = (&'r K, &'r std::sync::Arc<T>)>,
        kind: RecordKind,
    ) -> impl Iterator<Item = Found> {
        records.into_iter().map(move |(id, record)| {
            let id = id.to_string();
            let path = kind.path(&id);
            (id, path, serde_json::to_value(record.as_ref()).unwrap_or_default())
        })
    }
    let mut found: Vec<Found> = all(&snapshot.incidents, RecordKind::Incident).collect();
    found.extend(all(&snapshot.observations, RecordKind::Observation));
    found.extend(all(&snapshot.reviews, RecordKind::Review));
    found.extend(all(&snapshot.recommendations, RecordKind::Recommendation));
    found.extend(all(&snapshot.finishes, RecordKind::Finish));
    let cycles = snapshot.cycles.iter().flat_map(|log| &log.cycles);
    found.extend(cycles.map(|cycle| {
        (cycle.id.to_string(), layout::CYCLES.to_owned(), serde_json::to_value(cycle).unwrap_or_default())
    }));
    found
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
