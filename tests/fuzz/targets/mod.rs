//! The targets, one a file: `target` takes any bytes and panics where a law is broken;
//! `seeds` says what inputs begin with.

pub mod artifact;
pub mod drafts;
pub mod hooks;
pub mod index;
pub mod merge;
pub mod objects;
pub mod packs;
pub mod plan;
pub mod shown;
pub mod state;
pub mod trailers;
pub mod typed;
pub mod written;

/// The parts of an input that has several, with a NUL between each two.
fn parts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.split(|byte| *byte == 0)
}

/// An input of several parts.
fn joined(parts: &[&[u8]]) -> Vec<u8> {
    parts.join(&0)
}

/// Asserts that nothing in a text steers a terminal, reorders what is read, or hides.
#[track_caller]
fn assert_harmless(text: &str) {
    let harmful = |character: &char| {
        (character.is_control() && *character != '\n')
            || matches!(*character as u32, 0x61c | 0x200b | 0x200e | 0x200f | 0x2028..=0x202e | 0x2060..=0x206f)
            || matches!(*character as u32, 0xfeff | 0xfff9..=0xfffb | 0xe0000..=0xe007f)
    };
    let found: Vec<_> = text.chars().filter(harmful).collect();
    assert!(found.is_empty(), "{found:?} in {text:?}");
}
