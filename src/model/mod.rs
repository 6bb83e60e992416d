//! What there is: the artifacts of a growth campaign as plain data.
//!
//! This room owns the types, their text form (canonical JSON and Markdown), the
//! map of `.ohmymkt/`, and the moves one artifact can make by itself. It imports
//! no other room and touches nothing outside: no files, no clock, no output.
//! What must hold *between* artifacts is the business of [`crate::rules`].

pub mod action;
pub mod board;
pub mod cadence;
pub mod campaign;
pub mod codec;
pub mod cycle;
mod derivation;
pub mod follow_up;
pub mod gate;
pub mod gates;
pub mod id;
pub mod incident;
pub mod layout;
pub mod load;
pub mod metric;
pub mod module;
pub mod moves;
pub mod observation;
pub mod plan;
pub mod policy;
pub mod recommendation;
pub mod review;
pub mod role;
pub mod shell;
pub mod snapshot;
pub mod sorted;
pub mod step;
pub mod template;
pub mod time;
pub mod unseen;
mod word;
