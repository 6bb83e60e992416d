//! `start-requires-plan`

use crate::model::layout;
use crate::model::plan::Plan;
use crate::model::review::{Review, Verdict};
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::kept::restore;
use crate::rules::news;
use crate::rules::news::Start;
use crate::rules::plan_review::{Verdicts, review};
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "start-requires-plan",
    level: Level::Error,
    says: "a campaign becomes active only where its plan resolves, passes the review checks and has a `pass` verdict \
           for its present text; the plan stays, and no other takes its place, as long as the campaign is active",
    protects: "A campaign carries out a plan that somebody has read and found executable, measurable and \
               recoverable, in the very words it has now. Where the policy asks for an independent review, that is \
               neither the `author` nor the `owner` of the plan: their addresses are compared where both have one, \
               else their names. Nobody can carry out, or account for, a plan that is gone. One campaign ends before the next \
               begins, and none begins anew: its windows reach back to its start.",
    example: "The plan is edited after its review, and the campaign is started without another one. Or the plan of \
              the active campaign is renamed, and `boulder.json` still points to the old name.",
    mend: "Mend what the checks find, then `git mkt review-plan <plan> --pass`, then `git mkt start-campaign`. Bring \
           a plan that is gone back, or end its campaign with `git mkt finish-campaign` first.",
    judges: &["boulder.json", "state/execution.json", "plans/"],
    reads: &["boulder.json", "state/execution.json", "state/gates.json", "state/modules.json", "plans/", "reviews/"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let starts = news::starts(step);
    let breaches =
        starts.iter().flat_map(|start| unready(step, start).into_iter().map(|one| one.against_mainline(step)));
    breaches.chain(dropped(step)).chain(displaced(step, &starts)).collect()
}

/// The campaign of the mainline that another takes the place of, or the same from another
/// time on, without a record of its end. The earlier tool kept no such records.
fn displaced(step: &Step, starts: &[Start]) -> Option<Breach> {
    let before = step.before();
    let old = before.boulder.as_ref().filter(|_| news::is_governed(&before))?;
    let start = starts.iter().find(|start| start.path == layout::BOULDER)?;
    if step.after.finishes.values().any(|finish| finish.started_at == old.started_at) {
        return None;
    }
    let (message, was, is) = if start.plan == old.active_plan {
        let message = format!("the active campaign `{}` is said to have begun at another time", old.plan_name);
        (message, old.started_at.to_string(), start.at.map(|at| at.to_string()).unwrap_or_default())
    } else {
        let message = format!("`{}` takes the place of `{}`, which has not ended", start.name(), old.plan_name);
        (message, old.active_plan.clone(), start.plan.clone())
    };
    let hint = "git mkt finish-campaign --outcome <text>";
    Some(Breach::at(layout::BOULDER, message, hint).was(was).is(is).against_mainline(step))
}

/// The plan of a campaign that goes on, where this step drops its file.
fn dropped(step: &Step) -> Option<Breach> {
    let boulder = step.after.boulder.as_ref()?;
    let path = &boulder.active_plan;
    let runs = |parent: &Snapshot| parent.active_plan() == Some(&boulder.plan_name);
    let mut running = step.parents.iter().enumerate().filter(|(_, parent)| runs(parent)).peekable();
    let (nth, _) = *running.peek()?;
    // Where a parent lacks it already, the step that dropped it was told so.
    if step.after.has_file(path) || running.any(|(_, parent)| !parent.has_file(path)) {
        return None;
    }
    let message = format!("the plan of the active campaign `{}` is dropped", boulder.plan_name);
    Some(Breach::at(path, message, restore(path)).against(nth).was("present").is("absent"))
}

fn unready(step: &Step, start: &Start) -> Vec<Breach> {
    let after = &step.after;
    let Some(plan) = after.plans.values().find(|plan| layout::plan(&plan.name) == start.plan) else {
        if news::problem(after, &start.plan).is_some() {
            return Vec::new();
        }
        let message = format!("campaign `{}` becomes active without its plan", start.name());
        return vec![Breach::at(start.path, message, "git mkt list-plans").is(&start.plan)];
    };
    let findings = review(after, plan).into_iter();
    // What the gates have to say, `start-requires-gates` says.
    let errors = findings.filter(|finding| finding.level == Level::Error && finding.path != layout::GATES);
    let mut breaches: Vec<_> =
        errors.map(|finding| Breach::at(finding.path, finding.message, finding.hint).line(finding.line)).collect();
    breaches.extend(verdict(step, start, plan));
    breaches
}

/// What is wrong with the verdict on the plan's present text.
fn verdict(step: &Step, start: &Start, plan: &Plan) -> Option<Breach> {
    let verdicts = Verdicts::of(&step.after, plan);
    let hint = format!("git mkt review-plan {} --pass", word(plan.name.as_str()));
    let Some(pass) = verdicts.pass() else {
        let message = format!("campaign `{}` becomes active without a `pass` for the plan as it is", start.name());
        return Some(Breach::at(&start.plan, message, hint));
    };
    // A squash may bring a verdict that is younger than the start.
    let known =
        |review: &Review| start.at.is_none_or(|at| review.at <= at) || step.before().reviews.contains_key(&review.id);
    if let Some(revise) = verdicts.revise(known) {
        let message = format!("campaign `{}` becomes active after the verdict `revise` of {}", start.name(), revise.id);
        return Some(Breach::at(&start.plan, message, hint).was("pass").is("revise"));
    }
    let own = |review: &Review| [&plan.author, &plan.owner].iter().any(|own| same_person(&review.reviewer, own));
    // Whoever else was asked last decides: an author's own `pass` is no answer to their `revise`.
    let counts = |review: &Review| !own(review) && (review.verdict == Verdict::Pass || known(review));
    let independent = verdicts.newest(counts).map(|review| review.verdict);
    if news::policy(step).require_independent_review && independent != Some(Verdict::Pass) {
        let message = format!("campaign `{}` becomes active with a plan that its own author passed", start.name());
        let hint = format!("have somebody else run `{hint}`");
        return Some(Breach::at(&start.plan, message, hint).is(&pass.reviewer));
    }
    None
}

/// Whether two texts name one person, as `Name`, `Name <email>` or an address alone: by their
/// addresses where both have one, else by their names.
fn same_person(one: &str, other: &str) -> bool {
    let ((name, address), (other_name, other_address)) = (person(one), person(other));
    match (address.is_empty(), other_address.is_empty()) {
        (false, false) => address == other_address,
        _ => !name.is_empty() && name == other_name,
    }
}

/// The name and the address, in lower case; empty where there is none.
fn person(text: &str) -> (String, String) {
    let text = text.trim().to_lowercase();
    let is_address = text.contains('@') && !text.contains(char::is_whitespace);
    let bare = if is_address { ("", text.as_str()) } else { (text.as_str(), "") };
    let (name, address) = text.split_once('<').unwrap_or(bare);
    let words: Vec<_> = name.split_whitespace().collect();
    (words.join(" "), address.trim_end_matches('>').trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::same_person;

    #[test]
    fn a_person_is_known_by_name_or_address() {
        assert!(same_person("Ada Lovelace <ada@example.com>", "ada lovelace"));
        assert!(same_person("Ada Lovelace <ada@example.com>", " ADA@example.com "));
        assert!(same_person("A. L. <ada@example.com>", "Ada Lovelace <ada@example.com>"));
        assert!(!same_person("Ada Lovelace <ada@example.com>", "Grace Hopper"));
        assert!(!same_person("Ada Lovelace", ""));
        assert!(!same_person("", " <>"));
        assert!(!same_person("Ada Lovelace <ada@example.com>", "Ada Lovelace <other@example.com>"));
    }
}
