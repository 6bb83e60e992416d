//! The hooks: what they do at each door of the repository.

mod doors;
