//! Writing: what is refused, and what happens when others write at once.

use ohmymkt::git::{Refusal, Repo};

use super::sandbox::{DATES, Sandbox, command_in, delete, put};

fn refusal(result: anyhow::Result<ohmymkt::git::ObjectId>) -> Refusal {
    let error = result.expect_err("a refusal");
    error.downcast_ref::<Refusal>().cloned().unwrap_or_else(|| panic!("{error:#}"))
}

#[test]
fn a_detached_head_moves_alone() {
    let sandbox = Sandbox::seeded();
    let main = sandbox.tip();
    sandbox.git(&["switch", "-q", "--detach"]);
    let id = sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "detached").expect("a commit");
    assert_eq!(sandbox.tip(), id.to_string());
    assert_eq!(sandbox.git(&["rev-parse", "main"]).trim(), main);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_reflog_reads_as_after_git_commit() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "mkt(x): words\n\nbody\n").expect("a commit");
    for name in ["HEAD", "main"] {
        let text = sandbox.git(&["reflog", "-1", "--format=%gs %gn %ge", name]);
        assert_eq!(text, "commit: mkt(x): words Ada ada@example.org\n");
    }
}

#[test]
fn a_linked_worktree_has_its_own_index() {
    let sandbox = Sandbox::seeded();
    let dir = tempfile::tempdir().expect("a directory");
    let linked = dir.path().join("linked");
    sandbox.git(&["worktree", "add", "-q", "-b", "side", &linked.display().to_string()]);
    let repo = Repo::open_at_with(&linked, &DATES).expect("a worktree");
    let mut write = repo.begin(".ohmymkt").expect("a write");
    let id = write.commit(&[put(".ohmymkt/a.json", "1\n")], "x").expect("a commit");
    let out = command_in(&linked, dir.path(), "git").args(["status", "--porcelain"]).output();
    assert_eq!(out.expect("git runs").stdout, b"");
    assert_eq!(sandbox.git(&["rev-parse", "side"]).trim(), id.to_string());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn symbolic_links_and_paths_outside_are_refused() {
    let sandbox = Sandbox::seeded();
    let outside = tempfile::tempdir().expect("a directory");
    std::os::unix::fs::symlink(outside.path(), sandbox.root().join(".ohmymkt/link")).expect("a link");
    let paths = [".ohmymkt/link/x", "../x", "/x", ".git/x", "a/.GIT/x", "", "a//b", "README.md/x", "src"];
    let before = sandbox.tip();
    for path in paths {
        let found = refusal(sandbox.commit(&[put(".ohmymkt/a.json", "1\n"), put(path, "x")], "x"));
        assert!(matches!(found, Refusal::UnsafePath(_)), "{path}: {found}");
    }
    assert_eq!(sandbox.tip(), before);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? .ohmymkt/link\n");
    assert_eq!(std::fs::read_dir(outside.path()).expect("a directory").count(), 0);
    sandbox.assert_clean_house();
}

#[test]
fn unfinished_operations_bare_repositories_and_hooks_are_refused() {
    let sandbox = Sandbox::seeded();
    let states = [
        ("MERGE_HEAD", "merge"),
        ("CHERRY_PICK_HEAD", "cherry-pick"),
        ("REVERT_HEAD", "revert"),
        ("BISECT_LOG", "bisect"),
        ("rebase-merge/x", "rebase"),
        ("rebase-apply/applying", "am"),
    ];
    for (file, what) in states {
        let path = sandbox.root().join(".git").join(file);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        std::fs::write(&path, format!("{}\n", sandbox.tip())).expect("a file");
        assert_eq!(refusal(sandbox.commit(&[put("a", "b")], "x")), Refusal::InProgress(what));
        std::fs::remove_file(&path).expect("removed");
        std::fs::remove_dir(path.parent().expect("a parent")).ok();
    }
    let hook = Repo::open_at_with(&sandbox.root(), &[("GIT_INDEX_FILE", ".git/index")]).expect("opens");
    let error = hook.begin(".ohmymkt").err().expect("a refusal");
    assert!(matches!(error.downcast_ref(), Some(Refusal::InsideHook)));
    let bare = tempfile::tempdir().expect("a directory");
    sandbox.git(&["init", "-q", "--bare", &bare.path().display().to_string()]);
    let error = Repo::open_at(bare.path()).expect("opens").begin(".ohmymkt").err().expect("a refusal");
    assert!(matches!(error.downcast_ref(), Some(Refusal::Bare)));
}

#[test]
fn a_lock_held_by_another_is_waited_for_and_then_named() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "ohmymkt.lockTimeout", "50"]);
    let lock = sandbox.root().join(".git/index.lock");
    std::fs::write(&lock, "").expect("a lock");
    let before = sandbox.tip();
    let found = refusal(sandbox.commit(&[put(".ohmymkt/a.json", "1\n"), delete(".ohmymkt/state/gates.json")], "x"));
    assert!(matches!(found, Refusal::Locked(_)), "{found}");
    std::fs::remove_file(&lock).expect("removed");
    assert_eq!((sandbox.tip(), sandbox.git(&["status", "--porcelain"])), (before, String::new()));
    std::fs::write(sandbox.root().join(".git/refs/heads/main.lock"), "").expect("a lock");
    let found = refusal(sandbox.commit(&[put(".ohmymkt/a.json", "1\n"), delete(".ohmymkt/state/gates.json")], "x"));
    assert!(matches!(found, Refusal::Locked(_)), "{found}");
    std::fs::remove_file(sandbox.root().join(".git/refs/heads/main.lock")).expect("removed");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
}

#[test]
fn an_edit_that_is_neither_old_nor_new_is_never_overwritten() {
    let sandbox = Sandbox::seeded();
    sandbox.write(".ohmymkt/a.json", "by hand\n");
    assert_eq!(refusal(sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "x")), Refusal::Moved);
    assert_eq!(sandbox.read(".ohmymkt/a.json"), "by hand\n");
    sandbox.commit(&[put(".ohmymkt/a.json", "by hand\n")], "record").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
}

#[test]
fn a_head_that_moved_elsewhere_is_followed_and_one_that_moved_here_is_not() {
    let sandbox = Sandbox::seeded();
    let repo = sandbox.repo();
    let mut write = repo.begin(".ohmymkt").expect("a write");
    sandbox.write("src/one.txt", "theirs\n");
    sandbox.git(&["commit", "-qam", "theirs"]);
    write.commit(&[put(".ohmymkt/a.json", "1\n")], "ours").expect("a commit on theirs");
    assert_eq!(sandbox.git(&["log", "--format=%s"]), "ours\ntheirs\nseed\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.write(".ohmymkt/a.json", "theirs\n");
    sandbox.git(&["commit", "-qam", "theirs again"]);
    assert_eq!(refusal(write.commit(&[put(".ohmymkt/b.json", "1\n")], "ours")), Refusal::Moved);
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn writers_at_once_lose_nothing() {
    const EACH: usize = 12;
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "ohmymkt.lockTimeout", "60000"]);
    let root = sandbox.root();
    std::thread::scope(|scope| {
        for writer in ["one", "two"] {
            let root = root.clone();
            scope.spawn(move || {
                for n in 0..EACH {
                    let repo = Repo::open_at_with(&root, &DATES).expect("opens");
                    let change = put(&format!(".ohmymkt/{writer}-{n}.json"), "{}\n");
                    let mut write = repo.begin(".ohmymkt").expect("a write");
                    write.commit(&[change], &format!("{writer} {n}")).expect("a commit");
                }
            });
        }
        scope.spawn(|| {
            for n in 0..EACH {
                sandbox.write(&format!("user-{n}.txt"), "x\n");
                let name = format!("user-{n}.txt");
                for command in [
                    &["add", name.as_str()][..],
                    &["commit", "-q", "-m", name.as_str(), "--only", "--", name.as_str()][..],
                ] {
                    while !sandbox.try_git(command).status.success() {}
                }
            }
        });
    });
    // Git reads the index before it locks it, so its last commit may have put an older one
    // back. The next write mends that.
    sandbox.commit(&[put(".ohmymkt/last.json", "{}\n")], "last").expect("a commit");
    let files = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD"]);
    for n in 0..EACH {
        for name in [format!(".ohmymkt/one-{n}.json"), format!(".ohmymkt/two-{n}.json"), format!("user-{n}.txt")] {
            assert!(files.lines().any(|line| line == name), "lost: {name}");
        }
    }
    assert_eq!(sandbox.git(&["rev-list", "--count", "HEAD"]).trim(), (2 + 3 * EACH).to_string());
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
}

#[test]
fn files_are_shared_as_git_shares_them() {
    use std::os::unix::fs::PermissionsExt as _;
    let modes = |sandbox: &Sandbox| -> Vec<(String, u32)> {
        let tree = sandbox.git(&["rev-parse", "HEAD^{tree}"]);
        let object = format!("objects/{}/{}", &tree[..2], tree[2..].trim());
        let names = ["index", &object, &object[..10], "refs/heads/main", "logs/refs/heads/main"];
        let mode = |name: &str| {
            let path = sandbox.root().join(".git").join(name);
            std::fs::metadata(path).expect(name).permissions().mode() & 0o7777
        };
        names.iter().map(|name| ((*name).to_owned(), mode(name))).collect()
    };
    for setting in ["group", "all", "0640", "umask"] {
        let make = || {
            let sandbox = Sandbox::with(&[&format!("--shared={setting}")]);
            sandbox.seed();
            sandbox
        };
        let (ours, gits) = (make(), make());
        ours.commit(&[put(".ohmymkt/a.json", "1\n")], "x").expect("a commit");
        gits.write(".ohmymkt/a.json", "1\n");
        gits.git(&["commit", "-qam", "x"]);
        assert_eq!(modes(&ours), modes(&gits), "{setting}");
    }
}

#[test]
fn a_reversal_that_an_overlapping_git_staged_is_mended_and_no_other() {
    let sandbox = Sandbox::seeded();
    sandbox.commit(&[put(".ohmymkt/a.json", "1\n")], "one").expect("a commit");
    let before = std::fs::read(sandbox.root().join(".git/index")).expect("the index");
    sandbox.commit(&[put(".ohmymkt/a.json", "2\n"), put(".ohmymkt/b.json", "2\n")], "two").expect("a commit");
    // What a `git commit` does that read the index before our write and wrote it after.
    std::fs::write(sandbox.root().join(".git/index"), before).expect("the index");
    sandbox.write("mine.txt", "mine\n");
    sandbox.git(&["add", "mine.txt"]);
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only"]), ".ohmymkt/a.json\n.ohmymkt/b.json\nmine.txt\n");
    sandbox.commit(&[put(".ohmymkt/c.json", "3\n")], "three").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "A  mine.txt\n");
    // What the user stages is not a reversal: it stays.
    sandbox.write(".ohmymkt/a.json", "4\n");
    sandbox.git(&["add", ".ohmymkt/a.json"]);
    sandbox.commit(&[put(".ohmymkt/d.json", "5\n")], "four").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "M  .ohmymkt/a.json\nA  mine.txt\n");
    sandbox.assert_clean_house();
}
