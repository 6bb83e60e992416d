//! The repository: opening it, where its parts are, what HEAD says.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Once;

use anyhow::{Context as _, Result, anyhow};

use super::config::Config;
use super::deflate::{Deflater, Inflater};
use super::environment::Environment;
use super::index::IndexMemory;
use super::interrupt::Interrupts;
use super::lately::Lately;
use super::object_id::ObjectId;
use super::pack::Packs;
use super::refusal::Refusal;
use super::{top, trust};

/// An open repository. Cheap to keep, not shared between threads.
pub struct Repo {
    pub(super) inner: git2::Repository,
    pub(super) environment: Environment,
    pub(super) config: Config,
    /// Whether the file system's executable bit means something (`core.fileMode`).
    pub(super) trusts_mode: bool,
    /// Small objects that were read lately.
    pub(super) lately: Lately,
    /// What compresses the objects that are written.
    pub(super) deflater: Deflater,
    /// What decompresses the loose objects that are read.
    pub(super) inflater: Inflater,
    /// The packs, as far as we read them ourselves.
    pub(super) packs: Packs,
    /// How many objects in a row were not found loose.
    pub(super) loose_misses: Cell<u32>,
    /// How many objects in a row git could not fetch.
    pub(super) fetch_failures: Cell<u32>,
    /// The beginning of the index, as last read.
    pub(super) index_memory: IndexMemory,
    /// Git's guess of how long a short id must be here.
    pub(super) automatic_length: OnceCell<usize>,
    /// Whether every object has a name in another format, too.
    pub(super) has_second_names: bool,
    /// What is done with signals while locks are held, once that was necessary.
    pub(super) interrupts: OnceCell<Interrupts>,
    reftable: bool,
}

/// What HEAD says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The full name of the branch; `None` when HEAD is detached.
    pub reference: Option<String>,
    /// The commit; `None` when the branch is unborn.
    pub commit_id: Option<ObjectId>,
}

impl Repo {
    /// Opens the repository of the current directory and the `GIT_*` environment, as git does.
    ///
    /// # Errors
    /// `Refusal::NotARepository` or `NotTrusted`, or what else kept it from being opened
    /// (an unknown extension).
    pub fn open() -> Result<Repo> {
        set_options();
        let here = std::env::current_dir().context("find the current directory")?;
        let environment = Environment::capture();
        let inner = trust::open(&environment, &here)?.map_err(|e| open_error(e, &here))?;
        top::set_worktree(&inner, &environment, &here)?;
        Repo::with(inner, environment)
    }

    /// Opens the repository at or above `dir`, ignoring the process's environment and
    /// every configuration file but the repository's own. For tests.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_at(dir: &Path) -> Result<Repo> {
        Repo::open_at_with(dir, &[])
    }

    /// As `open_at`, with these environment variables and no others.
    ///
    /// # Errors
    /// As `open`.
    #[doc(hidden)]
    pub fn open_at_with(dir: &Path, variables: &[(&str, &str)]) -> Result<Repo> {
        set_options();
        let inner = git2::Repository::discover(dir).map_err(|e| open_error(e, dir))?;
        Repo::with(inner, Environment::isolated(variables))
    }

    fn with(inner: git2::Repository, environment: Environment) -> Result<Repo> {
        let config = Config::read(&inner, &environment)?;
        let storage = config.string("extensions.refstorage");
        let reftable = storage.is_some_and(|s| s.eq_ignore_ascii_case("reftable"));
        let mut repo = Repo {
            inner,
            environment,
            config,
            has_second_names: false,
            trusts_mode: true,
            lately: Lately::default(),
            deflater: Deflater::default(),
            inflater: Inflater::default(),
            packs: Packs::default(),
            loose_misses: Cell::new(0),
            fetch_failures: Cell::new(0),
            index_memory: IndexMemory::default(),
            automatic_length: OnceCell::new(),
            interrupts: OnceCell::new(),
            reftable,
        };
        repo.has_second_names = repo.config.string("extensions.compatobjectformat").is_some();
        repo.trusts_mode = repo.config_bool("core.filemode") != Some(false);
        Ok(repo)
    }

    /// The top of the worktree; `None` in a bare repository.
    pub fn workdir(&self) -> Option<&Path> {
        self.inner.workdir()
    }

    /// The git directory of this worktree.
    pub fn git_dir(&self) -> &Path {
        self.inner.path()
    }

    /// The git directory that all worktrees share.
    pub fn common_dir(&self) -> &Path {
        self.inner.commondir()
    }

    /// Whether there is no worktree.
    pub fn is_bare(&self) -> bool {
        self.inner.is_bare()
    }

    /// Whether history is cut off by a shallow clone.
    pub fn is_shallow(&self) -> bool {
        self.inner.is_shallow()
    }

    /// Whether `refs/replace/*` or `info/grafts` make git show another history than
    /// the one recorded; this room reads the recorded one.
    pub fn has_replacements(&self) -> bool {
        let grafts = self.common_dir().join("info/grafts");
        if std::fs::metadata(grafts).is_ok_and(|m| m.len() > 0) {
            return true;
        }
        if self.reftable {
            let found = self.git_text(&["for-each-ref", "--count=1", "refs/replace/"]);
            return found.is_ok_and(|text| !text.trim().is_empty());
        }
        let refs = self.inner.references_glob("refs/replace/*");
        refs.is_ok_and(|mut refs| refs.next().is_some())
    }

    /// What HEAD points to now.
    ///
    /// # Errors
    /// When HEAD cannot be read.
    pub fn head(&self) -> Result<Head> {
        if self.reftable {
            return self.head_by_git();
        }
        let head = self.inner.find_reference("HEAD").context("read HEAD")?;
        let Some(target) = head.symbolic_target_bytes() else {
            let commit_id = head.target().map(ObjectId::from_git2);
            return Ok(Head { reference: None, commit_id });
        };
        let name = std::str::from_utf8(target).context("read the branch name in HEAD")?;
        Ok(Head { reference: Some(name.to_owned()), commit_id: self.reference_id(name)? })
    }

    fn head_by_git(&self) -> Result<Head> {
        let output = self.git().args(["symbolic-ref", "-q", "HEAD"]).output().context("run git")?;
        let reference = output.status.success().then(|| line(&output.stdout));
        let name = reference.as_deref().unwrap_or("HEAD");
        Ok(Head { commit_id: self.reference_id(name)?, reference })
    }

    /// The id a reference holds now; `None` when there is no such reference.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn reference_id(&self, name: &str) -> Result<Option<ObjectId>> {
        if self.reftable {
            let output = self.git().args(["rev-parse", "-q", "--verify", name]).output();
            let output = output.context("run git rev-parse")?;
            return Ok(output.status.success().then(|| line(&output.stdout).parse()).transpose()?);
        }
        match self.inner.refname_to_id(name) {
            Ok(id) => Ok(Some(ObjectId::from_git2(id))),
            Err(e) if e.code() == git2::ErrorCode::NotFound => Ok(None),
            Err(e) => Err(e).with_context(|| format!("read the reference {name}")),
        }
    }

    /// Whether references live in a reftable, which libgit2 cannot read.
    pub(super) fn is_reftable(&self) -> bool {
        self.reftable
    }

    /// The operation that is not finished yet, in git's own word.
    pub fn operation_in_progress(&self) -> Option<&'static str> {
        let there = |name: &str| self.git_dir().join(name).exists();
        let states = [
            ("rebase-merge", "rebase"),
            ("rebase-apply/applying", "am"),
            ("rebase-apply", "rebase"),
            ("MERGE_HEAD", "merge"),
            ("CHERRY_PICK_HEAD", "cherry-pick"),
            ("REVERT_HEAD", "revert"),
            ("BISECT_LOG", "bisect"),
        ];
        if let Some((_, what)) = states.iter().find(|(name, _)| there(name)) {
            return Some(what);
        }
        // Between two picks only the todo list says which one it is.
        let todo = std::fs::read_to_string(self.git_dir().join("sequencer/todo")).ok()?;
        let command = todo.split_whitespace().next().unwrap_or("pick");
        Some(if matches!(command, "revert" | "r") { "revert" } else { "cherry-pick" })
    }

    /// Whether git has started this program from a hook (contract, section 7).
    pub(super) fn is_inside_hook(&self) -> bool {
        ["GIT_INDEX_FILE", "GIT_QUARANTINE_PATH"].iter().any(|n| self.environment.variable(n).is_some())
    }

    /// A configuration value as text, from the files, `git -c` and `GIT_CONFIG_COUNT`.
    pub fn config(&self, key: &str) -> Option<String> {
        self.environment.config_override(key).map_or_else(|| self.config.string(key), |value| value.map(str::to_owned))
    }

    /// The value set last for any of several keys that git takes for one.
    pub(super) fn last_config(&self, keys: &[&str]) -> Option<String> {
        let said = self.environment.config_overrides().rev().find(|(key, _)| keys.contains(key));
        match said {
            Some((_, value)) => value.map(str::to_owned),
            None => self.config.select(|key| keys.contains(&key)).pop().map(|(_, value)| value),
        }
    }

    /// A configuration value as git reads booleans; `None` when unset or not one.
    pub fn config_bool(&self, key: &str) -> Option<bool> {
        match self.environment.config_override(key) {
            Some(None) => Some(true),
            Some(Some(value)) => git2::Config::parse_bool(value).ok(),
            None => self.config.boolean(key),
        }
    }

    /// The git program, set up for this repository with a clean, `LC_ALL=C`
    /// environment, for what libgit2 cannot do.
    pub(super) fn git(&self) -> Command {
        let mut command = self.environment.git_command(self.git_dir(), self.workdir());
        command.stdin(Stdio::null());
        command
    }

    /// The git program as the user would run it here: in their environment and language,
    /// from where they stand. For what runs hooks.
    pub(super) fn git_of_user(&self) -> Command {
        let mut command = self.environment.users_git(self.git_dir(), self.workdir());
        command.stdin(Stdio::null());
        command
    }

    /// Runs git and returns what it wrote.
    pub(super) fn git_text(&self, arguments: &[&str]) -> Result<String> {
        let bytes = finish(self.git().args(arguments), arguments)?;
        String::from_utf8(bytes).with_context(|| format!("read what git {} wrote", arguments[0]))
    }

    /// The index file that git would use now.
    pub(super) fn index_path(&self) -> PathBuf {
        match self.environment.variable("GIT_INDEX_FILE").filter(|p| !p.is_empty()) {
            // Git reads a relative path from the top of the worktree.
            Some(path) => self.workdir().unwrap_or(self.git_dir()).join(path),
            None => self.git_dir().join("index"),
        }
    }

    /// The length of raw ids here, 20 or 32 bytes.
    pub(super) fn id_length(&self) -> usize {
        match self.inner.object_format() {
            git2::ObjectFormat::Sha256 => 32,
            _ => 20,
        }
    }
}

/// Runs a prepared git command; a failure carries git's own words.
pub(super) fn finish(command: &mut Command, arguments: &[&str]) -> Result<Vec<u8>> {
    let what = arguments.first().copied().unwrap_or("");
    let output = command.output().with_context(|| format!("run git {what}"))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let words = String::from_utf8_lossy(&output.stderr);
    Err(anyhow!("git {what} failed: {}", words.trim()))
}

fn line(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches('\n').to_owned()
}

fn open_error(error: git2::Error, dir: &Path) -> anyhow::Error {
    if error.code() == git2::ErrorCode::NotFound {
        return anyhow::Error::new(Refusal::NotARepository(dir.to_owned()));
    }
    // Git itself names what it does not know in these words.
    match error.message().strip_prefix("unsupported extension name extensions.") {
        Some(name) => Refusal::Unsupported(format!("the repository extension `{name}`")).into(),
        None => anyhow::Error::new(error).context("open the repository"),
    }
}

/// Sets libgit2's global options once. Hash verification and the object cache cost
/// eleven times more than the reads they guard; git does neither for packed objects.
fn set_options() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        git2::opts::strict_hash_verification(false);
        git2::opts::enable_caching(false);
        #[expect(unsafe_code, reason = "libgit2 keeps the list in a static; `Once` makes us its only writer")]
        // SAFETY: runs once, before the first repository of this process is opened.
        let set = unsafe { git2::opts::set_extensions(&["partialclone", "refstorage", "compatobjectformat"]) };
        // Without it only repositories with these extensions fail, and they say so.
        drop(set);
    });
}
