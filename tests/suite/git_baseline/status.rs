//! What is not committed.

use ohmymkt::git::{Uncommitted, UncommittedKind};

use super::sandbox::Sandbox;

fn uncommitted(sandbox: &Sandbox) -> Vec<(String, UncommittedKind)> {
    let found = sandbox.repo().uncommitted(".ohmymkt").expect("a status");
    found.into_iter().map(|Uncommitted { path, what }| (path, what)).collect()
}

#[test]
fn a_clean_directory_is_clean() {
    assert_eq!(uncommitted(&Sandbox::seeded()), []);
    assert_eq!(uncommitted(&Sandbox::empty()), []);
}

#[test]
fn every_way_of_not_being_committed_is_named_and_ignored_files_are_not_hidden() {
    let sandbox = Sandbox::seeded();
    for name in ["c", "d", "e", "f"] {
        sandbox.write(&format!(".ohmymkt/{name}.json"), "{}\n");
    }
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "more"]);
    sandbox.write(".gitignore", "*.tmp\n");
    sandbox.write(".ohmymkt/ignored.tmp", "x");
    sandbox.write(".ohmymkt/a.json", "{ }");
    sandbox.write(".ohmymkt/c.json", "[]\n");
    sandbox.git(&["add", ".ohmymkt/c.json"]);
    std::fs::remove_file(sandbox.root().join(".ohmymkt/d.json")).expect("deleted");
    sandbox.git(&["rm", "-q", ".ohmymkt/e.json"]);
    sandbox.git(&["rm", "-q", "--cached", ".ohmymkt/f.json"]);
    sandbox.write(".ohmymkt/intent.json", "{}\n");
    sandbox.git(&["add", "-N", ".ohmymkt/intent.json"]);
    let index = std::fs::read(sandbox.root().join(".git/index")).expect("an index");
    use UncommittedKind::{Deleted, Modified, Staged, Untracked};
    let expected = [
        (".ohmymkt/a.json", Modified),
        (".ohmymkt/c.json", Staged),
        (".ohmymkt/d.json", Deleted),
        (".ohmymkt/e.json", Deleted),
        (".ohmymkt/f.json", Staged),
        (".ohmymkt/ignored.tmp", Untracked),
        (".ohmymkt/intent.json", Staged),
    ];
    assert_eq!(uncommitted(&sandbox), expected.map(|(path, what)| (path.to_owned(), what)));
    assert_eq!(std::fs::read(sandbox.root().join(".git/index")).expect("an index"), index);
}

#[test]
fn a_mode_is_a_change_only_where_the_file_system_has_modes() {
    let sandbox = Sandbox::seeded();
    let path = sandbox.root().join(".ohmymkt/a.json");
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("a mode");
    assert_eq!(uncommitted(&sandbox), [(".ohmymkt/a.json".to_owned(), UncommittedKind::Modified)]);
    sandbox.git(&["config", "core.fileMode", "false"]);
    assert_eq!(uncommitted(&sandbox), []);
}

#[test]
fn line_ends_that_git_converts_are_no_change() {
    let sandbox = Sandbox::seeded();
    sandbox.write(".ohmymkt/a.json", "{}\r\n");
    assert_eq!(uncommitted(&sandbox).len(), 1);
    sandbox.git(&["config", "core.autocrlf", "true"]);
    assert_eq!(uncommitted(&sandbox), []);
}

#[test]
fn conflicts_are_named_with_their_sides() {
    let sandbox = Sandbox::seeded();
    sandbox.git(&["switch", "-q", "-c", "side"]);
    sandbox.write(".ohmymkt/a.json", "side\n");
    sandbox.git(&["commit", "-qam", "side"]);
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.write(".ohmymkt/a.json", "main\n");
    sandbox.git(&["commit", "-qam", "main"]);
    assert!(!sandbox.try_git(&["merge", "side"]).status.success());
    assert_eq!(uncommitted(&sandbox), [(".ohmymkt/a.json".to_owned(), UncommittedKind::Conflicted)]);
    let repo = sandbox.repo();
    assert_eq!(repo.operation_in_progress(), Some("merge"));
    let conflicts = repo.conflicts(".ohmymkt").expect("conflicts");
    assert_eq!(conflicts.len(), 1);
    let read = |id: Option<_>| repo.read_blob(&id.expect("a side")).expect("a blob");
    assert_eq!(read(conflicts[0].base), b"{}\n");
    assert_eq!(read(conflicts[0].ours), b"main\n");
    assert_eq!(read(conflicts[0].theirs), b"side\n");
}
