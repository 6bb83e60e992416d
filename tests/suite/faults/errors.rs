//! System calls that fail: a full disk, a missing permission, a broken device, once or from
//! there on, at every call that changes something.

use nix::errno::Errno;

use super::calls::{Kind, Stop};
use super::scene::{Copy, Scene};
use super::trace::{Fate, Run};
use super::walk::Then;
use crate::sandbox::Sandbox;

/// The error, at the calls that can end in it.
fn failing(errno: Errno, kinds: &'static [Kind]) -> impl Fn(&Stop) -> Option<Fate> + Sync {
    move |stop| kinds.contains(&stop.kind).then_some(Fate::Fails(errno))
}

fn full(stop: &Stop) -> Option<Fate> {
    failing(Errno::ENOSPC, &[Kind::Open, Kind::Write, Kind::MakeFolder, Kind::Link, Kind::Rename])(stop)
}

fn forbidden(stop: &Stop) -> Option<Fate> {
    failing(Errno::EACCES, &[Kind::Open, Kind::MakeFolder, Kind::Link, Kind::Rename, Kind::Remove, Kind::Start])(stop)
}

fn read_only(stop: &Stop) -> Option<Fate> {
    (!matches!(stop.kind, Kind::Lock | Kind::Start)).then_some(Fate::Fails(Errno::EROFS))
}

fn broken(stop: &Stop) -> Option<Fate> {
    failing(Errno::EIO, &[Kind::Write, Kind::Rename, Kind::Remove, Kind::Flush, Kind::Lock, Kind::Attributes])(stop)
}

/// Fails, or succeeds without what failed; in both cases the answer is true, and the next write
/// finds all in order.
#[track_caller]
fn honest(copy: &Copy<'_>, run: &Run, then: Then, when: &str) {
    if run.code == Some(0) {
        assert!(copy.recovers(when), "acknowledged, and not there: {when}");
        return;
    }
    assert!(matches!(run.code, Some(1 | 4)), "{:?}: {when}", run.code);
    assert_eq!(run.stdout, "", "no answer: {when}");
    let cause = ["os error", "No space left", "Permission denied", "Read-only", "Input/output error"];
    assert!(cause.iter().any(|cause| run.stderr.contains(cause)), "says why: {when}");
    assert!(run.stderr.contains('/'), "says where: {when}");
    if then == Then::GoesOn && !run.stderr.contains("is made") {
        copy.is_as_before(when);
    }
    let recorded = copy.recovers(when);
    assert_eq!(recorded, run.stderr.contains("is made"), "says what there is: {when}");
}

fn every_error(scene: &Scene, args: &[&str]) {
    type Choice = fn(&Stop) -> Option<Fate>;
    let faults: [(&str, Choice, Then); 6] = [
        ("a full disk", full, Then::GoesOn),
        ("a disk full from there on", full, Then::StaysSo),
        ("no permission", forbidden, Then::GoesOn),
        ("a file system read-only from there on", read_only, Then::StaysSo),
        ("a broken device", broken, Then::GoesOn),
        ("a device broken from there on", broken, Then::StaysSo),
    ];
    for (name, fate, then) in faults {
        let points = scene.walk(args, fate, then, |copy, run, when| honest(copy, run, then, when));
        println!("{name} in {args:?}: {points} points");
    }
}

#[test]
fn a_new_file() {
    let args = ["incident", "--severity", "P0", "--module", "scale_loop", "--summary", "Down"];
    every_error(&Scene::of(Sandbox::new().started()), &args);
}

#[test]
fn files_removed_and_replaced() {
    every_error(&Scene::of(Sandbox::new().started()).sampled(), &["finish-campaign", "--outcome", "Demand is up"]);
}

#[test]
fn writes_cut_short_or_interrupted_are_taken_up_again() {
    let scene = Scene::of(Sandbox::new().started());
    let args = ["incident", "--severity", "P0", "--module", "scale_loop", "--summary", "Down"];
    for fate in [Fate::Halved, Fate::Fails(Errno::EINTR)] {
        let write = move |stop: &Stop| (stop.kind == Kind::Write).then_some(fate);
        let points = scene.walk(&args, write, Then::GoesOn, |copy, run, when| {
            assert_eq!(run.code, Some(0), "{when}");
            assert!(copy.recovers(when), "acknowledged, and not there: {when}");
        });
        println!("{fate:?}: {points} points");
    }
}
