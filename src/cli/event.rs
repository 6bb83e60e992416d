//! The events of a commit: what its trailers say, and what only its tree shows.

use crate::change::{Change, between};
use crate::model::action::{Action, Claim, Token};
use crate::model::step::Step;
use crate::render::event::{Event, FoundIn};
use crate::rules;
use crate::store::{AuditedCommit, Store};

/// The events of a commit, newest first. A merge repeats what its branches did: it is
/// one event, and only its trailers count.
pub fn events(store: &Store, audited: &AuditedCommit) -> Vec<Event> {
    let step = &audited.step;
    let claim = step.claim.as_ref();
    let changes = between(&step.before(), &step.after);
    let (mut lost, said): (Vec<_>, Vec<_>) = changes
        .iter()
        .partition(|change| !step.is_merge() && record(change).is_some_and(|record| !record.is_claimed(claim)));
    let mut whole = bare(store, audited);
    whole.changes = changes.iter().map(Change::sentence).collect();
    whole.about = said.iter().filter_map(|change| change.about()).filter(|_| !step.is_merge()).collect();
    let facts = said.iter().filter(|_| !step.is_merge()).filter_map(|change| record(change)?.fact);
    let claimed = |token| claim.iter().flat_map(move |claim| claim.values(token)).map(str::to_owned);
    whole.facts = facts.chain(claimed(Token::Decision)).chain(claimed(Token::Severity)).collect();
    if let Some(claim) = claim {
        let fact = |token| claim.value(token).map(str::to_owned);
        whole.action = Some(claim.action.to_string());
        whole.found_in = FoundIn::Trailers;
        (whole.plan, whole.decision, whole.severity) =
            (fact(Token::Plan), fact(Token::Decision), fact(Token::Severity));
        whole.about.extend(claimed(Token::Record).chain(claimed(Token::Incident)));
    }
    lost.sort_by_key(|change| time_in_id(change));
    let mut events: Vec<_> = lost.into_iter().rev().filter_map(|change| alone(store, audited, change)).collect();
    events.insert(0, whole);
    events
}

/// The time that the id of a record carries; nothing for what has no such id, which comes first.
fn time_in_id(change: &Change) -> Option<String> {
    let id = record(change)?.id?;
    id.split('-').nth(1).map(str::to_owned)
}

/// What of the trailers of a commit is not so; judged only for events that are shown.
pub fn untrue_trailers(step: &Step) -> Vec<String> {
    let untrue = rules::check_one(step, "trailers-tell-the-truth").into_iter();
    untrue.map(|violation| violation.message).collect()
}

/// The event of a commit that says nothing of itself.
fn bare(store: &Store, audited: &AuditedCommit) -> Event {
    let AuditedCommit { commit, step } = audited;
    let message = String::from_utf8_lossy(&commit.message);
    let subject = message.lines().next().unwrap_or_default();
    let summary = match subject.split_once("): ") {
        Some((_, rest)) if step.claim.is_some() => rest.to_owned(),
        _ => subject.to_owned(),
    };
    Event {
        commit: commit.id.to_string(),
        short: store.repo().abbreviate(&commit.id),
        is_merge: step.is_merge(),
        at: step.authored_at,
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        action: None,
        found_in: FoundIn::Tree,
        plan: None,
        decision: None,
        severity: None,
        summary,
        changes: Vec::new(),
        untrue_trailers: Vec::new(),
        about: Vec::new(),
        facts: Vec::new(),
    }
}

/// The event of one record that only the tree shows.
fn alone(store: &Store, audited: &AuditedCommit, change: &Change) -> Option<Event> {
    let Record { action, summary, fact, .. } = record(change)?;
    let of = |wanted: &Action| fact.clone().filter(|_| action == *wanted);
    let active = audited.step.after.active_plan().map(ToString::to_string);
    let plan = match change {
        Change::PlanAdded { plan, .. } | Change::ReviewAdded { plan, .. } => Some(plan.to_string()),
        Change::CampaignStarted { plan, .. } | Change::CampaignFinished { plan } => Some(plan.to_string()),
        _ => active,
    };
    Some(Event {
        action: Some(action.to_string()),
        decision: of(&Action::RunCycle),
        severity: of(&Action::Incident),
        facts: fact.clone().into_iter().collect(),
        about: change.about().into_iter().collect(),
        changes: vec![change.sentence()],
        plan,
        summary,
        ..bare(store, audited)
    })
}

/// What a command would have said of a change, had it made the commit.
struct Record {
    action: Action,
    id: Option<String>,
    summary: String,
    /// The decision or the severity.
    fact: Option<String>,
}

impl Record {
    /// Whether the trailers speak of it.
    fn is_claimed(&self, claim: Option<&Claim>) -> bool {
        let Some(claim) = claim else { return false };
        let mut named = claim.values(Token::Record).chain(claim.values(Token::Incident)).peekable();
        match &self.id {
            Some(id) if named.peek().is_some() => named.any(|one| one == id),
            _ => claim.action == self.action || claim.action == Action::Record,
        }
    }
}

fn record(change: &Change) -> Option<Record> {
    let (action, summary, fact) = match change {
        Change::CycleAdded { cadence, decision, reason, .. } => {
            (Action::RunCycle, format!("{cadence} {decision}, {reason}"), Some(decision.to_string()))
        }
        Change::IncidentAdded { severity, module, .. } => {
            (Action::Incident, format!("{severity} in {module}"), Some(severity.to_string()))
        }
        Change::PostmortemAdded { id, .. } => (Action::Postmortem, format!("postmortem of {id}"), None),
        Change::ReviewAdded { plan, verdict, .. } => (Action::ReviewPlan, format!("{plan} {verdict}"), None),
        Change::PlanAdded { plan, .. } => (Action::PlanGrowth, plan.to_string(), None),
        Change::CampaignStarted { plan, .. } => (Action::StartCampaign, format!("{plan} started"), None),
        Change::CampaignFinished { plan } => (Action::FinishCampaign, format!("{plan} finished"), None),
        _ => return None,
    };
    let is_record = !matches!(action, Action::PlanGrowth | Action::StartCampaign | Action::FinishCampaign);
    Some(Record { id: change.about().filter(|_| is_record), action, summary, fact })
}
