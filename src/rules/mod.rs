//! What must hold: the one judgement that every door asks.
//!
//! This room owns the gates, the decision of a cycle and what follows from it, the
//! review of plans, and the table of rules. It is pure: it reads nothing, writes
//! nothing and knows no clock. No other room decides anything; they ask [`check`],
//! and only [`approve`] can make the [`Approved`] that the store will record.

pub mod advice;
mod approval;
mod brought;
pub mod campaigns;
pub mod checklist;
pub mod consequence;
pub mod decision;
pub mod gates;
mod invariant;
mod kept;
mod nearest;
mod news;
pub mod plan_review;
pub mod replay;
mod rule;
mod table;
mod truths;
mod violation;

pub use approval::{Approved, approve};
pub use nearest::nearest;
pub use rule::Rule;
pub use table::{RULES, check, check_one};
pub use violation::{Level, Violation};
