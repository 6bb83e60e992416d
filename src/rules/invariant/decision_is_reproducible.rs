//! `decision-is-reproducible`
//!
//! A record must follow from itself, and from the tree it stands in. What the tree of a
//! squash, rebase or cherry-pick has besides, its author may honestly not have known:
//! an input is refused only when nobody can have seen it, and a decision only when none
//! of the views gives it that its author can have had. The gates are shown in a record
//! and never decide, so they are not derived again.

use std::sync::Arc;

use crate::model::cycle::{Counts, Cycle, Derivation};
use crate::model::layout;
use crate::model::metric::{Signal, Trend};
use crate::model::observation::Observation;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{decision, news, replay};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "decision-is-reproducible",
    level: Level::Error,
    says: "the decision re-derived from the tree equals the recorded one",
    protects: "A decision is worth its reasons. Whoever reads the log later must arrive at the same decision from \
               the same inputs, or somebody wrote down a wish. What else a commit brings is no excuse: each new \
               record must follow from the trends before it, or from what was observed by then. A record without \
               its inputs is one of the earlier tool, and none where anything shows that this one is in use.",
    example: "A record says `continue` because quality is up, while no observation ever said so, or a later one \
              had said that it is down.",
    mend: "Take the record out before it is pushed and let `git mkt run-cycle` make it.",
    judges: &["state/cycles.json"],
    reads: &[
        "state/cycles.json",
        "state/gates.json",
        "state/metrics.json",
        "boulder.json",
        "incidents/",
        "observations/",
    ],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    news::cycles(step).into_iter().flat_map(|cycle| Judge { step, cycle }.breaches()).collect()
}

struct Judge<'s> {
    step: &'s Step,
    cycle: &'s Cycle,
}

impl Judge<'_> {
    fn breach(&self, message: &str) -> Breach {
        let message = format!("cycle `{}` {message}", self.cycle.id);
        Breach::at(layout::CYCLES, message, format!("git mkt run-cycle {}", self.cycle.cadence))
    }

    fn breaches(&self) -> Vec<Breach> {
        let Some(derivation) = &self.cycle.derivation else { return self.underived().into_iter().collect() };
        let mut breaches: Vec<_> = self.itself(derivation).into_iter().collect();
        breaches.extend(self.window(derivation));
        breaches.extend(self.incidents(derivation));
        breaches.extend(self.trends(derivation));
        if breaches.is_empty() {
            breaches.extend(self.replayed(derivation));
        }
        breaches
    }

    /// The earlier tool wrote no derivation. Where this one is in use, that is no excuse.
    fn underived(&self) -> Option<Breach> {
        let adopted = self.step.parents.iter().any(|parent| news::is_governed(parent));
        adopted.then(|| self.breach("does not say what it was derived from"))
    }

    fn itself(&self, derivation: &Derivation) -> Option<Breach> {
        let rule = decision::rule_for(&derivation.inputs);
        (!decision::follows(self.cycle)).then(|| {
            let follows = decision::decision_of(rule);
            self.breach("does not follow from its own inputs").was(follows).is(self.cycle.decision)
        })
    }

    fn window(&self, derivation: &Derivation) -> Option<Breach> {
        let (window, to) = (derivation.window, self.cycle.generated_at);
        if window.to != to {
            return Some(self.breach("has a window that does not end when it ran").was(to).is(window.to));
        }
        let mut latest = to.days_before(self.cycle.cadence.days());
        // The log is in order, also when branches were joined in it.
        let earlier = news::log(&self.step.after).iter().take_while(|other| other.id != self.cycle.id);
        let of_cadence = earlier.filter(|other| other.cadence == self.cycle.cadence);
        if let Some(last) = of_cadence.map(|other| other.generated_at).max() {
            latest = latest.min(last);
        }
        let message = "has a window that begins too late: incidents fall between two cycles";
        (window.from > latest).then(|| self.breach(message).was(latest).is(window.from))
    }

    fn incidents(&self, derivation: &Derivation) -> Option<Breach> {
        let Derivation { window, inputs, .. } = derivation;
        let after = &self.step.after;
        let mut severities = Vec::new();
        for id in &inputs.incident_ids {
            let Some(incident) = after.incidents.get(id) else {
                let unreadable = news::problem(after, &after.incident_path(id)).is_some();
                let message = format!("counts the incident `{id}`, which does not exist");
                return (!unreadable).then(|| self.breach(&message));
            };
            if !window.counts(incident) {
                let message = format!("counts the incident `{id}`, which is not in its window");
                return Some(self.breach(&message).is(incident.created_at));
            }
            severities.push(incident.severity);
        }
        let counts = Counts::of(severities);
        let message = "counts other incidents than it names";
        (counts != inputs.incidents).then(|| self.breach(message).was(counts).is(inputs.incidents))
    }

    fn trends(&self, derivation: &Derivation) -> Vec<Breach> {
        let unseen = derivation.inputs.trends.iter().filter(|(signal, trend)| !self.seen(**signal, **trend));
        let breaches = unseen.map(|(signal, trend)| {
            let now = decision::trends(&self.step.before())[signal];
            let message = format!("says that `{signal}` is {trend}, which nobody had observed");
            self.breach(&message).was(now).is(trend)
        });
        breaches.collect()
    }

    /// Whether somebody could see this trend when the cycle ran. Flat is what every
    /// signal is before anyone has observed it.
    fn seen(&self, signal: Signal, trend: Trend) -> bool {
        let befores = self.step.parents.iter().chain([&self.step.after]);
        let shown = |snapshot: &Arc<Snapshot>| snapshot.metrics.as_ref().is_some_and(|now| now.trend(signal) == trend);
        if trend == Trend::Flat || befores.clone().any(shown) {
            return true;
        }
        // Clocks of two people may differ; a day is what `clock-is-honest` allows too.
        let latest = self.cycle.generated_at.days_after(1);
        let of_signal = self.step.after.observations.values().map(AsRef::as_ref);
        let of_signal = of_signal.filter(|seen: &&Observation| seen.signal == signal && seen.recorded_at <= latest);
        match trend {
            Trend::Conflict => {
                let trends: std::collections::BTreeSet<_> = of_signal.map(|seen| seen.trend).collect();
                trends.len() > 1
            }
            _ => of_signal.map(|seen| seen.trend).any(|seen| seen == trend),
        }
    }

    /// The decision made again from what can have been known.
    fn replayed(&self, derivation: &Derivation) -> Option<Breach> {
        let mut views = replay::views(self.step, self.cycle.generated_at).peekable();
        let first = views.peek().map(|view| replay::decide(view, &derivation.inputs))?;
        let gives = |view| replay::decide(&view, &derivation.inputs) == self.cycle.decision;
        let message = "is not what the tree before it gives";
        (!views.any(gives)).then(|| {
            let breach = self.breach(message).was(first).is(self.cycle.decision);
            breach.against_mainline(self.step)
        })
    }
}
