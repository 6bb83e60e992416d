//! Hooks where this program cannot open the repository and git can.

use super::{GATES, Shape, site};
use crate::sandbox::Sandbox;

/// A guarded repository with a remote and an extension that git knows and libgit2 does not.
fn unopenable() -> Sandbox {
    let sandbox = site();
    Shape::of(&sandbox).live();
    sandbox.mkt(&["hooks", "install", "--strict"]).ok();
    sandbox.git(&["init", "--quiet", "--bare", "../origin.git"]).ok();
    sandbox.git(&["remote", "add", "origin", "../origin.git"]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok();
    sandbox.git(&["config", "core.repositoryFormatVersion", "1"]).ok();
    sandbox.git(&["config", "extensions.noop-v1", "true"]).ok();
    sandbox.mkt(&["status"]).code(1).stderr_has("not supported: the repository extension `noop-v1`");
    sandbox
}

const PASSED: &str = "incomplete: not supported: the repository extension `noop-v1`; no artifact changes here";

#[test]
fn what_leaves_the_artifacts_alone_passes_with_a_word() {
    let sandbox = unopenable();
    sandbox.write("docs/guide.md", "# More\n");
    sandbox.git(&["commit", "--quiet", "--all", "--message", "More"]).ok().stderr_has(PASSED);
    sandbox.git(&["push", "--quiet", "origin", "main"]).ok().stderr_has(PASSED);
    sandbox.git(&["switch", "--quiet", "-c", "side", "HEAD~1"]).ok();
    sandbox.write("docs/side.md", "# Side\n");
    sandbox.git(&["add", "docs"]).ok();
    sandbox.git(&["commit", "--quiet", "--message", "Side"]).ok();
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok().stderr_has(PASSED);
    sandbox.fsck_clean();
}

#[test]
fn what_changes_the_artifacts_is_not_let_through_unjudged() {
    let sandbox = unopenable();
    let tip = sandbox.head();
    Shape::of(&sandbox).edit_weeks(10, 11);
    let refusal = "error: not supported: the repository extension `noop-v1`";
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["commit", "--quiet", "--all", "--message", "Eleven"]).code(1).stderr_has(refusal);
    // The strict hook sees what goes past the others.
    sandbox.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Eleven"]).code(128).stderr_has(refusal);
    for how in ["literal", "glob", "noglob"] {
        let pathspecs = format!("--{how}-pathspecs");
        sandbox.git(&[&pathspecs, "commit", "--quiet", "--message", "Eleven"]).code(1).stderr_has(refusal);
    }
    assert_eq!(sandbox.head(), tip);
    sandbox.remove(".git/hooks/reference-transaction");
    sandbox.git(&["commit", "--quiet", "--no-verify", "--all", "--message", "Eleven"]).ok();
    sandbox.git(&["push", "--quiet", "origin", "main"]).code(1).stderr_has(refusal);
    sandbox.git(&["ls-remote", "origin", "main"]).ok().stdout_has(&tip);
    assert!(sandbox.read(GATES).contains("11"));
}
