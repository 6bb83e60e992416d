//! How the hooks come into a repository: first what would be done, then all of it or nothing.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::configured::FIRST_VERSION;
use super::directory::{HooksPath, Owner, Scope};
use super::event::HookEvent;
use super::found::{self, Found, kept_path, look};
use super::shim;
use super::steps::Step;
use super::tool::Tool;
use crate::git::repo::Repo;

/// By what git knows of a hook.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    /// A file in the hooks directory.
    File,
    /// A command in the configuration (git 2.54 and newer).
    Config,
}

/// What became, or would become, of a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Done {
    /// It is new.
    Installed,
    /// It is new, and what was there is kept at this path and still run.
    Kept(PathBuf),
    /// It was there, for another program or from another version.
    Updated,
    /// It was there as it should be.
    Unchanged,
}

/// A hook, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookChange {
    /// The event.
    pub event: HookEvent,
    /// The script.
    pub path: PathBuf,
    /// What became of it.
    pub done: Done,
}

/// The hooks that an installation is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installed {
    /// By what git knows of them.
    pub mechanism: Mechanism,
    /// Where their scripts are.
    pub directory: PathBuf,
    /// Each of them.
    pub hooks: Vec<HookChange>,
}

/// Why the hooks are not installed. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Obstacle {
    /// `core.hooksPath` is empty or names no directory.
    NoDirectory(HooksPath),
    /// The hooks directory is not this repository's own.
    Shared(HooksPath),
    /// The files in the hooks directory are tracked.
    Tracked(HooksPath),
    /// The hooks directory is husky's, which writes it anew.
    Husky(HooksPath),
    /// A script of ours was edited.
    Edited(PathBuf),
    /// There is a hook, and what was there before is still kept.
    KeptBefore {
        /// The hook.
        hook: PathBuf,
        /// What is kept.
        kept: PathBuf,
    },
    /// A hook that would do something else under another name.
    KnowsItsName {
        /// The hook.
        hook: PathBuf,
        /// The event.
        event: HookEvent,
        /// The program that wrote it.
        tool: Option<Tool>,
    },
    /// What is there is no file.
    NotAFile(PathBuf),
}

/// An installation that can be carried out.
#[derive(Debug)]
pub struct HookPlan {
    installed: Installed,
    steps: Vec<Step>,
}

impl HookPlan {
    /// What comes of it.
    #[must_use]
    pub fn installed(&self) -> &Installed {
        &self.installed
    }
}

impl Repo {
    /// What installing the hooks of these events for this program would do.
    ///
    /// # Errors
    /// When git or the file system cannot be asked. An obstacle is an answer.
    pub fn plan_hooks(&self, events: &[HookEvent], program: &Path) -> Result<Result<HookPlan, Obstacle>> {
        if self.git_version()? >= FIRST_VERSION {
            return self.plan_configured(events, program);
        }
        let place = self.hooks_path()?;
        match self.owner_of(&place)? {
            Owner::Clone => {}
            Owner::Nowhere => return Ok(Err(Obstacle::NoDirectory(place))),
            Owner::Others => return Ok(Err(Obstacle::Shared(place))),
            Owner::Project => return Ok(Err(Obstacle::Tracked(place))),
            Owner::Husky => return Ok(Err(Obstacle::Husky(place))),
        }
        let directory = place.directory;
        let mut installed = Installed { mechanism: Mechanism::File, directory: directory.clone(), hooks: Vec::new() };
        let mut steps = Vec::new();
        for event in with_strict(events, |event| Ok(matches!(look(&directory.join(event))?, Found::Ours(..))))? {
            let path = directory.join(event.name());
            match plan_file(event, &path, program)? {
                Ok((done, more)) => {
                    installed.hooks.push(HookChange { event, path, done });
                    steps.extend(more);
                }
                Err(obstacle) => return Ok(Err(obstacle)),
            }
        }
        steps.extend(self.unset_all());
        Ok(Ok(HookPlan { installed, steps }))
    }

    /// Carries a plan out, all of it or nothing.
    ///
    /// # Errors
    /// When a file or a setting cannot be written.
    pub fn install_hooks(&self, plan: &HookPlan) -> Result<()> {
        self.carry_out(&plan.steps)
    }

    fn plan_configured(&self, events: &[HookEvent], program: &Path) -> Result<Result<HookPlan, Obstacle>> {
        let directory = self.script_directory();
        let mut installed = Installed { mechanism: Mechanism::Config, directory: directory.clone(), hooks: Vec::new() };
        let mut steps = Vec::new();
        for event in with_strict(events, |name| Ok(directory.join(name).is_file()))? {
            let path = directory.join(event.name());
            let bytes = shim::text(event, program);
            let found = look(&path)?;
            let (is_there, is_same) = match &found {
                Found::Nothing => (false, false),
                Found::Ours(shim, _) if !shim.intact => return Ok(Err(Obstacle::Edited(path))),
                Found::Ours(_, old) => (true, *old == bytes && found::is_executable(&path)),
                Found::Foreign(_) => return Ok(Err(Obstacle::Edited(path))),
                Found::NotAFile => return Ok(Err(Obstacle::NotAFile(path))),
            };
            if !is_same {
                steps.push(Step::Write { path: path.clone(), bytes });
            }
            let settings = self.missing_settings(event, &path);
            let done = match (is_there, is_same && settings.is_empty()) {
                (_, true) => Done::Unchanged,
                (true, false) => Done::Updated,
                (false, false) => Done::Installed,
            };
            steps.extend(settings);
            installed.hooks.push(HookChange { event, path, done });
        }
        // One event must not be asked twice: files of ours from the time of an older git go.
        let (_, more) = self.plan_removal_of_files()?;
        steps.extend(more);
        Ok(Ok(HookPlan { installed, steps }))
    }
}

/// The events, and the strict one where it is there already: it is kept up to date, too.
fn with_strict(events: &[HookEvent], is_there: impl Fn(&str) -> Result<bool>) -> Result<Vec<HookEvent>> {
    let strict = HookEvent::ReferenceTransaction;
    let mut events = events.to_vec();
    if !events.contains(&strict) && is_there(strict.name())? {
        events.push(strict);
    }
    Ok(events)
}

/// What becomes of one file, and how.
fn plan_file(event: HookEvent, path: &Path, program: &Path) -> Result<Result<(Done, Vec<Step>), Obstacle>> {
    let bytes = shim::text(event, program);
    let write = |bytes| Step::Write { path: path.to_owned(), bytes };
    Ok(match look(path)? {
        Found::Nothing => Ok((Done::Installed, vec![write(bytes)])),
        Found::NotAFile => Err(Obstacle::NotAFile(path.to_owned())),
        Found::Ours(shim, _) if !shim.intact => Err(Obstacle::Edited(path.to_owned())),
        Found::Ours(_, old) if old == bytes && found::is_executable(path) => Ok((Done::Unchanged, Vec::new())),
        Found::Ours(..) => Ok((Done::Updated, vec![write(bytes)])),
        Found::Foreign(foreign) => {
            let kept = kept_path(path.parent().unwrap_or(path), event);
            if found::metadata(&kept)?.is_some() {
                Err(Obstacle::KeptBefore { hook: path.to_owned(), kept })
            } else if foreign.knows_its_name {
                Err(Obstacle::KnowsItsName { hook: path.to_owned(), event, tool: foreign.tool })
            } else {
                let step = Step::Move { from: path.to_owned(), to: kept.clone() };
                Ok((Done::Kept(kept), vec![step, write(bytes)]))
            }
        }
    })
}

impl Obstacle {
    /// The hooks directory, and whose setting it is, where that is the obstacle.
    #[must_use]
    pub fn scope(&self) -> Option<Scope> {
        match self {
            Self::NoDirectory(place) | Self::Shared(place) | Self::Tracked(place) | Self::Husky(place) => {
                place.setting.as_ref().map(|(scope, _)| *scope)
            }
            _ => None,
        }
    }
}
