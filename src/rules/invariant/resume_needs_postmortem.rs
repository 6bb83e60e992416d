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
               happened and what prevents the next one, nothing scales. A new campaign is no way around it either: \
               the modules that an earlier one left paused are paused still.",
    example: "A commit empties `paused_modules` while the P0 of last week has no postmortem.",
    mend: "Write the postmortem with `git mkt postmortem <id>`; the next `continue` resumes the modules.",
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
    let mut breaches = resumes(step);
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
        let known = |incident: &Incident| {
            start.at.is_none_or(|at| incident.created_at <= at) || before.incidents.contains_key(&incident.id)
        };
        breaches.extend(unanswered(&step.after, known).map(|id| {
            let name = start.name();
            let message =
                format!("campaign `{name}` becomes active after a rollback, and `{id}` has no complete postmortem");
            Breach::at(start.path, message, postmortem_of(id)).against_mainline(step)
        }));
    }
    breaches
}

fn resumes(step: &Step) -> Vec<Breach> {
    let before = step.before();
    let resumed = resumed(&before, &step.after);
    let Some(module) = resumed.first() else { return Vec::new() };
    let cycles = news::cycles(step).into_iter().filter(|cycle| cycle.decision == Decision::Continue);
    let by = cycles.max_by_key(|cycle| cycle.generated_at);
    // The cycle that resumed could not know what came after it; a rebase or squash may have
    // put it before.
    let resumed_at = by.map(|cycle| cycle.generated_at);
    let known = |incident: &Incident| resumed_at.is_none_or(|at| incident.created_at <= at);
    let mut breaches: Vec<_> = unanswered(&step.after, known).map(|id| without_postmortem(module, id)).collect();
    breaches.extend(behind_gates(step, &before, by).map(|gate| {
        let message = format!("`{module}` resumes while {gate} fails");
        Breach::at(layout::EXECUTION, message, "git mkt check-gates").was("paused").is("resumed")
    }));
    breaches
}

/// The modules that were paused in the acceleration tier and are so no longer, whether
/// they were taken off the list or out of the tier.
fn resumed(before: &Snapshot, after: &Snapshot) -> Vec<ModuleName> {
    let unreadable = |path| news::problem(after, path).is_some();
    if unreadable(layout::EXECUTION) || unreadable(layout::MODULES) {
        return Vec::new();
    }
    let paused = before.execution.iter().flat_map(|execution| &execution.paused_modules);
    let paused = paused.filter(|module| news::scale_modules(before).contains(module));
    let still = |module: &ModuleName| {
        let listed = after.execution.as_ref().is_some_and(|execution| execution.pauses(module));
        let gone = after.modules.as_ref().is_some_and(|modules| !modules.contains(module));
        listed && (gone || news::scale_modules(after).contains(module))
    };
    paused.filter(|module| !still(module)).cloned().collect()
}

/// The P0s without a complete postmortem, of those that could be known.
fn unanswered(after: &Snapshot, known: impl Fn(&Incident) -> bool) -> impl Iterator<Item = &IncidentId> {
    let p0 = after.incidents.values().filter(|incident| incident.severity == Severity::P0);
    p0.filter(move |incident| known(incident) && !incident.has_complete_postmortem()).map(|incident| &incident.id)
}

fn without_postmortem(module: &ModuleName, id: &IncidentId) -> Breach {
    let message = format!("`{module}` resumes while the P0 `{id}` has no complete postmortem");
    Breach::at(layout::EXECUTION, message, postmortem_of(id)).was("paused").is("resumed")
}

fn postmortem_of(id: &IncidentId) -> String {
    format!("git mkt postmortem {id} --root-cause <text> --remediation <text> --prevention <text>")
}

/// The gate that keeps the modules paused: one that failed for the cycle that resumed
/// them. For modules resumed by hand, one that fails where the commit left the gates as
/// they were.
fn behind_gates(step: &Step, before: &Snapshot, by: Option<&Cycle>) -> Option<Gate> {
    if let Some(cycle) = by {
        let gates = &cycle.derivation.as_ref()?.inputs.gates;
        return gates.iter().find(|(_, outcome)| **outcome == GateOutcome::Fail).map(|(gate, _)| *gate);
    }
    let as_they_were = !step.is_merge() && before.gates == step.after.gates;
    let evaluation = gates::evaluate(&step.after);
    let failing = evaluation.failing().next().map(|result| result.gate);
    failing.filter(|_| as_they_were && step.after.boulder.is_some())
}
