//! Without a driver: git merges as text, and `resolve` does the rest.

use super::VISIBILITY;
use super::apart::{campaign, has_both_weeks, our_week, part, task, their_week, without_driver};
use crate::sandbox::Sandbox;

fn parted() -> Sandbox {
    let sandbox = campaign();
    without_driver(&sandbox);
    part(&sandbox, their_week, our_week);
    sandbox
}

/// Resolves until git has carried out everything.
fn go_on(sandbox: &Sandbox, word: &str) {
    let mut rounds = 0;
    while sandbox.exists(".git/rebase-merge") || sandbox.exists(".git/CHERRY_PICK_HEAD") {
        sandbox.mkt(&["resolve"]).ok().stderr_has(&format!("hint: git {word} --continue"));
        sandbox.git(&[word, "--continue"]);
        rounds += 1;
        assert!(rounds < 20, "it comes to an end\n{}", sandbox.status());
    }
    assert!(rounds > 0, "there was something to resolve");
}

#[test]
fn row_150_a_merge_is_resolved_and_committed() {
    let sandbox = parted();
    sandbox.write("draft.md", "mine\n");
    sandbox.git(&["merge", "side"]).code(1);
    let tried = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["resolve", "--dry-run"]).ok());
    tried.stdout_has("would merge").stdout_has(".ohmymkt/state/gates.json").stderr_lacks("hint");
    let done = sandbox.mkt(&["resolve"]).ok();
    let done = done
        .stdout_has("rolling_weeks_feasible")
        .stdout_has("rank-tracker says down (Ada Growth <ada@example.org>, 2026-");
    done.stderr_has("hint: git commit");
    assert_eq!(sandbox.git(&["ls-files", "--unmerged"]).ok().stdout, "");
    assert_eq!(sandbox.git(&["diff", "--name-only"]).ok().stdout, "", "what is staged is what is there");
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(sandbox.status(), "?? draft.md\n");
    sandbox.remove("draft.md");
    has_both_weeks(&sandbox);
    sandbox.mkt(&["resolve"]).code(1).stderr_has("nothing is being merged");
}

#[test]
fn an_index_that_another_process_holds_ends_it_before_anything_is_written() {
    let sandbox = parted();
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.git(&["config", "ohmymkt.lockTimeout", "50"]).ok();
    sandbox.write(".git/index.lock", "theirs\n");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["resolve"]).code(4)).stderr_has("locked by another process");
    assert_eq!(sandbox.read(".git/index.lock"), "theirs\n");
    sandbox.remove(".git/index.lock").mkt(&["resolve"]).ok();
    assert!(!sandbox.exists(".git/index.lock"));
}

#[test]
fn what_was_interrupted_is_taken_up_again() {
    let sandbox = parted();
    sandbox.git(&["merge", "side"]).code(1);
    let before = std::fs::read(sandbox.path(".git/index")).expect("an index");
    let first = sandbox.mkt(&["resolve", "--json"]).ok().json();
    let tree = sandbox.git(&["write-tree"]).ok().stdout;
    // As it is when the program dies before the index is replaced.
    sandbox.write(".git/index", &before);
    let link = "ln .git/index.lock .git/ohmymkt/index.next";
    sandbox.write(".git/index.lock", "").sh(link).ok();
    let second = sandbox.mkt(&["resolve", "--json"]).ok().json();
    assert_eq!(second, first);
    assert_eq!(sandbox.git(&["write-tree"]).ok().stdout, tree);
    // What somebody has made of one of them is theirs.
    sandbox.write(".git/index", &before);
    let gates = sandbox.read(".ohmymkt/state/gates.json");
    sandbox.write(".ohmymkt/state/gates.json", format!("{gates}\n"));
    sandbox.mkt(&["resolve"]).code(2).stdout_has("somebody has edited the file since");
    assert_eq!(sandbox.read(".ohmymkt/state/gates.json"), format!("{gates}\n"));
}

#[test]
fn it_comes_to_the_same_with_and_without_the_driver() {
    let sandbox = campaign();
    part(&sandbox, their_week, our_week);
    sandbox.git(&["merge", "--no-edit", "side"]).ok();
    let tree = sandbox.git(&["rev-parse", "HEAD:.ohmymkt"]).ok().stdout;
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD^1"]).ok();
    without_driver(&sandbox);
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).ok();
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "HEAD:.ohmymkt"]).ok().stdout, tree);
}

#[test]
fn a_rebase_is_resolved_step_by_step() {
    let sandbox = parted();
    sandbox.git(&["rebase", "side"]).code(1);
    go_on(&sandbox, "rebase");
    has_both_weeks(&sandbox);
}

#[test]
fn a_cherry_pick_is_resolved_step_by_step() {
    let sandbox = parted();
    sandbox.git(&["cherry-pick", "..side"]).code(1);
    go_on(&sandbox, "cherry-pick");
    has_both_weeks(&sandbox);
}

#[test]
fn a_stash_is_resolved_and_recorded() {
    let sandbox = campaign();
    without_driver(&sandbox);
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| board[0]["owner"] = "Grace Crawl".into());
    sandbox.git(&["stash"]).ok();
    sandbox.mkt(&["update-task", "1", "--kpi-impact", "30 clusters", "--due", "2026-02-01"]).ok();
    sandbox.git(&["stash", "pop"]).code(1);
    sandbox.mkt(&["resolve"]).ok().stderr_has("hint: git mkt record");
    sandbox.mkt(&["record"]).ok();
    let one = task(&sandbox, "1");
    assert_eq!((&one["owner"], &one["kpi_impact"]), (&"Grace Crawl".into(), &"30 clusters".into()));
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn what_is_outside_is_left_alone_and_told() {
    let sandbox = campaign();
    without_driver(&sandbox);
    let side = |text: &'static str, trend: &'static str| {
        move |sandbox: &Sandbox| {
            sandbox.mkt(&["update-metrics", &format!("{VISIBILITY}={trend}"), "--source", text]).ok();
            sandbox.write("index.html", text);
            sandbox.commit_all("Write the page");
        }
    };
    part(&sandbox, side("one", "up"), side("other", "down"));
    sandbox.git(&["merge", "side"]).code(1);
    let page = sandbox.read("index.html");
    sandbox.mkt(&["resolve"]).ok().stderr_has("outside .ohmymkt/, 1 more in conflict").stderr_lacks("git commit");
    assert_eq!(sandbox.read("index.html"), page);
    assert_eq!(sandbox.git(&["diff", "--name-only", "--diff-filter=U"]).ok().stdout, "index.html\n");
    sandbox.git(&["add", "index.html"]).ok();
    sandbox.git(&["commit", "--no-edit"]).ok();
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn a_rollback_pauses_what_the_other_branch_activated() {
    let sandbox = campaign();
    without_driver(&sandbox);
    let p0 = ["incident", "--severity", "P0", "--module", "technical_foundation", "--summary", "the checkout is down"];
    let board = sandbox.json(".ohmymkt/state/sprint-board.json");
    let scale = board.as_array().expect("a list").iter().find(|task| task["module"] == "scale_loop").expect("a task");
    let id = scale["id"].as_str().expect("an id").to_owned();
    part(
        &sandbox,
        |sandbox| {
            let fields = ["--owner", "Gil", "--due", "2026-02-01", "--kpi-impact", "k", "--rollback-condition", "r"];
            let status = ["--status", "active"];
            sandbox.mkt(&[["update-task", &id].as_slice(), &fields, &status].concat()).ok();
            sandbox.mkt(&["update-task", "1", "--owner", "Gil"]).ok();
        },
        |sandbox| {
            sandbox.mkt(&p0).ok();
            sandbox.mkt(&["run-cycle", "weekly"]).ok().stdout_has("rollback");
            sandbox.mkt(&["update-task", "1", "--due", "2026-02-01"]).ok();
        },
    );
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).ok().stdout_has(&format!("task `{id}` is paused"));
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(task(&sandbox, &id)["status"], "paused");
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn the_answer_is_one_document() {
    let sandbox = parted();
    sandbox.git(&["merge", "side"]).code(1);
    let answer = sandbox.mkt(&["resolve", "--json"]).ok().json();
    assert_eq!((&answer["command"], &answer["status"]), (&"resolve".into(), &"ok".into()));
    let merged = answer["merged"].as_array().expect("files");
    let gates = merged.iter().find(|file| file["path"] == ".ohmymkt/state/gates.json").expect("the gates");
    assert_eq!(gates["disagreements"][0]["settled"], 10);
    assert_eq!(answer["left"], serde_json::json!([]));
}
