//! Configuration values, read once.

use std::cell::OnceCell;

use anyhow::{Context as _, Result};

use super::environment::Environment;

/// A snapshot of the configuration files.
pub(super) struct Config {
    inner: git2::Config,
    /// What `hooks` found: to go through everything takes longer than to look up one key.
    hooks: OnceCell<Vec<(String, String)>>,
}

impl Config {
    /// Reads the files git would read, or only the repository's own when isolated.
    pub(super) fn read(repository: &git2::Repository, environment: &Environment) -> Result<Config> {
        let mut files = if environment.is_isolated() {
            let mut own = git2::Config::new().context("read the configuration")?;
            let path = repository.commondir().join("config");
            own.add_file(&path, git2::ConfigLevel::Local, false).context("read the configuration")?;
            own
        } else {
            repository.config().context("read the configuration")?
        };
        let inner = files.snapshot().context("read the configuration")?;
        Ok(Config { inner, hooks: OnceCell::new() })
    }

    /// The value as text; `None` when unset, empty keys included.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        self.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The value as it stands in the file.
    pub(super) fn bytes(&self, key: &str) -> Option<&[u8]> {
        self.inner.get_bytes(key).ok()
    }

    /// The value as git reads booleans.
    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        self.inner.get_bool(key).ok()
    }

    /// All keys and values that `wanted` says yes to, in the order of the files.
    pub(super) fn select(&self, mut wanted: impl FnMut(&str) -> bool) -> Vec<(String, String)> {
        let mut found = Vec::new();
        let Ok(mut entries) = self.inner.entries(None) else {
            return found;
        };
        while let Some(Ok(entry)) = entries.next() {
            if let Some(key) = entry.name().ok().filter(|key| wanted(key)) {
                let value = if entry.has_value() { entry.value_bytes() } else { b"" };
                found.push((key.to_owned(), String::from_utf8_lossy(value).into_owned()));
            }
        }
        found
    }

    /// All settings of the sections `hook.<name>`.
    pub(super) fn hooks(&self) -> &[(String, String)] {
        self.hooks.get_or_init(|| self.select(|key| key.starts_with("hook.")))
    }

    /// Whether any remote promises objects that are not here (a partial clone).
    pub(super) fn has_promisor(&self) -> bool {
        let Ok(mut entries) = self.inner.entries(Some(r"^remote\..*\.promisor$")) else {
            return false;
        };
        while let Some(Ok(entry)) = entries.next() {
            let value = entry.value().ok();
            if value.is_none_or(|value| git2::Config::parse_bool(value).unwrap_or(false)) {
                return true;
            }
        }
        false
    }
}
