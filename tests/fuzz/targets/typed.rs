//! Words that people type: ids, times, days, names, settings.

use std::fmt::{Debug, Display};
use std::str::FromStr;

use ohmymkt::git::ObjectId;
use ohmymkt::git::foreign::date;
use ohmymkt::model::gate::{Gate, GateField};
use ohmymkt::model::id::{IncidentId, ModuleName, ObservationId, PlanName, TaskId, slug};
use ohmymkt::model::metric::{Signal, Trend};
use ohmymkt::model::plan::parse_owner;
use ohmymkt::model::time::{Day, Timestamp};

use super::assert_harmless;

/// One word.
pub fn target(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    round::<Timestamp>(&text);
    round::<Day>(&text);
    round::<PlanName>(&text);
    round::<IncidentId>(&text);
    round::<ObservationId>(&text);
    round::<ModuleName>(&text);
    round::<TaskId>(&text);
    round::<ObjectId>(&text);
    round::<Gate>(&text);
    round::<GateField>(&text);
    round::<Signal>(&text);
    round::<Trend>(&text);
    drop(parse_owner(&text));
    if let Ok(time) = text.parse::<Timestamp>() {
        let day = time.days_before(u32::MAX).days_after(u32::MAX);
        for shown in [day.day(), day.compact(), day.minute(), time.days_after(90).to_string()] {
            assert_harmless(&shown);
        }
    }
    let name = slug(&text);
    assert!(name.chars().count() <= 60 && name.parse::<PlanName>().is_ok(), "{name:?}");
    if let Some((seconds, minutes)) = date(&text) {
        assert!(seconds >= 0 && minutes.abs() < 100 * 60, "{seconds} {minutes}");
    }
}

/// What is meant, as it is written.
pub fn seeds() -> Vec<Vec<u8>> {
    let texts = [
        "2026-11-22T10:15:00Z",
        "2026-11-22T10:15:00.25Z",
        "2026-11-22 10:15:00 +0130",
        "2026-11-22",
        "@1767603600 +0100",
        "1767603600 -0700",
        "inc-20261122T101500Z-1f0c9a3e",
        "2026-11-22-non-brand-growth",
        "Größere Pläne: 東京",
        "strategy_gate.approved",
        "visibility_track.non_brand_visibility_trend",
        "conflict",
        "Growth Analyst=Ada",
        "7",
        "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    ];
    texts.map(|text| text.as_bytes().to_vec()).to_vec()
}

/// What is read is written the same way.
fn round<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    let Ok(value) = text.parse::<T>() else { return };
    let shown = value.to_string();
    assert_harmless(&shown);
    assert_eq!(shown.parse::<T>().ok(), Some(value), "{shown:?}");
}
