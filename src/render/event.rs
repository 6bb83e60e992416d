//! One event of the audit history: a line for people, an object for programs.
//!
//! An event is shown by itself, without a look at the others, so that a history can be
//! written while it is read.

use serde::Serialize;

use crate::model::time::Timestamp;

use super::label::Label;
use super::page::Line;

/// How wide names and actions are at least, so that lines stand below each other.
const AUTHOR: usize = 10;
const ACTION: usize = 22;

/// Where an event was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FoundIn {
    /// The commit says so itself.
    Trailers,
    /// Only its tree shows it: the trailers were lost, as in a squash, or never there.
    Tree,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// The commit, by its full id.
    pub commit: String,
    /// The same as git abbreviates it.
    #[serde(skip)]
    pub short: String,
    /// Whether the commit joins histories.
    #[serde(skip)]
    pub is_merge: bool,
    /// When its author made it.
    pub at: Option<Timestamp>,
    /// Its author, `Name <email>`.
    pub author: String,
    /// What was done; absent where nobody says.
    pub action: Option<String>,
    /// Where that was found.
    pub found_in: FoundIn,
    /// The plan concerned.
    pub plan: Option<String>,
    /// What was decided.
    pub decision: Option<String>,
    /// How bad the incident is.
    pub severity: Option<String>,
    /// What came of it.
    pub summary: String,
    /// What changed.
    pub changes: Vec<String>,
    /// Where the trailers do not agree with the tree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub untrue_trailers: Vec<String>,
    /// The ids of the records that it touches.
    #[serde(skip)]
    pub about: Vec<String>,
    /// Every decision and severity in it, for those who look for one.
    #[serde(skip)]
    pub facts: Vec<String>,
}

impl Event {
    /// Its author's name.
    #[must_use]
    pub fn name(&self) -> &str {
        self.author.split(" <").next().unwrap_or_default()
    }

    fn email(&self) -> &str {
        self.author.rsplit_once('<').map_or("", |(_, rest)| rest.trim_end_matches('>'))
    }

    /// The event on one line.
    #[must_use]
    pub fn line(&self) -> Line {
        let unsaid = if self.is_merge { "(merge)" } else { "(no trailers)" };
        let mut line = Line::labelled(Label::Id, &self.short);
        line.text("  ").text(self.at.map(Timestamp::minute).unwrap_or_default());
        line.text("  ").append(column(Line::of(self.name()), AUTHOR));
        line.append(column(Line::labelled(Label::Heading, self.action.as_deref().unwrap_or(unsaid)), ACTION));
        line.append(self.outcome());
        if let Some(plan) = &self.plan {
            line.label(Label::Dim, format!("  [{plan}]"));
        }
        if self.found_in == FoundIn::Tree && self.action.is_some() {
            line.label(Label::Dim, "  (from the tree)");
        }
        if !self.untrue_trailers.is_empty() {
            line.text("  ").label(Label::Fail, "(its trailers do not agree with its tree)");
        }
        line
    }

    /// What came of it, the decision or severity in its colour.
    fn outcome(&self) -> Line {
        let word = self.decision.as_deref().or(self.severity.as_deref());
        let label = match word {
            Some("continue") => Label::Continue,
            Some("intervene") => Label::Intervene,
            Some("rollback") => Label::Rollback,
            Some("P0") => Label::P0,
            Some("P1") => Label::P1,
            Some("P2") => Label::P2,
            _ => return Line::of(&self.summary),
        };
        let word = word.unwrap_or_default();
        match self.summary.split_once(word) {
            Some((before, after)) => {
                let mut line = Line::of(before);
                line.label(label, word).text(after);
                line
            }
            None => Line::of(&self.summary),
        }
    }
}

fn column(mut cell: Line, width: usize) -> Line {
    let missing = width.saturating_sub(cell.width());
    cell.text(" ".repeat(missing + 2));
    cell
}

/// What stands between braces in a template, and what it stands for.
pub const PLACEHOLDERS: [(&str, &str); 10] = [
    ("id", "the commit, shortened"),
    ("commit", "the commit"),
    ("date", "when, as 2026-01-05T09:00:00Z"),
    ("author", "the author's name"),
    ("email", "the author's address"),
    ("action", "what was done"),
    ("plan", "the plan concerned"),
    ("decision", "what was decided"),
    ("severity", "how bad the incident is"),
    ("outcome", "what came of it"),
];

/// A line of the user's own making.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(&'static str),
}

impl std::str::FromStr for Template {
    type Err = String;

    /// Reads a template: text with `{…}`; `{{` is a brace.
    fn from_str(text: &str) -> Result<Self, String> {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            pieces.push(Piece::Text(before.to_owned()));
            if let Some(after) = after.strip_prefix('{') {
                pieces.push(Piece::Text("{".to_owned()));
                rest = after;
                continue;
            }
            let closed = after.split_once('}');
            let (name, after) = closed.ok_or_else(|| format!("a brace is not closed: `{{{after}`"))?;
            let known = PLACEHOLDERS.iter().find(|(known, _)| *known == name);
            let names = || PLACEHOLDERS.map(|(name, _)| format!("{{{name}}}")).join(", ");
            let (known, _) = known.ok_or_else(|| format!("unknown placeholder `{{{name}}}`, expected {}", names()))?;
            pieces.push(Piece::Value(known));
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        Ok(Self { pieces })
    }
}

impl Template {
    /// The line of an event.
    #[must_use]
    pub fn line(&self, event: &Event) -> Line {
        let or_none = |text: &Option<String>| text.clone().unwrap_or_default();
        let mut line = Line::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(text) => line.text(text),
                Piece::Value("id") => line.label(Label::Id, &event.short),
                Piece::Value("commit") => line.label(Label::Id, &event.commit),
                Piece::Value("date") => line.text(event.at.map(|at| at.to_string()).unwrap_or_default()),
                Piece::Value("author") => line.text(event.name()),
                Piece::Value("email") => line.text(event.email()),
                Piece::Value("action") => line.label(Label::Heading, or_none(&event.action)),
                Piece::Value("plan") => line.text(or_none(&event.plan)),
                Piece::Value("decision") => line.text(or_none(&event.decision)),
                Piece::Value("severity") => line.text(or_none(&event.severity)),
                Piece::Value(_) => line.append(event.outcome()),
            };
        }
        line
    }
}
