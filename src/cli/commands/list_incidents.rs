//! `list-incidents`: what went wrong, newest last.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::model::incident::{Incident, Severity};
use crate::render::Label;
use crate::render::View;
use crate::render::{Line, Page};

/// List incidents, newest last
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt list-incidents
  git mkt list-incidents --severity P0 --open   without a complete postmortem")]
pub struct Args {
    /// Only this severity
    #[arg(long, value_name = "S")]
    severity: Option<String>,
    /// Only those without a complete postmortem
    #[arg(long)]
    open: bool,
}

#[derive(Serialize)]
struct Listed {
    incidents: Vec<Incident>,
}

impl View for Listed {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.incidents.is_empty() {
            page.line().text("no incidents");
        }
        page.table(&[], self.incidents.iter().map(row));
        page
    }
}

fn row(incident: &Incident) -> [Line; 6] {
    let state = match (&incident.postmortem, incident.has_complete_postmortem()) {
        (_, true) => Line::labelled(Label::Pass, "postmortem done"),
        (Some(_), false) => Line::labelled(Label::Warning, "postmortem incomplete"),
        (None, false) => Line::labelled(Label::Warning, "open"),
    };
    [
        Line::labelled(incident.severity.into(), incident.severity.name()),
        Line::of(incident.created_at.minute()),
        Line::labelled(Label::Id, incident.id.as_str()),
        Line::of(incident.module.as_str()),
        state,
        Line::of(&incident.summary),
    ]
}

/// Runs the command.
///
/// # Errors
/// When an incident file is malformed or the severity unknown.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let severity = args.severity.as_deref().map(str::parse::<Severity>).transpose()?;
    let snapshot = context.part(&["incidents/"])?;
    let wanted = |incident: &&Incident| {
        severity.is_none_or(|severity| incident.severity == severity)
            && !(args.open && incident.has_complete_postmortem())
    };
    let mut incidents: Vec<_> = snapshot.incidents.values().map(AsRef::as_ref).filter(wanted).cloned().collect();
    incidents.sort_by(|one, other| (one.created_at, &one.id).cmp(&(other.created_at, &other.id)));
    Ok(Reply::done(Listed { incidents }))
}
