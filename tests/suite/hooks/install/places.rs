//! Where git looks for hooks.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use super::{AUTHOR, names_in};
use crate::sandbox::Sandbox;

/// A hook that leaves a mark when ours runs it.
const MARKING: &str = "#!/bin/sh\ntouch \"$HOME/ran\"\n";

#[test]
fn from_a_folder_below_the_top() {
    let sandbox = Sandbox::new();
    sandbox.write("a/b/page.html", "x\n");
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("a/b").run().ok().stdout_has("in .git/hooks\n");
    assert_eq!(names_in(&sandbox.hooks()), AUTHOR);
    sandbox.call("ohmymkt", &["hooks", "status"]).folder("a/b").run().ok();
}

#[test]
fn a_linked_worktree_has_the_hooks_of_its_repository() {
    let sandbox = Sandbox::new();
    sandbox.git(&["worktree", "add", "--quiet", "../linked"]).ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("../linked").run().ok();
    assert_eq!(names_in(&sandbox.hooks()), AUTHOR);
    assert!(!sandbox.exists(".git/worktrees/linked/hooks"));
    for folder in ["", "../linked"] {
        sandbox.call("ohmymkt", &["hooks", "status"]).folder(folder).run().ok();
    }
    sandbox.call("ohmymkt", &["hooks", "uninstall"]).folder("../linked").run().ok();
    assert!(names_in(&sandbox.hooks()).is_empty());
}

#[test]
fn a_submodule_has_hooks_of_its_own() {
    let sandbox = Sandbox::new();
    sandbox.git(&["clone", "--quiet", ".", "../part"]).ok();
    sandbox.sh("git -c protocol.file.allow=always submodule --quiet add ../part part").ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("part").run().ok();
    assert_eq!(names_in(&sandbox.path(".git/modules/part/hooks")), AUTHOR);
    assert!(names_in(&sandbox.hooks()).is_empty());
    sandbox.call("ohmymkt", &["hooks", "status"]).folder("part").run().ok();
    sandbox.call("ohmymkt", &["hooks", "status"]).run().code(2);
}

#[test]
fn a_git_directory_elsewhere_and_one_without_a_template() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "--template=", "--separate-git-dir", "../else.git"]).ok();
    sandbox.mkt(&["hooks", "install"]).ok();
    assert_eq!(names_in(&sandbox.base().join("else.git/hooks")), AUTHOR);
    sandbox.mkt(&["hooks", "status"]).ok();
}

#[test]
fn a_bare_repository_gets_pre_receive_and_nothing_else() {
    let sandbox = Sandbox::new();
    sandbox.git(&["clone", "--quiet", "--bare", ".", "../server.git"]).ok();
    let call = |args: &[&str]| sandbox.call("ohmymkt", &[&["hooks"], args].concat()).folder("../server.git").run();
    let hooks = sandbox.base().join("server.git/hooks");
    call(&["status"]).code(2).stdout_has("pre-receive").stdout_lacks("pre-push");
    call(&["install", "--strict"]).code(1).stderr_has("hint: git mkt hooks install\n");
    assert!(names_in(&hooks).is_empty());
    call(&["install"]).ok();
    assert_eq!(names_in(&hooks), ["pre-receive"]);
    call(&["status"]).ok();
    sandbox.git(&["push", "--quiet", "../server.git", "main:new"]).ok();
    call(&["uninstall"]).ok();
    assert!(names_in(&hooks).is_empty());
}

#[test]
fn a_worktree_of_a_bare_repository_has_the_hooks_of_those_who_work() {
    let sandbox = Sandbox::new();
    sandbox.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]).ok();
    sandbox.call("git", &["worktree", "add", "--quiet", "../work", "main"]).folder("../bare.git").run().ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("../work").run().ok();
    assert_eq!(names_in(&sandbox.base().join("bare.git/hooks")), AUTHOR);
    sandbox.call("ohmymkt", &["hooks", "status"]).folder("../work").run().ok();
}

#[test]
fn a_directory_that_others_share_is_never_written_to() {
    let shared = |sandbox: &Sandbox| -> PathBuf { sandbox.home().join("hooks") };
    let settings: [(&str, &str); 4] = [
        ("git config --global core.hooksPath \"$HOME/hooks\"", "global"),
        ("git config --global core.hooksPath '~/hooks'", "global"),
        ("git config core.hooksPath '~/hooks'", "local"),
        ("git config extensions.worktreeConfig true && git config --worktree core.hooksPath ~/hooks", "worktree"),
    ];
    for (setting, scope) in settings {
        let sandbox = Sandbox::new();
        fs::create_dir(shared(&sandbox)).expect("a folder");
        sandbox.sh(setting).ok();
        let outcome = sandbox.refuses(&format!("/home/hooks` (`core.hooksPath`, {scope})"));
        outcome.stderr_has("    ohmymkt hook pre-push -- \"$@\" || exit\n");
        assert!(names_in(&shared(&sandbox)).is_empty() && names_in(&sandbox.hooks()).is_empty());
        sandbox.mkt(&["hooks", "status"]).code(2).stdout_has(&format!("(core.hooksPath, {scope})"));
        sandbox.mkt(&["hooks", "uninstall"]).ok();
    }
    let sandbox = Sandbox::new();
    sandbox
        .git(&["-c", "core.hooksPath=../hooks", "mkt", "hooks", "install"])
        .code(2)
        .stderr_has("`core.hooksPath`, command");
    let system = sandbox.base().join("system");
    fs::write(&system, "[core]\n\thooksPath = /srv/hooks\n").expect("a configuration");
    let call = sandbox.call("ohmymkt", &["hooks", "install"]).without("GIT_CONFIG_NOSYSTEM");
    let outcome = call.env("GIT_CONFIG_SYSTEM", &system.display().to_string()).run().code(2);
    outcome.stderr_has("`/srv/hooks` (`core.hooksPath`, system)");
    assert!(names_in(&sandbox.hooks()).is_empty());
}

#[test]
fn a_value_that_names_no_directory_is_refused() {
    for value in ["", "/dev/null", "index.html"] {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "core.hooksPath", value]).ok();
        let outcome = sandbox.refuses(&format!("`core.hooksPath` (local) is `{value}`, which names no directory"));
        outcome.stderr_has("hint: git config --show-origin");
        sandbox.mkt(&["hooks", "status"]).code(2);
        assert_eq!(sandbox.status(), "", "nothing lands in the working tree");
    }
}

#[test]
fn a_directory_of_this_clone_is_used_unless_its_files_are_tracked() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.hooksPath", ".githooks"]).ok();
    sandbox.write("sub/page.html", "x\n").script(".githooks/pre-commit", MARKING);
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("sub").run().ok().stdout_has("in .githooks\n");
    let mut all: Vec<_> = AUTHOR.map(str::to_owned).to_vec();
    all.insert(2, "pre-commit.pre-ohmymkt".to_owned());
    assert_eq!(names_in(&sandbox.path(".githooks")), all);
    assert!(names_in(&sandbox.hooks()).is_empty());
    sandbox.mkt(&["hooks", "status"]).ok().stdout_has("(core.hooksPath, local)");
    assert_eq!(sandbox.git(&["config", "core.hooksPath"]).ok().stdout, ".githooks\n", "the setting is the user's");
    sandbox.mkt(&["hooks", "uninstall"]).ok();
    assert_eq!(names_in(&sandbox.path(".githooks")), ["pre-commit"]);

    sandbox.commit_all("Share the hooks");
    let outcome = sandbox.refuses("the hooks in `.githooks` are tracked files of the project");
    outcome.stderr_has("add to .githooks/pre-commit").stderr_has("    ohmymkt hook pre-commit -- \"$@\" || exit\n");
}

#[test]
fn a_hooks_directory_that_is_a_link_into_the_project_is_the_projects() {
    let sandbox = Sandbox::new();
    sandbox.script("hooks/pre-commit", MARKING).commit_all("Share the hooks");
    fs::remove_dir_all(sandbox.hooks()).expect("the folder");
    symlink("../hooks", sandbox.hooks()).expect("a link");
    sandbox.refuses("are tracked files of the project");
    fs::remove_file(sandbox.hooks()).expect("the link");
    fs::create_dir(sandbox.base().join("theirs")).expect("a folder");
    symlink("../../theirs", sandbox.hooks()).expect("a link");
    sandbox.refuses("git looks for hooks outside this repository, in `");
}
