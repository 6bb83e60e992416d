//! What the diff says of each kind of edit, and in which order.

use ohmymkt::change::{Change, between};
use snapbox::str;

use super::files::{Files, INCIDENT, campaign, cycle};

/// The sentences, one a line.
fn told(before: &Files, after: &Files) -> String {
    let lines: Vec<_> = between(&before.snapshot(), &after.snapshot()).iter().map(Change::sentence).collect();
    lines.join("\n")
}

fn holds(after: &Files, expected: impl snapbox::IntoData) {
    snapbox::assert_data_eq!(told(&campaign(), after), expected);
}

#[test]
fn a_start_is_told_as_one_and_not_as_forty_tasks() {
    snapbox::assert_data_eq!(
        told(&Files::default(), &campaign()),
        str![[r#"
campaign q3-aeo started, 2026-11-01 09:00 UTC
cycle cycle-20261108T100000Z-weekly added: weekly intervene by the rule otherwise, visibility is not up
incident inc-20261120T080000Z-0a0b0c0d added: P1 in aeo_answer_layer, "answers cite an old price"
observation obs-1 added: visibility_track.non_brand_visibility_trend flat, says search-console
sprint board seeded with 1 task
task 1 added: "Cut crawler waste", pending in technical_foundation
plan q3-aeo added: "Own the answers"
review rev-1 added: pass for q3-aeo, by Bo
recommendation rec-1 added: "merge the two pricing pages"
.ohmymkt/policy.json added
.ohmymkt/state/gates.json added
.ohmymkt/state/metrics.json added
.ohmymkt/state/modules.json added
.ohmymkt/state/execution.json added
.ohmymkt/state/cycles.json added
.ohmymkt/notepads/q3-aeo/learnings.md added
.ohmymkt/reports/weekly/2026-11-08-weekly.md added
"#]]
    );
}

/// The campaign after a week in which everything happened.
fn a_week_later() -> Files {
    campaign()
        .edited("boulder.json", r#""session_ids""#, r#""resumed_at": "2026-11-22T10:00:00Z", "session_ids""#)
        .edited("state/execution.json", r#""execution""#, r#""rollback""#)
        .edited("state/execution.json", r#""quality": "active""#, r#""quality": "paused""#)
        .edited("state/execution.json", "[]", r#"["scale_loop"]"#)
        .with(
            "state/cycles.json",
            &format!("[{}, {}]", cycle("20261108T100000Z", "intervene"), cycle("20261122T101500Z", "rollback")),
        )
        .with(
            "incidents/inc-20261121T080000Z-00000001.json",
            r#"{"id": "inc-20261121T080000Z-00000001", "severity": "P0", "module": "technical_foundation",
            "summary": "robots.txt\nblocks the site\u001b[2J", "created_at": "2026-11-21T08:00:00Z"}"#,
        )
        .edited("state/gates.json", r#""rolling_weeks_feasible": 0"#, r#""rolling_weeks_feasible": 8"#)
        .edited(
            "state/gates.json",
            r#""priority_query_coverage": 0"#,
            r#""priority_query_coverage": 0, "evidence": [{"ref": "docs/owners.md", "by": "Ana",
            "at": "2026-11-21T08:00:00Z"}]"#,
        )
        .edited(
            "state/metrics.json",
            r#""non_brand_visibility_trend": "flat""#,
            r#""non_brand_visibility_trend": "up""#,
        )
        .with(
            "observations/obs-2.json",
            r#"{"id": "obs-2", "metric": "non_brand_visibility_trend", "trend": "up", "source": "rank tracker",
            "recorded_at": "2026-11-21T08:00:00Z", "recorded_by": "Ana"}"#,
        )
        .edited("state/sprint-board.json", r#""pending", "owner": """#, r#""active", "owner": "Cy""#)
        .edited("plans/q3-aeo.md", "Own", "Earn")
        .with(
            "reviews/rev-2.json",
            r#"{"id": "rev-2", "plan": "q3-aeo", "blob": "def", "verdict": "revise", "reviewer": "Bo",
            "at": "2026-11-21T08:00:00Z"}"#,
        )
        .edited(
            "recommendations/rec-1.json",
            r#""created_at""#,
            r#""resolution": {"acted": "task 7", "by": "Ana", "at": "2026-11-21T08:00:00Z"}, "created_at""#,
        )
        .edited("state/modules.json", r#""aeo_answer_layer""#, r#""aeo_answer_layer", "video_search""#)
        .with("policy.json", r#"{"version": 1, "require_gate_evidence": true}"#)
        .with("reports/weekly/2026-11-22-weekly.md", "# Report\n")
        .without("notepads/q3-aeo/learnings.md")
}

#[test]
fn a_week_is_told_in_the_order_in_which_a_person_reads_it() {
    holds(
        &a_week_later(),
        str![[r#"
campaign q3-aeo resumed, 2026-11-22 10:00 UTC
execution mode: execution → rollback
quality track: active → paused
module scale_loop paused
cycle cycle-20261122T101500Z-weekly added: weekly rollback[..], visibility is not up
incident inc-20261121T080000Z-00000001 added: P0 in technical_foundation, "robots.txt blocks the site [2J"
capacity_gate.rolling_weeks_feasible: 0 → 8
ownership_gate evidence added: docs/owners.md, by Ana
visibility_track.non_brand_visibility_trend: flat → up, says rank tracker, search-console
observation obs-2 added: visibility_track.non_brand_visibility_trend up, says rank tracker
task 1 status: "pending" → "active"
task 1 owner: "" → "Cy"
plan q3-aeo changed: 1 line added, 1 removed in front matter
review rev-2 added: revise for q3-aeo, by Bo
recommendation rec-1 acted on: task 7
module video_search added to performance_core
policy require_gate_evidence: false → true
.ohmymkt/notepads/q3-aeo/learnings.md removed
.ohmymkt/reports/weekly/2026-11-22-weekly.md added
"#]],
    );
}

#[test]
fn a_record_that_was_tampered_with_is_told_by_field() {
    let incident = format!("incidents/{INCIDENT}.json");
    let after = campaign()
        .edited(&incident, r#""P1""#, r#""P2""#)
        .edited("state/cycles.json", r#""intervene""#, r#""continue""#)
        .edited("observations/obs-1.json", r#""flat""#, r#""up""#)
        .without("reviews/rev-1.json")
        .without("recommendations/rec-1.json");
    holds(
        &after,
        str![[r#"
cycle cycle-20261108T100000Z-weekly altered: decision: "intervene" → "continue"
P1 incident inc-20261120T080000Z-0a0b0c0d altered: severity: "P1" → "P2"
observation obs-1 altered: trend: "flat" → "up"
review rev-1 dropped
recommendation rec-1 dropped
"#]],
    );
}

#[test]
fn the_course_of_an_incident_is_told_in_its_own_words() {
    let incident = format!("incidents/{INCIDENT}.json");
    let after = campaign().edited(
        &incident,
        r#""created_at""#,
        r#""postmortem": {"root_cause": "a", "remediation": "b", "prevention": "", "by": "Ana",
        "at": "2026-11-21T08:00:00Z"}, "resolved_at": "2026-11-21T09:00:00Z", "created_at""#,
    );
    holds(
        &after,
        str![[r#"
incident inc-20261120T080000Z-0a0b0c0d got its postmortem: P1 in aeo_answer_layer, incomplete, by Ana
incident inc-20261120T080000Z-0a0b0c0d resolved: P1 in aeo_answer_layer, 2026-11-21 09:00 UTC
"#]],
    );
    let rewritten = after.edited(&incident, r#""prevention": """#, r#""prevention": "c""#);
    snapbox::assert_data_eq!(
        told(&after, &rewritten),
        str![[r#"P1 incident inc-20261120T080000Z-0a0b0c0d altered: postmortem.prevention: "" → "c""#]]
    );
}

#[test]
fn fields_of_a_later_version_are_told_too() {
    let after = campaign()
        .edited("state/gates.json", r#""strategy_gate": {"#, r#""strategy_gate": {"weight": 2,"#)
        .edited("boulder.json", r#""role""#, r#""budget": {"eur": 1}, "role""#)
        .edited("state/metrics.json", r#""quality_track": {"#, r#""quality_track": {"bounce_trend": "up","#)
        .edited("state/execution.json", r#""mode""#, r#""pace": "slow", "mode""#);
    holds(
        &after,
        str![[r#"
.ohmymkt/boulder.json budget: none → {"eur":1}
.ohmymkt/state/execution.json pace: none → "slow"
.ohmymkt/state/gates.json strategy_gate.weight: none → 2
.ohmymkt/state/metrics.json quality_track.bounce_trend: none → "up"
"#]],
    );
}

#[test]
fn an_artifact_that_cannot_be_read_is_told_as_such_and_not_as_loss() {
    let incident = format!("incidents/{INCIDENT}.json");
    let broken = campaign()
        .with("state/sprint-board.json", "[{]")
        .with(&incident, "<<<<<<< ours\n")
        .with("state/gates.json", "{}");
    holds(
        &broken,
        str![[r#"
.ohmymkt/incidents/inc-20261120T080000Z-0a0b0c0d.json:1 malformed: conflict marker `<<<<<<<`, expected JSON: the file is not merged
.ohmymkt/state/gates.json:1 malformed: gate "strategy_gate" is missing
.ohmymkt/state/gates.json:1 malformed: gate "compliance_gate" is missing
.ohmymkt/state/gates.json:1 malformed: gate "capacity_gate" is missing
.ohmymkt/state/gates.json:1 malformed: gate "data_gate" is missing
.ohmymkt/state/gates.json:1 malformed: gate "ownership_gate" is missing
.ohmymkt/state/sprint-board.json:1 malformed: is not JSON: key must be a string
"#]],
    );
    snapbox::assert_data_eq!(
        told(&broken, &campaign().without(&incident)),
        str![[r#"
.ohmymkt/incidents/inc-20261120T080000Z-0a0b0c0d.json removed
.ohmymkt/state/gates.json mended
.ohmymkt/state/sprint-board.json mended
"#]]
    );
}

#[test]
fn the_ends_of_a_campaign_are_told() {
    let finish = r#"{"plan": ".ohmymkt/plans/q3-aeo.md", "started_at": "2026-11-01T09:00:00Z",
        "finished_at": "2026-11-30T09:00:00Z", "outcome": "12 answers won", "by": "Ana", "board": []}"#;
    let after = campaign()
        .without("boulder.json")
        .edited("state/execution.json", r#"".ohmymkt/plans/q3-aeo.md""#, "null")
        .with("state/sprint-board.json", "[]")
        .with("archive/q3-aeo-20261130T090000Z.json", finish);
    holds(
        &after,
        str![[r#"
campaign q3-aeo ended
sprint board cleared of 1 task
finished campaign q3-aeo-20261130T090000Z added: .ohmymkt/plans/q3-aeo.md, "12 answers won"
"#]],
    );
    let other = campaign().edited("boulder.json", "q3-aeo", "q4-video");
    holds(&other, str!["campaign switched: q3-aeo → q4-video"]);
}

#[test]
fn tasks_with_one_id_are_compared_one_by_one() {
    let board = campaign().0["state/sprint-board.json"].clone();
    let task = board.trim().trim_start_matches('[').trim_end_matches(']');
    let twice = campaign().with("state/sprint-board.json", &format!("[{task}, {task}]"));
    holds(&twice, str![[r#"task 1 added: "Cut crawler waste", pending in technical_foundation"#]]);
    snapbox::assert_data_eq!(told(&twice, &campaign()), str![[r#"task 1 removed: "Cut crawler waste""#]]);
}

#[test]
fn a_note_that_nobody_proves_unchanged_counts_as_changed() {
    let (before, mut after) = (campaign().snapshot(), campaign().snapshot());
    after.files.insert(".ohmymkt/notepads/q3-aeo/learnings.md".into(), None);
    let changes = between(&before, &after);
    assert_eq!(
        changes.iter().map(Change::sentence).collect::<Vec<_>>(),
        [".ohmymkt/notepads/q3-aeo/learnings.md changed"]
    );
    assert_eq!(between(&after, &after), []);
}
