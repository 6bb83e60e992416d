//! Words of shell: how a name or a path is written into a command that somebody will run.

use std::borrow::Cow;

/// A text as one word of a POSIX shell, quoted only where it must be. What begins with a
/// dash is still an option to most programs; no quotes change that.
#[must_use]
pub fn word(text: &str) -> Cow<'_, str> {
    let is_plain = |character: char| character.is_alphanumeric() || "/._-+,@%=^".contains(character);
    if !text.is_empty() && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{}'", text.replace('\'', r"'\''")))
}

#[cfg(test)]
mod tests {
    use super::word;

    #[test]
    fn a_word_is_quoted_where_a_shell_would_read_more_into_it() {
        for plain in ["main", "origin/release-1.2", "HEAD^", "päivä", "a,b.json"] {
            assert_eq!(word(plain), plain);
        }
        assert_eq!(word("a;b|c"), "'a;b|c'");
        assert_eq!(word("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(word("~"), "'~'");
        assert_eq!(word(""), "''");
    }
}
