//! What a commit may claim, derived from what it changes (contract, section 7).

use std::collections::BTreeSet;

use crate::model::action::{Action, Claim, Token};
use crate::model::gate::Gate;
use crate::model::id::PlanName;

use super::kind::Change;
use super::prose::one_line;

/// The claim of a commit that makes these changes, for one that was made by hand.
///
/// It names what is there afterwards: what is removed, the change itself tells.
/// `active` is the plan of the running campaign, named when the changes concern no
/// plan of their own. What follows from the rules is not claimed here: the gates'
/// verdicts are for the caller, who has [`touched_gates`].
#[must_use]
pub fn claim(changes: &[Change], action: Action, active: Option<&PlanName>) -> Claim {
    let mut claim = Claim::new(action);
    if let Some(plan) = plan(changes).or(active) {
        claim = claim.with(Token::Plan, plan);
    }
    claim = cycle(changes, claim);
    for change in changes {
        if let Change::TrendChanged { signal, after, .. } = change {
            claim = claim.with(Token::Metric, format!("{signal}={after}"));
        }
    }
    claim = incident(changes, claim);
    for id in tasks(changes) {
        claim = claim.with(Token::Task, id);
    }
    let verdicts = changes.iter().filter_map(|change| match change {
        Change::ReviewAdded { verdict, .. } => Some(verdict),
        _ => None,
    });
    if let Some(verdict) = only(verdicts) {
        claim = claim.with(Token::Verdict, verdict);
    }
    for id in changes.iter().filter_map(record) {
        claim = claim.with(Token::Record, id);
    }
    claim
}

/// The gates whose values or evidence change.
#[must_use]
pub fn touched_gates(changes: &[Change]) -> BTreeSet<Gate> {
    let gates = changes.iter().filter_map(|change| match change {
        Change::GateFieldChanged { field, .. } => Some(field.gate()),
        Change::EvidenceAdded { gate, .. } | Change::EvidenceRemoved { gate, .. } => Some(*gate),
        _ => None,
    });
    gates.collect()
}

/// The plan that the changes concern, when it is a single one; the campaign's comes first.
fn plan(changes: &[Change]) -> Option<&PlanName> {
    let campaign = changes.iter().find_map(|change| match change {
        Change::CampaignStarted { plan, .. }
        | Change::CampaignResumed { plan, .. }
        | Change::CampaignFinished { plan } => Some(plan),
        Change::CampaignSwitched { after, .. } => Some(after),
        _ => None,
    });
    let concerned: BTreeSet<_> = changes.iter().filter_map(concerned).collect();
    campaign.or_else(|| only(concerned.into_iter()))
}

fn concerned(change: &Change) -> Option<&PlanName> {
    match change {
        Change::PlanAdded { plan, .. } | Change::PlanChanged { plan, .. } | Change::ReviewAdded { plan, .. } => {
            Some(plan)
        }
        _ => None,
    }
}

fn cycle(changes: &[Change], claim: Claim) -> Claim {
    let cycles = changes.iter().filter_map(|change| match change {
        Change::CycleAdded { cadence, decision, .. } => Some((cadence, decision)),
        _ => None,
    });
    match only(cycles) {
        Some((cadence, decision)) => claim.with(Token::Cadence, cadence).with(Token::Decision, decision),
        None => claim,
    }
}

fn incident(changes: &[Change], claim: Claim) -> Claim {
    let incidents = changes.iter().filter_map(|change| match change {
        Change::IncidentAdded { id, severity, module, .. } => Some((id, severity, module)),
        _ => None,
    });
    match only(incidents) {
        Some((id, severity, module)) => {
            claim.with(Token::Incident, id).with(Token::Severity, severity).with(Token::Module, module)
        }
        None => claim,
    }
}

/// The tasks that changed, each once, in board order.
fn tasks(changes: &[Change]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for change in changes {
        if let Change::TaskAdded { id, .. } | Change::TaskChanged { id, .. } = change
            && ids.last().is_none_or(|last| last != id.as_str())
        {
            ids.push(id.to_string());
        }
    }
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

/// The id of the record that a change adds.
fn record(change: &Change) -> Option<String> {
    match change {
        Change::CycleAdded { id, .. } => Some(id.to_string()),
        Change::IncidentAdded { id, .. } => Some(id.to_string()),
        Change::ObservationAdded { id, .. } | Change::ConflictResolved { id, .. } => Some(id.to_string()),
        Change::ReviewAdded { id, .. } => Some(id.to_string()),
        Change::RecommendationAdded { id, .. } => Some(id.to_string()),
        // The only id that is a mere file name, and a file name may hold a line break.
        Change::FinishAdded { id, .. } => Some(one_line(id)),
        _ => None,
    }
}

fn only<T>(mut items: impl Iterator<Item = T>) -> Option<T> {
    let first = items.next()?;
    items.next().is_none().then_some(first)
}
