//! A disk that is really full, and folders that may really not be written to: what the injected
//! errors stand for. Where the machine does not let the test have one, it says so.

use super::calls::Kind;
use super::scene::Scene;
use super::trace::Fate;
use crate::sandbox::Sandbox;

const INCIDENT: &str = "ohmymkt incident --severity P1 --module scale_loop --summary Real";

/// Runs a script with mounts of its own, as far as the system lets it.
fn with_mounts(scene: &Scene, script: &str) -> Option<crate::sandbox::Outcome> {
    let sandbox = &scene.sandbox;
    let probe = sandbox.call("unshare", &["-Urm", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]);
    if probe.command().output().is_ok_and(|output| output.status.success()) {
        return Some(sandbox.call("unshare", &["-Urm", "sh", "-ec", script]).run());
    }
    eprintln!("skipped: this system lets nobody mount a file system of their own");
    None
}

#[test]
fn a_disk_that_is_full() {
    let scene = Scene::of(Sandbox::new().started());
    // A write needs more than is left, whatever is left: from nothing at all up to enough.
    let script = format!(
        "mount -t tmpfs -o size=8m tmpfs ../tmp && cp -r . ../tmp/site && cd ../tmp/site
        tip=$(git rev-parse HEAD); work=$(git --no-optional-locks status --porcelain)
        dd if=/dev/zero of=../fill bs=4k 2>/dev/null || true
        for pages in 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
            truncate -s -$((pages * 4096)) ../fill
            if {INCIDENT} >../../said 2>&1; then break; fi
            grep -q 'No space left' ../../said || {{ cat ../../said; exit 9; }}
            [ \"$(git rev-parse HEAD)\" = $tip ]
            [ \"$(git --no-optional-locks status --porcelain)\" = \"$work\" ]
            dd if=/dev/zero of=../fill bs=4k oflag=append conv=notrunc 2>/dev/null || true
        done
        echo failed $pages times
        rm ../fill; {INCIDENT}
        [ \"$(git --no-optional-locks status --porcelain)\" = \"$work\" ]
        git fsck --strict --no-dangling --no-progress; ohmymkt verify
        [ ! -e .git/index.lock ] && [ ! -e .git/HEAD.lock ] && [ ! -e .git/refs/heads/main.lock ]"
    );
    let Some(outcome) = with_mounts(&scene, &script) else { return };
    outcome.ok().stdout_has("failed").stdout_lacks("failed 0 times");
}

#[test]
fn a_file_system_that_is_read_only() {
    let scene = Scene::of(Sandbox::new().started());
    let script = format!(
        "mount --bind . . && mount -o remount,ro,bind . && cd \"$PWD\"
        ohmymkt status && ohmymkt verify && ohmymkt check-gates
        {INCIDENT} && exit 9; [ $? = 1 ]"
    );
    let Some(outcome) = with_mounts(&scene, &script) else { return };
    outcome.ok().stderr_has("Read-only file system").stderr_has("/.git/ohmymkt/lock");
    let copy = scene.copy();
    copy.is_as_before("it was read-only");
    assert!(!copy.recovers("it was read-only"));
}

#[test]
fn folders_without_permission() {
    let scene = Scene::of(Sandbox::new().started());
    let is_root = nix::unistd::geteuid().is_root();
    // Root may write everywhere, but not without its capabilities.
    let dropped = "setpriv --bounding-set -all --inh-caps -all --ambient-caps -all --no-new-privs";
    let drop = if is_root { format!("{dropped} --reuid 65534 --regid 65534 --clear-groups") } else { String::new() };
    if is_root && scene.sandbox.call("sh", &["-c", &format!("{drop} true")]).run().code != 0 {
        eprintln!("skipped: no `setpriv` to run without the rights of root");
        return;
    }
    for folder in [".git", ".git/ohmymkt", ".git/objects", ".git/refs/heads", ".ohmymkt/incidents"] {
        let copy = scene.copy();
        let above = copy.path.parent().expect("a folder above").display().to_string();
        let prepare = if is_root { format!("chmod a+x '{above}' && chown -R 65534:65534 . &&") } else { String::new() };
        // A folder and all below it, but not what is in the files.
        let script = format!(
            "{prepare} chmod a-w $(find {folder} -type d) && {drop} env HOME=\"$PWD/..\" {INCIDENT}; \
            code=$?; chmod -R u+w .git .ohmymkt; exit $code"
        );
        copy.sh(&script).code(1).stderr_has("Permission denied").stderr_has(&copy.path.display().to_string());
        if is_root {
            copy.sh("chown -R 0:0 .").ok();
        }
        copy.is_as_before(folder);
        assert!(!copy.recovers(folder));
    }
}

#[test]
fn what_core_fsync_asks_for_is_flushed_and_nothing_else() {
    let scene = Scene::of(Sandbox::new().started());
    let args: Vec<&str> = INCIDENT.split(' ').skip(1).collect();
    let flushed = |setting: &str| {
        let copy = scene.copy();
        copy.git(&["config", "core.fsync", setting]).ok();
        let mut flushed = std::collections::BTreeMap::new();
        let run = copy.trace(&args, |stop| {
            if stop.kind == Kind::Flush {
                let kind = ["tmp_obj_", "journal", "index.next", "refs/heads/main"].into_iter();
                let kind = kind.into_iter().find(|kind| stop.path.contains(kind)).unwrap_or(&stop.path);
                *flushed.entry(kind.to_owned()).or_insert(0) += 1;
            }
            Fate::Made
        });
        assert_eq!(run.code, Some(0), "{}", run.stderr);
        assert!(copy.recovers(setting));
        flushed
    };
    let of = |list: &[(&str, usize)]| list.iter().map(|(kind, count)| ((*kind).to_owned(), *count)).collect();
    // Blob, three trees and the commit.
    let objects = ("tmp_obj_", 5);
    assert_eq!(flushed("none"), of(&[]));
    assert_eq!(flushed("committed"), of(&[objects, ("refs/heads/main", 1)]));
    assert_eq!(flushed("loose-object"), of(&[objects]));
    assert_eq!(flushed("reference"), of(&[("refs/heads/main", 1)]));
    assert_eq!(flushed("all"), of(&[objects, ("journal", 1), ("index.next", 1), ("refs/heads/main", 1)]));
}
