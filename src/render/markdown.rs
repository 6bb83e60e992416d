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
