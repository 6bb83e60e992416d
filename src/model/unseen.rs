//! Characters that are not what one sees.

/// Whether a text says nothing that could be read: it is empty, or spaces and characters that
/// leave no mark.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let leaves_no_mark = |character: char| {
        character.is_whitespace()
            || is_unseen(character)
            // Joiners and a soft hyphen, which need a neighbour, and letters that are drawn empty.
            || matches!(character, '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{200c}' | '\u{200d}')
            || matches!(character, '\u{2800}' | '\u{3164}' | '\u{ffa0}')
    };
    text.chars().all(leaves_no_mark)
}

/// Whether a character steers a terminal, reorders the text around it or cannot be seen. The
/// joiners are none of them: emoji and several scripts are written with them.
#[must_use]
pub fn is_unseen(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' // bidi marks
            | '\u{2028}' | '\u{2029}' // line breaks that are no control characters
            | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2065}' | '\u{206a}'..='\u{206f}' | '\u{feff}' // invisible
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}') // annotations and tags
}
