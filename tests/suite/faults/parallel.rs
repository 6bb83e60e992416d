//! Many at once: writers of every kind, the user's own commits, git's housekeeping, two
//! worktrees. `OHMYMKT_WRITERS=16x25` makes more writers, or more writes of each.

use std::collections::BTreeSet;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

/// How many writers there are, and how often each writes.
fn numbers() -> (usize, usize) {
    let text = std::env::var("OHMYMKT_WRITERS").unwrap_or_else(|_| "16x2".to_owned());
    let (writers, each) = text.split_once('x').expect("two numbers, as 16x25");
    (writers.parse().expect("a number"), each.parse().expect("a number"))
}

/// The nth write of a writer: each kind touches other artifacts, some the same ones.
fn args(writer: usize, nth: usize) -> Vec<String> {
    let name = format!("writer {writer}, write {nth}");
    let line = match (writer + nth) % 4 {
        0 => vec!["incident", "--severity", "P2", "--module", "scale_loop", "--summary", &name],
        1 => vec!["update-metrics", "visibility_track.non_brand_visibility_trend=up", "--source", &name],
        2 => vec!["update-gates", "data_gate.reconcilable=true", "--evidence", "https://example.org/", "--note", &name],
        _ => vec!["update-task", "1", "--kpi-impact", &name],
    };
    line.into_iter().chain(["--json"]).map(str::to_owned).collect()
}

/// What came of all the writes.
#[derive(Default)]
struct Tally {
    acknowledged: BTreeSet<String>,
    nothing_to_do: usize,
    overtaken: usize,
}

impl Tally {
    #[track_caller]
    fn take(&mut self, output: &Output) {
        let text = String::from_utf8_lossy(&output.stdout);
        let answer: serde_json::Value =
            serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"));
        match (output.status.code(), answer["commit"].as_str()) {
            (Some(0), Some(commit)) => assert!(self.acknowledged.insert(commit.to_owned()), "twice: {text}"),
            (Some(0), None) => self.nothing_to_do += 1,
            (Some(4), _) => self.overtaken += 1,
            _ => panic!("neither done nor overtaken: {output:?}"),
        }
    }
}

/// All writers at once, in the folders given, in turn; beside a command that runs until they
/// are done.
fn write_beside(sandbox: &Sandbox, folders: &[&str], beside: &str) -> Tally {
    let (writers, each) = numbers();
    let stop = sandbox.base().join("stop");
    let script = format!("while [ ! -e '{}' ] && [ -d .git ]; do {beside}; done", stop.display());
    let beside: Child = sandbox.call("sh", &["-c", &script]).command().stdin(Stdio::null()).spawn().expect("it begins");
    let run = |writer: usize, nth: usize| {
        let args = args(writer, nth);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut command = sandbox.call("ohmymkt", &args).folder(folders[writer % folders.len()]).command();
        command.stdin(Stdio::null()).output().expect("it ends")
    };
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let run = &run;
        let threads: Vec<_> = (0..writers)
            .map(|writer| scope.spawn(move || (0..each).map(|nth| run(writer, nth)).collect::<Vec<_>>()))
            .collect();
        threads.into_iter().map(std::thread::ScopedJoinHandle::join).collect()
    });
    // Whatever came of the writers, what runs beside them ends before anything is judged.
    std::fs::write(&stop, "").expect("a file");
    let beside = beside.wait_with_output().expect("it ends");
    assert!(beside.status.success(), "{beside:?}");
    let mut tally = Tally::default();
    for output in outputs.into_iter().flat_map(|outputs| outputs.expect("a writer ends")) {
        tally.take(&output);
    }
    std::fs::remove_file(stop).expect("a file");
    tally
}

/// Every acknowledged commit is on the branch, once, and there is no other of ours.
#[track_caller]
fn all_there(sandbox: &Sandbox, range: &str, tally: &Tally) {
    let log = sandbox.git(&["log", "--format=%H", "--grep=^Mkt-Action", range]).ok().stdout;
    let there: BTreeSet<String> = log.lines().map(str::to_owned).collect();
    assert_eq!(there, tally.acknowledged, "what was acknowledged, and nothing else");
}

#[track_caller]
fn beside_a_user(sandbox: &Sandbox) -> Tally {
    let began = Instant::now();
    let first = sandbox.head();
    sandbox.write("staged.html", "staged\n").git(&["add", "staged.html"]).ok();
    sandbox.write("index.html", "unstaged\n");
    // A person who commits one page after the other, and tries again when a lock is in the way.
    let user = "n=$((n + 1)); echo $n >page.html; until git add page.html 2>/dev/null; do :; done; \
        until git commit -q -m \"User $n\" -- page.html 2>/dev/null; do :; done; echo $n >../users";
    let tally = write_beside(sandbox, &["."], user);
    let users: usize =
        std::fs::read_to_string(sandbox.base().join("users")).expect("some commits").trim().parse().expect("a number");
    let (writers, each) = numbers();
    println!(
        "{writers} writers x {each}: {} recorded, {} had nothing to do, {} ended with 4; {users} commits of a user beside; {:?}",
        tally.acknowledged.len(),
        tally.nothing_to_do,
        tally.overtaken,
        began.elapsed()
    );
    assert!(tally.acknowledged.len() + tally.nothing_to_do >= writers * each * 3 / 4, "most get through");
    all_there(sandbox, &format!("{first}.."), &tally);
    let log = sandbox.git(&["log", "--format=%s", "--grep=^User ", &format!("{first}..")]).ok().stdout;
    assert_eq!(log.lines().count(), users, "the user's commits are all there");
    assert_eq!(sandbox.read("page.html").trim(), users.to_string());
    // Git reads the index before it locks it, so its last commit may have put an older one
    // back. The next write mends that.
    sandbox.mkt(&["report-growth"]).ok();
    assert_eq!(sandbox.status(), " M index.html\nA  staged.html\n");
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.fsck_clean();
    tally
}

#[test]
fn writers_of_every_kind_beside_a_user_who_commits() {
    beside_a_user(&Sandbox::new().started());
}

#[test]
fn the_same_with_the_hooks_installed() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["hooks", "install"]).ok();
    // With hooks git holds its lock almost all the time, as this user never pauses.
    sandbox.git(&["config", "ohmymkt.lockTimeout", "120000"]).ok();
    let tally = beside_a_user(&sandbox);
    assert_eq!(tally.overtaken, 0, "who waits for long enough gets through");
}

#[test]
fn two_worktrees_while_git_keeps_house() {
    let began = Instant::now();
    let sandbox = Sandbox::new().started();
    let first = sandbox.head();
    sandbox.git(&["worktree", "add", "-q", "-b", "side", "../side"]).ok();
    let house = "(git pack-refs --all; git repack -q -a -d; git gc -q) 2>/dev/null";
    let tally = write_beside(&sandbox, &[".", "../side"], house);
    let (writers, each) = numbers();
    println!(
        "{writers} writers x {each} in two worktrees: {} recorded, {} had nothing to do, {} ended with 4; {:?}",
        tally.acknowledged.len(),
        tally.nothing_to_do,
        tally.overtaken,
        began.elapsed()
    );
    let log = sandbox.git(&["log", "--all", "--format=%H", "--grep=^Mkt-Action", &format!("^{first}")]).ok().stdout;
    let there: BTreeSet<String> = log.lines().map(str::to_owned).collect();
    assert_eq!(there, tally.acknowledged, "what was acknowledged, and nothing else");
    for folder in [".", "../side"] {
        sandbox.call("ohmymkt", &["verify"]).folder(folder).run().ok();
        assert_eq!(sandbox.call("git", &["status", "--porcelain"]).folder(folder).run().ok().stdout, "", "{folder}");
    }
    sandbox.fsck_clean();
}

#[test]
fn how_long_to_wait_for_another_writer_is_configurable() {
    let sandbox = Sandbox::new().started();
    let held = std::fs::File::options().write(true).open(sandbox.path(".git/ohmymkt/lock")).expect("the lock");
    held.lock().expect("nobody else has it");
    let incident = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", "Waiting", "--json"];
    sandbox.git(&["config", "ohmymkt.lockTimeout", "200"]).ok();
    let began = Instant::now();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&incident).code(4));
    assert!((Duration::from_millis(200)..Duration::from_secs(4)).contains(&began.elapsed()), "{:?}", began.elapsed());
    assert_eq!(outcome.json()["error"]["code"], "locked");
    // Who is ready to wait for long gets through as soon as the other is done.
    sandbox.git(&["config", "ohmymkt.lockTimeout", "60000"]).ok();
    let mut command = sandbox.call("ohmymkt", &incident).command();
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it starts");
    while !waits_for(&child) {
        std::thread::yield_now();
    }
    held.unlock().expect("it was ours");
    assert!(child.wait_with_output().expect("it ends").status.success());
}

/// Whether a program has opened the lock and has not gone on.
fn waits_for(child: &Child) -> bool {
    let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).into_iter().flatten().flatten();
    let mut names = open.filter_map(|entry| std::fs::read_link(entry.path()).ok());
    names.any(|name| name.ends_with(".git/ohmymkt/lock"))
}
