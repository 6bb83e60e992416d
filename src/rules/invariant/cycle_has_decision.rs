//! `cycle-has-decision`

use crate::model::layout;
use crate::model::step::Step;
use crate::rules::kept::restore;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "cycle-has-decision",
    level: Level::Error,
    says: "every cycle record has one of the three decisions and its report file exists",
    protects: "After each cycle there is a decision, and a report that people can hold against it. A decision \
               without its report cannot be explained later.",
    example: "A commit deletes `reports/weekly/2026-11-22-weekly.md` while the log still names it.",
    mend: "Restore the report from the parent commit; run cycles with `git mkt run-cycle`, which writes both.",
    judges: &["state/cycles.json", "reports/"],
    reads: &["state/cycles.json", "reports/"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let after = &step.after;
    let new = news::cycles(step).into_iter().filter(|cycle| !after.has_file(&cycle.report_file));
    let mut breaches: Vec<_> = new
        .map(|cycle| {
            let message = format!("cycle `{}` has no report", cycle.id);
            let hint = format!("git mkt run-cycle {}", cycle.cadence);
            Breach::at(layout::CYCLES, message, hint).is(&cycle.report_file)
        })
        .collect();
    for (index, parent) in step.parents.iter().enumerate() {
        let had = news::log(parent).iter().filter(|cycle| parent.has_file(&cycle.report_file));
        for cycle in had.filter(|cycle| !after.has_file(&cycle.report_file)) {
            let message = format!("the report of cycle `{}` is dropped", cycle.id);
            let hint = restore(&cycle.report_file);
            breaches.push(Breach::at(&cycle.report_file, message, hint).against(index).was("present").is("absent"));
        }
    }
    breaches
}
