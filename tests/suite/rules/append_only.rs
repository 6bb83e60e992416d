//! What only ever grows: any appended sequence is let pass, any loss or change is found.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::tree::{Tree, broken, step};

const CYCLES: &str = ".ohmymkt/state/cycles.json";
const RULE: &str = "decision-log-is-append-only";

/// A cycle that says nothing of interest, `at` hours after the base.
fn cycle(at: usize) -> Value {
    let mut cycle = Tree::base().json(CYCLES)[0].clone();
    let time = format!("2026-12-{:02}T{:02}:00:00Z", 1 + at / 24, at % 24);
    cycle["id"] = json!(format!("cycle-{at:04}"));
    cycle["generated_at"] = json!(time);
    cycle["window"] = json!({ "from": "2026-11-02T09:00:00Z", "to": time });
    cycle
}

fn with(ats: &[usize]) -> Tree {
    let all: Vec<_> = ats.iter().map(|at| cycle(*at)).collect();
    Tree::base().with(CYCLES, &format!("{:#}\n", Value::Array(all)))
}

fn accused(before: &Tree, after: &Tree) -> bool {
    broken(before, after).contains(&RULE)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn rows_10_17_an_appended_log_is_let_pass(old in 0..6_usize, new in 0..5_usize) {
        let (before, after): (Vec<_>, Vec<_>) = ((0..old).collect(), (0..old + new).collect());
        prop_assert!(!accused(&with(&before), &with(&after)));
    }

    #[test]
    fn rows_10_17_a_dropped_or_altered_cycle_is_found(old in 1..6_usize, new in 0..4_usize, pick in any::<prop::sample::Index>()) {
        let (before, after): (Vec<_>, Vec<_>) = ((0..old).collect(), (0..old + new).collect());
        let at = pick.index(old);
        let kept: Vec<_> = after.iter().copied().filter(|kept| *kept != at).collect();
        prop_assert!(accused(&with(&before), &with(&kept)), "dropped");
        let altered = with(&after).edit(CYCLES, |log| log[at]["reason"] = json!("as everybody knows"));
        prop_assert!(accused(&with(&before), &altered), "altered");
        let known = with(&after).edit(CYCLES, |log| log[at]["note"] = json!("added later"));
        prop_assert!(accused(&with(&before), &known), "a field this version does not know");
    }

    #[test]
    fn rows_10_17_a_log_keeps_its_order(old in 2..6_usize, pick in any::<prop::sample::Index>()) {
        let before: Vec<_> = (0..old).collect();
        let mut after = before.clone();
        let at = pick.index(old - 1);
        after.swap(at, at + 1);
        prop_assert!(accused(&with(&before), &with(&after)));
    }

    #[test]
    fn rows_10_17_a_merge_may_interleave_two_logs(ours in prop::collection::vec(any::<bool>(), 0..7)) {
        let pick = |side: bool| -> Vec<usize> {
            let of_side = ours.iter().enumerate().filter(|(_, one)| **one == side);
            std::iter::once(0).chain(of_side.map(|(at, _)| at + 1)).collect()
        };
        let (one, other, all) = (with(&pick(true)), with(&pick(false)), (0..=ours.len()).collect::<Vec<_>>());
        let found = ohmymkt::rules::check(&step(&[&one, &other], &with(&all)));
        prop_assert!(found.iter().all(|violation| violation.rule != RULE), "{found:?}");
        if ours.contains(&false) {
            let found = ohmymkt::rules::check(&step(&[&one, &other], &one));
            prop_assert!(found.iter().any(|violation| violation.rule == RULE && violation.parent == Some(1)));
        }
    }
}

#[test]
fn row_10_no_record_of_any_kind_is_dropped_or_altered() {
    let base = Tree::base();
    for (path, field, rule) in [
        ("observations/obs-20261103T090000Z-00000001.json", "source", "observations-are-kept"),
        ("reviews/rev-20261101T120000Z-00000001.json", "notes", RULE),
        ("incidents/inc-20261105T080000Z-00000001.json", "summary", "incidents-are-immutable"),
        ("recommendations/rec-20261110T090000Z-00000001.json", "text", "recommendations-are-kept"),
        ("archive/fin-20260902T090000Z-00000001.json", "outcome", "archive-is-kept"),
    ] {
        let path = format!(".ohmymkt/{path}");
        assert!(broken(&base, &base.clone().without(&path)).contains(&rule), "{path} dropped");
        let altered = base.clone().edit(&path, |record| record[field] = json!("something else"));
        assert!(broken(&base, &altered).contains(&rule), "{path} altered");
        let unreadable = base.clone().with(&path, "{");
        assert_eq!(broken(&base, &unreadable).first(), Some(&"artifact-is-well-formed"), "{path}");
        assert!(!broken(&base, &unreadable).contains(&rule), "{path} is not dropped, it cannot be read");
    }
}

#[test]
fn row_161_a_postmortem_is_added_once_and_may_be_completed() {
    const PATH: &str = ".ohmymkt/incidents/inc-20261105T080000Z-00000001.json";
    let written = |prevention: &str| {
        let postmortem = json!({
            "root_cause": "a template", "remediation": "undone", "prevention": prevention,
            "by": "Ines Duarte", "at": "2026-11-06T08:00:00Z",
        });
        Tree::base().edit(PATH, |incident| incident["postmortem"] = postmortem)
    };
    let rule = "incidents-are-immutable";
    assert!(!broken(&Tree::base(), &written("a check")).contains(&rule));
    assert!(!broken(&written(" "), &written("a check")).contains(&rule));
    assert!(broken(&written("a check"), &written("another")).contains(&rule));
    assert!(broken(&written("a check"), &Tree::base()).contains(&rule));
    let resolved = |at: &str| Tree::base().edit(PATH, |incident| incident["resolved_at"] = json!(at));
    assert!(!broken(&Tree::base(), &resolved("2026-11-07T08:00:00Z")).contains(&rule));
    assert!(broken(&resolved("2026-11-07T08:00:00Z"), &resolved("2026-11-08T08:00:00Z")).contains(&rule));
}
