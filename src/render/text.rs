//! A page as text: plain, or with the terminal's colours.

use std::fmt::Write as _;

use super::label::Label;
use super::page::{Page, Span};

/// The page without colours: every line ends in a newline, none in a space.
#[must_use]
pub fn plain(page: &Page) -> String {
    let mut text = String::new();
    for line in page.lines() {
        let whole: String = line.spans().iter().map(Span::text).collect();
        text.push_str(whole.trim_end());
        text.push('\n');
    }
    text
}

/// The page with the colours of its labels, as ANSI sequences; else as [`plain`].
#[must_use]
pub fn styled(page: &Page) -> String {
    let mut text = String::new();
    for line in page.lines() {
        let end = line.spans().iter().rposition(|span| !span.text().trim().is_empty());
        for (at, span) in line.spans().iter().enumerate().take_while(|(at, _)| end.is_some_and(|end| *at <= end)) {
            let piece = if Some(at) == end { span.text().trim_end() } else { span.text() };
            let style = span.label().map(Label::style).unwrap_or_default();
            write!(text, "{style}{piece}{style:#}").expect("writing to a string cannot fail");
        }
        text.push('\n');
    }
    text
}
