//! The five startup gates and their fields (contract, section 4).
//!
//! Whether a gate passes is not said here; that is [`crate::rules::gates`].

use std::fmt;
use std::str::FromStr;

use serde::ser::{Serialize, Serializer};
use serde_json::Number;

use super::codec::{Node, NodeValue, Problems};

/// One of the five startup gates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gate {
    /// The KPI tree is bound to the goal and approved.
    Strategy,
    /// The guardrails are written down and accepted by everyone.
    Compliance,
    /// The throughput is feasible for enough weeks.
    Capacity,
    /// The dashboard is stable and its numbers reconcile.
    Data,
    /// The priority queries have owners.
    Ownership,
}

impl Gate {
    /// All five, in the order in which they are shown.
    pub const ALL: [Self; 5] = [Self::Strategy, Self::Compliance, Self::Capacity, Self::Data, Self::Ownership];

    /// The key in `gates.json`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Strategy => "strategy_gate",
            Self::Compliance => "compliance_gate",
            Self::Capacity => "capacity_gate",
            Self::Data => "data_gate",
            Self::Ownership => "ownership_gate",
        }
    }

    /// The role that answers for the gate.
    #[must_use]
    pub fn owner(self) -> &'static str {
        match self {
            Self::Capacity => "Content Lead",
            Self::Data => "Growth Analyst",
            Self::Strategy | Self::Compliance | Self::Ownership => "SEO Lead",
        }
    }

    /// The pass condition, as the contract writes it.
    #[must_use]
    pub fn condition(self) -> &'static str {
        match self {
            Self::Strategy => "kpi_tree_bound && approved",
            Self::Compliance => "documented && accepted_by_all",
            Self::Capacity => "rolling_weeks_feasible >= 8",
            Self::Data => "dashboard_stable && reconcilable",
            Self::Ownership => "priority_query_coverage >= 0.85",
        }
    }

    /// The fields of the gate, in file order.
    pub fn fields(self) -> impl Iterator<Item = GateField> {
        GateField::ALL.into_iter().filter(move |field| field.gate() == self)
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.key())
    }
}

impl FromStr for Gate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|gate| gate.key() == text).ok_or_else(|| {
            let keys = Self::ALL.map(Self::key).join(", ");
            format!("unknown gate `{text}`, expected one of {keys}")
        })
    }
}

/// One field of one gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateField {
    /// The KPI tree is bound to the business goal.
    KpiTreeBound,
    /// The strategy is approved.
    Approved,
    /// The guardrails are documented.
    Documented,
    /// Everyone concerned has accepted them.
    AcceptedByAll,
    /// For how many rolling weeks the planned throughput is feasible.
    RollingWeeksFeasible,
    /// The dashboard refreshes reliably.
    DashboardStable,
    /// Its numbers reconcile with their sources.
    Reconcilable,
    /// The share of priority queries that have an owner, 0 to 1.
    PriorityQueryCoverage,
}

/// What kind of value a gate field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// `true` or `false`
    Flag,
    /// A number of weeks, from 0.
    Weeks,
    /// A share, from 0 to 1.
    Share,
}

impl GateField {
    /// All eight, in file order.
    pub const ALL: [Self; 8] = [
        Self::KpiTreeBound,
        Self::Approved,
        Self::Documented,
        Self::AcceptedByAll,
        Self::RollingWeeksFeasible,
        Self::DashboardStable,
        Self::Reconcilable,
        Self::PriorityQueryCoverage,
    ];

    /// The gate it belongs to.
    #[must_use]
    pub fn gate(self) -> Gate {
        match self {
            Self::KpiTreeBound | Self::Approved => Gate::Strategy,
            Self::Documented | Self::AcceptedByAll => Gate::Compliance,
            Self::RollingWeeksFeasible => Gate::Capacity,
            Self::DashboardStable | Self::Reconcilable => Gate::Data,
            Self::PriorityQueryCoverage => Gate::Ownership,
        }
    }

    /// The key in the gate's object.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::KpiTreeBound => "kpi_tree_bound",
            Self::Approved => "approved",
            Self::Documented => "documented",
            Self::AcceptedByAll => "accepted_by_all",
            Self::RollingWeeksFeasible => "rolling_weeks_feasible",
            Self::DashboardStable => "dashboard_stable",
            Self::Reconcilable => "reconcilable",
            Self::PriorityQueryCoverage => "priority_query_coverage",
        }
    }

    /// The kind of value it takes.
    #[must_use]
    pub fn kind(self) -> FieldKind {
        match self {
            Self::RollingWeeksFeasible => FieldKind::Weeks,
            Self::PriorityQueryCoverage => FieldKind::Share,
            _ => FieldKind::Flag,
        }
    }

    /// Reads a value for this field as it is typed on a command line.
    ///
    /// # Errors
    /// Says what was expected when the text is not a value of the field's kind.
    pub fn parse_value(self, text: &str) -> Result<FieldValue, String> {
        let value = match self.kind() {
            FieldKind::Flag => text.parse().ok().map(FieldValue::Flag),
            FieldKind::Weeks | FieldKind::Share => {
                serde_json::from_str::<Number>(text).ok().and_then(|number| self.number(number))
            }
        };
        value.ok_or_else(|| format!("`{self}` takes {}, not `{text}`", self.expected()))
    }

    fn number(self, number: Number) -> Option<FieldValue> {
        let value = number.as_f64()?;
        let fits = match self.kind() {
            FieldKind::Flag => false,
            FieldKind::Weeks => value.is_finite() && value >= 0.0,
            FieldKind::Share => (0.0..=1.0).contains(&value),
        };
        fits.then_some(FieldValue::Number(number))
    }

    fn expected(self) -> &'static str {
        match self.kind() {
            FieldKind::Flag => "true or false",
            FieldKind::Weeks => "a number of weeks from 0",
            FieldKind::Share => "a share from 0 to 1",
        }
    }

    /// Reads the value of this field from a file.
    pub(super) fn read(self, node: &Node<'_>, problems: &mut Problems<'_>) -> Option<FieldValue> {
        let value = match &node.value {
            NodeValue::Bool(flag) if self.kind() == FieldKind::Flag => Some(FieldValue::Flag(*flag)),
            NodeValue::Number(number) => self.number(number.clone()),
            _ => None,
        };
        if value.is_none() {
            problems.add(node.start, format!("expected {}, found {}", self.expected(), node.describe()));
        }
        value
    }
}

impl fmt::Display for GateField {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.gate(), self.key())
    }
}

impl FromStr for GateField {
    type Err = String;

    /// Parses `<gate>.<field>`.
    fn from_str(text: &str) -> Result<Self, String> {
        let Some((gate, field)) = text.split_once('.') else {
            let known = |field: &Self| text.parse::<Gate>().is_ok_and(|gate| gate == field.gate());
            let fields: Vec<_> = Self::ALL.iter().filter(|field| known(field)).map(ToString::to_string).collect();
            return Err(match fields.as_slice() {
                [] => format!("expected <gate>.<field>, found `{text}`"),
                fields => format!("expected a field of `{text}`, one of {}", fields.join(", ")),
            });
        };
        let gate: Gate = gate.parse()?;
        gate.fields().find(|known| known.key() == field).ok_or_else(|| {
            let keys: Vec<_> = gate.fields().map(Self::key).collect();
            format!("unknown field `{field}` of {gate}, expected one of {}", keys.join(", "))
        })
    }
}

/// The value of a gate field. Numbers keep the notation of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// A flag.
    Flag(bool),
    /// Weeks or a share.
    Number(Number),
}

impl fmt::Display for FieldValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Number(number) => write!(formatter, "{number}"),
        }
    }
}

impl Serialize for FieldValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Flag(flag) => serializer.serialize_bool(*flag),
            Self::Number(number) => number.serialize(serializer),
        }
    }
}
