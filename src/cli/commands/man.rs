//! `man`: the manual page, which `git mkt --help` looks for.

use crate::cli::commands::completions::Text;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;

/// Print the manual page
#[derive(Debug, clap::Args)]
#[command(after_help = "\
`git mkt --help` opens the page `git-mkt`; `git mkt <command> --help` needs none.

Examples:
  git mkt man > ~/.local/share/man/man1/git-mkt.1
  git mkt man incident | man -l -")]
pub struct Args {
    /// The page of one command; of the program when not given
    command: Option<String>,
}

/// Runs the command. It needs no repository.
///
/// # Errors
/// When there is no such command.
pub fn run(args: &Args, program: fn() -> clap::Command) -> Result<Reply, Failure> {
    let program = program().name("git-mkt");
    let page = match &args.command {
        None => program,
        Some(name) => match program.find_subcommand(name) {
            Some(command) => command.clone(),
            None => return Err(Failure::bad_value(format!("there is no command `{name}`")).hint("git mkt --help")),
        },
    };
    let mut text = Vec::new();
    clap_mangen::Man::new(page).render(&mut text).map_err(|error| Failure::from(error.to_string()))?;
    Ok(Reply::done(Text { text: String::from_utf8_lossy(&text).into_owned() }))
}
