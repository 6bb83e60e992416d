//! The suite.
mod git_baseline;
