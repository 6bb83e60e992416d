//! How the decision of a cycle came about: the rule, the window and the inputs.

use std::collections::BTreeMap;
use std::fmt;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::codec::{Extra, Fields, FromNode, Node, NodeValue, Problems};
use super::gate::Gate;
use super::id::IncidentId;
use super::incident::{Incident, Severity};
use super::metric::{Signal, Trend};
use super::time::Timestamp;
use super::word::words;

/// The rule of the contract (section 5) that gave a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecisionRule {
    /// 1. A P0 in the window.
    P0InWindow,
    /// 2. Visibility up and quality not up.
    VisibilityWithoutQuality,
    /// 3. Both up.
    BothTracksUp,
    /// 4. Everything else.
    Otherwise,
}

words!(
    DecisionRule, "decision rule",
    P0InWindow => "p0-in-window",
    VisibilityWithoutQuality => "visibility-without-quality",
    BothTracksUp => "both-tracks-up",
    Otherwise => "otherwise"
);

/// Whether a gate passed when the cycle ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GateOutcome {
    /// It passed.
    Pass,
    /// It did not.
    Fail,
}

words!(GateOutcome, "gate outcome", Pass => "pass", Fail => "fail");

/// The observation window of a cycle; both ends count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Its start.
    pub from: Timestamp,
    /// Its end: when the cycle ran.
    pub to: Timestamp,
}

impl Window {
    /// Whether an incident counts in it: from its start on, both ends included. A P0 dated after
    /// its end counts too, because a wrong clock must not hide it.
    #[must_use]
    pub fn counts(&self, incident: &Incident) -> bool {
        let not_later = incident.created_at <= self.to || incident.severity == Severity::P0;
        self.from <= incident.created_at && not_later
    }
}

impl FromNode for Window {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let from = fields.required("from", problems);
        let to = fields.required("to", problems);
        Some(Self { from: from?, to: to? })
    }
}

/// How many incidents of each severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Counts {
    /// P0
    pub p0: u64,
    /// P1
    pub p1: u64,
    /// P2
    pub p2: u64,
}

impl Counts {
    /// Counts severities.
    pub fn of(severities: impl IntoIterator<Item = Severity>) -> Self {
        let mut counts = Self::default();
        for severity in severities {
            match severity {
                Severity::P0 => counts.p0 += 1,
                Severity::P1 => counts.p1 += 1,
                Severity::P2 => counts.p2 += 1,
            }
        }
        counts
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "p0={} p1={} p2={}", self.p0, self.p1, self.p2)
    }
}

impl FromNode for Counts {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let p0 = fields.required("p0", problems);
        let p1 = fields.required("p1", problems);
        let p2 = fields.required("p2", problems);
        Some(Self { p0: p0?, p1: p1?, p2: p2? })
    }
}

/// Everything a decision was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inputs {
    /// The gates; shown, never deciding.
    #[serde(serialize_with = "gates_by_key")]
    pub gates: BTreeMap<Gate, GateOutcome>,
    /// The four trends.
    pub trends: BTreeMap<Signal, Trend>,
    /// The incidents in the window.
    pub incidents: Counts,
    /// Their ids, sorted.
    pub incident_ids: Vec<IncidentId>,
}

fn gates_by_key<S: serde::Serializer>(gates: &BTreeMap<Gate, GateOutcome>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(gates.iter().map(|(gate, outcome)| (gate.key(), outcome)))
}

impl FromNode for Inputs {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let gates = keyed(&mut fields, "gates", Gate::ALL.map(|gate| (gate.key().to_owned(), gate)), problems);
        let trends = keyed(&mut fields, "trends", Signal::ALL.map(|signal| (signal.to_string(), signal)), problems);
        let incidents = fields.required("incidents", problems);
        let incident_ids = fields.list("incident_ids", problems);
        Some(Self { gates: gates?, trends: trends?, incidents: incidents?, incident_ids: incident_ids? })
    }
}

fn keyed<K: Ord, T: FromNode>(
    fields: &mut Fields<'_, '_>,
    name: &str,
    keys: impl IntoIterator<Item = (String, K)>,
    problems: &mut Problems<'_>,
) -> Option<BTreeMap<K, T>> {
    let node = fields.take(name);
    let mut inner = match node {
        Some(node) => Fields::of(node, problems)?,
        None => {
            fields.required::<String>(name, problems)?;
            return None;
        }
    };
    let mut map = BTreeMap::new();
    let mut sound = true;
    for (name, key) in keys {
        match inner.required(&name, problems) {
            Some(value) => drop(map.insert(key, value)),
            None => sound = false,
        }
    }
    sound.then_some(map)
}

/// How a decision came about: enough to derive it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derivation {
    /// The rule that fired.
    pub rule: DecisionRule,
    /// The observation window.
    pub window: Window,
    /// What it was made from.
    pub inputs: Inputs,
    /// What is to be done now, first things first.
    pub actions: Vec<String>,
    /// What window and inputs hold besides: fields this version does not know.
    pub beyond: Beyond,
}

/// The fields in window and inputs that this version does not know. They decide nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beyond {
    window: Extra,
    inputs: Extra,
    gates: Extra,
    trends: Extra,
    incidents: Extra,
}

impl Beyond {
    fn of(window: Option<&Node<'_>>, inputs: Option<&Node<'_>>) -> Self {
        let inner = |name: &str| match &inputs?.value {
            NodeValue::Object(entries) => entries.iter().find(|(key, _)| key == name).map(|(_, node)| node),
            _ => None,
        };
        let signals = Signal::ALL.map(|signal| signal.to_string());
        Self {
            window: Fields::unknown(window, &["from", "to"]),
            inputs: Fields::unknown(inputs, &["gates", "trends", "incidents", "incident_ids"]),
            gates: Fields::unknown(inner("gates"), &Gate::ALL.map(Gate::key)),
            trends: Fields::unknown(inner("trends"), &signals.each_ref().map(String::as_str)),
            incidents: Fields::unknown(inner("incidents"), &["p0", "p1", "p2"]),
        }
    }
}

impl Derivation {
    /// Takes it out of the fields of a cycle.
    pub(super) fn take(fields: &mut Fields<'_, '_>, problems: &mut Problems<'_>) -> Option<Self> {
        let beyond = Beyond::of(fields.node("window"), fields.node("inputs"));
        let rule = fields.required("rule", problems);
        let window = fields.required("window", problems);
        let inputs = fields.required("inputs", problems);
        let actions = fields.list("actions", problems);
        Some(Self { rule: rule?, window: window?, inputs: inputs?, actions: actions?, beyond })
    }
}

/// Known fields and, behind them, the others.
#[derive(Serialize)]
struct With<'d, T> {
    #[serde(flatten)]
    known: &'d T,
    #[serde(flatten)]
    others: &'d Extra,
}

/// As [`With`], of a map.
struct Keyed<'d, T> {
    known: Vec<(String, &'d T)>,
    others: &'d Extra,
}

impl<T: Serialize> Serialize for Keyed<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.known.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        self.others.iter().try_for_each(|(key, value)| map.serialize_entry(key, value))?;
        map.end()
    }
}

#[derive(Serialize)]
struct WholeInputs<'d> {
    gates: Keyed<'d, GateOutcome>,
    trends: Keyed<'d, Trend>,
    incidents: With<'d, Counts>,
    incident_ids: &'d [IncidentId],
    #[serde(flatten)]
    others: &'d Extra,
}

impl<'d> WholeInputs<'d> {
    fn of(inputs: &'d Inputs, beyond: &'d Beyond) -> Self {
        let Inputs { gates, trends, incidents, incident_ids } = inputs;
        let gates = gates.iter().map(|(gate, outcome)| (gate.key().to_owned(), outcome)).collect();
        let trends = trends.iter().map(|(signal, trend)| (signal.to_string(), trend)).collect();
        Self {
            gates: Keyed { known: gates, others: &beyond.gates },
            trends: Keyed { known: trends, others: &beyond.trends },
            incidents: With { known: incidents, others: &beyond.incidents },
            incident_ids,
            others: &beyond.inputs,
        }
    }
}

impl Serialize for Derivation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { rule, window, inputs, actions, beyond } = self;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rule", rule)?;
        map.serialize_entry("window", &With { known: window, others: &beyond.window })?;
        map.serialize_entry("inputs", &WholeInputs::of(inputs, beyond))?;
        map.serialize_entry("actions", actions)?;
        map.end()
    }
}
