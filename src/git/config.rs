//! Configuration values, read once.

use anyhow::{Context as _, Result};

use super::environment::Environment;

/// A snapshot of the configuration files.
pub(super) struct Config {
    inner: git2::Config,
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
        Ok(Config { inner })
    }

    /// The value as text; `None` when unset, empty keys included.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        let bytes = self.inner.get_bytes(key).ok()?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    }

    /// The value as git reads booleans.
    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        self.inner.get_bool(key).ok()
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
