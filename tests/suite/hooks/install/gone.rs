//! When the program is gone: what it guards stays as it is, and all else goes on.

use std::fs;

use super::names_in;
use crate::sandbox::{Outcome, Sandbox};

/// Git without a program of ours anywhere.
fn git(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    sandbox.call("git", args).env("PATH", &sandbox.bare_path()).run()
}

/// A repository with artifacts, whose hooks have lost their program.
fn lost(options: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new();
    let link = sandbox.installed_by_a_link(options);
    let sandbox = sandbox.initialised_by(&link);
    sandbox.lose(&link);
    sandbox
}

impl Sandbox {
    /// After `init` by a program of one's own.
    #[track_caller]
    fn initialised_by(self, link: &std::path::Path) -> Self {
        self.call(&link.display().to_string(), &["init"]).run().ok();
        self
    }
}

const MISSING: &str = "error: `git-mkt` is missing, and this commit changes .ohmymkt/\n";

#[test]
fn a_commit_that_leaves_the_artifacts_alone_passes_with_a_warning() {
    let sandbox = lost(&[]);
    sandbox.write("page.html", "new\n").git(&["add", "page.html"]).ok();
    // What is not part of the commit does not matter.
    sandbox.write(".ohmymkt/policy.json", "{}\n");
    let outcome = git(&sandbox, &["commit", "-qm", "Add a page"]).ok();
    assert_eq!(outcome.stderr.lines().count(), 2, "one line from each of the two hooks\n{outcome}");
    outcome.stderr_has("warning: `git-mkt` is missing");
    assert_eq!(sandbox.touched(), ["page.html"]);
}

#[test]
fn a_commit_that_changes_the_artifacts_is_stopped() {
    let sandbox = lost(&[]);
    let head = sandbox.head();
    sandbox.write(".ohmymkt/policy.json", "{}\n").write("page.html", "new\n");
    sandbox.git(&["add", "--all"]).ok();
    let outcome = git(&sandbox, &["commit", "-qm", "Change both"]).code(1).stderr_has(MISSING);
    outcome.stderr_has("/opt/git-mkt\n").stderr_has("hint: cargo install ");
    // One file of it only, as git hands over an index of its own; and from a folder below.
    git(&sandbox, &["commit", "-qm", "The artifact", ".ohmymkt/policy.json"]).code(1).stderr_has(MISSING);
    let call = sandbox.call("git", &["commit", "-qm", "x"]).folder(".ohmymkt").env("PATH", &sandbox.bare_path());
    call.run().code(1).stderr_has(MISSING);
    assert_eq!(sandbox.head(), head);
    git(&sandbox, &["commit", "-qm", "The page", "page.html"]).ok();
    assert_eq!(sandbox.touched(), ["page.html"]);
}

#[test]
fn a_commit_is_stopped_however_git_is_to_read_pathspecs() {
    let sandbox = lost(&[]);
    sandbox.write(".ohmymkt/policy.json", "{}\n").git(&["add", "--all"]).ok();
    for how in ["literal", "glob", "noglob", "icase"] {
        git(&sandbox, &[&format!("--{how}-pathspecs"), "commit", "-qm", "x"]).code(1).stderr_has(MISSING);
    }
    sandbox.sh("git reset -q --hard && echo x >page.html && git add page.html").ok();
    git(&sandbox, &["--literal-pathspecs", "commit", "-qm", "x"]).ok();
    sandbox.git(&["init", "--quiet", "--bare", "../remote.git"]).ok();
    git(&sandbox, &["--literal-pathspecs", "push", "-q", "../remote.git", "main"])
        .code(1)
        .stderr_has("error: `git-mkt` is missing, and this push changes .ohmymkt/\n");
}

#[test]
fn the_first_commit_and_a_linked_worktree_are_no_exception() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main"]).ok();
    let link = sandbox.installed_by_a_link(&[]);
    sandbox.lose(&link);
    sandbox.write(".ohmymkt/policy.json", "{}\n").git(&["add", "--all"]).ok();
    git(&sandbox, &["commit", "-qm", "First"]).code(1).stderr_has(MISSING);
    sandbox.write("page.html", "x\n").sh("git rm -q --cached .ohmymkt/policy.json && git add page.html").ok();
    git(&sandbox, &["commit", "-qm", "First"]).ok();
    git(&sandbox, &["worktree", "add", "-q", "../linked"]).ok();
    sandbox.write("../linked/.ohmymkt/policy.json", "{}\n");
    let linked = |args: &[&str]| sandbox.call("git", args).folder("../linked").env("PATH", &sandbox.bare_path()).run();
    linked(&["add", "--all"]).ok();
    linked(&["commit", "-qm", "There"]).code(1).stderr_has(MISSING);
}

#[test]
fn a_merge_that_brings_artifacts_is_stopped() {
    let sandbox = lost(&[]);
    sandbox.sh("git checkout -q -b side && echo '{ }' >.ohmymkt/policy.json && git commit -qnam side && git checkout -q main").ok();
    sandbox.write("page.html", "new\n").git(&["add", "page.html"]).ok();
    git(&sandbox, &["commit", "-qm", "Add a page"]).ok();
    git(&sandbox, &["merge", "-q", "side", "-m", "Merge"]).code(1).stderr_has(MISSING);
    git(&sandbox, &["merge", "--abort"]);
    sandbox
        .sh("git checkout -q -b plain HEAD~1 && echo x >x && git add x && git commit -qnm x && git checkout -q main")
        .ok();
    git(&sandbox, &["merge", "-q", "plain", "-m", "Merge"]).ok().stderr_has("warning: `git-mkt` is missing");
}

#[test]
fn the_hook_from_before_still_runs_and_its_word_counts() {
    let sandbox = Sandbox::new();
    sandbox.foreign("pre-commit", "#!/bin/sh\ntouch \"$HOME/pre-commit\"\n");
    sandbox.foreign("commit-msg", "#!/bin/sh\n! grep -q forbidden \"$1\"\n");
    sandbox.foreign("pre-push", "#!/bin/sh\n{ echo \"$@\"; cat; } >\"$HOME/pushed\"\ntest ! -f \"$HOME/stop\"\n");
    let link = sandbox.installed_by_a_link(&[]);
    sandbox.lose(&link);
    let grep = sandbox.sh("command -v grep").ok().stdout;
    std::os::unix::fs::symlink(grep.trim_end(), std::path::Path::new(&sandbox.bare_path()).join("grep"))
        .expect("a link");
    sandbox.write("page.html", "new\n").git(&["add", "page.html"]).ok();
    git(&sandbox, &["commit", "-qm", "forbidden"]).code(1);
    git(&sandbox, &["commit", "-qm", "Add a page"]).ok();
    assert!(sandbox.home().join("pre-commit").exists());
    sandbox.git(&["init", "--quiet", "--bare", "../remote.git"]).ok();
    git(&sandbox, &["push", "-q", "../remote.git", "main"]).ok();
    let pushed = fs::read_to_string(sandbox.home().join("pushed")).expect("what the hook was told");
    let zero = "0".repeat(40);
    assert_eq!(
        pushed,
        format!("../remote.git ../remote.git\nrefs/heads/main {0} refs/heads/main {zero}\n", sandbox.head())
    );
    fs::write(sandbox.home().join("stop"), "").expect("a mark");
    git(&sandbox, &["push", "-q", "../remote.git", "main:other"]).code(1).stderr_has("failed to push");
}

#[test]
fn a_push_is_stopped_when_it_brings_artifacts() {
    let sandbox = lost(&[]);
    sandbox.git(&["init", "--quiet", "--bare", "../remote.git"]).ok();
    sandbox.git(&["remote", "add", "origin", "../remote.git"]).ok();
    let push = |args: &[&str]| git(&sandbox, &[&["push", "-q", "origin"], args].concat());
    let says = "error: `git-mkt` is missing, and this push changes .ohmymkt/\n";
    push(&["main"]).code(1).stderr_has(says);
    push(&["HEAD~1:refs/heads/main"]).ok().stderr_has("warning: `git-mkt` is missing");
    push(&["main"]).code(1).stderr_has(says);
    push(&["HEAD@{0}:refs/heads/other"]).code(1).stderr_has(says);
    sandbox.git(&["push", "-q", "--no-verify", "origin", "main"]).ok();

    // What the remote has of them already is no change; neither is a branch that goes.
    sandbox.sh("git checkout -q -b side && echo x >x && git add x && git commit -qnm x").ok();
    push(&["side"]).ok();
    push(&["--delete", "side"]).ok();
    // Changed and undone on the way; the second of two; a tag.
    sandbox.sh("echo '{ }' >.ohmymkt/policy.json && git commit -qnam bad && git revert --no-edit HEAD && git tag -a -m t bad HEAD~1").ok();
    push(&["side"]).code(1).stderr_has(says);
    push(&["main", "side"]).code(1).stderr_has(says);
    push(&["bad"]).code(1).stderr_has(says);
}

#[test]
fn a_server_without_the_program_takes_no_artifacts() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["init", "--quiet", "--bare", "../server.git"]).ok();
    let link = sandbox.installed_by_a_link(&[]);
    let program = link.display().to_string();
    sandbox.call(&program, &["hooks", "install"]).folder("../server.git").run().ok();
    fs::remove_file(&link).expect("the link");
    let hook = sandbox.base().join("server.git/hooks/pre-receive");
    let text = fs::read_to_string(&hook).expect("the hook").replace(" /opt/homebrew/bin /usr/local/bin;", ";");
    fs::write(&hook, text).expect("the hook");
    let push = |what: &str| git(&sandbox, &["push", "-q", "--no-verify", "../server.git", what]);
    push("main").code(1).stderr_has("this push changes .ohmymkt/");
    push("main~1:refs/heads/main").ok().stderr_has("warning: `git-mkt` is missing");
    let branches = sandbox.call("git", &["rev-list", "--all", "--count"]).folder("../server.git").run().ok().stdout;
    assert_eq!(branches, "1\n");
    push("main").code(1);
    push(":main").ok();
}

#[test]
fn the_strict_hook_stops_what_runs_no_other() {
    let sandbox = Sandbox::new();
    sandbox.foreign("reference-transaction", "#!/bin/sh\necho \"$1\" >>\"$HOME/states\"\n");
    let link = sandbox.installed_by_a_link(&["--strict"]);
    let sandbox = sandbox.initialised_by(&link);
    sandbox.lose(&link);
    sandbox.write(".ohmymkt/policy.json", "{}\n");
    let head = sandbox.head();
    let says = "and this move of a branch changes .ohmymkt/";
    git(&sandbox, &["commit", "-qnam", "Past the others"]).code(128).stderr_has(says);
    assert_eq!(sandbox.head(), head);
    sandbox.git(&["reset", "-q", "--hard"]).ok();
    fs::write(sandbox.home().join("states"), "").expect("a file");
    sandbox.write("page.html", "new\n").git(&["add", "--all"]).ok();
    git(&sandbox, &["commit", "-qnm", "A page"]).ok().stderr_has("warning: `git-mkt` is missing");
    let states = fs::read_to_string(sandbox.home().join("states")).expect("what the hook was told");
    for state in ["prepared", "committed"] {
        assert!(states.contains(state), "the hook from before hears of all states: {states}");
    }
    assert_eq!(git(&sandbox, &["checkout", "-q", "-b", "side"]).ok().stderr.lines().count(), 1);
    git(&sandbox, &["checkout", "-q", "main"]).ok();
    git(&sandbox, &["update-ref", "refs/tags/mark", "HEAD"]).ok().stderr_lacks("missing");
}

#[test]
fn the_program_is_found_where_it_is_installed_later() {
    let sandbox = Sandbox::new();
    let link = sandbox.installed_by_a_link(&[]);
    sandbox.lose(&link);
    let report = "#!/bin/sh\necho \"$@\" >\"$HOME/asked\"\n";
    let cargo = sandbox.home().join(".cargo/bin/git-mkt");
    fs::create_dir_all(cargo.parent().expect("a folder")).expect("a folder");
    let on_path = std::path::PathBuf::from(sandbox.bare_path()).join("git-mkt");
    for program in [&cargo, &on_path, &link] {
        fs::write(program, report.replace("$HOME/asked", &format!("$HOME/{}", program.components().count())))
            .expect("a program");
        sandbox.sh(&format!("chmod +x {}", program.display())).ok();
        git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "x"]).ok().stderr_lacks("missing");
        let asked = fs::read_to_string(sandbox.home().join(program.components().count().to_string()));
        let asked = asked.expect("the last one that came is the first one asked");
        assert_eq!(asked, "hook commit-msg --hooks-dir .git/hooks -- .git/COMMIT_EDITMSG\n");
        fs::remove_file(sandbox.home().join(program.components().count().to_string())).expect("a mark");
    }
    assert_eq!(names_in(&sandbox.hooks()), super::AUTHOR);
}
