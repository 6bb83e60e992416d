//! Whether the startup gates pass (contract, section 4). Fixed in code, without an override.

use serde::Serialize;

use crate::model::cycle::GateOutcome;
use crate::model::gate::{FieldKind, Gate, GateField};
use crate::model::gates::Gates;
use crate::model::snapshot::Snapshot;

/// The least number of rolling weeks for which the throughput must be feasible.
pub const MIN_WEEKS: f64 = 8.0;
/// The least share of priority queries that must have an owner.
pub const MIN_COVERAGE: f64 = 0.85;

/// What one gate says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateResult {
    /// The gate.
    #[serde(serialize_with = "by_key")]
    pub gate: Gate,
    /// Whether it passes.
    pub status: GateOutcome,
    /// Why, with the numbers.
    pub reason: String,
    /// What to do about it; absent when it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remediation: Option<String>,
    /// The command that records that it holds, once it really does; absent when it passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opened_by: Option<String>,
    /// The role that answers for it.
    pub owner: &'static str,
    /// The pass condition.
    pub condition: &'static str,
    /// How many pieces of evidence are recorded for it that anybody can look at.
    pub evidence: usize,
    /// Its line in `gates.json`, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

fn by_key<S: serde::Serializer>(gate: &Gate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(gate.key())
}

impl GateResult {
    /// Whether the gate passes.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.status == GateOutcome::Pass
    }
}

/// What the five gates say together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evaluation {
    /// The five results, in gate order.
    pub results: Vec<GateResult>,
}

impl Evaluation {
    /// Whether all five pass.
    #[must_use]
    pub fn passes(&self) -> bool {
        self.results.iter().all(GateResult::passes)
    }

    /// The gates that fail.
    pub fn failing(&self) -> impl Iterator<Item = &GateResult> {
        self.results.iter().filter(|result| !result.passes())
    }

    /// `passed/all`, as in the trailer `Mkt-Gates`.
    #[must_use]
    pub fn tally(&self) -> String {
        let passed = self.results.iter().filter(|result| result.passes()).count();
        format!("{passed}/{}", self.results.len())
    }
}

/// Evaluates the five gates of a snapshot. Without `gates.json` all of them fail.
#[must_use]
pub fn evaluate(snapshot: &Snapshot) -> Evaluation {
    let results = Gate::ALL.map(|gate| match &snapshot.gates {
        Some(gates) => result(gate, gates),
        None => GateResult {
            gate,
            status: GateOutcome::Fail,
            reason: "there is no readable state/gates.json".to_owned(),
            remediation: Some("seed it with `git mkt init`, then show that the gate holds".to_owned()),
            opened_by: Some("git mkt init".to_owned()),
            owner: gate.owner(),
            condition: gate.condition(),
            evidence: 0,
            line: None,
        },
    });
    Evaluation { results: results.into() }
}

fn result(gate: Gate, gates: &Gates) -> GateResult {
    let missing = match gate {
        Gate::Capacity => too_few_weeks(gates),
        Gate::Ownership => too_little_coverage(gates),
        Gate::Strategy | Gate::Compliance | Gate::Data => unset_flags(gate, gates),
    };
    let fails = missing.is_some();
    GateResult {
        gate,
        status: if fails { GateOutcome::Fail } else { GateOutcome::Pass },
        reason: missing.unwrap_or_else(|| holds(gate, gates)),
        remediation: fails.then(|| remediation(gate, gates)),
        opened_by: fails.then(|| opening(gate, gates)),
        owner: gate.owner(),
        condition: gate.condition(),
        evidence: gates.evidence(gate).iter().filter(|evidence| evidence.can_be_looked_at()).count(),
        line: gates.line(gate),
    }
}

/// The command that sets what is missing; evidence belongs to it.
fn opening(gate: Gate, gates: &Gates) -> String {
    let missing = |field: GateField| match field.kind() {
        FieldKind::Flag => (!gates.flag(field)).then(|| format!("{field}=true")),
        FieldKind::Weeks => Some(format!("{field}={MIN_WEEKS}")),
        FieldKind::Share => Some(format!("{field}={MIN_COVERAGE}")),
    };
    let fields: Vec<_> = gate.fields().filter_map(missing).collect();
    format!("git mkt update-gates {} --evidence <ref>", fields.join(" "))
}

fn unset_flags(gate: Gate, gates: &Gates) -> Option<String> {
    let unset: Vec<_> = gate.fields().filter(|field| !gates.flag(*field)).map(GateField::key).collect();
    (!unset.is_empty())
        .then(|| format!("{} {} not true", unset.join(" and "), if unset.len() == 1 { "is" } else { "are" }))
}

fn too_few_weeks(gates: &Gates) -> Option<String> {
    let field = GateField::RollingWeeksFeasible;
    (gates.number(field) < MIN_WEEKS).then(|| format!("needs {MIN_WEEKS} feasible weeks, has {}", gates.value(field)))
}

fn too_little_coverage(gates: &Gates) -> Option<String> {
    let field = GateField::PriorityQueryCoverage;
    let short = gates.number(field) < MIN_COVERAGE;
    short.then(|| format!("needs {MIN_COVERAGE} of the priority queries owned, has {}", gates.value(field)))
}

fn holds(gate: Gate, gates: &Gates) -> String {
    match gate {
        Gate::Strategy => "the KPI tree is bound to the goal and approved".to_owned(),
        Gate::Compliance => "the guardrails are documented and accepted by all".to_owned(),
        Gate::Capacity => format!("{} weeks are feasible", gates.value(GateField::RollingWeeksFeasible)),
        Gate::Data => "the dashboard is stable and reconciles".to_owned(),
        Gate::Ownership => {
            format!("{} % of the priority queries are owned", percent(gates.number(GateField::PriorityQueryCoverage)))
        }
    }
}

/// A share in hundredths, with at most two decimals, never more than it is.
fn percent(share: f64) -> f64 {
    (share * 10_000.0 + 1e-6).floor() / 100.0
}

/// What follows from the reason: one action, for the gate's owner.
fn remediation(gate: Gate, gates: &Gates) -> String {
    let flag = |field: GateField| gates.flag(field);
    match gate {
        Gate::Strategy if !flag(GateField::KpiTreeBound) => {
            "bind the KPI tree to the business goal, then have it approved"
        }
        Gate::Strategy => "have the bound KPI tree approved",
        Gate::Compliance if !flag(GateField::Documented) => "write the guardrails down, then have everyone accept them",
        Gate::Compliance => "have every contributor accept the documented guardrails",
        Gate::Capacity => "cut the plan or add people until 8 rolling weeks are feasible",
        Gate::Data if !flag(GateField::DashboardStable) => {
            "make the dashboard refresh reliably, then reconcile its numbers"
        }
        Gate::Data => "reconcile the dashboard with its sources",
        Gate::Ownership => "name an owner for more of the priority queries, until 85 % have one",
    }
    .to_owned()
}
