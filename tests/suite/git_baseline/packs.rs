//! Objects in packs, as `git cat-file` reads them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ohmymkt::git::foreign::packed;
use ohmymkt::git::{Content, ObjectId};

use super::sandbox::Sandbox;

/// Pages that differ little from commit to commit, in a repository of this format.
fn edited(format: &str) -> Sandbox {
    let sandbox = Sandbox::with(&["--object-format", format]);
    for n in 0..30 {
        let page: String = (0..400).map(|line| format!("line {line} of {}\n", line * (n + 1) / 100)).collect();
        sandbox.write("pages/long.html", &page);
        sandbox.write(&format!("pages/{n}.html"), &format!("{n}\n"));
        sandbox.git(&["add", "--all"]);
        sandbox.git(&["commit", "-q", "-m", &format!("Change a page, {n}")]);
    }
    sandbox.write("empty", "");
    sandbox.write("large", &"0123456789abcdef".repeat(70_000));
    sandbox.git(&["add", "--all"]);
    sandbox.git(&["commit", "-q", "-m", "Add an empty and a large file"]);
    sandbox.git(&["tag", "-a", "v1", "-m", "A tag"]);
    sandbox
}

/// The one pack there is.
#[track_caller]
fn pack(sandbox: &Sandbox) -> PathBuf {
    let entries = std::fs::read_dir(sandbox.root().join(".git/objects/pack")).expect("the packs");
    let paths = entries.flatten().map(|entry| entry.path());
    let mut packs = paths.filter(|path| path.extension().is_some_and(|extension| extension == "pack"));
    let pack = packs.next().expect("a pack");
    assert_eq!(packs.next(), None, "there is one");
    pack
}

/// The pack and its index, as bytes.
#[track_caller]
fn read(pack: &Path) -> (Vec<u8>, Vec<u8>) {
    let read = |path: &Path| std::fs::read(path).expect("a file");
    (read(&pack.with_extension("idx")), read(pack))
}

/// Another index of a pack.
#[track_caller]
fn indexed(sandbox: &Sandbox, pack: &Path, version: &str) -> Vec<u8> {
    let path = sandbox.root().join("other.idx");
    let (to, pack) = (path.to_string_lossy(), pack.to_string_lossy());
    sandbox.git(&["index-pack", &format!("--index-version={version}"), "-o", &to, &pack]);
    let bytes = std::fs::read(&path).expect("an index");
    std::fs::remove_file(&path).expect("it is ours");
    bytes
}

/// The ids of all objects, and how git writes each.
fn objects(sandbox: &Sandbox) -> BTreeMap<ObjectId, Vec<u8>> {
    let list = sandbox.git(&["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"]);
    let read = |line: &str| {
        let (id, kind) = line.split_once(' ').expect("an id and a type");
        let bytes = sandbox.command("git").args(["cat-file", kind, id]).output().expect("git runs").stdout;
        (id.parse().expect("an id"), bytes)
    };
    list.lines().map(read).collect()
}

#[test]
fn every_object_of_a_pack_is_as_git_reads_it() {
    for format in ["sha1", "sha256"] {
        let sandbox = edited(format);
        let expected = objects(&sandbox);
        for by_place in ["true", "false"] {
            sandbox.git(&[
                "-c",
                &format!("repack.useDeltaBaseOffset={by_place}"),
                "-c",
                "pack.threads=1",
                "repack",
                "-adfq",
                "--depth=20",
            ]);
            let path = pack(&sandbox);
            let (index, pack) = read(&path);
            let far = indexed(&sandbox, &path, "2,0x40");
            assert!(far.len() > index.len(), "its offsets take eight bytes");
            let deltas = sandbox.git(&["verify-pack", "-v", &path.to_string_lossy()]);
            assert!(deltas.contains("chain length = 2"), "there are deltas of deltas: {deltas}");
            for (id, bytes) in &expected {
                assert_eq!(packed(&index, &pack, id).as_ref(), Some(bytes), "{format} {id}");
                assert_eq!(packed(&far, &pack, id).as_ref(), Some(bytes), "{format} {id}, by far offsets");
            }
        }
    }
}

#[test]
fn what_is_not_as_git_writes_it_today_is_left_alone() {
    let sandbox = edited("sha1");
    sandbox.git(&["repack", "-adfq"]);
    let path = pack(&sandbox);
    let (index, pack) = read(&path);
    let id: ObjectId = sandbox.git(&["rev-parse", "HEAD:pages/long.html"]).trim().parse().expect("an id");
    assert!(packed(&index, &pack, &id).is_some());
    let other: ObjectId = "4b825dc642cb6eb9a060e54bf8d69288fbee4904".parse().expect("an id");
    assert_eq!(packed(&index, &pack, &other), None, "it is not in there");
    assert_eq!(packed(&index[..2000], &pack, &id), None, "the index is cut off");
    assert_eq!(packed(&index, &pack[..40], &id), None, "the pack is cut off");
    let later = |bytes: &[u8], begin: &[u8]| [begin, &bytes[begin.len()..]].concat();
    assert_eq!(packed(&index, &later(&pack, b"PACK\0\0\0\x09"), &id), None, "a pack of a later version");
    assert_eq!(packed(&later(&index, b"\xfftOc\0\0\0\x03"), &pack, &id), None, "an index of a later version");
    assert_eq!(packed(&indexed(&sandbox, &path, "1"), &pack, &id), None, "an index of version 1");
}

#[test]
fn what_our_reader_leaves_alone_is_read_all_the_same() {
    let sandbox = edited("sha1");
    let tip = sandbox.tip();
    for how in ["-c pack.indexVersion=1 repack -adfq", "-c pack.packSizeLimit=1m repack -adfq --depth=0"] {
        sandbox.git(&how.split(' ').collect::<Vec<_>>());
        let repo = sandbox.repo();
        let id = repo.resolve_commit("HEAD").expect("a commit");
        assert_eq!(id.to_string(), tip.trim());
        assert_eq!(repo.history(&[id], &[]).expect("the history").entries.len(), 31, "{how}");
        let large = repo.path_blob(&id, "large").expect("a read").expect("a blob");
        assert_eq!(repo.read_blob(&large).expect("bytes").len(), 16 * 70_000, "{how}");
    }
}

#[test]
fn what_is_larger_than_wanted_is_known_by_its_size() {
    for loose in [true, false] {
        let sandbox = edited("sha1");
        if !loose {
            sandbox.git(&["repack", "-adfq"]);
            let listed = sandbox.git(&["verify-pack", "-v", &pack(&sandbox).to_string_lossy()]);
            assert!(listed.contains("chain length"), "there are deltas: {listed}");
        }
        let repo = sandbox.repo();
        for (id, bytes) in objects(&sandbox) {
            let size = sandbox.git(&["cat-file", "-s", &id.to_string()]).trim().parse().expect("a size");
            if sandbox.git(&["cat-file", "-t", &id.to_string()]).trim() == "blob" {
                let read = |most| repo.read_blob_within(&id, most).expect("a blob");
                assert_eq!(read(size), Content::Bytes(bytes), "{id}");
                let less = size / 2;
                assert!(
                    size == 0 || sandbox.repo().read_blob_within(&id, less).expect("a blob") == Content::TooLarge(size)
                );
            }
        }
    }
}
