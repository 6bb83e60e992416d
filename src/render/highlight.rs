//! What must not be overlooked in a part of a review, in a few words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::change::{Change, Group, Terms, excerpt};
use crate::model::campaign::Mode;
use crate::model::cycle::{Decision, GateOutcome};
use crate::model::incident::Severity;
use crate::model::metric::Trend;
use crate::model::review::Verdict;

use super::changes::{Told, Turn, WITHOUT_EVIDENCE};

/// The longest highlight, in characters.
const LONGEST: usize = 140;

/// How many highlights one part has.
const MOST: usize = 5;

/// Something that must not be overlooked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Highlight {
    /// It, in a few words.
    pub text: String,
    /// Whether it speaks against the branch, or stops what runs.
    pub alarming: bool,
}

/// What must not be overlooked among the changes of a part: what alarms first, and how
/// much there is more of it at the end.
#[must_use]
pub fn highlights(group: Group, turned: &[Turn], unproven: &[&str], changes: &[Told]) -> Vec<Highlight> {
    let mut found = Vec::new();
    lost(changes, &mut found);
    match group {
        Group::Campaign => campaign(changes, &mut found),
        Group::Plans => found.extend(changes.iter().filter_map(|told| plan(&told.change))),
        Group::Gates => gates(turned, unproven, &mut found),
        Group::Decisions => found.extend(changes.iter().filter_map(|told| decision(&told.change))),
        Group::Incidents => incidents(changes, &mut found),
        Group::Metrics => found.extend(changes.iter().filter_map(|told| signal(&told.change))),
        Group::Tasks | Group::Others => found.extend(changes.iter().filter_map(other)),
    }
    found.sort_by_key(|highlight| !highlight.alarming);
    for highlight in &mut found {
        highlight.text = excerpt(&highlight.text, LONGEST);
    }
    if found.len() > MOST {
        let more = found.split_off(MOST - 1);
        let alarming = more.iter().any(|highlight| highlight.alarming);
        found.push(Highlight { text: format!("and {} more", more.len()), alarming });
    }
    found
}

fn alarm(text: impl Into<String>) -> Highlight {
    Highlight { text: text.into(), alarming: true }
}

fn notice(text: impl Into<String>) -> Highlight {
    Highlight { text: text.into(), alarming: false }
}

/// Records that should have stayed as they were, each once.
fn lost(changes: &[Told], found: &mut Vec<Highlight>) {
    let mut seen = BTreeSet::new();
    for told in changes {
        let (record, id, severity, fate) = match &told.change {
            Change::RecordDropped { record, id, severity } => (record, id, severity, "dropped"),
            Change::RecordAltered { record, id, severity, .. } => (record, id, severity, "altered"),
            _ => continue,
        };
        if seen.insert((record, id, fate)) {
            let severity = severity.map(|severity| format!("{severity} ")).unwrap_or_default();
            found.push(alarm(format!("{severity}{record} {fate}: {id}")));
        }
    }
}

fn campaign(changes: &[Told], found: &mut Vec<Highlight>) {
    let (mut paused, mut resumed) = (Vec::new(), Vec::new());
    for told in changes {
        match &told.change {
            Change::CampaignStarted { plan, .. } => found.push(notice(format!("{plan} started"))),
            Change::CampaignResumed { plan, .. } => found.push(notice(format!("{plan} resumed"))),
            Change::CampaignFinished { plan } => found.push(notice(format!("{plan} ended"))),
            Change::FinishAdded { outcome, .. } => found.push(notice(format!("outcome \"{}\"", excerpt(outcome, 60)))),
            Change::CampaignSwitched { before, after } => found.push(notice(format!("switched: {before} → {after}"))),
            Change::ModeChanged { before, after } => {
                let text = format!("mode {before} → {after}");
                found.push(if *after == Mode::Rollback { alarm(text) } else { notice(text) });
            }
            Change::TrackChanged { .. } => found.push(notice(&told.sentence)),
            Change::ModulePaused { module } => paused.push(module.to_string()),
            Change::ModuleResumed { module } => resumed.push(module.to_string()),
            _ => {}
        }
    }
    for (modules, verb) in [(paused, "paused"), (resumed, "resumed")] {
        if !modules.is_empty() {
            found.push(notice(format!("{verb}: {}", modules.join(", "))));
        }
    }
}

fn plan(change: &Change) -> Option<Highlight> {
    Some(match change {
        Change::PlanAdded { plan, terms, .. } => match terms.blanks().as_slice() {
            [] => notice(format!("{plan} added")),
            blanks => alarm(format!("{plan} added without {}", blanks.join(", "))),
        },
        Change::PlanRemoved { plan, .. } => alarm(format!("{plan} removed")),
        Change::PlanChanged { plan, terms, .. } if terms.is_empty() => notice(format!("{plan} changed")),
        Change::PlanChanged { plan, terms, .. } => {
            let names: Vec<_> = terms.iter().map(|field| Terms::words(&field.name)).collect();
            notice(format!("{plan} changed: {}", names.join(", ")))
        }
        Change::ReviewAdded { plan, verdict, reviewer, .. } => {
            let name = reviewer.split('<').next().unwrap_or_default().trim();
            let text = format!("{verdict} for {plan} by {name}");
            if *verdict == Verdict::Revise { alarm(text) } else { notice(text) }
        }
        _ => return None,
    })
}

fn gates(turned: &[Turn], unproven: &[&str], found: &mut Vec<Highlight>) {
    let to = |outcome| turned.iter().filter(move |turn| turn.after == outcome).map(|turn| turn.gate);
    let named = |gates: Vec<&str>, what: &str| (!gates.is_empty()).then(|| format!("{} {what}", gates.join(", ")));
    let without = turned.iter().filter(|turn| turn.without_evidence).map(|turn| turn.gate);
    let without: Vec<_> = without.chain(unproven.iter().copied()).collect();
    let verb = if without.len() == 1 { WITHOUT_EVIDENCE } else { "pass without evidence" };
    found.extend(named(to(GateOutcome::Fail).collect(), "PASS → FAIL").map(alarm));
    found.extend(named(to(GateOutcome::Pass).collect(), "FAIL → PASS").map(notice));
    found.extend(named(without, verb).map(alarm));
}

fn decision(change: &Change) -> Option<Highlight> {
    let Change::CycleAdded { cadence, decision, reason, .. } = change else { return None };
    let text = format!("{cadence} {decision}, {reason}");
    Some(if *decision == Decision::Rollback { alarm(text) } else { notice(text) })
}

fn incidents(changes: &[Told], found: &mut Vec<Highlight>) {
    let [mut added, mut incomplete, mut complete, mut resolved] = [const { Tally::new() }; 4];
    for told in changes {
        let (tally, severity) = match &told.change {
            Change::IncidentAdded { severity, module, summary, .. } => {
                if *severity == Severity::P0 {
                    found.push(alarm(format!("P0 in {module}: \"{}\"", excerpt(summary, 80))));
                }
                (&mut added, severity)
            }
            Change::PostmortemAdded { severity, complete: true, .. } => (&mut complete, severity),
            Change::PostmortemAdded { severity, .. } => (&mut incomplete, severity),
            Change::IncidentResolved { severity, .. } => (&mut resolved, severity),
            _ => continue,
        };
        *tally.entry(*severity).or_default() += 1;
    }
    if let Some(text) = counted(&added) {
        // How many there are stands before what they are.
        found.insert(0, Highlight { text, alarming: added.contains_key(&Severity::P0) });
    }
    found.extend(counted(&incomplete).map(|text| alarm(format!("incomplete postmortem of {text}"))));
    found.extend(counted(&complete).map(|text| notice(format!("postmortem of {text}"))));
    found.extend(counted(&resolved).map(|text| notice(format!("{text} resolved"))));
}

/// How many incidents there are of each severity.
type Tally = BTreeMap<Severity, usize>;

/// The tally in words, `1 P0, 2 P2`; `None` of nothing.
fn counted(tally: &Tally) -> Option<String> {
    let words: Vec<_> = tally.iter().map(|(severity, count)| format!("{count} {severity}")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn signal(change: &Change) -> Option<Highlight> {
    Some(match change {
        Change::TrendChanged { signal, before, after: Trend::Conflict, .. } => {
            alarm(format!("{} {before} → conflict", signal.key()))
        }
        Change::TrendChanged { signal, before, after, .. } => notice(format!("{} {before} → {after}", signal.key())),
        Change::ConflictResolved { signal, .. } => notice(format!("conflict settled: {}", signal.key())),
        _ => return None,
    })
}

fn other(told: &Told) -> Option<Highlight> {
    Some(match &told.change {
        Change::PolicyChanged { .. } => alarm(&told.sentence),
        Change::ArtifactMalformed { path, .. } => alarm(format!("{path} malformed")),
        Change::ModuleAdded { .. } | Change::ModuleRemoved { .. } | Change::BoardCleared { .. } => {
            notice(&told.sentence)
        }
        _ => return None,
    })
}
