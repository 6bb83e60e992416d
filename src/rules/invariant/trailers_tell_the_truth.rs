//! `trailers-tell-the-truth`
//!
//! The trees are the truth. A rebase or cherry-pick repeats the trailers on another
//! tree and a squash keeps those of many commits, so each fact is held against what
//! the step brought of its kind, whatever the action beside it says.

use std::collections::BTreeSet;
use std::str::FromStr;

use crate::model::action::{Action, Claim, Token};
use crate::model::cycle::GateOutcome;
use crate::model::gate::Gate;
use crate::model::id::PlanName;
use crate::model::layout::{self, RecordKind};
use crate::model::metric::Signal;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::brought::{Brought, Touch};
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::truths::{self, SUMMARIES, TOLD};
use crate::rules::violation::{AMEND, Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "trailers-tell-the-truth",
    level: Level::Error,
    says: "trailers agree with the tree's change",
    protects: "People read the audit history through the trailers. A trailer that says `rollback` over a tree that \
               says `continue` would make them believe the wrong thing. So an action must have brought its kind of \
               change, and every other trailer must hold of something that the commit brought, whatever the action \
               beside it says. A merge may repeat what it brings from one of its parents.",
    example: "A commit says `Mkt-Decision: continue` and adds a cycle that decided `rollback`.",
    mend: "Amend the message before it is pushed; `git mkt record` and the hooks write the trailers from the change.",
    judges: &[],
    reads: &[],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let Some(claim) = &step.claim else { return Vec::new() };
    let befores = step.befores();
    Judge { claim, brought: Brought::by(step, &befores, claim) }.breaches()
}

struct Judge<'s> {
    claim: &'s Claim,
    brought: Brought<'s>,
}

impl Judge<'_> {
    fn breaches(&self) -> Vec<Breach> {
        let actions = self.actions();
        let mut breaches: Vec<_> = actions.iter().filter_map(|action| self.action(action)).collect();
        breaches.extend(self.plans(&actions));
        for token in TOLD.into_iter().filter(|token| self.says(*token)) {
            if let Some(truths) = truths::truths(token, &self.brought) {
                breaches.extend(self.lies(token, &truths));
            }
        }
        breaches.extend(self.gates(&actions));
        breaches.extend(self.metrics());
        breaches.extend(self.tasks());
        breaches.extend(self.records());
        breaches
    }

    /// What it says it did: several things where the trailers of a squash stand in one block.
    fn actions(&self) -> Vec<Action> {
        let others = self.claim.values(Token::Action).map(Action::from);
        std::iter::once(self.claim.action.clone()).chain(others).collect()
    }

    fn says(&self, token: Token) -> bool {
        self.claim.value(token).is_some()
    }

    fn lie(&self, token: Token, said: &str, truth: &str) -> Breach {
        let message = format!("the trailer `{}` does not agree with the tree", token.name());
        let hint = match truth {
            "" => format!("{AMEND}, without `{}: {said}`", token.name()),
            truth => format!("{AMEND}, with `{}: {truth}`", token.name()),
        };
        let breach = Breach::at("", message, hint).was(said);
        if truth.is_empty() { breach.is("nothing of the kind") } else { breach.is(truth) }
    }

    /// Each value that is said must be among the true ones.
    fn lies(&self, token: Token, truths: &BTreeSet<String>) -> Vec<Breach> {
        let truth = truths.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
        let lies = self.claim.values(token).filter(|said| !truths.contains(*said));
        lies.map(|said| self.lie(token, said, &truth)).collect()
    }

    /// An action must have brought its kind of change.
    fn action(&self, action: &Action) -> Option<Breach> {
        if let Action::Other(name) = action {
            let message = format!("`Mkt-Action: {name}` is no action that this version knows");
            return Some(Breach::at("", message, format!("{AMEND}, with `Mkt-Action: record`")).was(name));
        }
        // What leaves the artifacts alone, as an empty cherry-pick, repeats what it names.
        let repeats = |tokens: &[Token]| self.brought.is_nothing() && tokens.iter().any(|token| self.says(*token));
        let brings = match action {
            Action::Record => true,
            Action::Init => self.brought.is_nothing() || self.seeds(),
            Action::CheckGates => self.brought.is_nothing() || self.touches_gates(),
            Action::UpdateGates => repeats(&[Token::Gate]) || self.touches_gates(),
            Action::PlanGrowth => repeats(&[Token::Plan]) || self.brings(action),
            Action::UpdateTask => repeats(&[Token::Task]) || self.brings(action),
            Action::ReportGrowth => repeats(&[Token::Window, Token::Record]) || self.brings(action),
            Action::StartCampaign => repeats(&[Token::Plan]) || self.starts(),
            action => self.brings(action),
        };
        let message = format!("says `Mkt-Action: {action}` and brings nothing of the kind");
        let hint = format!("{AMEND}, without the trailers that are not true");
        (!brings).then(|| Breach::at("", message, hint).was(action).is("nothing of the kind"))
    }

    fn brings(&self, action: &Action) -> bool {
        let brought = &self.brought;
        let (is_there, place) = match action {
            Action::PlanGrowth => (!brought.records(|snapshot| &snapshot.plans).is_empty(), "plans/"),
            Action::ReviewPlan => (!brought.records(|snapshot| &snapshot.reviews).is_empty(), "reviews/"),
            Action::UpdateMetrics => (!brought.observations(|_| true).is_empty(), "observations/"),
            Action::FinishCampaign => (!brought.records(|snapshot| &snapshot.finishes).is_empty(), "archive/"),
            Action::UpdateTask => (!brought.tasks().is_empty(), "state/sprint-board.json"),
            Action::RunCycle => (!brought.cycles().is_empty(), "state/cycles.json"),
            Action::Incident => {
                let new = brought.records_where(|snapshot| &snapshot.incidents, |old, _| old.is_none());
                (!new.is_empty(), "incidents/")
            }
            Action::Postmortem => {
                let learnt = brought.records_where(
                    |snapshot| &snapshot.incidents,
                    |old, now| now.postmortem.is_some() && old.is_none_or(|old| old.postmortem != now.postmortem),
                );
                (!learnt.is_empty(), "incidents/")
            }
            Action::ReportGrowth => (!brought.files(SUMMARIES).is_empty(), SUMMARIES),
            Action::ResolveRecommendation => {
                let resolved = brought.records_where(
                    |snapshot| &snapshot.recommendations,
                    |old, now| now.resolution.is_some() && old.is_none_or(|old| old.resolution.is_none()),
                );
                (!resolved.is_empty(), "recommendations/")
            }
            _ => (true, ""),
        };
        is_there || brought.is_blurred(place)
    }

    /// Whether something is there that was not.
    fn seeds(&self) -> bool {
        let after = self.brought.after;
        let parts = |state: &Snapshot| {
            [state.policy.is_some(), state.gates.is_some(), state.metrics.is_some(), state.modules.is_some()]
        };
        let lacks = |before: &Snapshot| {
            let is_new = |(before, after): (bool, bool)| after && !before;
            after.files.keys().any(|path| !before.has_file(path))
                || parts(before).into_iter().zip(parts(after)).any(is_new)
        };
        self.brought.befores.iter().any(|before| lacks(before))
    }

    fn touches_gates(&self) -> bool {
        let touched = |gate: &Gate| self.brought.gate(*gate) != Touch::None;
        Gate::ALL.iter().any(touched) || self.brought.is_blurred("state/gates.json")
    }

    /// Whether a campaign started or was resumed. A squash may have finished it too.
    fn starts(&self) -> bool {
        let after = self.brought.after;
        let differs = self.brought.befores.iter().any(|before| before.boulder != after.boulder);
        let is_there = after.boulder.is_some() || self.brings(&Action::FinishCampaign);
        (differs && is_there) || self.brought.is_blurred("boulder.json")
    }

    /// A plan must be there, or be the one that the campaign carries out or that a new review
    /// is of. Where the commit says that it is about a plan, it is that one.
    fn plans(&self, actions: &[Action]) -> Vec<Breach> {
        let after = self.brought.after;
        let states = self.brought.befores.iter().map(AsRef::as_ref).chain([after]);
        let active: Vec<_> = states.filter_map(|state| state.active_plan()).collect();
        let reviewed: Vec<_> =
            self.brought.records(|snapshot| &snapshot.reviews).into_iter().map(|review| &review.what.plan).collect();
        let is_there = |name: &str| {
            let is = |plan: &PlanName| plan.as_str() == name;
            let path = format!("{}/plans/{name}.md", layout::ROOT);
            after.has_file(&path) || after.plans.keys().any(is) || active.iter().chain(&reviewed).any(|plan| is(plan))
        };
        let brought = &self.brought;
        let about: BTreeSet<String> = match actions {
            _ if brought.is_nothing() => BTreeSet::new(),
            [Action::PlanGrowth] => {
                brought.records(|snapshot| &snapshot.plans).into_iter().map(|plan| plan.id).collect()
            }
            [Action::ReviewPlan] => {
                let reviews = brought.spoken_of(brought.records(|snapshot| &snapshot.reviews));
                reviews.into_iter().map(|review| review.plan.to_string()).collect()
            }
            [Action::StartCampaign] => after.active_plan().into_iter().map(ToString::to_string).collect(),
            _ => BTreeSet::new(),
        };
        let absent = self.claim.values(Token::Plan).filter(|said| !is_there(said));
        let mut breaches: Vec<_> = absent.map(|said| self.lie(Token::Plan, said, "")).collect();
        if breaches.is_empty() && !about.is_empty() {
            breaches = self.lies(Token::Plan, &about);
        }
        breaches
    }

    /// A gate must be as it is said to be, and one of those that are named must have changed.
    fn gates(&self, actions: &[Action]) -> Vec<Breach> {
        if !self.says(Token::Gate) || self.brought.is_blurred("state/gates.json") {
            return Vec::new();
        }
        let parse = |said: &str| {
            let (key, outcome) = said.split_once('=')?;
            Some((Gate::from_str(key).ok()?, GateOutcome::from_str(outcome).ok()?))
        };
        let holds = |gate: Gate, outcome: GateOutcome| truths::outcomes(gate, &self.brought).contains(&outcome);
        let said: Vec<_> = self.claim.values(Token::Gate).collect();
        let known: Vec<_> = said.iter().filter_map(|said| parse(said)).collect();
        // A squash that says how a gate was on the way must also say how it is.
        let on_the_way = |gate: Gate| {
            actions.len() > 1 && known.iter().any(|(known, outcome)| *known == gate && holds(gate, *outcome))
        };
        let mut breaches = Vec::new();
        for said in &said {
            let truth = match parse(said) {
                None => String::new(),
                Some((gate, outcome)) if holds(gate, outcome) || on_the_way(gate) => continue,
                Some((gate, _)) => {
                    let outcomes = truths::outcomes(gate, &self.brought);
                    outcomes.first().map(|outcome| format!("{gate}={outcome}")).unwrap_or_default()
                }
            };
            breaches.push(self.lie(Token::Gate, said, &truth));
        }
        let touched = known.iter().any(|(gate, _)| self.brought.gate(*gate) != Touch::None);
        if breaches.is_empty() && !touched && !self.brought.is_nothing() {
            breaches.extend(said.first().map(|said| self.lie(Token::Gate, said, "")));
        }
        breaches
    }

    fn metrics(&self) -> Vec<Breach> {
        if !self.says(Token::Metric) || self.brought.is_blurred("observations/") {
            return Vec::new();
        }
        let lies = self.claim.values(Token::Metric).filter_map(|said| {
            let (name, trend) = said.split_once('=').unwrap_or((said, ""));
            let Ok(signal) = Signal::from_str(name) else { return Some(self.lie(Token::Metric, said, "")) };
            let truths = truths::trends(signal, &self.brought);
            let truth: BTreeSet<_> = truths.iter().map(|trend| format!("{signal}={}", trend.name())).collect();
            let truth = truth.into_iter().collect::<Vec<_>>().join(", ");
            (!truths.iter().any(|known| known.name() == trend)).then(|| self.lie(Token::Metric, said, &truth))
        });
        lies.collect()
    }

    /// A task must be there, and one of those that are named must have changed.
    fn tasks(&self) -> Vec<Breach> {
        if !self.says(Token::Task) || self.brought.is_blurred("state/sprint-board.json") {
            return Vec::new();
        }
        let (changed, there) = (self.brought.tasks(), truths::named_tasks(&self.brought));
        let has_changed = |said: &&str| changed.keys().any(|id| id.as_str() == *said);
        let is_there = |said: &&str| has_changed(said) || there.iter().any(|task| task.id.as_str() == *said);
        let said: Vec<_> = self.claim.values(Token::Task).collect();
        let mut lies: Vec<_> = said.iter().filter(|said| !is_there(said)).collect();
        if lies.is_empty() && !self.brought.is_nothing() && !said.iter().any(has_changed) {
            lies.extend(said.first());
        }
        lies.into_iter().map(|said| self.lie(Token::Task, said, "")).collect()
    }

    /// A record that is named must be one that the step brought, also where it cannot be read.
    fn records(&self) -> Vec<Breach> {
        if !self.says(Token::Record) || self.brought.is_blurred("state/cycles.json") {
            return Vec::new();
        }
        let ids = truths::records(&self.brought);
        let is_unreadable = |said: &str| {
            let mut paths = RecordKind::ALL.into_iter().map(|kind| kind.path(said));
            paths.any(|path| news::problem(self.brought.after, &path).is_some())
        };
        let lies = self.claim.values(Token::Record).filter(|said| !ids.contains(*said) && !is_unreadable(said));
        lies.map(|said| self.lie(Token::Record, said, "")).collect()
    }
}
