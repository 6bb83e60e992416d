//! Text as Markdown that says the same and forges nothing.

use super::harmless::harmless;

/// The text for a paragraph, a list item or a table cell of a Markdown document: it is
/// shown as it is, on one line, and cannot become structure.
#[must_use]
pub fn escape(text: &str) -> String {
    let clean = harmless(text.trim());
    let characters: Vec<char> = clean.trim().chars().collect();
    let mut out = String::with_capacity(clean.len() + 8);
    for (at, character) in characters.iter().copied().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1).copied();
        let needed = match character {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '#' | '$' => true,
            // Inside a word an underscore is only an underscore.
            '_' => !(before.is_some_and(is_letter) && after.is_some_and(is_letter)),
            '-' | '+' | '=' | ':' => at == 0,
            // A list item needs a space behind its number.
            '.' | ')' if after.is_none_or(char::is_whitespace) => {
                at > 0 && characters[..at].iter().all(char::is_ascii_digit)
            }
            _ => false,
        };
        if needed {
            out.push('\\');
        }
        out.push(character);
    }
    out
}

fn is_letter(character: char) -> bool {
    character.is_ascii_alphanumeric()
}

/// The text as a code span, for ids, keys and paths. In a table cell too.
#[must_use]
pub fn code(text: &str) -> String {
    let clean = harmless(text.trim());
    let text = clean.trim();
    // A table splits at every bar, also inside a code span, and two runs of backticks
    // side by side would join: then the escaped text is the honest form.
    if text.is_empty() || text.contains(['|', '`']) { escape(text) } else { format!("`{text}`") }
}

/// Foreign text for a comment: escaped, and it calls nobody by a mention.
#[must_use]
pub fn said(text: &str) -> String {
    mute(&escape(text))
}

fn mute(text: &str) -> String {
    text.replace('@', "@<!-- -->")
}

/// The text as a code span outside of tables, whatever is in it: no mention, no structure.
#[must_use]
pub fn span(text: &str) -> String {
    let clean = harmless(text.trim());
    let text = clean.trim();
    if text.is_empty() {
        return String::new();
    }
    // The fence is longer than any run of backticks inside, so that nothing inside closes it.
    let longest = text.split(|character| character != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    // One space at each end is taken for padding.
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A message of ours for a comment: what stands between two backticks becomes code.
///
/// A value that is quoted in it may hold backticks of its own. Then code and prose may be
/// told apart wrongly, but every piece is the one or the other, and nothing is structure.
#[must_use]
pub fn message(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    // Without its partner the last backtick opens nothing.
    let paired = pieces.len() - (pieces.len() + 1) % 2;
    let (paired, alone) = pieces.split_at(paired);
    let mut out = String::with_capacity(text.len() + 8);
    for (at, piece) in paired.iter().enumerate() {
        match at % 2 {
            0 => out.push_str(&spaced(piece, said)),
            _ if piece.trim().is_empty() => out.push_str("\\`\\`"),
            _ => out.push_str(&span(piece)),
        }
    }
    for piece in alone {
        out.push_str("\\`");
        out.push_str(&spaced(piece, said));
    }
    out
}

/// The text with its inside written otherwise, and with a space at each end that has some.
pub(super) fn spaced(text: &str, inside: impl Fn(&str) -> String) -> String {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return if text.is_empty() { String::new() } else { " ".to_owned() };
    }
    let before = if text.starts_with(char::is_whitespace) { " " } else { "" };
    let after = if text.ends_with(char::is_whitespace) { " " } else { "" };
    format!("{before}{}{after}", inside(trimmed))
}

/// The text for a line of HTML inside a comment, where Markdown is not read: it is shown
/// as it is, and calls nobody by a mention.
#[must_use]
pub fn html(text: &str) -> String {
    let clean = harmless(text.trim());
    let escaped = clean.trim().replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;");
    mute(&escaped)
}

/// A table: a title row, a rule, and the rows. Every cell is escaped.
#[must_use]
pub fn table<R: AsRef<[String]>>(columns: &[&str], rows: &[R]) -> String {
    let line = |cells: Vec<String>| format!("| {} |\n", cells.join(" | "));
    let mut text = line(columns.iter().map(|title| escape(title)).collect());
    text.push_str(&line(columns.iter().map(|_| "---".to_owned()).collect()));
    for row in rows {
        text.push_str(&line(row.as_ref().iter().map(|cell| escape(cell)).collect()));
    }
    text
}
