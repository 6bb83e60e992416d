//! Observations: what a source said of a signal, kept for ever (contract, section 3).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, NodeValue, NonBlank, Problems};
use super::id::ObservationId;
use super::metric::{Metrics, Signal, Trend};
use super::sorted::SortedMap;
use super::template;
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

impl Observation {
    /// Who says it: the source, or a resolution.
    #[must_use]
    pub fn speaker(&self) -> &str {
        if self.resolves.is_empty() { &self.source } else { "a resolution" }
    }
}

/// All observations, by id.
type Observations = SortedMap<ObservationId, Arc<Observation>>;

/// What the observations of one signal say together.
#[derive(Debug, Clone, PartialEq)]
pub struct Standing {
    /// The trend that follows from them.
    pub trend: Trend,
    /// The statements it follows from: for each source its newest, or the resolution that
    /// settled that one.
    pub from: Vec<ObservationId>,
}

/// Folds the observations of one signal; `None` when there is none.
///
/// The newest observation of each source counts. One that a resolution settled says what the
/// resolution says, until its source speaks again; a resolution can be settled in turn. When
/// two of them disagree the trend is a conflict. The order of the files plays no part.
#[must_use]
pub fn standing<'o>(observations: impl IntoIterator<Item = &'o Observation>, signal: Signal) -> Option<Standing> {
    let of_signal: Vec<_> = observations.into_iter().filter(|seen| seen.signal == signal).collect();
    let (said, resolutions): (Vec<_>, Vec<_>) = of_signal.into_iter().partition(|seen| seen.resolves.is_empty());
    let settled = Settled::by(&resolutions);
    let mut from: Vec<&Observation> = Vec::new();
    for seen in newest(&said) {
        let speaks = settled.last_word(seen);
        if !from.iter().any(|known| known.id == speaks.id) {
            from.push(speaks);
        }
    }
    if from.is_empty() {
        from.extend(resolutions.into_iter().max_by_key(|seen| (seen.recorded_at, &seen.id)));
    }
    let first = from.first()?.trend;
    let agreed = from.iter().all(|seen| seen.trend == first);
    let trend = if agreed { first } else { Trend::Conflict };
    Some(Standing { trend, from: from.into_iter().map(|seen| seen.id.clone()).collect() })
}

/// The newest statement of each source, by the source's name; several where one source says
/// several things at one time.
fn newest<'o>(said: &[&'o Observation]) -> Vec<&'o Observation> {
    let mut newest: BTreeMap<&str, Vec<&Observation>> = BTreeMap::new();
    for seen in said {
        let kept = newest.entry(&seen.source).or_default();
        let age = |seen: &Observation| (seen.observed_at, seen.recorded_at);
        match kept.first().map(|first| age(seen).cmp(&age(first))) {
            Some(std::cmp::Ordering::Less) => {}
            Some(std::cmp::Ordering::Equal) => kept.push(seen),
            Some(std::cmp::Ordering::Greater) | None => *kept = vec![seen],
        }
    }
    newest.into_values().flatten().collect()
}

/// Which resolution settled what: the newest, where several did.
struct Settled<'o>(BTreeMap<&'o ObservationId, &'o Observation>);

impl<'o> Settled<'o> {
    fn by(resolutions: &[&'o Observation]) -> Self {
        let mut settled: BTreeMap<&ObservationId, &Observation> = BTreeMap::new();
        for resolution in resolutions {
            for id in &resolution.resolves {
                let last = settled.entry(id).or_insert(resolution);
                *last = std::cmp::max_by_key(*last, *resolution, |one| (one.recorded_at, &one.id));
            }
        }
        Self(settled)
    }

    /// The statement itself, or the resolution that speaks in its place.
    fn last_word(&self, seen: &'o Observation) -> &'o Observation {
        let (mut last, mut passed) = (seen, BTreeSet::from([&seen.id]));
        while let Some(next) = self.0.get(&last.id).filter(|next| passed.insert(&next.id)) {
            last = next;
        }
        last
    }
}

/// The trends that these observations give; flat is what nobody observed.
#[must_use]
pub fn metrics(observations: &Observations) -> Metrics {
    let mut metrics = template::metrics();
    for signal in Signal::ALL {
        if let Some(standing) = standing(observations.values().map(AsRef::as_ref), signal) {
            metrics.set(signal, standing.trend);
        }
    }
    metrics
}

/// When a statement of this source about this signal counts as observed and as recorded: later
/// than the one that it follows. `observed_at` is the time that was said, where one was.
#[must_use]
pub fn times(
    all: &Observations,
    (signal, source): (Signal, &str),
    observed_at: Option<Timestamp>,
    now: Timestamp,
) -> (Timestamp, Timestamp) {
    let earlier = all.values().filter(|seen| seen.signal == signal && seen.source == source);
    match observed_at {
        None => {
            let at = now.following(earlier.map(|seen| seen.observed_at.max(seen.recorded_at)).max());
            (at, at)
        }
        Some(at) => {
            let beside = earlier.filter(|seen| seen.observed_at == at);
            (at, now.following(beside.map(|seen| seen.recorded_at).max()))
        }
    }
}
