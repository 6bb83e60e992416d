//! One value, two writers.

use serde::Serialize;

use super::page::Page;

/// What a command has to say: for people as a [`Page`], for programs by its fields.
///
/// The fields must make an object; they stand in the document beside those of the
/// envelope, so `version`, `command` and `status` are not theirs to use.
pub trait View: Serialize {
    /// The value for people.
    fn page(&self) -> Page;

    /// For a view that is a text for another program: the text, written as it is.
    fn raw(&self) -> Option<&str> {
        None
    }
}
