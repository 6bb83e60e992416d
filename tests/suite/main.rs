//! The suite: one test binary that drives the real programs in real repositories.
//!
//! Every test stands in its own [`sandbox::Sandbox`]. One `mod` a line, sorted.

#![expect(clippy::disallowed_methods, reason = "tests drive programs, files and the environment from outside")]

mod change;
mod commands;
mod contract;
#[cfg(all(target_os = "linux", target_env = "gnu", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod faults;
mod formats;
mod git_baseline;
mod guide;
mod hooks;
mod hostile;
mod layers;
mod merge;
mod operations;
mod plan;
mod reference;
mod render;
mod requirements;
mod review;
mod rules;
mod sandbox;
mod shapes;
