//! A report as a page for browsers: one file that runs nothing and loads nothing.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

const TEMPLATE: &str = include_str!("../../../templates/reports/page.html");
const STYLE: &str = include_str!("../../../templates/reports/page.css");
/// What the page allows itself: this very style, by its SHA-256, and nothing else.
const STYLE_HASH: &str = "sha256-qRcRfy9w6ijJT2duxWxWeXXQDxrCITv7O0hXX2vqJ80=";

/// What the cells of a column hold, which decides how much room they get.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// A number.
    Number,
    /// The state of a gate, a cycle, a trend or an incident: what one looks for first.
    State,
    /// The id of a record: small, and not broken.
    Id,
    /// A path: small, and broken behind a slash.
    Path,
    /// A name that may be long.
    Name,
    /// A time: its day is not broken.
    Time,
    /// Words of people.
    Prose,
    /// A word or two.
    Word,
}

impl Kind {
    fn of(title: &str, alignment: Option<&Alignment>) -> Self {
        match title {
            _ if alignment == Some(&Alignment::Right) => Self::Number,
            "Status" | "Decision" | "Trend" | "Severity" => Self::State,
            "Cycle" | "Incident" | "Commit" => Self::Id,
            "Report" => Self::Path,
            "Plan" => Self::Name,
            "When" | "Recorded" => Self::Time,
            "Reason" | "Summary" | "What" | "Who" => Self::Prose,
            _ => Self::Word,
        }
    }

    /// The class of its cells, as an attribute.
    fn class(self) -> &'static str {
        match self {
            Self::Number => " class=\"number\"",
            Self::State => " class=\"lead\"",
            Self::Id => " class=\"id\"",
            Self::Path => " class=\"path\"",
            Self::Name => " class=\"name\"",
            Self::Time => " class=\"time\"",
            Self::Prose => " class=\"prose\"",
            Self::Word => "",
        }
    }
}

/// A column: its title, and what its cells hold.
struct Column {
    title: String,
    kind: Kind,
}

#[derive(Serialize)]
struct Context<'a> {
    style_hash: &'a str,
    style: &'a str,
    title: &'a str,
    body: &'a str,
    source: &'a str,
}

/// The page of a report, from its Markdown and the path of that. What the Markdown holds of
/// HTML is shown as text, of images only what they say.
///
/// # Panics
/// Never: a test renders the template.
#[must_use]
pub fn page(markdown: &str, path: &str) -> String {
    let mut writer = Writer::default();
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        writer.event(event);
    }
    let mut body = String::new();
    html::push_html(&mut body, writer.out.into_iter());
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    let source = path.rsplit('/').next().unwrap_or(path);
    let context =
        Context { style_hash: STYLE_HASH, style: STYLE.trim_end(), title: &writer.title, body: &body, source };
    let text = environment.render_str(TEMPLATE, Value::from(Serde(context))).expect("a test renders the template");
    format!("{}\n", text.trim_end())
}

/// Turns what Markdown says into what the page shows.
#[derive(Default)]
struct Writer<'m> {
    out: Vec<Event<'m>>,
    title: String,
    in_title: bool,
    /// For each open link whether it is one.
    links: Vec<bool>,
    table: Option<Table<'m>>,
}

/// The table that is open.
struct Table<'m> {
    alignments: Vec<Alignment>,
    columns: Vec<Column>,
    in_head: bool,
    /// The number of the cell in its row.
    at: usize,
    cell: Vec<Event<'m>>,
}

impl<'m> Writer<'m> {
    fn event(&mut self, event: Event<'m>) {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) if self.title.is_empty() => {
                self.in_title = true;
                self.push(event);
            }
            Event::End(TagEnd::Heading(_)) => {
                self.in_title = false;
                self.push(event);
            }
            Event::Html(text) | Event::InlineHtml(text) => self.push(Event::Text(text)),
            Event::Start(Tag::HtmlBlock) => self.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => self.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Link { link_type, ref dest_url, .. }) => {
                let may_be_followed = link_type != LinkType::Email && may_be_followed(dest_url);
                self.links.push(may_be_followed);
                if may_be_followed {
                    self.push(event);
                }
            }
            Event::End(TagEnd::Link) => {
                if self.links.pop().unwrap_or_default() {
                    self.push(event);
                }
            }
            Event::Start(Tag::Table(alignments)) => {
                // A table of numbers alone is narrow enough for every screen.
                let is_counts = alignments.iter().all(|alignment| *alignment == Alignment::Right);
                let class = if is_counts { "counts" } else { "rows" };
                self.markup(format!("<div class=\"table\" tabindex=\"0\">\n<table class=\"{class}\">\n"));
                let (columns, cell) = (Vec::new(), Vec::new());
                self.table = Some(Table { alignments, columns, in_head: true, at: 0, cell });
            }
            Event::End(TagEnd::Table) => {
                self.table = None;
                self.markup("</tbody>\n</table>\n</div>\n");
            }
            Event::Start(Tag::TableHead) => self.row("<thead>\n<tr>"),
            Event::End(TagEnd::TableHead) => {
                self.row("</tr>\n</thead>\n<tbody>\n");
                if let Some(table) = &mut self.table {
                    table.in_head = false;
                }
            }
            Event::Start(Tag::TableRow) => self.row("<tr>"),
            Event::End(TagEnd::TableRow) => self.row("</tr>\n"),
            Event::Start(Tag::TableCell) => {}
            Event::End(TagEnd::TableCell) => self.cell(),
            other => self.push(other),
        }
    }

    fn push(&mut self, event: Event<'m>) {
        if let (true, Event::Text(text) | Event::Code(text)) = (self.in_title, &event) {
            self.title.push_str(text);
        }
        match &mut self.table {
            Some(table) => table.cell.push(event),
            None => self.out.push(event),
        }
    }

    fn markup(&mut self, markup: impl Into<CowStr<'m>>) {
        self.out.push(Event::Html(markup.into()));
    }

    /// Begins or ends a row.
    fn row(&mut self, markup: &'static str) {
        if let Some(table) = &mut self.table {
            table.at = 0;
        }
        self.markup(markup);
    }

    /// Ends a cell: what was said in it, and the state that it names, if it does.
    fn cell(&mut self) {
        let Some(table) = &mut self.table else { return };
        let content = std::mem::take(&mut table.cell);
        let at = table.at;
        table.at += 1;
        if table.in_head {
            let texts = content.iter().filter_map(|event| match event {
                Event::Text(text) => Some(text.as_ref()),
                _ => None,
            });
            let title: String = texts.collect();
            let kind = Kind::of(&title, table.alignments.get(at));
            table.columns.push(Column { title, kind });
            let class = if kind == Kind::Number { kind.class() } else { "" };
            self.markup(format!("<th scope=\"col\"{class}>"));
            self.out.extend(content);
            self.markup("</th>");
            return;
        }
        let Some(column) = table.columns.get(at) else { return };
        // On a narrow screen the style shows the title beside each cell.
        let open = format!("<td{} data-label=\"{}\">", column.kind.class(), plain(&column.title));
        let shown = match content.as_slice() {
            [Event::Text(word)] if column.kind == Kind::State => state(word).map(|word| vec![Event::Html(word.into())]),
            [Event::Code(path)] if column.kind == Kind::Path => Some(breakable(path)),
            _ => None,
        };
        self.markup(open);
        self.out.extend(shown.unwrap_or(content));
        self.markup("</td>");
    }
}

/// A path that may go on in the next line behind each slash.
fn breakable<'m>(path: &str) -> Vec<Event<'m>> {
    let pieces = path.split_inclusive('/').map(|piece| Event::Text(piece.to_owned().into()));
    let mut events = vec![Event::Html("<code>".into())];
    for piece in pieces {
        events.extend([piece, Event::Html("<wbr>".into())]);
    }
    events.pop();
    events.push(Event::Html("</code>".into()));
    events
}

/// What of a title can stand in an attribute as it is.
fn plain(title: &str) -> String {
    title.chars().filter(|character| character.is_alphanumeric() || *character == ' ').collect()
}

/// A word for a state, so that it is known without its colour too.
fn state(word: &str) -> Option<&'static str> {
    Some(match word {
        "PASS" => "<span class=\"state good\">✓ PASS</span>",
        "FAIL" => "<span class=\"state bad\">✗ FAIL</span>",
        "continue" => "<span class=\"state good\">→ continue</span>",
        "intervene" => "<span class=\"state warn\">! intervene</span>",
        "rollback" => "<span class=\"state bad\">← rollback</span>",
        "up" => "<span class=\"state good\">↑ up</span>",
        "flat" => "<span class=\"state\">→ flat</span>",
        "down" => "<span class=\"state bad\">↓ down</span>",
        "conflict" => "<span class=\"state warn\">≠ conflict</span>",
        "P0" => "<span class=\"state bad\">P0</span>",
        "P1" => "<span class=\"state warn\">P1</span>",
        "P2" => "<span class=\"state\">P2</span>",
        _ => return None,
    })
}

/// Whether a link leads into the web, or from the report to another file of the repository.
fn may_be_followed(address: &str) -> bool {
    let folded = address.to_ascii_lowercase();
    let is_web = ["https://", "http://"].iter().any(|scheme| folded.starts_with(scheme));
    let first = address.split(['/', '?', '#']).next().unwrap_or_default();
    let is_relative = !address.is_empty() && !address.starts_with('/') && !first.contains(':');
    let is_plain = !address.contains(|character: char| character.is_control() || character == '\\');
    is_plain && (is_web || is_relative)
}
