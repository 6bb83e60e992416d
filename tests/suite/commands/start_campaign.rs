//! `start-campaign`: blocked, or started with everything in one commit.

mod blocked;
mod effects;
mod plans;
mod resumed;
