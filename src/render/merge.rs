//! How the sides of a merge came together, and what is left to a person.

use serde::Serialize;
use serde_json::Value;

use crate::change::merge::Disagreement;

use super::label::Label;
use super::page::{Line, Page, Row};
use super::view::View;

/// The longest value that is shown, in characters.
const LONGEST: usize = 80;

/// Who changed a file last on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Author {
    /// The commit, shortened.
    pub commit: String,
    /// The author, `Name <email>`.
    pub author: String,
    /// When.
    pub at: String,
}

/// One file and its disagreements.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MergedFile {
    /// Path from the repository root.
    pub path: String,
    /// Where the sides disagreed, settled or not.
    pub disagreements: Vec<Disagreement>,
    /// Who changed it last on our side, where a person is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ours: Option<Author>,
    /// Who changed it last on their side.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub theirs: Option<Author>,
    /// What to do once it is decided, one command each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hints: Vec<String>,
}

/// What became of the conflicts of a merge.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct MergedFiles {
    /// Files that are merged and staged.
    pub merged: Vec<MergedFile>,
    /// What was brought in line with them, as sentences.
    pub followed: Vec<String>,
    /// Files that need a person and stay in conflict.
    pub left: Vec<MergedFile>,
    /// Whether this was only tried.
    pub dry_run: bool,
}

impl View for MergedFiles {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.dry_run {
            page.line().label(Label::Dim, "would merge, and changes nothing now:");
        }
        if self.merged.is_empty() && self.left.is_empty() && self.followed.is_empty() {
            page.line().text("no artifact is in conflict");
        }
        if !self.merged.is_empty() {
            page.line().text(format!("merged {}:", count(self.merged.len())));
            for file in &self.merged {
                page.append(file.page());
            }
        }
        if !self.followed.is_empty() {
            page.line().text("brought in line with it:");
            for sentence in &self.followed {
                page.line().text("  ").text(sentence);
            }
        }
        if !self.left.is_empty() {
            let need = if self.left.len() == 1 { "needs" } else { "need" };
            page.line().label(Label::Fail, format!("{} {need} a person:", count(self.left.len())));
            for file in &self.left {
                page.append(file.page());
            }
        }
        page
    }
}

fn count(number: usize) -> String {
    if number == 1 { "1 file".to_owned() } else { format!("{number} files") }
}

impl MergedFile {
    fn page(&self) -> Page {
        let mut page = Page::new();
        page.line().text("  ").label(Label::Path, &self.path);
        let mut table = Page::new();
        table.table(&[], self.disagreements.iter().map(|found| self.row(found)));
        let mut inner = Page::new();
        inner.indented(table);
        page.indented(inner);
        page
    }

    fn row(&self, found: &Disagreement) -> Row {
        let name = if found.field.is_empty() { "the file" } else { found.field.as_str() };
        if let Some(settled) = &found.settled {
            let said = format!("{} / {} → {}: {}", said(&found.ours), said(&found.theirs), shown(settled), found.why);
            return Row::from([Line::labelled(Label::Warning, name), Line::of(said)]);
        }
        let mut row = Row::from([Line::labelled(Label::Fail, name), Line::of(&found.why)]);
        for (side, value, author) in [("ours", &found.ours, &self.ours), ("theirs", &found.theirs, &self.theirs)] {
            let mut note = Line::new();
            note.text(format!("{side:<6}  {}", said(value)));
            if let Some(Author { commit, author, at }) = author {
                note.text("   ").label(Label::Dim, format!("{commit} {author}, {at}"));
            }
            row = row.note(note);
        }
        row
    }
}

fn said(value: &Option<Value>) -> String {
    value.as_ref().map_or_else(|| "nothing".to_owned(), shown)
}

fn shown(value: &Value) -> String {
    let text = match value {
        Value::String(text) => text.lines().collect::<Vec<_>>().join(" ⏎ "),
        other => other.to_string(),
    };
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
