//! A hook that was there before ours runs first, as git would have run it.

use std::fmt::Write as _;

use super::*;

/// Puts a hook where an installation keeps the one that was there.
fn preserve(sandbox: &Sandbox, event: &str, script: &str, mode: u32) {
    let path = sandbox.path(format!(".git/hooks/{event}.pre-ohmymkt"));
    std::fs::write(&path, script).expect("a hook can be written");
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(mode)).expect("a mode");
}

#[test]
fn its_exit_status_is_ours_and_nothing_else_is_done() {
    let sandbox = blocked();
    guard(&sandbox);
    preserve(&sandbox, "pre-commit", "#!/bin/sh\necho before us >&2\nexit 7\n", 0o755);
    write_start(&sandbox);
    sandbox.git(&["add", "--all"]).ok();
    let hook = ["hook", "pre-commit", "--hooks-dir", ".git/hooks"];
    let outcome = sandbox.mkt(&hook).code(7);
    outcome.stderr_has("before us").stderr_has("ended with 7").stderr_lacks("start-requires-gates");
    assert_eq!(sandbox.mkt(&[&hook, ["--json"].as_slice()].concat()).code(7).json()["error"]["code"], "preserved-hook");
    sandbox.git(&["commit", "-qm", "Start"]).code(1).stderr_has("before us");
    preserve(&sandbox, "pre-commit", "#!/bin/sh\nexit 0\n", 0o755);
    sandbox.mkt(&hook).code(2).stderr_has("start-requires-gates");
    preserve(&sandbox, "pre-commit", "#!/bin/sh\nkill -9 $$\n", 0o755);
    sandbox.mkt(&hook).code(137);
}

#[test]
fn it_gets_arguments_folder_environment_and_message() {
    let sandbox = Sandbox::new().initialised();
    guard(&sandbox);
    let script =
        "#!/bin/sh\npwd >../seen\nprintf '%s\\n' \"$#\" \"$1\" \"$GIT_INDEX_FILE\" >>../seen\necho more >>\"$1\"\n";
    preserve(&sandbox, "commit-msg", script, 0o755);
    sandbox.write("page/index.html", "x\n");
    sandbox.call("git", &["add", "--all"]).folder("page").run().ok();
    sandbox.call("git", &["commit", "-qm", "A page"]).folder("page").run().ok();
    let seen = std::fs::read_to_string(sandbox.base().join("seen")).expect("it ran");
    assert_eq!(seen, format!("{}\n1\n.git/COMMIT_EDITMSG\n.git/index\n", sandbox.root().display()));
    assert_eq!(sandbox.message(), "A page\nmore");
}

#[test]
fn git_would_not_run_one_that_is_not_executable_and_runs_one_without_a_first_line() {
    let sandbox = Sandbox::new().initialised();
    guard(&sandbox);
    preserve(&sandbox, "pre-commit", "#!/bin/sh\nexit 7\n", 0o644);
    let hook = ["hook", "pre-commit", "--hooks-dir", ".git/hooks"];
    sandbox.mkt(&hook).ok();
    preserve(&sandbox, "pre-commit", "exit 5\n", 0o755);
    sandbox.mkt(&hook).code(5);
}

#[test]
fn it_has_its_own_copy_of_the_input_and_need_not_read_it() {
    let sandbox = blocked();
    with_origin(&sandbox);
    guard(&sandbox);
    write_start(&sandbox);
    let bad = commit_badly(&sandbox, "Just start it");
    preserve(&sandbox, "pre-push", "#!/bin/sh\ncat >../seen\necho \"$1 $2\" >>../seen\n", 0o755);
    sandbox.git(&["push", "--quiet", "origin", "main"]).code(1).stderr_has("start-requires-gates");
    let seen = std::fs::read_to_string(sandbox.base().join("seen")).expect("it ran");
    assert!(seen.starts_with(&format!("refs/heads/main {bad} refs/heads/main ")), "{seen}");
    assert!(seen.ends_with(&format!("\norigin {}\n", origin(&sandbox).display())), "{seen}");
    // 5,000 references, and a hook that looks at none of them.
    preserve(&sandbox, "pre-push", "#!/bin/sh\nexit 0\n", 0o755);
    let (head, none) = (sandbox.head(), "0".repeat(40));
    let mut input = String::new();
    for nth in 0..5_000 {
        writeln!(input, "refs/tags/t{nth} {head} refs/tags/t{nth} {none}").expect("text");
    }
    let hook = ["hook", "pre-push", "--hooks-dir", ".git/hooks", "--", "origin", "nowhere"];
    let call = |args: &[&str]| sandbox.call("ohmymkt", args).input(&input).run();
    call(&hook).code(2).stderr_has("refs/tags/t0").stderr_lacks("pipe");
}

#[test]
fn it_sees_every_state_of_a_transaction() {
    let sandbox = Sandbox::new().initialised();
    guard_strictly(&sandbox);
    preserve(&sandbox, "reference-transaction", "#!/bin/sh\n{ echo \"$1\"; cat; } >>../seen\n", 0o755);
    sandbox.git(&["update-ref", "refs/heads/side", "HEAD"]).ok();
    let seen = std::fs::read_to_string(sandbox.base().join("seen")).expect("it ran");
    let line = format!("{} {} refs/heads/side\n", "0".repeat(40), sandbox.head());
    assert!(seen.ends_with(&format!("prepared\n{line}committed\n{line}")), "{seen}");
}

#[test]
fn one_that_asks_for_ours_again_is_run_once() {
    let sandbox = blocked();
    guard(&sandbox);
    let script = "#!/bin/sh\necho x >>../runs\nexec git-mkt hook pre-commit --hooks-dir .git/hooks -- \"$@\"\n";
    preserve(&sandbox, "pre-commit", script, 0o755);
    sandbox.write("page.html", "x\n").git(&["add", "page.html"]).ok();
    sandbox.git(&["commit", "-qm", "A page"]).ok();
    assert_eq!(std::fs::read_to_string(sandbox.base().join("runs")).expect("it ran"), "x\n");
    write_start(&sandbox);
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["commit", "-qm", "Start"]).code(1).stderr_has("start-requires-gates");
}
