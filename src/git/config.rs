//! Configuration values, read once.

use std::cell::OnceCell;
use std::collections::HashMap;

use anyhow::{Context as _, Result, ensure};

use super::environment::{Environment, canonical_key};

/// What begins the name of a setting that libgit2 reads and does not heed: a file to include
/// where some remote has such an address.
const BY_REMOTE: &[u8] = b"includeif.hasconfig:";

/// A snapshot of the configuration files.
pub(super) struct Config {
    inner: git2::Config,
    /// What `hooks` found: to go through everything takes longer than to look up one key.
    hooks: OnceCell<Vec<(String, String)>>,
    /// What git says, where libgit2 leaves a file out. A key without a value has none.
    by_git: Option<HashMap<String, Option<String>>>,
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
        let mut config = Config { inner, hooks: OnceCell::new(), by_git: None };
        if config.includes_by_remote() {
            let mut git = environment.git_command(repository.path(), repository.workdir());
            let output = git.args(["config", "--list", "--includes", "--null"]).output().context("run git config")?;
            let words = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "git config failed: {}", words.trim());
            config.by_git = Some(listed(&output.stdout));
        }
        Ok(config)
    }

    fn includes_by_remote(&self) -> bool {
        let Ok(mut entries) = self.inner.entries(None) else { return false };
        while let Some(Ok(entry)) = entries.next() {
            if entry.name_bytes().starts_with(BY_REMOTE) {
                return true;
            }
        }
        false
    }

    /// The value as text; `None` when unset, empty keys included.
    pub(super) fn string(&self, key: &str) -> Option<String> {
        self.bytes(key).map(|bytes| String::from_utf8_lossy(bytes).into_owned())
    }

    /// The value as it stands in the file.
    pub(super) fn bytes(&self, key: &str) -> Option<&[u8]> {
        if let Some(by_git) = &self.by_git {
            return by_git.get(&canonical_key(key))?.as_deref().map(str::as_bytes);
        }
        self.inner.get_bytes(key).ok()
    }

    /// The value as git reads booleans.
    pub(super) fn boolean(&self, key: &str) -> Option<bool> {
        if let Some(by_git) = &self.by_git {
            let value = by_git.get(&canonical_key(key))?;
            return value.as_deref().map_or(Some(true), |value| git2::Config::parse_bool(value).ok());
        }
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

    /// The remotes that promise objects which are not here (a partial clone).
    pub(super) fn promisors(&self) -> Vec<String> {
        let mut names = Vec::new();
        let Ok(mut entries) = self.inner.entries(Some(r"^remote\..*\.promisor$")) else {
            return names;
        };
        while let Some(Ok(entry)) = entries.next() {
            let is_true = entry.value().ok().is_none_or(|value| git2::Config::parse_bool(value).unwrap_or(false));
            let name = entry.name().ok().and_then(|key| key.strip_prefix("remote.")?.strip_suffix(".promisor"));
            names.extend(name.filter(|_| is_true).map(str::to_owned));
        }
        names
    }
}

/// The last value of each key, from what git lists.
fn listed(bytes: &[u8]) -> HashMap<String, Option<String>> {
    let text = String::from_utf8_lossy(bytes);
    let pair = |item: &str| match item.split_once('\n') {
        Some((key, value)) => (key.to_owned(), Some(value.to_owned())),
        None => (item.to_owned(), None),
    };
    text.split_terminator('\0').map(pair).collect()
}
