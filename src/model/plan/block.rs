//! Markdown as a flat list of the blocks that can carry meaning in a plan.
//!
//! Only what stands at the top level counts: nothing inside code, HTML, comments or
//! block quotes is ever a heading, an item or a row, so that quoted text forges nothing.

use std::ops::Range;

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::text::Lines;

/// One block, with its line from 1.
#[derive(Debug)]
pub(super) enum Block {
    /// A heading: its level, its text and its span in the file.
    Heading(HeadingLevel, Text, Range<usize>),
    /// An item of a list, folded to one line together with what is nested in it.
    Item(Text),
    /// One line of a paragraph.
    Line(Text),
    /// A row of a table.
    Row(Row),
}

/// A text and its line.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) text: String,
    pub(super) line: usize,
}

/// A row of a table: each cell with the heading of its column.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) cells: Vec<(String, String)>,
    pub(super) line: usize,
}

impl Row {
    /// The cell under this heading, in any case.
    pub(super) fn cell(&self, heading: &str) -> &str {
        let found = self.cells.iter().find(|(head, _)| head.eq_ignore_ascii_case(heading));
        found.map(|(_, text)| text.as_str()).unwrap_or_default()
    }
}

/// The blocks of a text, and where it holds code.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) all: Vec<Block>,
    /// The spans of code, in order and apart.
    code: Vec<Range<usize>>,
}

impl Blocks {
    /// Whether the offset is inside code.
    pub(super) fn is_code(&self, at: usize) -> bool {
        let next = self.code.partition_point(|code| code.start <= at);
        next.checked_sub(1).is_some_and(|last| self.code[last].contains(&at))
    }
}

/// Reads the Markdown of a text from the offset `start` on; all spans count from the text's start.
pub(super) fn read(text: &str, start: usize, lines: &Lines) -> Blocks {
    let blocks = Blocks { all: Vec::new(), code: Vec::new() };
    let mut reader = Reader { lines, blocks, hidden: 0, items: 0, buffer: String::new(), line: 0, table: None };
    let options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
    for (event, span) in Parser::new_ext(&text[start..], options).into_offset_iter() {
        reader.event(event, start + span.start..start + span.end);
    }
    reader.blocks
}

#[derive(Default)]
struct Table {
    heads: Vec<String>,
    cells: Vec<String>,
    line: usize,
}

struct Reader<'l> {
    lines: &'l Lines,
    blocks: Blocks,
    /// How many quotes, code blocks and the like are open.
    hidden: usize,
    /// How many items are open, one in the other.
    items: usize,
    buffer: String,
    line: usize,
    table: Option<Table>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(&tag, span),
            Event::End(tag) => self.end(tag, span),
            _ if self.hidden > 0 => {}
            Event::Text(text) | Event::Code(text) => self.buffer.push_str(&text),
            Event::SoftBreak | Event::HardBreak if self.items > 0 => self.buffer.push(' '),
            Event::SoftBreak | Event::HardBreak => {
                self.end_line();
                self.line = self.lines.line(span.end);
            }
            _ => {}
        }
    }

    fn start(&mut self, tag: &Tag<'_>, span: Range<usize>) {
        match tag {
            Tag::CodeBlock(_) => {
                self.hidden += 1;
                self.blocks.code.push(span);
            }
            Tag::BlockQuote(_) | Tag::HtmlBlock | Tag::FootnoteDefinition(_) | Tag::MetadataBlock(_) => {
                self.hidden += 1;
            }
            _ if self.hidden > 0 => {}
            Tag::Item => {
                self.begin(span.start);
                self.items += 1;
            }
            Tag::Heading { .. } | Tag::Paragraph | Tag::TableCell => self.begin(span.start),
            Tag::Table(_) if self.items == 0 => self.table = Some(Table::default()),
            Tag::TableRow => {
                if let Some(table) = &mut self.table {
                    table.line = self.lines.line(span.start);
                }
            }
            _ => {}
        }
    }

    /// A block begins; inside an item it only continues the text of the item.
    fn begin(&mut self, at: usize) {
        if self.items > 0 {
            self.buffer.push(' ');
        } else {
            self.buffer.clear();
            self.line = self.lines.line(at);
        }
    }

    fn end(&mut self, tag: TagEnd, span: Range<usize>) {
        match tag {
            TagEnd::CodeBlock
            | TagEnd::BlockQuote(_)
            | TagEnd::HtmlBlock
            | TagEnd::FootnoteDefinition
            | TagEnd::MetadataBlock(_) => self.hidden -= 1,
            _ if self.hidden > 0 => {}
            TagEnd::Item => {
                self.items -= 1;
                if self.items == 0 {
                    let item = self.take();
                    self.blocks.all.push(Block::Item(item));
                }
            }
            _ if self.items > 0 => {}
            TagEnd::Heading(level) => {
                let text = self.take();
                self.blocks.all.push(Block::Heading(level, text, span));
            }
            TagEnd::Paragraph => self.end_line(),
            TagEnd::Table => self.table = None,
            TagEnd::TableCell | TagEnd::TableHead | TagEnd::TableRow => self.end_cells(tag),
            _ => {}
        }
    }

    fn end_cells(&mut self, tag: TagEnd) {
        let text = self.take().text;
        let Some(table) = &mut self.table else { return };
        match tag {
            TagEnd::TableHead => table.heads = std::mem::take(&mut table.cells),
            TagEnd::TableRow => {
                let cells = table.heads.iter().cloned().zip(table.cells.drain(..)).collect();
                self.blocks.all.push(Block::Row(Row { cells, line: table.line }));
            }
            _ => table.cells.push(text),
        }
    }

    fn end_line(&mut self) {
        let line = self.take();
        if !line.text.is_empty() {
            self.blocks.all.push(Block::Line(line));
        }
    }

    fn take(&mut self) -> Text {
        let text = std::mem::take(&mut self.buffer);
        Text { text: text.split_whitespace().collect::<Vec<_>>().join(" "), line: self.line }
    }
}
