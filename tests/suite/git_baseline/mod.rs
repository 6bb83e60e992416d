//! The git room against the real git: whatever git says is right.

mod beside;
mod crash;
mod encoding;
mod identity;
mod index;
mod persons;
mod reading;
mod sandbox;
mod signers;
mod signing;
mod status;
mod trailers;
mod writing;
