//! Who may use the files that are made: the modes are those of git beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::Metadata;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt, chown};
use std::path::Path;

use crate::sandbox::{Outcome, Sandbox};

use super::beside::{WRITE, assert_clean, skipped};

/// What may be set, and umasks under which everything is made.
const SETTINGS: [&str; 5] = ["umask", "group", "all", "0640", "0664"];
const UMASKS: [&str; 2] = ["022", "077"];

/// The modes of everything, by path; what has an id for a name stands together.
fn modes(root: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut found = BTreeMap::new();
    gather(root, "", &mut found);
    found
}

fn gather(folder: &Path, prefix: &str, found: &mut BTreeMap<String, BTreeSet<String>>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let metadata: Metadata = entry.metadata().expect("it is there");
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_id = name.len() >= 34 || (name.len() == 2 && prefix.ends_with("objects/"));
        let path = format!("{prefix}{}", if is_id { "[ID]" } else { &name });
        found.entry(path.clone()).or_default().insert(format!("{:o}", metadata.mode()));
        if metadata.is_dir() {
            gather(&entry.path(), &format!("{path}/"), found);
        }
    }
}

/// Runs a line of shell in a repository with this umask.
#[track_caller]
fn under(sandbox: &Sandbox, umask: &str, line: &str) -> Outcome {
    sandbox.sh(&format!("umask {umask}; {line}")).ok()
}

/// A repository on a branch in a folder of its own, shared as the setting says.
fn shared(setting: &str, umask: &str) -> Sandbox {
    let sandbox = Sandbox::without_repository();
    under(&sandbox, umask, &format!("git init --quiet -b team/main --shared={setting}"));
    sandbox
}

#[test]
fn modes_are_those_of_git() {
    for (setting, umask) in SETTINGS.iter().flat_map(|setting| UMASKS.map(|umask| (*setting, umask))) {
        let (ours, theirs) = (shared(setting, umask), shared(setting, umask));
        under(&ours, umask, "ohmymkt init && ohmymkt verify --all");
        let bundle = theirs.base().join("files.tar");
        ours.call("tar", &["-cf", &bundle.display().to_string(), ".ohmymkt"]).run().ok();
        let git = "tar -xf ../files.tar --no-same-permissions && git add --all && git commit --quiet -m x";
        under(&theirs, umask, git);
        // A second write, over what is there, when the references are packed.
        under(&ours, umask, &format!("git pack-refs --all && ohmymkt {}", quoted(&WRITE)));
        under(&theirs, umask, "git pack-refs --all && git commit --quiet --allow-empty -m y");
        let (mine, wanted) = (modes(&ours.root()), modes(&theirs.root()));
        let mut compared = 0;
        for (path, modes) in &mine {
            let like = counterpart(path);
            let Some(wanted) = wanted.get(like) else { continue };
            assert_eq!(modes, wanted, "{path} as {like}, core.sharedRepository {setting}, umask {umask}");
            compared += 1;
        }
        assert!(compared > 40, "{compared}: {mine:#?}");
        for path in [
            ".git/ohmymkt",
            ".git/ohmymkt/lock",
            ".git/ohmymkt/journal",
            ".git/ohmymkt/judged",
            ".git/hooks/pre-commit",
            ".git/logs/refs/heads/team",
            ".git/refs/heads/team/main",
            ".git/index",
            ".git/objects/[ID]/[ID]",
            ".ohmymkt/state/gates.json",
            ".ohmymkt/incidents",
            ".ohmymkt/incidents/[ID]",
        ] {
            assert!(mine.contains_key(path), "{path} is not there: {mine:#?}");
        }
        assert_clean(&ours);
    }
}

/// The file of git's that is of the same kind.
fn counterpart(path: &str) -> &str {
    match path {
        ".git/ohmymkt" => ".git/objects",
        _ if path.starts_with(".git/ohmymkt/") => ".git/index",
        _ if path.starts_with(".git/hooks/") => ".git/hooks/pre-commit.sample",
        ".ohmymkt/incidents" => ".ohmymkt/state",
        ".ohmymkt/incidents/[ID]" => ".ohmymkt/state/gates.json",
        other => other,
    }
}

fn quoted(words: &[&str]) -> String {
    words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(" ")
}

/// A shared git directory has a group that it hands down; the working tree has its own.
#[test]
fn the_group_of_a_file_is_that_of_the_working_tree() {
    let sandbox = shared("group", "022");
    for folder in [".git", ".git/objects", ".git/refs"] {
        if chown(sandbox.path(folder), None, Some(54_321)).is_err() {
            skipped("only root can give a folder to another group");
            return;
        }
        std::fs::set_permissions(sandbox.path(folder), PermissionsExt::from_mode(0o2775)).expect("a mode");
    }
    under(&sandbox, "022", "ohmymkt init");
    let group = |path: &str| std::fs::metadata(sandbox.path(path)).expect("it is there").gid();
    assert_eq!([".git/ohmymkt", ".git/ohmymkt/lock", ".git/index"].map(group), [54_321; 3]);
    under(&sandbox, "022", "touch beside");
    for path in [".ohmymkt", ".ohmymkt/state", ".ohmymkt/state/gates.json"] {
        assert_eq!(group(path), group("beside"), "{path}");
    }
    chown(sandbox.path(".ohmymkt/incidents"), None, Some(12_345)).expect("a group");
    std::fs::set_permissions(sandbox.path(".ohmymkt/incidents"), PermissionsExt::from_mode(0o2775)).expect("a mode");
    under(&sandbox, "022", &format!("ohmymkt {}", quoted(&WRITE)));
    let incident = sandbox.names(".ohmymkt/incidents").pop().expect("an incident");
    assert_eq!(group(&format!(".ohmymkt/incidents/{incident}")), 12_345);
    sandbox.fsck_clean();
}

#[test]
fn the_mode_of_a_file_that_is_there_is_as_after_a_checkout() {
    let sandbox = Sandbox::new().initialised();
    let gates = sandbox.path(".ohmymkt/state/gates.json");
    std::fs::set_permissions(&gates, PermissionsExt::from_mode(0o600)).expect("a mode");
    let set = ["update-gates", "strategy_gate.approved=true"];
    under(&sandbox, "027", &format!("ohmymkt {}", quoted(&set)));
    let ours = std::fs::metadata(&gates).expect("the file").mode();
    under(&sandbox, "027", "rm .ohmymkt/state/gates.json && git checkout -- .ohmymkt/state/gates.json");
    assert_eq!(ours, std::fs::metadata(&gates).expect("the file").mode());
    // The executable bit is kept, and is no change.
    sandbox.sh("chmod +x .ohmymkt/state/gates.json && git add --all && git commit -q -m x").ok();
    sandbox.mkt(&["update-gates", "strategy_gate.approved=false"]).ok();
    assert!(sandbox.git(&["ls-files", "-s", ".ohmymkt/state/gates.json"]).ok().stdout.starts_with("100755 "));
    assert_eq!(std::fs::metadata(&gates).expect("the file").mode() & 0o111, 0o111);
    assert_clean(&sandbox);
}

#[test]
fn without_executable_bits_the_index_knows_them() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "core.fileMode", "false"]).ok();
    sandbox.sh("chmod -R a+x .ohmymkt").ok();
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["record"]).ok().stdout_has("nothing");
    let set = |value: &str| sandbox.mkt(&["update-gates", &format!("strategy_gate.approved={value}")]).ok();
    set("true");
    sandbox.git(&["update-index", "--chmod=+x", ".ohmymkt/state/gates.json"]).ok();
    sandbox.git(&["commit", "--quiet", "-m", "x"]).ok();
    set("false");
    let listed = sandbox.git(&["ls-tree", "-r", "HEAD", ".ohmymkt/state"]).ok().stdout;
    let of = |name: &str| listed.lines().find(|line| line.ends_with(name)).map(|line| line[..6].to_owned());
    assert_eq!((of("gates.json").as_deref(), of("modules.json").as_deref()), (Some("100755"), Some("100644")));
    sandbox.mkt(&["verify", "--all"]).ok();
    assert_clean(&sandbox);
}

#[test]
fn without_symbolic_links_a_tracked_one_is_still_one() {
    let sandbox = Sandbox::new().initialised();
    std::os::unix::fs::symlink("index.html", sandbox.path("link")).expect("a link");
    sandbox.commit_all("Add a link");
    sandbox.git(&["config", "core.symlinks", "false"]).ok();
    sandbox.remove("link").git(&["checkout", "--", "link"]).ok();
    assert!(!sandbox.path("link").is_symlink());
    sandbox.mkt(&WRITE).ok();
    assert!(sandbox.git(&["ls-files", "-s", "link"]).ok().stdout.starts_with("120000 "));
    assert_clean(&sandbox);
}

#[test]
fn a_link_among_the_artifacts_is_one_also_where_there_are_none() {
    let of = |symlinks: &str| {
        let sandbox = Sandbox::new().initialised();
        sandbox.git(&["config", "core.symlinks", symlinks]).ok();
        let blob = sandbox.sh("printf ../index.html | git hash-object -w --stdin").ok().stdout;
        let entry = format!("120000,{},.ohmymkt/state/gates.json", blob.trim());
        sandbox.git(&["update-index", "--cacheinfo", &entry]).ok();
        sandbox.git(&["commit", "--quiet", "-m", "x"]).ok();
        sandbox.remove(".ohmymkt/state/gates.json").git(&["checkout", "--", ".ohmymkt"]).ok();
        assert_eq!(sandbox.path(".ohmymkt/state/gates.json").is_symlink(), symlinks == "true");
        let commands = [
            &["update-gates", "strategy_gate.approved=true"][..],
            &WRITE,
            &["record"],
            &["check-gates"],
            &["verify", "--all"],
        ];
        commands.map(|command| {
            let outcome = sandbox.mkt(command);
            (
                outcome.code,
                outcome.stderr.lines().next().unwrap_or_default().to_owned(),
                sandbox.commits(),
                sandbox.status(),
            )
        })
    };
    assert_eq!(of("false"), of("true"));
}

#[test]
fn settings_for_other_file_systems_change_nothing_here() {
    for (key, value) in [
        ("core.ignoreCase", "true"),
        ("core.precomposeUnicode", "true"),
        ("core.protectHFS", "true"),
        ("core.protectNTFS", "true"),
    ] {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", key, value]).ok();
        let sandbox = sandbox.initialised();
        // A name that is written in two ways.
        sandbox.mkt(&["plan-growth", "Größe", "--name", "Gro\u{308}ße"]).ok();
        sandbox.mkt(&["plan-growth", "Größe", "--name", "größe"]).ok();
        sandbox.write("INDEX.HTML", "x\n");
        sandbox.mkt(&WRITE).ok();
        sandbox.mkt(&["verify", "--all"]).ok();
        sandbox.remove("INDEX.HTML").fsck_clean();
        assert_eq!(sandbox.status(), "");
    }
}
