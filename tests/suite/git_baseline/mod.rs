//! The git room against the real git: whatever git says is right.

mod beside;
mod crash;
mod encoding;
mod foreign_hooks;
mod identity;
mod index;
mod interrupted;
mod keys;
mod owners;
mod packs;
mod permissions;
mod persons;
mod reading;
mod sandbox;
mod settings;
mod signers;
mod signing;
mod status;
mod trailers;
mod writing;
