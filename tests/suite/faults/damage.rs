//! What is found in the private folder, in another state than it was left in; and a clock that
//! goes back.

use super::calls::Kind;
use super::scene::Scene;
use crate::sandbox::{Outcome, Sandbox};

const INCIDENT: [&str; 8] =
    ["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "Found damaged", "--json"];

/// Puts something in the place of a file of the private folder; the next write, and a look at
/// the history, are as if it were not there.
#[track_caller]
fn is_survived(scene: &Scene, name: &str, bytes: &[u8]) {
    let copy = scene.copy();
    std::fs::write(copy.path.join(".git/ohmymkt").join(name), bytes).expect("a file");
    let when = format!("`{name}` holds {:?}", String::from_utf8_lossy(bytes));
    copy.mkt(&["verify", "--all"]).ok();
    assert!(!copy.recovers(&when), "{when}");
    copy.mkt(&["verify", "--all"]).ok();
}

#[test]
fn what_is_kept_may_hold_anything() {
    let scene = Scene::of(Sandbox::new().started());
    scene.sandbox.mkt(&["verify", "--all"]).ok();
    let garbage: [&[u8]; 5] = [b"", b"\0\0\0\0", b"\xff\xfe garbage \n\n", b"ohmymkt journal 2 open\nend\n", b"{}"];
    for name in ["judged", "recent", "lock", "index.next", "index.copy", "file-0", "keep-7"] {
        for bytes in garbage {
            is_survived(&scene, name, bytes);
        }
    }
}

#[test]
fn a_journal_that_was_closed_or_never_opened_is_no_obstacle() {
    let scene = Scene::of(Sandbox::new().started());
    let whole = std::fs::read(scene.sandbox.path(".git/ohmymkt/journal")).expect("a journal");
    for bytes in [b"".as_slice(), &[0; 64], b"ohmymkt jour", b"ohmymkt journal 3 done\nwhatever\n", &whole[..30]] {
        is_survived(&scene, "journal", bytes);
    }
}

#[test]
fn a_journal_that_cannot_be_read_stops_every_write_and_says_what_to_do() {
    let scene = Scene::of(Sandbox::new().started());
    for text in ["garbage\n", "ohmymkt journal 3 open\nsomething newer\nend\n", "ohmymkt journal 2 open\nrefs/heads/ma"]
    {
        let copy = scene.copy();
        let path = copy.path.join(".git/ohmymkt/journal");
        std::fs::write(&path, text).expect("a journal");
        let outcome = copy.mkt(&INCIDENT).code(1);
        let error = &outcome.json()["error"];
        assert_eq!(error["code"], "unreadable-journal", "{outcome}");
        assert!(error["message"].as_str().is_some_and(|text| text.ends_with("/.git/ohmymkt/journal")), "{outcome}");
        copy.is_as_before(text);
        // Who only looks is not stopped.
        copy.mkt(&["status"]).ok();
        copy.mkt(&["verify"]).ok();
        std::fs::remove_file(&path).expect("what the hint says");
        assert!(!copy.recovers(text));
    }
}

#[test]
fn a_journal_of_another_worktree_is_left_to_it() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["worktree", "add", "-q", "-b", "side", "../side"]).ok();
    let side = sandbox.base().join("side");
    // A write in the other worktree dies when its branch has moved and its index has not.
    let args = ["update-gates", "data_gate.reconcilable=false", "--evidence", "https://example.org/1"];
    let command = sandbox.call("ohmymkt", &args).folder(&side).command();
    let run = super::trace::trace(command, |stop| match stop.kind == Kind::Rename && stop.path.ends_with("/index") {
        true => super::trace::Fate::Killed,
        false => super::trace::Fate::Made,
    });
    assert_eq!(run.code, None);
    let in_side = |args: &[&str]| -> Outcome { sandbox.call("ohmymkt", args).folder(&side).run() };
    let journal = || std::fs::read_to_string(sandbox.path(".git/worktrees/side/ohmymkt/journal")).expect("a journal");
    assert!(journal().starts_with("ohmymkt journal 2 open"));
    sandbox.mkt(&INCIDENT).ok();
    assert_eq!(sandbox.status(), "");
    assert!(journal().starts_with("ohmymkt journal 2 open"), "it is the other's to finish");
    in_side(&INCIDENT).ok();
    let status = sandbox.call("git", &["status", "--porcelain"]).folder(&side).run().ok();
    assert_eq!(status.stdout, "");
    sandbox.fsck_clean();
    in_side(&["verify", "--all"]).ok();
}

#[test]
fn a_private_folder_that_is_missing_or_a_file() {
    let scene = Scene::of(Sandbox::new().started());
    let copy = scene.copy();
    std::fs::remove_dir_all(copy.path.join(".git/ohmymkt")).expect("it can be removed");
    copy.mkt(&["verify"]).ok();
    assert!(!copy.recovers("it is missing"));

    let copy = scene.copy();
    let folder = copy.path.join(".git/ohmymkt");
    std::fs::remove_dir_all(&folder).expect("it can be removed");
    std::fs::write(&folder, "in the way").expect("a file");
    copy.mkt(&["verify"]).ok();
    copy.mkt(&INCIDENT).code(1).stdout_has("/.git/ohmymkt");
    copy.is_as_before("a file is in the way");
    std::fs::remove_file(&folder).expect("a file");
    assert!(!copy.recovers("it was a file"));
}

#[test]
fn a_clock_that_goes_back() {
    let sandbox = Sandbox::new().started();
    let record = |time: &str| {
        let outcome = sandbox.call("ohmymkt", &INCIDENT).at(time).run().ok();
        outcome.json()["path"].as_str().and_then(|path| Some(path.rsplit_once('/')?.1.to_owned())).expect("a path")
    };
    // From one write to the next the clock goes a year back, stands still, and comes again.
    let times = ["2026-02-01T09:00:00Z", "2025-02-01T09:00:00Z", "2025-02-01T09:00:00Z", "2026-02-01T09:00:00Z"];
    let ids: Vec<String> = times.into_iter().map(record).collect();
    let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(unique.len(), ids.len(), "{ids:?}");
    // By ancestry, whatever the clock said: the last one first.
    let shown = sandbox.mkt(&["log", "--action", "incident", "--json"]).ok().json_lines();
    let found: Vec<String> = shown.iter().map(|event| event.to_string()).collect();
    let order: Vec<&String> =
        found.iter().filter_map(|event| ids.iter().find(|id| event.contains(id.trim_end_matches(".json")))).collect();
    assert_eq!(order, ids.iter().rev().collect::<Vec<_>>());
    sandbox.mkt(&["verify", "--all"]).ok();
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
}
