//! Every form that the index has.

use super::{Shape, site};

/// The first bytes of the index: its version is the last of them.
fn version(sandbox: &crate::sandbox::Sandbox) -> u8 {
    std::fs::read(sandbox.path(".git/index")).expect("an index")[7]
}

/// Whether the index has an extension of this name.
fn has(sandbox: &crate::sandbox::Sandbox, extension: &[u8]) -> bool {
    let bytes = std::fs::read(sandbox.path(".git/index")).expect("an index");
    bytes.windows(extension.len()).any(|window| window == extension)
}

#[test]
fn the_versions_two_to_four() {
    for (given, wanted) in [("2", 2), ("3", 3), ("4", 4)] {
        let sandbox = site();
        sandbox.git(&["config", "index.version", given]).ok();
        // Only an entry with more flags makes it version 3.
        sandbox.git(&["update-index", "--skip-worktree", "zz.txt"]).ok();
        sandbox.git(&["update-index", "--index-version", given]).ok();
        let wanted = if wanted == 2 { 3 } else { wanted };
        assert_eq!(version(&sandbox), wanted);
        Shape::of(&sandbox).live();
        assert_eq!(version(&sandbox), wanted);
    }
    let sandbox = site();
    assert_eq!(version(&sandbox), 2);
    Shape::of(&sandbox).live();
}

#[test]
fn a_split_index() {
    let sandbox = site();
    sandbox.git(&["config", "core.splitIndex", "true"]).ok();
    sandbox.git(&["update-index", "--split-index"]).ok();
    assert!(has(&sandbox, b"link"));
    Shape::of(&sandbox).live().campaign();
    assert!(has(&sandbox, b"link"));
}

#[test]
fn many_files() {
    let sandbox = site();
    sandbox.git(&["config", "feature.manyFiles", "true"]).ok();
    sandbox.git(&["update-index", "--index-version", "4", "--untracked-cache"]).ok();
    sandbox.git(&["status"]).ok();
    assert!(version(&sandbox) == 4 && has(&sandbox, b"UNTR"));
    Shape::of(&sandbox).live();
    assert!(version(&sandbox) == 4 && has(&sandbox, b"UNTR"));
}

#[test]
fn an_untracked_cache() {
    let sandbox = site();
    sandbox.git(&["config", "core.untrackedCache", "true"]).ok();
    sandbox.git(&["update-index", "--force-untracked-cache"]).ok();
    sandbox.git(&["status"]).ok();
    Shape::of(&sandbox).live();
    assert!(has(&sandbox, b"UNTR"));
    sandbox.write(".ohmymkt/stray.json", "{}\n");
    sandbox.git(&["status", "--porcelain"]).ok().stdout_has("?? .ohmymkt/stray.json");
}

#[test]
fn a_monitor_of_the_file_system() {
    let sandbox = site();
    // It is asked in version 2 of its words, and says that anything may have changed.
    sandbox.write(".git/monitor", "#!/bin/sh\n[ \"$1\" = 2 ] || exit 1\nprintf 'token\\0/\\0'\n");
    sandbox.sh("chmod +x .git/monitor").ok();
    sandbox.git(&["config", "core.fsmonitor", ".git/monitor"]).ok();
    sandbox.git(&["config", "core.fsmonitorHookVersion", "2"]).ok();
    sandbox.git(&["update-index", "--fsmonitor"]).ok();
    sandbox.git(&["status"]).ok();
    assert!(has(&sandbox, b"FSMN"));
    Shape::of(&sandbox).live();
    assert!(has(&sandbox, b"FSMN"));
}

#[test]
fn a_skipped_hash_and_threads() {
    let sandbox = site();
    sandbox.git(&["config", "index.skipHash", "true"]).ok();
    sandbox.git(&["config", "index.threads", "4"]).ok();
    sandbox.git(&["update-index", "--force-write-index"]).ok();
    Shape::of(&sandbox).live();
    let bytes = std::fs::read(sandbox.path(".git/index")).expect("an index");
    assert!(bytes.ends_with(&[0; 20]));
}
