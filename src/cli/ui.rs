//! Speaking: results on stdout, everything else on stderr. A closed pipe is no error.

use std::io::Write;

use anstream::{AutoStream, ColorChoice};

use crate::render::Label;
use crate::render::Page;
use crate::render::styled;

use super::failure::Failure;
use super::reply::Reply;

/// In what form a command answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON document.
    Json,
}

/// The two streams and their form.
pub struct Ui {
    /// How results are written.
    pub format: Format,
    /// Whether colours may be used at all.
    pub color: ColorChoice,
}

impl Ui {
    /// Writes the answer of a command.
    pub fn reply(&self, command: &str, reply: &Reply) {
        match self.format {
            Format::Text => {
                match reply.raw() {
                    Some(text) => Self::raw(text),
                    None => self.out(&reply.page()),
                }
                self.err(&reply.notes);
            }
            Format::Json => Self::raw(&reply.document(command)),
        }
    }

    /// Writes why a command has no answer.
    pub fn failure(&self, command: &str, failure: &Failure) {
        if self.format == Format::Json {
            Self::raw(&failure_document(command, failure));
            return;
        }
        let mut page = Page::new();
        page.line().label(Label::Error, "error:").text(" ").text(&failure.message);
        page.append(failure.details.clone());
        for hint in &failure.hints {
            page.line().label(Label::Hint, "hint:").text(" ").text(hint);
        }
        self.err(&page);
    }

    /// Writes a text as it is.
    pub fn raw(text: &str) {
        let mut out = std::io::stdout().lock();
        // A reader that has gone away has seen what it wanted.
        drop(out.write_all(text.as_bytes()).and_then(|()| out.flush()));
    }

    /// Writes a page to stdout.
    pub fn out(&self, page: &Page) {
        Self::write(AutoStream::new(std::io::stdout(), self.choice(&std::io::stdout())), page);
    }

    /// Writes a page to stderr.
    pub fn err(&self, page: &Page) {
        Self::write(AutoStream::new(std::io::stderr(), self.choice(&std::io::stderr())), page);
    }

    fn choice(&self, stream: &impl anstream::stream::RawStream) -> ColorChoice {
        if self.color == ColorChoice::Never { ColorChoice::Never } else { AutoStream::choice(stream) }
    }

    fn write(mut stream: AutoStream<impl anstream::stream::RawStream + anstream::stream::AsLockedWrite>, page: &Page) {
        let text = styled(page);
        drop(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()));
    }
}

/// The JSON document of a failure: the same story as the text.
fn failure_document(command: &str, failure: &Failure) -> String {
    let document = serde_json::json!({
        "version": 1,
        "command": command,
        "status": failure.exit.status(),
        "error": {
            "code": failure.code,
            "message": failure.message,
            "hints": failure.hints,
            "details": failure.data,
        },
    });
    format!("{document:#}\n")
}
