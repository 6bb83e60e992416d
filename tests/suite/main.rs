//! The suite.
mod change;
mod render;
