//! Whether git will really run the hooks, event by event.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::configured::{self, FIRST_VERSION};
use super::directory::{HooksPath, Owner};
use super::event::HookEvent;
use super::found::{self, Foreign, Found, kept_path, look};
use super::install::Mechanism;
use super::shim::Shim;
use super::tool::Tool;
use super::uninstall::is_same;
use crate::git::environment;
use crate::git::repo::Repo;

/// Folders in which the script looks for the program at last, besides `~/.cargo/bin`.
const FOLDERS: [&str; 2] = ["/opt/homebrew/bin", "/usr/local/bin"];

/// The state of all hooks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksState {
    /// Git's version, the first two numbers.
    pub git: (u32, u32),
    /// Where git looks for hooks.
    pub place: HooksPath,
    /// Other programs that look after hooks here.
    pub tools: Vec<Tool>,
    /// Each event.
    pub hooks: Vec<HookState>,
}

impl HooksState {
    /// Whether git runs every hook that should be there.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.hooks.iter().all(|hook| !hook.wanted || hook.problems.is_empty())
    }
}

/// The state of one hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookState {
    /// The event.
    pub event: HookEvent,
    /// Whether it should be there.
    pub wanted: bool,
    /// By what git knows of it.
    pub mechanism: Mechanism,
    /// What git runs.
    pub path: PathBuf,
    /// The program that it will hand over to.
    pub program: Option<PathBuf>,
    /// The hook that was there before, and is run by ours.
    pub kept: Option<PathBuf>,
    /// The file of another hook or of another program's settings that calls ours.
    pub called_from: Option<PathBuf>,
    /// Why git will not run it, or not as it was installed.
    pub problems: Vec<HookProblem>,
}

/// Why git will not run a hook, or not as it was installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookProblem {
    /// There is none.
    Missing,
    /// There is one in the usual directory, and git looks elsewhere.
    Shadowed(PathBuf),
    /// There is another one, which does not call ours.
    Foreign(Option<Tool>),
    /// It was edited.
    Edited,
    /// It may not be executed.
    NotExecutable,
    /// The program is not at this path, nor where it is looked for then.
    NoProgram(PathBuf),
    /// It is set in the configuration, which this git does not read.
    GitTooOld,
    /// A setting turns it off.
    TurnedOff(String),
    /// A setting is not as it was made.
    Setting(String),
}

impl Repo {
    /// Whether git will run the hooks.
    ///
    /// # Errors
    /// When git or the file system cannot be asked.
    pub fn hooks_state(&self) -> Result<HooksState> {
        let place = self.hooks_path()?;
        let owner = self.owner_of(&place)?;
        let git = self.git_version()?;
        let events: &[HookEvent] = if self.is_bare() { &HookEvent::SERVER } else { &HookEvent::AUTHOR };
        let mut hooks = Vec::new();
        for event in HookEvent::ALL {
            let configured =
                ["command", "event"].iter().any(|name| self.config(&configured::key(event, name)).is_some());
            let mut hook =
                if configured { self.configured_state(event, git)? } else { self.file_state(event, &place, owner)? };
            let is_there = !hook.problems.iter().any(|problem| {
                matches!(problem, HookProblem::Missing | HookProblem::Foreign(_) | HookProblem::Shadowed(_))
            });
            hook.wanted = events.contains(&event) || (event == HookEvent::ReferenceTransaction && is_there);
            if hook.wanted || event == HookEvent::ReferenceTransaction && !self.is_bare() {
                hooks.push(hook);
            }
        }
        Ok(HooksState { git, place, tools: self.hook_tools(), hooks })
    }

    fn configured_state(&self, event: HookEvent, git: (u32, u32)) -> Result<HookState> {
        let path = self.script_directory().join(event.name());
        let mut hook = HookState::new(event, Mechanism::Config, path);
        if git < FIRST_VERSION {
            hook.problems.push(HookProblem::GitTooOld);
        }
        for (name, wanted) in [("command", configured::command(&hook.path)), ("event", event.name().to_owned())] {
            let key = configured::key(event, name);
            if self.config(&key) != Some(wanted) {
                hook.problems.push(HookProblem::Setting(key));
            }
        }
        for key in [configured::key(event, "enabled"), format!("hook.{event}.enabled")] {
            if self.config_bool(&key) == Some(false) {
                hook.problems.push(HookProblem::TurnedOff(key));
            }
        }
        match look(&hook.path)? {
            Found::Ours(shim, _) => self.inspect(&mut hook, &shim),
            Found::Nothing => hook.problems.push(HookProblem::Missing),
            Found::Foreign(_) | Found::NotAFile => hook.problems.push(HookProblem::Edited),
        }
        Ok(hook)
    }

    fn file_state(&self, event: HookEvent, place: &HooksPath, owner: Owner) -> Result<HookState> {
        let mut hook = HookState::new(event, Mechanism::File, place.directory.join(event.name()));
        if owner == Owner::Nowhere {
            hook.path = self.own_hooks_directory().join(event.name());
            hook.problems.push(self.missing(event, place)?);
            return Ok(hook);
        }
        match look(&hook.path)? {
            Found::Ours(shim, _) => {
                self.inspect(&mut hook, &shim);
                let kept = kept_path(&place.directory, event);
                hook.kept = found::metadata(&kept)?.map(|_| kept);
            }
            Found::Foreign(foreign) => self.inspect_foreign(&mut hook, &foreign, place),
            Found::Nothing | Found::NotAFile => hook.problems.push(self.missing(event, place)?),
        }
        Ok(hook)
    }

    fn missing(&self, event: HookEvent, place: &HooksPath) -> Result<HookProblem> {
        let own = self.own_hooks_directory();
        let usual = own.join(event.name());
        let hidden = matches!(look(&usual)?, Found::Ours(..)) && !is_same(&own, &place.directory);
        Ok(if hidden { HookProblem::Shadowed(usual) } else { HookProblem::Missing })
    }

    fn inspect(&self, hook: &mut HookState, shim: &Shim) {
        if !shim.intact || shim.event != hook.event.name() {
            hook.problems.push(HookProblem::Edited);
        }
        if !found::is_executable(&hook.path) {
            hook.problems.push(HookProblem::NotExecutable);
        }
        hook.program = program_of(&shim.program);
        if hook.program.is_none() {
            hook.problems.push(HookProblem::NoProgram(shim.program.clone()));
        }
    }

    /// A hook of somebody else is as good, when it calls ours.
    fn inspect_foreign(&self, hook: &mut HookState, foreign: &Foreign, place: &HooksPath) {
        let mut files = vec![hook.path.clone()];
        if let Some(tool) = foreign.tool {
            let top = self.workdir().unwrap_or(self.git_dir());
            files.extend(tool.files().iter().map(|file| top.join(file)));
            files.extend(place.directory.parent().map(|folder| folder.join(hook.event.name())));
        }
        let call = format!("mkt hook {}", hook.event);
        let calls = |file: &PathBuf| {
            std::fs::read(file)
                .is_ok_and(|bytes| String::from_utf8_lossy(&bytes).lines().any(|line| is_call(line, &call)))
        };
        hook.called_from = files.into_iter().find(calls);
        if hook.called_from.is_none() {
            hook.problems.push(HookProblem::Foreign(foreign.tool));
            return;
        }
        hook.program = program_of(Path::new(""));
        if !found::is_executable(&hook.path) {
            hook.problems.push(HookProblem::NotExecutable);
        }
        if hook.program.is_none() {
            hook.problems.push(HookProblem::NoProgram(PathBuf::from("git-mkt")));
        }
    }
}

impl HookState {
    fn new(event: HookEvent, mechanism: Mechanism, path: PathBuf) -> Self {
        let (program, kept, called_from, problems) = (None, None, None, Vec::new());
        Self { event, wanted: false, mechanism, path, program, kept, called_from, problems }
    }
}

/// Whether a line calls ours, and is no remark.
fn is_call(line: &str, call: &str) -> bool {
    let line = line.trim_start();
    let ends = |(at, _): (usize, &str)| {
        let next = line[at + call.len()..].chars().next();
        next.is_none_or(|next| !(next.is_alphanumeric() || next == '-'))
    };
    !line.starts_with('#') && line.match_indices(call).any(ends)
}

/// The program that a script will hand over to: it looks in the same places, in the same order.
fn program_of(recorded: &Path) -> Option<PathBuf> {
    if found::is_executable(recorded) {
        return Some(recorded.to_owned());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let home = environment::home().map(|home| Path::new(&home).join(".cargo/bin"));
    let folders: Vec<_> = std::env::split_paths(&path).chain(home).chain(FOLDERS.map(PathBuf::from)).collect();
    let names = ["git-mkt", "ohmymkt"].into_iter();
    names.flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|file| found::is_executable(file))
}
