//! Repositories of others: trusted where git trusts them, refused in its words.

use std::os::unix::fs::chown;
use std::path::Path;

use crate::sandbox::{Outcome, Sandbox};

use super::beside::{Variables, WRITE, assert_clean, skipped, with};

/// Nobody in particular.
const SOMEBODY: u32 = 54_321;

/// Gives a folder and all in it to somebody else; false, and a word about it, where only
/// root could.
fn give_away(folder: &Path) -> bool {
    let given = chown(folder, Some(SOMEBODY), None).is_ok();
    if !given {
        skipped("only root can give a repository to somebody else");
        return false;
    }
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            give_away(&entry.path());
        } else {
            std::os::unix::fs::lchown(entry.path(), Some(SOMEBODY), None).expect("a file can be given away");
        }
    }
    true
}

fn trust(sandbox: &Sandbox, directories: &[&str]) {
    sandbox.git(&["config", "--global", "--unset-all", "safe.directory"]);
    for directory in directories {
        sandbox.git(&["config", "--global", "--add", "safe.directory", directory]).ok();
    }
}

/// Both work here, or both refuse with the same words; whether they work.
#[track_caller]
fn same(sandbox: &Sandbox, folder: &Path, variables: Variables<'_>) -> bool {
    let git = with(sandbox.call("git", &["rev-parse", "HEAD"]).folder(folder), variables).run();
    let ours = with(sandbox.call("ohmymkt", &["list-plans"]).folder(folder), variables).run();
    assert_eq!(ours.code == 0, git.code == 0, "{git}{ours}");
    if ours.code != 0 {
        assert_same_words(&git, &ours);
    }
    ours.code == 0
}

#[track_caller]
fn assert_same_words(git: &Outcome, ours: &Outcome) {
    assert_eq!(ours.code, 1, "{ours}");
    let fatal = git.stderr.lines().find_map(|line| line.strip_prefix("fatal: ")).expect("git says why");
    assert!(ours.stderr.starts_with(&format!("error: {fatal}\n")), "{git}{ours}");
    if let Some(advice) = git.stderr.lines().find(|line| line.contains("git config")) {
        assert!(ours.stderr.contains(&format!("hint: {}\n", advice.trim())), "{git}{ours}");
    }
}

#[test]
fn a_repository_of_somebody_else_is_trusted_as_git_trusts_it() {
    let sandbox = Sandbox::new().initialised();
    let root = sandbox.root();
    if !give_away(&root) {
        return;
    }
    let (exact, above) = (root.display().to_string(), sandbox.base().display().to_string());
    let link = sandbox.base().join("link");
    std::os::unix::fs::symlink(&root, &link).expect("a link");
    let prefix = format!("{above}/*");
    let cases: [&[&str]; 11] = [
        &[],
        &[&exact],
        &["*"],
        &[&prefix],
        &["/nowhere/*"],
        &[&prefix, ""],
        &["", &prefix],
        &[&above],
        &[&format!("{exact}/")],
        &[&format!("{exact}/*")],
        &[&link.display().to_string()],
    ];
    let works = cases.map(|directories| {
        trust(&sandbox, directories);
        (same(&sandbox, &root, &[]), same(&sandbox, &link, &[]))
    });
    assert_eq!(works[..4], [(false, false), (true, true), (true, true), (true, true)]);
    // What the repository says of itself counts for nothing, what a command says does.
    trust(&sandbox, &[]);
    sandbox.git(&["-c", "safe.directory=*", "config", "safe.directory", "*"]).ok();
    assert!(!same(&sandbox, &root, &[]));
    let said = [("GIT_CONFIG_COUNT", "1"), ("GIT_CONFIG_KEY_0", "safe.directory"), ("GIT_CONFIG_VALUE_0", &prefix)];
    assert!(same(&sandbox, &root, &said.map(|(name, value)| (name, Some(value)))));
    let owner = SOMEBODY.to_string();
    assert!(same(&sandbox, &root, &[("SUDO_UID", Some(&owner))]));
    assert!(!same(&sandbox, &root, &[("SUDO_UID", Some("12345"))]));
    // Whoever names the directory means it.
    assert!(same(&sandbox, &root, &[("GIT_DIR", Some(".git"))]));
}

#[test]
fn a_trusted_repository_of_somebody_else_is_written_to() {
    let sandbox = Sandbox::new().initialised();
    if !give_away(&sandbox.root()) {
        return;
    }
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&WRITE)).code(1);
    refused.stderr_has("detected dubious ownership").stderr_has("hint: git config --global --add safe.directory ");
    trust(&sandbox, &[&format!("{}/*", sandbox.base().display())]);
    sandbox.mkt(&WRITE).ok();
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.write("page.html", "x\n").commit_all("Add a page");
    sandbox.mkt(&["verify", "--all"]).ok();
    assert_clean(&sandbox);
}

#[test]
fn every_part_of_a_repository_has_an_owner() {
    let sandbox = Sandbox::new().initialised();
    let linked = sandbox.base().join("linked");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", &linked.display().to_string()]).ok();
    let bare = sandbox.base().join("bare.git");
    sandbox.git(&["clone", "--quiet", "--bare", ".", &bare.display().to_string()]).ok();
    if !give_away(&bare) || chown(linked.join(".git"), Some(SOMEBODY), None).is_err() {
        return;
    }
    assert!(same(&sandbox, &sandbox.root(), &[]));
    for (place, name) in [(&linked, &linked), (&bare, &bare)] {
        trust(&sandbox, &[]);
        assert!(!same(&sandbox, place, &[]));
        trust(&sandbox, &[&name.display().to_string()]);
        assert!(same(&sandbox, place, &[]));
        trust(&sandbox, &[&format!("{}/*", sandbox.base().display())]);
        assert!(same(&sandbox, place, &[]));
    }
}

#[test]
fn a_bare_repository_that_was_only_found_is_refused_where_git_refuses_it() {
    let sandbox = Sandbox::new().initialised();
    let bare = sandbox.path("bare.git");
    sandbox.git(&["clone", "--quiet", "--bare", ".", "bare.git"]).ok();
    assert!(same(&sandbox, &bare, &[]));
    sandbox.git(&["config", "--global", "safe.bareRepository", "explicit"]).ok();
    assert!(!same(&sandbox, &bare, &[]));
    assert!(same(&sandbox, &bare, &[("GIT_DIR", Some("."))]));
    assert!(same(&sandbox, &sandbox.root(), &[]));
}
