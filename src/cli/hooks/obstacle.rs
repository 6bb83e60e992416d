//! What keeps the hooks from being installed, and what to do about it.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::git::Repo;
use crate::git::hook::Obstacle;
use crate::model::shell::word;
use crate::render::{Label, Page};

use super::{shown, snippet};

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
        Obstacle::NotAFile(path) => drop(page.hint(format!("ls -ld {}", word(&shown(repo, path))))),
        Obstacle::Edited(path) => {
            let path = shown(repo, path);
            let aside = format!("{path}.edited");
            page.hint(format!("mv {} {} && git mkt hooks install", word(&path), word(&aside)));
        }
        Obstacle::KeptBefore { hook, kept } => {
            page.hint(format!("diff {} {}", word(&shown(repo, kept)), word(&shown(repo, hook))));
            page.line().text("  then remove the one that is not needed, and install again");
        }
        Obstacle::KnowsItsName { hook, event, .. } => {
            return snippet::in_hook(&shown(repo, hook), *event);
        }
        Obstacle::Husky(place) => {
            let folder = place.directory.parent().unwrap_or(&place.directory);
            return snippet::in_each_hook(&shown(repo, folder));
        }
        Obstacle::Shared(place) | Obstacle::Tracked(place) => {
            let tools = repo.hook_tools();
            return snippet::of_tools(&tools, &shown(repo, &place.directory));
        }
    }
    page
}
