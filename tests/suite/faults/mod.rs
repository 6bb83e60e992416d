//! Whatever goes wrong beneath a write, nothing is lost: kills, failing calls, full disks, locks
//! of others, and many writers at once.

#![expect(clippy::disallowed_macros, reason = "a test says how many points it tried, and why it skips")]

mod calls;
mod damage;
mod disk;
mod errors;
mod kills;
mod others;
mod parallel;
mod scene;
mod trace;
mod walk;
