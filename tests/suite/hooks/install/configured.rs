//! Hooks in the configuration, which git runs from 2.54 on. Where the git at hand is older,
//! a stand-in says that it is new; what git would then run, the test runs as git would.

use std::path::Path;

use super::{hooks_in, names_in};
use crate::sandbox::Sandbox;

const NEW: &str = "2.54.0";
const OLD: &str = "2.53.1 (Apple Git-170)";

impl Sandbox {
    /// Lets git say that it has this version.
    #[track_caller]
    fn with_git(&self, version: &str) -> &Self {
        let stand_in = self.base().join("bin/git");
        std::fs::remove_file(&stand_in).ok();
        let real = self.sh("command -v git").ok().stdout;
        let text = format!(
            "#!/bin/sh\ncase $1 in version | --version) echo 'git version {version}' ;; *) exec {} \"$@\" ;; esac\n",
            real.trim_end()
        );
        std::fs::write(&stand_in, text).expect("a program");
        self.sh("chmod +x ../bin/git").ok();
        self
    }

    /// The value of a setting of this repository.
    #[track_caller]
    fn setting(&self, key: &str) -> String {
        self.git(&["config", "--local", "--get-all", key]).stdout.trim_end().to_owned()
    }
}

#[test]
fn the_hooks_directory_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.with_git(NEW).foreign("pre-commit", "#!/bin/sh\nexec runner \"$(basename \"$0\")\"\n");
    let (hooks, config) = (hooks_in(&sandbox.hooks()), sandbox.read(".git/config"));
    sandbox
        .mkt(&["hooks", "install", "--strict", "--dry-run"])
        .ok()
        .stdout_has("would be installed in .git/ohmymkt/hooks");
    assert_eq!((names_in(&sandbox.path(".git/ohmymkt/hooks")), sandbox.read(".git/config")), (vec![], config.clone()));
    sandbox
        .mkt(&["hooks", "install", "--strict"])
        .ok()
        .stdout_has("reference-transaction installed in .git/ohmymkt/hooks");
    assert_eq!(hooks_in(&sandbox.hooks()), hooks);
    for event in ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push", "reference-transaction"] {
        let script = sandbox.path(format!(".git/ohmymkt/hooks/{event}"));
        assert_eq!(sandbox.setting(&format!("hook.ohmymkt-{event}.command")), script.display().to_string());
        assert_eq!(sandbox.setting(&format!("hook.ohmymkt-{event}.event")), event);
    }
    let settings = sandbox.read(".git/config");
    assert!(settings.find("command =") < settings.find("event ="), "an event is never without its command\n{settings}");
    let scripts = hooks_in(&sandbox.path(".git/ohmymkt/hooks"));
    sandbox.mkt(&["hooks", "install"]).ok().stdout_has("installed already");
    assert_eq!((hooks_in(&sandbox.path(".git/ohmymkt/hooks")), sandbox.read(".git/config")), (scripts, settings));
    sandbox.mkt(&["hooks", "status"]).ok().stdout_has("configuration, .git/ohmymkt/hooks/pre-push");

    sandbox.mkt(&["hooks", "uninstall"]).ok();
    assert_eq!((hooks_in(&sandbox.hooks()), sandbox.read(".git/config")), (hooks, config));
    assert!(!sandbox.exists(".git/ohmymkt/hooks"));
    sandbox.mkt(&["hooks", "status"]).code(2);
}

#[test]
fn a_setting_of_the_user_for_the_hooks_directory_does_not_matter() {
    let sandbox = Sandbox::new();
    sandbox.with_git(NEW).git(&["config", "--global", "core.hooksPath", "~/hooks"]).ok();
    sandbox.mkt(&["init"]).ok().stdout_has("installed in .git/ohmymkt/hooks");
    sandbox.mkt(&["hooks", "status"]).ok();
    assert!(!sandbox.home().join("hooks").exists());
}

#[test]
fn the_command_is_one_that_a_shell_can_run_with_arguments() {
    let sandbox = Sandbox::new();
    sandbox.with_git(NEW).git(&["clone", "-q", ".", "../it's a clone"]).ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("../it's a clone").run().ok();
    let call = |args: &[&str]| sandbox.call("git", args).folder("../it's a clone").run().ok().stdout;
    let command = call(&["config", "--local", "hook.ohmymkt-commit-msg.command"]);
    sandbox.write("../it's a clone/message", "x\n");
    let run = format!("{} \"$@\"", command.trim_end());
    sandbox.call("sh", &["-c", &run, "git", "message"]).folder("../it's a clone").run().ok();
    sandbox.call("ohmymkt", &["hooks", "status"]).folder("../it's a clone").run().ok();
}

#[test]
fn one_event_has_one_hook_when_git_becomes_newer_or_older() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-push", "#!/bin/sh\n# theirs\n");
    let before = (hooks_in(&sandbox.hooks()), sandbox.read(".git/config"));
    sandbox.with_git(OLD).mkt(&["hooks", "install"]).ok();
    assert_eq!(names_in(&sandbox.hooks()).len(), 5);
    sandbox.with_git(NEW).mkt(&["hooks", "install"]).ok();
    assert_eq!(hooks_in(&sandbox.hooks()), before.0);
    sandbox.mkt(&["hooks", "status"]).ok();
    sandbox
        .with_git(OLD)
        .mkt(&["hooks", "status"])
        .code(2)
        .stdout_has("this git does not run hooks from the configuration");
    sandbox.mkt(&["hooks", "install"]).ok();
    assert_eq!((names_in(&sandbox.hooks()).len(), sandbox.read(".git/config")), (5, before.1.clone()));
    sandbox.mkt(&["hooks", "status"]).ok();
    sandbox.mkt(&["hooks", "uninstall"]).ok();
    assert_eq!((hooks_in(&sandbox.hooks()), sandbox.read(".git/config")), before);
    assert!(!sandbox.exists(".git/ohmymkt/hooks"));
}

#[test]
fn a_setting_that_turns_a_hook_off_is_noticed() {
    let sandbox = Sandbox::new();
    sandbox.with_git(NEW).mkt(&["hooks", "install"]).ok();
    for (key, value, says) in [
        ("hook.ohmymkt-pre-push.enabled", "false", "`hook.ohmymkt-pre-push.enabled` turns it off"),
        ("hook.pre-push.enabled", "no", "`hook.pre-push.enabled` turns it off"),
        ("hook.ohmymkt-pre-push.command", "true", "`hook.ohmymkt-pre-push.command` is not as it was set"),
    ] {
        let before = sandbox.read(".git/config");
        sandbox.git(&["config", "--local", key, value]).ok();
        sandbox.mkt(&["hooks", "status"]).code(2).stdout_has(says);
        sandbox.write(".git/config", before).mkt(&["hooks", "status"]).ok();
    }
    sandbox
        .remove(".git/ohmymkt/hooks/commit-msg")
        .mkt(&["hooks", "status"])
        .code(2)
        .stdout_has("there is no such hook");
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.write(".git/ohmymkt/hooks/commit-msg", "#!/bin/sh\n");
    sandbox.mkt(&["hooks", "install"]).code(2).stderr_has("was edited after it was installed");
}

#[test]
fn a_linked_worktree_and_a_bare_repository_are_configured_in_common() {
    let sandbox = Sandbox::new();
    sandbox.with_git(NEW).git(&["worktree", "add", "-q", "../linked"]).ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("../linked").run().ok();
    assert_eq!(names_in(&sandbox.path(".git/ohmymkt/hooks")), super::AUTHOR);
    sandbox.mkt(&["hooks", "status"]).ok();
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]).ok();
    sandbox.call("ohmymkt", &["hooks", "install"]).folder("../bare.git").run().ok();
    assert_eq!(names_in(Path::new(&sandbox.base().join("bare.git/ohmymkt/hooks"))), ["pre-receive"]);
    sandbox.call("ohmymkt", &["hooks", "status"]).folder("../bare.git").run().ok();
}
