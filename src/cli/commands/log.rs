//! `log`: the audit history, from git.

use serde::Serialize;

use crate::change;
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::range;
use crate::cli::reply::Reply;
use crate::model::action::Token;
use crate::model::time::Timestamp;
use crate::render::{Label, Line, Page, View};
use crate::store::AuditedCommit;

/// Show the history of the artifacts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
With --json one object a line.

Examples:
  git mkt log
  git mkt log -n 5 --action run-cycle
  git mkt log main..feature --decision rollback
  git mkt log --since 2026-01-01T00:00:00Z --author ada")]
pub struct Args {
    /// The commits to look at, as in git: a revision or A..B
    range: Option<String>,
    /// Only this action
    #[arg(long, value_name = "A")]
    action: Option<String>,
    /// Only this plan
    #[arg(long, value_name = "P")]
    plan: Option<String>,
    /// Only this decision
    #[arg(long, value_name = "D")]
    decision: Option<String>,
    /// Only this severity
    #[arg(long, value_name = "S")]
    severity: Option<String>,
    /// Only authors whose name or address contains this
    #[arg(long, value_name = "TEXT")]
    author: Option<String>,
    /// Only from this time on (RFC 3339, UTC)
    #[arg(long, value_name = "T")]
    since: Option<String>,
    /// Only up to this time (RFC 3339, UTC)
    #[arg(long, value_name = "T")]
    until: Option<String>,
    /// At most this many
    #[arg(short = 'n', value_name = "N")]
    count: Option<usize>,
}

/// One event of the audit history.
#[derive(Serialize)]
struct Event {
    commit: String,
    #[serde(skip)]
    short: String,
    #[serde(skip)]
    is_merge: bool,
    at: Option<Timestamp>,
    author: String,
    action: Option<String>,
    plan: Option<String>,
    decision: Option<String>,
    severity: Option<String>,
    summary: String,
    changes: Vec<String>,
}

#[derive(Serialize)]
struct Events {
    events: Vec<Event>,
}

impl View for Events {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.table(&[], self.events.iter().map(row));
        page
    }

    fn stream(&self) -> Option<Vec<serde_json::Value>> {
        Some(self.events.iter().map(|event| serde_json::to_value(event).unwrap_or_default()).collect())
    }
}

fn row(event: &Event) -> [Line; 5] {
    let day = event.at.map(Timestamp::minute).unwrap_or_default();
    let action = event.action.as_deref().unwrap_or(if event.is_merge { "(merge)" } else { "(no trailers)" });
    [
        Line::labelled(Label::Id, &event.short),
        Line::of(day),
        Line::of(event.author.split(" <").next().unwrap_or_default()),
        Line::labelled(Label::Heading, action),
        Line::of(&event.summary),
    ]
}

/// Runs the command.
///
/// # Errors
/// When a revision or a time is not one.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let (include, exclude) = range::parse(context, args.range.as_deref())?;
    let since = args.since.as_deref().map(str::parse::<Timestamp>).transpose()?;
    let until = args.until.as_deref().map(str::parse::<Timestamp>).transpose()?;
    let audit = context.store.audit(&include, &exclude)?;
    let wanted = |event: &Event| {
        let same = |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        let author = args.author.as_ref().map(|text| text.to_lowercase());
        same(&args.action, &event.action)
            && same(&args.plan, &event.plan)
            && same(&args.decision, &event.decision)
            && same(&args.severity, &event.severity)
            && author.is_none_or(|author| event.author.to_lowercase().contains(&author))
            && since.is_none_or(|since| event.at.is_some_and(|at| at >= since))
            && until.is_none_or(|until| event.at.is_some_and(|at| at <= until))
    };
    let newest_first = audit.commits.iter().rev().map(|commit| event(context, commit)).filter(wanted);
    let events = newest_first.take(args.count.unwrap_or(usize::MAX)).collect();
    Ok(Reply::done(Events { events }))
}

fn event(context: &Context, audited: &AuditedCommit) -> Event {
    let AuditedCommit { commit, step } = audited;
    let claim = step.claim.as_ref();
    let fact = |token| claim.and_then(|claim| claim.value(token)).map(str::to_owned);
    let message = String::from_utf8_lossy(&commit.message);
    let subject = message.lines().next().unwrap_or_default();
    let summary = match subject.split_once("): ") {
        Some((_, rest)) if claim.is_some() => rest.to_owned(),
        _ => subject.to_owned(),
    };
    let changes = change::between(&step.before(), &step.after);
    Event {
        commit: commit.id.to_string(),
        short: context.store.repo().abbreviate(&commit.id),
        is_merge: step.parents.len() > 1,
        at: step.authored_at,
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        action: claim.map(|claim| claim.action.to_string()),
        plan: fact(Token::Plan),
        decision: fact(Token::Decision),
        severity: fact(Token::Severity),
        summary,
        changes: changes.iter().map(change::Change::sentence).collect(),
    }
}
