//! The four trend signals of the two tracks (contract, sections 3 and 5).

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::codec::{Extra, Fields, FromNode, Node, Problems, one_of};

/// One of the two tracks that must progress together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Track {
    /// Being found: rankings, impressions, citations.
    Visibility,
    /// Being worth finding: sessions with intent, conversions.
    Quality,
}

impl Track {
    /// Both, visibility first.
    pub const ALL: [Self; 2] = [Self::Visibility, Self::Quality];

    /// The word for it, as in tasks and `execution.json`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Visibility => "visibility",
            Self::Quality => "quality",
        }
    }

    /// The key in `metrics.json`.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Visibility => "visibility_track",
            Self::Quality => "quality_track",
        }
    }

    /// The two signals of the track.
    #[must_use]
    pub fn signals(self) -> [Signal; 2] {
        match self {
            Self::Visibility => [Signal::NonBrandVisibility, Signal::QueryClusterCoverage],
            Self::Quality => [Signal::HighIntentSession, Signal::ConversionAssist],
        }
    }
}

impl fmt::Display for Track {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromNode for Track {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        one_of(node, problems, Self::ALL.map(|track| (track.name(), track)))
    }
}

/// One of the four trend signals that decisions read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Signal {
    /// Visibility for queries without the brand.
    NonBrandVisibility,
    /// How much of the planned query clusters is covered.
    QueryClusterCoverage,
    /// Sessions that arrive with high intent.
    HighIntentSession,
    /// Conversions that organic visits assisted.
    ConversionAssist,
}

impl Signal {
    /// All four, in file order.
    pub const ALL: [Self; 4] =
        [Self::NonBrandVisibility, Self::QueryClusterCoverage, Self::HighIntentSession, Self::ConversionAssist];

    /// The track it belongs to.
    #[must_use]
    pub fn track(self) -> Track {
        match self {
            Self::NonBrandVisibility | Self::QueryClusterCoverage => Track::Visibility,
            Self::HighIntentSession | Self::ConversionAssist => Track::Quality,
        }
    }

    /// The key in the track's object.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::NonBrandVisibility => "non_brand_visibility_trend",
            Self::QueryClusterCoverage => "query_cluster_coverage_trend",
            Self::HighIntentSession => "high_intent_session_trend",
            Self::ConversionAssist => "conversion_assist_trend",
        }
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}.{}", self.track().key(), self.key())
    }
}

impl FromStr for Signal {
    type Err = String;

    /// Parses `<track>.<signal>` or the signal's key alone.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|signal| signal.key() == text || signal.to_string() == text);
        found.ok_or_else(|| {
            let names = Self::ALL.map(|signal| signal.to_string()).join(", ");
            format!("unknown metric `{text}`, expected one of {names}")
        })
    }
}

impl Serialize for Signal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl FromNode for Signal {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let text = String::from_node(node, problems)?;
        text.parse().map_err(|message: String| problems.add(node.start, message)).ok()
    }
}

/// Where a signal is going.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Trend {
    /// Rising.
    Up,
    /// Neither rising nor falling.
    Flat,
    /// Falling.
    Down,
    /// Two sources disagree; not up.
    Conflict,
}

impl Trend {
    /// What a source can observe: everything but `conflict`.
    pub const OBSERVABLE: [Self; 3] = [Self::Up, Self::Flat, Self::Down];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Flat => "flat",
            Self::Down => "down",
            Self::Conflict => "conflict",
        }
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Trend {
    type Err = String;

    /// Parses a trend that a source can observe.
    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::OBSERVABLE.into_iter().find(|trend| trend.name() == text);
        found.ok_or_else(|| format!("unknown trend `{text}`, expected one of up, flat, down"))
    }
}

impl FromNode for Trend {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let all = [Self::Up, Self::Flat, Self::Down, Self::Conflict];
        one_of(node, problems, all.map(|trend| (trend.name(), trend)))
    }
}

/// The content of `state/metrics.json`: the trend of each signal.
#[derive(Debug, Clone, PartialEq)]
pub struct Metrics {
    trends: BTreeMap<Signal, Trend>,
    track_extra: BTreeMap<Track, Extra>,
    extra: Extra,
}

impl Metrics {
    /// The trend of a signal.
    #[must_use]
    pub fn trend(&self, signal: Signal) -> Trend {
        self.trends.get(&signal).copied().expect("reading fills in all four signals")
    }

    /// Sets the trend of a signal.
    pub fn set(&mut self, signal: Signal, trend: Trend) {
        self.trends.insert(signal, trend);
    }

    /// All four trends, in file order.
    #[must_use]
    pub fn trends(&self) -> &BTreeMap<Signal, Trend> {
        &self.trends
    }

    /// Keys in the two tracks that no decision reads, as `<track>.<key>`.
    pub fn unread(&self) -> impl Iterator<Item = String> + '_ {
        self.track_extra.iter().flat_map(|(track, extra)| extra.keys().map(move |key| format!("{}.{key}", track.key())))
    }
}

impl FromNode for Metrics {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let mut sound = fields.version(problems).is_some();
        let (mut trends, mut track_extra) = (BTreeMap::new(), BTreeMap::new());
        for track in Track::ALL {
            let Some(node) = fields.take(track.key()) else {
                problems.add(node.start, format!("field \"{}\" is missing", track.key()));
                sound = false;
                continue;
            };
            let Some(mut signals) = Fields::of(node, problems) else {
                sound = false;
                continue;
            };
            for signal in track.signals() {
                match signals.required(signal.key(), problems) {
                    Some(trend) => drop(trends.insert(signal, trend)),
                    None => sound = false,
                }
            }
            track_extra.insert(track, signals.rest());
        }
        fields.retire("updated_at");
        sound.then_some(Self { trends, track_extra, extra: fields.rest() })
    }
}

impl Serialize for Metrics {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for track in Track::ALL {
            map.serialize_entry(track.key(), &OneTrack { metrics: self, track })?;
        }
        for (key, value) in &self.extra {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

struct OneTrack<'m> {
    metrics: &'m Metrics,
    track: Track,
}

impl Serialize for OneTrack<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for signal in self.track.signals() {
            map.serialize_entry(signal.key(), &self.metrics.trend(signal))?;
        }
        for (key, value) in self.metrics.track_extra.get(&self.track).into_iter().flatten() {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}
