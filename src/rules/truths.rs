//! What the trailers of a step may say, token by token.

use std::collections::BTreeSet;

use crate::model::action::{Action, Token};
use crate::model::board::Task;
use crate::model::cycle::{Cycle, GateOutcome};
use crate::model::gate::Gate;
use crate::model::metric::{Signal, Trend};
use crate::model::snapshot::Snapshot;

use super::brought::{Brought, Touch};
use super::gates;

/// The tokens whose values must be among those of what was brought.
pub(super) const TOLD: [Token; 9] = [
    Token::Cadence,
    Token::Decision,
    Token::Gates,
    Token::Incidents,
    Token::Incident,
    Token::Severity,
    Token::Module,
    Token::Verdict,
    Token::Window,
];

/// The values that are true of a token; `None` where nothing can be said, as where what was
/// brought cannot be read.
pub(super) fn truths(token: Token, brought: &Brought<'_>) -> Option<BTreeSet<String>> {
    let blurred = |prefix: &str| brought.is_blurred(prefix);
    match token {
        Token::Cadence => Some(cycles(brought)?.iter().map(|cycle| cycle.cadence.to_string()).collect()),
        Token::Decision => Some(cycles(brought)?.iter().map(|cycle| cycle.decision.to_string()).collect()),
        // Records of the earlier tool keep no inputs.
        Token::Incidents => {
            let counts = |cycle: &&Cycle| Some(cycle.derivation.as_ref()?.inputs.incidents.to_string());
            cycles(brought)?.iter().map(counts).collect()
        }
        Token::Gates => tallies(brought),
        Token::Incident if !blurred("incidents/") => Some(incidents_concerned(brought)),
        Token::Severity if !blurred("incidents/") => {
            let incidents = brought.spoken_of(brought.incidents());
            Some(incidents.iter().map(|incident| incident.severity.name().to_owned()).collect())
        }
        Token::Module if !blurred("incidents/") && !blurred("state/sprint-board.json") => Some(modules(brought)),
        Token::Verdict if !blurred("reviews/") => {
            let reviews = brought.spoken_of(brought.records(|snapshot| &snapshot.reviews));
            Some(reviews.iter().map(|review| review.verdict.to_string()).collect())
        }
        Token::Window => Some(windows(brought)),
        _ => None,
    }
}

fn cycles<'s>(brought: &Brought<'s>) -> Option<Vec<&'s Cycle>> {
    (!brought.is_blurred("state/cycles.json")).then(|| brought.spoken_of(brought.cycles()))
}

/// `5/5`: of the gates as they are; of a start or a cycle also as they were.
fn tallies(brought: &Brought<'_>) -> Option<BTreeSet<String>> {
    let cycles = cycles(brought)?;
    let mut truths = BTreeSet::from([gates::evaluate(brought.after).tally()]);
    let says_start = brought.claim.values(Token::Action).any(|action| action == Action::StartCampaign.name());
    let is_start = says_start || brought.claim.action == Action::StartCampaign;
    if !cycles.is_empty() || is_start || brought.is_merge() {
        truths.extend(brought.befores.iter().map(|before| gates::evaluate(before).tally()));
    }
    let inputs = cycles.iter().filter_map(|cycle| cycle.derivation.as_ref()).map(|derived| &derived.inputs.gates);
    truths.extend(inputs.map(|gates| tally(gates.values())));
    Some(truths)
}

fn tally<'o>(outcomes: impl Iterator<Item = &'o GateOutcome> + Clone) -> String {
    let passed = outcomes.clone().filter(|outcome| **outcome == GateOutcome::Pass).count();
    format!("{passed}/{}", outcomes.count())
}

/// Incidents that are new or were learnt from, that a cycle counted or a task comes from.
fn incidents_concerned(brought: &Brought<'_>) -> BTreeSet<String> {
    let mut ids: BTreeSet<_> = brought.incidents().into_iter().map(|incident| incident.id).collect();
    for cycle in brought.cycles() {
        let counted = cycle.what.derivation.iter().flat_map(|derived| &derived.inputs.incident_ids);
        ids.extend(counted.map(ToString::to_string));
    }
    ids.extend(brought.tasks().values().filter_map(|task| task.origin.clone()));
    ids
}

fn modules(brought: &Brought<'_>) -> BTreeSet<String> {
    let incidents = brought.spoken_of(brought.incidents());
    let mut modules: BTreeSet<_> = incidents.iter().map(|incident| incident.module.to_string()).collect();
    let tasks = if brought.is_nothing() { named_tasks(brought) } else { brought.tasks().into_values().collect() };
    modules.extend(tasks.iter().map(|task| task.module.to_string()));
    modules
}

/// The tasks that are named and on the board.
pub(super) fn named_tasks<'s>(brought: &Brought<'s>) -> Vec<&'s Task> {
    let on_board = brought.after.board.iter().flat_map(|board| &board.tasks);
    on_board.filter(|task| brought.claim.values(Token::Task).any(|said| said == task.id.as_str())).collect()
}

/// `30d`: of a summary, whose name has it.
fn windows(brought: &Brought<'_>) -> BTreeSet<String> {
    let mut paths = brought.files(SUMMARIES);
    if brought.is_nothing() {
        paths.extend(brought.after.files.keys().map(AsRef::as_ref).filter(|path: &&str| path.contains(SUMMARIES)));
    }
    paths.into_iter().filter_map(days).map(str::to_owned).collect()
}

/// Where summaries are.
pub(super) const SUMMARIES: &str = "reports/summary/";

/// The days that a summary looks back, from its name: `2026-11-22-30d.md`, `2026-11-22-30d-2.md`.
fn days(path: &str) -> Option<&str> {
    let name = path.rsplit('/').next()?.split('.').next()?;
    name.split('-').skip(3).find(|part| part.ends_with('d') && part.len() > 1)
}

/// The ids of all records that were brought.
pub(super) fn records(brought: &Brought<'_>) -> BTreeSet<String> {
    let mut ids: BTreeSet<String> = brought.cycles().into_iter().map(|one| one.id).collect();
    ids.extend(brought.incidents().into_iter().map(|one| one.id));
    ids.extend(brought.observations(|_| true).into_iter().map(|one| one.id));
    ids.extend(brought.records(|snapshot| &snapshot.reviews).into_iter().map(|one| one.id));
    ids.extend(brought.records(|snapshot| &snapshot.recommendations).into_iter().map(|one| one.id));
    ids.extend(brought.records(|snapshot| &snapshot.finishes).into_iter().map(|one| one.id));
    ids
}

/// What may be said of a gate: what it is; in a merge that took it from a parent, also
/// what another parent had.
pub(super) fn outcomes(gate: Gate, brought: &Brought<'_>) -> Vec<GateOutcome> {
    let of = |snapshot: &Snapshot| {
        gates::evaluate(snapshot).results.into_iter().find(|result| result.gate == gate).map(|result| result.status)
    };
    let mut outcomes: Vec<_> = of(brought.after).into_iter().collect();
    if brought.gate(gate) == Touch::Brought {
        outcomes.extend(brought.befores.iter().filter_map(|before| of(before)));
    }
    outcomes
}

/// The trends of a signal that were observed, or that it shows now and did not before.
pub(super) fn trends(signal: Signal, brought: &Brought<'_>) -> Vec<Trend> {
    let shown = |state: &Snapshot| state.metrics.as_ref().map(|metrics| metrics.trend(signal));
    let now = shown(brought.after);
    let seen = brought.spoken_of(brought.observations(|seen| seen.signal == signal));
    let mut trends: Vec<_> = seen.iter().map(|seen| seen.trend).collect();
    if brought.befores.iter().any(|before| shown(before) != now) {
        // What is told of a `metrics.json` that goes, or that came: without it nothing is up.
        trends.push(now.unwrap_or(Trend::Flat));
        if brought.is_merge() {
            trends.extend(brought.befores.iter().map(|before| shown(before).unwrap_or(Trend::Flat)));
        }
    }
    // A squash may have seen the sources disagree, and agree again.
    let of_signal = brought.after.observations.values().filter(|seen| seen.signal == signal);
    let all: BTreeSet<_> = of_signal.map(|seen| seen.trend).collect();
    if !trends.is_empty() && all.len() > 1 {
        trends.push(Trend::Conflict);
    }
    trends
}
