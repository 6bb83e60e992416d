//! The rules: each on its fixtures, on honest history, and on what must hold for all inputs.

#![expect(clippy::disallowed_methods, reason = "fixtures are files")]

mod append_only;
mod decisions;
mod fixtures;
mod gates;
mod honest;
mod observations;
mod tree;
mod wrong;
