//! `textconv`: an artifact as sentences, for `git diff`, `git log -p` and `git show`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::render::{Page, View, artifact};

/// Print an artifact as sentences, one fact a line
#[derive(Debug, clap::Args)]
#[command(after_help = "\
For git, which calls it for each version of a file that it compares:
  git config diff.ohmymkt.textconv 'git-mkt textconv'

What is no artifact, or is malformed, is printed as it is, with what would steer the terminal
or cannot be seen written out, such as \\u001b.

Examples:
  git mkt textconv .ohmymkt/state/gates.json
  git mkt textconv .ohmymkt/state/cycles.json")]
pub struct Args {
    /// The file, under any name
    file: PathBuf,
}

#[derive(Serialize)]
struct Converted {
    /// The sentences; none for a file that is printed as it is.
    sentences: Vec<String>,
    #[serde(skip)]
    text: String,
}

impl View for Converted {
    fn page(&self) -> Page {
        Page::new()
    }

    fn raw(&self) -> Option<&str> {
        Some(&self.text)
    }
}

/// Runs the command. It needs no repository.
///
/// # Errors
/// When there is no such file.
pub fn run(args: &Args) -> Result<Reply, Failure> {
    let bytes = std::fs::read(&args.file)
        .map_err(|error| Failure::bad_value(format!("cannot read `{}`: {error}", args.file.display())))?;
    Ok(Reply::done(match artifact::sentences(&bytes) {
        Some(sentences) => {
            let text = sentences.iter().map(|sentence| format!("{sentence}\n")).collect();
            Converted { sentences, text }
        }
        None => Converted { sentences: Vec::new(), text: artifact::as_text(&bytes) },
    }))
}
