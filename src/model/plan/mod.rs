//! Growth plans: Markdown that people edit in any editor (contract, sections 3 and 6).
//!
//! This folder reads a plan into data that knows its lines, finds plans by hint, and
//! picks free names. It never rewrites a plan; whether one is good enough is the
//! business of [`crate::rules::plan_review`].

mod block;
mod body;
mod document;
mod find;
mod front;
mod owner;
mod text;

pub use body::{Body, Item, RoleRow, Section, TaskRow};
pub use document::Plan;
pub use find::{Unresolved, by_age, newest, resolve, unused_name};
pub use owner::parse_owner;
pub use text::{Words, is_blank};
