//! The suite.

mod change;
mod git_baseline;
mod render;
