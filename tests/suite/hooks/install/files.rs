//! Hooks that were there before, in files.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use super::{AUTHOR, hooks_in, names_in};
use crate::sandbox::Sandbox;

#[test]
fn what_was_there_is_kept_as_it_is_and_comes_back_as_it_was() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-commit", b"\x7fELF\0\xff\xfe$0 no text");
    sandbox.foreign("commit-msg", "#!/bin/sh\nexit 0\n").foreign("update", "#!/bin/sh\n");
    fs::set_permissions(sandbox.hooks().join("pre-commit"), fs::Permissions::from_mode(0o750)).expect("a mode");
    fs::set_permissions(sandbox.hooks().join("commit-msg"), fs::Permissions::from_mode(0o640)).expect("a mode");
    sandbox.script("tools/push.sh", "#!/bin/sh\nexit 0\n");
    symlink("../../tools/push.sh", sandbox.hooks().join("pre-push")).expect("a link");
    symlink("nowhere", sandbox.hooks().join("pre-merge-commit")).expect("a link");
    let before = hooks_in(&sandbox.hooks());

    let outcome = sandbox.mkt(&["hooks", "install"]).ok();
    outcome.stdout_has("hooks: pre-commit, pre-merge-commit, commit-msg, pre-push installed in .git/hooks\n");
    let installed = hooks_in(&sandbox.hooks());
    for event in AUTHOR {
        assert_eq!(installed[&format!("{event}.pre-ohmymkt")], before[event], "{event} is kept as it was");
        assert!(String::from_utf8_lossy(&installed[event].1).contains(&format!("\n# ohmymkt-hook:1:{event}:")));
    }
    assert_eq!(installed["update"], before["update"], "not our concern");
    assert_eq!(installed.len(), 9, "nothing else is left there: {:?}", installed.keys());
    let again = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "install"])).ok();
    again.stdout_has("hooks: installed already in .git/hooks\n");

    sandbox
        .mkt(&["hooks", "uninstall"])
        .ok()
        .stdout_has(".git/hooks/pre-push: removed, and the hook from before is back");
    assert_eq!(hooks_in(&sandbox.hooks()), before, "bytes, modes and links are as before");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "uninstall"])).ok().stdout_has("there are none of ours");
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-push", "#!/bin/sh\n");
    let told = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "install", "--strict", "--dry-run"])).ok();
    let told = told.stdout_has("pre-push, reference-transaction would be installed in .git/hooks");
    told.stdout_has("the pre-push that was there would be kept, and still runs: .git/hooks/pre-push.pre-ohmymkt");
    let json = sandbox.mkt(&["hooks", "install", "--dry-run", "--json"]).ok().json();
    assert_eq!((&json["dry_run"], &json["mechanism"]), (&true.into(), &"file".into()), "{json:#}");
    assert_eq!(json["hooks"][3]["kept"], ".git/hooks/pre-push.pre-ohmymkt", "{json:#}");
    sandbox.mkt(&["hooks", "install"]).ok();
    let told = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "uninstall", "--dry-run"])).ok();
    told.stdout_has(".git/hooks/pre-commit: would be removed\n");
    let json = sandbox.mkt(&["hooks", "uninstall", "--json"]).ok().json();
    let done: Vec<_> = json["hooks"].as_array().expect("a list").iter().map(|hook| &hook["done"]).collect();
    assert_eq!(done, ["removed", "removed", "removed", "restored"], "{json:#}");
}

#[test]
fn an_earlier_hook_that_is_kept_is_never_overwritten() {
    let sandbox = Sandbox::new();
    sandbox.foreign("commit-msg", "#!/bin/sh\n# first\n");
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.foreign("commit-msg", "#!/bin/sh\n# second\n");
    sandbox.refuses("`.git/hooks/commit-msg` is another hook now").stderr_has(".git/hooks/commit-msg.pre-ohmymkt");
    let outcome = sandbox.mkt(&["hooks", "uninstall"]).code(2);
    outcome.stdout_has(".git/hooks/commit-msg: stays, because it is another hook now; the one from before is in ");
    assert_eq!(names_in(&sandbox.hooks()), ["commit-msg", "commit-msg.pre-ohmymkt"]);
    assert_eq!(sandbox.read(".git/hooks/commit-msg"), "#!/bin/sh\n# second\n");
    assert_eq!(sandbox.read(".git/hooks/commit-msg.pre-ohmymkt"), "#!/bin/sh\n# first\n");
}

#[test]
fn all_hooks_are_installed_or_none() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-commit", "#!/bin/sh\n").write(".git/hooks/pre-push/keep", "");
    sandbox.refuses("`.git/hooks/pre-push` is no file");
    assert_eq!(names_in(&sandbox.hooks()), ["pre-commit", "pre-push"]);
}

#[test]
fn a_hook_that_was_edited_is_left() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["hooks", "install"]).ok();
    let edited = format!("{}echo more\n", sandbox.read(".git/hooks/pre-push"));
    sandbox.write(".git/hooks/pre-push", &edited);
    sandbox.refuses("`.git/hooks/pre-push` was edited").stderr_has("hint: mv .git/hooks/pre-push ");
    let outcome = sandbox.mkt(&["hooks", "uninstall"]).code(2);
    outcome
        .stdout_has(".git/hooks/pre-push: stays, because it was edited")
        .stdout_has(".git/hooks/pre-commit: removed");
    assert_eq!(
        (names_in(&sandbox.hooks()), sandbox.read(".git/hooks/pre-push")),
        (vec!["pre-push".to_owned()], edited)
    );
}

#[test]
fn a_hook_that_asks_for_its_name_keeps_it() {
    let sandbox = Sandbox::new();
    for text in ["#!/bin/sh\nexec runner \"$(basename \"$0\")\"\n", "#!/bin/sh\n. \"$(dirname \"$0\")/h\"\n"] {
        sandbox.foreign("pre-commit", text);
        let outcome = sandbox.refuses("`.git/hooks/pre-commit` asks for its own name");
        outcome
            .stderr_has("add to .git/hooks/pre-commit")
            .stderr_has("    ohmymkt hook pre-commit -- \"$@\" || exit\n");
    }
    sandbox
        .foreign("pre-commit", "#!/bin/sh\nohmymkt hook pre-commit -- \"$@\" || exit\nexec \"$(basename \"$0\")\"\n");
    let json = sandbox.mkt(&["hooks", "status", "--json"]).code(2).json();
    assert_eq!((&json["hooks"][0]["active"], &json["hooks"][1]["active"]), (&true.into(), &false.into()), "{json:#}");
}

#[test]
fn a_hook_whose_script_was_deleted_by_hand_comes_back() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-push", "#!/bin/sh\n# theirs\n");
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.remove(".git/hooks/pre-push");
    sandbox.mkt(&["hooks", "uninstall"]).ok();
    assert_eq!(names_in(&sandbox.hooks()), ["pre-push"]);
    assert_eq!(sandbox.read(".git/hooks/pre-push"), "#!/bin/sh\n# theirs\n");
}

#[test]
fn the_program_is_called_by_the_path_it_was_called_by() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["hooks", "install"]).ok();
    let link = sandbox.installed_by_a_link(&[]);
    let text = sandbox.read(".git/hooks/pre-push");
    assert!(text.contains(&format!("\nprogram='{}'\n", link.display())), "the link is not followed\n{text}");
    // By the search path, as git does; both names stand for the same.
    for words in [["ohmymkt", "hooks"].as_slice(), &["git", "-C", ".", "mkt", "hooks"]] {
        sandbox.call(words[0], &[&words[1..], &["install"]].concat()).run().ok();
    }
    sandbox.sh("cd .git && ohmymkt hooks install").ok();
    let text = sandbox.read(".git/hooks/pre-push");
    assert!(text.contains(&format!("\nprogram='{}/bin/git-mkt'\n", sandbox.base().display())), "{text}");
    assert_eq!(names_in(&sandbox.hooks()), AUTHOR);
}

#[test]
fn the_hooks_are_open_to_whom_the_repository_is_shared_with() {
    for (shared, umask, mode) in [("group", "077", 0o770), ("umask", "077", 0o700), ("0660", "022", 0o770)] {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "core.sharedRepository", shared]).ok();
        sandbox.sh(&format!("umask {umask} && ohmymkt hooks install")).ok();
        let found = hooks_in(&sandbox.hooks())["pre-commit"].0 & 0o777;
        assert_eq!(format!("{found:o}"), format!("{mode:o}"), "{shared} with the umask {umask}");
    }
}

#[test]
fn our_own_commits_pass_with_all_hooks_in_place() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["hooks", "install", "--strict"]).ok();
    let ours = names_in(&sandbox.hooks());
    assert_eq!(ours, ["commit-msg", "pre-commit", "pre-merge-commit", "pre-push", "reference-transaction"]);
    let sandbox = sandbox.started();
    sandbox.mkt(&["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "Slow"]).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    // The strict hook stays when the others are installed anew, and git goes on as always.
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["hooks", "install"])).ok();
    sandbox.write("page.html", "new\n").commit_all("Add a page");
    sandbox.sh("git branch side && git commit -q --amend -m Better && git checkout -q side && git rebase -q main").ok();
    sandbox.git(&["init", "--quiet", "--bare", "../remote.git"]).ok();
    sandbox.git(&["push", "--quiet", "../remote.git", "side"]).ok();
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn a_hook_is_plain_shell_and_starts_nothing_but_the_program() {
    let sandbox = Sandbox::new();
    sandbox.installed_by_a_link(&["--strict"]);
    let run = |event: &str, args: &[&str]| {
        let hook = sandbox.hooks().join(event).display().to_string();
        sandbox.call(&hook, args).env("PATH", "/nowhere").run().ok()
    };
    assert_eq!(run("pre-commit", &[]).stderr, "");
    sandbox.foreign("reference-transaction.pre-ohmymkt", "#!/bin/sh\necho \"$1\"\n");
    assert_eq!(run("reference-transaction", &["committed"]).stdout, "committed\n");
    for shell in ["sh", "dash", "bash --posix", "busybox sh"] {
        let name = shell.split(' ').next().expect("a word");
        if sandbox.sh(&format!("command -v {name}")).code == 0 {
            assert_eq!(sandbox.sh(&format!("{shell} -n .git/hooks/pre-push")).ok().stderr, "");
        }
    }
}
