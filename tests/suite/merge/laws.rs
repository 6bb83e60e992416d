//! Laws of the merge, over any two descendants of any artifact.

use std::sync::Arc;

use ohmymkt::change::merge::{Across, Disagreement, Merged, Outcome, Three, merge};
use ohmymkt::model::step::Step;
use ohmymkt::rules::check;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::change::files::{Files, INCIDENT, campaign, cycle};

/// One edit of a JSON artifact, and what it brings that must not get lost.
#[derive(Debug, Clone)]
enum Edit {
    /// A word for another, wherever it stands.
    Word(&'static str, &'static str),
    /// One more cycle, task or piece of evidence, by its number.
    Entry(u8),
    /// A field that no version knows.
    Unknown(u8),
    /// The first entry of a list goes.
    First,
    /// A line at the end of a text.
    Line(u8),
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let words = prop::sample::select(vec![
        ("flat", "up"),
        ("flat", "down"),
        ("false", "true"),
        (": 0", ": 1"),
        (": 0", ": 0.5"),
        ("\"pending\"", "\"done\""),
        ("\"pending\"", "\"active\""),
        ("\"execution\"", "\"rollback\""),
        ("\"execution\"", "\"intervention\""),
        ("\"owner\": \"\"", "\"owner\": \"Eve\""),
        ("\"owner\": \"\"", "\"owner\": \"Ana\""),
        ("q3-aeo", "q4-aeo"),
        ("scale_loop", "other_loop"),
        ("P1", "P2"),
        ("}", "]"),
    ]);
    let edit = prop_oneof![
        4 => words.prop_map(|(old, new)| Edit::Word(old, new)),
        4 => (0..6_u8).prop_map(Edit::Entry),
        2 => (0..4_u8).prop_map(Edit::Unknown),
        1 => Just(Edit::First),
        2 => (0..4_u8).prop_map(Edit::Line),
    ];
    prop::collection::vec(edit, 0..5)
}

fn entry(path: &str, number: u8) -> Value {
    match path {
        "state/cycles.json" => {
            serde_json::from_str(&cycle(&format!("202611{:02}T100000Z", 10 + number), "intervene")).expect("a cycle")
        }
        "state/sprint-board.json" => json!({"id": format!("n{number}"), "task": "t", "track": "quality",
            "module": "content_system", "specialist": "s", "status": "pending"}),
        _ => {
            json!({"ref": format!("https://example.org/{number}"), "note": "", "by": "Ana", "at": format!("2026-11-{:02}T00:00:00Z", 10 + number)})
        }
    }
}

fn apply(path: &str, text: &str, edits: &[Edit]) -> String {
    let mut text = text.to_owned();
    for edit in edits {
        if let Edit::Word(old, new) = edit {
            text = text.replace(old, new);
        }
        if let Edit::Line(number) = edit
            && path.ends_with(".md")
        {
            text.push_str(&format!("line {number}\n"));
        }
        let Ok(mut value) = serde_json::from_str::<Value>(&text) else { continue };
        match (edit, &mut value) {
            (Edit::Entry(number), Value::Array(entries)) => entries.push(entry(path, *number)),
            (Edit::Entry(number), Value::Object(fields)) if path == "state/gates.json" => {
                let Some(gate) = fields.get_mut("data_gate").and_then(Value::as_object_mut) else { continue };
                let list = gate.entry("evidence").or_insert_with(|| json!([]));
                list.as_array_mut().expect("evidence is a list").push(entry(path, *number));
            }
            (Edit::Unknown(number), Value::Object(fields)) => {
                fields.insert(format!("later_{number}"), json!({"a": [number, 1.50]}));
            }
            (Edit::First, Value::Array(entries)) if entries.len() > 1 => drop(entries.remove(0)),
            _ => continue,
        }
        text = format!("{value:#}\n");
    }
    text
}

/// Any artifact of the campaign with two descendants; without an ancestor now and then.
fn any_three() -> impl Strategy<Value = (String, Option<String>, String, String)> {
    let paths: Vec<String> = campaign().0.into_keys().collect();
    (prop::sample::select(paths), prop::bool::weighted(0.85), edits(), edits()).prop_map(
        |(path, known, left, right)| {
            let base = campaign().0[&path].clone();
            let (ours, theirs) = (apply(&path, &base, &left), apply(&path, &base, &right));
            (path, known.then_some(base), ours, theirs)
        },
    )
}

fn merged(path: &str, base: Option<&str>, ours: &str, theirs: &str) -> Merged {
    let sides = Three { base: base.map(str::as_bytes), ours: Some(ours.as_bytes()), theirs: Some(theirs.as_bytes()) };
    merge(&format!(".ohmymkt/{path}"), sides, &Across::default())
}

fn is_well_formed(path: &str, text: &str) -> bool {
    Files::default().with(path, text).snapshot().problems.is_empty()
}

/// The strings that stand under a key, at any depth.
fn values<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| values(item, key, found)),
        Value::Object(fields) => {
            for (name, value) in fields {
                if name == key {
                    found.push(value);
                }
                values(value, key, found);
            }
        }
        _ => {}
    }
}

fn swapped(found: &Disagreement) -> Disagreement {
    Disagreement { ours: found.theirs.clone(), theirs: found.ours.clone(), ..found.clone() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_one_side_left_alone_the_other_decides((path, base, ours, _) in any_three()) {
        let of_ours = Outcome::Whole(ours.clone().into_bytes());
        if let Some(base) = base.as_deref() {
            prop_assert_eq!(merged(&path, Some(base), &ours, base).outcome, of_ours.clone());
            prop_assert_eq!(merged(&path, Some(base), base, &ours).outcome, of_ours.clone());
        }
        let same = merged(&path, base.as_deref(), &ours, &ours);
        prop_assert_eq!(same.outcome, of_ours);
        prop_assert_eq!(same.disagreements, vec![]);
    }

    #[test]
    fn the_order_of_the_branches_does_not_matter((path, base, ours, theirs) in any_three()) {
        let one = merged(&path, base.as_deref(), &ours, &theirs);
        let other = merged(&path, base.as_deref(), &theirs, &ours);
        let turned: Vec<_> = other.disagreements.iter().map(swapped).collect();
        // Which of two malformed sides is named first is all that may differ.
        let by_field = |found: &[Disagreement]| {
            let mut found: Vec<_> = found.iter().map(|one| format!("{} {:?} {:?} {:?}", one.field, one.ours, one.theirs, one.settled)).collect();
            found.sort();
            found
        };
        prop_assert_eq!(by_field(&one.disagreements), by_field(&turned));
        match (one.outcome, other.outcome) {
            (Outcome::Torn { ours: a, theirs: b }, Outcome::Torn { ours: c, theirs: d }) => prop_assert_eq!((a, b), (d, c)),
            (one, other) => prop_assert_eq!(one, other),
        }
    }

    #[test]
    fn a_clean_merge_fits_its_schema_and_loses_nothing((path, base, ours, theirs) in any_three()) {
        prop_assume!(is_well_formed(&path, &ours) && is_well_formed(&path, &theirs));
        let Outcome::Whole(text) = merged(&path, base.as_deref(), &ours, &theirs).outcome else { return Ok(()) };
        let text = String::from_utf8(text).expect("text");
        prop_assert!(is_well_formed(&path, &text), "{text}");
        if path.ends_with(".md") {
            for line in ours.lines().chain(theirs.lines()) {
                prop_assert!(text.lines().any(|kept| kept == line), "{line} is lost in {text}");
            }
            return Ok(());
        }
        let parse = |text: &str| serde_json::from_str::<Value>(text).expect("well-formed");
        let (result, sides) = (parse(&text), [parse(&ours), parse(&theirs)]);
        let known = base.as_deref().map(parse);
        for key in ["id", "ref", "later_0", "later_1", "later_2", "later_3"] {
            let mut kept = Vec::new();
            values(&result, key, &mut kept);
            for side in &sides {
                let (mut here, mut before) = (Vec::new(), Vec::new());
                values(side, key, &mut here);
                known.iter().for_each(|known| values(known, key, &mut before));
                let append_only = path == "state/cycles.json" && base.as_ref().is_none_or(|base| *base != ours && *base != theirs);
                for value in here.into_iter().filter(|value| append_only || !before.contains(value)) {
                    prop_assert!(kept.contains(&value), "{key} {value} is lost in {text}");
                }
            }
        }
    }

    #[test]
    fn a_clean_merge_says_nothing_of_its_own((path, base, ours, theirs) in any_three()) {
        // A cycle that both sides dropped comes back from before.
        prop_assume!(path != "state/cycles.json");
        prop_assume!(is_well_formed(&path, &ours) && is_well_formed(&path, &theirs));
        let Outcome::Whole(text) = merged(&path, base.as_deref(), &ours, &theirs).outcome else { return Ok(()) };
        let text = String::from_utf8(text).expect("text");
        let state = |text: &str| Arc::new(Files::default().with(&path, text).snapshot());
        let step = Step { parents: vec![state(&ours), state(&theirs)], after: state(&text), claim: None, authored_at: None, committed_at: None, passed_over: 0 };
        let own: Vec<_> = check(&step).into_iter().filter(|one| one.rule == "change-has-trailers").collect();
        prop_assert_eq!(own, vec![]);
    }

    #[test]
    fn to_merge_again_changes_nothing((path, base, ours, theirs) in any_three()) {
        let Outcome::Whole(once) = merged(&path, base.as_deref(), &ours, &theirs).outcome else { return Ok(()) };
        let once = String::from_utf8(once).expect("text");
        // A side that is merged already is the ancestor of the second merge.
        prop_assert_eq!(merged(&path, Some(&theirs), &once, &theirs).outcome, Outcome::Whole(once.clone().into_bytes()));
    }
}

#[test]
fn the_examples_hold_one_of_everything() {
    assert!(campaign().0.contains_key(&format!("incidents/{INCIDENT}.json")));
    let both = merged(
        "state/cycles.json",
        Some(&campaign().0["state/cycles.json"]),
        "[]",
        &apply("state/cycles.json", "[]", &[Edit::Entry(1)]),
    );
    let Outcome::Whole(text) = both.outcome else { panic!("{both:?}") };
    let kept: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(kept.as_array().map(Vec::len), Some(2), "a dropped cycle comes back: {kept:#}");
}
