//! The hooks of this program in a repository: where git looks for them, what lies there,
//! how they come and go (contract, section 10).
//!
//! A hook is one small shell script, the same for all events, which hands over to the
//! program. Up to git 2.53 it is a file in the hooks directory, and what was there before
//! is kept beside it and still run. From 2.54 on it is a command in the configuration of
//! the repository, and the hooks directory is left alone.

mod configured;
mod directory;
mod event;
mod foreign;
mod found;
mod glance;
mod install;
mod shim;
mod status;
mod steps;
mod tool;
mod uninstall;
mod untouched;
mod update;

pub use directory::{HooksPath, Scope};
pub use event::HookEvent;
pub use glance::leaves_alone;
pub use install::{Done, HookChange, HookPlan, Installed, Mechanism, Obstacle};
pub use status::{HookProblem, HookState, HooksState};
pub use tool::Tool;
pub use uninstall::{Removal, Removed, Uninstalled};
pub use untouched::UntouchedNote;
pub use update::Update;
