//! The five checks of the Requirements Analyst.

use std::collections::BTreeSet;

use crate::model::gate::Gate;
use crate::model::layout;
use crate::model::plan::{Item, Plan, Section, Words};
use crate::model::snapshot::Snapshot;
use crate::model::template;
use crate::rules::gates::{self};
use crate::rules::violation::Level;

use super::finding::{Check, Finding, Findings, short};
use super::measure::{Unmeasurable, measure};

/// All findings of the analyst.
pub(super) fn review(snapshot: &Snapshot, plan: &Plan) -> Vec<Finding> {
    let mut findings = scope(plan);
    findings.extend(acceptance(plan));
    findings.extend(ownership(plan));
    findings.extend(gate_blockers(snapshot, plan));
    findings.extend(rollback(plan));
    findings
}

/// A list that must have an item, and no blank one.
struct Wanted<'p> {
    items: &'p [Item],
    section: Section,
    /// What an item is called.
    item: &'p str,
    /// What to write.
    hint: &'p str,
}

fn require(wanted: &Wanted<'_>, plan: &Plan, findings: &mut Findings<'_>) {
    if wanted.items.is_empty() {
        let line = plan.body().line(wanted.section);
        findings.error(line, format!("there is no {}", wanted.item), wanted.hint);
    }
    for blank in wanted.items.iter().filter(|item| item.text.is_none()) {
        findings.error(Some(blank.line), format!("the {} is blank", wanted.item), wanted.hint);
    }
}

fn scope(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::ScopeBoundaries, plan);
    let section = Section::Scope;
    let inside = Wanted {
        items: &plan.body().scope_in,
        section,
        item: "item in scope",
        hint: "list what the campaign works on under `### In scope` in the section `## Scope`",
    };
    let outside = Wanted {
        items: &plan.body().scope_out,
        section,
        item: "item out of scope",
        hint: "list what the campaign leaves alone under `### Out of scope` in the section `## Scope`",
    };
    require(&inside, plan, &mut findings);
    require(&outside, plan, &mut findings);
    findings.all
}

fn acceptance(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::AcceptanceCriteria, plan);
    let hint = "write a result with its number, such as `non_brand_visibility_trend is up in 3 of 4 weekly cycles`";
    let items = &plan.body().acceptance;
    let wanted = Wanted { items, section: Section::AcceptanceCriteria, item: "acceptance criterion", hint };
    require(&wanted, plan, &mut findings);
    for (text, line) in items.iter().filter_map(|item| item.text.as_deref().map(|text| (text, item.line))) {
        let Err(Unmeasurable(vague)) = measure(text) else { continue };
        let why = match vague {
            Some(word) => format!("`{word}` is vague"),
            None => "it has no number, no comparison and no trend of a stored signal".to_owned(),
        };
        findings.error(Some(line), format!("acceptance criterion `{}` cannot be measured: {why}", short(text)), hint);
    }
    findings.all
}

fn ownership(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::Ownership, plan);
    let rows = &plan.body().roles;
    let line = plan.body().line(Section::RoleMatrix);
    if rows.is_empty() {
        let hint = "add a table with the columns Role and Owner and a row for each of the twelve roles";
        findings.error(line, "there is no role ownership matrix", hint);
    }
    let known: Vec<String> = template::roles().into_iter().map(|role| role.role).collect();
    for role in &known {
        let mut named =
            rows.iter().filter(|row| row.role.as_deref().is_some_and(|text| Words::of(text).are(role))).peekable();
        match named.peek() {
            None if rows.is_empty() => {}
            None => findings.error(
                line,
                format!("role `{role}` is not in the matrix"),
                format!("add a row `| {role} | … |` with its owner to the role ownership matrix"),
            ),
            Some(first) => {
                let line = first.line;
                if named.all(|row| row.owner.is_none()) {
                    let hint = "write a person into the Owner column of each role that has none";
                    findings.error(Some(line), format!("role `{role}` has no owner"), hint);
                }
            }
        }
    }
    let matrix: BTreeSet<Words> = match rows.is_empty() {
        true => known.iter().map(|role| Words::of(role)).collect(),
        false => rows.iter().filter_map(|row| row.role.as_deref().map(Words::of)).collect(),
    };
    for row in &plan.body().tasks {
        let what = row.id.as_deref().map_or_else(|| "the task".to_owned(), |id| format!("task `{}`", short(id)));
        let message = match row.specialist.as_deref() {
            None => format!("{what} has no specialist"),
            Some(role) if matrix.contains(&Words::of(role)) => continue,
            Some(role) => format!("specialist `{}` of {what} is no role of the matrix", short(role)),
        };
        findings.error(Some(row.line), message, "write a role of the matrix into the Specialist column");
    }
    findings.all
}

fn gate_blockers(snapshot: &Snapshot, plan: &Plan) -> Vec<Finding> {
    let check = Check::HiddenGateBlockers;
    let mut findings = Findings::of(check, plan);
    for gate in Gate::ALL.into_iter().filter(|gate| !plan.body().gates.contains_key(gate)) {
        let hint = format!("add `- [ ] {gate}: passes when {}` to the startup gate checklist", gate.condition());
        findings.error(plan.body().line(Section::GateChecklist), format!("the checklist does not name {gate}"), hint);
    }
    let mut findings = findings.all;
    let malformed: Vec<_> = snapshot.problems.iter().filter(|problem| problem.path == layout::GATES).collect();
    for problem in &malformed {
        findings.push(Finding {
            check,
            level: Level::Error,
            path: problem.path.clone(),
            line: (problem.line > 0).then_some(problem.line),
            message: format!("the gates cannot be read: {}", problem.message),
            hint: format!("mend `{}` in an editor, then run `git mkt record`", layout::GATES),
        });
    }
    if malformed.is_empty() {
        let evaluation = gates::evaluate(snapshot);
        findings.extend(evaluation.failing().map(|result| Finding {
            check,
            level: Level::Warning,
            path: layout::GATES.to_owned(),
            line: result.line,
            message: format!("{} fails: {}", result.gate, result.reason),
            hint: result.opened_by.clone().unwrap_or_default(),
        }));
    }
    findings
}

fn rollback(plan: &Plan) -> Vec<Finding> {
    let mut findings = Findings::of(Check::RollbackConditions, plan);
    let wanted = Wanted {
        items: &plan.body().rollback_conditions,
        section: Section::RollbackConditions,
        item: "rollback condition",
        hint: "list what would make you stop and undo under `## Rollback conditions`",
    };
    require(&wanted, plan, &mut findings);
    findings.all
}
