//! Hooks of others that see our commits, as they see those of `git commit`.

use std::path::{Path, PathBuf};

use super::found::{is_executable, kept_path};
use super::{HookEvent, shim};
use crate::git::repo::Repo;

/// What our own sections of the configuration begin with.
const OURS: &str = "hook.ohmymkt-";

impl Repo {
    /// Whether git would run a hook for this event that is not ours alone. Our own has
    /// nothing to say to our own commits: they have been judged.
    pub(in crate::git) fn has_foreign_hook(&self, event: &str) -> bool {
        self.hooks_folder().is_some_and(|folder| has_foreign_file(&folder, event)) || self.has_configured_hook(event)
    }

    /// The hooks directory, without asking git; `None` where it can be no directory.
    fn hooks_folder(&self) -> Option<PathBuf> {
        match self.config("core.hookspath") {
            None => Some(self.common_dir().join("hooks")),
            Some(path) if path.is_empty() => None,
            Some(path) => {
                let from = self.workdir().unwrap_or(self.git_dir());
                Some(from.join(self.expand_home(&path)))
            }
        }
    }

    /// Whether a `hook.<name>.event` of somebody's names the event (git 2.54 and newer).
    fn has_configured_hook(&self, event: &str) -> bool {
        let is_wanted = |key: &str| key.starts_with("hook.") && key.ends_with(".event") && !key.starts_with(OURS);
        let said = self.environment.config_overrides().any(|(key, value)| is_wanted(key) && value == Some(event));
        said || self.config.hooks().iter().any(|(key, value)| is_wanted(key) && value == event)
    }
}

/// Whether the file that git would run is more than a script of ours with nothing beside it.
fn has_foreign_file(folder: &Path, event: &str) -> bool {
    let path = folder.join(event);
    if !is_executable(&path) {
        return false;
    }
    let Some(ours) = HookEvent::ALL.into_iter().find(|ours| ours.name() == event) else {
        return true;
    };
    let is_ours = std::fs::read(&path).is_ok_and(|bytes| shim::recognise(&bytes).is_some_and(|shim| shim.intact));
    !is_ours || is_executable(&kept_path(folder, ours))
}
