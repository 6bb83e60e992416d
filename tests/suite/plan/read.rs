//! What reading a plan gives, and what it refuses.

use ohmymkt::model::codec::MAX_BYTES;
use ohmymkt::model::gate::Gate;
use ohmymkt::model::incident::Severity;
use ohmymkt::model::metric::Track;
use ohmymkt::model::plan::{Item, Plan, Section};

use super::{Parts, parse, read_back};

const HAND_WRITTEN: &str = "\
---
plan: other
goal: \"Line one\\n## Scope\"
created_at: 2026-11-22T10:15:00Z
tags:
  - seo
---
# The big plan

##  SCOPE

```md
## Goal
- not ours
```

### In Scope

- the docs
  - and the blog
- TODO: more
-

### Out of scope
> ## Rollback conditions
> - quoted

<!--
## Rollback conditions
- hidden
-->

1. paid search

## Startup gate checklist

The `strategy_gate` first.

- [x] Capacity-Gate

## Dual-track task baseline

### Visibility

| Task | ID | Owner |
| --- | --- | --- |
| do \\| it | 7 | … |

## Incident policy
P0: stop
P1: TODO

### P2

Plan it.
";

fn item(text: Option<&str>, line: usize) -> Item {
    Item { text: text.map(str::to_owned), line }
}

#[test]
fn a_plan_written_by_hand_is_read_with_its_lines() {
    let plan = read_back(HAND_WRITTEN);
    assert_eq!((plan.goal(), plan.goal_line()), ("Line one\n## Scope", Some(3)));
    assert_eq!(plan.title(), "The big plan");
    assert_eq!(plan.created_at.map(|time| time.to_string()).as_deref(), Some("2026-11-22T10:15:00Z"));
    let sections: Vec<_> = plan.body().sections.iter().map(|(section, _)| *section).collect();
    let expected = [Section::Scope, Section::GateChecklist, Section::TaskBaseline, Section::IncidentPolicy];
    assert_eq!(sections, expected);
    assert_eq!(plan.body().line(Section::Scope), Some(10));
    assert_eq!(plan.body().scope_in, [item(Some("the docs and the blog"), 19), item(None, 21), item(None, 22)]);
    assert_eq!(plan.body().scope_out, [item(Some("paid search"), 33)]);
    assert!(plan.body().rollback_conditions.is_empty());
    assert_eq!(plan.body().gates.clone().into_iter().collect::<Vec<_>>(), [(Gate::Strategy, 37), (Gate::Capacity, 39)]);
    let [task] = plan.body().tasks.as_slice() else { panic!("{:?}", plan.body().tasks) };
    assert_eq!((task.track, task.line, task.task.as_deref()), (Some(Track::Visibility), 47, Some("do | it")));
    assert_eq!((task.id.as_deref(), task.module.as_deref()), (Some("7"), None));
    let says = |severity| plan.body().incidents.get(&severity).map(|item| (item.line, item.text.is_some()));
    assert_eq!(says(Severity::P0), Some((50, true)));
    assert_eq!(says(Severity::P1), Some((51, false)));
    assert_eq!(says(Severity::P2), Some((55, true)));
}

#[test]
fn line_ends_and_a_byte_order_mark_change_nothing() {
    let plain = read_back(HAND_WRITTEN);
    for text in [HAND_WRITTEN.replace('\n', "\r\n"), format!("\u{feff}{HAND_WRITTEN}")] {
        let other = read_back(&text);
        assert_eq!((other.goal(), other.goal_line(), other.title()), (plain.goal(), plain.goal_line(), plain.title()));
        assert_eq!((other.body(), other.created_at), (plain.body(), plain.created_at));
    }
}

#[test]
fn a_plan_of_the_earlier_tool_has_its_goal_in_its_section() {
    let plan = read_back("# Plan: grow\n\n## Goal\n\nMore\n```\n## Scope\n```\n\n## Other\n\ntext\n");
    assert_eq!((plan.goal(), plan.goal_line(), plan.created_at), ("More\n```\n## Scope\n```", Some(3), None));
    assert_eq!(read_back("## Goal\n\n> one\n>\n> two\n").goal(), "one\n\ntwo");
    assert_eq!(read_back("## Goal\n\nTODO: say it\n").goal(), "");
    assert_eq!(read_back("---\n\n## Goal\nx\n\n---\n").goal(), "x\n\n---");
    assert_eq!(read_back("").goal(), "");
}

#[test]
fn what_cannot_be_read_is_named_with_its_place() {
    for (text, place) in [
        ("---\ngoal: x\ncreated_at: yesterday\n---\n", (3, 13)),
        ("---\ngoal: \"x\n---\n", (2, 8)),
        ("---\ngoal: |\n  x\n---\n", (2, 7)),
        ("---\nowner: a\nowner: b\n---\n", (3, 1)),
        ("---\ngoal: x\n\n# Plan\n", (1, 1)),
        ("# Plan\n\n<<<<<<< HEAD\na\n", (3, 1)),
        ("# Plan\n\n>>>>>>> other\n", (3, 1)),
    ] {
        let problems = parse(text).expect_err(text);
        assert_eq!((problems[0].line, problems[0].column), place, "{text}: {problems:?}");
    }
    let name = || "x".parse().expect("a valid name");
    assert!(Plan::parse(name(), None, b"# a\n\xff").is_err_and(|problems| problems[0].location().ends_with(":2:1")));
    assert!(Plan::parse(name(), None, &vec![b'a'; MAX_BYTES + 1]).is_err());
}

#[test]
fn a_conflict_marker_in_code_is_only_an_example() {
    assert!(parse("# Plan\n\n```\n<<<<<<< HEAD\n```\n\nTitle\n=======\n").is_ok());
}

#[test]
fn a_file_of_any_kind_is_read_in_reasonable_time() {
    for part in [">", "- ", "#", "|", "[", "*a_", "<!--", "`"] {
        let text = part.repeat(200_000 / part.len());
        assert!(parse(&text).is_ok(), "{part}");
    }
    assert!(parse(&Parts::complete().text().repeat(20)).is_ok());
}
