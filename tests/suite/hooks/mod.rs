//! The hooks: how they come into a repository, and what they do at each door of it.

mod doors;
mod install;
