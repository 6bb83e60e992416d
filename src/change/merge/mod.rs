//! Three sides of a file become one, without losing anything (contract, section 2).
//!
//! Append-only lists are united, sets and boards are merged by key and field by field,
//! texts line by line. What two people decided differently and no rule settles is named
//! and left to them. Nothing here knows which side a branch is on: with the sides
//! swapped the outcome is the same.

mod artifact;
mod follow;
mod order;
mod outcome;
mod shape;
mod shapes;
mod text;
mod weave;

pub use artifact::{Across, Decided, merge};
pub use follow::{Follow, follow};
pub use outcome::{Disagreement, Marks, Merged, Outcome, Three};
