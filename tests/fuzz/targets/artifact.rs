//! Any bytes as any artifact in JSON: it is one or it is not, and then it is said where.

use std::fmt::Debug;

use ohmymkt::model::board::{Board, Pool};
use ohmymkt::model::campaign::{Boulder, Execution, Finish};
use ohmymkt::model::codec::{self, FromNode};
use ohmymkt::model::cycle::CycleLog;
use ohmymkt::model::gates::Gates;
use ohmymkt::model::incident::Incident;
use ohmymkt::model::layout::{self, Place, RecordKind};
use ohmymkt::model::metric::Metrics;
use ohmymkt::model::module::Modules;
use ohmymkt::model::observation::Observation;
use ohmymkt::model::policy::Policy;
use ohmymkt::model::recommendation::Recommendation;
use ohmymkt::model::review::Review;
use serde::Serialize;
use serde_json::{Value, json};

use super::{assert_harmless, joined, parts};

/// A path, and what lies there.
pub fn target(bytes: &[u8]) {
    let mut parts = parts(bytes);
    let path = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let content = parts.collect::<Vec<_>>().join(&0);
    for sentence in ohmymkt::render::artifact::sentences(&content).unwrap_or_default() {
        assert_harmless(&sentence);
        assert!(!sentence.contains('\n'), "a sentence is one line: {sentence:?}");
    }
    match layout::place(&path) {
        Some(Place::State(path)) => match path {
            layout::POLICY => holds::<Policy>(path, &content),
            layout::BOULDER => holds::<Boulder>(path, &content),
            layout::GATES => holds::<Gates>(path, &content),
            layout::METRICS => holds::<Metrics>(path, &content),
            layout::MODULES => holds::<Modules>(path, &content),
            layout::BOARD => holds::<Board>(path, &content),
            layout::EXECUTION => holds::<Execution>(path, &content),
            layout::CYCLES => holds::<CycleLog>(path, &content),
            _ => holds::<Pool>(path, &content),
        },
        Some(Place::Record(kind, _)) => match kind {
            RecordKind::Incident => holds::<Incident>(&path, &content),
            RecordKind::Observation => holds::<Observation>(&path, &content),
            RecordKind::Review => holds::<Review>(&path, &content),
            RecordKind::Recommendation => holds::<Recommendation>(&path, &content),
            RecordKind::Finish => holds::<Finish>(&path, &content),
        },
        _ => {}
    }
}

/// Each artifact of the fixtures.
pub fn seeds() -> Vec<Vec<u8>> {
    let is_json = |path: &str| matches!(layout::place(path), Some(Place::State(_) | Place::Record(..)));
    let artifacts = crate::seeds::artifacts().into_iter().filter(|(path, _)| is_json(path));
    artifacts.map(|(path, content)| joined(&[path.as_bytes(), &content])).collect()
}

fn holds<T: FromNode + Serialize + Debug>(path: &str, content: &[u8]) {
    match codec::read::<T>(path, content) {
        Ok(value) => {
            let written = codec::write(&value);
            let again = codec::read::<T>(path, &written)
                .unwrap_or_else(|problems| panic!("it cannot be read again: {problems:?}\n{value:#?}"));
            assert_eq!(String::from_utf8_lossy(&codec::write(&again)), String::from_utf8_lossy(&written));
            keeps_unknown_fields::<T>(path, content);
        }
        Err(problems) => {
            assert!(!problems.is_empty() && problems.len() < 60, "{} problems", problems.len());
            let text = String::from_utf8_lossy(content);
            let lines: Vec<_> = text.split('\n').collect();
            for problem in problems {
                assert_eq!(problem.path, path);
                assert!(problem.message.len() < 2_000, "a long message: {}", problem.message.len());
                if problem.line == 0 {
                    continue;
                }
                let line = lines.get(problem.line - 1).unwrap_or_else(|| panic!("behind the text: {problem:?}"));
                assert!((1..=line.chars().count() + 1).contains(&problem.column), "behind the line: {problem:?}");
            }
        }
    }
}

/// A field that no version knows is written where it was read, in every object that takes one.
fn keeps_unknown_fields<T: FromNode + Serialize>(path: &str, content: &[u8]) {
    let whole: Value = serde_json::from_slice(content).expect("it was read");
    let mut places = Vec::new();
    objects(&whole, "", &mut places);
    for place in places {
        let mut with = whole.clone();
        let unknown = json!({ "kept": [1, null, "\u{0}", 1.5e300] });
        let Some(Value::Object(fields)) = with.pointer_mut(&place) else { panic!("{place} is an object") };
        fields.insert("of a later version".to_owned(), unknown.clone());
        let Ok(value) = codec::read::<T>(path, with.to_string().as_bytes()) else { continue };
        let written: Value = serde_json::from_slice(&codec::write(&value)).expect("it is JSON");
        let kept = written.pointer(&format!("{place}/of a later version"));
        assert_eq!(kept, Some(&unknown), "at {place:?} of {written:#}");
    }
}

/// The places of a few objects.
fn objects(value: &Value, at: &str, places: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => {
            places.push(at.to_owned());
            for (key, value) in fields.iter().take(8) {
                objects(value, &format!("{at}/{}", escaped(key)), places);
            }
        }
        Value::Array(items) => {
            let ends = items.iter().enumerate().filter(|(nth, _)| *nth == 0 || nth + 1 == items.len());
            ends.for_each(|(nth, value)| objects(value, &format!("{at}/{nth}"), places));
        }
        _ => {}
    }
}
