//! `log`: the audit history, from git.

use std::sync::Arc;

use crate::cli::context::Context;
use crate::cli::event;
use crate::cli::failure::Failure;
use crate::cli::plans;
use crate::cli::range;
use crate::cli::records;
use crate::cli::reply::Reply;
use crate::cli::stream::Lines;
use crate::git::ObjectId;
use crate::model::action::Action;
use crate::model::cycle::Decision;
use crate::model::id::PlanName;
use crate::model::incident::Severity;
use crate::model::plan::Plan;
use crate::model::time::{Day, Timestamp};
use crate::render::event::{Event, FoundIn, Template};
use crate::render::{Label, Page};
use crate::store::AuditedCommit;

/// Show the history of the artifacts
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The trailers index the history, and the trees are the truth: what a commit decided or recorded
without saying so, as after a squash, is an event of its own, and trailers that do not agree with
their tree are marked. With --json one object a line.

In a format, {id}, {commit}, {date}, {author}, {email}, {action}, {plan}, {decision}, {severity} and
{outcome} stand for what they say, and {{ for a brace. On a terminal the answer goes through your
pager, as git's does: GIT_PAGER, core.pager, PAGER, and `git --no-pager mkt log` uses none.

Examples:
  git mkt log
  git mkt log -n 5 --action run-cycle
  git mkt log main..feature --decision rollback
  git mkt log inc-20260105T090000Z-1f0c9a3e      the commits that touch a record
  git mkt log --format '{date} {action}: {outcome}'
  git mkt log --since 2026-01-01 --author ada")]
pub struct Args {
    /// The commits to look at, as in git: a revision or A..B; or a record, by its id or the beginning of it
    #[arg(value_name = "RANGE|RECORD")]
    range: Option<String>,
    /// Only this action: the name of the command
    #[arg(long, value_name = "A")]
    action: Option<String>,
    /// Only this plan, by its name or a part of it, also when only the history knows it
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
    /// Write each event so
    #[arg(long, value_name = "TEMPLATE")]
    format: Option<String>,
}

/// What is looked for.
struct Wanted<'a> {
    args: &'a Args,
    plan: Option<String>,
    author: Option<String>,
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    record: Option<String>,
}

impl Wanted<'_> {
    fn holds(&self, event: &Event) -> bool {
        let same = |wanted: &Option<String>, value: &Option<String>| wanted.is_none() || wanted == value;
        let among =
            |wanted: &Option<String>, values: &[String]| wanted.as_ref().is_none_or(|wanted| values.contains(wanted));
        same(&self.args.action, &event.action)
            && same(&self.plan, &event.plan)
            && among(&self.args.decision, &event.facts)
            && among(&self.args.severity, &event.facts)
            && among(&self.record, &event.about)
            && self.author.as_ref().is_none_or(|author| event.author.to_lowercase().contains(author))
            && self.since.is_none_or(|since| event.at.is_some_and(|at| at >= since))
            && self.until.is_none_or(|until| event.at.is_some_and(|at| at <= until))
    }
}

/// Runs the command.
///
/// # Errors
/// When a revision, a record, a time or a template is not one.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let (range, record) = what(context, args.range.as_deref())?;
    let (include, exclude) = range::parse(context, range)?;
    args.action.as_deref().map(known_action).transpose()?;
    let template = args.format.as_deref().map(str::parse::<Template>).transpose()?;
    args.decision.as_deref().map(str::parse::<Decision>).transpose()?;
    args.severity.as_deref().map(str::parse::<Severity>).transpose()?;
    let wanted = Wanted {
        args,
        plan: args.plan.as_deref().map(|hint| plan_meant(context, hint, &include)).transpose()?,
        author: args.author.as_ref().map(|text| text.to_lowercase()),
        since: args.since.as_deref().map(first_second).transpose()?,
        until: args.until.as_deref().map(last_second).transpose()?,
        record,
    };
    let mut lines = Lines::new(context.ui, context.pager());
    let count = args.count.unwrap_or(usize::MAX);
    let mut left = count;
    let mut is_begun = false;
    let mut show = |event: &Event| {
        let line = || template.as_ref().map_or_else(|| event.line(), |template| template.line(event));
        is_begun = true;
        left -= 1;
        lines.write(line, event) && left > 0
    };
    let told = if count == 0 { Ok(false) } else { tell(context, &wanted, (&include, &exclude), &mut show) };
    let finished = lines.finish();
    if told.map_err(|failure| Failure { follows_lines: is_begun, ..failure })? {
        warn(context);
    }
    finished.map_err(|error| Failure { follows_lines: is_begun, ..Failure::unwritten(&error) })?;
    Ok(Reply::written())
}

/// Says why older commits may be missing from what was told to its end.
fn warn(context: &Context) {
    let mut notes = Page::new();
    for reason in context.store.repo().blind_spots() {
        notes.line().label(Label::Warning, "warning:").text(format!(" not all is shown: {reason}"));
    }
    context.ui.err(&notes);
}

/// Shows what is wanted of a range, newest first, until `show` says that it is enough. Whether
/// it was told to its end.
fn tell(
    context: &Context,
    wanted: &Wanted<'_>,
    (include, exclude): (&[ObjectId], &[ObjectId]),
    show: &mut dyn FnMut(&Event) -> bool,
) -> Result<bool, Failure> {
    for commit in context.store.newest_first(include, exclude)? {
        let commit = commit?;
        let events = event::events(&context.store, &commit).into_iter().filter(|event| wanted.holds(event));
        for event in events {
            if !show(&judged(&commit, event)) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// An event that is shown: where its commit's trailers are not true, that is told.
fn judged(commit: &AuditedCommit, event: Event) -> Event {
    match event.found_in {
        FoundIn::Trailers => Event { untrue_trailers: event::untrue_trailers(&commit.step), ..event },
        FoundIn::Tree => event,
    }
}

/// Refuses what is no action of any command.
fn known_action(name: &str) -> Result<(), Failure> {
    match Action::from(name) {
        Action::Other(_) => {
            let known: Vec<_> = Action::known().map(|action| action.to_string()).collect();
            Err(Failure::bad_value(format!("unknown action `{name}`, expected one of {}", known.join(", "))))
        }
        _ => Ok(()),
    }
}

/// The name of the plan that is meant: one that is there, or one that only the history knows.
fn plan_meant(context: &Context, hint: &str, tips: &[ObjectId]) -> Result<String, Failure> {
    let mut plans = context.store.head_part(&["plans/"], &[])?.plans.clone();
    if plans.keys().any(|name| name.as_str() == hint) {
        return Ok(hint.to_owned());
    }
    for commit in context.store.newest_first(tips, &[])? {
        for name in event::events(&context.store, &commit?).into_iter().filter_map(|event| event.plan) {
            let Ok(name) = name.parse::<PlanName>() else { continue };
            if plans.get(&name).is_none() {
                let unread = Plan::parse(name.clone(), None, b"").expect("an empty plan can be read");
                plans.insert(name, Arc::new(unread));
            }
        }
    }
    plans::one_of(&plans, Some(hint)).map(|plan| plan.name.to_string())
}

/// A range of commits, or a record whose commits are meant.
fn what<'a>(context: &Context, asked: Option<&'a str>) -> Result<(Option<&'a str>, Option<String>), Failure> {
    let Some(text) = asked.filter(|text| !text.contains("..")) else { return Ok((asked, None)) };
    if context.store.repo().resolve_commit(text).is_ok() {
        return Ok((asked, None));
    }
    let snapshot = context.store.head_snapshot()?;
    let record = records::one(&snapshot, text, "git mkt log <more of the id>")?;
    Ok(if record.is_some() { (None, record.map(|found| found.id)) } else { (asked, None) })
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
