//! The suite.
mod plan;
