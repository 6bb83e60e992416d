//! The message that `commit-msg` is given: trailers are added to it, and nothing else changes.

use ohmymkt::git::foreign::{trailers, with_trailers};

use super::{joined, parts};

/// A mark of comments, and a draft.
pub fn target(bytes: &[u8]) {
    let mut parts = parts(bytes);
    let comment = parts.next().unwrap_or_default();
    let draft = parts.next().unwrap_or_default();
    // A mark that is white space is one line's end for one reader and a comment for another.
    let is_mark = comment.iter().any(|byte| !byte.is_ascii_whitespace()) && !comment.contains(&b'\n');
    let comment = if is_mark { comment } else { b"#" };
    // A last line without an end is one that has it, for git and for us.
    let ended = if draft.is_empty() || draft.ends_with(b"\n") { draft.to_vec() } else { [draft, b"\n"].concat() };
    let before = trailers(&ended, comment);
    let pairs = [("Mkt-Action".to_owned(), "record".to_owned()), ("Mkt-Plan".to_owned(), "a: b\nc: d".to_owned())];
    let whole = with_trailers(draft, comment, &pairs);
    let missing = whole.len() - draft.len();
    assert!(missing < 80, "{missing} bytes more");
    let mut rest = draft.iter();
    let mut next = rest.next();
    for byte in &whole {
        if Some(byte) == next {
            next = rest.next();
        }
    }
    assert!(next.is_none(), "nothing of the draft is lost");
    // A mark that could begin a trailer leaves no place where git would see one.
    if comment.starts_with(b"Mkt-") || b"Mkt-Action: record".starts_with(comment) || b"Mkt-Plan: a".starts_with(comment)
    {
        return;
    }
    let added = [("Mkt-Action".to_owned(), "record".to_owned()), ("Mkt-Plan".to_owned(), "a: b c: d".to_owned())];
    let after = trailers(&whole, comment);
    assert_eq!(after, [before, added.to_vec()].concat(), "{}", whole.escape_ascii());
}

/// Messages with the usual mark and with others.
pub fn seeds() -> Vec<Vec<u8>> {
    let marks: [&[u8]; 3] = [b"#", b";", b"//"];
    let messages = crate::seeds::messages();
    marks.iter().flat_map(|mark| messages.iter().map(|message| joined(&[mark, message]))).collect()
}
