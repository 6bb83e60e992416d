//! What a command answers: one value, written as text or as JSON.

use crate::render::json;
use crate::render::page::Page;
use crate::render::view::View;

use super::exit::Exit;

/// The answer of a command.
pub struct Reply {
    /// The exit status.
    pub exit: Exit,
    /// What goes to stderr beside it.
    pub notes: Page,
    view: Box<dyn Answer>,
}

/// A view behind a pointer.
trait Answer {
    fn page(&self) -> Page;
    fn document(&self, command: &str, exit: Exit) -> String;
}

impl<V: View> Answer for V {
    fn page(&self) -> Page {
        View::page(self)
    }

    fn document(&self, command: &str, exit: Exit) -> String {
        json::document(command, exit.status(), self)
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
        Self { exit, notes: Page::new(), view: Box::new(view) }
    }

    /// The answer with something beside it.
    #[must_use]
    pub fn with_notes(mut self, notes: Page) -> Self {
        self.notes = notes;
        self
    }

    /// The answer for people.
    #[must_use]
    pub fn page(&self) -> Page {
        self.view.page()
    }

    /// The answer for programs.
    #[must_use]
    pub fn document(&self, command: &str) -> String {
        self.view.document(command, self.exit)
    }
}
