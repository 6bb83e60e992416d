//! `postmortem`: what was learnt from an incident.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::pick;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::board::{Board, Status};
use crate::model::codec::Extra;
use crate::model::follow_up::FollowUp;
use crate::model::id::TaskId;
use crate::model::incident::{Incident, Postmortem};
use crate::model::shell::word;
use crate::model::step::Proposal;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Record the postmortem of an incident
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Scale modules resume only when every P0 has its postmortem. The task that asked for it is done.

Examples:
  git mkt postmortem inc-20260105T090000Z-1f0c9a3e --root-cause \"a staging flag shipped\" \\
      --remediation \"removed the flag, resubmitted the sitemap\" \\
      --prevention \"the release check refuses a noindex on product pages\"")]
pub struct Args {
    /// The incident, by its id or the beginning of it
    #[arg(value_name = "ID")]
    incident: String,
    /// Why it happened
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    root_cause: String,
    /// What repaired it
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    remediation: String,
    /// What keeps it from happening again
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    prevention: String,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Learnt {
    incident: Incident,
    /// The task of the board that asked for it, and is done now.
    #[serde(skip_serializing_if = "Option::is_none")]
    task: Option<TaskId>,
}

impl View for Learnt {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        line.text("postmortem of ").label(Label::Id, self.incident.id.as_str()).text(" recorded");
        if let Some(task) = &self.task {
            page.line().text("task ").label(Label::Id, task.as_str()).text(" is done");
        }
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the incident is unknown, has a postmortem, or an answer is blank.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let answers =
        [("root cause", &args.root_cause), ("remediation", &args.remediation), ("prevention", &args.prevention)];
    if let Some((what, _)) = answers.iter().find(|(_, text)| is_blank(text)) {
        return Err(Failure::bad_value(format!("expected the {what}, found a blank")));
    }
    let board = ["state/sprint-board.json", "state/execution.json", "state/modules.json"];
    context.write_part(&args.write, Part { rests_on: &["incidents/"], sees: &board, named: &[] }, |moment| {
        let id = pick::one("incident", &args.incident, moment.before.incidents.keys(), "git mkt list-incidents")?;
        let mut incident = (*moment.before.incidents[&id]).clone();
        if incident.has_complete_postmortem() {
            let message = format!("{id} has its postmortem, which is never altered");
            return Err(
                Failure::refused("postmortem-exists", message).hint(format!("git mkt show {}", word(id.as_str())))
            );
        }
        incident.postmortem = Some(Postmortem {
            root_cause: args.root_cause.clone(),
            remediation: args.remediation.clone(),
            prevention: args.prevention.clone(),
            by: moment.by.clone(),
            at: moment.now,
            extra: Extra::new(),
        });
        incident.resolved_at.get_or_insert(moment.now);
        let mut after = (*moment.before).clone();
        after.incidents.insert(id.clone(), Arc::new(incident.clone()));
        let task = after.board.as_mut().and_then(|board| written(board, &incident));
        let claim = Claim::new(Action::Postmortem)
            .with(Token::Incident, &id)
            .with(Token::Severity, incident.severity)
            .with(Token::Module, &incident.module);
        let claim = task.iter().fold(claim, |claim, task| claim.with(Token::Task, task));
        let summary = format!("{} {id}", incident.severity);
        let body = format!("Root cause: {}\nPrevention: {}", args.root_cause, args.prevention);
        let proposal = Proposal { body, ..moment.proposal(after, claim, summary) };
        Ok(Composed { proposal, view: Learnt { incident, task } })
    })
}

/// Sets the task that asked for a postmortem to done; nothing where there is none to do.
fn written(board: &mut Arc<Board>, incident: &Incident) -> Option<TaskId> {
    let asks = board.tasks.iter().find(|task| FollowUp::Postmortem.is(task, &incident.id))?;
    let id = (asks.status != Status::Done).then(|| asks.id.clone())?;
    Arc::make_mut(board).task_mut(&id)?.status = Status::Done;
    Some(id)
}
