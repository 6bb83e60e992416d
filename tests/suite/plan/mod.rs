//! Plans: written, read back, found and reviewed.

mod found;
mod read;
mod reviewed;
mod written;

use std::collections::BTreeMap;

use ohmymkt::model::codec::Problem;
use ohmymkt::model::plan::Plan;
use ohmymkt::model::template;
use ohmymkt::render::plan::{Draft, plan};

/// The parts of a plan, complete unless a test takes something out.
struct Parts {
    goal: String,
    scope_in: Vec<String>,
    scope_out: Vec<String>,
    acceptance: Vec<String>,
    rollback_conditions: Vec<String>,
    owners: BTreeMap<String, String>,
    default_owner: Option<String>,
}

impl Parts {
    fn complete() -> Self {
        let list = |text: &str| vec![text.to_owned()];
        Self {
            goal: "Be found without the brand".to_owned(),
            scope_in: list("the docs"),
            scope_out: list("paid search"),
            acceptance: list("non_brand_visibility_trend is up in 3 of 4 weekly cycles"),
            rollback_conditions: list("high-intent sessions fall for two weeks"),
            owners: BTreeMap::new(),
            default_owner: Some("Ana".to_owned()),
        }
    }

    fn text(&self) -> String {
        let (name, pool) = ("q3-aeo".parse().expect("a valid name"), template::pool());
        plan(&Draft {
            name: &name,
            goal: &self.goal,
            created_at: "2026-11-22T10:15:00Z".parse().expect("a valid time"),
            author: "Gil Graph <gil@example.org>",
            owner: "Ana Lee",
            scope_in: &self.scope_in,
            scope_out: &self.scope_out,
            acceptance: &self.acceptance,
            rollback_conditions: &self.rollback_conditions,
            owners: &self.owners,
            default_owner: self.default_owner.as_deref(),
            pool: &pool,
        })
    }
}

fn parse(text: &str) -> Result<Plan, Vec<Problem>> {
    Plan::parse("q3-aeo".parse().expect("a valid name"), None, text.as_bytes())
}

fn read_back(text: &str) -> Plan {
    parse(text).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"))
}
