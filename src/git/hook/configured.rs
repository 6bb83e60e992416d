//! Hooks as commands in the configuration, which git knows from 2.54 on.
//!
//! A command is set before its event: an event without a command stops every commit. The
//! section has a name of its own, as git takes that of an event for the event.

use std::path::{Path, PathBuf};

use super::event::HookEvent;
use super::shim;
use super::steps::Step;
use crate::git::repo::Repo;

/// The first git that runs hooks from the configuration.
pub(super) const FIRST_VERSION: (u32, u32) = (2, 54);

impl Repo {
    /// Where the scripts are that the configuration names.
    pub(super) fn script_directory(&self) -> PathBuf {
        self.common_dir().join("ohmymkt/hooks")
    }

    /// The settings that an event still needs, in the order in which they are made.
    pub(super) fn missing_settings(&self, event: HookEvent, script: &Path) -> Vec<Step> {
        let wanted = [("command", command(script)), ("event", event.name().to_owned())];
        let keys = wanted.map(|(name, value)| (key(event, name), value));
        let missing = keys.into_iter().filter(|(key, value)| self.config(key).as_deref() != Some(value));
        missing.map(|(key, value)| Step::Set { key, value }).collect()
    }

    /// How the settings of an event go; `None` when there are none.
    pub(super) fn unset(&self, event: HookEvent) -> Option<Step> {
        let value = |name: &str| Some((key(event, name), self.config(&key(event, name))?));
        let values: Vec<_> = ["command", "event", "enabled"].into_iter().filter_map(value).collect();
        (!values.is_empty()).then(|| Step::Unset { section: section(event), values })
    }

    /// How all settings of ours go.
    pub(super) fn unset_all(&self) -> Vec<Step> {
        HookEvent::ALL.into_iter().filter_map(|event| self.unset(event)).collect()
    }
}

fn section(event: HookEvent) -> String {
    format!("hook.ohmymkt-{event}")
}

/// A key of an event's section.
pub(super) fn key(event: HookEvent, name: &str) -> String {
    format!("{}.{name}", section(event))
}

/// The script as git runs it: by a shell when it holds what a shell would read, and git
/// adds the arguments by itself.
pub(super) fn command(script: &Path) -> String {
    let text = script.to_string_lossy();
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "/._-+,:@".contains(letter);
    if text.chars().all(is_plain) {
        return text.into_owned();
    }
    String::from_utf8_lossy(&shim::quoted(script)).into_owned()
}
