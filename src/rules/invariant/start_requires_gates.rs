//! `start-requires-gates`

use crate::model::layout;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};
use crate::rules::{gates, news};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "start-requires-gates",
    level: Level::Error,
    says: "a campaign becomes active only in a tree where all five gates pass",
    protects: "Nothing scales before its foundation holds. There is no flag that gets a campaign past a failing \
               gate, and no way of committing that does. Where the policy asks for evidence, it must be something \
               that anybody can look at: an http(s) URL, or a path with the id of the blob that it named.",
    example: "`boulder.json` is added by hand while `capacity_gate` has 6 feasible weeks of 8.",
    mend: "Make the gates pass, record that with `git mkt update-gates`, and start with `git mkt start-campaign`.",
    judges: &["boulder.json", "state/execution.json"],
    reads: &["boulder.json", "state/execution.json", "state/gates.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let starts = news::starts(step);
    if starts.is_empty() {
        return Vec::new();
    }
    let evaluation = gates::evaluate(&step.after);
    let needs_evidence = news::policy(step).require_gate_evidence;
    let mut breaches = Vec::new();
    for start in &starts {
        for result in &evaluation.results {
            let gate = result.gate;
            let breach = if !result.passes() {
                let message =
                    format!("campaign `{}` becomes active while {gate} fails: {}", start.name(), result.reason);
                let hint = result.opened_by.clone().unwrap_or_default();
                Breach::at(layout::GATES, message, hint).is("fail")
            } else if needs_evidence && result.evidence == 0 {
                let message = format!("campaign `{}` becomes active without evidence for {gate}", start.name());
                let field = gate.fields().next().map_or_else(String::new, |field| field.to_string());
                let hint = format!("git mkt update-gates {field}=<value> --evidence <ref>");
                Breach::at(layout::GATES, message, hint).is("no evidence")
            } else {
                continue;
            };
            breaches.push(breach.against_mainline(step).line(result.line));
        }
    }
    breaches
}
