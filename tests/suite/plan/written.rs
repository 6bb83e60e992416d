//! A plan that was written reads back as what it was written from, whatever people typed.

use ohmymkt::model::plan::{Section, is_blank};
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::rules::Level;
use ohmymkt::rules::plan_review::review;
use proptest::prelude::*;

use super::{Parts, read_back};

/// Texts that people or attackers type: pieces of structure glued together.
fn typed() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "\n",
        "\r",
        "\n\n",
        " ",
        "    ",
        "\t",
        "## Scope",
        "# x",
        "---",
        "===",
        "```",
        "~~~",
        "<!--",
        "-->",
        "<b>",
        "|",
        "\\",
        "\\|",
        "`",
        "*",
        "_",
        "[x]: y",
        "[ ] ",
        "- ",
        "+ ",
        "1. ",
        "2) ",
        "> ",
        "TODO",
        "&lt;",
        "{{ x }}",
        "{%",
        "\u{202e}",
        "\u{0}",
        "\u{2028}",
        "🚀",
        "👩‍💻",
        "عربي",
        "word",
        "P0",
        "strategy_gate",
        "_a_",
        ":",
        "\"",
        "<<<<<<< ",
    ]);
    prop_oneof![prop::collection::vec(pieces, 0..12).prop_map(|all| all.concat()), any::<String>()]
}

fn lists() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(typed(), 1..4)
}

/// The text of an item as it is meant to be read.
fn folded(text: &str) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quoted = text.starts_with("TODO") && is_blank(&text);
    let text = if quoted { format!("\"{text}\"") } else { text };
    (!is_blank(&text)).then_some(text)
}

/// Whether the text has nothing that is written out because one cannot see it.
fn is_plain(text: &str) -> bool {
    text.chars().all(|character| {
        character.is_whitespace() || character.is_ascii_graphic() || character.is_alphanumeric() || character == '🚀'
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn what_was_typed_comes_back(goal in typed(), items in lists(), person in typed()) {
        let mut parts = Parts::complete();
        parts.goal.clone_from(&goal);
        parts.scope_in.clone_from(&items);
        parts.rollback_conditions.clone_from(&items);
        parts.default_owner = Some(person.clone());
        let text = parts.text();
        let plan = read_back(&text);
        prop_assert_eq!(&plan.goal(), &goal);
        prop_assert_eq!((plan.author.as_str(), plan.owner.as_str()), ("Gil Graph <gil@example.org>", "Ana Lee"));
        let sections: Vec<_> = plan.body().sections.iter().map(|(section, _)| *section).collect();
        prop_assert_eq!(sections, Section::ALL, "{}", text);
        for read in [&plan.body().scope_in, &plan.body().rollback_conditions] {
            prop_assert_eq!(read.len(), items.len(), "{}", text);
            for (read, typed) in read.iter().zip(&items).filter(|(_, typed)| is_plain(typed)) {
                prop_assert_eq!(&read.text, &folded(typed), "{}", text);
            }
        }
        prop_assert_eq!(plan.body().scope_out.len(), 1);
        prop_assert_eq!(plan.body().roles.len(), 12, "{}", text);
        prop_assert_eq!(plan.body().tasks.len(), 40, "{}", text);
        for row in plan.body().roles.iter().filter(|_| is_plain(&person)) {
            prop_assert_eq!(&row.owner, &folded(&person), "{}", text);
        }
    }

    #[test]
    fn a_complete_plan_has_no_error(goal in typed(), item in typed()) {
        let (goal, item) = (goal + " word", item + " word");
        let mut parts = Parts::complete();
        parts.goal = goal;
        parts.scope_in = vec![item.clone()];
        parts.scope_out = vec![item.clone()];
        parts.rollback_conditions = vec![item.clone()];
        parts.default_owner = Some(item);
        let findings = review(&Snapshot::default(), &read_back(&parts.text()));
        let errors: Vec<_> = findings.into_iter().filter(|finding| finding.level == Level::Error).collect();
        prop_assert!(errors.is_empty(), "{:#?}\n{}", errors, parts.text());
    }
}

#[test]
fn a_large_goal_is_kept() {
    let mut parts = Parts::complete();
    parts.goal = "## Scope\n---\n```\r\n<!-- ü\u{202e}".repeat(8_000);
    assert!(parts.goal.len() > 200_000);
    let text = parts.text();
    assert_eq!(read_back(&text).goal(), parts.goal);
    let (_, body) = text.split_once("\n---\n").expect("the front matter ends");
    assert!(!text.contains('\u{202e}'), "a bidi mark is in the file");
    assert!(!body.contains("<!--"), "a comment of the goal hides what follows");
    assert!(text.ends_with("two weeks\n"));
}
