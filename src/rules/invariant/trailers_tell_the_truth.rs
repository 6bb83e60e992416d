//! `trailers-tell-the-truth`
//!
//! The trees are the truth. A rebase or cherry-pick repeats the trailers on another
//! tree and a squash keeps the last ones of many commits, so the facts are looked up
//! in what the commit brings or, by their ids, in what is there: a fact is refused only
//! when nothing bears it out.

use std::str::FromStr;

use crate::model::action::{Action, Claim, Token};
use crate::model::cycle::{Cycle, GateOutcome};
use crate::model::gate::Gate;
use crate::model::id::{IncidentId, TaskId};
use crate::model::layout;
use crate::model::metric::Signal;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{gates, news};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "trailers-tell-the-truth",
    level: Level::Error,
    says: "trailers agree with the tree's change",
    protects: "People read the audit history through the trailers. A trailer that says `rollback` over a tree that \
               says `continue` would make them believe the wrong thing.",
    example: "A commit says `Mkt-Decision: continue` and adds a cycle that decided `rollback`.",
    mend: "Amend the message before it is pushed; `git mkt record` and the hooks write the trailers from the change.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    match &step.claim {
        Some(claim) if !step.is_merge() => Judge { step, claim }.breaches(),
        _ => Vec::new(),
    }
}

struct Judge<'s> {
    step: &'s Step,
    claim: &'s Claim,
}

impl Judge<'_> {
    fn breaches(&self) -> Vec<Breach> {
        let mut breaches = self.named();
        // The trailers of several commits in one block: only what they name can be judged.
        if self.claim.value(Token::Action).is_some() {
            return breaches;
        }
        breaches.extend(self.added());
        match self.claim.action {
            Action::RunCycle => breaches.extend(self.cycle()),
            Action::StartCampaign => breaches.extend(self.start()),
            Action::ReviewPlan => breaches.extend(self.verdict()),
            Action::UpdateGates | Action::CheckGates | Action::Record => breaches.extend(self.gates()),
            _ => {}
        }
        breaches.extend(self.incident());
        breaches.extend(self.metrics());
        breaches
    }

    fn lie(&self, token: Token, said: &str, truth: &str) -> Breach {
        let message = format!("the trailer `{}` does not agree with the tree", token.name());
        let hint = match truth {
            "" => format!("git commit --amend, without `{}: {said}`", token.name()),
            truth => format!("git commit --amend, with `{}: {truth}`", token.name()),
        };
        let breach = Breach::at("", message, hint).was(said);
        if truth.is_empty() { breach.is("nothing of the kind") } else { breach.is(truth) }
    }

    /// Everything that is named by id must be there.
    fn named(&self) -> Vec<Breach> {
        let after = &self.step.after;
        let mut breaches = Vec::new();
        let mut missing = |token: Token, there: &dyn Fn(&str) -> bool| {
            let gone = self.claim.values(token).filter(|value| !there(value));
            breaches.extend(gone.map(|value| self.lie(token, value, "")));
        };
        missing(Token::Record, &|id| has_record(after, id));
        missing(Token::Plan, &|name| {
            let path = format!("{}/plans/{name}.md", layout::ROOT);
            after.has_file(&path) || after.plans.keys().any(|plan| plan.as_str() == name)
        });
        missing(Token::Incident, &|id| has_incident(after, id));
        missing(Token::Task, &|id| has_task(after, id));
        breaches
    }

    /// An action that adds a record has added one; an empty cherry-pick finds it there.
    fn added(&self) -> Option<Breach> {
        let (step, before) = (self.step, self.step.before());
        let adds = match self.claim.action {
            Action::RunCycle => !news::cycles(step).is_empty(),
            Action::Incident => !news::records(step, |snapshot| &snapshot.incidents).is_empty(),
            Action::ReviewPlan => !news::records(step, |snapshot| &snapshot.reviews).is_empty(),
            Action::UpdateMetrics => !news::records(step, |snapshot| &snapshot.observations).is_empty(),
            Action::FinishCampaign => !news::records(step, |snapshot| &snapshot.finishes).is_empty(),
            Action::StartCampaign => step.after.boulder.is_some(),
            _ => true,
        };
        let empty = || !news::differ(&before, &step.after);
        let named = || self.claim.values(Token::Record).chain(self.claim.values(Token::Incident)).next().is_some();
        if adds || (empty() && named()) {
            return None;
        }
        let unreadable = |path: &str| news::problem(&step.after, path).is_some();
        if unreadable(layout::CYCLES) || unreadable(layout::BOULDER) {
            return None;
        }
        let action = &self.claim.action;
        let message = format!("says `Mkt-Action: {action}` and brings nothing of the kind");
        let hint = "git commit --amend, without the trailers that are not true";
        Some(Breach::at("", message, hint).was(action).is("no such record"))
    }

    fn cycle(&self) -> Vec<Breach> {
        let named = |cycle: &&Cycle| self.claim.values(Token::Record).any(|id| id == cycle.id.as_str());
        let mut cycles: Vec<_> = news::log(&self.step.after).iter().filter(named).collect();
        if cycles.is_empty() {
            cycles = news::cycles(self.step);
        }
        type Fact = fn(&Cycle) -> Option<String>;
        let facts: [(Token, Fact); 4] = [
            (Token::Cadence, |cycle| Some(cycle.cadence.to_string())),
            (Token::Decision, |cycle| Some(cycle.decision.to_string())),
            (Token::Incidents, |cycle| Some(cycle.derivation.as_ref()?.inputs.incidents.to_string())),
            (Token::Gates, |cycle| Some(tally(cycle.derivation.as_ref()?.inputs.gates.values()))),
        ];
        let mut breaches = Vec::new();
        for (token, fact) in facts {
            let true_of: Vec<_> = cycles.iter().filter_map(|cycle| fact(cycle)).collect();
            let lies =
                self.claim.values(token).filter(|said| !true_of.is_empty() && !true_of.iter().any(|one| one == said));
            breaches.extend(lies.map(|said| self.lie(token, said, &true_of.join(", "))));
        }
        breaches
    }

    fn start(&self) -> Option<Breach> {
        let said = self.claim.value(Token::Gates)?;
        let truth = gates::evaluate(&self.step.after).tally();
        (said != truth).then(|| self.lie(Token::Gates, said, &truth))
    }

    fn verdict(&self) -> Option<Breach> {
        let said = self.claim.value(Token::Verdict)?;
        let reviews = &self.step.after.reviews;
        let named = self.claim.values(Token::Record).filter_map(|id| reviews.get(&id.parse().ok()?).map(AsRef::as_ref));
        let mut candidates: Vec<_> = named.collect();
        if candidates.is_empty() {
            candidates = news::records(self.step, |snapshot| &snapshot.reviews);
        }
        let first = candidates.first()?;
        let agrees = candidates.iter().any(|review| review.verdict.to_string() == said);
        (!agrees).then(|| self.lie(Token::Verdict, said, &first.verdict.to_string()))
    }

    fn gates(&self) -> Vec<Breach> {
        let evaluation = gates::evaluate(&self.step.after);
        let lies = self.claim.values(Token::Gate).filter_map(|said| {
            let (key, outcome) = said.split_once('=')?;
            let (gate, outcome) = (Gate::from_str(key).ok()?, GateOutcome::from_str(outcome).ok()?);
            let result = evaluation.results.iter().find(|result| result.gate == gate)?;
            let truth = format!("{gate}={}", result.status);
            (result.status != outcome).then(|| self.lie(Token::Gate, said, &truth))
        });
        lies.collect()
    }

    fn incident(&self) -> Vec<Breach> {
        let mut ids = self.claim.values(Token::Incident);
        let (Some(id), None) = (ids.next(), ids.next()) else { return Vec::new() };
        let incident = id.parse::<IncidentId>().ok().and_then(|id| self.step.after.incidents.get(&id));
        let Some(incident) = incident else { return Vec::new() };
        let severity = self.claim.value(Token::Severity).filter(|said| *said != incident.severity.name());
        let module = self.claim.value(Token::Module).filter(|said| *said != incident.module.as_str());
        let mut breaches: Vec<_> =
            severity.map(|said| self.lie(Token::Severity, said, incident.severity.name())).into_iter().collect();
        breaches.extend(module.map(|said| self.lie(Token::Module, said, incident.module.as_str())));
        if self.claim.action == Action::Postmortem && incident.postmortem.is_none() {
            breaches.push(self.lie(Token::Action, "postmortem", "no postmortem"));
        }
        breaches
    }

    /// A trend must have been observed, or be what the signal shows: later observations
    /// of a squash may have moved it on.
    fn metrics(&self) -> Vec<Breach> {
        let after = &self.step.after;
        let named: Vec<_> = self.claim.values(Token::Record).collect();
        let lies = self.claim.values(Token::Metric).filter(|said| {
            let Some((signal, trend)) = said.split_once('=') else { return false };
            let Ok(signal) = Signal::from_str(signal) else { return false };
            let shown = after.metrics.as_ref().is_some_and(|metrics| metrics.trend(signal).name() == trend);
            let of_signal = after.observations.values().filter(|seen| seen.signal == signal);
            let (mine, all): (Vec<_>, Vec<_>) = of_signal.partition(|seen| named.contains(&seen.id.as_str()));
            let candidates = if mine.is_empty() { all } else { mine };
            !shown && !candidates.iter().any(|seen| seen.trend.name() == trend)
        });
        lies.map(|said| self.lie(Token::Metric, said, "")).collect()
    }
}

fn tally<'o>(outcomes: impl Iterator<Item = &'o GateOutcome> + Clone) -> String {
    let passed = outcomes.clone().filter(|outcome| **outcome == GateOutcome::Pass).count();
    format!("{passed}/{}", outcomes.count())
}

/// Whether there is a record with this id, also one that cannot be read.
fn has_record(after: &Snapshot, id: &str) -> bool {
    let unreadable_log = news::problem(after, layout::CYCLES).is_some();
    let has_file = layout::RecordKind::ALL.into_iter().any(|kind| after.has_file(&kind.path(id)));
    unreadable_log
        || has_file
        || news::log(after).iter().any(|cycle| cycle.id.as_str() == id)
        || has_incident(after, id)
        || id.parse().is_ok_and(|id| after.observations.contains_key(&id))
        || id.parse().is_ok_and(|id| after.reviews.contains_key(&id))
        || id.parse().is_ok_and(|id| after.recommendations.contains_key(&id))
        || after.finishes.contains_key(id)
}

fn has_incident(after: &Snapshot, id: &str) -> bool {
    let Ok(id) = id.parse::<IncidentId>() else { return false };
    after.incidents.contains_key(&id) || after.has_file(&after.incident_path(&id))
}

fn has_task(after: &Snapshot, id: &str) -> bool {
    let Ok(id) = id.parse::<TaskId>() else { return false };
    let on_board = match &after.board {
        Some(board) => board.task(&id).is_some(),
        None => news::problem(after, layout::BOARD).is_some(),
    };
    on_board || after.finishes.values().any(|finish| finish.board.iter().any(|task| task.id == id))
}
