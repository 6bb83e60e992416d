//! Settings of git that say how something is written: obeyed as `git commit` obeys them.

use std::collections::BTreeSet;

use ohmymkt::git::Repo;

use crate::sandbox::Sandbox;

use super::beside::{COMMIT, WRITE, assert_clean, by_git, by_us, skipped};

/// The last line of a reflog, without ids and message; `None` where there is no reflog.
fn last_line(sandbox: &Sandbox, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(sandbox.path(".git/logs").join(name)).ok()?;
    let line = text.lines().last().unwrap_or_default();
    let (who, what) = line.split_once('\t').unwrap_or((line, ""));
    Some(format!("{} {} {}", text.lines().count(), &who[82..], what.split(':').next().unwrap_or_default()))
}

#[test]
fn reflogs_are_written_where_git_writes_them() {
    for setting in [None, Some("true"), Some("false"), Some("always")] {
        for is_said in [false, true] {
            for keeps_logs in [false, true] {
                let look = |writer: &str, args: &[&str]| {
                    let sandbox = Sandbox::new().initialised();
                    if !keeps_logs {
                        std::fs::remove_dir_all(sandbox.path(".git/logs")).expect("the reflogs go");
                    }
                    let said = setting.filter(|_| is_said).map(|value| format!("core.logAllRefUpdates={value}"));
                    if let (Some(value), false) = (setting, is_said) {
                        sandbox.git(&["config", "core.logAllRefUpdates", value]).ok();
                    }
                    let words = said
                        .iter()
                        .flat_map(|said| ["-c", said.as_str()])
                        .chain([writer].into_iter().filter(|w| !w.is_empty()));
                    let words: Vec<&str> = words.chain(args.iter().copied()).collect();
                    sandbox.git(&words).ok();
                    ["HEAD", "refs/heads/main"].map(|name| last_line(&sandbox, name))
                };
                assert_eq!(look("mkt", &WRITE), look("", &COMMIT), "{setting:?} {is_said} {keeps_logs}");
            }
        }
    }
}

/// What was flushed to the disk, in the words of `core.fsync`; `None` where nothing can look.
fn flushed(sandbox: &Sandbox, setting: &[&str], program: &str, args: &[&str]) -> Option<BTreeSet<&'static str>> {
    for setting in setting {
        let (key, value) = setting.split_once('=').expect("a setting");
        sandbox.git(&["config", key, value]).ok();
    }
    let trace = sandbox.base().join("trace");
    let calls = ["-f", "-y", "-qq", "-e", "trace=fsync,fdatasync,sync_file_range", "-o"];
    let path = trace.display().to_string();
    let words = [&calls[..], &[&path, program], args].concat();
    let mut strace = sandbox.call("strace", &words).command();
    match strace.output() {
        Ok(output) if output.status.success() => {}
        other => {
            skipped(&format!("strace cannot look: {other:?}"));
            return None;
        }
    }
    let text = std::fs::read_to_string(trace).expect("a trace");
    let part = |line: &str| match line {
        line if line.contains("/objects/") => Some("loose-object"),
        line if line.contains("/refs/heads/") => Some("reference"),
        line if line.contains("/index") || line.contains("/next-index") => Some("index"),
        _ => None,
    };
    Some(text.lines().filter_map(part).collect())
}

#[test]
fn what_core_fsync_names_is_flushed() {
    for setting in [
        &[][..],
        &["core.fsync=all"],
        &["core.fsync=committed"],
        &["core.fsync=added"],
        &["core.fsync=reference"],
        &["core.fsync=loose-object"],
        &["core.fsync=objects,-loose-object"],
        &["core.fsync=-reference"],
        &["core.fsync=index"],
        &["core.fsync=none"],
        &["core.fsyncObjectFiles=true"],
        &["core.fsync=all", "core.fsyncMethod=writeout-only"],
        &["core.fsync=all", "core.fsyncMethod=batch"],
    ] {
        let (ours, theirs) = (Sandbox::new().initialised(), Sandbox::new().initialised());
        theirs.write(".ohmymkt/page.md", "x\n").git(&["add", "--all"]).ok();
        let Some(found) = flushed(&ours, setting, crate::sandbox::OHMYMKT, &WRITE) else { return };
        let Some(wanted) = flushed(&theirs, setting, "git", &COMMIT) else { return };
        // For the older setting libgit2 flushes references, too.
        let is_older = setting.iter().any(|setting| setting.contains("ObjectFiles"));
        assert!(found == wanted || (is_older && found.is_superset(&wanted)), "{setting:?}: {found:?}, {wanted:?}");
    }
}

#[test]
fn objects_are_compressed_as_configured() {
    let look = |settings: &[(&str, &str)], program: &str, args: &[&str]| {
        let sandbox = Sandbox::new().initialised();
        for (key, value) in settings {
            sandbox.git(&["config", key, value]).ok();
        }
        sandbox.call(program, args).run().ok();
        let id = sandbox.head();
        let object = std::fs::read(sandbox.path(".git/objects").join(&id[..2]).join(&id[2..])).expect("a loose object");
        object[..2].to_vec()
    };
    for settings in [
        &[][..],
        &[("core.compression", "0")],
        &[("core.compression", "9")],
        &[("core.compression", "-1")],
        &[("core.compression", "9"), ("core.looseCompression", "1")],
        &[("core.looseCompression", "6")],
        &[("core.looseCompression", "-1")],
    ] {
        assert_eq!(look(settings, "ohmymkt", &WRITE), look(settings, "git", &COMMIT), "{settings:?}");
    }
}

#[test]
fn git_tidies_up_after_us_when_it_would_after_a_commit() {
    // Two files whose blobs lie in the folder that git counts.
    let counted = |sandbox: &Sandbox| {
        let repo = Repo::open_at(&sandbox.root()).expect("it opens");
        let texts =
            (0..).map(|n| format!("{n}\n")).filter(|text| repo.blob_id(text.as_bytes()).to_string().starts_with("17"));
        for (n, text) in texts.take(2).enumerate() {
            sandbox.write(&format!("{n}.txt"), text);
        }
        sandbox.commit_all("Add pages");
    };
    for (settings, is_due) in [
        (&["gc.auto=1"][..], true),
        (&["gc.auto=0"], false),
        (&["gc.auto=1", "maintenance.auto=false"], false),
        (&["gc.auto=700"], false),
        (&[], false),
    ] {
        for by in [by_us, by_git] {
            let sandbox = Sandbox::new().initialised();
            sandbox.git(&["config", "gc.auto", "0"]).ok();
            counted(&sandbox);
            sandbox.git(&["config", "--unset", "gc.auto"]).ok();
            for setting in [&["gc.autoDetach=false", "maintenance.autoDetach=false"][..], settings].concat() {
                let (key, value) = setting.split_once('=').expect("a setting");
                sandbox.git(&["config", key, value]).ok();
            }
            let outcome = by(&sandbox, &[]).ok();
            assert!(!outcome.stdout.contains("pack"), "{outcome}");
            let packs = sandbox.names(".git/objects/pack");
            assert_eq!(packs.iter().any(|name| name.ends_with(".pack")), is_due, "{settings:?} {packs:?}");
            assert_clean(&sandbox);
        }
    }
}
