//! How objects are stored, and what is not here.

use super::{Shape, cloned, site, site_with};
use crate::sandbox::Sandbox;

#[test]
fn sha256() {
    let sandbox = site_with(&["--object-format=sha256"]);
    assert_eq!(sandbox.head().len(), 64);
    Shape::of(&sandbox).live().campaign();
}

#[test]
fn names_in_two_formats() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main", "--object-format=sha256"]).ok();
    sandbox.git(&["config", "extensions.compatObjectFormat", "sha1"]).ok();
    super::furnish(&sandbox, "Open the site");
    Shape::of(&sandbox).live();
    let second = sandbox.git(&["rev-parse", "--output-object-format=sha1", "HEAD"]).ok().stdout;
    assert_eq!(second.trim_end().len(), 40);
}

#[test]
fn an_extension_that_nobody_knows() {
    let sandbox = site();
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]).ok();
    sandbox.git(&["config", "extensions.fromTheFuture", "true"]).ok();
    sandbox.git(&["status"]).code(128);
    sandbox.unchanged_by(|sandbox| {
        for command in ["init", "status", "verify", "log"] {
            let refused = sandbox.mkt(&[command]).code(1);
            refused.stderr_has("error: not supported: the repository extension `fromthefuture`");
        }
    });
}

#[test]
fn objects_that_another_repository_has() {
    let sandbox = site();
    sandbox.mkt(&["init"]).ok();
    for arguments in [&["--shared"][..], &["--reference", "site", "--no-hardlinks"]] {
        let to = sandbox.base().join("borrower");
        let from = ["site", &to.to_string_lossy()];
        sandbox.call("git", &[&["clone", "--quiet"], arguments, &from].concat()).folder("..").run().ok();
        assert!(to.join(".git/objects/info/alternates").is_file());
        Shape::at(&sandbox, to.clone()).live();
        std::fs::remove_dir_all(to).expect("removed");
    }
}

#[test]
fn commit_graphs() {
    let sandbox = site();
    let shape = Shape::of(&sandbox);
    sandbox.git(&["commit-graph", "write", "--reachable"]).ok();
    shape.live();
    for more in [&["--changed-paths"][..], &["--split=no-merge"], &["--split=no-merge", "--changed-paths"]] {
        sandbox.git(&[&["commit-graph", "write", "--reachable"], more].concat()).ok();
        shape.record_incident();
        shape.mkt(&["log", "-n", "1"]).ok().stdout_has("incident");
        shape.is_sound();
    }
    assert!(sandbox.exists(".git/objects/info/commit-graphs"));
    sandbox.git(&["commit-graph", "verify"]).ok();
}

#[test]
fn an_index_over_many_packs() {
    let sandbox = site();
    let shape = Shape::of(&sandbox);
    sandbox.git(&["repack", "--quiet", "-d"]).ok();
    sandbox.mkt(&["init"]).ok();
    sandbox.git(&["repack", "--quiet", "-d"]).ok();
    sandbox.git(&["multi-pack-index", "write"]).ok();
    shape.live();
    sandbox.git(&["repack", "--quiet"]).ok();
    sandbox.git(&["multi-pack-index", "write", "--bitmap"]).ok();
    sandbox.git(&["multi-pack-index", "verify"]).ok();
    shape.is_sound();
}

#[test]
fn a_shallow_clone() {
    let sandbox = site();
    Shape::of(&sandbox).live();
    let clone = cloned(&sandbox, &["--depth", "2"]);
    let shape = Shape::at(&sandbox, clone).seen_in_part();
    shape.mkt(&["verify"]).code(3).stdout_has("the clone is shallow");
    shape.mkt(&["check-gates"]).ok();
    shape.mkt(&["log"]).ok().stderr_has("not all is shown: the clone is shallow");
    shape.record_incident();
    shape.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=8"]).ok();
    shape.mkt(&["show", "HEAD"]).ok().stdout_has(": 10 → 8");
    assert_eq!(shape.status(), "");
    shape.is_sound();
    // The missing past is no excuse for a bad commit.
    shape.edit_weeks(8, "\"many\"");
    shape.git(&["commit", "--quiet", "--all", "--no-verify", "--message", "Many"]).ok();
    shape.mkt(&["verify"]).code(2).stdout_has("artifact-is-well-formed");
    shape.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    shape.git(&["fetch", "--quiet", "--unshallow"]).ok();
    Shape { sight: super::Sight::Whole, ..shape }.is_sound();
}

/// The ids of what a partial clone has not fetched.
fn promised(shape: &Shape<'_>) -> usize {
    let words = ["rev-list", "--objects", "--all", "--missing=print"];
    shape.ask(&words).lines().filter(|line| line.starts_with('?')).count()
}

/// A sandbox with artifacts, from which partial clones can be made.
fn promising() -> Sandbox {
    let sandbox = site();
    Shape::of(&sandbox).live();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]).ok();
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]).ok();
    sandbox
}

#[test]
fn partial_clones() {
    let sandbox = promising();
    for filter in ["blob:none", "tree:0"] {
        let clone = cloned(&sandbox, &["--no-checkout", &format!("--filter={filter}")]);
        let shape = Shape::at(&sandbox, clone.clone());
        assert!(promised(&shape) > 1, "{filter}");
        shape.mkt(&["verify"]).ok().stdout_has("sound");
        shape.mkt(&["show", "HEAD"]).ok().stdout_has(": 9 → 10");
        shape.git(&["reset", "--quiet", "--hard"]).ok();
        let rows = ["update-gates", "capacity_gate.rolling_weeks_feasible=8"];
        shape.mkt(&rows).ok();
        shape.mkt(&["check-gates"]).ok().stdout_has("8 weeks");
        shape.record_incident();
        assert_eq!(shape.status(), "");
        shape.campaign();
        std::fs::remove_dir_all(clone).expect("removed");
    }
}

#[test]
fn a_partial_clone_fetches_in_one_go() {
    let sandbox = promising();
    for filter in ["blob:none", "tree:0"] {
        for command in ["verify", "log"] {
            let clone = cloned(&sandbox, &["--no-checkout", &format!("--filter={filter}")]);
            let trace = sandbox.base().join(format!("trace-{command}-{}", &filter[..4]));
            let shape = Shape::at(&sandbox, clone.clone()).with("GIT_TRACE2", trace.to_string_lossy());
            shape.mkt(&[command]).ok();
            let fetches = std::fs::read_to_string(&trace).expect("a trace");
            let fetches = fetches.lines().filter(|line| line.contains(" start ") && line.contains(" fetch ")).count();
            // The policy of HEAD with the trees above it, then all trees, then all files.
            let most = if filter == "blob:none" { 2 } else { 4 };
            assert!((1..=most).contains(&fetches), "{command}, {filter}: {fetches}");
            std::fs::remove_dir_all(clone).expect("removed");
        }
    }
}

#[test]
fn a_partial_clone_out_of_reach_of_its_remote() {
    let sandbox = promising();
    let clone = cloned(&sandbox, &["--filter=blob:none"]);
    let shape = Shape::at(&sandbox, clone).seen_in_part();
    std::fs::rename(sandbox.root(), sandbox.base().join("gone")).expect("moved");
    shape.mkt(&["check-gates"]).ok().stdout_has("10 weeks");
    shape.mkt(&["verify"]).code(3).stdout_has("are not in the repository");
    shape.mkt(&["log"]).code(3).stderr_has("is not in the repository");
    shape.mkt(&["show", "HEAD~1"]).code(3).stderr_has("is not in the repository").stderr_has("hint: git cat-file -t");
    // Whatever needs only what is here can be done.
    shape.record_incident();
    assert_eq!(shape.status(), "");
}

#[test]
fn a_shallow_partial_clone_stays_as_shallow_as_it_is() {
    let sandbox = promising();
    let clone = cloned(&sandbox, &["--depth", "2", "--filter=blob:none"]);
    let shape = Shape::at(&sandbox, clone).seen_in_part();
    let commits = |shape: &Shape<'_>| {
        let words = ["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"];
        shape.ask(&words).lines().filter(|line| *line == "commit").count()
    };
    assert_eq!(commits(&shape), 2);
    shape.mkt(&["verify"]).code(3).stdout_has("2 commits seen");
    assert_eq!(commits(&shape), 2);
    shape.record_incident();
    assert_eq!(commits(&shape), 3);
    shape.is_sound();
}

#[test]
fn an_object_that_is_gone() {
    let sandbox = site();
    let shape = Shape::of(&sandbox);
    shape.live();
    for revision in ["HEAD~1:.ohmymkt/state/gates.json", "HEAD~1:.ohmymkt", "HEAD~1"] {
        let id = shape.ask(&["rev-parse", revision]);
        let object = sandbox.path(".git/objects").join(&id[..2]).join(id[2..].trim_end());
        let kept = sandbox.base().join("kept");
        std::fs::rename(&object, &kept).expect("moved");
        let _ = std::fs::remove_file(sandbox.path(".git/ohmymkt/judged"));
        shape.mkt(&["verify"]).code(3).stdout_has("incomplete");
        shape.mkt(&["check-gates"]).ok();
        std::fs::rename(&kept, &object).expect("moved back");
    }
    shape.is_sound();
}

#[test]
fn grafts_and_replacements() {
    for cut in ["git replace --graft HEAD~1", "git rev-parse HEAD~1 >.git/info/grafts"] {
        let sandbox = site();
        Shape::of(&sandbox).live();
        sandbox.sh(cut).ok();
        let shape = Shape::of(&sandbox).seen_in_part();
        let before = shape.work();
        shape.record_incident();
        assert_eq!(shape.work(), before);
        shape.mkt(&["verify"]).code(3).stdout_has("replace references or grafts make git show another history");
        shape.mkt(&["status"]).ok();
        shape.mkt(&["log"]).ok().stdout_has("incident").stderr_has("not all is shown");
        shape.is_sound();
    }
}

#[test]
fn a_clone_as_large_projects_make_it() {
    let sandbox = promising();
    let clone = cloned(&sandbox, &["--filter=blob:none", "--sparse"]);
    let shape = Shape::at(&sandbox, clone);
    shape.git(&["sparse-checkout", "set", "--sparse-index", "src"]).ok();
    shape.git(&["config", "feature.manyFiles", "true"]).ok();
    shape.git(&["update-index", "--index-version", "4", "--force-untracked-cache"]).ok();
    shape.git(&["commit-graph", "write", "--reachable", "--split", "--changed-paths"]).ok();
    let before = shape.work();
    shape.mkt(&["check-gates"]).ok().stdout_has("10 weeks");
    shape.record_incident();
    shape.campaign();
    assert_eq!(shape.work(), before);
    shape.git(&["ls-files", "--sparse", "docs"]).ok().stdout_has("docs/\n");
}
