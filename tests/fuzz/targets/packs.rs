//! Packs and their indices.

use ohmymkt::git::ObjectId;
use ohmymkt::git::foreign::packed;

/// Where an index has its ids, and how long one is.
const IDS: usize = 8 + 256 * 4;
const LENGTH: usize = 20;
/// How many objects of an input are read.
const READ: usize = 16;

/// The length of an index as eight hex digits, the index, and the pack.
pub fn target(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_at_checked(8) else { return };
    let length = std::str::from_utf8(length).ok().and_then(|hex| usize::from_str_radix(hex, 16).ok());
    let Some((index, pack)) = length.and_then(|length| rest.split_at_checked(length)) else { return };
    let ids = index.get(IDS..).unwrap_or_default().chunks_exact(LENGTH).take(READ);
    for id in ids.filter_map(ObjectId::from_bytes) {
        let read = packed(index, pack, &id);
        assert_eq!(packed(index, pack, &id), read, "it depends on nothing else");
    }
}

/// What git packs: deltas to a place and to a name, offsets of four and of eight bytes.
pub fn seeds() -> Vec<Vec<u8>> {
    let repository = crate::seeds::Repository::new();
    for n in 0..9 {
        let page: String = (0..200).map(|line| format!("line {line} of {}\n", line * (n + 1) / 100)).collect();
        std::fs::write(repository.path().join("page.html"), page).expect("a page can be written");
        repository.git(&["add", "page.html"]);
        repository.git(&["commit", "--quiet", "-m", "Change a page"]);
    }
    let mut found = Vec::new();
    for how in ["true", "false"] {
        repository.git(&["-c", &format!("repack.useDeltaBaseOffset={how}"), "repack", "-adfq"]);
        let packs = repository.path().join(".git/objects/pack");
        let names = std::fs::read_dir(&packs).expect("the packs").flatten().map(|entry| entry.path());
        let index = names.into_iter().find(|path| path.extension().is_some_and(|it| it == "idx")).expect("an index");
        let pack = std::fs::read(index.with_extension("pack")).expect("a pack");
        let far = repository.path().join("far.idx");
        let (index, far) = (index.to_string_lossy(), far.to_string_lossy());
        let path = index.replace(".idx", ".pack");
        repository.git(&["index-pack", "--index-version=2,0x40", "-o", &far, &path]);
        for index in [&*index, &*far] {
            let index = std::fs::read(index).expect("an index");
            found.push([format!("{:08x}", index.len()).into_bytes(), index, pack.clone()].concat());
        }
    }
    found
}
