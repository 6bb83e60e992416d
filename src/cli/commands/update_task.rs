//! `update-task`: who does a task, until when, and where it stands.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::board::{Status, Task};
use crate::model::id::TaskId;
use crate::model::time::Day;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Change a task of the sprint board
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A task becomes active only with an owner, a due date, a KPI impact and a rollback condition.

Examples:
  git mkt update-task 7 --owner \"Grace Crawl\" --due 2026-02-01 \\
      --kpi-impact \"crawled-not-indexed falls below 5 %\" \\
      --rollback-condition \"server errors above 1 % for a day\" --status active
  git mkt update-task 7 --status done")]
pub struct Args {
    /// The task
    #[arg(value_name = "ID")]
    task: String,
    /// The person who does it
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// The day it is due, such as 2026-02-01
    #[arg(long, value_name = "DAY")]
    due: Option<String>,
    /// Which KPI it moves, and how
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    kpi_impact: Option<String>,
    /// What would make one undo it
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    rollback_condition: Option<String>,
    /// pending, active, blocked, paused or done
    #[arg(long, value_name = "S")]
    status: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Updated {
    task: Task,
    #[serde(skip)]
    said: String,
}

impl View for Updated {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("task ").label(Label::Id, self.task.id.as_str()).text(&self.said);
        page.line().text(format!("  {}  ", self.task.status)).text(&self.task.task);
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the task, day or status is unknown, and refusals of the rules.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let id: TaskId = args.task.parse()?;
    let due = args.due.as_deref().map(str::parse::<Day>).transpose()?;
    let status = args.status.as_deref().map(str::parse::<Status>).transpose()?;
    let texts = [&args.owner, &args.kpi_impact, &args.rollback_condition];
    if due.is_none() && status.is_none() && texts.iter().all(|text| text.is_none()) {
        return Err(Failure::bad_value("nothing to update was given").hint("git mkt update-task --help"));
    }
    context.write_part(
        &args.write,
        Part { rests_on: &["state/"], sees: &["boulder.json"], named: &["plans/", "incidents/"] },
        |moment| {
            let mut after = (*moment.before).clone();
            let Some(board) = after.board.as_mut().map(Arc::make_mut) else {
                let message = "there is no sprint board: no campaign has been started";
                return Err(Failure::refused("no-campaign", message).hint("git mkt start-campaign"));
            };
            let Some(task) = board.task_mut(&id) else {
                return Err(Failure::bad_value(format!("there is no task `{id}`")).hint("git mkt list-tasks"));
            };
            let old = task.clone();
            for (field, text) in [
                (&mut task.owner, &args.owner),
                (&mut task.kpi_impact, &args.kpi_impact),
                (&mut task.rollback_condition, &args.rollback_condition),
            ] {
                if let Some(text) = text {
                    field.clone_from(text);
                }
            }
            task.due_date = due.or(task.due_date);
            task.status = status.unwrap_or(task.status);
            let task = task.clone();
            let claim = moment
                .campaign()
                .into_iter()
                .fold(Claim::new(Action::UpdateTask), |claim, plan| claim.with(Token::Plan, plan));
            let claim = claim.with(Token::Task, &id).with(Token::Module, &task.module);
            let said = said(&old, &task);
            let proposal = moment.proposal(after, claim, format!("task {id}{said}"));
            Ok(Composed { proposal, view: Updated { task, said } })
        },
    )
}

/// The longest name of a person that is said whole, in characters.
const LONGEST: usize = 40;

/// How many changes are said one by one.
const MOST: usize = 3;

/// What changed of a task: ` is done`, or `: active, owner Bob, due 2026-10-01`.
fn said(old: &Task, now: &Task) -> String {
    let mut parts = Vec::new();
    if old.owner != now.owner {
        let name: String = now.owner.trim().chars().take(LONGEST).collect();
        let cut = if now.owner.trim().chars().count() > LONGEST { "…" } else { "" };
        parts.push(if name.is_empty() { "no owner".to_owned() } else { format!("owner {name}{cut}") });
    }
    if old.due_date != now.due_date {
        parts.extend(now.due_date.map(|day| format!("due {day}")));
    }
    if old.kpi_impact != now.kpi_impact {
        parts.push("KPI impact".to_owned());
    }
    if old.rollback_condition != now.rollback_condition {
        parts.push("rollback condition".to_owned());
    }
    if parts.is_empty() {
        return format!(" is {}", now.status);
    }
    if old.status != now.status {
        parts.insert(0, now.status.to_string());
    }
    // As much as fits the first line of a commit.
    if parts.len() > MOST {
        let left = parts.len() - MOST;
        parts.truncate(MOST);
        parts.push(format!("{left} more"));
    }
    format!(": {}", parts.join(", "))
}
