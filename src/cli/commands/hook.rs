//! `hook`: what git asks of one of its hooks.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _};
use std::path::PathBuf;

use crate::cli::doors;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::hook::HookEvent;
use crate::git::{Preserved, RUNNING};

/// Answer git when it runs a hook (git runs this, not people)
#[derive(Debug, clap::Args)]
#[command(after_help = "\
What is wrong goes to stderr, with exit 2. Nothing is said, and next to nothing done, where
no artifact changes. A hook that was there before, kept as <EVENT>.pre-ohmymkt in the folder
of the hooks, is run first; when it fails, its exit status is ours.

Examples:
  git mkt hook pre-commit           judge what is staged, as `git commit` would have it judged
  git mkt hook commit-msg -- .git/COMMIT_EDITMSG")]
pub struct Args {
    /// The hook that git runs
    #[arg(value_enum)]
    event: HookEvent,
    /// The folder of the hooks, where one that was there before is kept
    #[arg(long, value_name = "DIR")]
    hooks_dir: Option<PathBuf>,
    /// What git hands to the hook
    #[arg(last = true, value_name = "ARGUMENT")]
    arguments: Vec<OsString>,
}

/// Runs the command.
///
/// # Errors
/// When a hook that was there before fails, or what git asks cannot be judged.
pub fn run(args: &Args) -> Result<Reply, Failure> {
    let input = if args.event.takes_input() { Some(input()?) } else { None };
    let running = std::env::var_os(RUNNING);
    if let Some(folder) = &args.hooks_dir
        && let Some(preserved) = Preserved::find(folder, args.event.name(), running.as_deref())
    {
        let status = preserved.run(&args.arguments, input.as_deref())?;
        if status != 0 {
            let message = format!("the hook `{}` that was here before ended with {status}", args.event.name());
            return Err(Failure { exit: Exit::Preserved(status), ..Failure::refused("preserved-hook", message) });
        }
    }
    doors::open(args.event, &args.arguments, &input.unwrap_or_default())
}

/// What git wrote for the hook; a person who tries the command has written nothing.
fn input() -> Result<Vec<u8>, Failure> {
    let mut stdin = std::io::stdin().lock();
    let mut bytes = Vec::new();
    if !stdin.is_terminal() {
        stdin.read_to_end(&mut bytes).map_err(|error| Failure::from(format!("cannot read the input: {error}")))?;
    }
    Ok(bytes)
}
