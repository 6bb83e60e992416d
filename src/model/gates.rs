//! `gates.json`: the values of the gates and the evidence for them (contract, sections 3 and 4).

use std::collections::BTreeMap;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::codec::{Extra, Fields, FromNode, Node, NonBlank, Problems};
use super::gate::{FieldValue, Gate, GateField};
use super::time::Timestamp;

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

impl Evidence {
    /// Whether anybody can look at it: a URL, or a path in the repository with the blob that it
    /// named.
    #[must_use]
    pub fn can_be_looked_at(&self) -> bool {
        let is_id = |blob: &str| matches!(blob.len(), 40 | 64) && blob.bytes().all(|byte| byte.is_ascii_hexdigit());
        let is_inside = !self.reference.starts_with('/') && !self.reference.split('/').any(|part| part == "..");
        is_url(&self.reference) || (is_inside && self.blob.as_deref().is_some_and(is_id))
    }
}

/// Whether a reference is a URL that a browser opens, and no path.
#[must_use]
pub fn is_url(reference: &str) -> bool {
    let after = |scheme: &str| {
        let begins = reference.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
        begins && reference.len() > scheme.len()
    };
    after("https://") || after("http://")
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
