//! The two reports.

use std::collections::BTreeMap;

use ohmymkt::model::board::Status;
use ohmymkt::model::cycle::{Counts, Window};
use ohmymkt::render::report::{AuditLine, CycleReport, RecoveryRow, SummaryReport};
use ohmymkt::rules::campaigns::{campaigns, shares};
use ohmymkt::rules::decision::trends;
use ohmymkt::rules::gates::evaluate;
use snapbox::IntoData as _;
use snapbox::str;

use crate::change::files::{INCIDENT, campaign};

#[test]
#[expect(clippy::too_many_lines, reason = "the golden text is inline")]
fn the_report_of_a_cycle() {
    let state = campaign().edited(
        &format!("incidents/{INCIDENT}.json"),
        "answers cite an old price",
        r"answers | cite\n# an *old* price",
    );
    let snapshot = state.snapshot();
    let log = snapshot.cycle_log();
    let board = snapshot.board.clone().unwrap_or_default();
    let recovery = RecoveryRow {
        signal: "conversion_assist_trend".to_owned(),
        before: "down".to_owned(),
        now: "flat".to_owned(),
        verdict: "recovered".to_owned(),
    };
    let report = CycleReport {
        cycle: &log.cycles[0],
        plan: "q3-aeo",
        role: "Execution Manager",
        evaluation: &evaluate(&snapshot),
        incidents: &snapshot.incidents.values().map(AsRef::as_ref).collect::<Vec<_>>(),
        follow_ups: &board.tasks.iter().collect::<Vec<_>>(),
        recovery: &[recovery],
        notices: &["no signal was observed since the last cycle".to_owned()],
    };
    snapbox::assert_data_eq!(report.markdown(), str![[r#"
# Weekly cycle: intervene

- Plan: `q3-aeo`
- Cycle: `cycle-20261108T100000Z-weekly`
- Window: 2026-11-01 09:00 UTC to 2026-11-08 10:00 UTC
- Generated: 2026-11-08 10:00 UTC
- Run by: Execution Manager

## Decision

**intervene**: visibility is not up (rule `otherwise`)

## Actions

1. capacity_gate: cut the plan (Content Lead)
2. rebalance \* the work

## Notices

- no signal was observed since the last cycle

## Recovery check

| Signal | Then | Now | Verdict |
| --- | --- | --- | --- |
| `conversion_assist_trend` | down | flat | recovered |

## Follow-up tasks

| Task | Status | Track | Module | Specialist | What |
| --- | --- | --- | --- | --- | --- |
| `1` | pending | visibility | `technical_foundation` | Technical SEO Engineer | Cut crawler waste |

## Gates

| Gate | Status | Owner | Reason |
| --- | --- | --- | --- |
| `strategy_gate` | FAIL | SEO Lead | kpi_tree_bound and approved are not true |
| `compliance_gate` | FAIL | SEO Lead | documented and accepted_by_all are not true |
| `capacity_gate` | FAIL | Content Lead | needs 8 feasible weeks, has 0 |
| `data_gate` | FAIL | Growth Analyst | dashboard_stable and reconcilable are not true |
| `ownership_gate` | FAIL | SEO Lead | needs 0.85 of the priority queries owned, has 0 |

Overall: **FAIL** (0/5)

## Tracks

| Track | Signal | Trend |
| --- | --- | --- |
| visibility | `non_brand_visibility_trend` | flat |
| visibility | `query_cluster_coverage_trend` | up |
| quality | `high_intent_session_trend` | down |
| quality | `conversion_assist_trend` | conflict |

## Incidents in the window

| Incident | Severity | Module | Recorded | Postmortem | Summary |
| --- | --- | --- | --- | --- | --- |
| `inc-20261120T080000Z-0a0b0c0d` | P1 | `aeo_answer_layer` | 2026-11-20 08:00 UTC | none | answers \| cite ⏎ \# an \*old\* price |

"#]].raw());
    let bare = CycleReport { incidents: &[], follow_ups: &[], recovery: &[], notices: &[], ..report };
    snapbox::assert_data_eq!(
        tail(&bare.markdown(), "## Decision"),
        str![[r#"
## Decision

**intervene**: visibility is not up (rule `otherwise`)

## Actions

1. capacity_gate: cut the plan (Content Lead)
2. rebalance \* the work

## Follow-up tasks

None.

## Gates

| Gate | Status | Owner | Reason |
| --- | --- | --- | --- |
| `strategy_gate` | FAIL | SEO Lead | kpi_tree_bound and approved are not true |
| `compliance_gate` | FAIL | SEO Lead | documented and accepted_by_all are not true |
| `capacity_gate` | FAIL | Content Lead | needs 8 feasible weeks, has 0 |
| `data_gate` | FAIL | Growth Analyst | dashboard_stable and reconcilable are not true |
| `ownership_gate` | FAIL | SEO Lead | needs 0.85 of the priority queries owned, has 0 |

Overall: **FAIL** (0/5)

## Tracks

| Track | Signal | Trend |
| --- | --- | --- |
| visibility | `non_brand_visibility_trend` | flat |
| visibility | `query_cluster_coverage_trend` | up |
| quality | `high_intent_session_trend` | down |
| quality | `conversion_assist_trend` | conflict |

## Incidents in the window

None.

"#]]
        .raw()
    );
}

/// From a section on, without what stands before it.
fn tail(report: &str, section: &str) -> String {
    let at = report.find(section).expect("a report has the section");
    report[at..].to_owned()
}

#[test]
#[expect(clippy::too_many_lines, reason = "the golden text is inline")]
fn the_summary_for_management() {
    let snapshot = campaign().snapshot();
    let log = snapshot.cycle_log();
    let advice: Vec<_> = snapshot.recommendations.values().map(AsRef::as_ref).collect();
    let audit = AuditLine {
        when: "2026-11-08 10:00 UTC".to_owned(),
        who: "Ana <ana@example.org>".to_owned(),
        what: "weekly intervene".to_owned(),
        commit: "1f0c9a3".to_owned(),
    };
    let cycles: Vec<_> = log.cycles.iter().collect();
    let window = Window {
        from: "2026-10-23T10:15:00Z".parse().expect("a valid time"),
        to: "2026-11-22T10:15:00Z".parse().expect("a valid time"),
    };
    let report = SummaryReport {
        days: 30,
        generated_at: window.to,
        plan: snapshot.active_plan().map(|plan| plan.as_str()),
        document: snapshot.plans.values().next().map(AsRef::as_ref),
        execution: snapshot.execution.as_ref(),
        shares: &shares(&campaigns(&snapshot), window, &cycles),
        evaluation: &evaluate(&snapshot),
        cycles: &cycles.iter().map(|cycle| (*cycle, Some("q3-aeo"))).collect::<Vec<_>>(),
        incidents: Counts { p0: 0, p1: 1, p2: 0 },
        open_incidents: &snapshot.incidents.values().map(AsRef::as_ref).collect::<Vec<_>>(),
        trends: &trends(&snapshot),
        recommendations: &advice,
        open_earlier: &advice,
        tasks: &BTreeMap::from([(Status::Pending, 38), (Status::Active, 2)]),
        audit: &[audit],
    };
    snapbox::assert_data_eq!(report.markdown(), str![[r#"
# Growth summary: 30 days to 2026-11-22

- Plan: `q3-aeo`
- Goal: not said
- Acceptance criteria: none
- Mode: execution
- Paused modules: none
- Open incidents: 0 P0, 1 P1, 0 P2
- Window: 2026-10-23 10:15 UTC to 2026-11-22 10:15 UTC
- Generated: 2026-11-22 10:15 UTC

## Decisions

| Continue | Intervene | Rollback |
| ---: | ---: | ---: |
| 0 | 1 | 0 |

| Cycle | Cadence | Decision | When | Reason | Report |
| --- | --- | --- | --- | --- | --- |
| `cycle-20261108T100000Z-weekly` | weekly | intervene | 2026-11-08 10:00 UTC | visibility is not up | `.ohmymkt/reports/weekly/2026-11-08-weekly.md` |

## Recommendations

- `rec-1`: merge the two pricing pages

Still open from earlier reports:

- `rec-1` (2026-11-08): merge the two pricing pages

## Gates

| Gate | Status | Owner | Condition | Reason | Evidence |
| --- | --- | --- | --- | --- | ---: |
| `strategy_gate` | FAIL | SEO Lead | `kpi_tree_bound && approved` | kpi_tree_bound and approved are not true | 0 |
| `compliance_gate` | FAIL | SEO Lead | `documented && accepted_by_all` | documented and accepted_by_all are not true | 0 |
| `capacity_gate` | FAIL | Content Lead | `rolling_weeks_feasible >= 8` | needs 8 feasible weeks, has 0 | 0 |
| `data_gate` | FAIL | Growth Analyst | `dashboard_stable && reconcilable` | dashboard_stable and reconcilable are not true | 0 |
| `ownership_gate` | FAIL | SEO Lead | `priority_query_coverage >= 0.85` | needs 0.85 of the priority queries owned, has 0 | 0 |

Overall: **FAIL** (0/5)

What the failing gates ask for:

- `strategy_gate`: bind the KPI tree to the business goal, then have it approved (SEO Lead)
- `compliance_gate`: write the guardrails down, then have everyone accept them (SEO Lead)
- `capacity_gate`: cut the plan or add people until 8 rolling weeks are feasible (Content Lead)
- `data_gate`: make the dashboard refresh reliably, then reconcile its numbers (Growth Analyst)
- `ownership_gate`: name an owner for more of the priority queries, until 85 % have one (SEO Lead)

## Tracks

| Track | Signal | Trend |
| --- | --- | --- |
| visibility | `non_brand_visibility_trend` | flat |
| visibility | `query_cluster_coverage_trend` | flat |
| quality | `high_intent_session_trend` | flat |
| quality | `conversion_assist_trend` | flat |

## Incidents

Recorded in the window:

| P0 | P1 | P2 |
| ---: | ---: | ---: |
| 0 | 1 | 0 |

Open now: 0 P0, 1 P1, 0 P2.

| Incident | Severity | Module | Recorded | Postmortem | Summary |
| --- | --- | --- | --- | --- | --- |
| `inc-20261120T080000Z-0a0b0c0d` | P1 | `aeo_answer_layer` | 2026-11-20 08:00 UTC | none | answers cite an old price |

## Tasks

| Pending | Active | Blocked | Paused | Done |
| ---: | ---: | ---: | ---: | ---: |
| 38 | 2 | 0 | 0 | 0 |

## Audit

| When | Who | What | Commit |
| --- | --- | --- | --- |
| 2026-11-08 10:00 UTC | Ana \<ana@example.org\> | weekly intervene | `1f0c9a3` |

"#]].raw());
    let bare = SummaryReport {
        plan: None,
        document: None,
        shares: &[],
        cycles: &[],
        open_incidents: &[],
        recommendations: &[],
        open_earlier: &[],
        audit: &[],
        ..report
    };
    let text = bare.markdown();
    assert!(!text.contains("## Audit") && !text.contains("Still open"), "{text}");
    assert!(text.contains("none is active") && text.contains("No cycle ran"), "{text}");
    snapbox::assert_data_eq!(
        tail(&text, "## Recommendations"),
        str![[r#"
## Recommendations

None.

## Gates

| Gate | Status | Owner | Condition | Reason | Evidence |
| --- | --- | --- | --- | --- | ---: |
| `strategy_gate` | FAIL | SEO Lead | `kpi_tree_bound && approved` | kpi_tree_bound and approved are not true | 0 |
| `compliance_gate` | FAIL | SEO Lead | `documented && accepted_by_all` | documented and accepted_by_all are not true | 0 |
| `capacity_gate` | FAIL | Content Lead | `rolling_weeks_feasible >= 8` | needs 8 feasible weeks, has 0 | 0 |
| `data_gate` | FAIL | Growth Analyst | `dashboard_stable && reconcilable` | dashboard_stable and reconcilable are not true | 0 |
| `ownership_gate` | FAIL | SEO Lead | `priority_query_coverage >= 0.85` | needs 0.85 of the priority queries owned, has 0 | 0 |

Overall: **FAIL** (0/5)

What the failing gates ask for:

- `strategy_gate`: bind the KPI tree to the business goal, then have it approved (SEO Lead)
- `compliance_gate`: write the guardrails down, then have everyone accept them (SEO Lead)
- `capacity_gate`: cut the plan or add people until 8 rolling weeks are feasible (Content Lead)
- `data_gate`: make the dashboard refresh reliably, then reconcile its numbers (Growth Analyst)
- `ownership_gate`: name an owner for more of the priority queries, until 85 % have one (SEO Lead)

## Tracks

| Track | Signal | Trend |
| --- | --- | --- |
| visibility | `non_brand_visibility_trend` | flat |
| visibility | `query_cluster_coverage_trend` | flat |
| quality | `high_intent_session_trend` | flat |
| quality | `conversion_assist_trend` | flat |

## Incidents

Recorded in the window:

| P0 | P1 | P2 |
| ---: | ---: | ---: |
| 0 | 1 | 0 |

No incident is open.

## Tasks

| Pending | Active | Blocked | Paused | Done |
| ---: | ---: | ---: | ---: | ---: |
| 38 | 2 | 0 | 0 | 0 |

"#]]
        .raw()
    );
}
