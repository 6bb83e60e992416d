//! Changes, violations and findings as pages.

use ohmymkt::render::changes::ChangeList;
use ohmymkt::render::findings::findings;
use ohmymkt::render::violations::violations;
use ohmymkt::render::{Status, View, document, plain};
use ohmymkt::rules::plan_review::{Check, Finding};
use ohmymkt::rules::{Level, Violation};
use snapbox::IntoData as _;
use snapbox::str;

use crate::change::files::campaign;

fn turned() -> ChangeList {
    let after = campaign()
        .edited("state/gates.json", r#""rolling_weeks_feasible": 0"#, r#""rolling_weeks_feasible": 8"#)
        .without("reviews/rev-1.json")
        .with("notepads/q3-aeo/issues.md", "One\n");
    ChangeList::between(&campaign().snapshot(), &after.snapshot())
}

#[test]
fn changes_are_marked_and_turned_gates_come_first() {
    snapbox::assert_data_eq!(
        plain(&turned().page()),
        str![[r#"
~ capacity_gate FAIL → PASS, 8 weeks are feasible, passes without evidence
~ capacity_gate.rolling_weeks_feasible: 0 → 8
- review rev-1 dropped
+ .ohmymkt/notepads/q3-aeo/issues.md added

"#]]
    );
}

#[test]
fn changes_are_data_too() {
    snapbox::assert_data_eq!(
        document("review", Status::Ok, &turned()),
        str![[r#"
{
  "version": 1,
  "command": "review",
  "status": "ok",
  "turned_gates": [
    {
      "gate": "capacity_gate",
      "before": "fail",
      "after": "pass",
      "reason": "8 weeks are feasible",
      "without_evidence": true
    }
  ],
  "changes": [
    {
      "sentence": "capacity_gate.rolling_weeks_feasible: 0 → 8",
      "effect": "alters",
      "kind": "gate-field-changed",
      "field": "capacity_gate.rolling_weeks_feasible",
      "before": 0,
      "after": 8
    },
    {
      "sentence": "review rev-1 dropped",
      "effect": "removes",
      "kind": "record-dropped",
      "record": "review",
      "id": "rev-1"
    },
    {
      "sentence": ".ohmymkt/notepads/q3-aeo/issues.md added",
      "effect": "adds",
      "kind": "file-added",
      "path": ".ohmymkt/notepads/q3-aeo/issues.md"
    }
  ]
}

"#]]
        .raw()
    );
}

fn violation(rule: &'static str, message: &str) -> Violation {
    Violation {
        rule,
        level: Level::Error,
        parent: Some(0),
        path: ".ohmymkt/state/gates.json".to_owned(),
        line: Some(8),
        message: message.to_owned(),
        before: None,
        after: None,
        hint: "git mkt check-gates".to_owned(),
    }
}

#[test]
fn a_violation_is_a_line_with_its_place_and_hints_come_once() {
    let mut altered = violation("incidents-are-immutable", "the severity of `inc-1` changed");
    altered.before = Some("P0".to_owned());
    altered.after = Some("P2\u{1b}[8m".to_owned());
    let mut bare = violation("change-has-trailers", "the commit names no action");
    bare.level = Level::Warning;
    bare.path = String::new();
    let all = [violation("start-requires-gates", "needs 8 feasible weeks, has 6"), altered, bare];
    snapbox::assert_data_eq!(
        plain(&violations(&all)),
        str![[r#"
  start-requires-gates     needs 8 feasible weeks, has 6   .ohmymkt/state/gates.json:8
  incidents-are-immutable  the severity of `inc-1` changed   .ohmymkt/state/gates.json:8
                           before  P0
                           after   P2�[8m
  change-has-trailers      the commit names no action
hint: git mkt check-gates

"#]]
    );
}

#[test]
fn a_finding_is_a_line_with_its_place() {
    let finding = Finding {
        check: Check::AcceptanceCriteria,
        level: Level::Error,
        path: ".ohmymkt/plans/q3-aeo.md".to_owned(),
        line: Some(31),
        message: "`rank better` names no number".to_owned(),
        hint: "say by how much, and by when".to_owned(),
    };
    snapbox::assert_data_eq!(
        plain(&findings(&[finding])),
        str![[r#"
  acceptance-criteria  `rank better` names no number   .ohmymkt/plans/q3-aeo.md:31
hint: say by how much, and by when

"#]]
    );
}
