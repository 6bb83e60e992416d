//! `hooks`: the hooks of this clone come, go, and are shown to work.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::hooks::{self, Wish, shown};
use crate::cli::reply::Reply;
use crate::git::Repo;
use crate::git::hook::{HookEvent, HookProblem, HookState, HooksState, Removal, Removed};
use crate::render::{Label, Line, Page, Row, View};

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
    if dry_run { Wish::Tell } else { Wish::Install }
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
    if wish == Wish::Install {
        repo.uninstall_hooks(&plan)?;
    }
    let hooks: Vec<_> = plan.hooks.iter().map(|removal| Gone::of(repo, removal)).collect();
    let exit = if hooks.iter().any(|hook| hook.stays) { Exit::Refused } else { Exit::Done };
    Ok(Reply::with_exit(exit, Uninstall { dry_run: wish == Wish::Tell, hooks }))
}

#[derive(Serialize)]
struct Uninstall {
    dry_run: bool,
    hooks: Vec<Gone>,
}

#[derive(Serialize)]
struct Gone {
    event: &'static str,
    path: String,
    done: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kept: Option<String>,
    #[serde(skip)]
    stays: bool,
}

impl Gone {
    fn of(repo: &Repo, removal: &Removal) -> Self {
        let (done, kept) = match &removal.done {
            Removed::Removed => ("removed", None),
            Removed::Restored => ("restored", None),
            Removed::Edited => ("edited", None),
            Removed::Replaced(kept) => ("replaced", Some(shown(repo, kept))),
        };
        let stays = matches!(removal.done, Removed::Edited | Removed::Replaced(_));
        Self { event: removal.event.name(), path: shown(repo, &removal.path), done, kept, stays }
    }
}

impl View for Uninstall {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.hooks.is_empty() {
            page.line().text("hooks: there are none of ours");
        }
        let would = if self.dry_run { "would be " } else { "" };
        for hook in &self.hooks {
            let line = page.line();
            line.label(Label::Path, &hook.path);
            match (hook.done, &hook.kept) {
                ("removed", _) => line.text(format!(": {would}removed")),
                ("restored", _) => line.text(format!(": {would}removed, and the hook from before is back")),
                ("edited", _) => line.text(": stays, because it was edited after it was installed"),
                (_, kept) => {
                    let kept = kept.as_deref().unwrap_or_default();
                    line.text(": stays, because it is another hook now; the one from before is in ")
                        .label(Label::Path, kept)
                }
            };
        }
        page
    }
}

fn status(repo: &Repo) -> Result<Reply, Failure> {
    let state = repo.hooks_state()?;
    let exit = if state.is_active() { Exit::Done } else { Exit::Refused };
    Ok(Reply::with_exit(exit, Standing::of(repo, &state)))
}

#[derive(Serialize)]
struct Standing {
    active: bool,
    git: String,
    directory: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hooks_path: Option<Setting>,
    tools: Vec<&'static str>,
    hooks: Vec<Hook>,
}

#[derive(Serialize)]
struct Setting {
    scope: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Hook {
    event: &'static str,
    wanted: bool,
    active: bool,
    mechanism: &'static str,
    path: String,
    program: Option<String>,
    kept: Option<String>,
    called_from: Option<String>,
    problems: Vec<Problem>,
}

#[derive(Serialize)]
struct Problem {
    code: &'static str,
    message: String,
}

impl Standing {
    fn of(repo: &Repo, state: &HooksState) -> Self {
        let setting = state.place.setting.as_ref();
        Self {
            active: state.is_active(),
            git: format!("{}.{}", state.git.0, state.git.1),
            directory: shown(repo, &state.place.directory),
            hooks_path: setting.map(|(scope, value)| Setting { scope: scope.name(), value: value.clone() }),
            tools: state.tools.iter().map(|tool| tool.name()).collect(),
            hooks: state.hooks.iter().map(|hook| Hook::of(repo, hook)).collect(),
        }
    }
}

impl Hook {
    fn of(repo: &Repo, hook: &HookState) -> Self {
        let show = |path: &Option<std::path::PathBuf>| path.as_deref().map(|path| shown(repo, path));
        Self {
            event: hook.event.name(),
            wanted: hook.wanted,
            active: hook.problems.is_empty(),
            mechanism: hooks::name(hook.mechanism),
            path: shown(repo, &hook.path),
            program: show(&hook.program),
            kept: show(&hook.kept),
            called_from: show(&hook.called_from),
            problems: hook.problems.iter().map(|problem| Problem::of(repo, problem)).collect(),
        }
    }

    fn state(&self) -> (Label, &'static str) {
        match (self.active, self.wanted) {
            (true, _) => (Label::Pass, "active"),
            (false, true) => (Label::Fail, "NOT RUN"),
            (false, false) => (Label::Dim, "off"),
        }
    }
}

impl Problem {
    fn of(repo: &Repo, problem: &HookProblem) -> Self {
        let (code, message) = match problem {
            HookProblem::Missing => ("missing", "there is no such hook".to_owned()),
            HookProblem::Shadowed(path) => {
                ("shadowed", format!("it is installed as `{}`, and git looks elsewhere", shown(repo, path)))
            }
            HookProblem::Foreign(tool) => {
                let whose = tool.map_or("another hook", |tool| tool.name());
                ("foreign", format!("{whose} is there, and does not ask this program"))
            }
            HookProblem::Edited => ("edited", "it was edited after it was installed".to_owned()),
            HookProblem::NotExecutable => ("not-executable", "it may not be executed, so git skips it".to_owned()),
            HookProblem::NoProgram(path) => {
                ("no-program", format!("the program is gone: neither `{}` nor in PATH", path.display()))
            }
            HookProblem::GitTooOld => ("git-too-old", "this git does not run hooks from the configuration".to_owned()),
            HookProblem::TurnedOff(key) => ("turned-off", format!("`{key}` turns it off")),
            HookProblem::Setting(key) => ("setting", format!("`{key}` is not as it was set")),
        };
        Self { code, message }
    }
}

impl View for Standing {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        let directory = if self.directory.is_empty() { "no directory" } else { &self.directory };
        line.text(format!("git {} looks for hooks in ", self.git)).label(Label::Path, directory);
        if let Some(setting) = &self.hooks_path {
            line.text(format!(" (core.hooksPath, {})", setting.scope));
        }
        if !self.tools.is_empty() {
            page.line().text(format!("hooks are looked after by {}, too", self.tools.join(", ")));
        }
        page.blank();
        page.table(&["hook", "state", "where"], self.hooks.iter().map(row));
        if !self.active {
            page.blank();
            page.hint("git mkt hooks install");
        }
        page
    }
}

fn row(hook: &Hook) -> Row {
    let (label, word) = hook.state();
    let place = if hook.mechanism == "config" { "configuration, " } else { "" };
    let mut path = Line::of(place);
    path.label(Label::Path, &hook.path);
    let mut row = Row::from([Line::of(hook.event), Line::labelled(label, word), path]);
    if !hook.active && !hook.wanted {
        return row.note("`git mkt hooks install --strict` installs it");
    }
    for problem in &hook.problems {
        row = row.note(problem.message.as_str());
    }
    if let Some(file) = &hook.called_from {
        row = row.note(format!("asked from `{file}`"));
    }
    if let Some(kept) = &hook.kept {
        row = row.note(format!("runs `{kept}` as well"));
    }
    row
}
