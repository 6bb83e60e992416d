//! A page: lines of labelled text, and tables. What it looks like is decided later.

use unicode_width::UnicodeWidthStr;

use super::harmless::harmless;
use super::label::Label;

/// A piece of text on one line. It is harmless by construction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    label: Option<Label>,
    text: String,
}

impl Span {
    /// What it is, if that is said.
    #[must_use]
    pub fn label(&self) -> Option<Label> {
        self.label
    }

    /// The text, fit for a terminal.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A line of a page, or the content of a table cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    spans: Vec<Span>,
}

/// The content of a table cell.
pub type Cell = Line;

impl Line {
    /// An empty line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A line of plain text.
    #[must_use]
    pub fn of(text: impl AsRef<str>) -> Self {
        let mut line = Self::new();
        line.text(text);
        line
    }

    /// A line of labelled text.
    #[must_use]
    pub fn labelled(label: Label, text: impl AsRef<str>) -> Self {
        let mut line = Self::new();
        line.label(label, text);
        line
    }

    /// Adds plain text.
    pub fn text(&mut self, text: impl AsRef<str>) -> &mut Self {
        self.push(None, text.as_ref())
    }

    /// Adds labelled text.
    pub fn label(&mut self, label: Label, text: impl AsRef<str>) -> &mut Self {
        self.push(Some(label), text.as_ref())
    }

    /// Adds the content of another line.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.spans.extend(other.spans);
        self
    }

    fn push(&mut self, label: Option<Label>, text: &str) -> &mut Self {
        if !text.is_empty() {
            self.spans.push(Span { label, text: harmless(text).into_owned() });
        }
        self
    }

    fn pad(&mut self, width: usize) {
        let missing = width.saturating_sub(self.width());
        self.text(" ".repeat(missing));
    }

    /// Its pieces.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// How many columns it takes on a terminal.
    #[must_use]
    pub fn width(&self) -> usize {
        self.spans.iter().map(|span| span.text.width()).sum()
    }
}

impl From<&str> for Line {
    fn from(text: &str) -> Self {
        Self::of(text)
    }
}

impl From<String> for Line {
    fn from(text: String) -> Self {
        Self::of(text)
    }
}

/// A row of a table, with lines of its own below it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Row {
    cells: Vec<Cell>,
    notes: Vec<Line>,
}

impl Row {
    /// A row with a line below it, indented under the second column.
    #[must_use]
    pub fn note(mut self, note: impl Into<Line>) -> Self {
        self.notes.push(note.into());
        self
    }
}

impl<const N: usize> From<[Cell; N]> for Row {
    fn from(cells: [Cell; N]) -> Self {
        Self { cells: cells.into(), notes: Vec::new() }
    }
}

impl From<Vec<Cell>> for Row {
    fn from(cells: Vec<Cell>) -> Self {
        Self { cells, notes: Vec::new() }
    }
}

/// What a command shows to a person.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    lines: Vec<Line>,
}

impl Page {
    /// An empty page.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Begins a line, to be filled by the caller.
    pub fn line(&mut self) -> &mut Line {
        self.lines.push(Line::new());
        self.lines.last_mut().expect("a line was pushed just now")
    }

    /// Adds a line that is there already.
    pub fn push(&mut self, line: impl Into<Line>) -> &mut Self {
        self.lines.push(line.into());
        self
    }

    /// Adds the title of a part, after a blank line unless the page begins with it.
    pub fn heading(&mut self, text: impl AsRef<str>) -> &mut Self {
        if !self.lines.is_empty() {
            self.blank();
        }
        self.push(Line::labelled(Label::Heading, text))
    }

    /// Adds an empty line.
    pub fn blank(&mut self) -> &mut Self {
        self.push(Line::new())
    }

    /// Adds `hint: …`, what to do next.
    pub fn hint(&mut self, text: impl AsRef<str>) -> &mut Self {
        self.line().label(Label::Hint, "hint:").text(" ").text(text);
        self
    }

    /// Adds the lines of another page.
    pub fn append(&mut self, other: Self) -> &mut Self {
        self.lines.extend(other.lines);
        self
    }

    /// Adds the lines of another page, each indented by two columns.
    pub fn indented(&mut self, other: Self) -> &mut Self {
        for line in other.lines {
            let mut indented = Line::of("  ");
            indented.append(line);
            self.push(indented);
        }
        self
    }

    /// Adds a table whose columns are as wide as their widest cell. Without column
    /// titles it has no title row.
    pub fn table<R: Into<Row>>(&mut self, columns: &[&str], rows: impl IntoIterator<Item = R>) -> &mut Self {
        let mut rows: Vec<Row> = rows.into_iter().map(Into::into).collect();
        if !columns.is_empty() {
            let titles: Vec<Cell> = columns.iter().map(|title| Line::labelled(Label::Dim, title)).collect();
            rows.insert(0, titles.into());
        }
        let widths = widths(&rows);
        let indent = widths.first().map_or(0, |width| width + 2);
        for row in rows {
            self.lines.push(joined(row.cells, &widths));
            for note in row.notes {
                let mut line = Line::of(" ".repeat(indent));
                line.append(note);
                self.lines.push(line);
            }
        }
        self
    }

    /// Its lines.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// Whether there is nothing on it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}

fn widths(rows: &[Row]) -> Vec<usize> {
    let mut widths = Vec::new();
    for row in rows {
        widths.resize(row.cells.len().max(widths.len()), 0);
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = cell.width().max(*width);
        }
    }
    widths
}

fn joined(cells: Vec<Cell>, widths: &[usize]) -> Line {
    let mut line = Line::new();
    let last = cells.len().saturating_sub(1);
    for (at, (mut cell, width)) in cells.into_iter().zip(widths).enumerate() {
        if at < last {
            cell.pad(width + 2);
        }
        line.append(cell);
    }
    line
}
