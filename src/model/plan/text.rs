//! Small questions about text: is it blank, which words does it hold, on which line is it.

/// What stands for something that is still to be said, as a whole text in any case and markup.
const PLACEHOLDERS: [&str; 19] = [
    "todo",
    "tbd",
    "tba",
    "tbc",
    "n/a",
    "none",
    "nobody",
    "no one",
    "xxx",
    "fixme",
    "fill in",
    "fill me in",
    "placeholder",
    "to be defined",
    "to be decided",
    "to be determined",
    "to be announced",
    "to be confirmed",
    "to be done",
];

/// Whether a text says nothing: empty, only punctuation and symbols, a `TODO`, or a
/// placeholder such as `TBD`.
#[must_use]
pub fn is_blank(text: &str) -> bool {
    let text = text.trim();
    !text.contains(char::is_alphanumeric) || starts_with_todo(text) || is_placeholder(text)
}

/// Whether a text says nothing, where `none` is an answer.
#[must_use]
pub(super) fn is_unanswered(text: &str) -> bool {
    is_blank(text) && !Words::of(text).are("none")
}

fn is_placeholder(text: &str) -> bool {
    // The longest has three words; a plan may have texts of many pages.
    let words: Vec<_> =
        text.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty()).take(4).collect();
    let words = Words::of(&words.join(" "));
    PLACEHOLDERS.iter().any(|placeholder| words.are(placeholder))
}

fn starts_with_todo(text: &str) -> bool {
    let continues = |rest: &str| rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    text.strip_prefix("TODO").is_some_and(|rest| !continues(rest))
}

/// The words of a text in lower case. Everything that is no letter and no digit
/// separates them, so that `capacity_gate`, `capacity-gate` and `Capacity gate` are the same.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words(String);

impl Words {
    /// The words of a text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = String::with_capacity(text.len() + 2);
        words.push(' ');
        for character in text.chars().flat_map(char::to_lowercase) {
            if character.is_alphanumeric() {
                words.push(character);
            } else if !words.ends_with(' ') {
                words.push(' ');
            }
        }
        if !words.ends_with(' ') {
            words.push(' ');
        }
        Self(words)
    }

    /// Whether the phrase is there as whole words.
    #[must_use]
    pub fn has(&self, phrase: &str) -> bool {
        self.0.contains(&Self::of(phrase).0)
    }

    /// Whether words begin with the phrase: `high intent session` is in `high-intent sessions`.
    #[must_use]
    pub fn has_stem(&self, phrase: &str) -> bool {
        self.0.contains(Self::of(phrase).0.trim_end())
    }

    /// Whether these are exactly the words of the phrase.
    #[must_use]
    pub fn are(&self, phrase: &str) -> bool {
        *self == Self::of(phrase)
    }

    /// The words one by one.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split_whitespace()
    }
}

/// Where the lines of a text begin: finds the line of an offset without reading the text again.
#[derive(Debug)]
pub(super) struct Lines(Vec<usize>);

impl Lines {
    /// The lines of a text.
    pub(super) fn of(text: &str) -> Self {
        Self(text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at).collect())
    }

    /// The line of a byte offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        1 + self.0.partition_point(|end| *end < offset)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blank_says_nothing() {
        for blank in ["", "  ", "-", "…", "TODO", "TODO: name it", " TODO(ana)", "\"TODO\"", "todo"] {
            assert!(is_blank(blank), "{blank:?}");
        }
        for blank in ["TBD", "tba.", "**TBD**", "n/a", "N.A.", "_fill in_", "None", "nobody", "To be  decided…", "XXX"]
        {
            assert!(is_blank(blank), "{blank:?}");
        }
        for said in [
            "x",
            "TODOs are gone",
            "the TODO list",
            "\"TODO\" is left",
            "блог",
            "3",
            "none of the brand pages",
            "Na",
            "xx",
        ] {
            assert!(!is_blank(said), "{said:?}");
        }
        assert!(is_unanswered("TBD") && !is_unanswered("_None_"));
    }

    #[test]
    fn words_ignore_case_and_separators() {
        let words = Words::of("The `Capacity-Gate` passes; high_intent sessions.");
        assert!(words.has("capacity_gate") && words.has_stem("high-intent session"));
        assert!(!words.has("high intent session") && !words.has_stem("pacity"));
    }
}
