//! Foreign text made fit for a terminal.

use std::borrow::Cow;

/// The text without anything that a terminal obeys or a reader cannot see.
///
/// Line breaks become a visible ` ⏎ `, tabs a space; other control characters, the
/// start of an escape sequence among them, and marks that reorder or hide text become
/// `\u{fffd}`. Clean text is borrowed.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_harmful) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            character if is_break(character) => clean.push_str(" ⏎ "),
            '\t' => clean.push(' '),
            character if is_harmful(character) => clean.push('\u{fffd}'),
            character => clean.push(character),
        }
    }
    Cow::Owned(clean)
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

/// Whether a character steers the terminal, reorders the text or cannot be seen. The
/// joiners stay: emoji and several scripts are written with them.
pub(super) fn is_harmful(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidi marks
            | '\u{2028}' | '\u{2029}' // line breaks that are no control characters
            | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // invisible
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') // annotations and tags
}
