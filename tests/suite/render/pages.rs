//! Pages and documents, as people and programs get them.

use ohmymkt::render::gates::GateTable;
use ohmymkt::render::{Cell, Label, Page, Row, Status, View, document, plain, styled};
use ohmymkt::rules::gates::evaluate;
use snapbox::IntoData as _;
use snapbox::str;

use crate::change::files::campaign;

fn gates() -> GateTable {
    let state = campaign()
        .edited("state/gates.json", r#""rolling_weeks_feasible": 0"#, r#""rolling_weeks_feasible": 6"#)
        .edited("state/gates.json", r#""approved": false"#, r#""approved": true"#)
        .edited("state/gates.json", r#""kpi_tree_bound": false"#, r#""kpi_tree_bound": true"#);
    GateTable::from(&evaluate(&state.snapshot()))
}

#[test]
fn a_page_of_the_gates() {
    snapbox::assert_data_eq!(
        plain(&gates().page()),
        str![[r#"
gate             status  owner           reason
strategy_gate    PASS    SEO Lead        the KPI tree is bound to the goal and approved
compliance_gate  FAIL    SEO Lead        documented and accepted_by_all are not true
                 → write the guardrails down, then have everyone accept them
capacity_gate    FAIL    Content Lead    needs 8 feasible weeks, has 6
                 → cut the plan or add people until 8 rolling weeks are feasible
data_gate        FAIL    Growth Analyst  dashboard_stable and reconcilable are not true
                 → make the dashboard refresh reliably, then reconcile its numbers
ownership_gate   FAIL    SEO Lead        needs 0.85 of the priority queries owned, has 0
                 → name an owner for more of the priority queries, until 85 % have one

Overall: FAIL

"#]]
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "the golden text is inline")]
fn a_document_of_the_gates() {
    let text = document("check-gates", Status::Refused, &gates());
    snapbox::assert_data_eq!(
        text,
        str![[r#"
{
  "version": 1,
  "command": "check-gates",
  "status": "refused",
  "overall": "fail",
  "tally": "1/5",
  "gates": [
    {
      "gate": "strategy_gate",
      "status": "pass",
      "reason": "the KPI tree is bound to the goal and approved",
      "owner": "SEO Lead",
      "condition": "kpi_tree_bound && approved",
      "evidence": 0,
      "line": 2
    },
    {
      "gate": "compliance_gate",
      "status": "fail",
      "reason": "documented and accepted_by_all are not true",
      "remediation": "write the guardrails down, then have everyone accept them",
      "opened_by": "git mkt update-gates compliance_gate.documented=true compliance_gate.accepted_by_all=true --evidence <ref>",
      "owner": "SEO Lead",
      "condition": "documented && accepted_by_all",
      "evidence": 0,
      "line": 6
    },
    {
      "gate": "capacity_gate",
      "status": "fail",
      "reason": "needs 8 feasible weeks, has 6",
      "remediation": "cut the plan or add people until 8 rolling weeks are feasible",
      "opened_by": "git mkt update-gates capacity_gate.rolling_weeks_feasible=8 --evidence <ref>",
      "owner": "Content Lead",
      "condition": "rolling_weeks_feasible >= 8",
      "evidence": 0,
      "line": 10
    },
    {
      "gate": "data_gate",
      "status": "fail",
      "reason": "dashboard_stable and reconcilable are not true",
      "remediation": "make the dashboard refresh reliably, then reconcile its numbers",
      "opened_by": "git mkt update-gates data_gate.dashboard_stable=true data_gate.reconcilable=true --evidence <ref>",
      "owner": "Growth Analyst",
      "condition": "dashboard_stable && reconcilable",
      "evidence": 0,
      "line": 13
    },
    {
      "gate": "ownership_gate",
      "status": "fail",
      "reason": "needs 0.85 of the priority queries owned, has 0",
      "remediation": "name an owner for more of the priority queries, until 85 % have one",
      "opened_by": "git mkt update-gates ownership_gate.priority_query_coverage=0.85 --evidence <ref>",
      "owner": "SEO Lead",
      "condition": "priority_query_coverage >= 0.85",
      "evidence": 0,
      "line": 17
    }
  ]
}

"#]]
        .raw()
    );
}

#[test]
fn tables_are_measured_in_columns_of_the_terminal() {
    let mut page = Page::new();
    page.heading("Queries");
    page.table(
        &["query", "trend"],
        [
            Row::from(["東京 ホテル".into(), Cell::labelled(Label::Pass, "up")]),
            Row::from(["hotel".into(), Cell::labelled(Label::Fail, "down")]).note("since Monday"),
        ],
    );
    page.heading("Next").hint("git mkt status");
    snapbox::assert_data_eq!(
        plain(&page),
        str![[r#"
Queries
query        trend
東京 ホテル  up
hotel        down
             since Monday

Next
hint: git mkt status

"#]]
    );
}

#[test]
fn colours_come_from_the_labels_and_end_with_them() {
    let mut page = Page::new();
    page.line().text("is ").label(Label::Fail, "FAIL").text("  ");
    assert_eq!(styled(&page), "is \u{1b}[1m\u{1b}[31mFAIL\u{1b}[0m\n");
    assert_eq!(plain(&page), "is FAIL\n");
}
