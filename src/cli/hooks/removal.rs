//! What became of hooks that were to go.

use serde::Serialize;

use crate::git::Repo;
use crate::git::hook::{Removal, Removed, Uninstalled};
use crate::render::{Label, Page, View};

use super::{Wish, shown};

/// What became of the hooks that were to go, or would.
#[derive(Serialize)]
pub struct Removals {
    dry_run: bool,
    hooks: Vec<Gone>,
}

impl Removals {
    /// What a removal did, or would do.
    #[must_use]
    pub fn of(repo: &Repo, plan: &Uninstalled, wish: Wish) -> Self {
        let hooks = plan.hooks.iter().map(|removal| Gone::of(repo, removal)).collect();
        Self { dry_run: wish == Wish::Tell, hooks }
    }

    /// Whether nothing of ours stays.
    #[must_use]
    pub fn are_complete(&self) -> bool {
        self.hooks.iter().all(|hook| !hook.stays)
    }
}

#[derive(Serialize)]
struct Gone {
    event: &'static str,
    path: String,
    done: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
    #[serde(skip)]
    stays: bool,
}

impl Gone {
    fn of(repo: &Repo, removal: &Removal) -> Self {
        let (done, kept) = match &removal.done {
            Removed::Removed => ("removed", None),
            Removed::Restored => ("restored", None),
            Removed::Edited => ("edited", None),
            Removed::Replaced(kept) => ("replaced", Some(shown(repo, kept))),
        };
        let stays = matches!(removal.done, Removed::Edited | Removed::Replaced(_));
        Self { event: removal.event.name(), path: shown(repo, &removal.path), done, kept, stays }
    }
}

impl View for Removals {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.hooks.is_empty() {
            page.line().text("hooks: there are none of ours");
        }
        let would = if self.dry_run { "would be " } else { "" };
        for hook in &self.hooks {
            let line = page.line();
            line.label(Label::Path, &hook.path);
            match (hook.done, &hook.kept) {
                ("removed", _) => line.text(format!(": {would}removed")),
                ("restored", _) => line.text(format!(": {would}removed, and the hook from before is back")),
                ("edited", _) => line.text(": stays, because it was edited after it was installed"),
                (_, kept) => {
                    let kept = kept.as_deref().unwrap_or_default();
                    line.text(": stays, because it is another hook now; the one from before is in ")
                        .label(Label::Path, kept)
                }
            };
        }
        page
    }
}
