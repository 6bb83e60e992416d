//! The summary that GitHub shows on the page of a workflow's run.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::render::ci::{SUMMARY_LIMIT, summary};
use crate::render::verdict::Judgement;
use crate::render::{Label, Page};

/// The variable that names the file of the step.
const VARIABLE: &str = "GITHUB_STEP_SUMMARY";

/// Appends the judgement to the summary of the step, where there is one. A file that
/// cannot be written changes no verdict: that is told in what is handed back.
pub fn append(judgement: &Judgement) -> Page {
    let mut notes = Page::new();
    let Some(path) = std::env::var_os(VARIABLE).filter(|path| !path.is_empty()) else { return notes };
    if let Err(error) = append_to(Path::new(&path), judgement) {
        let line = notes.line().label(Label::Warning, "note:").text(" ");
        line.text(format!("the summary of the step is not written: {error}"));
    }
    notes
}

fn append_to(path: &Path, judgement: &Judgement) -> std::io::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    let there = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    file.write_all(summary(judgement, SUMMARY_LIMIT.saturating_sub(there)).as_bytes())
}
