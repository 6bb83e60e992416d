//! Every way in which a campaign can be started past a failing gate, at every door. What
//! `docs/enforcement.md` says of it is held against what happens.

use super::*;

/// The page.
pub(super) const PAGE: &str = include_str!("../../../../docs/enforcement.md");

/// A way to bring a bad start into `main`.
struct Way {
    /// As the page names it.
    name: &'static str,
    /// The state before, all of it honest or elsewhere.
    prepare: fn() -> Sandbox,
    /// The attempt, in shell.
    attempt: fn(&Sandbox) -> String,
}

/// Says in the page's words what became of an attempt.
fn word(is_stopped: bool) -> &'static str {
    if is_stopped { "stopped" } else { "passes" }
}

/// Whether `main` still has no bad start.
fn is_clean(sandbox: &Sandbox) -> bool {
    let outcome = sandbox.mkt(&["verify", "main"]);
    assert!(outcome.code == 0 || outcome.stdout.contains("start-requires-gates"), "{outcome}");
    outcome.code == 0
}

/// Pushes `main` and says whether it was stopped, for the right reason.
#[track_caller]
fn push_is_stopped(sandbox: &Sandbox) -> bool {
    let before = tip(sandbox, &origin(sandbox), "main");
    let outcome = sandbox.git(&["push", "--quiet", "origin", "main"]);
    let is_stopped = tip(sandbox, &origin(sandbox), "main") == before;
    assert_eq!(is_stopped, outcome.code != 0, "{outcome}");
    if is_stopped {
        let outcome = outcome.stderr_has("start-requires-gates").stderr_has("refs/heads/main");
        outcome.stderr_has("this push is refused").stderr_has("hint: ").stderr_has(".ohmymkt/state/gates.json");
    }
    is_stopped
}

impl Way {
    /// A sandbox in which it can be tried, with a remote that has all that is honest.
    fn ready(&self) -> Sandbox {
        let sandbox = (self.prepare)();
        with_origin(&sandbox);
        sandbox
    }

    fn is_stopped_by(&self, install: fn(&Sandbox)) -> bool {
        let sandbox = self.ready();
        let attempt = (self.attempt)(&sandbox);
        install(&sandbox);
        let outcome = sandbox.sh(&attempt);
        let is_stopped = is_clean(&sandbox);
        if is_stopped {
            assert_ne!(outcome.code, 0, "{outcome}");
            outcome.stderr_has("start-requires-gates").stderr_has("is refused").stderr_has("hint: ");
        } else {
            outcome.ok();
        }
        is_stopped
    }

    /// One sandbox in which no hook looks on.
    fn done(&self) -> Sandbox {
        let sandbox = self.ready();
        let attempt = (self.attempt)(&sandbox);
        past_hooks(&sandbox, &attempt).ok();
        sandbox
    }

    /// Tries it at every door and compares with the page.
    #[track_caller]
    fn holds(&self) {
        let hooks = word(self.is_stopped_by(guard));
        let strict = word(self.is_stopped_by(guard_strictly));
        let sandbox = self.done();
        let verify = if is_clean(&sandbox) { "sound" } else { "found" };
        guard(&sandbox);
        let push = word(push_is_stopped(&sandbox));
        std::fs::remove_dir_all(sandbox.path(".git/hooks")).expect("the hooks can be removed");
        install(&origin(&sandbox).join("hooks"), &["pre-receive"]);
        let server = word(push_is_stopped(&sandbox));
        let row = format!("| {} | {hooks} | {strict} | {push} | {server} | {verify} |", self.name);
        assert!(PAGE.contains(&row), "docs/enforcement.md should say\n{row}");
    }
}

/// Nothing before: the attempt writes the start itself.
fn from_files(commands: &'static str) -> String {
    format!(
        "cp -R ../start/.ohmymkt/boulder.json .ohmymkt/ && cp ../start/.ohmymkt/state/execution.json ../start/.ohmymkt/state/sprint-board.json .ohmymkt/state/ && {commands}"
    )
}

/// An honest start on `side`, made while the gates passed; on `main` one fails since.
fn two_branches() -> Sandbox {
    let sandbox = Sandbox::new().reviewed();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.mkt(&["start-campaign", PLAN]).ok();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    fail_gate(&sandbox);
    sandbox
}

/// The same, and a page that both changed.
fn two_branches_in_conflict() -> Sandbox {
    let sandbox = two_branches();
    sandbox.write("index.html", "main\n").commit_all("Change the page");
    sandbox
        .sh("git checkout -q side && echo side >index.html && git commit -qam 'Change it too' && git checkout -q main")
        .ok();
    sandbox
}

/// A bad start on `side`, made where no hook looked on.
fn bad_branch() -> Sandbox {
    let sandbox = blocked();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    write_start(&sandbox);
    commit_badly(&sandbox, "Just start it");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox
}

/// A campaign that was finished honestly; then a gate failed.
fn finished() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["finish-campaign", "--outcome", "all done"]).ok();
    fail_gate(&sandbox);
    sandbox
}

fn script(text: &'static str) -> String {
    text.to_owned()
}

macro_rules! ways {
    ($(#[$mark:meta] fn $way:ident: $name:literal, $prepare:path, $attempt:expr;)+) => {
        $(
            #[$mark]
            fn $way() {
                Way { name: $name, prepare: $prepare, attempt: |_| $attempt }.holds();
            }
        )+
    };
}

ways! {
    #[test] fn a_plain_commit: "`git commit`", blocked, from_files("git add --all && git commit -qm 'Just start it'");
    #[test] fn a_commit_of_all: "`git commit -a`", blocked, from_files("git add -N . && git commit -qam 'Just start it'");
    #[test] fn a_commit_of_a_path: "`git commit -- <path>`", blocked,
        from_files("git add -N . && echo x >>index.html && git add index.html && git commit -qm 'Just start it' -- .ohmymkt");
    #[test] fn an_amended_commit: "`git commit --amend`", blocked,
        from_files("echo x >>index.html && git commit -qam 'Change the page' && git add --all && git commit -q --amend --no-edit");
    #[test] fn a_commit_past_the_hooks: "`git commit --no-verify`", blocked,
        from_files("git add --all && git commit --no-verify -qm 'Just start it'");
    #[test] fn a_clean_merge: "a merge without conflicts", two_branches, script("git merge -q --no-edit side");
    #[test] fn a_conflicted_merge: "a merge with conflicts, then `git commit`", two_branches_in_conflict,
        script("git merge -q side >/dev/null; echo both >index.html && git add index.html && git commit -q --no-edit");
    #[test] fn a_squash: "`git merge --squash`, then `git commit`", two_branches,
        script("git merge -q --squash side >/dev/null && git commit -qm 'All of side'");
    #[test] fn a_fast_forward: "`git merge --ff-only`", bad_branch, script("git merge -q --ff-only side");
    #[test] fn a_cherry_pick: "`git cherry-pick`", two_branches, script("git cherry-pick side >/dev/null");
    #[test] fn a_revert: "`git revert`", finished, script("git revert --no-edit HEAD~1 >/dev/null");
    #[test] fn a_rebase: "`git rebase`", two_branches,
        script("git checkout -q side && git rebase -q main && git checkout -q main && git merge -q --ff-only side");
    #[test] fn a_mailed_patch: "`git am`", two_branches, script("git format-patch -q -1 --stdout side >../patch && git am -q ../patch");
    #[test] fn an_update_of_the_reference: "`git update-ref`", bad_branch, script("git update-ref refs/heads/main side");
    #[test] fn a_start_that_was_undone_again: "a start undone again on a merged branch", undone_branch,
        script("git merge -q --no-edit --no-ff side");
}

/// A bad start on `side` that the next commit takes back.
fn undone_branch() -> Sandbox {
    let sandbox = bad_branch();
    sandbox.git(&["checkout", "--quiet", "side"]).ok();
    past_hooks(&sandbox, "git revert --no-edit HEAD").ok();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox
}
