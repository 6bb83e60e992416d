//! The starter artifacts, compiled in from `templates/`.

use super::board::Pool;
use super::codec::{self, FromNode};
use super::gates::Gates;
use super::metric::Metrics;
use super::module::Modules;
use super::role::Role;

/// The text of a plan, to be filled in.
pub const PLAN: &str = include_str!("../../templates/plan.md");
/// The attributes of `.ohmymkt/`.
pub const ATTRIBUTES: &str = include_str!("../../templates/gitattributes");

fn built_in<T: FromNode>(path: &str, text: &str) -> T {
    codec::read(path, text.as_bytes()).expect("a test reads every built-in template")
}

/// The five gates, all failing.
#[must_use]
pub fn gates() -> Gates {
    built_in("templates/gates.template.json", include_str!("../../templates/gates.template.json"))
}

/// The four signals, all flat.
#[must_use]
pub fn metrics() -> Metrics {
    built_in("templates/metrics.template.json", include_str!("../../templates/metrics.template.json"))
}

/// The ten modules in three tiers.
#[must_use]
pub fn modules() -> Modules {
    built_in("templates/modules.template.json", include_str!("../../templates/modules.template.json"))
}

/// The pool of forty tasks.
#[must_use]
pub fn pool() -> Pool {
    built_in("templates/task-pool-40.json", include_str!("../../templates/task-pool-40.json"))
}

/// The twelve roles.
#[must_use]
pub fn roles() -> Vec<Role> {
    built_in("templates/roles.json", include_str!("../../templates/roles.json"))
}
