//! `list-tasks`: the sprint board, or the pool it is seeded from.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::model::board::{PoolTask, Status, Task};
use crate::render::Label;
use crate::render::View;
use crate::render::{Line, Page, Row};

/// List the tasks of the sprint board
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt list-tasks
  git mkt list-tasks --status active --specialist \"AEO Specialist\"
  git mkt list-tasks --pool --json     the pool that boards are seeded from")]
pub struct Args {
    /// Only tasks with this status
    #[arg(long, value_name = "S")]
    status: Option<String>,
    /// Only tasks of this module
    #[arg(long, value_name = "M")]
    module: Option<String>,
    /// Only tasks of this specialist role
    #[arg(long, value_name = "ROLE")]
    specialist: Option<String>,
    /// Only tasks of this person
    #[arg(long, value_name = "PERSON")]
    owner: Option<String>,
    /// The task pool instead of the board
    #[arg(long, conflicts_with_all = ["status", "module", "specialist", "owner"])]
    pool: bool,
}

#[derive(Serialize)]
struct Listed {
    tasks: Vec<Task>,
    /// Whether there is a board at all.
    #[serde(skip)]
    seeded: bool,
}

impl View for Listed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if !self.seeded {
            page.line().text("there is no sprint board: no campaign has been started");
            page.hint("git mkt start-campaign");
            return page;
        }
        if self.tasks.is_empty() {
            page.line().text("no task fits");
            return page;
        }
        page.table(
            &["id", "status", "track", "module", "specialist", "owner", "due", "task"],
            self.tasks.iter().map(row),
        );
        page
    }
}

fn row(task: &Task) -> Row {
    let label = match task.status {
        Status::Active => Label::Pass,
        Status::Blocked | Status::Paused => Label::Warning,
        Status::Pending | Status::Done => Label::Dim,
    };
    let due = task.due_date.map(|day| day.to_string()).unwrap_or_default();
    Row::from([
        Line::labelled(Label::Id, task.id.as_str()),
        Line::labelled(label, task.status.name()),
        Line::of(task.track.name()),
        Line::of(task.module.as_str()),
        Line::of(&task.specialist),
        Line::of(&task.owner),
        Line::of(due),
        Line::of(&task.task),
    ])
}

#[derive(Serialize)]
struct PoolListed {
    tasks: Vec<PoolTask>,
}

impl View for PoolListed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let row = |task: &PoolTask| {
            let id = Line::labelled(Label::Id, task.id.as_str());
            let (module, specialist) = (Line::of(task.module.as_str()), Line::of(&task.specialist));
            [id, Line::of(task.track.name()), module, specialist, Line::of(&task.task)]
        };
        page.table(&["id", "track", "module", "specialist", "task"], self.tasks.iter().map(row));
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the board is malformed or the status unknown.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    if args.pool {
        let snapshot = context.part(&["templates/"])?;
        return Ok(Reply::done(PoolListed { tasks: snapshot.pool().tasks }));
    }
    let status = args.status.as_deref().map(str::parse::<Status>).transpose()?;
    let snapshot = context.part(&["state/sprint-board.json"])?;
    let same = |wanted: &Option<String>, text: &str| wanted.as_ref().is_none_or(|wanted| wanted == text);
    let wanted = |task: &&Task| {
        status.is_none_or(|status| task.status == status)
            && same(&args.module, task.module.as_str())
            && same(&args.specialist, &task.specialist)
            && same(&args.owner, &task.owner)
    };
    let tasks = snapshot.board.iter().flat_map(|board| &board.tasks).filter(wanted).cloned().collect();
    Ok(Reply::done(Listed { tasks, seeded: snapshot.board.is_some() }))
}
