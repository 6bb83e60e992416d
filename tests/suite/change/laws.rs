//! Laws of the diff, over any two states of the artifacts.

use std::sync::Arc;

use ohmymkt::change::{between, claim, touched_gates};
use ohmymkt::model::action::{Action, Token};
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::model::step::Step;
use ohmymkt::rules::check;
use ohmymkt::rules::gates::evaluate;
use proptest::prelude::*;

use super::files::{Files, campaign};

/// A state near the campaign: files left out, others with something in them replaced.
fn any_state() -> impl Strategy<Value = Files> {
    let words = prop::sample::select(vec![
        ("flat", "up"),
        ("false", "true"),
        (": 0", ": 1"),
        ("pending", "done"),
        ("intervene", "rollback"),
        ("Ana", "Eve\\u001b[31m"),
        ("q3-aeo", "q4-aeo"),
        ("{", "{\"later\": [1, {\"a\": 2}],"),
        ("}", "]"),
    ]);
    let count = campaign().0.len();
    prop::collection::vec((0..count, prop::option::of(words)), 0..6).prop_map(|edits| {
        let mut files = campaign();
        for (at, edit) in edits {
            let Some(path) = files.0.keys().nth(at).cloned() else { continue };
            files = match edit {
                None => files.without(&path),
                Some((old, new)) => files.with(&path, &files.0[&path].replace(old, new)),
            };
        }
        files
    })
}

/// Whether two snapshots say the same, told without the diff.
fn same(one: &Snapshot, other: &Snapshot) -> bool {
    let blobless = |snapshot: &Snapshot| snapshot.plans.keys().cloned().collect::<Vec<_>>();
    one.policy() == other.policy()
        && one.boulder == other.boulder
        && one.gates == other.gates
        && one.metrics == other.metrics
        && one.modules == other.modules
        && one.board == other.board
        && one.execution == other.execution
        && one.cycles == other.cycles
        && one.incidents == other.incidents
        && one.observations == other.observations
        && one.reviews == other.reviews
        && one.recommendations == other.recommendations
        && blobless(one) == blobless(other)
        && one.problems == other.problems
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_state_does_not_differ_from_itself(state in any_state()) {
        prop_assert_eq!(between(&state.snapshot(), &state.snapshot()), vec![]);
    }

    #[test]
    fn nothing_that_differs_goes_untold(before in any_state(), after in any_state()) {
        let (before, after) = (before.snapshot(), after.snapshot());
        let changes = between(&before, &after);
        prop_assert!(same(&before, &after) || !changes.is_empty());
        for change in changes {
            let sentence = change.sentence();
            prop_assert!(!sentence.trim().is_empty() && !sentence.chars().any(char::is_control), "{sentence:?}");
        }
    }

    #[test]
    fn the_trailers_that_follow_from_a_change_are_true_of_it(before in any_state(), after in any_state()) {
        let (before, after) = (Arc::new(before.snapshot()), Arc::new(after.snapshot()));
        let changes = between(&before, &after);
        let active = before.active_plan().filter(|plan| after.plans.contains_key(*plan));
        let mut said = claim(&changes, Action::Record, active);
        for result in evaluate(&after).results.iter().filter(|one| touched_gates(&changes).contains(&one.gate)) {
            said = said.with(Token::Gate, format!("{}={}", result.gate, result.status));
        }
        let of = |parents: Vec<Arc<Snapshot>>| {
            let step = Step { parents, after: Arc::clone(&after), claim: Some(said.clone()), authored_at: None, committed_at: None, passed_over: 0 };
            check(&step).into_iter().filter(|one| one.rule == "trailers-tell-the-truth").collect::<Vec<_>>()
        };
        prop_assert_eq!(of(vec![Arc::clone(&before)]), vec![]);
        // And of a merge that brings it, whoever is merged into whom.
        prop_assert_eq!(of(vec![Arc::clone(&before), Arc::clone(&after)]), vec![]);
        prop_assert_eq!(of(vec![Arc::clone(&after), Arc::clone(&before)]), vec![]);
    }
}
