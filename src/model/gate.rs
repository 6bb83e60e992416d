//! The five startup gates: their fields, their evidence, their file (contract, section 4).
//!
//! Whether a gate passes is not said here; that is [`crate::rules::gates`].

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use super::codec::{Extra, Fields, FromNode, Node, NodeValue, NonBlank, Problems};
use super::time::Timestamp;

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

    fn read(self, node: &Node<'_>, problems: &mut Problems<'_>) -> Option<FieldValue> {
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
            return Err(format!("expected <gate>.<field>, found `{text}`"));
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

/// What shows that a gate's values are true.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Evidence {
    /// A URL, or a path from the repository root.
    #[serde(rename = "ref")]
    pub reference: String,
    /// For a path: the blob it named when the evidence was recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blob: Option<String>,
    /// What it shows, in the recorder's words; may be empty.
    pub note: String,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Evidence {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let reference = fields.required::<NonBlank>("ref", problems);
        let blob = fields.optional("blob", problems);
        let note = fields.optional("note", problems);
        let by = fields.required("by", problems);
        let at = fields.required("at", problems);
        Some(Self {
            reference: reference?.0,
            blob: blob?,
            note: note?.unwrap_or_default(),
            by: by?,
            at: at?,
            extra: fields.rest(),
        })
    }
}

/// The content of `state/gates.json`.
#[derive(Debug, Clone)]
pub struct Gates {
    values: BTreeMap<GateField, FieldValue>,
    evidence: BTreeMap<Gate, Vec<Evidence>>,
    gate_extra: BTreeMap<Gate, Extra>,
    extra: Extra,
    /// Where each gate stood in the file it was read from; no part of what the file says.
    lines: BTreeMap<Gate, usize>,
}

impl PartialEq for Gates {
    fn eq(&self, other: &Self) -> bool {
        self.values == other.values
            && self.evidence == other.evidence
            && self.gate_extra == other.gate_extra
            && self.extra == other.extra
    }
}

impl Gates {
    /// The value of a field.
    #[must_use]
    pub fn value(&self, field: GateField) -> &FieldValue {
        self.values.get(&field).expect("reading fills in all eight fields")
    }

    /// Whether a flag is set; `false` for a field that is a number.
    #[must_use]
    pub fn flag(&self, field: GateField) -> bool {
        *self.value(field) == FieldValue::Flag(true)
    }

    /// The number of a field; 0 for a field that is a flag.
    #[must_use]
    pub fn number(&self, field: GateField) -> f64 {
        match self.value(field) {
            FieldValue::Number(number) => number.as_f64().unwrap_or_default(),
            FieldValue::Flag(_) => 0.0,
        }
    }

    /// The line of a gate in the file it was read from, from 1; `None` when it was made in memory.
    #[must_use]
    pub fn line(&self, gate: Gate) -> Option<usize> {
        self.lines.get(&gate).copied()
    }

    /// The evidence recorded for a gate, oldest first.
    #[must_use]
    pub fn evidence(&self, gate: Gate) -> &[Evidence] {
        self.evidence.get(&gate).map(Vec::as_slice).unwrap_or_default()
    }

    /// Sets a field to a value that [`GateField::parse_value`] gave.
    pub fn set(&mut self, field: GateField, value: FieldValue) {
        self.values.insert(field, value);
    }

    /// Adds evidence to a gate.
    pub fn add_evidence(&mut self, gate: Gate, evidence: Evidence) {
        self.evidence.entry(gate).or_default().push(evidence);
    }
}

impl FromNode for Gates {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let mut gates = Self {
            values: BTreeMap::new(),
            evidence: BTreeMap::new(),
            gate_extra: BTreeMap::new(),
            extra: Extra::new(),
            lines: BTreeMap::new(),
        };
        let mut sound = fields.version(problems).is_some();
        for gate in Gate::ALL {
            let Some(node) = fields.take(gate.key()) else {
                problems.add(node.start, format!("gate \"{gate}\" is missing"));
                sound = false;
                continue;
            };
            gates.lines.insert(gate, problems.line(node.start));
            sound &= gates.read_gate(gate, node, problems).is_some();
        }
        fields.retire("updated_at");
        gates.extra = fields.rest();
        sound.then_some(gates)
    }
}

impl Gates {
    fn read_gate(&mut self, gate: Gate, node: &Node<'_>, problems: &mut Problems<'_>) -> Option<()> {
        let mut fields = Fields::of(node, problems)?;
        let mut sound = true;
        for field in gate.fields() {
            let value = match fields.take(field.key()) {
                Some(node) => field.read(node, problems),
                None => {
                    problems.add(node.start, format!("field \"{}\" of {gate} is missing", field.key()));
                    None
                }
            };
            match value {
                Some(value) => self.set(field, value),
                None => sound = false,
            }
        }
        let evidence = fields.list("evidence", problems)?;
        if !evidence.is_empty() {
            self.evidence.insert(gate, evidence);
        }
        self.gate_extra.insert(gate, fields.rest());
        sound.then_some(())
    }
}

impl Serialize for Gates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for gate in Gate::ALL {
            map.serialize_entry(gate.key(), &OneGate { gates: self, gate })?;
        }
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

struct OneGate<'g> {
    gates: &'g Gates,
    gate: Gate,
}

impl Serialize for OneGate<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for field in self.gate.fields() {
            map.serialize_entry(field.key(), self.gates.value(field))?;
        }
        let evidence = self.gates.evidence(self.gate);
        if !evidence.is_empty() {
            map.serialize_entry("evidence", evidence)?;
        }
        for (key, value) in self.gates.gate_extra.get(&self.gate).into_iter().flatten() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
