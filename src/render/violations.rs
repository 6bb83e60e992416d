//! Violations of the rules, in the format of every message.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::rules::Violation;

use super::label::Label;
use super::page::{Line, Page, Row};
use super::view::View;

/// The longest text of an artifact that is shown, in characters.
const LONGEST: usize = 200;

/// What the rules found, for people and programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ViolationList {
    /// The violations, worst first.
    pub violations: Vec<Violation>,
}

impl View for ViolationList {
    fn page(&self) -> Page {
        violations(&self.violations)
    }
}

/// The page of violations: one indented line each with rule, message and place, what
/// was and what is below it, and each hint once at the end.
#[must_use]
pub fn violations(violations: &[Violation]) -> Page {
    let mut table = Page::new();
    table.table(&[], violations.iter().map(row));
    let mut page = Page::new();
    page.indented(table);
    hints(&mut page, violations.iter().map(|violation| violation.hint.as_str()));
    page
}

fn row(violation: &Violation) -> Row {
    let mut said = Line::of(&violation.message);
    said.append(place(&violation.path, violation.line));
    let mut row = Row::from([Line::labelled(violation.level.into(), violation.rule), said]);
    for (label, sign, text) in
        [(Label::Removed, "before", &violation.before), (Label::Added, "after ", &violation.after)]
    {
        let is_said = violation.before.is_none() && text.as_ref().is_some_and(|text| violation.message.contains(text));
        if let Some(text) = text.as_ref().filter(|_| !is_said) {
            let mut note = Line::labelled(label, sign);
            note.text("  ").text(excerpt(text));
            row = row.note(note);
        }
    }
    row
}

/// As much of a text as fits a few lines; all of it is in the JSON document.
fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// The place at the end of a message: the path alone, with its line where that is known.
pub(super) fn place(path: &str, line: Option<usize>) -> Line {
    let mut place = Line::new();
    if !path.is_empty() {
        let text = line.map_or_else(|| path.to_owned(), |line| format!("{path}:{line}"));
        place.text("   ").label(Label::Path, text);
    }
    place
}

/// Adds each hint once, in order.
pub(super) fn hints<'h>(page: &mut Page, hints: impl Iterator<Item = &'h str>) {
    let mut seen = BTreeSet::new();
    for hint in hints.filter(|hint| !hint.is_empty()) {
        if seen.insert(hint) {
            page.hint(hint);
        }
    }
}
