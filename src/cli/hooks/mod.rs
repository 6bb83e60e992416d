//! The hooks of a clone, for the commands that install them: what is done, and what keeps
//! it from being done.

mod obstacle;
mod removal;
mod snippet;
mod status;

use std::path::Path;

use serde::Serialize;

use crate::git::Repo;
use crate::git::hook::{Done, HookChange, HookEvent, Installed, Mechanism, Obstacle};
use crate::render::{Label, Page, View};

use super::context::Context;
use super::failure::Failure;
use super::program;

pub use obstacle::{failure, note};
pub use removal::Removals;
pub use status::Standing;

/// What is asked of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Do it.
    Act,
    /// Tell what would be done.
    Tell,
}

/// Installs the hooks of these events, or says what is in the way.
///
/// # Errors
/// When git cannot be asked or a file cannot be written.
pub fn install(context: &Context, events: &[HookEvent], wish: Wish) -> Result<Result<Report, Obstacle>, Failure> {
    let repo = context.store.repo();
    let plan = match repo.plan_hooks(events, &program::path()?)? {
        Ok(plan) => plan,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    if wish == Wish::Act {
        repo.install_hooks(&plan)?;
    }
    Ok(Ok(Report::of(repo, plan.installed(), wish)))
}

/// What became of the hooks, or would.
#[derive(Debug, Serialize)]
pub struct Report {
    mechanism: &'static str,
    directory: String,
    dry_run: bool,
    hooks: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    event: &'static str,
    path: String,
    done: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
}

impl Report {
    fn of(repo: &Repo, installed: &Installed, wish: Wish) -> Self {
        let line = |change: &HookChange| Line {
            event: change.event.name(),
            path: shown(repo, &change.path),
            done: match &change.done {
                Done::Installed | Done::Kept(_) => "installed",
                Done::Updated => "updated",
                Done::Unchanged => "unchanged",
            },
            kept: match &change.done {
                Done::Kept(kept) => Some(shown(repo, kept)),
                _ => None,
            },
        };
        Self {
            mechanism: name(installed.mechanism),
            directory: shown(repo, &installed.directory),
            dry_run: wish == Wish::Tell,
            hooks: installed.hooks.iter().map(line).collect(),
        }
    }
}

impl View for Report {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let would = if self.dry_run { "would be " } else { "" };
        if self.hooks.iter().all(|line| line.done == "unchanged") {
            page.line().text("hooks: installed already in ").label(Label::Path, &self.directory);
            return page;
        }
        for done in ["installed", "updated"] {
            let events: Vec<_> = self.hooks.iter().filter(|line| line.done == done).map(|line| line.event).collect();
            if !events.is_empty() {
                let line = page.line();
                line.text(format!("hooks: {} {would}{done} in ", events.join(", ")))
                    .label(Label::Path, &self.directory);
            }
        }
        for line in &self.hooks {
            if let Some(kept) = &line.kept {
                let text = format!("  the {} that was there {would}kept, and still runs: ", line.event);
                page.line().text(text).label(Label::Path, kept);
            }
        }
        page
    }
}

/// The word for a mechanism.
#[must_use]
pub fn name(mechanism: Mechanism) -> &'static str {
    match mechanism {
        Mechanism::File => "file",
        Mechanism::Config => "config",
    }
}

/// A path as it is shown: from the top of the working tree, when it is below it.
#[must_use]
pub fn shown(repo: &Repo, path: &Path) -> String {
    let inside = repo.workdir().and_then(|top| path.strip_prefix(top).ok());
    inside.unwrap_or(path).display().to_string()
}
