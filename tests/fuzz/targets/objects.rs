//! Loose objects, trees, commits and the journal, as bytes.

use ohmymkt::git::ObjectId;
use ohmymkt::git::foreign::{commit, inflated, journal, person, tree};
use ohmymkt::render::harmless;

use super::assert_harmless;

/// Bytes that could be any of them.
pub fn target(bytes: &[u8]) {
    if let Some(content) = inflated(bytes) {
        assert!(content.len() <= 2_100 * bytes.len().max(64), "{} bytes of {}", content.len(), bytes.len());
    }
    for length in [20, 32] {
        let Ok(entries) = tree(bytes, length) else { continue };
        let mut written = Vec::new();
        for (name, mode, id, _) in &entries {
            written.extend_from_slice(format!("{mode:o} ").as_bytes());
            written.extend_from_slice(name);
            written.push(0);
            written.extend_from_slice(id.as_bytes());
        }
        let again = tree(&written, length).expect("what was read can be read again");
        assert_eq!(again, entries);
    }
    let id = ObjectId::from_bytes(&[1; 20]).expect("an id");
    if let Ok(found) = commit(id, bytes) {
        assert!(bytes.ends_with(&found.message), "the message is the end of the commit");
        assert_harmless(&harmless(&found.author.to_string()));
    }
    let somebody = person(bytes);
    assert_harmless(&harmless(&somebody.to_string()));
    if let Ok(text) = std::str::from_utf8(bytes)
        && let Some(written) = journal(text)
    {
        assert_eq!(journal(&written).as_ref(), Some(&written), "a journal is written as it is read");
    }
}

/// What git writes, and a journal.
pub fn seeds() -> Vec<Vec<u8>> {
    let repository = crate::seeds::Repository::new();
    let mut found = vec![
        repository.git(&["cat-file", "commit", "HEAD"]),
        repository.git(&["cat-file", "tree", "HEAD^{tree}"]),
        repository.git(&["cat-file", "tree", "HEAD:.ohmymkt"]),
    ];
    for object in ["HEAD", "HEAD^{tree}", "HEAD:index.html"] {
        let id = String::from_utf8(repository.git(&["rev-parse", object])).expect("an id");
        let (folder, file) = id.trim().split_at(2);
        found.push(repository.file(&format!("objects/{folder}/{file}")));
    }
    let id = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";
    found.push(
        format!("ohmymkt journal 2 open\nrefs/heads/main\n{id}\n0 - 100644 {id} 7 .ohmymkt/a b.json\nend\n")
            .into_bytes(),
    );
    found.push(b"Ada Growth <ada@example.org> 1767603600 +0130".to_vec());
    found.push(b"A <> -9223372036854775808 -2147483648".to_vec());
    found
}
