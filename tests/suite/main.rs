//! The suite.

mod rules;
