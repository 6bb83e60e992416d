//! Speaking: results on stdout, everything else on stderr. A closed pipe is no error.

use std::io::{self, ErrorKind, Write};

use anstream::{AutoStream, ColorChoice};

use crate::render::Page;
use crate::render::Status;
use crate::render::styled;
use crate::render::{self, Label};

use super::failure::Failure;
use super::pager;
use super::reply::{Reply, Stream};

/// In what form a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// The two streams and their form.
#[derive(Debug, Clone, Copy)]
pub struct Ui {
    /// How results are written.
    pub format: Format,
    /// Whether colours may be used at all.
    pub color: ColorChoice,
}

impl Ui {
    /// Writes the answer of a command.
    ///
    /// # Errors
    /// When what takes it has no room, or the like.
    pub fn reply(&self, command: &str, reply: &Reply) -> io::Result<()> {
        if reply.stream == Stream::Written {
            return Ok(());
        }
        match self.format {
            Format::Text => {
                let written = match reply.raw() {
                    Some(text) => Self::raw(text),
                    None if reply.stream == Stream::Err => {
                        self.err(&reply.page());
                        Ok(())
                    }
                    None => self.paged(reply.pager.as_deref(), &reply.page()),
                };
                self.err(&reply.notes);
                written
            }
            Format::Json => Self::raw(&reply.document(command)),
        }
    }

    /// Writes why a command has no answer.
    pub fn failure(&self, command: &str, failure: &Failure) {
        if self.format == Format::Json {
            let document = failure_document(command, failure);
            let text = if failure.follows_lines { document.to_string() } else { format!("{document:#}") };
            // Where that cannot be written, stderr is left.
            if Self::raw(&(text + "\n")).is_ok() {
                return;
            }
        }
        let mut page = Page::new();
        page.line().label(Label::Error, "error:").text(" ").text(&failure.message);
        page.append(failure.details.clone());
        for hint in &failure.hints {
            page.line().label(Label::Hint, "hint:").text(" ").text(hint);
        }
        self.err(&page);
    }

    /// Writes, for a program, what is wrong with the arguments.
    pub fn usage(command: &str, text: &str) {
        let message = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error:");
        let message = message.split_whitespace().collect::<Vec<_>>().join(" ");
        let document = serde_json::json!({
            "version": 1,
            "command": command,
            "status": Status::Error,
            "error": { "code": "usage", "message": message, "hints": ["git mkt --help"], "details": null },
        });
        drop(Self::raw(&format!("{document:#}\n")));
    }

    /// Writes a document. What a terminal would obey in it is escaped.
    fn raw(text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        unless_gone(out.write_all(render::visible(text).as_bytes()).and_then(|()| out.flush()))
    }

    /// Writes a page to stdout, through a pager where there is one.
    fn paged(&self, pager: Option<&str>, page: &Page) -> io::Result<()> {
        let colours = self.choice(&io::stdout()) != ColorChoice::Never;
        let text = || if colours { styled(page) } else { render::plain(page) };
        if pager.is_some_and(|pager| pager::show(pager, &text())) { Ok(()) } else { self.out(page) }
    }

    /// Writes a page to stdout.
    fn out(&self, page: &Page) -> io::Result<()> {
        unless_gone(Self::write(AutoStream::new(io::stdout(), self.choice(&io::stdout())), page))
    }

    /// Writes a page to stderr.
    pub fn err(&self, page: &Page) {
        // Whom nobody can tell anything is not told that either.
        drop(Self::write(AutoStream::new(io::stderr(), self.choice(&io::stderr())), page));
    }

    pub(super) fn choice(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        if self.color == ColorChoice::Never { ColorChoice::Never } else { AutoStream::choice(stream) }
    }

    fn write(
        mut stream: AutoStream<impl anstream::stream::RawStream + anstream::stream::AsLockedWrite>,
        page: &Page,
    ) -> io::Result<()> {
        let text = styled(page);
        stream.write_all(text.as_bytes()).and_then(|()| stream.flush())
    }
}

/// A reader that has gone away has seen what it wanted.
pub(super) fn unless_gone(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// The JSON document of a failure: the same story as the text.
fn failure_document(command: &str, failure: &Failure) -> serde_json::Value {
    serde_json::json!({
        "version": 1,
        "command": command,
        "status": failure.exit.status(),
        "error": {
            "code": failure.code,
            "message": failure.message,
            "hints": failure.hints,
            "details": failure.data,
        },
    })
}
