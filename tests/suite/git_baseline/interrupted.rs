//! Signals that ask the program to end: within a write it comes to an end first.

use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::Stdio;

use nix::sys::signal::Signal::{self, SIGHUP, SIGINT, SIGTERM};

use crate::sandbox::Sandbox;

use super::beside::{WRITE, assert_clean};
use super::foreign_hooks::hook;

/// Finds the program: a hook is started by git, which it has started.
const PROGRAM: &str = "program=$(sed -n 's/^PPid:[^0-9]*//p' /proc/$PPID/status)";

/// A site whose hook for an event does this, with the signal in `$s` and the program in `$program`.
fn site(event: &str, signal: Signal, script: &str) -> Sandbox {
    let sandbox = Sandbox::new().initialised();
    let s = signal.as_str().trim_start_matches("SIG");
    hook(&sandbox.path(".git/hooks"), event, &format!("{PROGRAM}; s={s}\n{script}"));
    sandbox
}

/// The signal by which a write ends, in a process group of its own.
fn ended(sandbox: &Sandbox, before: &str) -> Option<Signal> {
    let script = format!("{before} exec ohmymkt \"$@\"");
    let mut command = sandbox.call("sh", &[&["-c", &script, "sh"], &WRITE[..]].concat()).command();
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("it runs");
    assert!(status.signal().is_some() || status.success(), "{status}");
    status.signal().map(|signal| Signal::try_from(signal).expect("a signal"))
}

/// Nothing is locked, half done or left; git can commit.
#[track_caller]
fn assert_at_rest(sandbox: &Sandbox) {
    for lock in ["index.lock", "HEAD.lock", "refs/heads/main.lock"] {
        assert!(!sandbox.exists(&format!(".git/{lock}")), "{lock}");
    }
    assert!(sandbox.read(".git/ohmymkt/journal").lines().next().is_some_and(|line| line.ends_with("done")));
    assert_clean(sandbox);
    sandbox.git(&["-c", "core.hooksPath=/nowhere", "commit", "-q", "--allow-empty", "-m", "git can commit"]).ok();
}

#[test]
fn a_write_under_way_is_completed_first() {
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        let sandbox = site("reference-transaction", signal, "[ $1 != prepared ] || kill -$s $program");
        let before = sandbox.commits();
        assert_eq!(ended(&sandbox, ""), Some(signal));
        assert_eq!(sandbox.commits(), before + 1, "{signal}");
        assert_at_rest(&sandbox);
        sandbox.mkt(&["verify", "--all"]).ok();
    }
}

#[test]
fn a_write_whose_hook_ends_too_is_undone() {
    // As Ctrl-C does it: everybody in front of the terminal gets it, git and the hook too.
    for script in ["[ $1 != prepared ] || kill -$s 0", "[ $1 != prepared ] || { kill -$s $program; exit 1; }"] {
        let sandbox = site("reference-transaction", SIGINT, script);
        let before = sandbox.head();
        assert_eq!(ended(&sandbox, ""), Some(SIGINT));
        assert_eq!(sandbox.head(), before, "{script}");
        assert_at_rest(&sandbox);
    }
}

#[test]
fn nobody_waits_for_a_lock_any_longer() {
    // What git says where another holds the lock of the branch.
    let held = "kill -$s $program; echo \"main.lock'\" >&2; exit 1";
    let sandbox = site("reference-transaction", SIGTERM, &format!("[ $1 != prepared ] || {{ {held}; }}"));
    sandbox.git(&["config", "ohmymkt.lockTimeout", "86400000"]).ok();
    let before = sandbox.head();
    assert_eq!(ended(&sandbox, ""), Some(SIGTERM));
    assert_eq!(sandbox.head(), before);
}

#[test]
fn behind_the_write_it_ends_at_once() {
    let sandbox = site("post-commit", SIGTERM, "kill -$s $program");
    let before = sandbox.commits();
    assert_eq!(ended(&sandbox, ""), Some(SIGTERM));
    assert_eq!(sandbox.commits(), before + 1);
    assert_at_rest(&sandbox);
}

#[test]
fn what_is_ignored_stays_ignored() {
    let sandbox = site("reference-transaction", SIGHUP, "[ $1 != prepared ] || kill -$s $program");
    let before = sandbox.commits();
    assert_eq!(ended(&sandbox, "trap '' HUP;"), None);
    assert_eq!(sandbox.commits(), before + 1);
    assert_at_rest(&sandbox);
}

#[test]
fn programs_that_are_started_do_what_they_always_do() {
    // The hook's shell has no handler of its own, so the signal ends it.
    let script = "[ $1 != prepared ] || { kill -$s $$; echo lives >../lives; }";
    let sandbox = site("reference-transaction", SIGINT, script);
    let before = sandbox.head();
    sandbox.mkt(&WRITE).code(1).stderr_has("a hook of this repository refuses the commit");
    assert_eq!(sandbox.head(), before);
    assert!(!sandbox.base().join("lives").exists());
}
