//! What a commit that was made by hand may claim: for `record`, and for the hooks.

use crate::change;
use crate::model::action::{Action, Claim, Token};
use crate::model::snapshot::Snapshot;
use crate::rules::gates;

/// The claim that follows from what differs, with the verdict on each gate that is touched.
pub fn derived(before: &Snapshot, after: &Snapshot) -> Claim {
    let changes = change::between(before, after);
    // The commit names the plan of the campaign that it is part of, where that is there.
    let active = before.active_plan().filter(|plan| after.plans.contains_key(*plan));
    let mut claim = change::claim(&changes, Action::Record, active);
    let touched = change::touched_gates(&changes);
    for result in gates::evaluate(after).results.iter().filter(|result| touched.contains(&result.gate)) {
        claim = claim.with(Token::Gate, format!("{}={}", result.gate, result.status));
    }
    claim
}
