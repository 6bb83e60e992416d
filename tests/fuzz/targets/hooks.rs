//! The lines that git writes for `pre-push`, `pre-receive` and `reference-transaction`.

use ohmymkt::git::hook::Update;

/// Lines.
pub fn target(bytes: &[u8]) {
    for line in Update::lines(bytes) {
        assert!(!line.is_empty() && !line.contains('\n'), "a line: {line:?}");
        let id = |id: Option<ohmymkt::git::ObjectId>| id.map_or_else(|| "0".repeat(40), |id| id.to_string());
        if let Ok(update) = Update::received(&line) {
            let written = format!("{} {} {}", id(update.old), id(update.new), update.reference);
            assert_eq!(Update::received(&written), Ok(update.clone()));
            // The name is everything behind the ids, whatever it holds.
            assert!(line.ends_with(&update.reference));
        }
        if let Ok(update) = Update::pushed(&line) {
            assert!(!update.reference.contains(' '), "{line:?}");
            let written = format!("x {} {} {}", id(update.new), update.reference, id(update.old));
            assert_eq!(Update::pushed(&written), Ok(update));
        }
    }
}

/// What git writes.
pub fn seeds() -> Vec<Vec<u8>> {
    let (one, other, none) = ("1".repeat(40), "a5".repeat(32), "0".repeat(40));
    let texts = [
        format!("refs/heads/main {one} refs/heads/main {none}\n(delete) {none} refs/heads/x {one}\n"),
        format!("HEAD@{{1 hour ago}} {other} refs/heads/main {other}\n"),
        format!("{none} {one} refs/heads/main\n{one} {other} refs/tags/v1\n{one} {none} refs/heads/gone\n"),
        format!("{none} ref:refs/heads/main HEAD\n"),
    ];
    texts.map(String::into_bytes).to_vec()
}
