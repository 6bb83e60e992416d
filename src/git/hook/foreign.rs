//! Hooks of others that see our commits, as they see those of `git commit`.

use std::path::PathBuf;

use super::found::{is_executable, kept_path};
use super::{HookEvent, shim};
use crate::git::repo::Repo;

/// What our own sections of the configuration begin with.
const OURS: &str = "hook.ohmymkt-";

impl Repo {
    /// Whether git would run a hook for this event that is not ours alone. Our own has
    /// nothing to say to our own commits: they have been judged.
    pub(in crate::git) fn has_foreign_hook(&self, event: &str) -> bool {
        let place = self.hooks_folder().map(|folder| (folder.join(event), folder));
        place.is_some_and(|(path, folder)| {
            is_executable(&path)
                && !HookEvent::ALL.into_iter().any(|ours| {
                    ours.name() == event
                        && std::fs::read(&path).is_ok_and(|bytes| shim::recognise(&bytes).is_some_and(|s| s.intact))
                        && !is_executable(&kept_path(&folder, ours))
                })
        }) || self.has_configured_hook(event)
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
        said || self.config.select(is_wanted).iter().any(|(_, value)| value == event)
    }
}
