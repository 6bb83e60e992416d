//! Observations: what a source said of a signal, kept for ever (contract, section 3).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, NodeValue, NonBlank, Problems};
use super::id::ObservationId;
use super::metric::{Signal, Trend};
use super::time::Timestamp;

/// One statement about one signal: by a source, or, with `resolves`, by a person who
/// settles a conflict. Never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Observation {
    /// Its id, also its file name.
    pub id: ObservationId,
    /// The signal it speaks of.
    #[serde(rename = "metric")]
    pub signal: Signal,
    /// What it says.
    pub trend: Trend,
    /// The measured value behind the trend: a number or a text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
    /// Where it comes from, such as `search-console`; empty in a resolution.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// The observations that this resolution settles; empty for an observation.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolves: Vec<ObservationId>,
    /// Why the conflict was settled so; only in a resolution.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When the source observed it.
    pub observed_at: Timestamp,
    /// When it was recorded here.
    pub recorded_at: Timestamp,
    /// Who recorded it.
    pub recorded_by: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Observation {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let id = fields.required("id", problems);
        let signal = fields.required("metric", problems);
        let trend = fields.required::<Trend>("trend", problems);
        let value = read_value(&mut fields, problems);
        let resolves = fields.list::<ObservationId>("resolves", problems);
        let settles = resolves.as_ref().is_some_and(|ids| !ids.is_empty());
        let (source, reason) = if settles {
            let reason = fields.required::<NonBlank>("reason", problems);
            (fields.optional("source", problems).map(Option::unwrap_or_default), reason.map(|text| Some(text.0)))
        } else {
            let source = fields.required::<NonBlank>("source", problems);
            (source.map(|text| text.0), fields.optional("reason", problems))
        };
        let recorded_at = fields.required::<Timestamp>("recorded_at", problems);
        let observed_at = fields.optional("observed_at", problems);
        let recorded_by = fields.required("recorded_by", problems);
        if trend == Some(Trend::Conflict) {
            problems.add(node.start, "an observation says up, flat or down, found conflict");
            return None;
        }
        version?;
        Some(Self {
            id: id?,
            signal: signal?,
            trend: trend?,
            value: value?,
            source: source?,
            resolves: resolves?,
            reason: reason?,
            observed_at: observed_at?.or(recorded_at)?,
            recorded_at: recorded_at?,
            recorded_by: recorded_by?,
            extra: fields.rest(),
        })
    }
}

fn read_value(fields: &mut Fields<'_, '_>, problems: &mut Problems<'_>) -> Option<Option<serde_json::Value>> {
    match fields.take("value") {
        None => Some(None),
        Some(node) => match node.value {
            NodeValue::Number(_) | NodeValue::String(_) => Some(Some(node.to_json())),
            NodeValue::Null => Some(None),
            _ => {
                problems.add(node.start, format!("expected a number or a string, found {}", node.describe()));
                None
            }
        },
    }
}

/// What the observations of one signal say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The trend that follows from them.
    pub trend: Trend,
    /// The statements it follows from: the newest of each source, or one resolution.
    pub from: Vec<ObservationId>,
}

/// Folds the observations of one signal; `None` when there is none.
///
/// The newest observation of each source counts, unless a resolution settled it. When
/// two sources disagree the trend is a conflict; when none is left, the newest
/// resolution speaks. The order of the files plays no part.
#[must_use]
pub fn standing<'o>(observations: impl IntoIterator<Item = &'o Observation>, signal: Signal) -> Option<Standing> {
    let of_signal: Vec<_> = observations.into_iter().filter(|seen| seen.signal == signal).collect();
    let settled: BTreeSet<_> = of_signal.iter().flat_map(|seen| &seen.resolves).collect();
    let mut newest: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for seen in of_signal.iter().filter(|seen| seen.resolves.is_empty()) {
        let kept = newest.entry(&seen.source).or_default();
        let age = |seen: &Observation| (seen.observed_at, seen.recorded_at);
        match kept.first().map(|first| age(seen).cmp(&age(first))) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => kept.push(seen),
            Some(std::cmp::Ordering::Greater) | None => *kept = vec![seen],
        }
    }
    let live: Vec<_> = newest.into_values().flatten().filter(|seen| !settled.contains(&seen.id)).collect();
    if let Some(first) = live.first() {
        let agreed = live.iter().all(|seen| seen.trend == first.trend);
        let trend = if agreed { first.trend } else { Trend::Conflict };
        return Some(Standing { trend, from: live.into_iter().map(|seen| seen.id.clone()).collect() });
    }
    let resolutions = of_signal.into_iter().filter(|seen| !seen.resolves.is_empty());
    let last = resolutions.max_by_key(|seen| (seen.recorded_at, &seen.id))?;
    Some(Standing { trend: last.trend, from: vec![last.id.clone()] })
}
