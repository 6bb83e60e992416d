//! Standing: what the observations of a signal say together.

use std::collections::BTreeSet;

use ohmymkt::model::metric::{Signal, Trend};
use ohmymkt::model::observation::{Observation, standing};
use ohmymkt::model::time::Timestamp;
use proptest::prelude::*;

const SIGNAL: Signal = Signal::HighIntentSession;

/// What is drawn for one observation: trend, source, hours of observing and recording, and
/// how many of the earlier ones a resolution settles (none: it is an observation).
type Drawn = (usize, usize, i64, i64, usize);

fn observations(drawn: &[Drawn]) -> Vec<Observation> {
    let mut all: Vec<Observation> = Vec::new();
    for (at, (trend, source, observed, recorded, settles)) in drawn.iter().enumerate() {
        let time = |hour: i64| Timestamp::from_seconds(1_790_000_000 + hour * 3600).expect("it is in range");
        let resolves: Vec<_> = all.iter().rev().take(*settles).map(|seen| seen.id.clone()).collect();
        all.push(Observation {
            id: format!("obs-{at:04}").parse().expect("it is a valid id"),
            signal: SIGNAL,
            trend: Trend::OBSERVABLE[*trend],
            value: None,
            source: if resolves.is_empty() { format!("source-{source}") } else { String::new() },
            reason: (!resolves.is_empty()).then(|| "settled".to_owned()),
            resolves,
            observed_at: time(*observed),
            recorded_at: time(observed + recorded),
            recorded_by: "Tomas Keller".to_owned(),
            extra: serde_json::Map::new(),
        });
    }
    all
}

fn drawn() -> impl Strategy<Value = Vec<Drawn>> {
    let settles = prop_oneof![4 => Just(0_usize), 1 => 1..4_usize];
    prop::collection::vec((0..3_usize, 0..3_usize, 0..40_i64, 0..9_i64, settles), 0..9)
}

proptest! {
    #[test]
    fn row_150_standing_does_not_depend_on_the_order(drawn in drawn(), seed in any::<u64>()) {
        let all = observations(&drawn);
        let mut mixed: Vec<_> = all.iter().collect();
        mixed.sort_by_key(|seen| {
            seen.id.as_str().bytes().fold(seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
        });
        let (one, other) = (standing(&all, SIGNAL), standing(mixed, SIGNAL));
        let ids = |standing: &Option<ohmymkt::model::observation::Standing>| {
            standing.as_ref().map(|standing| (standing.trend, standing.from.iter().cloned().collect::<BTreeSet<_>>()))
        };
        prop_assert_eq!(ids(&one), ids(&other));
    }

    #[test]
    fn row_150_standing_is_idempotent(drawn in drawn()) {
        let all = observations(&drawn);
        let once = standing(&all, SIGNAL);
        let twice = standing(all.iter().chain(&all), SIGNAL);
        prop_assert_eq!(once.as_ref().map(|standing| standing.trend), twice.map(|standing| standing.trend));
        prop_assert_eq!(once.is_none(), all.is_empty());
        prop_assert!(standing(&all, Signal::ConversionAssist).is_none());
    }

    #[test]
    fn row_150_a_trend_is_a_conflict_only_when_two_live_statements_differ(drawn in drawn()) {
        let all = observations(&drawn);
        let Some(standing) = standing(&all, SIGNAL) else { return Ok(()) };
        let live = all.iter().filter(|seen| standing.from.contains(&seen.id));
        let trends: BTreeSet<_> = live.map(|seen| seen.trend).collect();
        match standing.trend {
            Trend::Conflict => prop_assert!(trends.len() > 1),
            trend => prop_assert_eq!(trends.into_iter().collect::<Vec<_>>(), [trend]),
        }
    }
}
