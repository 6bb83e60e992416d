//! A real git repository of its own for every test: own home, own clock, nothing of the machine.
//!
//! ```ignore
//! let sandbox = Sandbox::new().started();
//! sandbox.mkt(&["run-cycle", "weekly"]).ok().stdout_has("intervene");
//! sandbox.fsck_clean();
//! ```
//!
//! The clock stands at 2026-01-05T09:00:00Z and moves on by one minute with every command.

#![allow(dead_code, unused_imports, reason = "each test file uses its own part of the sandbox")]

mod call;
mod outcome;
mod redaction;
mod stage;
mod tests;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, SecondsFormat, Utc};
use tempfile::TempDir;

pub use call::Call;
pub use outcome::Outcome;
pub use redaction::MARKS;
use stage::Stage;
pub use stage::{PASSING, PLAN, PLANNING};

/// The time of the first command of a sandbox.
pub const START: &str = "2026-01-05T09:00:00Z";

/// The program under test.
pub const OHMYMKT: &str = env!("CARGO_BIN_EXE_ohmymkt");

/// The same under the name by which git finds it.
const GIT_MKT: &str = env!("CARGO_BIN_EXE_git-mkt");

/// A temporary folder with a home, a repository, and the programs on its path.
pub struct Sandbox {
    _dir: TempDir,
    base: PathBuf,
    /// Seconds since the epoch at which the next command runs.
    clock: AtomicI64,
    stage: Stage,
}

impl Sandbox {
    /// A sandbox with a repository on `main` that holds one commit with an `index.html`.
    #[must_use]
    pub fn new() -> Self {
        let sandbox = Self::without_repository();
        sandbox.at("2026-01-05T08:00:00Z");
        sandbox.git(&["init", "--quiet", "-b", "main"]).ok();
        sandbox.write("index.html", "<!doctype html>\n<title>Site</title>\n");
        sandbox.commit_all("Open the site");
        sandbox.at(START);
        sandbox
    }

    /// A sandbox whose folder is not a repository.
    #[must_use]
    pub fn without_repository() -> Self {
        let dir = tempfile::Builder::new().prefix("ohmymkt-").tempdir().expect("a temporary folder");
        let base = dir.path().canonicalize().expect("the temporary folder exists");
        for folder in ["home", "site", "bin", "tmp"] {
            fs::create_dir(base.join(folder)).expect("a folder in the sandbox");
        }
        fs::write(base.join("home/.gitconfig"), "").expect("an empty git configuration");
        for (name, program) in [("ohmymkt", OHMYMKT), ("git-mkt", GIT_MKT)] {
            std::os::unix::fs::symlink(program, base.join("bin").join(name)).expect("a link to the program");
        }
        let sandbox = Self { _dir: dir, base, clock: AtomicI64::new(0), stage: Stage::Bare };
        sandbox.at(START);
        sandbox
    }

    /// The top folder of the repository.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.base.join("site")
    }

    /// The home of the person who types.
    #[must_use]
    pub fn home(&self) -> PathBuf {
        self.base.join("home")
    }

    /// The folder around home and repository, for clones and remotes beside it.
    #[must_use]
    pub fn base(&self) -> &Path {
        &self.base
    }

    /// A path in the repository.
    #[must_use]
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root().join(path)
    }

    /// Sets the time at which the next command runs.
    #[track_caller]
    pub fn at(&self, time: &str) -> &Self {
        let time = DateTime::parse_from_rfc3339(time).expect("a time as in RFC 3339");
        self.clock.store(time.timestamp(), Ordering::SeqCst);
        self
    }

    /// Moves the clock on by days, or back.
    pub fn advance(&self, days: i64) -> &Self {
        self.clock.fetch_add(days * 86_400, Ordering::SeqCst);
        self
    }

    /// The time at which the next command runs.
    #[must_use]
    pub fn now(&self) -> String {
        format(self.clock.load(Ordering::SeqCst))
    }

    /// The time for one command; the next one is a minute later.
    fn tick(&self) -> String {
        format(self.clock.fetch_add(60, Ordering::SeqCst))
    }

    /// A call that can still be given variables, input or another folder.
    #[must_use]
    pub fn call(&self, program: &str, args: &[&str]) -> Call<'_> {
        Call::new(self, program, args)
    }

    /// Runs `ohmymkt` in the repository.
    pub fn mkt(&self, args: &[&str]) -> Outcome {
        self.call("ohmymkt", args).run()
    }

    /// Runs git in the repository.
    pub fn git(&self, args: &[&str]) -> Outcome {
        self.call("git", args).run()
    }

    /// Runs a line of shell in the repository.
    pub fn sh(&self, script: &str) -> Outcome {
        self.call("sh", &["-c", script]).run()
    }

    /// What git prints, without moving the clock.
    #[track_caller]
    fn ask(&self, args: &[&str]) -> String {
        self.call("git", args).at(&self.now()).run().ok().stdout
    }

    /// Writes a file of the repository, with the folders above it.
    #[track_caller]
    pub fn write(&self, path: &str, text: impl AsRef<[u8]>) -> &Self {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a file has a folder")).expect("the folders above the file");
        fs::write(&path, text).unwrap_or_else(|error| panic!("cannot write {}: {error}", path.display()));
        self
    }

    /// The text of a file of the repository.
    #[track_caller]
    #[must_use]
    pub fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("cannot read `{path}`: {error}"))
    }

    /// The JSON document in a file of the repository.
    #[track_caller]
    #[must_use]
    pub fn json(&self, path: &str) -> serde_json::Value {
        let text = self.read(path);
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("`{path}` is not JSON: {error}\n{text}"))
    }

    /// Changes the JSON document in a file by hand, as an editor would: no commit.
    #[track_caller]
    pub fn edit_json(&self, path: &str, edit: impl FnOnce(&mut serde_json::Value)) -> &Self {
        let mut value = self.json(path);
        edit(&mut value);
        self.write(path, format!("{value:#}\n"))
    }

    /// Removes a file of the repository.
    #[track_caller]
    pub fn remove(&self, path: &str) -> &Self {
        fs::remove_file(self.path(path)).unwrap_or_else(|error| panic!("cannot remove `{path}`: {error}"));
        self
    }

    /// Whether there is something at the path.
    #[must_use]
    pub fn exists(&self, path: &str) -> bool {
        self.path(path).symlink_metadata().is_ok()
    }

    /// The names in a folder of the repository, sorted; none when there is no such folder.
    #[must_use]
    pub fn names(&self, folder: &str) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.path(folder)) else { return Vec::new() };
        let mut names: Vec<String> =
            entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Commits everything in the working tree with plain git, hooks included.
    #[track_caller]
    pub fn commit_all(&self, message: &str) -> &Self {
        self.ask(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]).ok();
        self
    }

    /// The id of the commit at HEAD.
    #[track_caller]
    #[must_use]
    pub fn head(&self) -> String {
        self.ask(&["rev-parse", "HEAD"]).trim_end().to_owned()
    }

    /// How many commits HEAD reaches.
    #[track_caller]
    #[must_use]
    pub fn commits(&self) -> usize {
        self.ask(&["rev-list", "--count", "HEAD"]).trim_end().parse().expect("git counts commits")
    }

    /// The message of the commit at HEAD.
    #[track_caller]
    #[must_use]
    pub fn message(&self) -> String {
        self.ask(&["log", "-1", "--format=%B"]).trim_end().to_owned()
    }

    /// The paths that the commit at HEAD changed, against its first parent.
    #[track_caller]
    #[must_use]
    pub fn touched(&self) -> Vec<String> {
        let text = self.ask(&["diff-tree", "-r", "--root", "--name-only", "--no-commit-id", "-z", "HEAD"]);
        text.split_terminator('\0').map(str::to_owned).collect()
    }

    /// `git status --porcelain`, each untracked file on its own line; empty when clean.
    #[track_caller]
    #[must_use]
    pub fn status(&self) -> String {
        self.ask(&["--no-optional-locks", "status", "--porcelain", "--untracked-files=all"])
    }

    /// Asserts that git finds nothing wrong with the repository, and no lock was left behind.
    #[track_caller]
    pub fn fsck_clean(&self) -> &Self {
        let outcome = self.call("git", &["fsck", "--strict", "--no-dangling", "--no-progress"]).at(&self.now()).run();
        assert!(outcome.code == 0 && outcome.stdout.is_empty(), "the repository is damaged\n{outcome}");
        let locks: Vec<String> =
            self.state().into_keys().filter(|path| path.starts_with(".git/") && path.ends_with(".lock")).collect();
        assert!(locks.is_empty(), "left behind: {}", locks.join(", "));
        self
    }

    /// Every byte that a refused command must leave alone: the working tree, the index, HEAD and the references.
    #[must_use]
    pub fn state(&self) -> BTreeMap<String, Vec<u8>> {
        let mut state = BTreeMap::new();
        gather(&self.root(), "", &mut state);
        let kept = |path: &str| !path.starts_with(".git/objects/") && !path.starts_with(".git/ohmymkt");
        state.retain(|path, _| kept(path));
        state
    }

    /// Asserts that an action changes nothing of [`Sandbox::state`], and hands back what it returned.
    #[track_caller]
    pub fn unchanged_by<T>(&self, action: impl FnOnce(&Self) -> T) -> T {
        let before = self.state();
        let result = action(self);
        let after = self.state();
        let differs = |path: &&String| before.get(*path) != after.get(*path);
        let mut changed: Vec<&String> = before.keys().chain(after.keys()).filter(differs).collect();
        changed.sort();
        changed.dedup();
        assert!(changed.is_empty(), "these files should not have changed: {changed:?}");
        result
    }
}

fn format(seconds: i64) -> String {
    let time: DateTime<Utc> = DateTime::from_timestamp(seconds, 0).expect("the clock is within range");
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn gather(folder: &Path, prefix: &str, state: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let kind = entry.file_type().expect("an entry has a type");
        if kind.is_dir() {
            gather(&entry.path(), &format!("{path}/"), state);
        } else if kind.is_symlink() {
            let target = fs::read_link(entry.path()).expect("a link can be read");
            state.insert(path, target.into_os_string().into_encoded_bytes());
        } else {
            state.insert(path, fs::read(entry.path()).unwrap_or_default());
        }
    }
}
