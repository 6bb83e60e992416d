//! Takes out of a text what no two runs have in common.

use std::collections::BTreeMap;
use std::fmt::Display;

use regex::{Captures, Regex};

use super::Sandbox;

/// What stands in a redacted text in place of what changes from run to run.
pub const MARKS: [&str; 7] = ["[COMMIT]", "[TREE]", "[BLOB]", "[TAG]", "[ID]", "[ROOT]", "[TEMP]"];

impl Sandbox {
    /// The text with `[COMMIT]`, `[TREE]` and `[BLOB]` for ids of objects that exist, whole or
    /// shortened to 7 digits and more; `[ID]` for the random part of a record's id; `[ROOT]` for
    /// the repository's path and `[TEMP]` for the folder around it.
    ///
    /// `snapbox::assert_data_eq!(sandbox.redact(&outcome), str![])` makes it a snapshot.
    #[must_use]
    pub fn redact(&self, text: &(impl Display + ?Sized)) -> String {
        let text = text.to_string();
        let text = text.replace(&*self.root().to_string_lossy(), "[ROOT]");
        let text = text.replace(&*self.base().to_string_lossy(), "[TEMP]");
        let record = Regex::new(r"\b([a-z]+-\d{8}T\d{6}Z)-[0-9a-f]{8}\b").expect("the pattern is sound");
        let text = record.replace_all(&text, "$1-[ID]");
        let objects = self.objects();
        let word = Regex::new(r"\b[0-9a-f]{7,64}\b").expect("the pattern is sound");
        let mark = |found: &Captures<'_>| {
            let id = &found[0];
            let object = objects.range(id.to_owned()..).next();
            match object.filter(|(object, _)| object.starts_with(id)) {
                Some((_, kind)) => format!("[{}]", kind.to_uppercase()),
                None => id.to_owned(),
            }
        };
        word.replace_all(&text, mark).into_owned()
    }

    /// The id and kind of each object of the repository; none where there is no repository.
    fn objects(&self) -> BTreeMap<String, String> {
        let args = ["cat-file", "--batch-all-objects", "--batch-check=%(objectname) %(objecttype)"];
        let outcome = self.call("git", &args).at(&self.now()).run();
        let pair = |line: &str| line.split_once(' ').map(|(id, kind)| (id.to_owned(), kind.to_owned()));
        outcome.stdout.lines().filter_map(pair).collect()
    }
}
