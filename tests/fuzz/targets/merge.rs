//! Three versions of an artifact, merged: the laws hold for any bytes.

use ohmymkt::change::merge::{Across, Marks, Merged, Outcome, Three, merge};

use super::{joined, parts};

/// A path, the ancestor, our version and theirs; an empty one is none.
pub fn target(bytes: &[u8]) {
    let mut parts = parts(bytes);
    let path = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let mut side = || parts.next().filter(|bytes| !bytes.is_empty());
    let (base, ours, theirs) = (side(), side(), side());
    let merged = |base, ours, theirs| merge(&path, Three { base, ours, theirs }, &Across::default());
    let found = merged(base, ours, theirs);
    marked(&found);
    // To merge with oneself, or with a side that did nothing, changes nothing.
    for (one, other, third) in [(base, ours, ours), (ours, ours, ours), (base, ours, base), (base, base, ours)] {
        assert_eq!(merged(one, other, third).outcome, whole(ours), "{path}");
    }
    // The sides may change places.
    let turned = match merged(base, theirs, ours).outcome {
        Outcome::Torn { ours, theirs } => Outcome::Torn { ours: theirs, theirs: ours },
        outcome => outcome,
    };
    assert_eq!(found.outcome, turned, "{path}");
    // What was merged cleanly can be merged again with either side, and stays.
    if let Outcome::Whole(text) = &found.outcome {
        assert_eq!(merged(theirs, Some(text), theirs).outcome, whole(Some(text)), "{path}");
    }
}

/// Each artifact of the campaign, with the versions of the fixtures as sides.
pub fn seeds() -> Vec<Vec<u8>> {
    let all = crate::seeds::artifacts();
    let mut found = Vec::new();
    for (path, base) in crate::seeds::campaign() {
        let versions = all.iter().filter(|(other, bytes)| *other == path && *bytes != base).map(|(_, bytes)| bytes);
        let mut versions = versions.take(2).cycle();
        let (ours, theirs) = (versions.next().unwrap_or(&base), versions.next().unwrap_or(&base));
        found.push(joined(&[path.as_bytes(), &base, ours, theirs]));
        found.push(joined(&[path.as_bytes(), b"", ours, &base]));
    }
    found
}

fn whole(side: Option<&[u8]>) -> Outcome {
    side.map_or(Outcome::Absent, |bytes| Outcome::Whole(bytes.to_vec()))
}

/// With markers, both sides can be seen.
fn marked(found: &Merged) {
    let marks = Marks { size: 7, ours: "ours", theirs: "theirs" };
    if let Some(text) = found.outcome.marked(marks) {
        let Outcome::Torn { ours: Some(ours), theirs: Some(theirs) } = &found.outcome else {
            panic!("only what is torn has markers")
        };
        if ours != theirs {
            assert!(text.contains("<<<<<<< ours\n") && text.contains(">>>>>>> theirs\n"), "{text}");
        }
    }
    assert_eq!(found.is_clean(), found.disagreements.iter().all(|one| !one.needs_person()), "{found:?}");
}
