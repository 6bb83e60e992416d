//! How the hooks go again: only what is ours, and what was there before comes back.

use std::path::{Path, PathBuf};

use anyhow::Result;

use super::directory::Owner;
use super::event::HookEvent;
use super::found::{self, Found, kept_path, look};
use super::steps::Step;
use crate::git::repo::Repo;

/// What becomes of a hook that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Removed {
    /// It goes.
    Removed,
    /// It goes, and what was there before comes back.
    Restored,
    /// It stays, because it was edited after it was installed.
    Edited,
    /// It is somebody else's by now; what was there before stays where it is kept.
    Replaced(PathBuf),
}

/// A hook, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// The event.
    pub event: HookEvent,
    /// Where it is.
    pub path: PathBuf,
    /// What becomes of it.
    pub done: Removed,
}

/// A removal that can be carried out.
#[derive(Debug)]
pub struct Uninstalled {
    /// Each hook that was found.
    pub hooks: Vec<Removal>,
    steps: Vec<Step>,
}

impl Repo {
    /// What removing the hooks would do.
    ///
    /// # Errors
    /// When git or the file system cannot be asked.
    pub fn plan_uninstall(&self) -> Result<Uninstalled> {
        let (mut hooks, mut steps) = self.plan_removal_of_files()?;
        steps.extend(self.unset_all());
        let scripts = self.script_directory();
        for event in HookEvent::ALL {
            let path = scripts.join(event.name());
            let done = match look(&path)? {
                Found::Ours(shim, _) if shim.intact => {
                    steps.push(Step::Remove { path: path.clone() });
                    Removed::Removed
                }
                Found::Ours(..) | Found::Foreign(_) => Removed::Edited,
                Found::Nothing | Found::NotAFile => continue,
            };
            hooks.push(Removal { event, path, done });
        }
        Ok(Uninstalled { hooks, steps })
    }

    /// Carries a removal out, all of it or nothing.
    ///
    /// # Errors
    /// When a file or a setting cannot be written.
    pub fn uninstall_hooks(&self, plan: &Uninstalled) -> Result<()> {
        self.carry_out(&plan.steps)?;
        // It goes when it is empty, and only then.
        std::fs::remove_dir(self.script_directory()).ok();
        Ok(())
    }

    /// What removing the files of ours from the hooks directories would do: from the one
    /// that git looks in, and from the usual one, which a later setting may have hidden.
    pub(super) fn plan_removal_of_files(&self) -> Result<(Vec<Removal>, Vec<Step>)> {
        let place = self.hooks_path()?;
        let mut directories = vec![self.own_hooks_directory()];
        if self.owner_of(&place)? == Owner::Clone && !is_same(&directories[0], &place.directory) {
            directories.push(place.directory);
        }
        let (mut hooks, mut steps) = (Vec::new(), Vec::new());
        for directory in directories {
            for event in HookEvent::ALL {
                let path = directory.join(event.name());
                if let Some((done, step)) = plan_removal(event, &path)? {
                    hooks.push(Removal { event, path, done });
                    steps.extend(step);
                }
            }
        }
        Ok((hooks, steps))
    }
}

/// What becomes of one file; `None` when it is no concern of ours.
fn plan_removal(event: HookEvent, path: &Path) -> Result<Option<(Removed, Option<Step>)>> {
    let kept = kept_path(path.parent().unwrap_or(path), event);
    let is_kept = found::metadata(&kept)?.is_some();
    let restore = || Some((Removed::Restored, Some(Step::Move { from: kept.clone(), to: path.to_owned() })));
    Ok(match look(path)? {
        Found::Ours(shim, _) if !shim.intact => Some((Removed::Edited, None)),
        Found::Ours(..) if is_kept => restore(),
        Found::Ours(..) => Some((Removed::Removed, Some(Step::Remove { path: path.to_owned() }))),
        Found::Nothing if is_kept => restore(),
        Found::Foreign(_) | Found::NotAFile if is_kept => Some((Removed::Replaced(kept), None)),
        Found::Nothing | Found::Foreign(_) | Found::NotAFile => None,
    })
}

/// Whether two paths lead to one directory.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    match (one.canonicalize(), other.canonicalize()) {
        (Ok(one), Ok(other)) => one == other,
        _ => one == other,
    }
}
