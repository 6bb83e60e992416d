//! What becomes of a seed by a few edits: some of them know of words, most know nothing.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Longer inputs teach nothing new.
const LONGEST: usize = 64 * 1024;

/// Pieces that mean something to one reader or another.
const WORDS: &[&str] = &[
    // JSON
    "\"",
    "{",
    "}",
    "[",
    "]",
    ":",
    ",",
    "null",
    "true",
    "false",
    "\"\"",
    "[]",
    "{}",
    "0",
    "-1",
    "1.5",
    "1e999",
    "-0",
    "18446744073709551616",
    "0.1",
    "1e-400",
    "\\ud800",
    "\\udc00",
    "\\u0000",
    "\\u001b[31m",
    "\"later\": 1.50, ",
    "\"id\": \"1\", ",
    "\"version\": 2, ",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
    "<<<<<<< ours\n",
    "=======\n",
    ">>>>>>> theirs\n",
    // words of the artifacts
    "up",
    "flat",
    "down",
    "conflict",
    "P0",
    "P1",
    "P2",
    "rollback",
    "continue",
    "intervene",
    "weekly",
    "monthly",
    "quarterly",
    "active",
    "pending",
    "paused",
    "blocked",
    "done",
    "pass",
    "revise",
    "execution",
    "intervention",
    "visibility",
    "quality",
    "scale_loop",
    "capacity_gate",
    "strategy_gate",
    ".ohmymkt/",
    "../",
    "/etc/passwd",
    // times and numbers
    "2026-11-22T10:15:00Z",
    "0000-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "2026-02-30",
    "+262142-12-31",
    "99999999999999999999",
    "4294967296",
    "2147483648 +0000",
    "-2400",
    "+9999",
    // Markdown
    "\n# ",
    "\n## Goal\n",
    "\n### In scope\n",
    "\n- ",
    "\n1. ",
    "\n> ",
    "\n```\n",
    "\n~~~\n",
    "| a | b |\n|---|---|\n",
    "---\n",
    "---\n\n",
    "<!--",
    "-->",
    "<details>",
    "](http://x)",
    "![",
    "&#10;",
    "[^1]: ",
    "    ",
    "\\",
    "_",
    "*",
    "`",
    "@ada",
    // messages
    "\n\n",
    "\nMkt-Action: forged\n",
    "Mkt-Decision: continue\n",
    "Signed-off-by: A <a@b>\n",
    ": ",
    "\n ",
    "# ",
    "#\n",
    "# ------------------------ >8 ------------------------\n",
    "Conflicts:\n\t",
    "\r\n",
    "\r",
    "(cherry picked from commit ",
    "diff --git ",
    "---",
    // what hooks are told
    "0000000000000000000000000000000000000000",
    "refs/heads/",
    "ref:refs/heads/x",
    "HEAD@{1 hour ago}",
    " ",
    // what steers or hides
    "\u{1b}[31m",
    "\u{1b}]0;t\u{7}",
    "\u{1b}]8;;http://x\u{1b}\\",
    "\u{1b}]52;c;eA==\u{7}",
    "\u{9b}2J",
    "\u{202e}",
    "\u{2066}",
    "\u{200b}",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\u{8}",
    "\u{7f}",
    "\t",
    "\u{e0041}",
    "é",
    "e\u{301}",
    "東京",
    "👩‍💻",
    "İ",
    "::error ::x",
    "##[error]x",
    "%0A",
    "%25",
    "]]>",
    "<b>",
    "&amp;",
    "$(id)",
    "`id`",
    "'",
    "\u{fffe}",
    "\u{fffd}",
];

/// Bytes that are no text, or mean something in a binary format.
const RAW: &[&[u8]] = &[
    b"\0",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\0\0\0\0",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\x80\0\0\0",
    b"\x0f\xff",
    b"\x40\0",
    b"DIRC\0\0\0\x04",
    b"TREE",
    b"link",
    b"100644 ",
    b"40000 ",
    b"120000 ",
    b"160000 ",
];

/// A change of some bytes; places are told relative to the length.
#[derive(Debug, Clone)]
enum Edit {
    /// Puts something in.
    Insert(Index, Vec<u8>),
    /// Takes the whole word at a place for something else.
    Word(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize, usize),
    Set(Index, u8),
    Cut(Index),
    /// Goes on as another seed from a place of it on.
    Graft(Index, Index, Index),
}

/// What a few edits make of one of the seeds.
pub fn edited(seeds: Vec<Vec<u8>>) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => select(WORDS).prop_map(|word| word.as_bytes().to_vec()),
        2 => select(RAW).prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 1..6),
    ];
    let edit = prop_oneof![
        4 => (any::<Index>(), piece.clone()).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        4 => (any::<Index>(), piece).prop_map(|(at, piece)| Edit::Word(at, piece)),
        2 => (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        1 => (any::<Index>(), 1..200_usize, 2..20_usize).prop_map(|(at, length, times)| Edit::Repeat(at, length, times)),
        2 => (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        1 => any::<Index>().prop_map(Edit::Cut),
        1 => any::<(Index, Index, Index)>().prop_map(|(seed, from, at)| Edit::Graft(seed, from, at)),
    ];
    (any::<Index>(), vec(edit, 0..8)).prop_map(move |(seed, edits)| {
        let mut bytes = seed.get(&seeds).clone();
        for edit in &edits {
            edit.apply(&mut bytes, &seeds);
            bytes.truncate(LONGEST);
        }
        bytes
    })
}

impl Edit {
    fn apply(&self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let place = |index: &Index| index.index(bytes.len() + 1);
        match self {
            Self::Insert(at, piece) => {
                let at = place(at);
                bytes.splice(at..at, piece.iter().copied());
            }
            Self::Word(at, piece) => {
                let at = place(at);
                let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte) || *byte >= 0x80;
                let start = bytes[..at].iter().rposition(|byte| !is_word(byte)).map_or(0, |before| before + 1);
                let end = bytes[at..].iter().position(|byte| !is_word(byte)).map_or(bytes.len(), |more| at + more);
                bytes.splice(start..end, piece.iter().copied());
            }
            Self::Remove(at, length) => {
                let at = place(at);
                let end = bytes.len().min(at + length);
                bytes.drain(at..end);
            }
            Self::Repeat(at, length, times) => {
                let at = place(at);
                let end = bytes.len().min(at + length);
                let again = bytes[at..end].repeat(*times);
                bytes.splice(end..end, again);
            }
            Self::Set(at, byte) => {
                let at = place(at);
                if let Some(place) = bytes.get_mut(at) {
                    *place = *byte;
                }
            }
            Self::Cut(at) => {
                let at = place(at);
                bytes.truncate(at);
            }
            Self::Graft(seed, from, at) => {
                let other = seed.get(seeds);
                let (from, at) = (from.index(other.len() + 1), place(at));
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
    }
}
