//! An answer that is written while it is found: a line, or an object on a line, at a time.

use std::io::{self, Write as _};
use std::process::Child;

use anstream::ColorChoice;
use serde::Serialize;

use crate::render::{self, Line, Page};

use super::pager;
use super::ui::{Format, Ui, unless_gone};

/// Where such an answer goes.
pub struct Lines {
    ui: Ui,
    /// The pager that is wanted, until it is started with the first line.
    wanted: Option<String>,
    pager: Option<Child>,
    /// What was given to the pager: it may turn out that there is none.
    given: String,
    /// What kept the rest from being written.
    broken: Option<io::Error>,
}

impl Lines {
    /// An answer on stdout, or in a pager where one is wanted. Programs use none.
    #[must_use]
    pub fn new(ui: Ui, pager: Option<String>) -> Self {
        let wanted = pager.filter(|_| ui.format == Format::Text);
        Self { ui, wanted, pager: None, given: String::new(), broken: None }
    }

    /// Writes one more line: for people or as an object. False when nobody reads on.
    pub fn write(&mut self, line: impl FnOnce() -> Line, object: &impl Serialize) -> bool {
        let text = match self.ui.format {
            Format::Json => render::visible(&serde_json::to_string(object).unwrap_or_default()) + "\n",
            Format::Text => {
                let mut page = Page::new();
                page.push(line());
                let colours = self.ui.choice(&std::io::stdout()) != ColorChoice::Never;
                if colours { render::styled(&page) } else { render::plain(&page) }
            }
        };
        self.pager = self.pager.take().or_else(|| pager::start(&self.wanted.take()?));
        if self.pager.is_none() {
            return self.write_out(&text);
        }
        self.given.push_str(&text);
        let input = self.pager.as_mut().and_then(|pager| pager.stdin.as_mut());
        input.is_some_and(|input| input.write_all(text.as_bytes()).is_ok()) || self.end()
    }

    /// Waits until the reader is done. True when the answer goes on, on stdout, because there
    /// is no such pager.
    fn end(&mut self) -> bool {
        let was_there = self.pager.take().is_none_or(pager::was_there);
        let given = std::mem::take(&mut self.given);
        !was_there && self.write_out(&given)
    }

    /// Writes what a reader may be waiting for. False when nobody does, or it cannot be written.
    fn write_out(&mut self, text: &str) -> bool {
        let mut out = io::stdout().lock();
        let written = out.write_all(text.as_bytes()).and_then(|()| out.flush());
        let goes_on = written.is_ok();
        self.broken = self.broken.take().or(unless_gone(written).err());
        goes_on
    }

    /// Ends the answer.
    ///
    /// # Errors
    /// When not all of it could be written although somebody wanted it.
    pub fn finish(mut self) -> io::Result<()> {
        self.end();
        self.broken.map_or(Ok(()), Err)
    }
}
