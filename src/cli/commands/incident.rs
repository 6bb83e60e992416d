//! `incident`: records that something went wrong.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Part, WriteArgs};
use crate::model::action::{Action, Claim, Token};
use crate::model::codec::Extra;
use crate::model::id::ModuleName;
use crate::model::incident::{Incident, Severity};
use crate::model::step::Proposal;
use crate::model::template;
use crate::model::unseen::is_blank;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Record an incident
#[derive(Debug, clap::Args)]
#[command(after_help = "\
P0 makes the next cycle roll back; P1 puts up an intervention task; P2 a backlog task.

Examples:
  git mkt incident --severity P0 --module technical_foundation \\
      --summary \"noindex shipped to every product page\"")]
pub struct Args {
    /// P0, P1 or P2
    #[arg(long, value_name = "S")]
    severity: String,
    /// The module it happened in, one of state/modules.json
    #[arg(long, value_name = "M")]
    module: String,
    /// What happened
    #[arg(long, value_name = "T", allow_hyphen_values = true)]
    summary: String,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Recorded {
    incident: Incident,
    path: String,
}

impl View for Recorded {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        line.label(self.incident.severity.into(), self.incident.severity.name());
        line.text(" ").label(Label::Id, self.incident.id.as_str());
        page.line().label(Label::Path, &self.path);
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the severity or module is unknown or the summary blank, and refusals of git.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let severity: Severity = args.severity.parse()?;
    let module: ModuleName = args.module.parse()?;
    if is_blank(&args.summary) {
        return Err(Failure::bad_value("expected a summary, found a blank"));
    }
    context.write_part(
        &args.write,
        Part {
            rests_on: &["state/modules.json"],
            sees: &["boulder.json", "state/sprint-board.json"],
            named: &["plans/"],
        },
        |moment| {
            let modules = moment.before.modules.clone().unwrap_or_else(template::modules);
            if !modules.contains(&module) {
                let known: Vec<_> = modules.all().map(ModuleName::as_str).collect();
                return Err(Failure::bad_value(format!(
                    "unknown module `{module}`, expected one of {}",
                    known.join(", ")
                )));
            }
            let incident = Incident {
                id: moment.entropy.id("inc", moment.now),
                severity,
                module: module.clone(),
                summary: args.summary.clone(),
                created_at: moment.now,
                postmortem: None,
                resolved_at: None,
                extra: Extra::new(),
            };
            let path = moment.before.incident_path(&incident.id);
            let mut after = (*moment.before).clone();
            after.files.insert(path.as_str().into(), None);
            after.incidents.insert(incident.id.clone(), Arc::new(incident.clone()));
            let mut claim = Claim::new(Action::Incident)
                .with(Token::Incident, &incident.id)
                .with(Token::Severity, severity)
                .with(Token::Module, &module)
                .with(Token::Record, &incident.id);
            if let Some(plan) = moment.campaign() {
                claim = claim.with(Token::Plan, plan);
            }
            let summary = format!("{severity} in {module}");
            let proposal = Proposal { body: args.summary.clone(), ..moment.proposal(after, claim, summary) };
            Ok(Composed { proposal, view: Recorded { incident, path } })
        },
    )
}
