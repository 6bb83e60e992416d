//! The index file: read as far as it makes sense, and patched without a loss.

use ohmymkt::git::ObjectId;
use ohmymkt::git::foreign::{index, patched};

/// One byte that says how long ids are, and an index.
pub fn target(bytes: &[u8]) {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let length = if kind % 2 == 1 { 32 } else { 20 };
    let all = index(bytes, "", length);
    let ours = index(bytes, ".ohmymkt", length);
    if let (Ok(all), Ok(ours)) = (&all, &ours) {
        let is_ours = |path: &[u8]| path.starts_with(b".ohmymkt/") || path == b".ohmymkt";
        assert!(ours.iter().all(|entry| all.contains(entry)), "a part of all");
        assert!(ours.iter().all(|(path, ..)| is_ours(path) || b".ohmymkt/".starts_with(path)), "{ours:?}");
    }
    let id = ObjectId::from_bytes(&vec![7; length]).expect("an id of that length");
    let path = ".ohmymkt/state/gates.json";
    for entry in [Some((0o100_644, id)), None] {
        let Ok(Some(new)) = patched(bytes, path, entry, length) else { continue };
        let Ok(before) = &all else { panic!("what cannot be read is not patched") };
        let is_sorted = before.windows(2).all(|pair| (&pair[0].0, pair[0].3) < (&pair[1].0, pair[1].3));
        let after = index(&new, "", length).expect("the patched index can be read");
        let others: Vec<_> = before.iter().filter(|(name, ..)| name != path.as_bytes()).collect();
        let kept: Vec<_> = after.iter().filter(|(name, ..)| name != path.as_bytes()).collect();
        assert_eq!(kept, others, "other entries stay");
        if is_sorted {
            let own: Vec<_> = after.iter().filter(|(name, ..)| name == path.as_bytes()).collect();
            assert_eq!(own.len(), usize::from(entry.is_some()), "{own:?}");
        }
    }
}

/// What git writes, in each version, with a conflict, and with larger ids.
pub fn seeds() -> Vec<Vec<u8>> {
    let repository = crate::seeds::Repository::new();
    let mut found = Vec::new();
    for version in ["2", "3", "4"] {
        repository.git(&["update-index", "--index-version", version]);
        found.push([vec![0], repository.file("index")].concat());
    }
    repository.git(&["update-index", "--index-version", "2"]);
    repository.git(&["rm", "--quiet", "--cached", ".ohmymkt/policy.json"]);
    found.push([vec![0], repository.file("index")].concat());
    repository.git(&["add", "-N", ".ohmymkt/policy.json"]);
    found.push([vec![0], repository.file("index")].concat());
    found
}
