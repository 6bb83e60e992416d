//! Which plan a hint means, and which name is free.

use std::sync::Arc;

use ohmymkt::model::id::PlanName;
use ohmymkt::model::plan::{Plan, Unresolved, by_age, resolve, unused_name};
use ohmymkt::model::sorted::SortedMap;
use unicode_normalization::UnicodeNormalization as _;

fn plans(all: &[(&str, &str, Option<&str>)]) -> SortedMap<PlanName, Arc<Plan>> {
    let read = |(name, title, created_at): &(&str, &str, Option<&str>)| {
        let front = created_at.map(|day| format!("---\ncreated_at: {day}T00:00:00Z\n---\n")).unwrap_or_default();
        let name: PlanName = name.parse().expect("a valid name");
        let plan = Plan::parse(name.clone(), None, format!("{front}# {title}\n").as_bytes());
        (name, Arc::new(plan.expect("a readable plan")))
    };
    all.iter().map(read).collect()
}

fn three() -> SortedMap<PlanName, Arc<Plan>> {
    plans(&[
        ("docs", "Answers", Some("2026-03-01")),
        ("docs-aeo", "Q3 push", Some("2026-01-01")),
        ("Zürich", "Local docs", None),
    ])
}

#[test]
fn a_hint_means_one_plan() {
    let plans = three();
    for (hint, name) in [
        (None, "docs"),
        (Some("docs"), "docs"),
        (Some("docs.md"), "docs"),
        (Some(".ohmymkt/plans/docs.md"), "docs"),
        (Some("./.ohmymkt/plans/docs-aeo.md"), "docs-aeo"),
        (Some("AEO"), "docs-aeo"),
        (Some("zÜR"), "Zürich"),
        (Some("answ"), "docs"),
        (Some("push"), "docs-aeo"),
    ] {
        let found = resolve(&plans, hint).map(|plan| plan.name.as_str());
        assert_eq!(found, Ok(name), "{hint:?}");
    }
}

#[test]
fn a_hint_that_fits_none_or_many_is_refused() {
    assert_eq!(resolve(&SortedMap::new(), None).map(|_| ()), Err(Unresolved::NoPlans));
    let message = |hint| resolve(&three(), Some(hint)).expect_err(hint).to_string();
    assert_eq!(message("nothing"), "no plan fits `nothing`, there are `Zürich`, `docs-aeo`, `docs`");
    assert_eq!(message("doc"), "2 plans fit `doc`: `docs-aeo`, `docs`");
    assert!(message(" ").starts_with("no plan fits"));
}

#[test]
fn age_is_by_date_then_by_name() {
    let plans =
        plans(&[("b", "", None), ("a", "", None), ("d", "", Some("2026-01-01")), ("c", "", Some("2026-01-01"))]);
    let names: Vec<_> = by_age(&plans).iter().map(|plan| plan.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "c", "d"]);
}

#[test]
fn a_taken_name_gets_a_number() {
    let files = [".ohmymkt/plans/Grow.md", ".ohmymkt/plans/grow-2.md", ".ohmymkt/plans/über.md"].map(str::to_owned);
    let unused = |wanted| unused_name(files.iter().map(String::as_str), wanted).to_string();
    assert_eq!(unused("GROW!"), "grow-3");
    assert_eq!(unused("Über"), "über-2");
    assert_eq!(unused("成長 計画"), "成長-計画");
    assert_eq!(unused("…"), "plan");
    // Windows has no file of such a name, whatever it ends in.
    for device in ["CON", "nul", "Aux", "PRN", "com1", "LPT9", "com²"] {
        assert_eq!(unused(device), format!("{}-plan", device.to_lowercase()));
    }
    assert_eq!(unused("com"), "com");
    assert_eq!(unused("console"), "console");
}

#[test]
fn a_name_keeps_the_marks_of_its_letters_and_is_found_however_it_is_typed() {
    for (typed, name) in [
        ("हिन्दी यातायात", "हिन्दी-यातायात"),
        ("ที่นี่", "ที่นี่"),
        ("தமிழ்", "தமிழ்"),
        ("Cafe\u{301}", "café"),
        ("İstanbul", "istanbul"),
        ("עִבְרִית", "עִבְרִית"),
        ("葛\u{e0100}城", "葛城"),
        ("\u{301}a", "a"),
        ("-\u{301}-", "plan"),
        ("Việt Nam", "việt-nam"),
    ] {
        assert_eq!(unused_name([], typed).as_str(), name, "{typed}");
        let plans = plans(&[(name, "x", None), ("other", "y", None)]);
        let decomposed: String = typed.nfd().collect();
        for hint in [typed, &decomposed, name].into_iter().filter(|hint| hint.contains(char::is_alphanumeric)) {
            assert_eq!(resolve(&plans, Some(hint)).map(|plan| plan.name.as_str()), Ok(name), "{hint}");
        }
    }
    // A name that is there already, as some systems write it.
    let there = plans(&[("cafe\u{301}-paris", "x", None), ("cafe\u{301}-paris-2", "y", None)]);
    for hint in ["café-paris", "cafe\u{301}-paris", "café-paris.md"] {
        assert_eq!(resolve(&there, Some(hint)).map(|plan| plan.name.as_str()), Ok("cafe\u{301}-paris"), "{hint}");
    }
    assert_eq!(resolve(&there, Some("CAFÉ-PARIS-2")).map(|plan| plan.name.as_str()), Ok("cafe\u{301}-paris-2"));
    assert_eq!(unused_name([".ohmymkt/plans/cafe\u{301}.md"], "Café").as_str(), "café-2");
}
