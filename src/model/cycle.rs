//! Cycles: cadences, decisions and the append-only decision log (contract, sections 3 and 5).

use serde::Serialize;

use super::cadence::Cadence;
use super::codec::{Extra, Fields, FromNode, Node, Problems};
use super::id::CycleId;
use super::layout;
use super::time::Timestamp;
use super::word::words;

pub use super::derivation::{Beyond, Counts, DecisionRule, Derivation, GateOutcome, Inputs, Window};

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
        let derivation = if derived { Derivation::take(&mut fields, problems).map(Some) } else { Some(None) };
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

    /// The latest cycle of a cadence at a time. One that says it ran more than a day later was run
    /// by a wrong clock, and must not keep others from being due.
    #[must_use]
    pub fn last(&self, cadence: Cadence, now: Timestamp) -> Option<&Cycle> {
        let ran = |cycle: &&Cycle| cycle.cadence == cadence && cycle.generated_at <= now.days_after(1);
        self.cycles.iter().filter(ran).max_by_key(|cycle| cycle.generated_at)
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
