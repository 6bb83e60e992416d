//! Killed before every system call that changes something, and in the middle of every write.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::calls::{Kind, Stop};
use super::scene::Scene;
use super::trace::Fate;
use super::walk::Then;
use crate::sandbox::Sandbox;

/// Dies before each call that can change something, and in the middle of each that writes.
#[track_caller]
fn killed_everywhere(scene: &Scene, args: &[&str]) {
    let recorded = AtomicUsize::new(0);
    let survives = |copy: &super::scene::Copy<'_>, run: &super::trace::Run, when: &str| {
        assert_eq!(run.code, None, "killed: {when}");
        recorded.fetch_add(usize::from(copy.recovers(when)), Ordering::Relaxed);
    };
    let whole = scene.walk(args, |_| Some(Fate::Killed), Then::GoesOn, survives);
    let write = |stop: &Stop| (stop.kind == Kind::Write).then_some(Fate::HalvedAndKilled);
    let torn = scene.walk(args, write, Then::GoesOn, survives);
    let recorded = recorded.into_inner();
    println!("killed in {args:?}: {whole} points, {torn} torn writes, {recorded} of them behind the commit");
    assert!(recorded > 0 && recorded < whole, "{recorded} of {whole} kills came behind the commit");
}

const INCIDENT: [&str; 7] = ["incident", "--severity", "P0", "--module", "scale_loop", "--summary", "Down"];

#[test]
fn a_new_file() {
    killed_everywhere(&Scene::of(Sandbox::new().started()), &INCIDENT);
}

#[test]
fn a_file_replaced() {
    killed_everywhere(&Scene::of(Sandbox::new().initialised()).sampled(), &GATES);
}

#[test]
fn new_and_replaced_files_together() {
    let sandbox = Sandbox::new().started();
    sandbox.advance(7);
    killed_everywhere(&Scene::of(sandbox).sampled(), &["run-cycle", "weekly"]);
}

#[test]
fn files_removed() {
    let scene = Scene::of(Sandbox::new().started());
    killed_everywhere(&scene, &["finish-campaign", "--outcome", "Demand is up"]);
}

#[test]
fn edits_made_by_hand() {
    let scene = Scene::of(Sandbox::new().gates_passing()).after(|sandbox| {
        sandbox.edit_json(".ohmymkt/state/gates.json", |gates| {
            gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into();
        });
        sandbox.remove(".ohmymkt/reports/weekly/.gitkeep");
        sandbox.write(".ohmymkt/reports/monthly/notes.md", "# Notes\n");
    });
    killed_everywhere(&scene.sampled(), &["record"]);
}

#[test]
fn the_first_commit_of_a_repository() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "-q", "-b", "main"]).ok();
    killed_everywhere(&Scene::of(sandbox).sampled(), &["init"]);
}

const GATES: [&str; 4] = ["update-gates", "data_gate.reconcilable=false", "--evidence", "https://example.org/again"];

/// A write killed before a file was moved to such a place, and then what mends that, too.
fn killed_again(args: &[&str], place: &str) {
    let scene = Scene::of(Sandbox::new().started());
    let scene = scene.killed_in(args, |stop| stop.kind == Kind::Rename && stop.path.ends_with(place));
    killed_everywhere(&scene, &["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "Again"]);
}

#[test]
fn again_while_a_killed_write_is_undone() {
    killed_again(&GATES, "/refs/heads/main");
}

#[test]
fn again_while_a_killed_write_is_finished() {
    killed_again(&GATES, "/index");
}

#[test]
fn references_in_a_table() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "-q", "-b", "main", "--ref-format=reftable"]).ok();
    sandbox.write("index.html", "<!doctype html>\n").commit_all("Open the site");
    sandbox.mkt(&["init"]).ok();
    killed_everywhere(&Scene::of(sandbox).sampled(), &INCIDENT);
}

#[test]
fn a_split_index() {
    let scene = Scene::of(Sandbox::new().started()).after(|sandbox| {
        sandbox.git(&["update-index", "--split-index"]).ok();
    });
    killed_everywhere(&scene.sampled(), &INCIDENT);
}

#[test]
fn a_detached_head() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["checkout", "-q", "--detach"]).ok();
    killed_everywhere(&Scene::of(sandbox).sampled(), &INCIDENT);
}
