//! A prepared repository with work of the user's own in it, and copies of it in which something
//! goes wrong: what must hold then, checked in few calls.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use super::calls::Stop;
use super::trace::{Fate, Run, trace};
use crate::sandbox::{Outcome, Sandbox};

/// A write of another kind, which comes after a fault. It rests on nothing but the modules.
pub const NEXT: [&str; 7] = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", "The next one"];

/// What is left in our private folder when nothing is going on.
const AT_REST: [&str; 5] = ["journal", "judged", "lock", "recent", "untouched"];

/// A repository before a write, kept to be copied.
pub struct Scene {
    pub sandbox: Sandbox,
    /// The files of the working tree.
    files: BTreeMap<String, Vec<u8>>,
    /// The entries of the index that are not ours, with all that git shows of them.
    foreign: String,
    /// The status before the write.
    status: String,
    tip: String,
    /// Where the copies are.
    folder: tempfile::TempDir,
    copies: AtomicUsize,
    /// Of how many stops one is tried.
    pub one_in: usize,
}

/// A copy of a scene.
pub struct Copy<'s> {
    scene: &'s Scene,
    pub path: PathBuf,
}

impl Scene {
    /// The sandbox with the user's staged, unstaged and untracked work.
    pub fn of(sandbox: Sandbox) -> Self {
        if sandbox.commits_or_none() > 0 {
            sandbox.write("both.html", "committed\n").commit_all("Add a page");
            sandbox.write("index.html", "unstaged\n");
        }
        sandbox.write("staged.html", "staged\n").write("both.html", "staged\n");
        sandbox.git(&["add", "staged.html", "both.html"]).ok();
        sandbox.write("both.html", "unstaged\n").write("untracked.html", "untracked\n");
        sandbox.write(".ohmymkt/mine.txt", "a note beside the artifacts\n");
        // Few files and folders are soon copied.
        fs::remove_dir_all(sandbox.path(".git/hooks")).expect("hooks that are examples");
        sandbox.git(&["repack", "-a", "-d", "-q"]).ok();
        let mut scene = Self {
            files: BTreeMap::new(),
            foreign: String::new(),
            status: String::new(),
            tip: String::new(),
            folder: in_memory(),
            copies: AtomicUsize::new(0),
            one_in: 1,
            sandbox,
        };
        scene.look();
        scene
    }

    /// The same scene, in which one of three stops is tried: it differs little from another.
    pub fn sampled(mut self) -> Self {
        self.one_in = 3;
        self
    }

    /// The same scene after one more thing was done to it.
    pub fn after(mut self, change: impl FnOnce(&Sandbox)) -> Self {
        change(&self.sandbox);
        self.look();
        self
    }

    /// The same scene, killed in a command before the first stop that is asked for. What shall
    /// be found from there on is what there was before the command, or, when its commit was
    /// made, what there is after it.
    pub fn killed_in(mut self, args: &[&str], at: impl Fn(&Stop) -> bool) -> Self {
        let done = self.folder.path().join("done");
        copy_folder(&self.sandbox.root(), &done);
        let now = self.sandbox.now();
        self.sandbox.call("ohmymkt", args).folder(&done).at(&now).run().ok();
        let run = trace(self.sandbox.call("ohmymkt", args).at(&now).command(), |stop| match at(stop) {
            true => Fate::Killed,
            false => Fate::Made,
        });
        assert_eq!(run.code, None, "it was killed");
        if self.git_in(&self.sandbox.root(), &TIP).stdout != self.tip {
            self.look_at(&done);
        }
        self
    }

    fn look(&mut self) {
        self.look_at(&self.sandbox.root());
    }

    fn look_at(&mut self, folder: &Path) {
        self.files = working_tree(folder);
        self.foreign = self.git_in(folder, &FOREIGN).ok().stdout;
        self.status = self.git_in(folder, &STATUS).ok().stdout;
        self.tip = self.git_in(folder, &TIP).stdout;
    }

    fn git_in(&self, folder: &Path, args: &[&str]) -> Outcome {
        self.sandbox.call("git", args).folder(folder).at(&self.sandbox.now()).run()
    }

    /// A copy that shares nothing with the scene.
    pub fn copy(&self) -> Copy<'_> {
        let nth = self.copies.fetch_add(1, Relaxed);
        let path = self.folder.path().join(format!("copy-{nth}"));
        copy_folder(&self.sandbox.root(), &path);
        Copy { scene: self, path }
    }

    /// The stops of a command, in order; it is run once to see them.
    pub fn stops(&self, args: &[&str]) -> Vec<Stop> {
        let mut stops = Vec::new();
        let run = self.copy().trace(args, |stop| {
            stops.push(stop.clone());
            Fate::Made
        });
        assert_eq!(run.code, Some(0), "{args:?} by itself: {}", run.stderr);
        stops
    }
}

/// A temporary folder, in memory where the system has a place for that: hundreds of copies are
/// made, and small files cost least there.
fn in_memory() -> tempfile::TempDir {
    let named = |place: &mut tempfile::Builder<'_, '_>| place.prefix("ohmymkt-").tempdir_in("/dev/shm");
    named(&mut tempfile::Builder::new()).or_else(|_| tempfile::tempdir()).expect("a temporary folder")
}

const FOREIGN: [&str; 6] = ["--no-optional-locks", "ls-files", "-s", "--debug", "--", ":!.ohmymkt"];
const TIP: [&str; 4] = ["rev-parse", "--verify", "-q", "HEAD"];
const STATUS: [&str; 4] = ["--no-optional-locks", "status", "--porcelain", "--untracked-files=all"];

impl Copy<'_> {
    pub fn git(&self, args: &[&str]) -> Outcome {
        self.scene.git_in(&self.path, args)
    }

    pub fn mkt(&self, args: &[&str]) -> Outcome {
        self.scene.sandbox.call("ohmymkt", args).folder(&self.path).at(&self.scene.sandbox.now()).run()
    }

    pub fn sh(&self, script: &str) -> Outcome {
        self.scene.sandbox.call("sh", &["-c", script]).folder(&self.path).at(&self.scene.sandbox.now()).run()
    }

    /// The command of a program in this copy, for a test that starts it itself.
    pub fn command(&self, program: &str, args: &[&str]) -> std::process::Command {
        let now = self.scene.sandbox.now();
        self.scene.sandbox.call(program, args).folder(&self.path).at(&now).command()
    }

    pub fn trace(&self, args: &[&str], decide: impl FnMut(&Stop) -> Fate) -> Run {
        trace(self.command("ohmymkt", args), decide)
    }

    /// As [`Copy::trace`], told whether a stop is before, at or behind the nth.
    pub fn trace_to(&self, args: &[&str], nth: usize, mut decide: impl FnMut(&Stop, Ordering) -> Fate) -> Run {
        let mut seen = 0;
        let run = self.trace(args, |stop| {
            seen += 1;
            decide(stop, (seen - 1).cmp(&nth))
        });
        assert!(seen > nth, "stop {nth} was not reached");
        run
    }

    /// Where a stop is, in words that are the same in every copy.
    pub fn place(&self, stop: &Stop) -> String {
        let name = |path: &str| path.rsplit("/copy-").next().unwrap_or_default().to_owned();
        format!("{:?} {}", stop.kind, name(&stop.path).split_once('/').map_or("", |(_, rest)| rest))
    }

    /// The commit at HEAD; empty when there is none.
    pub fn tip(&self) -> String {
        self.git(&TIP).stdout
    }

    pub fn status(&self) -> String {
        self.git(&STATUS).ok().stdout
    }

    /// What is the user's is as it was, byte for byte: their files, and their index entries.
    #[track_caller]
    pub fn user_is_untouched(&self, when: &str) {
        let now = working_tree(&self.path);
        for (path, bytes) in self.scene.files.iter().filter(|(path, _)| is_users(path)) {
            assert_eq!(now.get(path), Some(bytes), "`{path}` is the user's: {when}");
        }
        assert_eq!(self.git(&FOREIGN).ok().stdout, self.scene.foreign, "the user's entries of the index: {when}");
    }

    /// All is as before the write: HEAD, the index, the working tree.
    #[track_caller]
    pub fn is_as_before(&self, when: &str) {
        assert_eq!(self.tip(), self.scene.tip, "HEAD: {when}");
        assert_eq!(self.status(), self.scene.status, "{when}");
        assert_eq!(working_tree(&self.path), self.scene.files, "{when}");
        self.user_is_untouched(when);
    }

    /// The next write works and heals: all is as before the write that went wrong or as after
    /// it, the user's work is untouched, and nothing is left lying about. Whether it had been
    /// recorded.
    #[track_caller]
    pub fn recovers(&self, when: &str) -> bool {
        self.user_is_untouched(when);
        self.a_second_passes();
        let next = self.mkt(&NEXT);
        assert_eq!(next.code, 0, "the next write: {when}\n{next}");
        self.user_is_untouched(when);
        let above = self.git(&["log", "--format=%s", "HEAD", &format!("^{}", self.scene.tip.trim())]);
        let above = if self.scene.tip.is_empty() { self.git(&["log", "--format=%s"]) } else { above };
        let recorded = match above.ok().stdout.lines().count() {
            1 => false,
            2 => true,
            other => panic!("{other} commits: {when}"),
        };
        let status = self.status();
        if recorded {
            let ours: Vec<&str> = status.lines().filter(|line| !is_users(&line[3..])).collect();
            assert_eq!(ours, [""; 0], "as after it: {when}");
        } else {
            assert_eq!(status, self.scene.status, "as before it: {when}");
            let mut files = working_tree(&self.path);
            files.retain(|path, _| self.scene.files.contains_key(path) || !next.stdout.contains(path.as_str()));
            assert_eq!(files, self.scene.files, "as before it: {when}");
        }
        self.is_tidy(when);
        recorded
    }

    /// Makes an empty lock of a reference older: it might else be one that a living git has
    /// just made, and is looked at for a second.
    fn a_second_passes(&self) {
        let mut locks = Vec::new();
        leftovers(&self.path.join(".git"), &mut locks);
        for lock in locks {
            let file = fs::File::options().write(true).open(&lock).expect("a lock that was left");
            let earlier = file.metadata().and_then(|there| there.modified()).expect("a time") - Duration::from_secs(2);
            file.set_modified(earlier).expect("it can be older");
        }
    }

    /// No lock and no leftover, and nothing wrong in the object database.
    #[track_caller]
    pub fn is_tidy(&self, when: &str) {
        let mut left = Vec::new();
        leftovers(&self.path.join(".git"), &mut left);
        for entry in fs::read_dir(self.path.join(".git/ohmymkt")).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if !AT_REST.contains(&name.as_str()) {
                left.push(name);
            }
        }
        assert_eq!(left, [""; 0], "left behind: {when}");
        let journal = fs::read_to_string(self.path.join(".git/ohmymkt/journal")).unwrap_or_default();
        assert!(!journal.lines().next().unwrap_or_default().ends_with("open"), "an open journal: {when}\n{journal}");
        let fsck = self.git(&["fsck", "--strict", "--no-dangling", "--no-progress"]);
        assert!(fsck.code == 0 && fsck.stdout.is_empty(), "git fsck: {when}\n{fsck}");
    }
}

impl Drop for Copy<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            // What cannot be removed now goes with the sandbox.
            fs::remove_dir_all(&self.path).ok();
        }
    }
}

impl Sandbox {
    /// How many commits HEAD reaches; none on an unborn branch.
    fn commits_or_none(&self) -> usize {
        self.git(&["rev-list", "--count", "HEAD"]).stdout.trim_end().parse().unwrap_or_default()
    }
}

fn is_users(path: &str) -> bool {
    !path.starts_with(".ohmymkt/") || path == ".ohmymkt/mine.txt"
}

/// The files of a working tree.
fn working_tree(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).expect("a folder").flatten() {
            let path = entry.path();
            if entry.file_type().expect("a type").is_dir() {
                if entry.file_name() != ".git" {
                    open.push(path);
                }
                continue;
            }
            let name = path.strip_prefix(root).expect("a path below").to_string_lossy().into_owned();
            files.insert(name, fs::read(&path).expect("a file"));
        }
    }
    files
}

/// The locks in a git directory. Temporary files of objects are git's to remove.
fn leftovers(folder: &Path, left: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if entry.file_name() != "objects" {
                leftovers(&path, left);
            }
        } else if path.extension().is_some_and(|extension| extension == "lock") {
            left.push(path.display().to_string());
        }
    }
}

/// Copies a folder. Two names of one file are that in the copy, too: by this the program knows
/// a lock of its own.
fn copy_folder(from: &Path, to: &Path) {
    copy_into(from, to, &mut BTreeMap::new());
}

fn copy_into(from: &Path, to: &Path, linked: &mut BTreeMap<u64, PathBuf>) {
    fs::create_dir(to).expect("a new folder");
    for entry in fs::read_dir(from).expect("a folder").flatten() {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let metadata = entry.metadata().expect("it is there");
        if metadata.is_dir() {
            copy_into(&source, &target, linked);
        } else if let Some(first) = linked.get(&metadata.ino()) {
            fs::hard_link(first, &target).expect("a link");
        } else {
            fs::copy(&source, &target).expect("a copy");
            if metadata.nlink() > 1 {
                linked.insert(metadata.ino(), target);
            }
        }
    }
}
