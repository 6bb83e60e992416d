//! `active-task-is-complete`

use crate::model::layout;
use crate::model::shell::word;
use crate::model::step::Step;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "active-task-is-complete",
    level: Level::Error,
    says: "an active task has owner, due date, KPI impact and rollback condition",
    protects: "Work that nobody owns, that is never due, that moves no number or that nobody knows how to undo \
               cannot be governed. The four fields are what makes a task executable; without them it stays pending.",
    example: "Task 7 is set to `active` in `sprint-board.json` while its `owner` is empty.",
    mend: "Fill in the missing fields with `git mkt update-task`, or set the task back to `pending`.",
    judges: &["state/sprint-board.json"],
    reads: &["state/sprint-board.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let befores = step.befores();
    let mut breaches = Vec::new();
    for task in news::active_tasks(&step.after) {
        let missing = task.missing();
        let known = || befores.iter().any(|parent| news::active_tasks(parent).any(|old| old == task));
        if missing.is_empty() || known() {
            continue;
        }
        let options: Vec<_> = missing.iter().map(|field| option(field)).collect();
        let message = format!("task `{}` is active without {}", task.id, missing.join(", "));
        let hint = format!("git mkt update-task {} {}", word(task.id.as_str()), options.join(" "));
        breaches.push(Breach::at(layout::BOARD, message, hint).is(format!("without {}", missing.join(", "))));
    }
    breaches
}

fn option(field: &str) -> &'static str {
    match field {
        "owner" => "--owner <person>",
        "due_date" => "--due <day>",
        "kpi_impact" => "--kpi-impact <text>",
        _ => "--rollback-condition <text>",
    }
}
