//! `log`: the audit history, from git.

use serde::Serialize;

use crate::change::{self, Change};
use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::range;
use crate::cli::reply::Reply;
use crate::model::action::Token;
use crate::model::cycle::Decision;
use crate::model::incident::Severity;
use crate::model::step::Step;
use crate::model::time::{Day, Timestamp};
use crate::render::{Label, Line, Page, View};
use crate::rules;
use crate::store::AuditedCommit;

/// Show the history of the artifacts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The trailers index the history, and the trees are the truth: what a commit without trailers
decided or recorded is found too, and trailers that do not agree with their tree are marked.
With --json one object a line.

Examples:
  git mkt log
  git mkt log -n 5 --action run-cycle
  git mkt log main..feature --decision rollback
  git mkt log --since 2026-01-01 --author ada")]
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
    /// Only from this time or day on (2026-01-05T09:00:00Z or 2026-01-05, UTC)
    #[arg(long, value_name = "T")]
    since: Option<String>,
    /// Only up to this time, or to the end of this day
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    untrue_trailers: Vec<String>,
    #[serde(skip)]
    facts: Facts,
}

/// What filters look for: what the trailers say and what the tree shows.
#[derive(Default)]
struct Facts {
    decisions: Vec<String>,
    severities: Vec<String>,
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
    let mut summary = Line::of(&event.summary);
    if !event.untrue_trailers.is_empty() {
        summary.text("  ").label(Label::Fail, "(its trailers do not agree with its tree)");
    }
    [
        Line::labelled(Label::Id, &event.short),
        Line::of(day),
        Line::of(event.author.split(" <").next().unwrap_or_default()),
        Line::labelled(Label::Heading, action),
        summary,
    ]
}

/// Runs the command.
///
/// # Errors
/// When a revision or a time is not one.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let (include, exclude) = range::parse(context, args.range.as_deref())?;
    let since = args.since.as_deref().map(first_second).transpose()?;
    let until = args.until.as_deref().map(last_second).transpose()?;
    args.decision.as_deref().map(str::parse::<Decision>).transpose()?;
    args.severity.as_deref().map(str::parse::<Severity>).transpose()?;
    let mut commits = Vec::new();
    context.store.audit(&include, &exclude, |commit| {
        commits.push(commit);
        Ok(())
    })?;
    let wanted = |event: &Event| {
        let same = |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        let among =
            |wanted: &Option<String>, values: &[String]| wanted.as_ref().is_none_or(|wanted| values.contains(wanted));
        let author = args.author.as_ref().map(|text| text.to_lowercase());
        same(&args.action, &event.action)
            && same(&args.plan, &event.plan)
            && among(&args.decision, &event.facts.decisions)
            && among(&args.severity, &event.facts.severities)
            && author.is_none_or(|author| event.author.to_lowercase().contains(&author))
            && since.is_none_or(|since| event.at.is_some_and(|at| at >= since))
            && until.is_none_or(|until| event.at.is_some_and(|at| at <= until))
    };
    let events = commits.iter().rev().map(|commit| (commit, event(context, commit)));
    let newest_first = events
        .filter(|(_, event)| wanted(event))
        .map(|(commit, event)| Event { untrue_trailers: untrue_trailers(&commit.step), ..event });
    let events = newest_first.take(args.count.unwrap_or(usize::MAX)).collect();
    Ok(Reply::done(Events { events }))
}

/// A time, or the first second of a day.
fn first_second(text: &str) -> Result<Timestamp, Failure> {
    on_day(text, "T00:00:00Z")
}

/// A time, or the last second of a day.
fn last_second(text: &str) -> Result<Timestamp, Failure> {
    on_day(text, "T23:59:59Z")
}

fn on_day(text: &str, time: &str) -> Result<Timestamp, Failure> {
    let whole = if text.parse::<Day>().is_ok() { format!("{text}{time}") } else { text.to_owned() };
    whole.parse().map_err(|_| {
        let example = "expected a day or a time in UTC such as 2026-11-22 or 2026-11-22T10:15:00Z";
        Failure::bad_value(format!("{example}, found `{text}`"))
    })
}

fn untrue_trailers(step: &Step) -> Vec<String> {
    let untrue = rules::check(step).into_iter().filter(|violation| violation.rule == "trailers-tell-the-truth");
    untrue.map(|violation| violation.message).collect()
}

/// A merge repeats what its branches did, so that only its trailers count.
fn facts(step: &Step, changes: &[Change]) -> Facts {
    let said = |token| step.claim.iter().flat_map(move |claim| claim.values(token)).map(str::to_owned);
    let mut facts = Facts { decisions: said(Token::Decision).collect(), severities: said(Token::Severity).collect() };
    for change in changes.iter().filter(|_| !step.is_merge()) {
        match change {
            Change::CycleAdded { decision, .. } => facts.decisions.push(decision.to_string()),
            Change::IncidentAdded { severity, .. } => facts.severities.push(severity.to_string()),
            _ => {}
        }
    }
    facts
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
    let facts = facts(step, &changes);
    Event {
        commit: commit.id.to_string(),
        short: context.store.repo().abbreviate(&commit.id),
        is_merge: step.is_merge(),
        at: step.authored_at,
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        action: claim.map(|claim| claim.action.to_string()),
        plan: fact(Token::Plan),
        decision: facts.decisions.first().cloned(),
        severity: facts.severities.first().cloned(),
        summary,
        changes: changes.iter().map(Change::sentence).collect(),
        untrue_trailers: Vec::new(),
        facts,
    }
}
