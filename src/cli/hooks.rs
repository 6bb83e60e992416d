//! The hooks of a clone, for the commands that install them: what is done, and what keeps
//! it from being done.

use std::path::Path;

use serde::Serialize;

use crate::git::Repo;
use crate::git::hook::{Done, HookEvent, Installed, Mechanism, Obstacle};
use crate::render::{Label, Page, View};

use super::context::Context;
use super::failure::Failure;
use super::program;
use super::snippet;

/// What is asked of an installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// Do it.
    Install,
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
    if wish == Wish::Install {
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
        let line = |change: &crate::git::hook::HookChange| Line {
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

/// An obstacle as the failure of the command that met it.
#[must_use]
pub fn failure(repo: &Repo, obstacle: &Obstacle) -> Failure {
    let (code, message) = words(repo, obstacle);
    let mut failure = Failure::refused(code, format!("the hooks are not installed: {message}"));
    failure.details = advice(repo, obstacle);
    failure.hint("git mkt hooks status")
}

/// An obstacle as a note of a command that did what else it had to do.
#[must_use]
pub fn note(repo: &Repo, obstacle: &Obstacle) -> Page {
    let mut page = Page::new();
    let (_, message) = words(repo, obstacle);
    page.line().label(Label::Warning, "warning:").text(format!(" the hooks are not installed: {message}"));
    page.append(advice(repo, obstacle));
    page
}

fn words(repo: &Repo, obstacle: &Obstacle) -> (&'static str, String) {
    let scope = obstacle.scope().map_or("", |scope| scope.name());
    let show = |path: &Path| shown(repo, path);
    match obstacle {
        Obstacle::NoDirectory(place) => {
            let value = place.setting.as_ref().map_or("", |(_, value)| value);
            ("hooks-path", format!("`core.hooksPath` ({scope}) is `{value}`, which names no directory"))
        }
        Obstacle::Shared(place) => {
            let setting = if scope.is_empty() { String::new() } else { format!(" (`core.hooksPath`, {scope})") };
            let directory = show(&place.directory);
            ("hooks-path", format!("git looks for hooks outside this repository, in `{directory}`{setting}"))
        }
        Obstacle::Tracked(place) => {
            ("hooks-tracked", format!("the hooks in `{}` are tracked files of the project", show(&place.directory)))
        }
        Obstacle::Husky(place) => {
            ("hooks-husky", format!("husky writes the hooks in `{}` anew", show(&place.directory)))
        }
        Obstacle::Edited(path) => ("hooks-edited", format!("`{}` was edited after it was installed", show(path))),
        Obstacle::KeptBefore { hook, kept } => {
            let (hook, kept) = (show(hook), show(kept));
            ("hooks-kept", format!("`{hook}` is another hook now, and an earlier one is still kept as `{kept}`"))
        }
        Obstacle::KnowsItsName { hook, .. } => {
            ("hooks-name", format!("`{}` asks for its own name, and must keep it", show(hook)))
        }
        Obstacle::NotAFile(path) => ("hooks-not-a-file", format!("`{}` is no file", show(path))),
    }
}

/// What to do about an obstacle.
fn advice(repo: &Repo, obstacle: &Obstacle) -> Page {
    let mut page = Page::new();
    match obstacle {
        Obstacle::NoDirectory(_) => drop(page.hint("git config --show-origin --get-all core.hooksPath")),
        Obstacle::NotAFile(path) => drop(page.hint(format!("ls -ld {}", shown(repo, path)))),
        Obstacle::Edited(path) => {
            let path = shown(repo, path);
            page.hint(format!("mv {path} {path}.edited && git mkt hooks install"));
        }
        Obstacle::KeptBefore { hook, kept } => {
            page.hint(format!("diff {} {}", shown(repo, kept), shown(repo, hook)));
            page.line().text("  then remove the one that is not needed, and install again");
        }
        Obstacle::KnowsItsName { hook, event, .. } => {
            return snippet::in_hook(&shown(repo, hook), &[*event]);
        }
        Obstacle::Husky(place) => {
            let folder = place.directory.parent().unwrap_or(&place.directory);
            return snippet::of_husky(&shown(repo, folder));
        }
        Obstacle::Shared(place) | Obstacle::Tracked(place) => {
            let tools = repo.hook_tools();
            return snippet::of_tools(&tools, &shown(repo, &place.directory));
        }
    }
    page
}
