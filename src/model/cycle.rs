//! Cycles: cadences, decisions and the append-only decision log (contract, sections 3 and 5).

use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use super::cadence::Cadence;
use super::codec::{Extra, Fields, FromNode, Node, Problems};
use super::gate::Gate;
use super::id::{CycleId, IncidentId};
use super::incident::Severity;
use super::layout;
use super::metric::{Signal, Trend};
use super::time::Timestamp;
use super::word::words;

/// What a cycle decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Go on and scale.
    Continue,
    /// Repair what does not progress first.
    Intervene,
    /// Undo and pause the scale modules.
    Rollback,
}

words!(Decision, "decision", Continue => "continue", Intervene => "intervene", Rollback => "rollback");

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

/// One entry of the decision log; never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cycle {
    /// Its id.
    pub id: CycleId,
    /// The cadence that was run.
    pub cadence: Cadence,
    /// What was decided.
    pub decision: Decision,
    /// Why, in words.
    pub reason: String,
    /// When.
    pub generated_at: Timestamp,
    /// What it was derived from; absent in records of the earlier tool.
    #[serde(flatten)]
    pub derivation: Option<Derivation>,
    /// Path of the report from the repository root.
    pub report_file: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// How a decision came about: enough to derive it again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derivation {
    /// The rule that fired.
    pub rule: DecisionRule,
    /// The observation window.
    pub window: Window,
    /// What it was made from.
    pub inputs: Inputs,
    /// What is to be done now, first things first.
    pub actions: Vec<String>,
}

impl FromNode for Cycle {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let id = fields.optional::<CycleId>("id", problems);
        let cadence = fields.required::<Cadence>("cadence", problems);
        let decision = fields.required("decision", problems);
        let reason = fields.required("reason", problems);
        let generated_at = fields.required::<Timestamp>("generated_at", problems);
        let report_file = fields.required::<String>("report_file", problems);
        let derived = ["rule", "window", "inputs", "actions"].iter().any(|name| fields.has(name));
        let derivation = if derived { Derivation::read(&mut fields, problems).map(Some) } else { Some(None) };
        let (cadence, generated_at) = (cadence?, generated_at?);
        let id = match id? {
            Some(id) => id,
            None => Self::id_at(cadence, generated_at),
        };
        Some(Self {
            id,
            cadence,
            decision: decision?,
            reason: reason?,
            generated_at,
            derivation: derivation?,
            report_file: layout::relative(&report_file?),
            extra: fields.rest(),
        })
    }
}

impl Cycle {
    /// The id of a cycle of this cadence at this time, before it is made unique.
    ///
    /// # Panics
    /// Never: time and cadence make a valid id.
    #[must_use]
    pub fn id_at(cadence: Cadence, at: Timestamp) -> CycleId {
        format!("cycle-{}-{cadence}", at.compact()).parse().expect("time and cadence make a valid id")
    }
}

impl Derivation {
    fn read(fields: &mut Fields<'_, '_>, problems: &mut Problems<'_>) -> Option<Self> {
        let rule = fields.required("rule", problems);
        let window = fields.required("window", problems);
        let inputs = fields.required("inputs", problems);
        let actions = fields.list("actions", problems);
        Some(Self { rule: rule?, window: window?, inputs: inputs?, actions: actions? })
    }
}

/// The content of `state/cycles.json`: the decision log, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(transparent)]
pub struct CycleLog {
    /// The cycles, in the order in which they were run.
    pub cycles: Vec<Cycle>,
}

impl CycleLog {
    /// The cycle with this id.
    #[must_use]
    pub fn cycle(&self, id: &CycleId) -> Option<&Cycle> {
        self.cycles.iter().find(|cycle| cycle.id == *id)
    }

    /// The latest cycle of a cadence.
    #[must_use]
    pub fn last(&self, cadence: Cadence) -> Option<&Cycle> {
        self.cycles.iter().filter(|cycle| cycle.cadence == cadence).max_by_key(|cycle| cycle.generated_at)
    }
}

impl FromNode for CycleLog {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let cycles = Vec::<Cycle>::from_node(node, problems)?;
        let mut seen = std::collections::BTreeSet::new();
        match cycles.iter().find(|cycle| !seen.insert(&cycle.id)) {
            Some(twice) => {
                problems.add(node.start, format!("cycle \"{}\" is in the log twice, expected each id once", twice.id));
                None
            }
            None => Some(Self { cycles }),
        }
    }
}
