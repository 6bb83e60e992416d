//! The decision table, against an oracle that is written another way.

use std::sync::Arc;

use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::cycle::{Cycle, CycleLog, Decision};
use ohmymkt::model::incident::{Incident, Severity};
use ohmymkt::model::metric::{Metrics, Signal, Trend};
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::model::template;
use ohmymkt::model::time::Timestamp;
use ohmymkt::rules::decision::{Outcome, decide, follows, incidents_in};
use proptest::prelude::*;

fn time(text: &str) -> Timestamp {
    text.parse().expect("tests have real times")
}

fn now() -> Timestamp {
    time("2026-11-22T10:15:00Z")
}

fn days(cadence: Cadence) -> i64 {
    match cadence {
        Cadence::Weekly => 7,
        Cadence::Monthly => 30,
        Cadence::Quarterly => 90,
    }
}

/// So many milliseconds after a time.
fn shifted(from: Timestamp, milliseconds: i64) -> Timestamp {
    let seconds = from.seconds() + milliseconds.div_euclid(1000);
    let whole = Timestamp::from_seconds(seconds).expect("it is in range").to_string();
    time(&whole.replace('Z', &format!(".{:03}Z", milliseconds.rem_euclid(1000))))
}

/// The `nth` of the 81 combinations of three trends over four signals.
fn metrics(nth: usize) -> (Metrics, [Trend; 4]) {
    let trend = |place: u32| Trend::OBSERVABLE[nth / 3_usize.pow(place) % 3];
    let trends = [trend(0), trend(1), trend(2), trend(3)];
    let mut metrics = template::metrics();
    for (signal, trend) in Signal::ALL.into_iter().zip(trends) {
        metrics.set(signal, trend);
    }
    (metrics, trends)
}

fn incident(severity: Severity, at: Timestamp) -> Arc<Incident> {
    Arc::new(Incident {
        id: format!("inc-{severity}").parse().expect("it is a valid id"),
        severity,
        module: "scale_loop".parse().expect("it is a valid name"),
        summary: "pages fell out".to_owned(),
        created_at: at,
        postmortem: None,
        resolved_at: None,
        extra: serde_json::Map::new(),
    })
}

/// Where an incident falls, in milliseconds from the window's start or from now.
#[derive(Debug, Clone, Copy)]
enum Place {
    FromStart(i64),
    FromNow(i64),
}

fn oracle(p0: bool, trends: [Trend; 4]) -> Decision {
    let ups = trends.map(|trend| u8::from(trend == Trend::Up));
    match (p0, ups[0] + ups[1], ups[2] + ups[3]) {
        (true, ..) => Decision::Rollback,
        (false, 1.., 1..) => Decision::Continue,
        (false, ..) => Decision::Intervene,
    }
}

#[test]
fn rows_75_to_82_decision_table() {
    let places = [
        Place::FromStart(-1),
        Place::FromStart(0),
        Place::FromStart(60_000),
        Place::FromNow(-1),
        Place::FromNow(0),
        Place::FromNow(1),
    ];
    let mut severities = vec![None];
    severities.extend(Severity::ALL.map(Some));
    let mut tried = 0;
    for (cadence, nth) in Cadence::ALL.into_iter().flat_map(|cadence| (0..81).map(move |nth| (cadence, nth))) {
        let (metrics, trends) = metrics(nth);
        let start = Timestamp::from_seconds(now().seconds() - days(cadence) * 86_400).expect("it is in range");
        for (severity, place) in severities.iter().flat_map(|one| places.map(|place| (*one, place))) {
            let (at, inside) = match place {
                Place::FromStart(shift) => (shifted(start, shift), shift >= 0),
                Place::FromNow(shift) => (shifted(now(), shift), shift <= 0 || severity == Some(Severity::P0)),
            };
            let incidents = severity.map(|severity| incident(severity, at));
            let incidents = incidents.into_iter().map(|incident| (incident.id.clone(), incident)).collect();
            let snapshot = Snapshot { metrics: Some(metrics.clone()), incidents, ..Snapshot::default() };
            let Outcome { decision, derivation, .. } = decide(&snapshot, cadence, now());
            let wanted = oracle(inside && severity == Some(Severity::P0), trends);
            assert_eq!(decision, wanted, "{cadence} {trends:?} {severity:?} {place:?}");
            let seen = inside && severity.is_some();
            assert_eq!(derivation.inputs.incident_ids.len(), usize::from(seen), "{severity:?} {place:?}");
            tried += 1;
        }
    }
    assert_eq!(tried, 3 * 81 * 4 * 6);
}

#[test]
fn row_150_a_conflict_is_not_up() {
    let mut metrics = template::metrics();
    metrics.set(Signal::NonBrandVisibility, Trend::Up);
    metrics.set(Signal::HighIntentSession, Trend::Conflict);
    let snapshot = Snapshot { metrics: Some(metrics), ..Snapshot::default() };
    assert_eq!(decide(&snapshot, Cadence::Weekly, now()).decision, Decision::Intervene);
}

#[test]
fn rows_83_to_85_each_cadence_adds_its_actions() {
    for nth in [0, 80] {
        let snapshot = Snapshot { metrics: Some(metrics(nth).0), ..Snapshot::default() };
        let actions = |cadence| decide(&snapshot, cadence, now()).derivation.actions;
        let weekly = actions(Cadence::Weekly);
        let with = |more: &str| weekly.iter().cloned().chain([more.to_owned()]).collect::<Vec<_>>();
        assert_eq!(actions(Cadence::Monthly), with("rebalance the investment across query clusters"));
        assert_eq!(actions(Cadence::Quarterly), with("hold the architecture governance review"));
    }
}

fn cycle(cadence: Cadence, at: Timestamp, outcome: Outcome) -> Cycle {
    Cycle {
        id: Cycle::id_at(cadence, at),
        cadence,
        decision: outcome.decision,
        reason: outcome.reason,
        generated_at: at,
        derivation: Some(outcome.derivation),
        report_file: ".ohmymkt/reports/x.md".to_owned(),
        extra: serde_json::Map::new(),
    }
}

proptest! {
    #[test]
    fn row_13_any_input_gives_a_decision_that_follows_from_its_record(
        nth in 0..81_usize, severity in prop::option::of(0..3_usize), hours in -3000..100_i64, cadence in 0..3_usize,
    ) {
        let cadence = Cadence::ALL[cadence];
        let at = shifted(now(), hours * 3_600_000);
        let incidents = severity.map(|one| incident(Severity::ALL[one], at)).into_iter();
        let incidents = incidents.map(|incident| (incident.id.clone(), incident)).collect();
        let snapshot = Snapshot { metrics: Some(metrics(nth).0), incidents, ..Snapshot::default() };
        let outcome = decide(&snapshot, cadence, now());
        prop_assert_eq!(&outcome, &decide(&snapshot, cadence, now()));
        prop_assert!(follows(&cycle(cadence, now(), outcome)));
    }

    #[test]
    fn rows_80_159_no_incident_falls_between_two_cycles(
        gaps in prop::collection::vec((1..4000_u32, 0..3_usize), 1..12), p0_after in 0..20_000_i64,
    ) {
        let begun = now();
        let mut at = begun;
        let mut log = CycleLog::default();
        let mut snapshot = Snapshot::default();
        let text = format!(r#"{{"active_plan": "a.md", "plan_name": "a", "started_at": "{begun}"}}"#);
        let boulder = ohmymkt::model::codec::read("boulder.json", text.as_bytes());
        snapshot.boulder = Some(boulder.expect("it is well-formed"));
        for (hours, cadence) in gaps {
            at = shifted(at, i64::from(hours) * 3_600_000);
            let cadence = Cadence::ALL[cadence];
            snapshot.cycles = Some(Arc::new(log.clone()));
            let outcome = decide(&snapshot, cadence, at);
            let window = outcome.derivation.window;
            let before = log.cycles.iter().rev().find(|cycle| cycle.cadence == cadence);
            prop_assert!(window.from <= before.map_or(begun, |cycle| cycle.generated_at));
            prop_assert!(window.to == at && window.from.seconds() <= at.seconds() - days(cadence) * 86_400);
            log.cycles.push(cycle(cadence, at, outcome));
        }
        // Whatever happened since the start was seen by the first later cycle of each cadence.
        let happened = shifted(begun, p0_after * 3_600_000);
        let incident = incident(Severity::P0, happened);
        let snapshot = Snapshot { incidents: [(incident.id.clone(), incident)].into_iter().collect(), ..Snapshot::default() };
        for cadence in Cadence::ALL {
            let later = log.cycles.iter().find(|cycle| cycle.cadence == cadence && cycle.generated_at >= happened);
            if let Some(derivation) = later.and_then(|cycle| cycle.derivation.as_ref()) {
                prop_assert_eq!(incidents_in(&snapshot, derivation.window).count(), 1);
            }
        }
    }
}
