//! What keeps a campaign from starting, and that nothing is written then.

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, PLAN, Sandbox};

const GATES: &str = ".ohmymkt/state/gates.json";

/// Each gate with its fields that pass, and with one that fails.
const FIVE: [(&str, &[&str], &str); 5] = [
    ("strategy_gate", &["strategy_gate.kpi_tree_bound=true"], "strategy_gate.kpi_tree_bound=false"),
    ("compliance_gate", &["compliance_gate.accepted_by_all=true"], "compliance_gate.accepted_by_all=false"),
    ("capacity_gate", &["capacity_gate.rolling_weeks_feasible=8"], "capacity_gate.rolling_weeks_feasible=7.999"),
    ("data_gate", &["data_gate.dashboard_stable=true"], "data_gate.dashboard_stable=false"),
    ("ownership_gate", &["ownership_gate.priority_query_coverage=0.85"], "ownership_gate.priority_query_coverage=0"),
];

#[test]
fn rows_8_11_53_54_67_31_combinations_are_blocked_and_the_32nd_starts() {
    let sandbox = Sandbox::new().reviewed();
    for passing in 0..32_u8 {
        let passes = |nth: usize| passing & (1 << nth) != 0;
        let fields = (0..5).flat_map(|nth| if passes(nth) { FIVE[nth].1.to_vec() } else { vec![FIVE[nth].2] });
        sandbox.mkt(&[vec!["update-gates"], fields.collect()].concat()).ok();
        if passing == 31 {
            break;
        }
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2));
        assert_eq!(outcome.stdout, "");
        let failing = 5 - passing.count_ones();
        let verb = if failing == 1 { "gates fails" } else { "gates fail" };
        let outcome = outcome.stderr_has(&format!("error: the campaign cannot start: {failing} of 5 {verb}\n"));
        for (nth, (gate, _, _)) in FIVE.iter().enumerate() {
            let row = outcome.stderr.lines().find(|line| line.starts_with(gate)).expect("each gate has its row");
            assert_eq!(row.contains("PASS"), passes(nth), "{row}");
            assert_eq!(row.contains("FAIL"), !passes(nth), "{row}");
        }
        assert!(!sandbox.exists(".ohmymkt/boulder.json"));
    }
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("started").stdout_has("5/5 gates pass");
    sandbox.fsck_clean();
}

#[test]
fn rows_52_55_152_a_refusal_tells_reason_owner_remedy_and_the_commands() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=6", "data_gate.reconcilable=false"]).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(2));
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt start-campaign
error: the campaign cannot start: 2 of 5 gates fail
gate             status  owner           reason
strategy_gate    PASS    SEO Lead        the KPI tree is bound to the goal and approved
compliance_gate  PASS    SEO Lead        the guardrails are documented and accepted by all
capacity_gate    FAIL    Content Lead    needs 8 feasible weeks, has 6
                 → cut the plan or add people until 8 rolling weeks are feasible
data_gate        FAIL    Growth Analyst  reconcilable is not true
                 → reconcile the dashboard with its sources
ownership_gate   PASS    SEO Lead        85 % of the priority queries are owned

Overall: FAIL
hint: git mkt update-gates capacity_gate.rolling_weeks_feasible=8 --evidence <ref>
hint: git mkt update-gates data_gate.reconcilable=true --evidence <ref>
[exit 2]

"#]]
    );
    // The same for a program, and for one who only wants to look.
    let document =
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", "--json", "--dry-run"])).code(2).json();
    assert_eq!(document["status"], "refused");
    assert_eq!(document["error"]["details"]["tally"], "3/5");
    assert_eq!(document["error"]["details"]["gates"].as_array().map(Vec::len), Some(5));
}

#[test]
fn rows_47_51_without_a_plan_or_with_a_hint_that_fits_none_or_many_nothing_starts() {
    let sandbox = Sandbox::new().initialised();
    let start = |sandbox: &Sandbox, args: &[&str]| {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&[&["start-campaign"], args].concat()))
    };
    start(&sandbox, &[]).code(2).stderr_has("there is no plan yet").stderr_has("hint: git mkt plan-growth");
    sandbox.mkt(&[&["update-gates"], PASSING.as_slice()].concat()).ok();
    start(&sandbox, &[]).code(1).stderr_has("there is no plan yet").stderr_has("hint: git mkt plan-growth");
    for name in ["docs-north", "docs-south"] {
        sandbox.mkt(&["plan-growth", "Grow", "--name", name]).ok();
    }
    start(&sandbox, &["west"]).code(1).stderr_has("no plan fits `west`, there are `docs-north`, `docs-south`");
    start(&sandbox, &["docs"]).code(1).stderr_has("2 plans fit `docs`: `docs-north`, `docs-south`");
    start(&sandbox, &[""]).code(1).stderr_has("no plan fits");
    start(&sandbox, &["../../etc/passwd"]).code(1).stderr_has("no plan fits");
    assert!(!sandbox.exists(".ohmymkt/boulder.json") && !sandbox.exists(".ohmymkt/notepads"));
}

#[test]
fn row_47_a_plan_that_cannot_be_read_starts_nothing() {
    let sandbox = Sandbox::new().reviewed();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let text = sandbox.read(&path);
    for (damaged, said) in [
        (text.replacen("# Growth", "<<<<<<< HEAD\n# Growth", 1).into_bytes(), "conflict marker"),
        (text.replacen("created_at: ", "created_at: some day ", 1).into_bytes(), ":4:13"),
        ([text.as_bytes(), &[0xff]].concat(), "not UTF-8"),
    ] {
        sandbox.write(&path, damaged);
        commit_by_hand(&sandbox);
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(1));
        outcome.stderr_has(said).stderr_has(&path);
    }
    sandbox.write(&path, "");
    commit_by_hand(&sandbox);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2));
    outcome.stderr_has("start-requires-plan").stderr_has("without a `pass` for the plan as it is");
}

#[test]
fn rows_25_43_193_only_the_text_that_passed_its_review_starts() {
    let sandbox = Sandbox::new().gates_passing();
    let blocked = |said: &str| {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2));
        outcome.stderr_has("start-requires-plan").stderr_has(said).stderr_lacks("gates fail");
    };
    blocked("without a `pass` for the plan as it is");
    sandbox.mkt(&["review-plan", PLAN, "--revise", "--notes", "who owns it?"]).ok();
    blocked("without a `pass`");
    sandbox.mkt(&["review-plan", PLAN, "--pass"]).ok();
    sandbox.mkt(&["review-plan", PLAN, "--revise"]).ok();
    blocked("after the verdict `revise`");
    sandbox.mkt(&["review-plan", PLAN, "--pass"]).ok();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let passed = sandbox.read(&path);
    sandbox.write(&path, passed.replace("- the shop checkout", "- the shop"));
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2)).stderr_has("not committed");
    commit_by_hand(&sandbox);
    blocked("without a `pass` for the plan as it is");
    // The reviewed words again are the reviewed plan again.
    sandbox.write(&path, passed);
    commit_by_hand(&sandbox);
    sandbox.mkt(&["start-campaign", PLAN]).ok();
    let review = sandbox.names(".ohmymkt/reviews").into_iter().rfind(|name| name.starts_with("rev-"));
    let review = sandbox.json(&format!(".ohmymkt/reviews/{}", review.expect("a review")));
    let blob = sandbox.git(&["rev-parse", &format!("HEAD:{path}")]).ok().stdout;
    assert_eq!(review["blob"], blob.trim_end(), "the start is bound to the version that was reviewed");
    assert!(sandbox.message().contains(&format!("Mkt-Plan: {}", sandbox.plan())));
}

#[test]
fn row_43_a_plan_with_findings_cannot_start_even_with_a_verdict_made_by_hand() {
    let sandbox = Sandbox::new().reviewed();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    sandbox.write(&path, sandbox.read(&path).replace("- the shop checkout\n", ""));
    let blob = sandbox.git(&["hash-object", &path]).ok().stdout;
    let name = sandbox.names(".ohmymkt/reviews").pop().expect("a review");
    let forged = ".ohmymkt/reviews/rev-20260105T091500Z-00000000.json";
    let mut review = sandbox.json(&format!(".ohmymkt/reviews/{name}"));
    review["id"] = "rev-20260105T091500Z-00000000".into();
    review["blob"] = blob.trim_end().into();
    sandbox.write(forged, format!("{review:#}\n"));
    commit_by_hand(&sandbox);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]).code(2));
    outcome.stderr_has("start-requires-plan  there is no item out of scope").stderr_has(&format!("{path}:"));
}

#[test]
fn a_policy_that_wants_evidence_is_told_as_such() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_gate_evidence"] = true.into());
    sandbox.edit_json(GATES, |gates| drop(gates["data_gate"].as_object_mut().expect("a gate").remove("evidence")));
    commit_by_hand(&sandbox);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(2));
    let outcome = outcome.stderr_has("start-requires-gates  campaign").stderr_has("without evidence for data_gate");
    outcome.stderr_lacks("0 of 5");
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=7"]).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(2));
    let outcome = outcome.stderr_has("1 of 5 gates fails").stderr_has("without evidence for data_gate");
    assert_eq!(outcome.stderr.matches("needs 8 feasible weeks").count(), 1, "the table tells it\n{outcome}");
}

#[test]
fn rows_15_61_146_a_start_by_hand_past_a_gate_is_refused_and_found() {
    let sandbox = Sandbox::new().reviewed();
    let plan = sandbox.plan();
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    let path = format!(".ohmymkt/plans/{plan}.md");
    let at = sandbox.now();
    let boulder = serde_json::json!({"active_plan": path, "plan_name": plan, "started_at": at});
    sandbox.git(&["switch", "--quiet", "-c", "side"]).ok();
    sandbox.write(".ohmymkt/boulder.json", format!("{boulder:#}\n"));
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2));
    outcome.stderr_has("start-requires-gates").stderr_has("while data_gate fails");
    commit_by_hand(&sandbox);
    sandbox.mkt(&["verify"]).code(2).stdout_has("start-requires-gates");
    // Merged or undone, it stays found.
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-ff", "--no-verify", "--message", "merge", "side"]).ok();
    sandbox.mkt(&["verify", "HEAD~1..HEAD"]).code(2).stdout_has("start-requires-gates");
    sandbox.git(&["revert", "--no-edit", "-m", "1", "HEAD"]).ok();
    assert!(!sandbox.exists(".ohmymkt/boulder.json"));
    sandbox.mkt(&["verify"]).code(2).stdout_has("start-requires-gates");
}
