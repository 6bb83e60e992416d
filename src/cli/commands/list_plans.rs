//! `list-plans`: the plans, newest last.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::model::id::PlanName;
use crate::model::plan;
use crate::model::time::Timestamp;
use crate::render::Label;
use crate::render::View;
use crate::render::{Line, Page};

/// List the plans, newest last, the active one marked
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt list-plans")]
pub struct Args {}

#[derive(Serialize)]
struct Listed {
    plans: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    name: PlanName,
    title: String,
    goal: String,
    created_at: Option<Timestamp>,
    path: String,
    active: bool,
}

impl View for Listed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.plans.is_empty() {
            page.line().text("no plans");
            page.hint("git mkt plan-growth \"<goal>\"");
        }
        let row = |entry: &Entry| {
            let mark = if entry.active { Line::labelled(Label::Pass, "*") } else { Line::of(" ") };
            let goal: String = entry.goal.lines().next().unwrap_or_default().chars().take(70).collect();
            let day = entry.created_at.map(Timestamp::day).unwrap_or_default();
            [mark, Line::labelled(Label::Id, entry.name.as_str()), Line::of(day), Line::of(goal)]
        };
        page.table(&[], self.plans.iter().map(row));
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When a plan or boulder.json is malformed.
pub fn run(context: &Context, _: &Args) -> Result<Reply, Failure> {
    let snapshot = context.part(&["plans/", "boulder.json"])?;
    let active = snapshot.active_plan();
    let entries = plan::by_age(&snapshot.plans).into_iter().map(|plan| Entry {
        name: plan.name.clone(),
        title: plan.title().to_owned(),
        goal: plan.goal().to_owned(),
        created_at: plan.created_at,
        path: crate::model::layout::plan(&plan.name),
        active: active == Some(&plan.name),
    });
    Ok(Reply::done(Listed { plans: entries.collect() }))
}
