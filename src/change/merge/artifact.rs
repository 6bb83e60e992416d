//! One file under `.ohmymkt/`, merged as what it is.

use std::collections::BTreeMap;

use serde_json::Value;

use super::outcome::{Disagreement, Merged, Outcome, Three};
use super::shape::Shape;
use super::weave::{Pick, Weave};
use super::{shapes, text};
use crate::model::board::{Board, Pool};
use crate::model::campaign::{Boulder, Execution, Finish};
use crate::model::codec::{self, FromNode, Problem};
use crate::model::cycle::CycleLog;
use crate::model::gates::Gates;
use crate::model::id::ObservationId;
use crate::model::incident::Incident;
use crate::model::layout::{self, Place, RecordKind};
use crate::model::metric::{Metrics, Signal, Trend};
use crate::model::module::Modules;
use crate::model::observation::{Observation, Standing, standing};
use crate::model::policy::Policy;
use crate::model::recommendation::Recommendation;
use crate::model::review::Review;
use crate::model::snapshot::Records;
use crate::model::template;

/// What one file cannot know, because other files say it.
#[derive(Debug, Clone, Default)]
pub struct Across {
    /// What the observations of all sides say of each signal that has any, and who says it.
    pub trends: BTreeMap<Signal, (Trend, String)>,
    /// Which sides ran cycles.
    pub decided: Decided,
}

/// Which sides of a merge ran cycles since they parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Decided {
    /// At most one, as far as is known.
    #[default]
    OneSide,
    /// Both.
    BothSides,
}

impl Across {
    /// What follows from the observations of all sides.
    #[must_use]
    pub fn of(observations: &Records<ObservationId, Observation>, decided: Decided) -> Self {
        let told = Signal::ALL.into_iter().filter_map(|signal| {
            let Standing { trend, from } = standing(observations.values().map(AsRef::as_ref), signal)?;
            let said: Vec<_> = from.iter().filter_map(|id| observations.get(id)).map(|seen| sentence(seen)).collect();
            Some((signal, (trend, said.join(", "))))
        });
        Self { trends: told.collect(), decided }
    }
}

fn sentence(seen: &Observation) -> String {
    format!("{} says {} ({}, {})", seen.speaker(), seen.trend, seen.recorded_by, seen.observed_at)
}

/// Merges the three sides of the file at a path.
#[must_use]
pub fn merge(path: &str, sides: Three<&[u8]>, across: &Across) -> Merged {
    if let Some(side) = sides.trivial() {
        return Merged::of(side.map(<[u8]>::to_vec));
    }
    let place = layout::place(path);
    let (Some(ours), Some(theirs)) = (sides.ours, sides.theirs) else { return removed(path, sides) };
    if matches!(place, Some(Place::State(_) | Place::Record(..))) {
        return structured(&File { path, across }, sides, (ours, theirs));
    }
    let decode = |side| std::str::from_utf8(side).ok();
    let (Some(our_text), Some(their_text)) = (decode(ours), decode(theirs)) else {
        return torn(sides, "it is not text");
    };
    let texts = Three { base: sides.base.and_then(decode), ours: Some(our_text), theirs: Some(their_text) };
    match place {
        Some(Place::Note(..)) => Merged::of(Some(text::notes(texts).into_bytes())),
        Some(Place::Report) if sides.base.is_none() && path.ends_with(".md") => {
            Merged::of(Some(text::both_reports(our_text, their_text).into_bytes()))
        }
        Some(Place::Report) if sides.base.is_none() && path.ends_with(".html") => {
            match text::both_pages(our_text, their_text) {
                Some(page) => Merged::of(Some(page.into_bytes())),
                None => text::plain(texts),
            }
        }
        _ => text::plain(texts),
    }
}

/// One side removed the file and the other changed it. What is a record stays.
fn removed(path: &str, sides: Three<&[u8]>) -> Merged {
    let may_go = match layout::place(path) {
        Some(Place::State(path)) => [layout::BOULDER, layout::BOARD, layout::POOL].contains(&path),
        Some(Place::Record(..) | Place::Note(..) | Place::Report) => false,
        Some(Place::Plan(_) | Place::Other) | None => true,
    };
    let why = "one side changed the file and the other removed it";
    if may_go {
        return torn(sides, why);
    }
    let mut merged = Merged::of(sides.ours.or(sides.theirs).map(<[u8]>::to_vec));
    let told = Disagreement { settled: Some("kept".into()), ..whole(sides, &format!("{why}: it stays")) };
    merged.disagreements.push(told);
    merged
}

/// The file as a whole is left to a person.
fn torn(sides: Three<&[u8]>, why: &str) -> Merged {
    let [ours, theirs] = [sides.ours, sides.theirs].map(|side| side.map(<[u8]>::to_vec));
    Merged { outcome: Outcome::Torn { ours, theirs }, disagreements: vec![whole(sides, why)] }
}

fn whole(sides: Three<&[u8]>, why: &str) -> Disagreement {
    let [ours, theirs] = [sides.ours, sides.theirs].map(|side| match side {
        Some(_) => "changed".into(),
        None => "removed".into(),
    });
    Disagreement {
        field: String::new(),
        base: None,
        ours: Some(ours),
        theirs: Some(theirs),
        settled: None,
        why: why.to_owned(),
    }
}

struct File<'f> {
    path: &'f str,
    across: &'f Across,
}

fn structured(file: &File<'_>, sides: Three<&[u8]>, (ours, theirs): (&[u8], &[u8])) -> Merged {
    let (ours, theirs) = match (file.parse(ours), file.parse(theirs)) {
        (Ok(ours), Ok(theirs)) => (ours, theirs),
        (Err(problem), _) | (_, Err(problem)) => {
            return torn(sides, &format!("a side does not fit: {}: {}", problem.location(), problem.message));
        }
    };
    let base = sides.base.and_then(|base| file.parse(base).ok()).or_else(|| starter(file.path));
    let values = Three { base: base.as_ref(), ours: Some(&ours), theirs: Some(&theirs) };
    let (with_ours, disagreements) = file.weave(values, Pick::Ours);
    if disagreements.iter().any(Disagreement::needs_person) {
        let (with_theirs, _) = file.weave(values, Pick::Theirs);
        let [ours, theirs] =
            [&with_ours, &with_theirs].map(|value| Some(file.text(value).unwrap_or_else(|_| codec::write(value))));
        return Merged { outcome: Outcome::Torn { ours, theirs }, disagreements };
    }
    match file.text(&with_ours) {
        Ok(text) => Merged { outcome: Outcome::Whole(text), disagreements },
        Err(problem) => torn(sides, &format!("put together it does not fit: {}", problem.message)),
    }
}

impl File<'_> {
    fn parse(&self, bytes: &[u8]) -> Result<Value, Problem> {
        fits(self.path, bytes)?;
        let parsed: Result<Value, _> = serde_json::from_slice(bytes);
        let mut value = parsed.map_err(|error| Problem::of_file(self.path, error.to_string()))?;
        // The earlier tool wrote a time that every two branches would disagree on.
        if let (Some(Place::State(_)), Some(fields)) = (layout::place(self.path), value.as_object_mut()) {
            fields.shift_remove("updated_at");
        }
        Ok(value)
    }

    fn weave(&self, values: Three<&Value>, pick: Pick) -> (Value, Vec<Disagreement>) {
        let mut weave = Weave::new(pick);
        let merged = weave.value("", &self.shape(values), values).unwrap_or(Value::Null);
        let mut disagreements = weave.disagreements;
        let merged =
            if self.path == layout::METRICS { self.observed(merged, values, &mut disagreements) } else { merged };
        (merged, disagreements)
    }

    fn shape(&self, values: Three<&Value>) -> Shape {
        let (Some(ours), Some(theirs)) = (values.ours, values.theirs) else { return Shape::Plain };
        match layout::place(self.path) {
            Some(Place::State(layout::EXECUTION)) => {
                shapes::execution(self.across.decided == Decided::BothSides, ours, theirs)
            }
            Some(Place::State(path)) => shapes::state(path, ours, theirs),
            Some(Place::Record(kind, _)) => shapes::record(kind),
            _ => Shape::Plain,
        }
    }

    /// A trend is what its observations say, whatever the sides say.
    fn observed(&self, mut merged: Value, values: Three<&Value>, disagreements: &mut Vec<Disagreement>) -> Value {
        for (signal, (trend, said)) in &self.across.trends {
            let field = signal.to_string();
            let Some(place) = merged.get_mut(signal.track().key()).and_then(|track| track.get_mut(signal.key())) else {
                continue;
            };
            let truth = Value::from(trend.name());
            let disputed = disagreements.iter().any(|found| found.field == field);
            disagreements.retain(|found| found.field != field);
            if *place != truth || disputed {
                let say = |side: Option<&Value>| side?.get(signal.track().key())?.get(signal.key()).cloned();
                let [base, ours, theirs] = [values.base, values.ours, values.theirs].map(say);
                let (settled, why) = (Some(truth.clone()), format!("a trend is what its observations say: {said}"));
                disagreements.push(Disagreement { field, base, ours, theirs, settled, why });
                *place = truth;
            }
        }
        merged
    }

    /// The text of a merged value: canonical, unless that would lose something.
    fn text(&self, value: &Value) -> Result<Vec<u8>, Problem> {
        let text = codec::write(value);
        let canonical = fits(self.path, &text)?;
        let written: Value = serde_json::from_slice(&canonical).unwrap_or(Value::Null);
        Ok(if keeps(value, &written) { canonical } else { text })
    }
}

/// Whether everything that a value holds is there when it is written; the earlier tool's
/// forms of ids and paths may change on the way.
fn keeps(value: &Value, written: &Value) -> bool {
    match (value, written) {
        (Value::Object(fields), Value::Object(others)) => {
            fields.iter().all(|(key, field)| others.get(key).is_some_and(|other| keeps(field, other)))
        }
        (Value::Array(items), Value::Array(others)) => {
            items.len() == others.len() && items.iter().zip(others).all(|(item, other)| keeps(item, other))
        }
        _ => true,
    }
}

/// What a file that was never there began with: the starter that is seeded.
fn starter(path: &str) -> Option<Value> {
    let text = match path {
        layout::GATES => codec::write(&template::gates()),
        layout::METRICS => codec::write(&template::metrics()),
        layout::MODULES => codec::write(&template::modules()),
        layout::POLICY => codec::write(&Policy::default()),
        _ => return None,
    };
    serde_json::from_slice(&text).ok()
}

/// The canonical text of an artifact, when it fits its schema.
fn fits(path: &str, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
    fn read<T: FromNode + serde::Serialize>(path: &str, bytes: &[u8]) -> Result<Vec<u8>, Problem> {
        let first = |problems: Vec<Problem>| problems.into_iter().next();
        codec::read::<T>(path, bytes)
            .map(|value| codec::write(&value))
            .map_err(|problems| first(problems).unwrap_or_else(|| Problem::of_file(path, "does not fit")))
    }
    match layout::place(path) {
        Some(Place::State(path)) => match path {
            layout::POLICY => read::<Policy>(path, bytes),
            layout::BOULDER => read::<Boulder>(path, bytes),
            layout::GATES => read::<Gates>(path, bytes),
            layout::METRICS => read::<Metrics>(path, bytes),
            layout::MODULES => read::<Modules>(path, bytes),
            layout::BOARD => read::<Board>(path, bytes),
            layout::EXECUTION => read::<Execution>(path, bytes),
            layout::CYCLES => read::<CycleLog>(path, bytes),
            _ => read::<Pool>(path, bytes),
        },
        Some(Place::Record(RecordKind::Incident, _)) => read::<Incident>(path, bytes),
        Some(Place::Record(RecordKind::Observation, _)) => read::<Observation>(path, bytes),
        Some(Place::Record(RecordKind::Review, _)) => read::<Review>(path, bytes),
        Some(Place::Record(RecordKind::Recommendation, _)) => read::<Recommendation>(path, bytes),
        Some(Place::Record(RecordKind::Finish, _)) => read::<Finish>(path, bytes),
        _ => Ok(bytes.to_vec()),
    }
}
