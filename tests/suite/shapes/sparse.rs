//! Sparse checkouts, with the artifacts inside and outside of what is checked out.

use super::{Shape, site, site_with};
use crate::sandbox::Sandbox;

/// Checks out only what these words name.
#[track_caller]
fn narrow(sandbox: &Sandbox, words: &[&str]) {
    sandbox.git(&[&["sparse-checkout", "set"], words].concat()).ok();
    assert!(!sandbox.exists("docs"));
}

/// A campaign whose artifacts are outside of what is checked out.
#[track_caller]
fn live_outside(sandbox: &Sandbox) {
    let shape = Shape::of(sandbox);
    shape.live();
    sandbox.git(&["reset", "--quiet", "--hard"]).ok();
    sandbox.git(&["sparse-checkout", "reapply"]).ok();
    assert!(!sandbox.exists(".ohmymkt"), "{:?}", sandbox.names(".ohmymkt"));
    let before = shape.work();
    shape.mkt(&["check-gates"]).ok().stdout_has("10 weeks are feasible");
    shape.mkt(&["status"]).ok().stdout_has("Checkout is down");
    shape.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=11"]).ok();
    shape.record_incident();
    shape.mkt(&["check-gates"]).ok().stdout_has("11 weeks are feasible");
    assert_eq!(shape.work(), before);
    shape.is_sound();
    // What was written can be left out again, and comes back with the rest.
    sandbox.git(&["sparse-checkout", "reapply"]).ok();
    assert!(!sandbox.exists(".ohmymkt"), "{:?}", sandbox.names(".ohmymkt"));
    shape.mkt(&["check-gates"]).ok().stdout_has("11 weeks are feasible");
    sandbox.git(&["sparse-checkout", "disable"]).ok();
    assert_eq!(shape.status(), before["status"]);
    assert!(sandbox.read(super::GATES).contains("11"));
}

/// Whether the index keeps whole folders as one entry.
fn is_sparse(sandbox: &Sandbox) -> bool {
    sandbox.git(&["ls-files", "--sparse", "docs"]).ok().stdout == "docs/\n"
}

#[test]
fn a_cone_with_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--cone", "src", ".ohmymkt"]);
    Shape::of(&sandbox).live();
}

#[test]
fn a_cone_without_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--cone", "src"]);
    live_outside(&sandbox);
}

#[test]
fn patterns_with_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--no-cone", "/src/", "/.ohmymkt/"]);
    Shape::of(&sandbox).live();
}

#[test]
fn patterns_without_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--no-cone", "/src/"]);
    live_outside(&sandbox);
}

#[test]
fn a_sparse_index_with_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--cone", "--sparse-index", "src", ".ohmymkt"]);
    assert!(is_sparse(&sandbox));
    Shape::of(&sandbox).live().campaign();
    assert!(is_sparse(&sandbox));
}

#[test]
fn a_sparse_index_without_the_artifacts() {
    let sandbox = site();
    narrow(&sandbox, &["--cone", "--sparse-index", "src"]);
    assert!(is_sparse(&sandbox));
    live_outside(&sandbox);
}

#[test]
fn a_sparse_index_of_sha256() {
    let sandbox = site_with(&["--object-format=sha256"]);
    narrow(&sandbox, &["--cone", "--sparse-index", "src", ".ohmymkt"]);
    Shape::of(&sandbox).live();
    assert!(is_sparse(&sandbox));
}
