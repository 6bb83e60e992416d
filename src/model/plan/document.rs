//! A plan as a whole.

use std::sync::OnceLock;

use crate::model::codec::{MAX_BYTES, Problem, Problems, position};
use crate::model::id::{BlobId, PlanName};
use crate::model::layout;
use crate::model::time::Timestamp;

use super::block::{self, Blocks};
use super::body::{self, Body, Section};
use super::front;
use super::text::{Lines, is_blank};

/// A plan. Its front matter is read at once, its Markdown when somebody asks for it:
/// most commands never do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// Its name: the file name without `.md`.
    pub name: PlanName,
    /// The blob of this version.
    pub blob_id: Option<BlobId>,
    /// When it was written; `None` in plans of the earlier tool.
    pub created_at: Option<Timestamp>,
    /// Who wrote it, `Name <email>`; empty where it does not say so.
    pub author: String,
    /// The person who owns the plan; may be empty.
    pub owner: String,
    text: String,
    reading: OnceLock<Reading>,
}

/// What the Markdown of a plan says.
#[derive(Debug, Clone)]
struct Reading {
    title: String,
    goal: String,
    goal_line: Option<usize>,
    body: Body,
}

impl PartialEq for Plan {
    fn eq(&self, other: &Self) -> bool {
        (&self.name, &self.blob_id, &self.text) == (&other.name, &other.blob_id, &other.text)
    }
}

impl Eq for Plan {}

impl Plan {
    /// Reads a plan. What it lacks is no error here; that is for its review to say.
    ///
    /// # Errors
    /// Every problem that keeps it from being read at all.
    pub fn parse(name: PlanName, blob_id: Option<BlobId>, bytes: &[u8]) -> Result<Self, Vec<Problem>> {
        let path = layout::plan(&name);
        let text = decode(&path, bytes).map_err(|problem| vec![problem])?;
        let mut problems = Problems::new(&path, text);
        let front = front::read(text, &mut problems);
        if text.lines().any(|line| conflict_marker(line).is_some()) {
            let blocks = block::read(text, front.body, &Lines::of(text));
            conflict_markers(text, &blocks, &mut problems);
        }
        let problems = problems.into_vec();
        if !problems.is_empty() {
            return Err(problems);
        }
        let front::Front { created_at, author, owner, .. } = front;
        Ok(Self { name, blob_id, created_at, author, owner, text: text.to_owned(), reading: OnceLock::new() })
    }

    /// The title: the first heading that is no section, or the name.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.reading().title
    }

    /// The goal, its exact text; empty when it is a blank.
    #[must_use]
    pub fn goal(&self) -> &str {
        &self.reading().goal
    }

    /// The line that says the goal, from 1; `None` when no line does.
    #[must_use]
    pub fn goal_line(&self) -> Option<usize> {
        self.reading().goal_line
    }

    /// What its sections say.
    #[must_use]
    pub fn body(&self) -> &Body {
        &self.reading().body
    }

    /// Whether another version has the very same text.
    #[must_use]
    pub fn reads_like(&self, other: &Self) -> bool {
        self.text == other.text
    }

    /// Its last line, from 1.
    #[must_use]
    pub fn last_line(&self) -> usize {
        self.text.lines().count().max(1)
    }

    /// Its text as it stands in the file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    fn reading(&self) -> &Reading {
        self.reading.get_or_init(|| Reading::of(&self.name, &self.text))
    }
}

impl Reading {
    fn of(name: &PlanName, text: &str) -> Self {
        let path = layout::plan(name);
        let front = front::read(text, &mut Problems::new(&path, text));
        let lines = Lines::of(text);
        let blocks = block::read(text, front.body, &lines);
        let parts = body::read(blocks.all, text.len());
        let (goal, goal_line) = match (front.goal, parts.goal) {
            (Some((goal, at)), _) => (goal, Some(lines.line(at))),
            (None, Some(span)) => (unquoted(&text[span]), parts.body.line(Section::Goal)),
            (None, None) => (String::new(), None),
        };
        let title = parts.title.unwrap_or_else(|| name.to_string());
        Self { title, goal, goal_line, body: parts.body }
    }
}

fn decode<'b>(path: &str, bytes: &'b [u8]) -> Result<&'b str, Problem> {
    if bytes.len() > MAX_BYTES {
        return Err(Problem::too_large(path, bytes.len()));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let (line, column) = position(&valid, valid.len());
        let message = "is not UTF-8 here, expected UTF-8 text".to_owned();
        Problem { path: path.to_owned(), line, column, message }
    })
}

/// Notes the first mark of an unfinished merge. `=======` alone is a heading in Markdown and is none.
fn conflict_markers(text: &str, blocks: &Blocks, problems: &mut Problems<'_>) {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if let Some(marker) = conflict_marker(line)
            && !blocks.is_code(at)
        {
            problems.add(at, format!("conflict marker `{marker}`, expected Markdown: the file is not merged"));
            return;
        }
        at += line.len();
    }
}

fn conflict_marker(line: &str) -> Option<&'static str> {
    let ends = |rest: &str| rest.is_empty() || rest.starts_with([' ', '\r', '\n']);
    ["<<<<<<<", "|||||||", ">>>>>>>"].into_iter().find(|marker| line.strip_prefix(marker).is_some_and(ends))
}

/// The text of a goal section, without the marks of a quote; empty when it is a blank.
fn unquoted(text: &str) -> String {
    let quoted = text.lines().all(|line| line.trim().is_empty() || line.starts_with('>'));
    let bare = |line: &str| match line.strip_prefix('>') {
        Some(rest) if quoted => rest.strip_prefix(' ').unwrap_or(rest).to_owned(),
        _ => line.to_owned(),
    };
    let goal = text.lines().map(bare).collect::<Vec<_>>().join("\n");
    if is_blank(&goal) { String::new() } else { goal.trim().to_owned() }
}
