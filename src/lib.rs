//! scaffold
pub mod change;
pub mod cli;
pub mod git;
pub mod model;
pub mod render;
pub mod rules;
pub mod store;
