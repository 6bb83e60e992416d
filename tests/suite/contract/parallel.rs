//! Many at once, and the sudden death of one: no record is lost, nothing is left behind.

use std::collections::BTreeSet;
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;

const INCIDENT: [&str; 8] =
    ["incident", "--severity", "P2", "--module", "scale_loop", "--json", "--summary", "Recorded beside others"];

/// The files of HEAD's tree below a folder of the artifacts.
fn in_head(sandbox: &Sandbox, folder: &str) -> BTreeSet<String> {
    let listed =
        sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", "--", &format!(".ohmymkt/{folder}/")]).ok().stdout;
    listed.lines().filter(|path| !path.ends_with(".gitkeep")).map(str::to_owned).collect()
}

#[track_caller]
fn answer(output: &Output) -> serde_json::Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

#[test]
fn writers_at_once_and_a_busy_git_lose_no_record() {
    const WRITERS: usize = 8;
    const EACH: usize = 3;
    let sandbox = Sandbox::new().started();
    sandbox.write("staged.html", "staged\n").git(&["add", "staged.html"]).ok();
    // Another person commits all the while, and tries again when a lock is in the way.
    let user = "for n in 1 2 3 4 5 6 7 8 9 10; do echo $n >user-$n.html; until git add user-$n.html 2>/dev/null; do :; done; \
        until git commit -q -m \"User $n\" -- user-$n.html 2>/dev/null; do :; done; done";
    let mut user = sandbox.call("sh", &["-c", user]).command();
    let user = user.stdin(Stdio::null()).spawn().expect("the user begins");
    let write = || {
        let mut command = sandbox.call("ohmymkt", &INCIDENT).command();
        command.stdin(Stdio::null()).output().expect("the program ends")
    };
    let outputs: Vec<Output> = std::thread::scope(|scope| {
        let writers: Vec<_> =
            (0..WRITERS).map(|_| scope.spawn(|| (0..EACH).map(|_| write()).collect::<Vec<_>>())).collect();
        writers.into_iter().flat_map(|writer| writer.join().expect("a writer ends")).collect()
    });
    assert!(user.wait_with_output().expect("the user ends").status.success());

    let mut acknowledged = BTreeSet::new();
    for output in &outputs {
        match output.status.code() {
            Some(0) => {
                let path = answer(output)["path"].as_str().expect("a path").to_owned();
                assert!(acknowledged.insert(path), "every record has an id of its own: {output:?}");
            }
            Some(4) => {
                assert!(["moved", "locked"].contains(&answer(output)["error"]["code"].as_str().unwrap_or_default()))
            }
            _ => panic!("neither done nor overtaken: {output:?}"),
        }
    }
    assert!(acknowledged.len() >= WRITERS, "most get through: {}", acknowledged.len());
    assert_eq!(in_head(&sandbox, "incidents"), acknowledged, "what was acknowledged, and nothing else");
    let users = sandbox.git(&["log", "--format=%s", "--grep=^User "]).ok().stdout;
    assert_eq!(users.lines().count(), 10, "the user's commits are all there");
    // Git reads the index before it locks it, so its last commit may have put an older one
    // back. The next write mends that.
    sandbox.mkt(&["report-growth"]).ok();
    assert_eq!(sandbox.status(), "A  staged.html\n");
    sandbox.fsck_clean();
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn two_starts_at_once_make_one_campaign() {
    let sandbox = Sandbox::new().reviewed();
    let start = || {
        let mut command = sandbox.call("ohmymkt", &["start-campaign"]).at(&sandbox.now()).command();
        command.stdin(Stdio::null()).output().expect("the program ends").status.code()
    };
    let codes: Vec<_> = std::thread::scope(|scope| {
        let both = [scope.spawn(start), scope.spawn(start)];
        both.map(|one| one.join().expect("a start ends")).to_vec()
    });
    assert!(codes.contains(&Some(0)) && codes.iter().all(|code| matches!(code, Some(0 | 4))), "{codes:?}");
    let starts = sandbox.git(&["log", "--format=%s", "--grep=more-demand started"]).ok().stdout;
    assert_eq!(starts.lines().count(), 1, "the other one resumes: {starts}");
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
}

/// Numbers that are the same in every run: a linear congruence.
struct Seed(u64);

impl Seed {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Waits without giving the processor away, so that short times are met.
fn spin(time: Duration) {
    let end = Instant::now() + time;
    while Instant::now() < end {
        std::hint::spin_loop();
    }
}

#[test]
fn a_writer_killed_at_any_moment_leaves_all_or_nothing() {
    const KILLS: usize = 40;
    let sandbox = Sandbox::new().started();
    sandbox.write("both.html", "staged\n").git(&["add", "both.html"]).ok();
    sandbox.write("both.html", "unstaged\n").write("index.html", "unstaged\n").write("untracked.html", "u\n");
    let work = sandbox.status();
    let staged = sandbox.git(&["diff", "--cached"]).ok().stdout;
    // How long a write takes on this machine, now.
    let began = Instant::now();
    sandbox.mkt(&INCIDENT).ok();
    let whole = u64::try_from(began.elapsed().as_micros()).expect("a short time");

    let mut seed = Seed(20_260_105);
    let mut acknowledged = 1;
    let mut killed = 0;
    for nth in 0..KILLS {
        sandbox.advance(7);
        let args: &[&str] = match nth % 4 {
            0 => &["run-cycle", "weekly"],
            1 => &["update-gates", "data_gate.reconcilable=true", "--evidence", "https://example.org/again"],
            _ => &INCIDENT,
        };
        let cycles = |sandbox: &Sandbox| {
            let log = sandbox.git(&["show", "HEAD:.ohmymkt/state/cycles.json"]).ok().stdout;
            log.matches("\"decision\"").count()
        };
        let (cycles_before, reports_before) = (cycles(&sandbox), in_head(&sandbox, "reports").len());
        let mut command = sandbox.call("ohmymkt", args).command();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        spin(Duration::from_micros(whole / 4 + seed.below(whole)));
        child.kill().expect("a process of ours");
        let output = child.wait_with_output().expect("it is gone");
        killed += usize::from(output.status.code().is_none());
        acknowledged += usize::from(args == INCIDENT && output.status.success());

        let healed = sandbox.mkt(&INCIDENT).ok();
        acknowledged += 1;
        assert_eq!(sandbox.status(), work, "kill {nth} of {args:?}\n{healed}");
        assert_eq!(sandbox.git(&["diff", "--cached"]).ok().stdout, staged, "no staged reversal after kill {nth}");
        let (cycles, reports) = (cycles(&sandbox) - cycles_before, in_head(&sandbox, "reports").len() - reports_before);
        assert!(
            cycles == reports && cycles <= 1,
            "a cycle is whole or not there: {cycles} decisions, {reports} reports"
        );
        let left = sandbox.names(".git/ohmymkt");
        assert_eq!(left, ["journal", "lock", "recent"], "after kill {nth}");
    }
    assert!(killed >= KILLS / 4, "most die before their end: {killed} of {KILLS}");
    let recorded = in_head(&sandbox, "incidents").len();
    assert!(recorded >= acknowledged, "{recorded} of {acknowledged} acknowledged incidents");
    sandbox.fsck_clean();
    sandbox.mkt(&["verify"]).ok();
}
