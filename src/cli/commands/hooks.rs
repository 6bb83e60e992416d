//! `hooks`: the hooks of this clone come, go, and are shown to work.

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::hooks::{self, Removals, Standing, Wish};
use crate::cli::reply::Reply;
use crate::git::Repo;
use crate::git::hook::HookEvent;

/// Install, remove or check the hooks through which git asks this program
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A hook that is there already is kept beside ours and still runs. In a bare repository it is the
hook `pre-receive` that is installed.

Examples:
  git mkt hooks install            pre-commit, pre-merge-commit, commit-msg and pre-push
  git mkt hooks install --strict   reference-transaction as well
  git mkt hooks status             whether git will really run them; exit 2 when not
  git mkt hooks uninstall          take ours away and put back what was there")]
pub struct Args {
    #[command(subcommand)]
    action: HooksAction,
}

#[derive(Debug, clap::Subcommand)]
enum HooksAction {
    /// Install the hooks of this clone; safe to repeat
    Install {
        /// Install reference-transaction too, which also sees rebases, cherry-picks and fast-forwards
        #[arg(long)]
        strict: bool,
        /// Show what would be done, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Remove the hooks of this clone and put back what was there before
    Uninstall {
        /// Show what would be done, and change nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Show for each hook whether git will run it; exit 2 when one that should be there will not
    Status,
}

/// Runs the command.
///
/// # Errors
/// When git cannot be asked, a file cannot be written, or something is in the way.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    match args.action {
        HooksAction::Install { strict, dry_run } => install(context, strict, wish(dry_run)),
        HooksAction::Uninstall { dry_run } => uninstall(context.store.repo(), wish(dry_run)),
        HooksAction::Status => status(context.store.repo()),
    }
}

fn wish(dry_run: bool) -> Wish {
    if dry_run { Wish::Tell } else { Wish::Act }
}

fn install(context: &Context, strict: bool, wish: Wish) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    let mut events = if repo.is_bare() { HookEvent::SERVER.to_vec() } else { HookEvent::AUTHOR.to_vec() };
    if strict && repo.is_bare() {
        let message = "`--strict` is for a repository with a working tree; `pre-receive` sees every push as it is";
        return Err(Failure::bad_value(message).hint("git mkt hooks install"));
    }
    if strict {
        events.push(HookEvent::ReferenceTransaction);
    }
    match hooks::install(context, &events, wish)? {
        Ok(report) => Ok(Reply::done(report)),
        Err(obstacle) => Err(hooks::failure(repo, &obstacle)),
    }
}

fn uninstall(repo: &Repo, wish: Wish) -> Result<Reply, Failure> {
    let plan = repo.plan_uninstall()?;
    if wish == Wish::Act {
        repo.uninstall_hooks(&plan)?;
    }
    let removals = Removals::of(repo, &plan, wish);
    let exit = if removals.are_complete() { Exit::Done } else { Exit::Refused };
    Ok(Reply::with_exit(exit, removals))
}

fn status(repo: &Repo) -> Result<Reply, Failure> {
    let state = repo.hooks_state()?;
    let exit = if state.is_active() { Exit::Done } else { Exit::Refused };
    Ok(Reply::with_exit(exit, Standing::of(repo, &state)))
}
