//! What goes into a merge, and what comes out of it.

use serde::Serialize;
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

/// Three sides of one thing; `None` where a side lacks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Three<T> {
    /// The common ancestor.
    pub base: Option<T>,
    /// The side that is merged into.
    pub ours: Option<T>,
    /// The side that is merged.
    pub theirs: Option<T>,
}

impl<T: PartialEq + Copy> Three<T> {
    /// The side that stands where at most one has changed anything.
    pub(super) fn trivial(&self) -> Option<Option<T>> {
        if self.ours == self.theirs || self.base == self.theirs {
            Some(self.ours)
        } else if self.base == self.ours {
            Some(self.theirs)
        } else {
            None
        }
    }
}

/// One field on which the sides disagree.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disagreement {
    /// The field, with dots between the names of nested ones; empty for the whole file.
    pub field: String,
    /// What the common ancestor says; absent where it lacks the field.
    pub base: Option<Value>,
    /// What our side says.
    pub ours: Option<Value>,
    /// What their side says.
    pub theirs: Option<Value>,
    /// What stands, where a rule settles it; absent where a person must.
    pub settled: Option<Value>,
    /// The rule that settles it, or why none can.
    pub why: String,
}

impl Disagreement {
    /// Whether a person must decide.
    #[must_use]
    pub fn needs_person(&self) -> bool {
        self.settled.is_none()
    }
}

/// What became of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// One text.
    Whole(Vec<u8>),
    /// It is not there any more.
    Absent,
    /// A person must choose. Both texts have in common all that could be merged; `None`
    /// is a side that removed the file.
    Torn {
        /// With what our side says.
        ours: Option<Vec<u8>>,
        /// With what their side says.
        theirs: Option<Vec<u8>>,
    },
}

/// A merged file.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// What became of it.
    pub outcome: Outcome,
    /// Where the sides disagreed, settled or not.
    pub disagreements: Vec<Disagreement>,
}

impl Merged {
    pub(super) fn of(content: Option<Vec<u8>>) -> Self {
        Self { outcome: content.map_or(Outcome::Absent, Outcome::Whole), disagreements: Vec::new() }
    }

    /// Whether nothing is left to a person.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        !matches!(self.outcome, Outcome::Torn { .. })
    }
}

/// How conflict markers look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks<'m> {
    /// How many characters a marker has; git says 7 unless told otherwise.
    pub size: usize,
    /// What our side is called.
    pub ours: &'m str,
    /// What their side is called.
    pub theirs: &'m str,
}

impl Outcome {
    /// The text with conflict markers around what a person must choose; `None` where
    /// there is nothing to choose, or no text to put markers into.
    #[must_use]
    pub fn marked(&self, marks: Marks<'_>) -> Option<String> {
        let Self::Torn { ours: Some(ours), theirs: Some(theirs) } = self else { return None };
        let (ours, theirs) = (std::str::from_utf8(ours).ok()?, std::str::from_utf8(theirs).ok()?);
        let mut writer = Writer { marks, text: String::new(), ours: String::new(), theirs: String::new() };
        for line in TextDiff::from_lines(ours, theirs).iter_all_changes() {
            match line.tag() {
                ChangeTag::Equal => {
                    writer.close();
                    writer.text.push_str(line.value());
                }
                ChangeTag::Delete => writer.ours.push_str(line.value()),
                ChangeTag::Insert => writer.theirs.push_str(line.value()),
            }
        }
        writer.close();
        Some(writer.text)
    }
}

struct Writer<'m> {
    marks: Marks<'m>,
    text: String,
    ours: String,
    theirs: String,
}

impl Writer<'_> {
    /// Writes the two sides that were gathered, if any.
    fn close(&mut self) {
        if self.ours.is_empty() && self.theirs.is_empty() {
            return;
        }
        let Marks { size, ours, theirs } = self.marks;
        for (marker, name, lines) in [("<", ours, &mut self.ours), ("=", "", &mut self.theirs)] {
            self.text.push_str(format!("{} {name}", marker.repeat(size)).trim_end());
            self.text.push('\n');
            self.text.push_str(lines);
            if !lines.is_empty() && !lines.ends_with('\n') {
                self.text.push('\n');
            }
            lines.clear();
        }
        self.text.push_str(format!("{} {theirs}", ">".repeat(size)).trim_end());
        self.text.push('\n');
    }
}
