//! What a command answers: one value, written as text or as JSON.

use serde::{Serialize, Serializer};

use crate::render;
use crate::render::Page;
use crate::render::View;

use super::exit::Exit;

/// The answer of a command.
pub struct Reply {
    /// The exit status.
    pub exit: Exit,
    /// What goes to stderr beside it.
    pub notes: Page,
    /// Where the answer for people goes.
    pub stream: Stream,
    /// The program that shows it page by page, where one is wanted.
    pub pager: Option<String>,
    view: Box<dyn Answer>,
}

/// Where an answer for people is written; a document for programs always is a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// To stdout, as results are.
    Out,
    /// To stderr, where nobody takes it for a result.
    Err,
    /// It is on stdout already, also where programs asked.
    Written,
}

/// A view behind a pointer.
trait Answer {
    fn page(&self) -> Page;
    fn raw(&self) -> Option<&str>;
    fn document(&self, command: &str, exit: Exit) -> String;
    fn value(&self) -> serde_json::Value;
}

impl<V: View> Answer for V {
    fn page(&self) -> Page {
        View::page(self)
    }

    fn raw(&self) -> Option<&str> {
        View::raw(self)
    }

    fn document(&self, command: &str, exit: Exit) -> String {
        render::document(command, exit.status(), self)
    }

    fn value(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Several answers of one command, one after the other.
struct Several {
    key: &'static str,
    views: Vec<Box<dyn Answer>>,
}

impl Serialize for Several {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let values: Vec<_> = self.views.iter().map(|view| view.value()).collect();
        serializer.collect_map([(self.key, values)])
    }
}

impl View for Several {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for view in &self.views {
            page.append(view.page());
        }
        page
    }
}

/// What is left to say of an answer that was written while it was found.
#[derive(Serialize)]
struct Nothing {}

impl View for Nothing {
    fn page(&self) -> Page {
        Page::new()
    }
}

/// An answer, and another one under a key of its own.
struct Both {
    first: Box<dyn Answer>,
    key: &'static str,
    second: Box<dyn Answer>,
}

impl Serialize for Both {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = match self.first.value() {
            serde_json::Value::Object(fields) => fields,
            _ => serde_json::Map::new(),
        };
        fields.insert(self.key.to_owned(), self.second.value());
        fields.serialize(serializer)
    }
}

impl View for Both {
    fn page(&self) -> Page {
        let mut page = self.first.page();
        page.append(self.second.page());
        page
    }
}

impl Reply {
    /// An answer with nothing wrong.
    #[must_use]
    pub fn done(view: impl View + 'static) -> Self {
        Self::with_exit(Exit::Done, view)
    }

    /// An answer that says no, or not all.
    #[must_use]
    pub fn with_exit(exit: Exit, view: impl View + 'static) -> Self {
        Self { exit, notes: Page::new(), stream: Stream::Out, pager: None, view: Box::new(view) }
    }

    /// An answer that was written while it was found.
    #[must_use]
    pub fn written() -> Self {
        Self { stream: Stream::Written, ..Self::done(Nothing {}) }
    }

    /// An answer that people read beside the results of another program.
    #[must_use]
    pub fn aside(exit: Exit, view: impl View + 'static) -> Self {
        Self { stream: Stream::Err, ..Self::with_exit(exit, view) }
    }

    /// The answers of several runs of one thing, under one key.
    #[must_use]
    pub fn several(key: &'static str, replies: Vec<Self>) -> Self {
        let mut notes = Page::new();
        let mut views = Vec::with_capacity(replies.len());
        for reply in replies {
            notes.append(reply.notes);
            views.push(reply.view);
        }
        Self { exit: Exit::Done, notes, stream: Stream::Out, pager: None, view: Box::new(Several { key, views }) }
    }

    /// The answer, followed by that of something else that was done, which has its own key.
    #[must_use]
    pub fn followed_by(mut self, key: &'static str, view: impl View + 'static) -> Self {
        self.view = Box::new(Both { first: self.view, key, second: Box::new(view) });
        self
    }

    /// The answer with something beside it.
    #[must_use]
    pub fn with_notes(mut self, notes: Page) -> Self {
        self.notes.append(notes);
        self
    }

    /// The answer, to be shown by a pager.
    #[must_use]
    pub fn paged(mut self, pager: Option<String>) -> Self {
        self.pager = pager;
        self
    }

    /// The answer for people.
    #[must_use]
    pub fn page(&self) -> Page {
        self.view.page()
    }

    /// The answer as it is to be written, where it is a text for another program.
    #[must_use]
    pub fn raw(&self) -> Option<&str> {
        self.view.raw()
    }

    /// The commit that it tells of, when it does.
    #[must_use]
    pub fn commit(&self) -> Option<String> {
        self.view.value().get("commit")?.as_str().map(str::to_owned)
    }

    /// The answer for programs.
    #[must_use]
    pub fn document(&self, command: &str) -> String {
        let notes: Vec<_> = render::plain(&self.notes).lines().map(str::to_owned).collect();
        match self.view.value() {
            serde_json::Value::Object(mut fields) if !notes.is_empty() => {
                fields.insert("notes".to_owned(), notes.into());
                render::document(command, self.exit.status(), &Noted(fields))
            }
            _ => self.view.document(command, self.exit),
        }
    }
}

/// The fields of an answer with the notes beside it.
struct Noted(serde_json::Map<String, serde_json::Value>);

impl Serialize for Noted {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl View for Noted {
    fn page(&self) -> Page {
        Page::new()
    }
}
