//! Whether what was printed fits what a guide shows.

/// Whether lines fit a pattern, where a line `...` stands for any lines, also none.
pub fn lines_fit(pattern: &[String], lines: &[String]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return lines.is_empty() };
    if first == "..." {
        return (0..=lines.len()).any(|skipped| lines_fit(rest, &lines[skipped..]));
    }
    lines.split_first().is_some_and(|(line, others)| line_fits(first, line) && lines_fit(rest, others))
}

/// Whether a line fits a pattern, where `[..]` stands for any characters, also none.
fn line_fits(pattern: &str, line: &str) -> bool {
    let (pattern, line) = (pattern.trim_end(), line.trim_end());
    let Some((start, rest)) = pattern.split_once("[..]") else { return pattern == line };
    let Some(mut line) = line.strip_prefix(start) else { return false };
    let (middle, end) = rest.rsplit_once("[..]").unwrap_or(("", rest));
    for part in middle.split("[..]") {
        let Some(found) = line.find(part) else { return false };
        line = &line[found + part.len()..];
    }
    line.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(pattern: &str, text: &str) -> bool {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        lines_fit(&lines(pattern), &lines(text))
    }

    #[test]
    fn plain_lines_fit_themselves_only() {
        assert!(fits("one\n\ntwo", "one\n\ntwo"));
        assert!(fits("one  ", "one"));
        assert!(!fits("one", "one\ntwo") && !fits("one\ntwo", "one") && !fits("", "one"));
    }

    #[test]
    fn dots_in_a_line_stand_for_any_characters() {
        assert!(fits("[[..] a1b2] b", "[main a1b2] b") && fits("a[..]", "a") && fits("[..]\nb", "\nb"));
        assert!(fits("x [..] y [..] z", "x 1 y 2 y 3 z") && fits("[..]b", "ab b"));
        assert!(!fits("ab[..]ba", "aba") && !fits("a[..]c[..]b", "a b c") && !fits("a[..]", "b"));
        assert!(!fits("[..]", "one\ntwo"));
    }

    #[test]
    fn a_line_of_dots_stands_for_any_lines() {
        assert!(fits("...", "") && fits("...", "one\ntwo") && fits("one\n...", "one"));
        assert!(fits("one\n...\nthree\n...\nfive", "one\ntwo\nthree\nthree\nfour\nfive"));
        assert!(!fits("...\nthree", "one\ntwo") && !fits("one\n...\none", "one"));
    }
}
