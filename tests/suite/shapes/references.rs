//! How references are stored, and in combination with other formats.

use super::{Shape, site, site_with};

#[test]
fn packed_references() {
    let sandbox = site();
    sandbox.git(&["gc", "--quiet"]).ok();
    sandbox.git(&["pack-refs", "--all", "--prune"]).ok();
    assert!(!sandbox.exists(".git/refs/heads/main"));
    let shape = Shape::of(&sandbox);
    shape.live();
    sandbox.git(&["gc", "--quiet", "--prune=now"]).ok();
    sandbox.git(&["pack-refs", "--all", "--prune"]).ok();
    shape.mkt(&["log"]).ok().stdout_has("incident");
    shape.is_sound();
}

#[test]
fn reftable() {
    let sandbox = site_with(&["--ref-format=reftable"]);
    let shape = Shape::of(&sandbox);
    shape.live().campaign();
    sandbox.git(&["reflog", "-1", "--format=%gs"]).ok().stdout_has("commit: mkt(run-cycle)");
    sandbox.git(&["switch", "--quiet", "--detach"]).ok();
    shape.record_incident();
    shape.is_sound();
}

#[test]
fn a_linked_worktree_of_reftable_and_sha256() {
    let sandbox = site_with(&["--ref-format=reftable", "--object-format=sha256"]);
    sandbox.git(&["worktree", "add", "--quiet", "-b", "side", "../linked"]).ok();
    Shape::at(&sandbox, "linked").from("docs").live();
    let main = Shape::of(&sandbox);
    assert_eq!(main.status(), "");
    main.live().campaign();
}

#[test]
fn an_unborn_branch_of_reftable() {
    let sandbox = crate::sandbox::Sandbox::without_repository();
    sandbox.git(&["init", "--quiet", "-b", "main", "--ref-format=reftable"]).ok();
    sandbox.write("src/app.js", "run();\n").write("src/gone.js", "old();\n");
    sandbox.git(&["add", "--all"]).ok();
    Shape::of(&sandbox).live();
}
