//! The semantic diff: what it says, that it misses nothing, and the claim that follows.

mod between;
mod claim;
pub mod files;
mod laws;
mod sentence;
