//! Somebody else at the same moment: locks that they hold, branches that they move or leave,
//! whatever the write is just doing.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::calls::Kind;
use super::scene::{Copy, Scene};
use super::trace::{Fate, trace_reads};
use crate::sandbox::{Outcome, Sandbox};

const INCIDENT: [&str; 8] =
    ["incident", "--severity", "P0", "--module", "scale_loop", "--summary", "Beside another", "--json"];

/// How many commits on any branch record the incident.
fn recorded(copy: &Copy<'_>) -> usize {
    copy.git(&["log", "--all", "--format=%s", "--grep=P0 in scale_loop"]).ok().stdout.lines().count()
}

#[test]
fn a_commit_of_the_user_at_any_moment() {
    let scene = Scene::of(Sandbox::new().started());
    let commit = |copy: &Copy<'_>| copy.git(&["commit", "-q", "-m", "By the user", "--", "index.html"]);
    let points = scene.meanwhile(&INCIDENT, commit, |copy, run, user: Outcome, when| {
        // Where the program holds git's lock, git says so and does nothing.
        assert!(user.code == 0 || user.stderr.contains(".lock"), "{user}\n{when}");
        assert_eq!(run.code, Some(0), "{when}");
        assert_eq!(recorded(copy), 1, "{when}");
        let users = copy.git(&["log", "--format=%s", "--grep=By the user"]).ok().stdout.lines().count();
        assert_eq!(users, usize::from(user.code == 0), "{when}");
        copy.mkt(&["report-growth"]).ok();
        let left = if user.code == 0 { "" } else { " M index.html\n" };
        let expected = format!("AM both.html\n{left}A  staged.html\n?? .ohmymkt/mine.txt\n?? untracked.html\n");
        assert_eq!(copy.status(), expected.replace("AM both", "MM both"), "{when}");
        copy.is_tidy(when);
    });
    println!("a commit of the user at {points} moments");
}

#[test]
fn a_reference_that_moves_without_any_lock_of_the_index() {
    let scene = Scene::of(Sandbox::new().started());
    let moves = "git update-ref -m moved refs/heads/main $(git commit-tree HEAD^{tree} -p HEAD -m Moved) HEAD";
    let update = |copy: &Copy<'_>| copy.command("sh", &["-c", moves]).output().expect("a shell").status.success();
    let points = scene.meanwhile(&INCIDENT, update, |copy, run, moved, when| {
        assert_eq!(run.code, Some(0), "{when}");
        assert_eq!(recorded(copy), 1, "{when}");
        let others = copy.git(&["log", "--format=%s", "--grep=Moved"]).ok().stdout.lines().count();
        assert_eq!(others, usize::from(moved), "{when}");
        copy.is_tidy(when);
    });
    println!("a reference moved at {points} moments");
}

#[test]
fn another_who_changes_the_same_artifact() {
    // Two people close and open the same gate: the later one sees what the earlier one did.
    let scene = Scene::of(Sandbox::new().initialised());
    let gate = |value: &str| format!("data_gate.dashboard_stable={value}");
    let (ours, theirs) = (gate("true"), gate("true"));
    let update = |copy: &Copy<'_>| {
        let args =
            ["-c", "ohmymkt.lockTimeout=0", "mkt", "update-gates", &theirs, "--evidence", "https://example.org/1"];
        copy.git(&args)
    };
    let args = ["update-gates", &ours, "--evidence", "https://example.org/2"];
    let points = scene.meanwhile(&args, update, |copy, run, theirs, when| {
        assert_eq!(run.code, Some(0), "{when}");
        // Before the lock is taken the other is first; behind it, they are told so.
        assert!([0, 4].contains(&theirs.code), "{theirs}\n{when}");
        let commits = copy.git(&["log", "--format=%s", "--grep=update-gates"]).ok().stdout.lines().count();
        assert_eq!(commits, 1 + usize::from(theirs.code == 0), "{when}");
        copy.mkt(&["verify"]).ok();
        copy.is_tidy(when);
    });
    println!("another writer at {points} moments");
}

#[test]
fn a_branch_that_is_left_at_any_moment() {
    let scene = Scene::of(Sandbox::new().started());
    let switch = |copy: &Copy<'_>| copy.git(&["switch", "-q", "-c", "other"]);
    let points = scene.meanwhile(&INCIDENT, switch, |copy, run, user: Outcome, when| {
        assert!(user.code == 0 || user.stderr.contains(".lock"), "{user}\n{when}");
        assert!(matches!(run.code, Some(0 | 4)), "{when}");
        assert_eq!(recorded(copy), usize::from(run.code == Some(0)), "{when}");
        let next = copy.mkt(&["report-growth"]);
        let status = copy.status();
        assert_eq!(
            next.code,
            0,
            "{when}\n{next}\n{status} user {user} {}",
            copy.git(&["log", "--oneline", "-3", "--all", "--decorate"])
        );
        let ours: Vec<&str> = status.lines().filter(|line| line.contains(".ohmymkt/")).collect();
        assert_eq!(ours, ["?? .ohmymkt/mine.txt"], "{when}");
        copy.user_is_untouched(when);
        copy.is_tidy(when);
    });
    println!("a branch left at {points} moments");
}

#[test]
fn an_editor_that_saves_again_while_edits_are_recorded() {
    const GATES: &str = ".ohmymkt/state/gates.json";
    let edit = |sandbox: &Sandbox| {
        sandbox.write(GATES, sandbox.read(GATES).replace("\"documented\": false", "\"documented\": true"));
    };
    let scene = Scene::of(Sandbox::new().initialised()).after(edit);
    for nth in 0.. {
        let (copy, mut reads) = (scene.copy(), 0);
        let run = trace_reads(copy.command("ohmymkt", &["record"]), |stop| {
            if stop.kind == Kind::Read && stop.path.ends_with(GATES) {
                if reads == nth {
                    std::fs::write(copy.path.join(GATES), "{ half an edit").expect("the artifact");
                }
                reads += 1;
            }
            Fate::Made
        });
        if reads <= nth {
            assert!(nth > 1, "it is read to be compared and to be judged");
            break;
        }
        let committed = copy.git(&["show", &format!("HEAD:{GATES}")]).ok().stdout;
        let was_recorded = committed.contains("\"documented\": true");
        assert_eq!(run.code == Some(0), was_recorded, "{}{}", run.stdout, run.stderr);
        copy.mkt(&["verify", "--all"]).ok();
        assert_eq!(std::fs::read_to_string(copy.path.join(GATES)).expect("the artifact"), "{ half an edit");
        copy.is_tidy("an editor saved");
    }
}

#[test]
fn a_folder_of_objects_that_housekeeping_removes_again() {
    let scene = Scene::of(Sandbox::new().started());
    let copy = scene.copy();
    let mut removed = 0;
    let run = copy.trace(&INCIDENT, |stop| {
        // It was made a moment ago, and is empty.
        if stop.kind == Kind::Open && stop.path.contains("/objects/") && removed < 2 {
            let folder = std::path::Path::new(&stop.path).parent().expect("a folder");
            removed += usize::from(std::fs::remove_dir(folder).is_ok());
        }
        Fate::Made
    });
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_eq!(removed, 2);
    assert!(copy.recovers("a folder of objects was removed"));
}

/// A lock that another holds for longer than one wants to wait: told, and nothing is changed.
fn held_for_long(scene: &Scene, lock: &str) {
    let copy = scene.copy();
    copy.git(&["config", "ohmymkt.lockTimeout", "300"]).ok();
    let path = copy.path.join(".git").join(lock);
    std::fs::write(&path, "held\n").expect("a lock");
    let begun = Instant::now();
    let outcome = copy.mkt(&INCIDENT).code(4);
    assert!(begun.elapsed() >= Duration::from_millis(300), "it waits as long as was asked for");
    assert!(begun.elapsed() < Duration::from_secs(4), "and not as long as by default: {:?}", begun.elapsed());
    let error = &outcome.json()["error"];
    assert_eq!(error["code"], "locked");
    assert!(error["message"].as_str().is_some_and(|text| text.ends_with(lock)), "it names the lock: {outcome}");
    copy.is_as_before(lock);
    assert_eq!(std::fs::read_to_string(&path).expect("it is still theirs"), "held\n");
    std::fs::remove_file(&path).expect("a lock");
    assert!(!copy.recovers(lock));
}

#[test]
fn locks_held_for_long() {
    let scene = Scene::of(Sandbox::new().started());
    held_for_long(&scene, "index.lock");
    held_for_long(&scene, "refs/heads/main.lock");
    let detached = scene.after(|sandbox| {
        sandbox.git(&["checkout", "-q", "--detach"]).ok();
    });
    held_for_long(&detached, "HEAD.lock");
}

/// Every line of an answer, once the program has ended.
fn ended(child: std::process::Child) -> (Option<i32>, String) {
    let output = child.wait_with_output().expect("it ends");
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[test]
fn locks_held_for_a_moment_are_waited_for() {
    let scene = Scene::of(Sandbox::new().started());
    // What is held, and what shows that the program has come there.
    for (lock, shows) in [("index.lock", "ohmymkt/index.next"), ("refs/heads/main.lock", "index.lock")] {
        let copy = scene.copy();
        let path = copy.path.join(".git").join(lock);
        std::fs::write(&path, "held\n").expect("a lock");
        let mut command = copy.command("ohmymkt", &INCIDENT);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().expect("it starts");
        while !copy.path.join(".git").join(shows).exists() {
            std::thread::yield_now();
        }
        std::fs::remove_file(&path).expect("a lock");
        let (code, answer) = ended(child);
        assert_eq!(code, Some(0), "{lock}: {answer}");
        assert!(copy.recovers(lock), "{lock}");
    }
}

#[test]
fn a_killed_writer_whose_git_lives_on_keeps_the_others_out() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]).ok();
    sandbox.write("index.html", "<!doctype html>\n").commit_all("Open the site");
    sandbox.mkt(&["init"]).ok();
    let scene = Scene::of(sandbox);
    let copy = scene.copy();
    let mut kept_out = None;
    let mut is_killed = false;
    // The program dies when git is about to move the branch; git itself goes on, after another
    // writer has tried.
    let run = copy.trace(&INCIDENT, |stop| {
        let moves = stop.kind == Kind::Rename && stop.path.ends_with("tables.list");
        if is_killed && moves && kept_out.is_none() {
            kept_out = Some(copy.git(&["-c", "ohmymkt.lockTimeout=0", "mkt", "init"]));
        }
        if !is_killed && stop.path.ends_with("tables.list.lock") {
            is_killed = true;
            return Fate::Killed;
        }
        Fate::Made
    });
    assert_eq!(run.code, None);
    kept_out.expect("git was about to move the branch").code(4).stderr_has("locked");
    assert!(copy.recovers("its git lived on"));
}

/// What a git leaves that read the index before a write of ours, and put it back behind it.
fn put_back(copy: &Copy<'_>, index: &[u8]) {
    std::fs::write(copy.path.join(".git/index"), index).expect("an index");
}

#[test]
fn an_index_put_back_behind_any_of_many_writes_is_mended() {
    let scene = Scene::of(Sandbox::new().started());
    let copy = scene.copy();
    let work = copy.status();
    // More than are remembered at once.
    for nth in 0..14 {
        let index = std::fs::read(copy.path.join(".git/index")).expect("an index");
        for _ in 0..4 {
            copy.mkt(&INCIDENT).ok();
        }
        put_back(&copy, &index);
        copy.mkt(&INCIDENT).ok();
        assert_eq!(copy.status(), work, "put back behind write {nth}");
    }
}

#[test]
fn an_index_put_back_before_the_write_is_remembered_is_mended() {
    let scene = Scene::of(Sandbox::new().started());
    let copy = scene.copy();
    let (work, index) = (copy.status(), std::fs::read(copy.path.join(".git/index")).expect("an index"));
    let run = copy.trace(&INCIDENT, |stop| {
        if stop.kind == Kind::Open && stop.path.ends_with("/ohmymkt/recent") {
            put_back(&copy, &index);
            // The program goes on when the clock of the file system has, too.
            let time = |path: &std::path::Path| std::fs::metadata(path).and_then(|there| there.modified());
            let (put, now) = (copy.path.join(".git/index"), copy.path.join(".git/now"));
            while std::fs::write(&now, "").and_then(|()| time(&now)).expect("a time") <= time(&put).expect("a time") {
                std::thread::yield_now();
            }
        }
        Fate::Made
    });
    assert_eq!(run.code, Some(0), "{}", run.stderr);
    assert_ne!(copy.status(), work, "the index is of before");
    copy.mkt(&INCIDENT).ok();
    assert_eq!(copy.status(), work);
}
