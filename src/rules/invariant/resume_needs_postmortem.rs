//! `resume-needs-postmortem`

use crate::model::cycle::{Cycle, Decision, GateOutcome};
use crate::model::gate::Gate;
use crate::model::id::{IncidentId, ModuleName};
use crate::model::incident::{Incident, Severity};
use crate::model::layout;
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
        breaches.extend(joined(step, parent).map(|breach| breach.against(index)));
    }
    breaches
}

/// What a step does to the pause of the mainline.
fn mainline(step: &Step, before: &Snapshot) -> Vec<Breach> {
    let after = &step.after;
    let paused: Vec<_> = paused(before).collect();
    if paused.is_empty() {
        return Vec::new();
    }
    let cycles = news::cycles(step).into_iter().filter(|cycle| cycle.decision == Decision::Continue);
    let by = cycles.max_by_key(|cycle| cycle.generated_at);
    let unanswered: Vec<_> =
        unanswered(after, |p0| by.is_none_or(|by| p0.created_at <= by.generated_at) || rolled_back(before, p0))
            .collect();
    let mut breaches = Vec::new();
    if let Some(module) = paused.iter().find(|module| resumes(before, after, module)) {
        breaches.extend(unanswered.iter().map(|id| without_postmortem(&format!("`{module}` resumes"), id)));
        breaches.extend(behind_gates(step, before, by).map(|gate| {
            let message = format!("`{module}` resumes while {gate} fails");
            Breach::at(layout::EXECUTION, message, "git mkt check-gates").was("paused").is("resumed")
        }));
    }
    let Some(id) = unanswered.first() else { return breaches };
    let tier = |snapshot| news::scale_modules(snapshot);
    let leaves = |module: &&&ModuleName| tier(before).contains(module) && !tier(after).contains(module);
    if let Some(module) = paused.iter().filter(|module| !resumes(before, after, module)).find(leaves) {
        breaches.push(without_postmortem(&format!("`{module}` leaves the scale modules"), id).is("in no tier"));
    }
    // A branch may have put a module into the tier before it heard of the pause.
    if !step.is_merge() && before.modules.is_some() {
        let joins = |module: &&ModuleName| !tier(before).contains(module) && !pauses(after, module);
        if let Some(module) = tier(after).iter().find(joins) {
            let breach = without_postmortem(&format!("`{module}` joins the scale modules and is not paused,"), id);
            breaches.push(breach.was("absent").is("running"));
        }
    }
    breaches
}

/// A pause of another side that the merged state drops, while a P0 that it answers is open.
fn joined<'s>(step: &'s Step, parent: &'s Snapshot) -> impl Iterator<Item = Breach> + 's {
    let resumed = paused(parent).find(|module| resumes(parent, &step.after, module));
    resumed.into_iter().flat_map(move |module| {
        let unanswered = unanswered(&step.after, |p0| rolled_back(parent, p0));
        unanswered.map(move |id| without_postmortem(&format!("`{module}` resumes"), id))
    })
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

/// Whether a paused scale module is so no longer, be it taken off the list or put into
/// another tier.
fn resumes(before: &Snapshot, after: &Snapshot, module: &ModuleName) -> bool {
    let scales = |snapshot| news::scale_modules(snapshot).contains(module);
    let retiered = scales(before) && !scales(after) && (is_known(after, module) || after.modules.is_none());
    !pauses(after, module) || retiered
}

/// Whether a rollback in the log answers this P0.
fn rolled_back(snapshot: &Snapshot, p0: &Incident) -> bool {
    let rollbacks = news::log(snapshot).iter().filter(|cycle| cycle.decision == Decision::Rollback);
    rollbacks.into_iter().any(|rollback| news::answers(rollback, p0))
}

/// The P0s without a complete postmortem. A cycle that resumed could not know what came
/// after it, which a rebase or squash may have put before; but it knew what the pause
/// that it ends was for, whatever date it bears.
fn unanswered(after: &Snapshot, counts: impl Fn(&Incident) -> bool) -> impl Iterator<Item = &IncidentId> {
    let p0 = after.incidents.values().filter(|incident| incident.severity == Severity::P0);
    let open = p0.filter(|incident| !incident.has_complete_postmortem());
    open.filter(move |incident| counts(incident)).map(|incident| &incident.id)
}

fn without_postmortem(what: &str, id: &IncidentId) -> Breach {
    let message = format!("{what} while the P0 `{id}` has no complete postmortem");
    Breach::at(layout::EXECUTION, message, postmortem_of(id)).was("paused").is("resumed")
}

fn postmortem_of(id: &IncidentId) -> String {
    format!("git mkt postmortem {id} --root-cause <text> --remediation <text> --prevention <text>")
}

/// The gate that keeps the modules paused: one that failed for the cycle that resumed
/// them, or one that passes neither before the step nor after it. Of a merge the gates
/// of two branches say nothing.
fn behind_gates(step: &Step, before: &Snapshot, by: Option<&Cycle>) -> Option<Gate> {
    if let Some(cycle) = by {
        let gates = &cycle.derivation.as_ref()?.inputs.gates;
        let failed = gates.iter().find(|(_, outcome)| **outcome == GateOutcome::Fail);
        if let Some((gate, _)) = failed {
            return Some(*gate);
        }
    }
    let by_hand_between_campaigns = by.is_none() && step.after.boulder.is_none();
    if step.is_merge() || by_hand_between_campaigns || gates::evaluate(before).passes() {
        return None;
    }
    let evaluation = gates::evaluate(&step.after);
    evaluation.failing().next().map(|result| result.gate)
}
