//! What differs: two snapshots compared in the words of the domain; and how sides merge.
//!
//! This room owns the list of [`Change`]s, their prose, and the claim that follows from
//! them. It is pure and imports only the model. Whether a change is allowed is not
//! said here; that is [`crate::rules`].

mod between;
mod campaign;
mod claim;
mod detail;
mod effect;
mod files;
mod group;
mod json;
mod kind;
mod list;
pub mod merge;
mod prose;
mod record;
mod records;
mod sides;
mod state;
mod terms;
mod text;

pub use between::between;
pub use claim::{claim, touched_gates};
pub use detail::Detail;
pub use effect::Effect;
pub use group::Group;
pub use json::Field;
pub use kind::Change;
pub use prose::excerpt;
pub use record::Record;
pub use terms::{Lesson, Terms};
pub use text::{LineChange, Piece, TextChange};
