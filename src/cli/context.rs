//! What every command has at hand: the store and the clock.

use crate::git::At;
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;
use crate::store::Store;

use super::failure::Failure;
use super::pager;
use super::ui::Ui;

/// What a command works with.
pub struct Context {
    /// The artifacts in git.
    pub store: Store,
    /// The clock of this command.
    pub now: Timestamp,
    /// The streams of this command, for an answer that is written while it is found.
    pub ui: Ui,
    pub(super) seed: u64,
}

impl Context {
    /// Opens the repository of the current directory.
    ///
    /// # Errors
    /// When there is none, or git's clock is set to something else than a date.
    pub fn open(ui: Ui) -> Result<Self, Failure> {
        let store = Store::open()?;
        let now = store.now()?;
        let seed = getrandom::u64().map_err(|error| Failure::from(format!("no randomness for ids: {error}")))?;
        Ok(Self { store, now, ui, seed })
    }

    /// As [`Context::worktree`], with only what `reads` names, for commands that show
    /// one kind of thing.
    ///
    /// # Errors
    /// As [`Context::worktree`].
    pub fn part(&self, reads: &[&str]) -> Result<Snapshot, Failure> {
        let at = if self.store.repo().is_bare() { self.head_at()? } else { Some(At::Worktree) };
        match at {
            Some(at) => sound(self.store.part(at, reads)?, reads),
            None => Ok(Snapshot::default()),
        }
    }

    /// The artifacts of the working tree, which must be well-formed where `reads` says.
    ///
    /// # Errors
    /// When they cannot be read or are malformed.
    pub fn worktree(&self, reads: &[&str]) -> Result<Snapshot, Failure> {
        let at = if self.store.repo().is_bare() { self.head_at()? } else { Some(At::Worktree) };
        let snapshot = match at {
            Some(at) => self.store.snapshot(at)?,
            None => Snapshot::default(),
        };
        sound(snapshot, reads)
    }

    /// The pager for long answers, where one is wanted.
    #[must_use]
    pub fn pager(&self) -> Option<String> {
        pager::chosen(|| self.store.repo().config("core.pager"))
    }

    fn head_at(&self) -> Result<Option<At>, Failure> {
        Ok(self.store.head_id()?.map(At::Commit))
    }
}

/// The snapshot, when what `reads` names is well-formed in it.
///
/// # Errors
/// With every problem there.
pub fn sound(snapshot: Snapshot, reads: &[&str]) -> Result<Snapshot, Failure> {
    refuse_malformed(&snapshot, reads)?;
    Ok(snapshot)
}

/// Whether a path under `.ohmymkt/` is among what a command rests on.
pub fn depends_on(path: &str, reads: &[&str]) -> bool {
    let inside = path.strip_prefix(layout::ROOT).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    let above = |prefix: &str| prefix.strip_prefix(inside).is_some_and(|rest| rest.starts_with('/'));
    path == layout::ROOT || reads.iter().any(|prefix| inside.starts_with(prefix) || above(prefix))
}

pub(super) fn refuse_malformed(snapshot: &Snapshot, reads: &[&str]) -> Result<(), Failure> {
    let problems: Vec<_> = snapshot.problems.iter().filter(|problem| depends_on(&problem.path, reads)).collect();
    if problems.is_empty() { Ok(()) } else { Err(Failure::malformed(&problems)) }
}
