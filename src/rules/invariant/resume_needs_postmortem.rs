//! `resume-needs-postmortem`

use crate::model::cycle::Decision;
use crate::model::id::{IncidentId, ModuleName};
use crate::model::incident::{Incident, Severity};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::table::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{gates, news};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "resume-needs-postmortem",
    level: Level::Error,
    says: "scale modules resume only with a complete postmortem for every P0",
    protects: "A rollback is left through what was learnt, not through waiting. Until it is written down why the P0 \
               happened and what prevents the next one, nothing scales.",
    example: "A commit empties `paused_modules` while the P0 of last week has no postmortem.",
    mend: "Write the postmortem with `git mkt postmortem <id>`; the next `continue` resumes the modules.",
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let before = step.before();
    let resumed = resumed(&before, &step.after);
    let Some(module) = resumed.first() else { return Vec::new() };
    let mut breaches: Vec<_> = unanswered(step, &before).map(|id| without_postmortem(module, id)).collect();
    breaches.extend(behind_gates(step, &before, module));
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

/// The P0s without a complete postmortem that the mainline had, or that are older than
/// the cycle that resumed. What came after it, in a squash, it could not know.
fn unanswered<'s>(step: &'s Step, before: &'s Snapshot) -> impl Iterator<Item = &'s IncidentId> {
    let resuming = news::cycles(step).into_iter().filter(|cycle| cycle.decision == Decision::Continue);
    let resumed_at = resuming.map(|cycle| cycle.generated_at).max();
    let counts = move |incident: &&Incident| {
        let known = before.incidents.contains_key(&incident.id);
        known || resumed_at.is_none_or(|at| incident.created_at <= at)
    };
    let p0 = step.after.incidents.values().map(AsRef::as_ref).filter(|incident| incident.severity == Severity::P0);
    p0.filter(|incident| !incident.has_complete_postmortem()).filter(counts).map(|incident| &incident.id)
}

fn without_postmortem(module: &ModuleName, id: &IncidentId) -> Breach {
    let message = format!("`{module}` resumes while the P0 `{id}` has no complete postmortem");
    let hint = format!("git mkt postmortem {id} --root-cause <text> --remediation <text> --prevention <text>");
    Breach::at(layout::EXECUTION, message, hint).was("paused").is("resumed")
}

/// Where the commit left the gates as they were, they must pass as well. In a squash
/// they may have fallen since.
fn behind_gates(step: &Step, before: &Snapshot, module: &ModuleName) -> Option<Breach> {
    let as_they_were = !step.is_merge() && before.gates == step.after.gates;
    let evaluation = gates::evaluate(&step.after);
    let failing = evaluation.failing().next().filter(|_| as_they_were && step.after.boulder.is_some())?;
    let message = format!("`{module}` resumes while {} fails: {}", failing.gate, failing.reason);
    Some(Breach::at(layout::EXECUTION, message, "git mkt check-gates").was("paused").is("resumed"))
}
