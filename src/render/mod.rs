//! scaffold
pub mod plan;
