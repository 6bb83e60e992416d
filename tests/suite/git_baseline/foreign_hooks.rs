//! Hooks of others see our commits as they see those of `git commit`.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::sandbox::Sandbox;

use super::beside::{COMMIT, WRITE, assert_clean, by_us};

/// Puts a script where git looks for hooks.
pub(super) fn hook(folder: &Path, event: &str, text: &str) {
    std::fs::create_dir_all(folder).expect("a folder");
    let path = folder.join(event);
    std::fs::write(&path, format!("#!/bin/sh\n{text}\n")).expect("a hook");
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).expect("a mode");
}

/// Hooks that write down all they are given, and say something.
fn noting(sandbox: &Sandbox, folder: &Path) {
    let notes = sandbox.base().join("notes").display().to_string();
    for event in ["post-commit", "reference-transaction"] {
        let note =
            format!("{{ echo \"== {event} $*\"; pwd; env | grep -v '^_=' | sort; echo stdin:; cat; }} >>{notes}");
        hook(folder, event, &format!("{note}; echo said to stdout; echo said to stderr >&2"));
    }
}

/// What was noted since, with the new commit's id and time made alike. References that only
/// a merge leaves behind, and git looks for, are left out.
fn notes(sandbox: &Sandbox, new: &str) -> String {
    let path = sandbox.base().join("notes");
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::remove_file(&path).ok();
    let text = text.replace(new, "NEW");
    text.split("== ").filter(|block| !block.contains(" AUTO_MERGE\n")).collect()
}

/// Runs git's commit and ours from the same state; what the hooks noted of each.
fn both(sandbox: &Sandbox, folder: &Path) -> (String, String) {
    let head = || {
        let outcome = sandbox.call("git", &["rev-parse", "HEAD"]).folder(folder).at(&sandbox.now()).run().ok();
        outcome.stdout.trim().to_owned()
    };
    let noted = |program: &str, args: &[&str]| {
        let outcome = sandbox.call(program, args).folder(folder).at("2026-03-01T12:00:00Z").run().ok();
        outcome.stderr_has("said to stderr").stdout_lacks("said to stdout");
        notes(sandbox, &head())
    };
    let before = head();
    let theirs = noted("git", &COMMIT);
    let back = ["-c", "core.hooksPath=/nowhere", "reset", "-q", "--soft", &before];
    sandbox.call("git", &back).folder(folder).run().ok();
    (noted("ohmymkt", &WRITE), theirs)
}

#[test]
fn they_are_told_what_git_commit_tells_them() {
    let sandbox = Sandbox::new().initialised();
    sandbox.write("docs/page.md", "x\n").commit_all("Add a page");
    noting(&sandbox, &sandbox.path(".git/hooks"));
    for folder in [sandbox.root(), sandbox.path("docs")] {
        let (ours, theirs) = both(&sandbox, &folder);
        assert!(theirs.contains("post-commit") && theirs.contains(" NEW refs/heads/main\n"), "{theirs}");
        assert_eq!(ours, theirs, "{}", folder.display());
    }
    // What they say is beside the answer, also where that is one document.
    let json = sandbox.call("ohmymkt", &[&WRITE[..], &["--json"]].concat()).run().ok().json();
    assert!(json["notes"].as_array().is_some_and(|notes| notes.contains(&"said to stdout".into())), "{json}");
    notes(&sandbox, "no id");
    sandbox.sh("git -c core.hooksPath=/nowhere checkout -q --detach").ok();
    let (ours, theirs) = both(&sandbox, &sandbox.root());
    assert_eq!(ours, theirs, "detached");
    assert_clean(&sandbox);
}

#[test]
fn they_are_told_the_same_whatever_keeps_the_references() {
    for arguments in [&["--ref-format=reftable"][..], &["--object-format=sha256"]] {
        let sandbox = Sandbox::without_repository();
        sandbox.git(&[&["init", "--quiet", "-b", "main"], arguments].concat()).ok();
        noting(&sandbox, &sandbox.path(".git/hooks"));
        // The first commit of all.
        sandbox.call("ohmymkt", &["init"]).run().ok();
        let first = notes(&sandbox, &sandbox.head());
        assert!(first.contains("0 NEW refs/heads/main\n") && first.contains("post-commit"), "{first}");
        let (ours, theirs) = both(&sandbox, &sandbox.root());
        assert_eq!(ours, theirs, "{arguments:?}");
        assert_clean(&sandbox);
    }
}

#[test]
fn they_are_found_where_git_finds_them() {
    let sandbox = Sandbox::new().initialised();
    let linked = sandbox.base().join("linked");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", &linked.display().to_string()]).ok();
    std::fs::create_dir_all(linked.join("docs")).expect("a folder");
    noting(&sandbox, &sandbox.path(".git/hooks"));
    for folder in [&linked, &linked.join("docs")] {
        let (ours, theirs) = both(&sandbox, folder);
        assert!(theirs.contains("GIT_DIR=") && theirs.contains("refs/heads/side"), "{theirs}");
        assert_eq!(ours, theirs);
    }
    std::fs::remove_dir_all(sandbox.path(".git/hooks")).expect("the hooks go");
    let places = [("ci/hooks", sandbox.path("ci/hooks")), ("~/hooks", sandbox.home().join("hooks"))];
    let far = sandbox.base().join("far hooks");
    for (setting, folder) in places.iter().map(|(s, f)| ((*s).to_owned(), f)).chain([(far.display().to_string(), &far)])
    {
        noting(&sandbox, folder);
        sandbox.git(&["config", "core.hooksPath", &setting]).ok();
        let (ours, theirs) = both(&sandbox, &sandbox.root());
        assert!(theirs.contains("post-commit") && theirs.contains("reference-transaction committed"), "{theirs}");
        assert_eq!(ours, theirs, "{setting}");
        std::fs::remove_dir_all(folder).expect("the hooks go");
    }
    // Said for one command, and where there is none.
    sandbox.git(&["config", "core.hooksPath", "nowhere"]).ok();
    by_us(&sandbox, &[]).ok();
    noting(&sandbox, &far);
    let said = format!("core.hooksPath={}", far.display());
    sandbox.git(&[&["-c", &said, "mkt"], &WRITE[..]].concat()).ok();
    assert!(notes(&sandbox, "no id").contains("reference-transaction committed"));
    // A script that may not be run is no hook.
    let path = far.join("post-commit");
    std::fs::set_permissions(path, PermissionsExt::from_mode(0o644)).expect("a mode");
    sandbox.git(&[&["-c", &said, "mkt"], &WRITE[..]].concat()).ok();
    assert!(!notes(&sandbox, "no id").contains("post-commit"));
}

#[test]
fn a_transaction_hook_that_refuses_stops_our_commit() {
    let sandbox = Sandbox::new().initialised();
    let linked = sandbox.base().join("linked");
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", &linked.display().to_string()]).ok();
    sandbox.write("staged.txt", "x\n").git(&["add", "staged.txt"]).ok();
    sandbox.write("index.html", "unstaged\n");
    for (hook_text, words) in [
        ("[ $1 = prepared ] && { echo no thanks >&2; exit 1; }; exit 0", "no thanks"),
        ("[ $1 = prepared ] && kill -9 $$; exit 0", "hook"),
        // Only by what it is told on its input.
        ("grep -q ' refs/heads/' && [ $1 = prepared ] && exit 7; exit 0", "hook"),
    ] {
        hook(&sandbox.path(".git/hooks"), "reference-transaction", hook_text);
        hook(&sandbox.path(".git/hooks"), "post-commit", "touch ../told");
        let refusal = "a hook of this repository refuses the commit";
        sandbox.unchanged_by(|sandbox| by_us(sandbox, &[])).code(1).stderr_has(refusal).stderr_has(words);
        let tips = || sandbox.call("git", &["for-each-ref"]).at(&sandbox.now()).run().ok().stdout;
        let before = tips();
        sandbox.call("ohmymkt", &WRITE).folder(&linked).run().code(1).stderr_has(refusal);
        assert_eq!(tips(), before);
        assert_eq!(sandbox.call("git", &["status", "--porcelain"]).folder(&linked).run().ok().stdout, "");
        sandbox.fsck_clean();
        assert!(!sandbox.base().join("told").exists(), "nothing was committed");
    }
    let json = sandbox.call("ohmymkt", &[&WRITE[..], &["--json"]].concat()).run().code(1).json();
    assert_eq!(json["error"]["code"], "hook", "{json}");
    // What it says of a transaction that is done stops nothing, and neither does a hook after it.
    hook(&sandbox.path(".git/hooks"), "reference-transaction", "[ $1 = committed ] && exit 1; exit 0");
    hook(&sandbox.path(".git/hooks"), "post-commit", "touch ../told; exit 1");
    by_us(&sandbox, &[]).ok();
    assert!(sandbox.base().join("told").exists());
    assert_eq!(sandbox.status(), " M index.html\nA  staged.txt\n");
    sandbox.fsck_clean();
}

#[test]
fn a_hook_that_is_kept_beside_ours_is_told_too() {
    let sandbox = Sandbox::new().initialised();
    noting(&sandbox, &sandbox.path(".git/hooks"));
    sandbox.mkt(&["hooks", "install", "--strict"]).ok();
    assert!(sandbox.exists(".git/hooks/reference-transaction.pre-ohmymkt"));
    let (ours, theirs) = both(&sandbox, &sandbox.root());
    assert_eq!(ours, theirs);
    assert!(
        ours.contains("reference-transaction prepared") && ours.contains("reference-transaction committed"),
        "{ours}"
    );
}

/// What judges a hand-made commit has nothing to say to one that was judged: hooks that look
/// at the index or the message of a commit being made are not asked, ours or others'.
#[test]
fn hooks_before_a_commit_and_of_its_message_are_not_run() {
    let sandbox = Sandbox::new().initialised();
    for event in
        ["pre-commit", "prepare-commit-msg", "commit-msg", "post-index-change", "post-rewrite", "post-checkout"]
    {
        hook(&sandbox.path(".git/hooks"), event, &format!("touch ../told-{event}; exit 1"));
    }
    by_us(&sandbox, &[]).ok();
    let told = std::fs::read_dir(sandbox.base()).expect("a folder").flatten();
    let told: Vec<_> =
        told.map(|entry| entry.file_name()).filter(|name| name.to_string_lossy().starts_with("told")).collect();
    assert!(told.is_empty(), "{told:?}");
    assert_clean(&sandbox);
}

#[test]
fn a_hook_that_writes_is_refused_and_one_that_reads_is_answered() {
    let sandbox = Sandbox::new().initialised();
    let write = WRITE.map(|word| format!("'{word}'")).join(" ");
    let text = format!("ohmymkt log -n 1 >../read || exit 1; ohmymkt {write} 2>../refused; exit 0");
    hook(&sandbox.path(".git/hooks"), "post-commit", &text);
    let before = sandbox.commits();
    by_us(&sandbox, &[]).ok();
    assert_eq!(sandbox.commits(), before + 1);
    let read = |name: &str| std::fs::read_to_string(sandbox.base().join(name)).expect("a file");
    assert!(read("read").contains("P2"), "{}", read("read"));
    assert!(read("refused").contains("while a git hook is running"), "{}", read("refused"));
    assert_clean(&sandbox);
}

#[test]
fn nobody_waits_for_a_hook_after_the_commit() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "ohmymkt.lockTimeout", "0"]).ok();
    let write = WRITE.map(|word| format!("'{word}'")).join(" ");
    // As another program would write meanwhile.
    let text = format!("[ -e ../once ] && exit; touch ../once; env -u GIT_INDEX_FILE ohmymkt {write} >&2");
    hook(&sandbox.path(".git/hooks"), "post-commit", &text);
    let before = sandbox.commits();
    by_us(&sandbox, &[]).ok().stderr_lacks("error");
    assert_eq!(sandbox.commits(), before + 2);
    assert_clean(&sandbox);
}

#[test]
fn a_reference_that_is_locked_is_waited_for_also_where_git_moves_it() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "ohmymkt.lockTimeout", "50"]).ok();
    sandbox.git(&["config", "core.filesRefLockTimeout", "0"]).ok();
    noting(&sandbox, &sandbox.path(".git/hooks"));
    sandbox.write(".git/refs/heads/main.lock", "");
    for language in ["C.UTF-8", "de_DE.UTF-8"] {
        let variables = [("LC_ALL", Some(language)), ("LANGUAGE", Some("de"))];
        sandbox.unchanged_by(|sandbox| by_us(sandbox, &variables)).code(4).stderr_has("refs/heads/main.lock");
    }
    sandbox.remove(".git/refs/heads/main.lock");
    by_us(&sandbox, &[]).ok();
    assert_clean(&sandbox);
}
