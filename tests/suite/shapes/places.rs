//! Where the repository, its working tree and the person in it are.

use super::{Shape, site};
use crate::sandbox::Sandbox;

#[test]
fn an_unborn_branch() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main"]).ok();
    sandbox.write("src/app.js", "run();\n").write("src/gone.js", "old();\n");
    sandbox.git(&["add", "--all"]).ok();
    sandbox.mkt(&["status"]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
    Shape::of(&sandbox).live();
}

#[test]
fn a_detached_head() {
    let sandbox = site();
    sandbox.git(&["switch", "--quiet", "--detach"]).ok();
    let main = sandbox.git(&["rev-parse", "main"]).ok().stdout;
    Shape::of(&sandbox).live();
    assert_eq!(sandbox.git(&["rev-parse", "main"]).ok().stdout, main);
    assert_ne!(sandbox.head(), main.trim_end());
}

#[test]
fn a_folder_with_spaces_and_letters_of_every_script() {
    let sandbox = site();
    let folder = "src/zwei Wörter/部門 é";
    std::fs::create_dir_all(sandbox.path(folder)).expect("a folder");
    Shape::of(&sandbox).from(folder).live();
}

#[test]
fn a_top_with_spaces_and_letters_of_every_script_from_elsewhere() {
    let sandbox = site();
    let top = sandbox.base().join("zwei Wörter 部門");
    std::fs::rename(sandbox.root(), &top).expect("moved");
    let elsewhere = sandbox.home();
    let top = top.to_string_lossy();
    let init = sandbox.call("ohmymkt", &["-C", &top, "-C", "docs", "init"]).folder(&elsewhere).run();
    init.ok().stdout_has("[");
    Shape::at(&sandbox, top.as_ref()).live();
    sandbox.call("git", &["-C", &top, "mkt", "check-gates"]).folder(&elsewhere).run().ok();
}

/// A linked worktree on the branch `side`, beside the repository.
#[track_caller]
fn linked<'s>(sandbox: &'s Sandbox, name: &str) -> Shape<'s> {
    let top = sandbox.base().join(name);
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", &top.to_string_lossy()]).ok();
    Shape::at(sandbox, top)
}

#[test]
fn a_linked_worktree() {
    let sandbox = site();
    linked(&sandbox, "linked tree").live().campaign();
    // The main one has another branch, and its own index.
    sandbox.git(&["status", "--porcelain"]).ok().stdout_lacks("ohmymkt");
    Shape::of(&sandbox).live();
}

/// Makes the two files that join a linked worktree to its repository relative, as
/// `worktree.useRelativePaths` does in newer gits.
fn join_relatively(sandbox: &Sandbox) {
    std::fs::write(sandbox.base().join("linked/.git"), "gitdir: ../site/.git/worktrees/linked\n").expect("a file");
    sandbox.write(".git/worktrees/linked/gitdir", "../../../../linked/.git\n");
}

#[test]
fn a_linked_worktree_with_relative_paths() {
    let sandbox = site();
    let shape = linked(&sandbox, "linked");
    join_relatively(&sandbox);
    std::fs::create_dir_all(shape.top.join("docs/deep")).expect("a folder");
    shape.from("docs/deep").live();
}

#[test]
fn the_extension_of_relative_worktrees() {
    let sandbox = site();
    let shape = linked(&sandbox, "linked");
    join_relatively(&sandbox);
    shape.mkt(&["init"]).ok();
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]).ok();
    sandbox.git(&["config", "extensions.relativeWorktrees", "true"]).ok();
    if shape.git(&["rev-parse"]).code == 0 {
        shape.live();
        return;
    }
    // This git does not know the extension yet. Newer ones do, and so does this program.
    shape.mkt(&["check-gates"]).code(2);
    shape.record_incident();
    shape.mkt(&["verify"]).ok();
    let config = sandbox.read(".git/config").replace("relativeWorktrees = true", "");
    sandbox.write(".git/config", config);
    assert_eq!(shape.status(), "");
    shape.is_sound();
}

#[test]
fn a_linked_worktree_that_was_moved_by_hand() {
    let sandbox = site();
    let shape = linked(&sandbox, "linked");
    let moved = sandbox.base().join("moved");
    std::fs::rename(&shape.top, &moved).expect("moved");
    Shape::at(&sandbox, moved).from("docs").live();
}

#[test]
fn an_alias_in_a_folder_of_a_linked_worktree() {
    let sandbox = site();
    let shape = linked(&sandbox, "linked").from("docs");
    sandbox.git(&["config", "alias.growth", "!git-mkt"]).ok();
    shape.git(&["growth", "init"]).ok();
    shape.git(&["mkt", "status"]).ok();
    assert_eq!(shape.status(), "");
    shape.is_sound();
}

#[test]
fn worktrees_of_a_bare_repository() {
    let sandbox = site();
    let around = sandbox.base().join("around");
    let (bare, site) = (around.join(".bare"), sandbox.root().to_string_lossy().into_owned());
    sandbox.git(&["clone", "--quiet", "--bare", &site, &bare.to_string_lossy()]).ok();
    std::fs::write(around.join(".git"), "gitdir: ./.bare\n").expect("a file");
    let folder = sandbox.call("git", &["worktree", "add", "--quiet", "main", "main"]).folder(&around);
    folder.run().ok();
    let shape = Shape::at(&sandbox, around.join("main"));
    shape.live();
    // With settings of its own, `core.bare` moves to those of the bare one.
    shape.git(&["sparse-checkout", "set", "src"]).ok();
    let before = shape.work();
    shape.record_incident();
    assert_eq!(shape.work(), before);
    // Around the worktrees there is nothing to write to.
    let outside = Shape::at(&sandbox, around);
    outside.mkt(&["verify", "--all"]).ok();
    outside.mkt(&["init"]).code(1).stderr_has("a bare repository");
}

#[test]
fn a_bare_repository() {
    let sandbox = site();
    Shape::of(&sandbox).live();
    let bare = sandbox.base().join("bare.git");
    let (from, to) = (sandbox.root().to_string_lossy().into_owned(), bare.to_string_lossy().into_owned());
    sandbox.git(&["clone", "--quiet", "--bare", &from, &to]).ok();
    let shape = Shape::at(&sandbox, bare.clone());
    let before = entries(&bare);
    shape.mkt(&["check-gates"]).ok().stdout_has("Overall: PASS");
    shape.mkt(&["status"]).ok().stdout_has("Checkout is down");
    shape.mkt(&["log"]).ok().stdout_has("update-gates");
    shape.mkt(&["show", "HEAD"]).ok().stdout_has("Mkt-Action");
    shape.is_sound();
    for command in [&["init"][..], &["update-gates", "strategy_gate.approved=false"], &["record"]] {
        shape.mkt(command).code(1).stderr_has("error: a bare repository has no worktree to write to");
    }
    assert_eq!(entries(&bare), before);
}

/// What a refused write must leave alone in a bare repository.
fn entries(bare: &std::path::Path) -> Vec<(String, Vec<u8>)> {
    let read = |name: &str| (name.to_owned(), std::fs::read(bare.join(name)).unwrap_or_default());
    let mut entries: Vec<_> = ["HEAD", "config", "packed-refs", "index", "refs/heads/main"].map(read).into();
    let hooks = std::fs::read_dir(bare.join("hooks")).into_iter().flatten().flatten();
    entries.extend(hooks.map(|entry| (entry.file_name().to_string_lossy().into_owned(), Vec::new())));
    entries.sort();
    entries
}

#[test]
fn a_submodule_and_the_project_around_it() {
    let sandbox = site();
    let part = sandbox.base().join("part");
    sandbox.git(&["clone", "--quiet", &sandbox.root().to_string_lossy(), &part.to_string_lossy()]).ok();
    let add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add"];
    sandbox.git(&[add.as_slice(), &[&part.to_string_lossy(), "parts/a part"]].concat()).ok();
    sandbox.commit_all("Take a part in");
    let inside = Shape::at(&sandbox, sandbox.path("parts/a part"));
    inside.live();
    inside.git(&["rev-parse", "--show-superproject-working-tree"]).ok().stdout_has("site");
    let around = Shape::of(&sandbox);
    assert_eq!(around.status(), " M \"parts/a part\"\n");
    around.live();
    assert!(!sandbox.head().is_empty());
}

#[test]
fn a_git_directory_of_its_own_place() {
    let sandbox = site();
    std::fs::create_dir(sandbox.base().join("elsewhere")).expect("a folder");
    sandbox.git(&["init", "--quiet", "--separate-git-dir", "../elsewhere/site.git"]).ok();
    assert!(sandbox.path(".git").is_file());
    Shape::of(&sandbox).from("docs").live();
}

/// A sandbox whose git directory is beside its working tree, and nothing leads there.
fn apart() -> (Sandbox, String) {
    let sandbox = site();
    let git_dir = sandbox.base().join("site.git");
    std::fs::rename(sandbox.path(".git"), &git_dir).expect("moved");
    (sandbox, git_dir.to_string_lossy().into_owned())
}

#[test]
fn both_directories_by_the_environment() {
    let (sandbox, git_dir) = apart();
    let top = sandbox.root().to_string_lossy().into_owned();
    let shape = || Shape::of(&sandbox).with("GIT_DIR", &git_dir).with("GIT_WORK_TREE", &top);
    shape().from("docs").live();
    shape().from(sandbox.home()).mkt(&["check-gates"]).ok();
    sandbox.call("git", &["--git-dir", &git_dir, "--work-tree", "site", "mkt", "status"]).folder("..").run().ok();
}

#[test]
fn both_directories_by_the_environment_relative() {
    let (sandbox, _) = apart();
    Shape::of(&sandbox).from("docs").with("GIT_DIR", "../../site.git").with("GIT_WORK_TREE", "..").live();
}

#[test]
fn the_git_directory_by_the_environment_and_the_tree_where_one_stands() {
    let (sandbox, git_dir) = apart();
    Shape::of(&sandbox).with("GIT_DIR", &git_dir).live();
    assert!(!sandbox.base().join(".ohmymkt").exists());
    Shape::of(&sandbox).with("GIT_DIR", "../site.git").record_incident();
}

#[test]
fn a_working_tree_for_a_bare_repository_by_the_environment() {
    let (sandbox, git_dir) = apart();
    sandbox.git(&["--git-dir", &git_dir, "config", "core.bare", "true"]).ok();
    let top = sandbox.root().to_string_lossy().into_owned();
    Shape::of(&sandbox).from("docs").with("GIT_DIR", &git_dir).with("GIT_WORK_TREE", &top).live();
    let bare = Shape::of(&sandbox).with("GIT_DIR", &git_dir);
    bare.mkt(&["record"]).code(1).stderr_has("a bare repository has no worktree");
}

#[test]
fn a_working_tree_by_a_setting() {
    let (sandbox, git_dir) = apart();
    sandbox.git(&["--git-dir", &git_dir, "config", "core.worktree", "../site"]).ok();
    Shape::of(&sandbox).from("docs").with("GIT_DIR", &git_dir).live();
    // Git finds it from the git directory, too.
    let inside = Shape::of(&sandbox).from(&git_dir);
    inside.mkt(&["check-gates"]).ok();
    inside.record_incident();
}

#[test]
fn places_behind_symbolic_links() {
    let (sandbox, git_dir) = apart();
    let link = std::os::unix::fs::symlink::<&std::path::Path, std::path::PathBuf>;
    link(git_dir.as_ref(), sandbox.path(".git")).expect("a link to the git directory");
    link(&sandbox.root(), sandbox.base().join("linked")).expect("a link to the working tree");
    Shape::at(&sandbox, "linked").from("docs").live();
}

#[test]
fn objects_elsewhere_by_the_environment() {
    let sandbox = site();
    let elsewhere = sandbox.base().join("objects");
    std::fs::create_dir(&elsewhere).expect("a folder");
    let (there, here) = (elsewhere.to_string_lossy(), sandbox.path(".git/objects").to_string_lossy().into_owned());
    let shape = Shape::of(&sandbox).with("GIT_OBJECT_DIRECTORY", there);
    let before = sandbox.git(&["count-objects"]).ok().stdout;
    shape.with("GIT_ALTERNATE_OBJECT_DIRECTORIES", here).live();
    assert_eq!(sandbox.git(&["count-objects"]).ok().stdout, before);
}

#[test]
fn an_index_by_the_environment_is_read_and_not_written() {
    let sandbox = site();
    Shape::of(&sandbox).live();
    sandbox.sh("cp .git/index .git/other").ok();
    Shape::of(&sandbox).edit_weeks(10, 6);
    let shape = Shape::of(&sandbox).with("GIT_INDEX_FILE", ".git/other");
    shape.git(&["add", "--all"]).ok();
    shape.mkt(&["check-gates", "--staged"]).code(2).stdout_has("6");
    sandbox.mkt(&["check-gates", "--staged"]).ok().stdout_has("10 weeks");
    sandbox
        .unchanged_by(|_| shape.mkt(&["record"]).code(2).stderr_has("error: cannot write while a git hook is running"));
}
