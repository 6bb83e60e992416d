//! The claim that follows from changes.

use ohmymkt::change::{between, claim, touched_gates};
use ohmymkt::model::action::Action;
use ohmymkt::model::board::Task;
use ohmymkt::model::gate::Gate;
use ohmymkt::model::template;
use snapbox::str;

use super::files::{Files, campaign, cycle};

fn trailers(before: &Files, after: &Files) -> String {
    let (before, after) = (before.snapshot(), after.snapshot());
    let claim = claim(&between(&before, &after), Action::Record, after.active_plan());
    let lines = claim.to_trailers().into_iter().map(|(key, value)| format!("{key}: {value}"));
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_that_happened_once_is_named() {
    let after = campaign()
        .with(
            "state/cycles.json",
            &format!("[{}, {}]", cycle("20261108T100000Z", "intervene"), cycle("20261122T101500Z", "rollback")),
        )
        .with(
            "incidents/inc-20261121T080000Z-00000001.json",
            r#"{"id": "inc-20261121T080000Z-00000001", "severity": "P0", "module": "technical_foundation",
            "summary": "Mkt-Decision: continue", "created_at": "2026-11-21T08:00:00Z"}"#,
        )
        .edited("state/metrics.json", r#""conversion_assist_trend": "flat""#, r#""conversion_assist_trend": "down""#)
        .edited("state/sprint-board.json", r#""pending", "owner": """#, r#""active", "owner": "Cy""#)
        .with(
            "reviews/rev-2.json",
            r#"{"id": "rev-2", "plan": "q4-video", "blob": "def", "verdict": "revise", "reviewer": "Bo",
            "at": "2026-11-21T08:00:00Z"}"#,
        );
    snapbox::assert_data_eq!(
        trailers(&campaign(), &after),
        str![[r#"
Mkt-Action: record
Mkt-Plan: q4-video
Mkt-Cadence: weekly
Mkt-Decision: rollback
Mkt-Metric: quality_track.conversion_assist_trend=down
Mkt-Incident: inc-20261121T080000Z-00000001
Mkt-Severity: P0
Mkt-Module: technical_foundation
Mkt-Task: 1
Mkt-Verdict: revise
Mkt-Record: cycle-20261122T101500Z-weekly
Mkt-Record: inc-20261121T080000Z-00000001
Mkt-Record: rev-2
"#]]
    );
}

#[test]
fn what_happened_twice_is_named_by_its_records_alone() {
    let log = ["20261108T100000Z", "20261115T100000Z", "20261122T100000Z"].map(|at| cycle(at, "intervene"));
    let after = campaign().with("state/cycles.json", &format!("[{}]", log.join(", ")));
    snapbox::assert_data_eq!(
        trailers(&campaign(), &after),
        str![[r#"
Mkt-Action: record
Mkt-Plan: q3-aeo
Mkt-Record: cycle-20261115T100000Z-weekly
Mkt-Record: cycle-20261122T100000Z-weekly
"#]]
    );
}

#[test]
fn seeding_the_board_names_no_task_but_one_that_is_not_as_in_the_pool() {
    let empty = campaign().without("state/sprint-board.json");
    let mut tasks: Vec<_> = template::pool().tasks.iter().map(Task::from_pool).collect();
    tasks[6].owner = "Cy".to_owned();
    let after = empty.with("state/sprint-board.json", &serde_json::to_string(&tasks).expect("tasks are JSON"));
    snapbox::assert_data_eq!(
        trailers(&empty, &after),
        str![[r#"
Mkt-Action: record
Mkt-Plan: q3-aeo
Mkt-Task: 7
"#]]
    );
}

#[test]
fn touched_gates_are_those_with_other_values_or_evidence() {
    let after = campaign().edited("state/gates.json", r#""approved": false"#, r#""approved": true"#).edited(
        "state/gates.json",
        r#""reconcilable": false"#,
        r#""reconcilable": false, "evidence": [{"ref": "x", "by": "Ana", "at": "2026-11-21T08:00:00Z"}]"#,
    );
    let changes = between(&campaign().snapshot(), &after.snapshot());
    assert_eq!(touched_gates(&changes), [Gate::Strategy, Gate::Data].into());
}
