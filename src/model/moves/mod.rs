//! The moves of a campaign, each from one whole state to the next (contract, section 7).
//!
//! A move says what changes; whether it may is for [`crate::rules`] to say.

mod campaign;
mod seed;

pub use campaign::{finish, resume, start};
pub use seed::{Texts, init};
