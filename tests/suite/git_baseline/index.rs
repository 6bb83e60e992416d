//! The index after a write, in every kind git has.

use super::sandbox::{Sandbox, delete, put};

/// Work of the user in every state, then a commit of ours; nothing of theirs may change.
fn assert_foreign_work_survives(sandbox: &Sandbox) {
    sandbox.write("src/one.txt", "staged\n");
    sandbox.git(&["add", "src/one.txt"]);
    sandbox.write("src/one.txt", "staged, then changed\n");
    sandbox.write("src/two.txt", "unstaged\n");
    sandbox.write("new.txt", "untracked\n");
    sandbox.write("intent.txt", "intended\n");
    sandbox.git(&["add", "-N", "intent.txt"]);
    sandbox.git(&["rm", "-q", "--cached", "zz.txt"]);
    std::fs::remove_file(sandbox.root().join("src/three.txt")).expect("deleted by the user");
    let foreign = [":!.ohmymkt"];
    let look = || {
        let status = sandbox.git(&[&["--no-optional-locks", "status", "--porcelain", "--"], &foreign[..]].concat());
        let staged = sandbox.git(&[&["diff", "--cached", "--raw", "--"], &foreign[..]].concat());
        (status, staged, sandbox.foreign_entries())
    };
    let before = look();
    let changes = [
        put(".ohmymkt/a.json", "{\"changed\":true}\n"),
        put(".ohmymkt/new/deep/file.json", "[]\n"),
        delete(".ohmymkt/state/gates.json"),
    ];
    let id = sandbox.commit(&changes, "mkt(test): write").expect("a commit");
    assert_eq!(look(), before);
    assert_eq!(sandbox.tip(), id.to_string());
    assert_eq!(sandbox.git(&["status", "--porcelain", "--", ".ohmymkt"]), "");
    assert_eq!(sandbox.git(&["diff", "--cached", "--name-only", "--", ".ohmymkt"]), "");
    assert_eq!(
        sandbox.git(&["diff-tree", "-r", "--name-status", "--no-commit-id", "HEAD"]),
        "M\t.ohmymkt/a.json\nA\t.ohmymkt/new/deep/file.json\nD\t.ohmymkt/state/gates.json\n"
    );
    assert!(!sandbox.root().join(".ohmymkt/state").exists());
    sandbox.assert_clean_house();
}

/// The trees the index would make are the same with and without its cached ones.
fn assert_cached_trees_are_right(sandbox: &Sandbox) {
    // A tree leaves out what is only intended to be added; a list of entries cannot tell.
    sandbox.git(&["rm", "-q", "--cached", "intent.txt"]);
    let with = sandbox.git(&["write-tree"]);
    let list = sandbox.git(&["ls-files", "-s", "-z"]);
    let other = sandbox.root().join(".git/other-index");
    let mut git = sandbox.command("git");
    git.env("GIT_INDEX_FILE", &other).args(["update-index", "-z", "--index-info"]);
    git.stdin(std::process::Stdio::piped());
    let mut child = git.spawn().expect("git runs");
    let mut pipe = child.stdin.take().expect("stdin is piped");
    std::io::Write::write_all(&mut pipe, list.as_bytes()).expect("git reads");
    drop(pipe);
    assert!(child.wait().expect("git ends").success());
    let output = sandbox.command("git").env("GIT_INDEX_FILE", &other).arg("write-tree").output();
    assert_eq!(String::from_utf8_lossy(&output.expect("git runs").stdout), with);
}

#[test]
fn a_plain_index() {
    let sandbox = Sandbox::seeded();
    assert_foreign_work_survives(&sandbox);
    assert_cached_trees_are_right(&sandbox);
}

#[test]
fn versions_three_and_four() {
    for version in ["3", "4"] {
        let sandbox = Sandbox::seeded();
        sandbox.git(&["update-index", "--index-version", version]);
        sandbox.git(&["update-index", "--skip-worktree", "README.md"]);
        assert_foreign_work_survives(&sandbox);
        assert_cached_trees_are_right(&sandbox);
    }
}

#[test]
fn entries_and_flags_of_others_are_kept() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["update-index", "--assume-unchanged", "README.md"]);
    assert_foreign_work_survives(&sandbox);
    assert!(sandbox.git(&["ls-files", "-v"]).contains("h README.md"));
}

#[test]
fn a_split_index() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "core.splitIndex", "true"]);
    sandbox.git(&["update-index", "--split-index"]);
    assert_foreign_work_survives(&sandbox);
}

#[test]
fn an_untracked_cache() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "core.untrackedCache", "true"]);
    sandbox.git(&["update-index", "--force-untracked-cache"]);
    sandbox.git(&["status"]);
    assert_foreign_work_survives(&sandbox);
    sandbox.write(".ohmymkt/left.json", "{}\n");
    assert_eq!(sandbox.git(&["status", "--porcelain", "--", ".ohmymkt"]), "?? .ohmymkt/left.json\n");
}

#[test]
fn an_untracked_cache_forgets_a_file_that_was_only_recorded() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "core.untrackedCache", "true"]);
    sandbox.git(&["update-index", "--force-untracked-cache"]);
    sandbox.write(".ohmymkt/hand.json", "by hand\n");
    for _ in 0..2 {
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? .ohmymkt/hand.json\n");
    }
    sandbox.commit(&[put(".ohmymkt/hand.json", "by hand\n")], "record").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_file_system_monitor() {
    let sandbox = Sandbox::seeded();
    let hook = sandbox.root().join(".git/monitor");
    std::fs::write(&hook, "#!/bin/sh\nprintf 'token\\0/\\0'\n").expect("a hook");
    std::fs::set_permissions(&hook, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    sandbox.git(&["config", "core.fsmonitor", ".git/monitor"]);
    sandbox.git(&["update-index", "--fsmonitor"]);
    sandbox.git(&["status"]);
    assert_foreign_work_survives(&sandbox);
}

#[test]
fn threads_and_a_skipped_hash() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["config", "index.skipHash", "true"]);
    sandbox.git(&["config", "index.threads", "4"]);
    sandbox.git(&["update-index", "--force-write-index"]);
    assert_foreign_work_survives(&sandbox);
    let bytes = std::fs::read(sandbox.root().join(".git/index")).expect("an index");
    assert!(bytes[bytes.len() - 20..].iter().all(|byte| *byte == 0));
}

#[test]
fn a_sparse_index() {
    let sandbox = Sandbox::seeded();
    for n in 0..5 {
        sandbox.write(&format!("deep/{n}/file"), "x\n");
    }
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "deep"]);
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src", ".ohmymkt"]);
    let listed = sandbox.git(&["ls-files", "--sparse"]);
    assert!(listed.contains("deep/\n"), "{listed}");
    sandbox.commit(&[put(".ohmymkt/a.json", "{\"x\":1}\n"), put(".ohmymkt/b.json", "1\n")], "x").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    sandbox.assert_clean_house();
    sandbox.git(&["sparse-checkout", "set", "--cone", "--sparse-index", "src"]);
    let repo = sandbox.repo();
    assert_eq!(repo.uncommitted(".ohmymkt").expect("a status"), []);
    let files = repo.files(&ohmymkt::git::At::Index, ".ohmymkt").expect("files");
    assert_eq!(files.len(), 3, "{files:?}");
    let there = repo.files(&ohmymkt::git::At::Worktree, ".ohmymkt").expect("files");
    assert_eq!(repo.read(&ohmymkt::git::At::Worktree, &there[0]).expect("bytes"), b"{\"x\":1}\n");
}

#[test]
fn sha256_and_an_unborn_index() {
    for format in ["sha1", "sha256"] {
        let sandbox = Sandbox::with(&["--object-format", format]);
        let id = sandbox.commit(&[put(".ohmymkt/a.json", "{}\n")], "first").expect("a first commit");
        assert_eq!(sandbox.tip(), id.to_string());
        assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
        assert!(sandbox.git(&["reflog"]).contains("commit (initial): first"));
        sandbox.seed();
        assert_foreign_work_survives(&sandbox);
    }
}

#[test]
fn a_change_in_the_tick_of_the_index_is_not_hidden() {
    let sandbox = Sandbox::seeded();
    // Same size, same time as the index: only git's rule for racy entries sees it.
    let index = sandbox.root().join(".git/index");
    let file = sandbox.root().join("zz.txt");
    sandbox.git(&["update-index", "--refresh"]);
    let time = std::fs::metadata(&file).expect("a file").modified().expect("a time");
    std::fs::write(&file, "zz.TXT\n").expect("a write");
    let open = |path| std::fs::OpenOptions::new().write(true).open(path).expect("a file");
    open(&file).set_modified(time).expect("a time");
    open(&index).set_modified(time).expect("a time");
    sandbox.git(&["config", "core.trustctime", "false"]);
    sandbox.commit(&[put(".ohmymkt/a.json", "{\"x\":1}\n")], "x").expect("a commit");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), " M zz.txt\n");
}
