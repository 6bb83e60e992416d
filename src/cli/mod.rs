//! The command line: the only room that speaks to the user.
//!
//! It reads the arguments, the environment and the clock, prints, and ends the program.
//! Each command composes its change with the pure rooms, has it judged, and lets the
//! store record it; none decides anything by itself.
#![expect(clippy::disallowed_methods, reason = "this room reads the environment and ends the program")]

mod args;
mod claim;
mod commands;
mod context;
mod doors;
mod editor;
mod event;
mod exit;
mod failure;
mod hooks;
mod judge;
mod pager;
mod pick;
mod pipeline;
mod plans;
mod program;
mod range;
mod records;
mod reply;
mod step_summary;
mod stream;
mod ui;
mod write;

use std::process::ExitCode;

use anstream::ColorChoice;
use clap::CommandFactory as _;

use crate::render::harmless;

use args::Args;
use exit::{Exit, USAGE};
use failure::Failure;
use ui::{Format, Ui, unless_gone};

/// Runs the program: both `ohmymkt` and `git-mkt` are this.
#[must_use]
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        let report = format!("error: this is a bug in ohmymkt: {}\n", harmless(&panic.to_string()));
        drop(std::io::Write::write_all(&mut std::io::stderr(), report.as_bytes()));
        // The release profile aborts on a panic; the contract wants 101.
        std::process::exit(101);
    }));
    let words: Vec<_> = std::env::args_os().collect();
    if doors::has_nothing_to_say(&words) {
        return ExitCode::SUCCESS;
    }
    match Args::read(&words) {
        Ok(args) => run(&args),
        Err(error) => {
            // The parser quotes what was typed as it is.
            let quotable: Vec<_> =
                words.iter().map(|word| harmless(&word.to_string_lossy()).into_owned().into()).collect();
            let error = Args::read(&quotable).err().unwrap_or(error);
            let code = if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
            if error.use_stderr() && wants_json() {
                Ui::usage(&command_typed(), &error.render().to_string());
            } else {
                return match unless_gone(error.print()) {
                    Err(error) if code == ExitCode::SUCCESS => {
                        let ui = Ui { format: Format::Text, color: ColorChoice::Auto };
                        ui.failure("", &Failure::unwritten(&error));
                        Exit::Failed.into()
                    }
                    _ => code,
                };
            }
            code
        }
    }
}

/// What was typed, up to `--`.
fn typed() -> impl Iterator<Item = String> {
    let words = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned());
    words.take_while(|word| word != "--")
}

/// Whether a program asked, although its arguments make no sense.
fn wants_json() -> bool {
    let words: Vec<_> = typed().collect();
    let by_format = words.windows(2).any(|pair| pair == ["--format", "json"]);
    by_format || words.iter().any(|word| word == "--json" || word == "--format=json")
}

/// The command that was meant; the program's own name when none was.
fn command_typed() -> String {
    let known = Args::command();
    let mut words = typed();
    words.find(|word| known.find_subcommand(word).is_some()).unwrap_or_else(|| known.get_name().to_owned())
}

fn run(args: &Args) -> ExitCode {
    let ui = Ui {
        format: if args.common.json || args.command.wants_json() == Some(true) { Format::Json } else { Format::Text },
        color: if args.common.no_color { ColorChoice::Never } else { ColorChoice::Auto },
    };
    let name = args.command.name();
    match enter(args).and_then(|()| args.command.run(ui)) {
        Ok(reply) => match ui.reply(name, &reply) {
            Ok(()) => reply.exit.into(),
            Err(error) => {
                let ui = Ui { format: Format::Text, ..ui };
                let failure = Failure::unwritten(&error);
                // What was recorded stands: nobody should do it again.
                ui.failure(
                    name,
                    &reply
                        .commit()
                        .into_iter()
                        .fold(failure, |failure, commit| failure.hint(format!("git mkt show {commit}"))),
                );
                // Who asked whether the rules say yes must not take this for one.
                if reply.exit == Exit::Done { Exit::Failed.into() } else { reply.exit.into() }
            }
        },
        Err(failure) => {
            let failure = failure.with_help_of(name);
            ui.failure(name, &failure);
            failure.exit.into()
        }
    }
}

/// Goes where `-C` says, one step after the other, as git does.
fn enter(args: &Args) -> Result<(), Failure> {
    for directory in &args.common.directories {
        std::env::set_current_dir(directory)
            .map_err(|error| Failure::bad_value(format!("cannot change to `{}`: {error}", directory.display())))?;
    }
    Ok(())
}
