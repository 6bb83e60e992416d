//! Things at the places of artifacts that are no artifacts: nothing hangs, nothing outside is
//! written or read, and it is said what is wrong.

use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

use super::{GATES, commit, is_found};
use crate::sandbox::{Outcome, Sandbox};

/// Commands that read, and commands that write the gates, a record, or all that was edited.
const READING: [&[&str]; 6] = [
    &["status"],
    &["check-gates"],
    &["list-incidents"],
    &["verify"],
    &["review", "HEAD...HEAD"],
    &["hook", "pre-commit"],
];
const WRITING: [&[&str]; 5] = [
    &["update-gates", "capacity_gate.rolling_weeks_feasible=9"],
    &["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "s"],
    &["record"],
    &["init"],
    &["run-cycle", "weekly"],
];

/// A command that may not take longer than a fault would.
fn limited(sandbox: &Sandbox, args: &[&str]) -> Outcome {
    let words = [&["60", "ohmymkt"], args].concat();
    let outcome = sandbox.call("timeout", &words).run();
    assert!(outcome.code != 124, "it hangs\n{outcome}");
    assert!(outcome.code != 101 && outcome.code < 128, "{outcome}");
    outcome
}

/// A folder beside the repository with a file that must stay as it is.
fn outside(sandbox: &Sandbox) -> PathBuf {
    let folder = sandbox.base().join("outside");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(sandbox.path(GATES), folder.join("gates.json")).expect("a copy");
    folder
}

/// Every file below a folder.
fn listing(folder: &std::path::Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("a folder").flatten();
    let mut found: Vec<_> =
        entries.map(|entry| (entry.path(), std::fs::read(entry.path()).unwrap_or_default())).collect();
    found.sort();
    found
}

/// Runs every command over what `place` puts there; those that write must leave HEAD, what is
/// there and everything outside alone, and `at` is named.
fn refused_everywhere(place: impl Fn(&Sandbox, &std::path::Path), at: &str) {
    let sandbox = Sandbox::new().started();
    let beside = outside(&sandbox);
    place(&sandbox, &beside);
    let (before, head) = (listing(&beside), sandbox.head());
    for args in READING {
        limited(&sandbox, args);
    }
    let touched = WRITING.iter().filter(|args| {
        let outcome = limited(&sandbox, args);
        let is_named = outcome.stderr.contains(at);
        assert!(outcome.code == 0 || is_named, "it is said where: {at}\n{outcome}");
        outcome.code == 0
    });
    let touched = touched.count();
    assert_eq!(listing(&beside), before, "what is outside stays");
    let update = limited(&sandbox, WRITING[0]);
    assert!(update.code != 0, "the gates are not written through it ({touched} others were)\n{update}");
    let changed = sandbox.git(&["diff", "--name-only", &head, "HEAD"]).ok().stdout;
    assert!(!changed.contains("gates.json"), "{changed}");
}

#[test]
fn links_in_place_of_an_artifact_are_never_followed() {
    let outside = "../../../outside";
    let made = format!("{outside}/made-by-writing");
    let gates = format!("{outside}/gates.json");
    for target in [gates.as_str(), "metrics.json", &made, "/dev/zero", outside] {
        refused_everywhere(
            |sandbox, _| {
                sandbox.remove(GATES);
                symlink(target, sandbox.path(GATES)).expect("a link");
            },
            "gates.json",
        );
    }
}

#[test]
fn links_in_place_of_a_folder_are_never_followed() {
    for folder in [".ohmymkt/state", ".ohmymkt"] {
        refused_everywhere(
            |sandbox, beside| {
                let moved = beside.join("moved");
                std::fs::rename(sandbox.path(folder), &moved).expect("it can be moved");
                symlink(moved, sandbox.path(folder)).expect("a link");
            },
            ".ohmymkt",
        );
    }
    let sandbox = Sandbox::new().started();
    let beside = outside(&sandbox);
    std::fs::rename(sandbox.path(".ohmymkt/incidents"), beside.join("moved")).expect("it can be moved");
    symlink(beside.join("moved"), sandbox.path(".ohmymkt/incidents")).expect("a link");
    let before = listing(&beside.join("moved"));
    limited(&sandbox, WRITING[1]).code(1).stderr_has(".ohmymkt/incidents");
    assert_eq!(listing(&beside.join("moved")), before);
}

#[test]
fn a_pipe_a_socket_or_a_folder_in_place_of_an_artifact_is_not_waited_for() {
    refused_everywhere(
        |sandbox, _| {
            sandbox.remove(GATES).sh(&format!("mkfifo {GATES}")).ok();
        },
        "gates.json",
    );
    refused_everywhere(
        |sandbox, _| {
            sandbox.remove(GATES);
            drop(UnixListener::bind(sandbox.path(GATES)).expect("a socket"));
        },
        "gates.json",
    );
    refused_everywhere(
        |sandbox, _| {
            sandbox.remove(GATES).write(&format!("{GATES}/inside.txt"), "x");
        },
        "gates.json",
    );
}

#[test]
fn a_file_of_terabytes_is_not_read_into_memory() {
    let sandbox = Sandbox::new().started();
    sandbox.sh(&format!("truncate -s 20G {GATES}")).ok();
    for args in READING.iter().chain(&WRITING) {
        let line = args.join(" ");
        let outcome = sandbox.sh(&format!("ulimit -v 800000; exec timeout 60 ohmymkt {line}"));
        assert!(outcome.code < 101, "{outcome}");
    }
    limited(&sandbox, &["update-gates", "data_gate.reconcilable=false"]).code(1).stderr_has(GATES);
    limited(&sandbox, &["record"]).code(1).stderr_has("21474836480 bytes");
}

#[test]
fn an_executable_artifact_is_one_and_stays_so() {
    let sandbox = Sandbox::new().started();
    sandbox.sh(&format!("chmod 755 {GATES} && git add -A && git commit -qm x")).ok();
    limited(&sandbox, WRITING[0]).ok();
    let mode = sandbox.path(GATES).metadata().expect("a file").permissions().mode();
    assert_eq!(mode & 0o111, 0o111, "{mode:o}");
    sandbox.git(&["ls-files", "-s", GATES]).ok().stdout_has("100755");
    assert_eq!(sandbox.status(), "");
}

#[test]
fn what_is_put_in_place_while_a_write_is_under_way_is_not_followed() {
    let sandbox = Sandbox::new().started();
    let beside = outside(&sandbox);
    let (target, before) = (beside.join("gates.json"), listing(&beside));
    let gates = sandbox.path(GATES);
    let script = format!(
        "while :; do ln -sf {0} {1}.x; cp {1} {1}.y 2>/dev/null; mv -f {1}.x {1}; mv -f {1}.y {1}; done",
        target.display(),
        gates.display(),
    );
    let mut swapper = sandbox.call("sh", &["-c", &script]).command();
    let mut swapper = swapper.stderr(std::process::Stdio::null()).spawn().expect("it runs");
    for weeks in 10..30 {
        let value = format!("capacity_gate.rolling_weeks_feasible={weeks}");
        limited(&sandbox, &["update-gates", &value]);
        limited(&sandbox, &["status"]);
    }
    swapper.kill().and_then(|()| swapper.wait()).expect("it ends");
    assert_eq!(listing(&beside), before, "what is outside stays");
}

/// A root tree whose `.ohmymkt` holds one more entry, committed on HEAD.
fn commit_entry(sandbox: &Sandbox, folder: &str, entry: &str) {
    let script = format!(
        "set -e; blob=$(printf '{{}}' | git hash-object -w --stdin)
        add() {{ (git ls-tree -z \"$1\"; printf \"$2\\\\0\") | git mktree -z --missing; }}
        inner=$(git rev-parse HEAD:.ohmymkt/{folder}); new=$(add $inner \"{entry}\")
        ours=$(git ls-tree -z HEAD:.ohmymkt | sed -z \"s/$inner/$new/\" | git mktree -z)
        root=$(git ls-tree -z HEAD | sed -z \"s/$(git rev-parse HEAD:.ohmymkt)/$ours/\" | git mktree -z)
        git update-ref HEAD $(printf 'Break\\n\\nMkt-Action: record\\n' | git commit-tree -p HEAD $root)"
    );
    sandbox.sh(&script).ok();
}

#[test]
fn names_that_other_file_systems_take_for_an_artifact_are_found() {
    for (folder, name, path) in [
        ("state", "Gates.json", ".ohmymkt/state/Gates.json"),
        ("state", "gates\u{200c}.json", ".ohmymkt/state/gates\u{200c}.json"),
        ("state", "GATES.JSON", ".ohmymkt/state/GATES.JSON"),
    ] {
        let sandbox = Sandbox::new().initialised();
        commit_entry(&sandbox, folder, &format!("100644 blob $blob\\t{name}"));
        is_found(&sandbox, path, "some file systems take for `.ohmymkt/state/gates.json`");
    }
    let sandbox = Sandbox::new().initialised();
    sandbox.write(".ohmymkt/Incidents/inc-20261112T080000Z-00000003.json", "{}");
    commit(&sandbox);
    is_found(&sandbox, ".ohmymkt/Incidents/inc-20261112T080000Z-00000003.json", "some file systems take for");
    // Through the index and the working tree as well.
    let sandbox = Sandbox::new().initialised();
    sandbox.write(".ohmymkt/Policy.json", "{}");
    limited(&sandbox, &["record"]).code(1).stderr_has(".ohmymkt/Policy.json");
    sandbox.git(&["add", "--all"]).ok();
    limited(&sandbox, &["hook", "pre-commit"]).code(2).stderr_has(".ohmymkt/Policy.json");
}

#[test]
fn another_spelling_of_the_folder_is_another_folder() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.mkt(&["check-gates", "--json"]).ok().json();
    for folder in [".OHMYMKT", ".ohmymkt\u{200c}", ".Ohmymkt"] {
        sandbox.write(&format!("{folder}/state/gates.json"), "{ no artifact");
    }
    commit(&sandbox);
    assert_eq!(sandbox.mkt(&["check-gates", "--json"]).ok().json(), before);
    sandbox.mkt(WRITING[0]).ok();
}

#[test]
fn names_that_lead_elsewhere_stay_names() {
    for name in ["..", ".", ".git", "a\\..\\..\\b.json"] {
        let sandbox = Sandbox::new().initialised();
        let beside = outside(&sandbox);
        let before = listing(&beside);
        commit_entry(&sandbox, "incidents", &format!("100644 blob $blob\\t{}", name.replace('\\', "\\\\\\\\")));
        for args in READING.iter().chain(&WRITING) {
            limited(&sandbox, args);
        }
        assert_eq!(listing(&beside), before);
    }
}

#[test]
fn two_forms_of_one_name_are_two_plans() {
    let sandbox = Sandbox::new().initialised();
    for (name, title) in [("caf\u{e9}", "one"), ("cafe\u{301}", "other")] {
        sandbox.write(&format!(".ohmymkt/plans/{name}.md"), format!("# {title}\n"));
    }
    commit(&sandbox);
    let plans = sandbox.mkt(&["list-plans", "--json"]).ok().json();
    assert_eq!(plans["plans"].as_array().map(Vec::len), Some(2), "{plans}");
    sandbox.mkt(&["review-plan", "caf\u{e9}"]).code(2).stdout_has("caf\u{e9}.md");
}

#[test]
fn long_and_odd_names_are_told() {
    let sandbox = Sandbox::new().initialised();
    let long = "x".repeat(240);
    sandbox
        .write(&format!(".ohmymkt/plans/{long}.md"), "# x\n")
        .write(&format!(".ohmymkt/incidents/{long}.json"), "{}");
    sandbox.write(".ohmymkt/plans/a\u{202e}b.md", "# x\n");
    commit(&sandbox);
    is_found(&sandbox, &format!(".ohmymkt/plans/{long}.md"), "at most 200 bytes");
    is_found(&sandbox, ".ohmymkt/plans/a\u{202e}b.md", "characters that cannot be seen");
    for args in READING.iter().chain(&WRITING) {
        limited(&sandbox, args);
    }
}

#[test]
fn a_link_in_place_of_the_own_folder_of_the_git_directory_is_not_written_through() {
    let sandbox = Sandbox::new().started();
    let beside = outside(&sandbox);
    std::fs::remove_dir_all(sandbox.path(".git/ohmymkt")).expect("it is there");
    symlink(&beside, sandbox.path(".git/ohmymkt")).expect("a link");
    let before = listing(&beside);
    let outcome = sandbox.unchanged_by(|sandbox| limited(sandbox, WRITING[0]));
    outcome.code(1).stderr_has(".git/ohmymkt");
    limited(&sandbox, &["verify"]).ok();
    assert_eq!(listing(&beside), before, "what is outside stays");
    let sandbox = Sandbox::new().started();
    let beside = outside(&sandbox);
    std::fs::remove_file(sandbox.path(".git/ohmymkt/journal")).expect("it is there");
    symlink(beside.join("gates.json"), sandbox.path(".git/ohmymkt/journal")).expect("a link");
    let before = listing(&beside);
    limited(&sandbox, WRITING[0]).code(1);
    assert_eq!(listing(&beside), before, "what is outside stays");
}

#[test]
fn bytes_that_are_no_text_in_names_of_people_and_branches_are_shown() {
    let sandbox = Sandbox::new().started();
    let script = "bad=$(printf 'A\\377\\033[31m\\302\\233'); export GIT_AUTHOR_NAME=\"$bad\"
        git config user.name \"$bad\"; echo x >> index.html
        git -c i18n.commitEncoding=UTF-8 -c core.hooksPath=/dev/null commit -qam \"$(printf 'subject \\377\\376')\"";
    sandbox.sh(script).ok();
    let raw = |character: char| character.is_control() && character != '\n';
    let bad = sandbox.call("ohmymkt", WRITING[1]).without("GIT_AUTHOR_NAME").without("GIT_COMMITTER_NAME").run();
    assert!(bad.code < 2 && !bad.stderr.contains(raw), "{bad}");
    for args in [&["log"][..], &["log", "--json"], &["show", "HEAD"], &["verify"], &["list-incidents"]] {
        let outcome = limited(&sandbox, args).ok();
        assert!(!outcome.stdout.contains(raw) && !outcome.stderr.contains(raw), "{outcome}");
    }
    sandbox.fsck_clean();
    sandbox.sh("git update-ref \"$(printf 'refs/heads/b\\377')\" HEAD && git symbolic-ref HEAD \"$(printf 'refs/heads/b\\377')\"").ok();
    let outcome = limited(&sandbox, &["status"]);
    assert!(outcome.code == 0 || outcome.stderr.contains("HEAD"), "{outcome}");
    limited(&sandbox, &["verify", "--all"]);
}
