//! Foreign text made fit for a terminal.

use std::borrow::Cow;

use crate::model::unseen::is_unseen;

/// The text without anything that a terminal obeys or a reader cannot see.
///
/// Line breaks become a visible ` ⏎ `, tabs a space; other control characters, the
/// start of an escape sequence among them, and marks that reorder or hide text become
/// `\u{fffd}`. Clean text is borrowed.
#[must_use]
pub fn harmless(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut characters = text.trim_end_matches(['\r', '\n']).chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\r' if characters.peek() == Some(&'\n') => {}
            character if is_break(character) => clean.push_str(" ⏎ "),
            '\t' => clean.push(' '),
            character if is_unseen(character) => clean.push('\u{fffd}'),
            character => clean.push(character),
        }
    }
    Cow::Owned(clean)
}

fn is_break(character: char) -> bool {
    matches!(character, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}')
}
