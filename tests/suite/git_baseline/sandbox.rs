//! A repository of its own for each test, out of reach of the machine's configuration.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use ohmymkt::git::{FileChange, ObjectId, Repo};

/// The moment at which every commit of a test is made.
pub(super) const DATE: &str = "1700000000 +0000";

pub(super) struct Sandbox {
    dir: tempfile::TempDir,
}

impl Sandbox {
    /// An empty repository on the unborn branch `main`.
    pub(super) fn empty() -> Sandbox {
        Sandbox::with(&[])
    }

    /// The same, with more arguments for `git init`.
    pub(super) fn with(arguments: &[&str]) -> Sandbox {
        let sandbox = Sandbox { dir: tempfile::tempdir().expect("a temporary directory") };
        std::fs::create_dir_all(sandbox.root()).expect("a worktree");
        sandbox.git(&[&["init", "-q", "-b", "main"], arguments].concat());
        sandbox.git(&["config", "user.name", "Ada"]);
        sandbox.git(&["config", "user.email", "ada@example.org"]);
        sandbox
    }

    /// Files of ours and of the user, committed.
    pub(super) fn seeded() -> Sandbox {
        let sandbox = Sandbox::empty();
        sandbox.seed();
        sandbox
    }

    pub(super) fn seed(&self) {
        self.write(".ohmymkt/a.json", "{}\n");
        self.write(".ohmymkt/state/gates.json", "{\"gates\":1}\n");
        for name in ["README.md", "src/one.txt", "src/two.txt", "src/three.txt", "zz.txt"] {
            self.write(name, &format!("{name}\n"));
        }
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", "seed"]);
    }

    pub(super) fn root(&self) -> PathBuf {
        self.dir.path().join("work")
    }

    pub(super) fn repo(&self) -> Repo {
        Repo::open_at_with(&self.root(), &DATES).expect("the sandbox opens")
    }

    pub(super) fn write(&self, path: &str, text: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("files have parents")).expect("a directory");
        std::fs::write(path, text).expect("a file");
    }

    pub(super) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root().join(path)).expect("a file")
    }

    pub(super) fn command(&self, program: &str) -> Command {
        command_in(&self.root(), self.dir.path(), program)
    }

    /// What git writes to stdout; it must succeed.
    pub(super) fn git(&self, arguments: &[&str]) -> String {
        let output = self.try_git(arguments);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "git {arguments:?}: {words}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(super) fn try_git(&self, arguments: &[&str]) -> Output {
        self.command("git").args(arguments).output().expect("git runs")
    }

    pub(super) fn git_with_input(&self, arguments: &[&str], input: &[u8]) -> String {
        let mut git = self.command("git");
        git.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = git.spawn().expect("git runs");
        let mut pipe = child.stdin.take().expect("stdin is piped");
        std::io::Write::write_all(&mut pipe, input).expect("git reads");
        drop(pipe);
        let output = child.wait_with_output().expect("git ends");
        assert!(output.status.success(), "git {arguments:?}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    pub(super) fn commit(&self, changes: &[FileChange], message: &str) -> anyhow::Result<ObjectId> {
        self.repo().begin(".ohmymkt")?.commit(changes, message)
    }

    /// `ls-files -s --debug` of everything that is not ours.
    pub(super) fn foreign_entries(&self) -> String {
        // The one flag left out tells in which of the two files of a split index an entry is
        // stored, which git decides anew, by the clock, whenever it writes.
        self.git(&["ls-files", "-s", "--debug", "--", ":!.ohmymkt"]).replace("flags: 8000000\n", "flags: 0\n")
    }

    pub(super) fn tip(&self) -> String {
        self.git(&["rev-parse", "HEAD"]).trim().to_owned()
    }

    /// No lock, no leftover, and nothing wrong in the object database.
    pub(super) fn assert_clean_house(&self) {
        let git = self.root().join(".git");
        for name in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
            assert!(!git.join(name).exists(), "left behind: {name}");
        }
        let left = std::fs::read_dir(git.join("ohmymkt")).map(|d| d.flatten().map(|e| e.file_name()).collect());
        let left: Vec<_> = left.unwrap_or_default();
        let at_rest = |name: &OsString| ["lock", "recent", "journal", "untouched"].iter().any(|one| name == one);
        assert!(left.iter().all(at_rest), "left: {left:?}");
        let journal = std::fs::read_to_string(git.join("ohmymkt/journal")).unwrap_or_default();
        assert!(!journal.lines().next().unwrap_or_default().ends_with("open"), "an open journal: {journal}");
        self.git(&["fsck", "--strict", "--no-dangling"]);
    }
}

pub(super) const DATES: [(&str, &str); 2] = [("GIT_AUTHOR_DATE", DATE), ("GIT_COMMITTER_DATE", DATE)];

/// A program in a directory, with nothing of the machine's configuration.
pub(super) fn command_in(dir: &Path, home: &Path, program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(dir).env_clear().env("HOME", home).env("TZ", "UTC").env("LC_ALL", "C");
    command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").envs(DATES);
    command
}

pub(super) fn put(path: &str, text: &str) -> FileChange {
    FileChange::new(path, Some(text.as_bytes().to_vec()))
}

pub(super) fn delete(path: &str) -> FileChange {
    FileChange::new(path, None)
}
