//! What the hooks do when the real git runs them: on the author's machine, before a push,
//! and on a server.

mod cost;
mod honest;
mod message;
mod page;
mod place;
mod preserved;
mod push;
mod server;
mod strict;
mod ways;

use std::path::{Path, PathBuf};

use crate::sandbox::{Outcome, PLAN, Sandbox};

/// The hooks of a clone.
const LOCAL: [&str; 4] = ["pre-commit", "pre-merge-commit", "commit-msg", "pre-push"];

/// The artifacts that a start writes.
const START: [&str; 3] = [".ohmymkt/boulder.json", ".ohmymkt/state/execution.json", ".ohmymkt/state/sprint-board.json"];

/// Installs hooks into a folder of hooks.
#[track_caller]
fn install(folder: &Path, events: &[&str]) {
    std::fs::create_dir_all(folder).expect("the folder of the hooks");
    for event in events {
        let path = folder.join(event);
        let script = format!("#!/bin/sh\nexec git-mkt hook {event} --hooks-dir \"${{0%/*}}\" -- \"$@\"\n");
        std::fs::write(&path, script).expect("a hook can be written");
        std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .expect("a hook can be run");
    }
}

/// Installs the hooks of a clone.
#[track_caller]
fn guard(sandbox: &Sandbox) {
    install(&sandbox.path(".git/hooks"), &LOCAL);
}

/// Installs the hooks of a clone, and the one that sees every branch move.
#[track_caller]
fn guard_strictly(sandbox: &Sandbox) {
    guard(sandbox);
    install(&sandbox.path(".git/hooks"), &["reference-transaction"]);
}

/// Where the bare repository of a sandbox is.
fn origin(sandbox: &Sandbox) -> PathBuf {
    sandbox.base().join("origin.git")
}

/// Makes a bare repository beside the sandbox, and pushes `main` to it.
#[track_caller]
fn with_origin(sandbox: &Sandbox) {
    let path = origin(sandbox).to_string_lossy().into_owned();
    sandbox.git(&["init", "--quiet", "--bare", "-b", "main", &path]).ok();
    sandbox.git(&["remote", "add", "origin", &path]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
}

/// What a revision of a repository names; empty where there is none.
fn tip(sandbox: &Sandbox, folder: &Path, revision: &str) -> String {
    let call = sandbox.call("git", &["rev-parse", "--quiet", "--verify", revision]).folder(folder);
    call.at(&sandbox.now()).run().stdout.trim_end().to_owned()
}

/// Runs a line of shell that no hook sees.
#[track_caller]
fn past_hooks(sandbox: &Sandbox, script: &str) -> Outcome {
    let call = sandbox.call("sh", &["-c", script]);
    let call = call.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "core.hooksPath");
    call.env("GIT_CONFIG_VALUE_0", "/dev/null").run()
}

/// Commits everything past the hooks: how bad history comes about.
#[track_caller]
fn commit_badly(sandbox: &Sandbox, message: &str) -> String {
    past_hooks(sandbox, &format!("git add --all && git commit --quiet --message '{message}'")).ok();
    sandbox.head()
}

/// A reviewed plan over a gate that fails; what a start would write lies in `start/` beside it.
fn blocked() -> Sandbox {
    let sandbox = Sandbox::new().reviewed();
    keep_start(&sandbox);
    fail_gate(&sandbox);
    sandbox
}

/// Takes down what a start writes, and undoes it.
#[track_caller]
fn keep_start(sandbox: &Sandbox) {
    sandbox.mkt(&["start-campaign", PLAN]).ok();
    sandbox.sh("mkdir -p ../start && cp -R .ohmymkt ../start && git reset --quiet --hard HEAD~1").ok();
}

/// Makes one gate fail.
#[track_caller]
fn fail_gate(sandbox: &Sandbox) {
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=6"]).ok();
}

/// Writes into the working tree what a start writes.
#[track_caller]
fn write_start(sandbox: &Sandbox) {
    for path in START {
        let kept = std::fs::read(sandbox.base().join("start").join(path)).expect("the start was taken down");
        sandbox.write(path, kept);
    }
}

/// Records an incident by its command and returns the path of its file.
#[track_caller]
fn incident(sandbox: &Sandbox, severity: &str) -> String {
    let words = ["incident", "--severity", severity, "--module", "content_system", "--summary", "Checkout is down"];
    let answer = sandbox.mkt(&[&words, ["--json"].as_slice()].concat()).ok().json();
    format!(".ohmymkt/incidents/{}.json", answer["incident"]["id"].as_str().expect("an id"))
}

/// A campaign with a P0 that the remote has, and the path of its file.
#[track_caller]
fn published() -> (Sandbox, String) {
    let sandbox = Sandbox::new().started();
    let path = incident(&sandbox, "P0");
    with_origin(&sandbox);
    (sandbox, path)
}
