//! A report as a page for browsers: one file that runs nothing and loads nothing.

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};
use pulldown_cmark::{Alignment, CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, html};
use serde::Serialize;

const TEMPLATE: &str = include_str!("../../../templates/reports/page.html");
const STYLE: &str = include_str!("../../../templates/reports/page.css");
/// What the page allows itself: this very style, by its SHA-256, and nothing else.
const STYLE_HASH: &str = "sha256-s/Ee0At8xgrkYCzaEr40XFIdDih9oXRVQ7XCdY3NV8s=";

/// The columns whose words mean a state of gates, cycles, trends or incidents.
const STATES: [&str; 4] = ["Status", "Decision", "Trend", "Severity"];

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
    columns: Vec<String>,
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
                self.markup("<div class=\"table\" tabindex=\"0\">\n<table>\n");
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
        let is_number = table.alignments.get(at) == Some(&Alignment::Right);
        let class = if is_number { " class=\"number\"" } else { "" };
        let (open, close) = if table.in_head {
            let title = content.iter().filter_map(|event| match event {
                Event::Text(text) => Some(text.as_ref()),
                _ => None,
            });
            table.columns.push(title.collect());
            (format!("<th scope=\"col\"{class}>"), "</th>")
        } else {
            (format!("<td{class}>"), "</td>")
        };
        let is_state = !table.in_head && table.columns.get(at).is_some_and(|title| STATES.contains(&title.as_str()));
        let state = match content.as_slice() {
            [Event::Text(word)] if is_state => state(word),
            _ => None,
        };
        self.markup(open);
        match state {
            Some(markup) => self.markup(markup),
            None => self.out.extend(content),
        }
        self.markup(close);
    }
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
