//! What changed in a long text: in which sections, which lines, and which words of them.

use std::fmt;

use serde::Serialize;
use similar::{ChangeTag, DiffOp, TextDiff};

use crate::model::plan::Plan;

use super::effect::Effect;

/// How many changed lines are told word by word; a plan that is written anew is read, not compared.
const MOST_LINES: usize = 200;

/// The difference between two versions of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct TextChange {
    /// Lines that are there now and were not.
    pub added: usize,
    /// Lines that were there and are not.
    pub removed: usize,
    /// The sections they stand in, in their order now.
    pub sections: Vec<String>,
    /// The changed lines, in the order of the text; no more than 200 of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<LineChange>,
    /// Whether there are more of them.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// One line that is new, gone or otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineChange {
    /// The section it stands in.
    pub section: String,
    /// Whether it is new, gone or otherwise.
    pub effect: Effect,
    /// Its words, joined where they fared alike.
    pub pieces: Vec<Piece>,
}

/// Neighbouring words of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Whether they are new or gone; absent where they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub effect: Option<Effect>,
    /// The words, with the space between them.
    pub text: String,
}

impl TextChange {
    /// Compares two versions line by line, and lines that were reworded word by word.
    pub(super) fn between(old: &Plan, now: &Plan) -> Self {
        let (old, now) = (whole_lines(old.text()), whole_lines(now.text()));
        let diff = TextDiff::from_slices(&old, &now);
        let (before, after) = (without_ends(&old), without_ends(&now));
        let mut change = Self::default();
        let mut sections = Sections { now: &after, at: 0, current: None };
        for op in diff.ops() {
            let (old_range, new_range) = (op.old_range(), op.new_range());
            if let DiffOp::Equal { .. } = op {
                continue;
            }
            let (gone, new) = (&before[old_range], &after[new_range.clone()]);
            change.removed += gone.len();
            change.added += new.len();
            let paired = if gone.len() == new.len() { gone.len() } else { 0 };
            for (offset, line) in new.iter().enumerate() {
                let section = sections.of(new_range.start + offset);
                let was = gone.get(offset).filter(|_| offset < paired);
                change.tell(&section, was.copied(), Some(line));
            }
            let section = sections.of(new_range.start.max(new_range.end.saturating_sub(1)));
            for line in &gone[paired..] {
                change.tell(&section, Some(line), None);
            }
        }
        change
    }

    fn tell(&mut self, section: &str, was: Option<&str>, is: Option<&str>) {
        if self.sections.last().is_none_or(|last| last != section) && !self.sections.iter().any(|one| one == section) {
            self.sections.push(section.to_owned());
        }
        let line = |effect, pieces| LineChange { section: section.to_owned(), effect, pieces };
        let whole = |effect, text: &str| line(effect, vec![Piece { effect: Some(effect), text: text.to_owned() }]);
        let told = match (was, is) {
            (Some(was), Some(is)) => match words(was, is) {
                Some(pieces) => vec![line(Effect::Alters, pieces)],
                None => vec![whole(Effect::Removes, was), whole(Effect::Adds, is)],
            },
            (Some(was), None) => vec![whole(Effect::Removes, was)],
            (None, Some(is)) => vec![whole(Effect::Adds, is)],
            (None, None) => Vec::new(),
        };
        let blank = |line: &LineChange| line.pieces.iter().all(|piece| piece.text.trim().is_empty());
        self.lines.extend(told.into_iter().filter(|line| !blank(line)));
        self.cut |= self.lines.len() > MOST_LINES;
        self.lines.truncate(MOST_LINES);
    }
}

/// The lines with their ends. A carriage return alone ends none, unlike in `TextDiff::from_lines`.
fn whole_lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

fn without_ends<'t>(lines: &[&'t str]) -> Vec<&'t str> {
    lines.iter().map(|line| line.trim_end_matches(['\n', '\r'])).collect()
}

/// Which section each line of a text stands in, asked for from top to bottom.
struct Sections<'t> {
    now: &'t [&'t str],
    at: usize,
    current: Option<&'t str>,
}

impl Sections<'_> {
    fn of(&mut self, line: usize) -> String {
        for text in self.now.iter().take(line + 1).skip(self.at) {
            self.current = text.strip_prefix("## ").map(str::trim).or(self.current);
        }
        self.at = self.at.max(line + 1);
        self.current.unwrap_or("front matter").to_owned()
    }
}

/// The words of a line that was reworded; `None` when less than half of it stays: then it
/// reads better as one line gone and one new.
fn words(was: &str, is: &str) -> Option<Vec<Piece>> {
    let diff = TextDiff::from_words(was, is);
    let letters = |text: &str| text.chars().filter(|character| !character.is_whitespace()).count();
    let kept = diff.iter_all_changes().filter(|change| change.tag() == ChangeTag::Equal);
    let kept: usize = kept.map(|change| letters(change.value())).sum();
    if 2 * kept < letters(was).max(letters(is)) {
        return None;
    }
    let mut pieces: Vec<Piece> = Vec::new();
    for change in diff.iter_all_changes() {
        let effect = match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Insert => Some(Effect::Adds),
            ChangeTag::Delete => Some(Effect::Removes),
        };
        match pieces.last_mut().filter(|last| last.effect == effect) {
            Some(last) => last.text.push_str(change.value()),
            None => pieces.push(Piece { effect, text: change.value().to_owned() }),
        }
    }
    Some(pieces)
}

impl fmt::Display for TextChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let noun = if self.added == 1 { "line" } else { "lines" };
        write!(formatter, "{} {noun} added, {} removed", self.added, self.removed)?;
        if !self.sections.is_empty() {
            write!(formatter, " in {}", self.sections.join(", "))?;
        }
        Ok(())
    }
}
