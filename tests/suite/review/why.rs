//! `why`: decisions and gates explained from the history.

use super::*;

#[test]
fn rows_7_10_and_17_a_decision_is_derived_again_step_by_step_with_the_commit_of_each_input() {
    let sandbox = Sandbox::new().started();
    sandbox.advance(2);
    observe(&sandbox, VISIBLE, "up");
    let observed = sandbox.head();
    let id = incident(&sandbox, "P0", "Checkout is down");
    let happened = sandbox.head();
    let cycle = cycle(&sandbox);
    let why = sandbox.mkt(&["why", &cycle]).ok();
    snapbox::assert_data_eq!(
        sandbox.redact(&why),
        snapbox::str![[r#"
$ ohmymkt why cycle-20260107T090700Z-weekly
cycle-20260107T090700Z-weekly: weekly rollback, P0 incident in window
recorded in [COMMIT] 2026-01-07 09:07 UTC, Ada Growth

Inputs
  window: 2025-12-31 09:07 UTC to 2026-01-07 09:07 UTC
  visibility_track.non_brand_visibility_trend: up
    obs-20260107T090500Z-[ID]: search-console says up, brought by [COMMIT] 2026-01-07 09:05 UTC, Ada Growth
  visibility_track.query_cluster_coverage_trend: flat, nobody had observed it
  quality_track.high_intent_session_trend: flat, nobody had observed it
  quality_track.conversion_assist_trend: flat, nobody had observed it
  inc-20260107T090600Z-[ID]: P0 in content_system, Checkout is down
    brought by [COMMIT] 2026-01-07 09:06 UTC, Ada Growth
  gates: 5/5 pass; they are shown and never decide

Rules, in order
  1. p0-in-window                is there a P0 incident in the window? 1 in the window: rollback
  2. visibility-without-quality  not asked, a rule before it decided
  3. both-tracks-up              not asked, a rule before it decided
  4. otherwise                   not asked, a rule before it decided
  derived again from that commit's tree: rollback by the rule p0-in-window, as recorded

What followed
  ~ execution mode: execution → rollback
  ~ module authority_growth paused
  ~ module experiment_engine paused
  ~ module scale_loop paused
  + task postmortem-inc-20260107T090600Z-[ID] added: "Write the postmortem of inc-20260107T090600Z-[ID]: Checkout is down", pending in content_system
  + task prevention-inc-20260107T090600Z-[ID] added: "Carry out what keeps inc-20260107T090600Z-[ID] from happening again: Checkou…", pending in content_system

What it asked for
  1. keep the scale modules paused
  2. undo the risky template changes of this window
  3. write the postmortem of each P0 and carry out its prevention task
  report: .ohmymkt/reports/weekly/2026-01-07-weekly.md

"#]]
    );
    let answer = sandbox.mkt(&["why", &cycle[..15], "--json"]).ok().json();
    assert_eq!((&answer["cycle"], &answer["decision"]), (&cycle.clone().into(), &"rollback".into()));
    assert_eq!(answer["recorded_by"]["commit"], sandbox.head());
    assert_eq!(answer["signals"][0]["observations"][0]["brought_by"]["commit"], observed);
    assert_eq!(answer["incidents"][0]["id"], id.as_str());
    assert_eq!(answer["incidents"][0]["brought_by"]["commit"], happened);
    assert_eq!(answer["derived"]["agrees"], true);
    let fates: Vec<_> = answer["rules"].as_array().expect("the rules").iter().map(|rule| &rule["fate"]).collect();
    assert_eq!(fates, ["decided", "not-asked", "not-asked", "not-asked"]);
}

#[test]
fn each_rule_before_the_one_that_decided_says_why_it_did_not() {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, VISIBLE, "up");
    observe(&sandbox, QUALITY, "up");
    let cycle = cycle(&sandbox);
    let why = sandbox.mkt(&["why", &cycle]).ok();
    let why = why.stdout_has("is there a P0 incident in the window? 0 in the window: it does not hold");
    let why = why.stdout_has("visibility is up, quality is up: it does not hold");
    why.stdout_has("are both tracks up? visibility is up, quality is up: continue").stdout_has("as recorded");
}

#[test]
fn a_squash_that_lost_its_trailers_is_explained_from_its_tree() {
    let sandbox = on_a_branch();
    observe(&sandbox, VISIBLE, "up");
    incident(&sandbox, "P0", "Checkout is down");
    let cycle = cycle(&sandbox);
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["merge", "--quiet", "--squash", "campaign"]).ok();
    commit_past_hooks(&sandbox, "Everything at once");
    let answer = sandbox.mkt(&["why", &cycle, "--json"]).ok().json();
    assert_eq!((&answer["derived"]["agrees"], &answer["derived"]["rule"]), (&true.into(), &"p0-in-window".into()));
    for brought in [&answer["recorded_by"], &answer["incidents"][0]["brought_by"]] {
        assert_eq!(brought["commit"], sandbox.head());
    }
}

#[test]
fn a_decision_that_does_not_follow_is_told() {
    let sandbox = Sandbox::new().started();
    incident(&sandbox, "P0", "Checkout is down");
    let cycle = cycle(&sandbox);
    sandbox.edit_json(".ohmymkt/state/cycles.json", |log| log[0]["decision"] = "continue".into());
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--amend", "--no-edit"]).ok();
    let why = sandbox.mkt(&["why", &cycle]).ok();
    why.stdout_has("rollback by the rule p0-in-window, which is not what was recorded")
        .stdout_has("decision-is-reproducible")
        .stdout_has("p0-forces-rollback");
}

#[test]
fn a_gate_says_since_when_by_whom_and_on_what_evidence() {
    let sandbox = Sandbox::new().started();
    let passed = sandbox.git(&["log", "-1", "--format=%H", "--grep=update-gates"]).ok().stdout;
    let answer = sandbox.mkt(&["why", "capacity_gate", "--json"]).ok().json();
    assert_eq!((&answer["outcome"], &answer["since"]["commit"]), (&"pass".into(), &passed.trim_end().into()));
    assert_eq!(answer["evidence"][0]["reference"], "https://example.org/evidence");
    assert_eq!(answer["evidence"][0]["brought_by"]["commit"], passed.trim_end());
    sandbox.advance(3);
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=9"]).ok();
    let raised = sandbox.mkt(&["why", "capacity_gate", "--json"]).ok().json();
    assert_eq!(raised["since"], answer["since"], "it passed before, and still does");
    let fail = ["update-gates", "capacity_gate.rolling_weeks_feasible=6"];
    let bob = sandbox.call("ohmymkt", &fail).env("GIT_AUTHOR_NAME", "Bob Search");
    bob.env("GIT_AUTHOR_EMAIL", "bob@example.org").run().ok();
    sandbox.mkt(&["update-gates", "data_gate.reconcilable=false"]).ok();
    let why = sandbox.mkt(&["why", "cap"]).ok();
    snapbox::assert_data_eq!(
        sandbox.redact(&why),
        snapbox::str![[r#"
$ ohmymkt why cap
capacity_gate FAIL: needs 8 feasible weeks, has 6
passes when rolling_weeks_feasible >= 8; the Content Lead answers for it
so since [COMMIT] 2026-01-08 09:09 UTC, Bob Search: mkt(update-gates): capacity_gate.rolling_weeks_feasible=6

Evidence
  https://example.org/evidence
    brought by [COMMIT] 2026-01-05 09:02 UTC, Ada Growth

Changes, newest first
  [COMMIT] 2026-01-08 09:09 UTC, Bob Search: PASS → FAIL
    capacity_gate.rolling_weeks_feasible: 9 → 6
  [COMMIT] 2026-01-08 09:07 UTC, Ada Growth
    capacity_gate.rolling_weeks_feasible: 8 → 9
  [COMMIT] 2026-01-05 09:02 UTC, Ada Growth: FAIL → PASS
    capacity_gate.rolling_weeks_feasible: 0 → 8
    capacity_gate evidence added: https://example.org/evidence, by Ada Growth <ada@example.org>
  [COMMIT] 2026-01-05 09:00 UTC, Ada Growth: seeded → FAIL

"#]]
    );
}

#[test]
fn what_is_neither_a_cycle_nor_a_gate_is_told() {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, VISIBLE, "up");
    let (first, _) = (cycle(&sandbox), sandbox.advance(7));
    let second = cycle(&sandbox);
    sandbox.mkt(&["why", "cycle"]).code(1).stderr_has(&first).stderr_has(&second);
    let none = sandbox.mkt(&["why", "nope"]).code(1).stderr_has("there is no cycle or gate `nope`");
    none.stderr_has("hint: git mkt log --action run-cycle");
    sandbox.mkt(&["why", ""]).code(1);
}

#[test]
fn without_a_name_it_is_the_last_cycle() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["why"]).code(1).stderr_has("there is no cycle yet").stderr_has("hint: git mkt run-cycle weekly");
    observe(&sandbox, VISIBLE, "up");
    cycle(&sandbox);
    sandbox.advance(7);
    let last = cycle(&sandbox);
    assert_eq!(sandbox.mkt(&["why"]).ok().stdout, sandbox.mkt(&["why", &last]).ok().stdout);
}
