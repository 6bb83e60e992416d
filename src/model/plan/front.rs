//! The front matter of a plan: a few `key: value` lines between two lines `---`.

use crate::model::codec::Problems;
use crate::model::time::Timestamp;

use super::text::is_blank;

const KEYS: [&str; 5] = ["plan", "goal", "created_at", "author", "owner"];

/// What the front matter says, and where the Markdown begins.
#[derive(Debug, Default)]
pub(super) struct Front {
    /// The goal and the byte offset of its line.
    pub(super) goal: Option<(String, usize)>,
    /// When the plan was written.
    pub(super) created_at: Option<Timestamp>,
    /// Who wrote the plan.
    pub(super) author: String,
    /// The person who owns the plan.
    pub(super) owner: String,
    /// The byte offset of the first line after the front matter.
    pub(super) body: usize,
}

/// One `key: value` line.
struct Entry<'t> {
    value: &'t str,
    /// Byte offset of the value in the text.
    at: usize,
}

/// Reads the front matter, if there is one. A `---` before an empty line is none, but
/// a line across the page, as in Markdown.
pub(super) fn read(text: &str, problems: &mut Problems<'_>) -> Front {
    let mut front = Front { body: if text.starts_with('\u{feff}') { 3 } else { 0 }, ..Front::default() };
    let start = front.body;
    let mut lines = text[start..].split_inclusive('\n').scan(start, |at, line| {
        let line_at = *at;
        *at += line.len();
        Some((line_at, line))
    });
    if lines.next().is_none_or(|(_, line)| line.trim_end() != "---") {
        return front;
    }
    let (mut seen, mut first) = (Vec::new(), true);
    for (at, line) in lines {
        if line.trim_end() == "---" {
            front.body = at + line.len();
            return front;
        }
        if std::mem::take(&mut first) && line.trim().is_empty() {
            return Front { body: start, ..Front::default() };
        }
        let key = line.split(':').next().unwrap_or_default();
        if !KEYS.contains(&key) {
            continue;
        }
        if seen.contains(&key) {
            problems.add(at, format!("duplicate key \"{key}\", expected each key once"));
            return front;
        }
        if let Some(rest) = line.strip_prefix(key).and_then(|rest| rest.strip_prefix(':')) {
            let value = rest.trim();
            let value_at = at + line.len() - rest.trim_start().len();
            front.entry(key, &Entry { value, at: value_at }, problems);
            seen.push(key);
        }
    }
    if !seen.is_empty() {
        problems.add(start, "front matter has no end, expected a line `---` after its last key");
    }
    Front { body: start, ..Front::default() }
}

impl Front {
    fn entry(&mut self, key: &str, entry: &Entry<'_>, problems: &mut Problems<'_>) {
        match key {
            "goal" => {
                if entry.value.starts_with(['|', '>']) {
                    problems.add(entry.at, "expected the goal on one line, as text or as a JSON string");
                }
                let Some(text) = entry.text(problems) else { return };
                let said = entry.is_quoted() || !is_blank(&text);
                self.goal = Some((if said { text } else { String::new() }, entry.at));
            }
            "author" => self.author = entry.text(problems).unwrap_or_default(),
            "owner" => self.owner = entry.text(problems).unwrap_or_default(),
            "created_at" => {
                let Some(text) = entry.text(problems) else { return };
                match text.parse() {
                    Ok(time) => self.created_at = Some(time),
                    Err(message) => problems.add(entry.at, message),
                }
            }
            _ => {}
        }
    }
}

impl Entry<'_> {
    fn is_quoted(&self) -> bool {
        self.value.starts_with('"')
    }

    /// The value: a JSON string where it begins with `"`, else the text as it stands.
    fn text(&self, problems: &mut Problems<'_>) -> Option<String> {
        if !self.is_quoted() {
            return Some(self.value.to_owned());
        }
        match serde_json::from_str(self.value) {
            Ok(text) => Some(text),
            Err(error) => {
                let mut at = error.column().saturating_sub(1).min(self.value.len());
                while !self.value.is_char_boundary(at) {
                    at -= 1;
                }
                let message = error.to_string();
                let reason = message.split(" at line ").next().unwrap_or(&message);
                problems.add(self.at + at, format!("is not a JSON string: {reason}"));
                None
            }
        }
    }
}
