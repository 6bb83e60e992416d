//! The git room against the real git: whatever git says is right.

mod crash;
mod identity;
mod index;
mod reading;
mod sandbox;
mod signing;
mod status;
mod trailers;
mod writing;
