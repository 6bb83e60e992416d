//! `completions`: the completion script of a shell.

use std::str::FromStr as _;

use clap_complete::Shell;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::render::{Page, View};

/// Print the completion script of a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt completions bash > ~/.local/share/bash-completion/completions/ohmymkt
  git mkt completions zsh > ~/.zfunc/_ohmymkt
  git mkt completions fish > ~/.config/fish/completions/ohmymkt.fish")]
pub struct Args {
    /// bash, zsh, fish, elvish or powershell
    shell: String,
}

#[derive(Serialize)]
pub(super) struct Text {
    pub(super) text: String,
}

impl View for Text {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for line in self.text.lines() {
            page.push(line);
        }
        page
    }

    fn raw(&self) -> Option<&str> {
        Some(&self.text)
    }
}

/// Runs the command. It needs no repository.
///
/// # Errors
/// When the shell is unknown.
pub fn run(args: &Args, program: fn() -> clap::Command) -> Result<Reply, Failure> {
    let Ok(shell) = Shell::from_str(&args.shell) else {
        let message = format!("unknown shell `{}`, expected one of bash, zsh, fish, elvish, powershell", args.shell);
        return Err(Failure::bad_value(message));
    };
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut program(), "ohmymkt", &mut script);
    Ok(Reply::done(Text { text: String::from_utf8_lossy(&script).into_owned() }))
}
