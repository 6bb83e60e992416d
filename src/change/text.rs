//! What changed in a long text: how many lines, in which sections.

use std::fmt;

use serde::Serialize;
use similar::{ChangeTag, TextDiff};

use crate::model::plan::Plan;

/// The difference between two versions of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TextChange {
    /// Lines that are there now and were not.
    pub added: usize,
    /// Lines that were there and are not.
    pub removed: usize,
    /// The sections they stand in, in their order now.
    pub sections: Vec<String>,
}

impl TextChange {
    /// Compares two versions line by line.
    pub(super) fn between(old: &Plan, now: &Plan) -> Self {
        let mut change = Self { added: 0, removed: 0, sections: Vec::new() };
        let mut section = None;
        for line in TextDiff::from_lines(old.text(), now.text()).iter_all_changes() {
            let heading = line.value().strip_prefix("## ").map(|heading| heading.trim().to_owned());
            if heading.is_some() && line.tag() != ChangeTag::Delete {
                section = heading;
            }
            match line.tag() {
                ChangeTag::Equal => continue,
                ChangeTag::Insert => change.added += 1,
                ChangeTag::Delete => change.removed += 1,
            }
            let here = section.clone().unwrap_or_else(|| "front matter".to_owned());
            if !change.sections.contains(&here) {
                change.sections.push(here);
            }
        }
        change
    }
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
