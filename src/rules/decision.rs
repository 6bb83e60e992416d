//! The decision of a cycle (contract, section 5): four rules, in order.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::model::cadence::Cadence;
use crate::model::cycle::{Beyond, Counts, Cycle, CycleLog, Decision, DecisionRule, Derivation, Inputs, Window};
use crate::model::incident::{Incident, Severity};
use crate::model::metric::{Signal, Track, Trend};
use crate::model::observation;
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;

use super::gates;

/// A decision and everything it follows from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// What is decided.
    pub decision: Decision,
    /// Why, in words.
    pub reason: String,
    /// The rule that fired, the window, the inputs, the actions.
    pub derivation: Derivation,
}

/// Decides a cycle. The clock is an argument; the gates are shown, never deciding.
#[must_use]
pub fn decide(snapshot: &Snapshot, cadence: Cadence, now: Timestamp) -> Outcome {
    let window = window(snapshot, cadence, now);
    let evaluation = gates::evaluate(snapshot);
    let seen: Vec<_> = incidents_in(snapshot, window).collect();
    let mut incident_ids: Vec<_> = seen.iter().map(|incident| incident.id.clone()).collect();
    incident_ids.sort();
    let inputs = Inputs {
        gates: evaluation.results.iter().map(|result| (result.gate, result.status)).collect(),
        trends: trends(snapshot),
        incidents: Counts::of(seen.iter().map(|incident| incident.severity)),
        incident_ids,
    };
    let rule = rule_for(&inputs);
    let decision = decision_of(rule);
    let remedies = evaluation.failing().filter_map(|result| {
        result.remediation.as_ref().map(|remedy| format!("{}: {remedy} ({})", result.gate, result.owner))
    });
    let actions = remedies.chain(actions(decision, cadence).into_iter().map(str::to_owned)).collect();
    let derivation = Derivation { rule, window, inputs, actions, beyond: Beyond::default() };
    Outcome { decision, reason: reason(rule).to_owned(), derivation }
}

/// Whether a rule holds for these inputs, looked at by itself. In their order the first
/// rule that holds decides; the last one always does.
#[must_use]
pub fn holds(rule: DecisionRule, inputs: &Inputs) -> bool {
    let (visibility, quality) = (is_up(&inputs.trends, Track::Visibility), is_up(&inputs.trends, Track::Quality));
    match rule {
        DecisionRule::P0InWindow => inputs.incidents.p0 > 0,
        DecisionRule::VisibilityWithoutQuality => visibility && !quality,
        DecisionRule::BothTracksUp => visibility && quality,
        DecisionRule::Otherwise => true,
    }
}

/// The first rule that holds for these inputs.
#[must_use]
pub fn rule_for(inputs: &Inputs) -> DecisionRule {
    let fired = DecisionRule::ALL.into_iter().find(|rule| holds(*rule, inputs));
    fired.unwrap_or(DecisionRule::Otherwise)
}

/// What came of one rule when a decision was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It did not hold.
    Passed,
    /// It was the first that held, and decided.
    Decided,
    /// An earlier one had decided.
    NotAsked,
}

/// One rule in the course of a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RuleStep {
    /// The rule.
    pub rule: DecisionRule,
    /// What it asks, in words.
    pub asks: &'static str,
    /// What the inputs answer, in words.
    pub found: String,
    /// What came of it.
    pub fate: Fate,
    /// The decision that it gives.
    pub gives: Decision,
}

/// The four rules in their order, each with what came of it for these inputs.
#[must_use]
pub fn steps(inputs: &Inputs) -> [RuleStep; 4] {
    let fired = rule_for(inputs);
    DecisionRule::ALL.map(|rule| RuleStep {
        rule,
        asks: asks(rule),
        found: found(rule, inputs),
        fate: match rule.cmp(&fired) {
            std::cmp::Ordering::Less => Fate::Passed,
            std::cmp::Ordering::Equal => Fate::Decided,
            std::cmp::Ordering::Greater => Fate::NotAsked,
        },
        gives: decision_of(rule),
    })
}

fn asks(rule: DecisionRule) -> &'static str {
    match rule {
        DecisionRule::P0InWindow => "is there a P0 incident in the window",
        DecisionRule::VisibilityWithoutQuality => "is visibility up and quality not",
        DecisionRule::BothTracksUp => "are both tracks up",
        DecisionRule::Otherwise => "does no rule above decide",
    }
}

fn found(rule: DecisionRule, inputs: &Inputs) -> String {
    let track = |track: Track| format!("{track} is {}", if is_up(&inputs.trends, track) { "up" } else { "not up" });
    match rule {
        DecisionRule::P0InWindow => format!("{} in the window", inputs.incidents.p0),
        DecisionRule::VisibilityWithoutQuality | DecisionRule::BothTracksUp => {
            format!("{}, {}", track(Track::Visibility), track(Track::Quality))
        }
        DecisionRule::Otherwise if rule_for(inputs) == rule => "none does".to_owned(),
        DecisionRule::Otherwise => "one does".to_owned(),
    }
}

/// The decision of a recorded cycle, made again from a tree that holds it: from what was
/// there before it, at the time when it ran.
#[must_use]
pub fn again(snapshot: &Snapshot, cycle: &Cycle) -> Outcome {
    let mut before = snapshot.clone();
    let earlier = snapshot.cycles.iter().flat_map(|log| &log.cycles).take_while(|other| other.id != cycle.id);
    before.cycles = Some(Arc::new(CycleLog { cycles: earlier.cloned().collect() }));
    decide(&before, cycle.cadence, cycle.generated_at)
}

/// The decision that a rule gives.
#[must_use]
pub fn decision_of(rule: DecisionRule) -> Decision {
    match rule {
        DecisionRule::P0InWindow => Decision::Rollback,
        DecisionRule::VisibilityWithoutQuality | DecisionRule::Otherwise => Decision::Intervene,
        DecisionRule::BothTracksUp => Decision::Continue,
    }
}

/// Whether a track is up: when either of its two signals is.
#[must_use]
pub fn is_up(trends: &BTreeMap<Signal, Trend>, track: Track) -> bool {
    track.signals().iter().any(|signal| trends.get(signal) == Some(&Trend::Up))
}

/// The trends a snapshot shows. Without `metrics.json` they are what the observations say.
#[must_use]
pub fn trends(snapshot: &Snapshot) -> BTreeMap<Signal, Trend> {
    match &snapshot.metrics {
        Some(metrics) => metrics.trends().clone(),
        None => observation::metrics(&snapshot.observations).trends().clone(),
    }
}

/// The observation window of a cycle that runs now. It reaches back to the last cycle
/// of the cadence, or to the campaign's start before the first, when that is further
/// away than the cadence's days: no incident falls between two cycles.
#[must_use]
pub fn window(snapshot: &Snapshot, cadence: Cadence, now: Timestamp) -> Window {
    let empty = CycleLog::default();
    let log = snapshot.cycles.as_deref().unwrap_or(&empty);
    let last = log.last(cadence, now).map(|cycle| cycle.generated_at);
    let begun = last.or(snapshot.boulder.as_ref().map(|boulder| boulder.started_at));
    let from = now.days_before(cadence.days());
    Window { from: begun.map_or(from, |begun| begun.min(from)), to: now }
}

/// The incidents that count in a window.
pub fn incidents_in(snapshot: &Snapshot, window: Window) -> impl Iterator<Item = &Incident> {
    snapshot.incidents.values().map(AsRef::as_ref).filter(move |incident| window.counts(incident))
}

/// The P0s and P1s since the campaign's start that lie before a window and that no cycle
/// of the cadence has seen, oldest first: they came into the history, by a merge, when
/// the cycle that should have counted them had run. They decide nothing any more.
#[must_use]
pub fn missed(snapshot: &Snapshot, cadence: Cadence, window: Window) -> Vec<&Incident> {
    let Some(boulder) = &snapshot.boulder else { return Vec::new() };
    let grave = snapshot.incidents.values().map(AsRef::as_ref).filter(|incident| incident.severity != Severity::P2);
    let before = grave.filter(|incident| (boulder.started_at..window.from).contains(&incident.created_at));
    let log = snapshot.cycles.iter().flat_map(|log| &log.cycles);
    let cycles: Vec<_> = log.filter(|cycle| cycle.cadence == cadence).collect();
    let seen = |incident: &Incident| cycles.iter().any(|cycle| has_seen(cycle, incident));
    let mut missed: Vec<_> = before.filter(|incident| !seen(incident)).collect();
    missed.sort_by_key(|incident| incident.created_at);
    missed
}

/// Whether a recorded cycle counted an incident. The earlier tool named none; it looked
/// back over the days of the cadence.
fn has_seen(cycle: &Cycle, incident: &Incident) -> bool {
    match &cycle.derivation {
        Some(derivation) => derivation.inputs.incident_ids.contains(&incident.id),
        None => {
            let from = cycle.generated_at.days_before(cycle.cadence.days());
            (from..=cycle.generated_at).contains(&incident.created_at)
        }
    }
}

/// Why a rule decides as it does, in words.
#[must_use]
pub fn reason(rule: DecisionRule) -> &'static str {
    match rule {
        DecisionRule::P0InWindow => "P0 incident in window",
        DecisionRule::VisibilityWithoutQuality => "visibility is up and quality is not",
        DecisionRule::BothTracksUp => "visibility and quality are both up",
        DecisionRule::Otherwise => "visibility is not up",
    }
}

/// What a decision asks for at a cadence, without what the gates ask for.
#[must_use]
pub fn actions(decision: Decision, cadence: Cadence) -> Vec<&'static str> {
    let mut actions = match decision {
        Decision::Continue => vec![
            "expand the query clusters that win, with the templates that made them win",
            "keep the split between the visibility and the quality track",
            "write the winning patterns down for the next quarter",
        ],
        Decision::Intervene => vec![
            "run the remediation tasks of the signals that are not up first",
            "check the gates and reconcile the data again before anything expands",
            "shift the next cycle's work from new pages to refreshed ones",
        ],
        Decision::Rollback => vec![
            "keep the scale modules paused",
            "undo the risky template changes of this window",
            "write the postmortem of each P0 and carry out its prevention task",
        ],
    };
    match cadence {
        Cadence::Weekly => {}
        Cadence::Monthly => actions.push("rebalance the investment across query clusters"),
        Cadence::Quarterly => actions.push("hold the architecture governance review"),
    }
    actions
}

/// Whether a recorded cycle follows from its own recorded inputs.
#[must_use]
pub fn follows(cycle: &Cycle) -> bool {
    cycle.derivation.as_ref().is_none_or(|derivation| {
        rule_for(&derivation.inputs) == derivation.rule && decision_of(derivation.rule) == cycle.decision
    })
}

/// When the next cycle of a cadence is due, as seen now: its days after the last one, or after
/// the campaign's start. `None` when no campaign is active.
#[must_use]
pub fn next_due(snapshot: &Snapshot, cadence: Cadence, now: Timestamp) -> Option<Timestamp> {
    let started_at = snapshot.boulder.as_ref()?.started_at;
    let log = snapshot.cycles.as_ref();
    let last = log.and_then(|log| log.last(cadence, now)).map(|cycle| cycle.generated_at.max(started_at));
    Some(last.unwrap_or(started_at).days_after(cadence.days()))
}

/// The cadences whose next cycle is due, the shortest first.
#[must_use]
pub fn due(snapshot: &Snapshot, now: Timestamp) -> Vec<Cadence> {
    let is_due = |cadence: &Cadence| next_due(snapshot, *cadence, now).is_some_and(|due| due <= now);
    Cadence::ALL.into_iter().filter(is_due).collect()
}
