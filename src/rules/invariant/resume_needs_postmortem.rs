//! `resume-needs-postmortem`

use crate::model::cycle::{Cycle, Decision, GateOutcome};
use crate::model::gate::Gate;
use crate::model::id::{IncidentId, ModuleName};
use crate::model::incident::Incident;
use crate::model::layout;
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{gates, news};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "resume-needs-postmortem",
    level: Level::Error,
    says: "scale modules resume, and a campaign starts after a rollback, only with a complete postmortem for every P0",
    protects: "A rollback is left through what was learnt, not through waiting. Until it is written down why the P0 \
               happened and what prevents the next one, nothing scales: no paused module leaves the list or the \
               tier, and what joins the tier is paused too. Nor does anything resume while a gate fails, before the \
               commit and after it. A new campaign is no way around it either: the modules that an earlier one \
               left paused are paused still.",
    example: "A commit empties `paused_modules` while the P0 of last week has no postmortem, or gives a paused \
              module another name.",
    mend: "Write the postmortem with `git mkt postmortem <id>`, and make the gates pass; the next `continue` resumes \
           the modules. Name a module that joins the tier in `paused_modules`.",
    judges: &["boulder.json", "state/execution.json", "state/modules.json"],
    reads: &[
        "boulder.json",
        "state/execution.json",
        "state/modules.json",
        "state/cycles.json",
        "state/gates.json",
        "incidents/",
    ],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let mut breaches = resumed(step);
    breaches.extend(restarts(step));
    breaches
}

/// Campaigns that become active where the mainline has modules that a rollback left paused.
/// What went wrong in a campaign after it had begun, as a squash brings it, could not stop it.
fn restarts(step: &Step) -> Vec<Breach> {
    let before = step.before();
    let mut breaches = Vec::new();
    if before.execution.as_ref().is_none_or(|execution| execution.paused_modules.is_empty()) {
        return breaches;
    }
    for start in news::starts(step) {
        let counts = |incident: &Incident| {
            start.at.is_none_or(|at| incident.created_at <= at) || before.incidents.contains_key(&incident.id)
        };
        breaches.extend(unanswered(&step.after, counts).map(|id| {
            let name = start.name();
            let message =
                format!("campaign `{name}` becomes active after a rollback, and `{id}` has no complete postmortem");
            Breach::at(start.path, message, postmortem_of(id)).against_mainline(step)
        }));
    }
    breaches
}

/// What a step does to the pauses of its parents.
fn resumed(step: &Step) -> Vec<Breach> {
    let unreadable = |path| news::problem(&step.after, path).is_some();
    if unreadable(layout::EXECUTION) || unreadable(layout::MODULES) {
        return Vec::new();
    }
    let befores = step.befores();
    let mut breaches = mainline(step, &befores[0]);
    for (index, parent) in befores.iter().enumerate().skip(1) {
        breaches.extend(joined(step, parent).into_iter().map(|breach| breach.against(index)));
    }
    breaches
}

/// What a step does to the pause of the mainline.
fn mainline(step: &Step, before: &Snapshot) -> Vec<Breach> {
    let after = &step.after;
    let paused: Vec<_> = paused(before).collect();
    if paused.is_empty() {
        return evading(step, before).into_iter().collect();
    }
    let cycles = news::cycles(step).into_iter().filter(|cycle| cycle.decision == Decision::Continue);
    let by = cycles.max_by_key(|cycle| cycle.generated_at);
    let unanswered =
        unanswered(after, |p0| by.is_none_or(|by| p0.created_at <= by.generated_at) || rolled_back(before, p0));
    let holds: Vec<_> = unanswered.map(Hold::P0).chain(behind_gates(step, before, by).map(Hold::Gate)).collect();
    let mut breaches = Vec::new();
    if let Some(module) = paused.iter().find(|module| resumes(before, after, module)) {
        breaches.extend(holds.iter().map(|hold| hold.breach(&format!("`{module}` resumes"))));
    }
    let Some(hold) = holds.first() else { return breaches };
    if let Some(module) =
        paused.iter().filter(|module| !resumes(before, after, module)).find(|module| leaves_tier(before, after, module))
    {
        breaches.push(hold.breach(&format!("`{module}` leaves the scale modules")).is("in no tier"));
    }
    // A branch may have put a module into the tier before it heard of the pause.
    if !step.is_merge() && before.modules.is_some() {
        let joins = |module: &&ModuleName| !scales(before, module) && !pauses(after, module);
        if let Some(module) = news::scale_modules(after).iter().find(joins) {
            let breach = hold.breach(&format!("`{module}` joins the scale modules and is not paused,"));
            breaches.push(breach.was("absent").is("running"));
        }
    }
    breaches
}

/// A scale module that leaves the tier before the rollback that a P0 calls for could pause it.
fn evading(step: &Step, before: &Snapshot) -> Option<Breach> {
    let boulder = before.boulder.as_ref().filter(|_| !step.is_merge())?;
    let module = news::scale_modules(before).iter().find(|module| leaves_tier(before, &step.after, module))?;
    let known = |p0: &Incident| p0.created_at >= boulder.started_at && before.incidents.contains_key(&p0.id);
    let id = unanswered(&step.after, known).next()?;
    let breach = without_postmortem(&format!("`{module}` leaves the scale modules"), id);
    Some(breach.was("a scale module").is("none"))
}

/// A pause of another side that the merged state drops, while a P0 that it answers is open; any
/// P0, or a gate that fails, where nobody had resumed what was paused.
fn joined(step: &Step, parent: &Snapshot) -> Vec<Breach> {
    let after = &step.after;
    let Some(module) = paused(parent).find(|module| resumes(parent, after, module)) else { return Vec::new() };
    let is_decided = is_resumed(step, parent);
    let unanswered = unanswered(after, |p0| !is_decided || rolled_back(parent, p0));
    let gate = if is_decided { None } else { still_failing(parent, after) };
    let holds = unanswered.map(Hold::P0).chain(gate.map(Hold::Gate));
    holds.map(|hold| hold.breach(&format!("`{module}` resumes"))).collect()
}

/// What keeps scale modules paused.
enum Hold<'s> {
    /// A P0 without a complete postmortem.
    P0(&'s IncidentId),
    /// A gate that fails.
    Gate(Gate),
}

impl Hold<'_> {
    fn breach(&self, what: &str) -> Breach {
        match self {
            Self::P0(id) => without_postmortem(what, id),
            Self::Gate(gate) => {
                let message = format!("{what} while {gate} fails");
                Breach::at(layout::EXECUTION, message, "git mkt check-gates").was("paused").is("resumed")
            }
        }
    }
}

/// The scale modules that are paused; one that is in no tier at all may come back into it.
fn paused(snapshot: &Snapshot) -> impl Iterator<Item = &ModuleName> {
    let listed = snapshot.execution.iter().flat_map(|execution| &execution.paused_modules);
    listed.filter(|module| news::scale_modules(snapshot).contains(module) || !is_known(snapshot, module))
}

fn is_known(snapshot: &Snapshot, module: &ModuleName) -> bool {
    snapshot.modules.as_ref().is_some_and(|modules| modules.contains(module))
}

fn pauses(snapshot: &Snapshot, module: &ModuleName) -> bool {
    snapshot.execution.as_ref().is_some_and(|execution| execution.pauses(module))
}

fn scales(snapshot: &Snapshot, module: &ModuleName) -> bool {
    news::scale_modules(snapshot).contains(module)
}

fn leaves_tier(before: &Snapshot, after: &Snapshot, module: &ModuleName) -> bool {
    scales(before, module) && !scales(after, module)
}

/// Whether a paused scale module is so no longer, be it taken off the list or put into
/// another tier.
fn resumes(before: &Snapshot, after: &Snapshot, module: &ModuleName) -> bool {
    let is_retiered = leaves_tier(before, after, module) && (is_known(after, module) || after.modules.is_none());
    !pauses(after, module) || is_retiered
}

/// Whether what a parent of a merge pauses was resumed elsewhere, where that was judged: by a
/// `continue` after its last rollback, or in a side that knows of that rollback.
fn is_resumed(step: &Step, parent: &Snapshot) -> bool {
    let Some(last) = decided(parent, Decision::Rollback).max_by_key(|cycle| cycle.generated_at) else { return true };
    let resumes = |side: &Snapshot| {
        decided(side, Decision::Rollback).any(|rollback| rollback.id == last.id)
            && paused(parent).any(|module| !pauses(side, module))
    };
    decided(&step.after, Decision::Continue).any(|cycle| cycle.generated_at > last.generated_at)
        || step.parents.iter().any(|side| resumes(side))
}

/// The cycles in the log with this decision.
fn decided(snapshot: &Snapshot, decision: Decision) -> impl Iterator<Item = &Cycle> {
    news::log(snapshot).iter().filter(move |cycle| cycle.decision == decision)
}

/// Whether a rollback in the log answers this P0.
fn rolled_back(snapshot: &Snapshot, p0: &Incident) -> bool {
    decided(snapshot, Decision::Rollback).any(|rollback| news::answers(rollback, p0))
}

/// The P0s without a complete postmortem. A cycle that resumed could not know what came
/// after it, which a rebase or squash may have put before; but it knew what the pause
/// that it ends was for, whatever date it bears.
fn unanswered(after: &Snapshot, counts: impl Fn(&Incident) -> bool) -> impl Iterator<Item = &IncidentId> {
    after.open_p0s().filter(move |incident| counts(incident)).map(|incident| &incident.id)
}

fn without_postmortem(what: &str, id: &IncidentId) -> Breach {
    let message = format!("{what} while the P0 `{id}` has no complete postmortem");
    Breach::at(layout::EXECUTION, message, postmortem_of(id)).was("paused").is("resumed")
}

fn postmortem_of(id: &IncidentId) -> String {
    let id = word(id.as_str());
    format!("git mkt postmortem {id} --root-cause <text> --remediation <text> --prevention <text>")
}

/// The gate that keeps the modules paused: one that failed for the cycle that resumed
/// them, or one that passes neither before the step nor after it. A merge may bring the
/// resume of a branch whose gates passed.
fn behind_gates(step: &Step, before: &Snapshot, by: Option<&Cycle>) -> Option<Gate> {
    if let Some(cycle) = by {
        let gates = &cycle.derivation.as_ref()?.inputs.gates;
        let failed = gates.iter().find(|(_, outcome)| **outcome == GateOutcome::Fail);
        if let Some((gate, _)) = failed {
            return Some(*gate);
        }
    }
    let by_hand_between_campaigns = by.is_none() && step.after.boulder.is_none();
    let is_brought = step.is_merge() && (by.is_some() || is_resumed(step, before));
    if by_hand_between_campaigns || is_brought { None } else { still_failing(before, &step.after) }
}

/// The first gate that fails in a state, where they did not all pass in the one before it.
fn still_failing(before: &Snapshot, after: &Snapshot) -> Option<Gate> {
    if gates::evaluate(before).passes() {
        return None;
    }
    gates::evaluate(after).failing().next().map(|result| result.gate)
}
