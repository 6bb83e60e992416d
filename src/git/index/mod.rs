//! The index file, read and patched by ourselves: libgit2 is seven times slower
//! than git here, drops extensions when it writes, and cannot read every kind.

mod broken;
mod cache_tree;
mod entry;
mod file;
mod memory;
mod patch;
mod scan;
mod wanted;

pub(super) use entry::{IndexEntry, StatData};
pub(super) use memory::IndexMemory;
pub(super) use patch::{Checksum, IndexChange, Patched, patch};
pub use scan::Conflict;
pub(super) use scan::{below, plain};
