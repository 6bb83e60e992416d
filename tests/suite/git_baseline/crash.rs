//! Killed at every step: the next write finds the repository as before or as after.

use std::process::Command;

use ohmymkt::git::{Repo, Step};

use super::sandbox::{DATES, Sandbox, delete, put};

const STEPS: [Step; 9] = [
    Step::Objects,
    Step::Journal,
    Step::IndexLock,
    Step::WorktreeFile,
    Step::Worktree,
    Step::Index,
    Step::Reference,
    Step::Renamed,
    Step::Done,
];

/// Not a test of its own: the process that `killed_at_every_step` kills.
#[test]
fn victim() {
    let (Ok(root), Ok(step)) = (std::env::var("VICTIM_ROOT"), std::env::var("VICTIM_STEP")) else {
        return;
    };
    let repo = Repo::open_at_with(root.as_ref(), &DATES).expect("opens");
    let mut write = repo.begin(".ohmymkt").expect("a write");
    write.observe(|reached| {
        if format!("{reached:?}") == step {
            std::process::abort();
        }
    });
    write.commit(&changes(), "mkt(test): killed").expect("a commit");
}

fn changes() -> [ohmymkt::git::FileChange; 4] {
    [
        put(".ohmymkt/a.json", "{\"new\":true}\n"),
        put(".ohmymkt/hand.json", "by hand\n"),
        put(".ohmymkt/new/deep.json", "[]\n"),
        delete(".ohmymkt/state/gates.json"),
    ]
}

fn kill_at(sandbox: &Sandbox, step: Step) {
    let name = concat!(module_path!(), "::victim");
    let name = name.split_once("::").expect("a module path").1;
    let mut victim = Command::new(std::env::current_exe().expect("this test"));
    victim.args(["--exact", name, "--test-threads=1"]).env("VICTIM_ROOT", sandbox.root());
    let output = victim.env("VICTIM_STEP", format!("{step:?}")).output().expect("it runs");
    assert!(!output.status.success(), "not killed at {step:?}");
}

/// The user's work, as they left it.
fn prepared() -> Sandbox {
    let sandbox = Sandbox::seeded();
    sandbox.write("src/one.txt", "staged\n");
    sandbox.git(&["add", "src/one.txt"]);
    sandbox.write("src/two.txt", "unstaged\n");
    sandbox.write("new.txt", "untracked\n");
    sandbox.write(".ohmymkt/hand.json", "by hand\n");
    sandbox
}

#[test]
fn killed_at_every_step() {
    for step in STEPS {
        let sandbox = prepared();
        let before = sandbox.tip();
        let status = sandbox.git(&["--no-optional-locks", "status", "--porcelain"]);
        let foreign = sandbox.foreign_entries();
        kill_at(&sandbox, step);
        drop(sandbox.repo().begin(".ohmymkt").expect("the next write heals"));
        sandbox.assert_clean_house();
        assert_eq!(sandbox.foreign_entries(), foreign, "{step:?}");
        assert_eq!(sandbox.read(".ohmymkt/hand.json"), "by hand\n", "{step:?}");
        let now = sandbox.git(&["--no-optional-locks", "status", "--porcelain"]);
        if sandbox.tip() == before {
            assert_eq!(now, status, "{step:?}");
            assert_eq!(sandbox.read(".ohmymkt/a.json"), "{}\n");
            assert!(!sandbox.root().join(".ohmymkt/new").exists(), "{step:?}");
        } else {
            assert!(matches!(step, Step::Reference | Step::Renamed | Step::Done), "{step:?}");
            assert_eq!(now, "M  src/one.txt\n M src/two.txt\n?? new.txt\n", "{step:?}");
        }
    }
}

#[test]
fn killed_before_the_index_a_user_commit_meanwhile_is_healed_too() {
    let sandbox = prepared();
    kill_at(&sandbox, Step::Reference);
    // What a person does who reads git's advice about a stale lock, and then about the next.
    for lock in ["index.lock", "HEAD.lock"] {
        std::fs::remove_file(sandbox.root().join(".git").join(lock)).expect("a stale lock");
    }
    sandbox.git(&["commit", "-q", "--only", "-m", "user", "--", "src/two.txt"]);
    drop(sandbox.repo().begin(".ohmymkt").expect("the next write heals"));
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  src/one.txt\n?? new.txt\n");
    sandbox.assert_clean_house();
}

#[test]
fn killed_before_the_index_the_branch_may_be_left_or_renamed() {
    for leave in [&["checkout", "-q", "-b", "topic"][..], &["branch", "-m", "topic"], &["checkout", "-q", "--detach"]] {
        let sandbox = prepared();
        kill_at(&sandbox, Step::Reference);
        for lock in ["index.lock", "HEAD.lock"] {
            std::fs::remove_file(sandbox.root().join(".git").join(lock)).expect("a stale lock");
        }
        sandbox.git(leave);
        drop(sandbox.repo().begin(".ohmymkt").expect("the next write heals"));
        let status = sandbox.git(&["status", "--porcelain"]);
        assert_eq!(status, "M  src/one.txt\n M src/two.txt\n?? new.txt\n", "{leave:?}");
        sandbox.assert_clean_house();
    }
}

#[test]
fn an_index_of_before_that_git_put_back_is_mended_on_another_branch_too() {
    let sandbox = prepared();
    let index = sandbox.root().join(".git/index");
    let before = std::fs::read(&index).expect("an index");
    let repo = sandbox.repo();
    repo.begin(".ohmymkt").expect("a write").commit(&changes(), "mkt(test): overtaken").expect("a commit");
    sandbox.git(&["checkout", "-q", "-b", "topic"]);
    std::fs::write(&index, before).expect("an index");
    drop(sandbox.repo().begin(".ohmymkt").expect("the next write mends"));
    let status = sandbox.git(&["status", "--porcelain"]);
    // A file that was removed may be the user's wish: that one is left.
    assert_eq!(status, "AD .ohmymkt/state/gates.json\nM  src/one.txt\n M src/two.txt\n?? new.txt\n");
}

#[test]
fn killed_before_the_reference_what_the_user_changed_since_is_kept() {
    let sandbox = prepared();
    kill_at(&sandbox, Step::Worktree);
    sandbox.write(".ohmymkt/a.json", "changed since\n");
    drop(sandbox.repo().begin(".ohmymkt").expect("the next write heals"));
    assert_eq!(sandbox.read(".ohmymkt/a.json"), "changed since\n");
    assert_eq!(sandbox.read(".ohmymkt/state/gates.json"), "{\"gates\":1}\n");
    sandbox.assert_clean_house();
}

#[test]
fn killed_before_a_file_was_made_one_that_the_user_made_just_so_is_kept() {
    let sandbox = prepared();
    kill_at(&sandbox, Step::Journal);
    sandbox.write(".ohmymkt/new/deep.json", "[]\n");
    drop(sandbox.repo().begin(".ohmymkt").expect("the next write heals"));
    assert_eq!(sandbox.read(".ohmymkt/new/deep.json"), "[]\n");
    sandbox.assert_clean_house();
}
