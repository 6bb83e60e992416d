//! `ohmymkt`: a Git-native governance engine for SEO and AEO growth campaigns.
//!
//! The host Git repository is the database: artifacts live under `.ohmymkt/`, every change
//! to them is one commit with structured trailers, and the audit history is read back from
//! Git. Plans define intent, gates enforce readiness, cycles enforce decisions, incidents
//! enforce safety, reports enforce accountability.
//!
//! # The house
//!
//! Seven rooms; imports only point down this list.
//!
//! | room | owns |
//! | --- | --- |
//! | [`cli`] | speaks to the user: the only room that prints, exits, reads arguments, environment and clock |
//! | [`render`] | values → text, Markdown, HTML, JSON; pure |
//! | [`store`] | the artifacts in git: snapshots, records, steps along history |
//! | [`rules`] | what must hold: gates, decisions, the review of plans, the table of rules; pure |
//! | [`change`] | what differs between two states, in domain words; pure |
//! | [`git`] | the only room that names git2 or runs the git program |
//! | [`model`] | what there is: types, text forms, [`Snapshot`](model::snapshot::Snapshot), [`Step`](model::step::Step); pure |
//!
//! `model` and `git` import nothing of ours; `rules` and `change` import `model`; `render`
//! those three; `store` imports `model`, `rules` (for [`Approved`](rules::Approved)) and
//! `git`; `cli` may import all. The test `layers` states it.
//!
//! # Three laws
//!
//! 1. **One judgement.** Every door — a command, a hook, each commit of a history — puts a
//!    [`Step`](model::step::Step) before [`rules::check`]. The store records only what
//!    [`rules::approve`] approved, which the compiler sees to.
//! 2. **Data in, data out.** Below `cli`, and outside `git` and `store`, nothing reads,
//!    writes, prints, exits or tells the time. Time and randomness enter as values.
//! 3. **Git is the record.** There is no state that cannot be rebuilt from the commits.

pub mod change;
pub mod cli;
pub mod git;
pub mod model;
pub mod render;
pub mod rules;
pub mod store;
