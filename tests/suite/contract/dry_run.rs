//! `--dry-run` tells what would be, and is right.

use std::collections::BTreeMap;
use std::path::Path;

use regex::Regex;

use crate::sandbox::Sandbox;

use super::story;

/// Everything in the git directory, with the time of its last change: objects, locks and
/// the program's own files, too.
fn git_dir(sandbox: &Sandbox) -> BTreeMap<String, (u64, std::time::SystemTime)> {
    fn gather(folder: &Path, found: &mut BTreeMap<String, (u64, std::time::SystemTime)>) {
        for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
            let metadata = entry.metadata().expect("an entry");
            let changed = metadata.modified().expect("a time");
            found.insert(entry.path().display().to_string(), (metadata.len(), changed));
            if metadata.is_dir() {
                gather(&entry.path(), found);
            }
        }
    }
    let mut found = BTreeMap::new();
    gather(&sandbox.path(".git"), &mut found);
    found
}

/// The text with one mark for the random part of every id.
fn without_ids(text: &str) -> String {
    let ids = Regex::new(r"\b((?:inc|obs|rev|rec)-\d{8}T\d{6}Z)-[0-9a-f]{8}\b").expect("the pattern is sound");
    ids.replace_all(text, "$1-ID").into_owned()
}

#[test]
fn it_changes_nothing_takes_no_lock_and_tells_what_then_happens() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| {
        let now = sandbox.now();
        let before = git_dir(sandbox);
        // A lock that somebody else holds is no obstacle.
        std::fs::write(sandbox.path(".git/index.lock"), "").expect("a lock");
        let run = |args: &[&str]| sandbox.call("ohmymkt", args).at(&now).run();
        let preview = sandbox.unchanged_by(|_| run(&turn.with("--dry-run"))).ok();
        let json =
            sandbox.unchanged_by(|_| run(&[turn.args().as_slice(), &["--dry-run", "--json"]].concat())).ok().json();
        std::fs::remove_file(sandbox.path(".git/index.lock")).expect("the lock");
        let after = git_dir(sandbox);
        let differ: Vec<_> = after.iter().filter(|(path, entry)| before.get(*path) != Some(entry)).collect();
        assert!(differ.iter().all(|(path, _)| path.ends_with(".git")), "`{}` changed {differ:?}", turn.name);
        assert_eq!(preview.stderr, "", "{preview}");

        run(&turn.args()).ok();
        let message = without_ids(&sandbox.message());
        let foretold = without_ids(json["preview"]["message"].as_str().expect("a message").trim_end());
        assert_eq!(foretold, message, "the message of `{}`", turn.name);
        let shown = without_ids(&preview.stdout);
        for line in message.lines() {
            assert!(shown.contains(&format!("    {line}").trim_end().to_owned()), "`{line}` is shown\n{preview}");
        }
        let changes = |document: &serde_json::Value| {
            let changes = document["changes"].as_array().expect("a list of changes");
            let mut told: Vec<_> =
                changes.iter().filter_map(|change| change["sentence"].as_str()).map(without_ids).collect();
            told.sort();
            told
        };
        let done = sandbox.mkt(&["show", "HEAD", "--json"]).ok().json();
        assert_eq!(changes(&json["preview"]), changes(&done), "the changes of `{}`", turn.name);
        for change in changes(&done) {
            let start: String = change.chars().take(40).collect();
            assert!(shown.contains(&start), "`{start}` is shown\n{preview}");
        }
    });
}

#[test]
fn what_would_be_refused_is_refused_the_same_way() {
    let sandbox = Sandbox::new().planned();
    for args in [
        &["start-campaign"][..],
        &["finish-campaign", "--outcome", "o"],
        &["update-gates", "capacity_gate.rolling_weeks_feasible=many"],
        &["review-plan", "nothing", "--pass"],
        &["incident", "--severity", "P1", "--module", "nothing", "--summary", "s"],
    ] {
        let real = sandbox.unchanged_by(|sandbox| sandbox.mkt(args));
        let dry = sandbox.unchanged_by(|sandbox| sandbox.mkt(&[args, &["--dry-run"]].concat()));
        assert_eq!((dry.code, &dry.stderr, dry.stdout.as_str()), (real.code, &real.stderr, ""), "{dry}");
    }
}

#[test]
fn what_git_would_refuse_is_told_by_a_dry_run_too() {
    let sandbox = Sandbox::new().started();
    sandbox.write("page.html", "one\n").commit_all("Add a page");
    let incident = ["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "s", "--dry-run"];
    sandbox.git(&["bisect", "start"]).ok();
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&incident)).code(2).stderr_has("a bisect is in progress");
    sandbox.git(&["bisect", "reset"]).ok();
    sandbox.call("ohmymkt", &incident).env("GIT_INDEX_FILE", ".git/index").run().code(2);
    sandbox.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]).ok();
    sandbox.call("ohmymkt", &incident).folder("../bare.git").run().code(1).stderr_has("bare");
}
