//! The hook that git runs most: `pre-commit` of a commit that leaves the artifacts alone.

use std::ffi::OsString;
use std::path::Path;

use crate::git::hook::{self, HookEvent};
use crate::git::{Preserved, RUNNING};
use crate::model::layout;

/// Whether these are the words with which our script starts the program before a commit, and a
/// glance shows that there is nothing to judge. It spares such a commit the command line, which
/// is made for people, and the opening of the repository; the answer is the one that
/// [`super::open`] comes to.
pub fn has_nothing_to_say(words: &[OsString]) -> bool {
    let [_, command, event, option, folder, end] = words else { return false };
    let is_ours = command == "hook" && event == HookEvent::PreCommit.name() && option == "--hooks-dir" && end == "--";
    let is_first = || {
        let running = std::env::var_os(RUNNING);
        Preserved::find(Path::new(folder), HookEvent::PreCommit.name(), running.as_deref()).is_none()
    };
    if !is_ours || !is_first() {
        return false;
    }
    hook::leaves_alone(layout::ROOT).is_some_and(|note| note.write())
}
