//! The three checks of the Plan Reviewer.

use std::collections::BTreeSet;

use crate::model::cadence::Cadence;
use crate::model::incident::Severity;
use crate::model::metric::Track;
use crate::model::module::Modules;
use crate::model::plan::{Plan, Section, TaskRow};
use crate::model::snapshot::Snapshot;
use crate::model::template;
use crate::model::unseen::is_blank;

use super::finding::{Check, Finding, Findings, short};
use super::measure::names_stored_signal;

/// All findings of the reviewer.
pub(super) fn review(snapshot: &Snapshot, plan: &Plan) -> Vec<Finding> {
    let modules = snapshot.modules.clone().unwrap_or_else(template::modules);
    let mut findings = executability(&modules, plan);
    findings.extend(verifiability(plan));
    findings.extend(recoverability(plan));
    findings
}

fn executability(modules: &Modules, plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::Executability, plan);
    if is_blank(plan.goal()) {
        findings.error(plan.goal_line(), "the plan has no goal", "write the goal into the line `goal:` at the top");
    }
    let baseline = plan.body().line(Section::TaskBaseline);
    for track in Track::ALL {
        if !plan.body().tasks.iter().any(|row| row.track == Some(track)) {
            let hint = format!("add a task row under a heading with the word `{track}` in the task baseline");
            findings.error(baseline, format!("the {track} track has no task"), hint);
        }
    }
    // A heading that was renamed moves all its rows: that is one mistake.
    let mut stray = plan.body().tasks.iter().filter(|row| row.track.is_none());
    if let Some(first) = stray.next() {
        let message = match stray.count() {
            0 => "a task stands under neither track".to_owned(),
            more => format!("{} tasks stand under neither track", more + 1),
        };
        let hint = "put the rows under a heading with the word `visibility` or `quality`";
        findings.error(Some(first.line), message, hint);
    }
    let mut seen = BTreeSet::new();
    for row in &plan.body().tasks {
        task(row, modules, &mut findings);
        if let Some(id) = row.id.as_deref()
            && !seen.insert(id)
        {
            let hint = "give the task an id that no other row has";
            findings.error(Some(row.line), format!("task id `{}` is there twice", short(id)), hint);
        }
    }
    let section = plan.body().line(Section::Cadence);
    for cadence in Cadence::ALL.into_iter().filter(|cadence| !plan.body().cadences.contains_key(cadence)) {
        let days = cadence.days();
        let hint = format!("add an item that says what the {cadence} cycle does every {days} days under `## Cadence`");
        findings.error(section, format!("the {cadence} cadence is not named"), hint);
    }
    findings.all
}

fn task(row: &TaskRow, modules: &Modules, findings: &mut Findings<'_>) {
    let line = Some(row.line);
    let cells = [("id", &row.id), ("task", &row.task), ("module", &row.module), ("specialist", &row.specialist)];
    for (column, _) in cells.into_iter().filter(|(_, cell)| cell.is_none()) {
        findings.error(line, format!("the task has no {column}"), format!("fill in the column `{column}` of this row"));
    }
    if let Some(module) = row.module.as_deref()
        && !modules.all().any(|known| known.as_str() == module)
    {
        let known = modules.all().map(|known| known.as_str()).collect::<Vec<_>>().join(", ");
        let hint = format!("write one of these modules into the row: {known}");
        findings.error(line, format!("module `{}` is not known", short(module)), hint);
    }
}

fn verifiability(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::Verifiability, plan);
    let said = plan.body().acceptance.iter().filter_map(|item| item.text.as_deref().map(|text| (text, item.line)));
    for (text, line) in said.filter(|(text, _)| !names_stored_signal(text)) {
        let message = format!("acceptance criterion `{}` names no stored signal", short(text));
        let hint = "name one: a trend such as `conversion_assist_trend`, a gate, incidents by severity, \
                    a cycle's decision or the status of tasks";
        findings.error(Some(line), message, hint);
    }
    for row in plan.body().tasks.iter().filter(|row| row.acceptance_signal.is_none()) {
        let hint = "say in the column `Acceptance signal` what shows that the task is done";
        findings.warn(Some(row.line), "the task has no acceptance signal", hint);
    }
    findings.all
}

fn recoverability(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::Recoverability, plan);
    for severity in Severity::ALL {
        let hint = format!("add `- {severity}: …` with what happens then under `## Incident policy`");
        match plan.body().incidents.get(&severity) {
            None => {
                let line = plan.body().line(Section::IncidentPolicy);
                findings.error(line, format!("the incident policy does not name {severity}"), hint);
            }
            Some(item) if item.text.is_none() => {
                findings.error(Some(item.line), format!("the incident policy says nothing about {severity}"), hint);
            }
            Some(_) => {}
        }
    }
    findings.all
}
