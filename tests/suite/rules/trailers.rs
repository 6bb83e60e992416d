//! Trailers against trees: each fact by its token, whatever the action beside it says.

use ohmymkt::model::metric::Signal;
use ohmymkt::model::step::Step;
use ohmymkt::rules::check;
use serde_json::{Value, json};

use super::tree::{Tree, claim, path, step};

const RULE: &str = "trailers-tell-the-truth";
const VISIBLE: Signal = Signal::NonBrandVisibility;

/// Whether a step with these trailers is accused of a lie.
fn lies(step: &Step, trailers: &str) -> bool {
    let step = Step { claim: claim(trailers), ..step.clone() };
    check(&step).iter().any(|one| one.rule == RULE)
}

#[track_caller]
fn all_lie(step: &Step, trailers: &[&str]) {
    for said in trailers {
        assert!(lies(step, said), "is taken for true: {said}");
    }
}

#[track_caller]
fn all_hold(step: &Step, trailers: &[&str]) {
    for said in trailers {
        let step = Step { claim: claim(said), ..step.clone() };
        let found: Vec<_> = check(&step).into_iter().filter(|one| one.rule == RULE).collect();
        assert!(found.is_empty(), "is accused: {said}\n{found:#?}");
    }
}

/// A P0 in `scale_loop`.
fn with_p0(tree: &Tree) -> Tree {
    tree.clone().incident("P0", "2026-11-12T09:00:00Z")
}

const P0: &str = "inc-20261112T090000Z-p0";

/// With an owner for the first task.
fn with_owner(tree: &Tree, owner: &str) -> Tree {
    tree.clone().edit(path::BOARD, |board| board[0]["owner"] = owner.into())
}

fn weeks(tree: &Tree, weeks: u64) -> Tree {
    tree.clone().edit(path::GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = weeks.into())
}

#[test]
fn an_incident_is_held_against_severity_and_module_without_its_id() {
    let base = Tree::base();
    let added = step(&[&base], &with_p0(&base));
    all_lie(
        &added,
        &[
            "Mkt-Action: incident\nMkt-Severity: P2",
            "Mkt-Action: incident\nMkt-Module: content_system",
            "Mkt-Action: incident\nMkt-Severity: P2\nMkt-Module: content_system",
            "Mkt-Action: update-task\nMkt-Task: 1",
            "Mkt-Action: record\nMkt-Severity: P1",
            "Mkt-Action: incident\nMkt-Severity: P0\nMkt-Severity: P1",
            "Mkt-Action: incident\nMkt-Decision: rollback",
        ],
    );
    let id =
        format!("Mkt-Action: incident\nMkt-Incident: {P0}\nMkt-Severity: P0\nMkt-Module: scale_loop\nMkt-Record: {P0}");
    all_hold(&added, &[&id, "Mkt-Action: incident\nMkt-Severity: P0", "Mkt-Action: record\nMkt-Module: scale_loop"]);
    let learnt = with_p0(&base).postmortem("P0", "2026-11-12T09:00:00Z");
    let postmortem = format!("Mkt-Action: postmortem\nMkt-Incident: {P0}\nMkt-Severity: P0\nMkt-Module: scale_loop");
    all_hold(&step(&[&with_p0(&base)], &learnt), &[&postmortem]);
    all_lie(&step(&[&with_p0(&base)], &learnt), &["Mkt-Action: incident", "Mkt-Action: postmortem\nMkt-Severity: P1"]);
    all_lie(&added, &["Mkt-Action: postmortem"]);
}

#[test]
fn a_gate_is_held_against_every_way_to_speak_of_it() {
    let base = Tree::base();
    let failed = step(&[&base], &base.clone().short_of_weeks());
    all_lie(
        &failed,
        &[
            "Mkt-Action: update-task",
            "Mkt-Action: nonsense",
            "Mkt-Action: update-gates\nMkt-Gates: 5/5",
            "Mkt-Action: record\nMkt-Gates: 5/5",
            "Mkt-Action: update-gates\nMkt-Gate: strategy_gate=pass",
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass",
            "Mkt-Action: init",
            "Mkt-Action: update-gates\nMkt-Gate: capacity",
        ],
    );
    all_hold(
        &failed,
        &[
            "Mkt-Action: update-gates",
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail\nMkt-Gates: 4/5",
            // A command names each gate whose fields were given, also where they were so already.
            "Mkt-Action: update-gates\nMkt-Gate: strategy_gate=pass\nMkt-Gate: capacity_gate=fail",
            // A squash over the way there.
            "Mkt-Action: update-gates\nMkt-Action: update-gates\nMkt-Gate: capacity_gate=pass\nMkt-Gate: capacity_gate=fail",
        ],
    );
    let other = step(&[&base], &with_owner(&base, "Rui"));
    all_lie(
        &other,
        &["Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass", "Mkt-Action: update-task\nMkt-Task: 2"],
    );
    let task = base.json(path::BOARD)[0].clone();
    let honest =
        format!("Mkt-Action: update-task\nMkt-Task: {}\nMkt-Module: {}", text(&task["id"]), text(&task["module"]));
    all_hold(&other, &[&honest]);
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[test]
fn a_trend_is_held_against_what_was_observed_now() {
    let base = Tree::base().observed(VISIBLE, "up", "search-console", "2026-11-08T09:00:00Z");
    let down = base.clone().observed(VISIBLE, "down", "search-console", "2026-11-10T09:00:00Z");
    let seen = step(&[&base], &down);
    all_lie(
        &seen,
        &[
            "Mkt-Action: update-metrics\nMkt-Metric: visibility_track.non_brand_visibility_trend=up",
            "Mkt-Action: update-metrics\nMkt-Metric: quality_track.conversion_assist_trend=down",
            "Mkt-Action: update-metrics\nMkt-Metric: nonsense",
            "Mkt-Action: incident\nMkt-Metric: visibility_track.non_brand_visibility_trend=up",
        ],
    );
    all_hold(&seen, &["Mkt-Action: update-metrics\nMkt-Metric: visibility_track.non_brand_visibility_trend=down"]);
    // Rebased over another source: the claim says what was observed, the file what follows.
    let main = base.clone().observed(VISIBLE, "flat", "rank-tracker", "2026-11-09T09:00:00Z");
    let both = main.clone().observed(VISIBLE, "down", "search-console", "2026-11-10T09:00:00Z");
    all_hold(
        &step(&[&main], &both),
        &["Mkt-Action: update-metrics\nMkt-Metric: visibility_track.non_brand_visibility_trend=down"],
    );
    // A squash over a conflict that was settled.
    let agreed = both.observed(VISIBLE, "down", "rank-tracker", "2026-11-11T09:00:00Z");
    all_hold(
        &step(&[&base], &agreed),
        &["Mkt-Action: record\nMkt-Metric: visibility_track.non_brand_visibility_trend=conflict"],
    );
}

#[test]
fn a_cycle_is_held_against_decision_window_and_record() {
    let base = Tree::base().thriving("2026-11-10T09:00:00Z").weekly("2026-11-16T09:00:00Z");
    let after = base.clone().weekly("2026-11-23T09:00:00Z");
    let old = "cycle-20261109T090000Z-weekly";
    assert!(base.json(path::CYCLES).to_string().contains(old));
    let cycle = step(&[&base], &after);
    let of_old = format!("Mkt-Action: run-cycle\nMkt-Record: {old}\nMkt-Cadence: weekly\nMkt-Decision: intervene");
    all_lie(
        &cycle,
        &[
            "Mkt-Action: record\nMkt-Decision: rollback",
            "Mkt-Action: run-cycle\nMkt-Window: 2020-01-01..2020-01-02",
            "Mkt-Action: run-cycle\nMkt-Window: 30d",
            &of_old,
            &format!("Mkt-Action: run-cycle\nMkt-Record: {old}\nMkt-Cadence: weekly"),
            "Mkt-Action: run-cycle\nMkt-Action: record\nMkt-Decision: rollback",
            "Mkt-Action: run-cycle\nMkt-Action: incident\nMkt-Decision: continue",
            "Mkt-Action: run-cycle\nMkt-Gates: 3/5",
        ],
    );
    let fine = "Mkt-Action: run-cycle\nMkt-Plan: 2026-11-01-non-brand-growth\nMkt-Cadence: weekly\n\
                Mkt-Decision: continue\nMkt-Gates: 5/5\nMkt-Record: cycle-20261123T090000Z-weekly";
    all_hold(&cycle, &[fine, "Mkt-Action: record\nMkt-Decision: continue"]);
    // Rebased over gates that fell meanwhile: what the cycle saw is in its record.
    let main = base.clone().short_of_weeks();
    let rebased = after.short_of_weeks();
    all_hold(&step(&[&main], &rebased), &[fine]);
}

#[test]
fn a_summary_says_how_far_it_looks_back() {
    let base = Tree::base();
    let report = base.clone().with(".ohmymkt/reports/summary/2026-11-16-30d-2.md", "# Summary\n");
    let written = step(&[&base], &report);
    all_hold(&written, &["Mkt-Action: report-growth\nMkt-Window: 30d"]);
    all_lie(
        &written,
        &["Mkt-Action: report-growth\nMkt-Window: 90d", "Mkt-Action: report-growth\nMkt-Record: rec-of-nobody"],
    );
}

#[test]
fn a_plan_and_a_verdict_are_those_of_the_change() {
    let base = Tree::base();
    let plan = String::from_utf8_lossy(
        &std::fs::read(super::tree::fixtures().join("base").join(path::PLAN)).expect("the plan"),
    )
    .into_owned();
    let other = base.clone().with(".ohmymkt/plans/other.md", &plan.replace("2026-11-01-non-brand-growth", "other"));
    let planned = step(&[&base], &other);
    all_hold(
        &planned,
        &["Mkt-Action: plan-growth\nMkt-Plan: other", "Mkt-Action: record\nMkt-Plan: 2026-11-01-non-brand-growth"],
    );
    all_lie(&planned, &["Mkt-Action: plan-growth\nMkt-Plan: 2026-11-01-non-brand-growth", "Mkt-Action: review-plan"]);
    let mut review = base.json(path::REVIEW);
    (review["id"], review["verdict"]) = (json!("rev-2"), json!("revise"));
    let reviewed = step(&[&base], &base.clone().with(".ohmymkt/reviews/rev-2.json", &review.to_string()));
    all_hold(&reviewed, &["Mkt-Action: review-plan\nMkt-Verdict: revise\nMkt-Record: rev-2"]);
    all_lie(&reviewed, &["Mkt-Action: review-plan\nMkt-Verdict: pass", "Mkt-Action: incident\nMkt-Verdict: pass"]);
    all_lie(&step(&[&base], &with_p0(&base)), &["Mkt-Action: incident\nMkt-Verdict: pass"]);
}

#[test]
fn what_leaves_the_artifacts_alone_may_only_repeat_what_is_there() {
    let base = with_p0(&Tree::base()).postmortem("P0", "2026-11-12T09:00:00Z");
    let nothing = step(&[&base], &base);
    let actions = [
        "plan-growth",
        "review-plan",
        "update-gates",
        "update-metrics",
        "start-campaign",
        "finish-campaign",
        "update-task",
        "run-cycle",
        "incident",
        "postmortem",
        "report-growth",
        "resolve-recommendation",
    ];
    for action in actions {
        assert!(lies(&nothing, &format!("Mkt-Action: {action}")), "{action}");
    }
    all_hold(
        &nothing,
        &[
            &format!("Mkt-Action: postmortem\nMkt-Incident: {P0}\nMkt-Severity: P0"),
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass",
            "Mkt-Action: plan-growth\nMkt-Plan: 2026-11-01-non-brand-growth",
            "Mkt-Action: init",
        ],
    );
    all_lie(
        &nothing,
        &[
            &format!("Mkt-Action: postmortem\nMkt-Incident: {P0}\nMkt-Severity: P2"),
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail",
            "Mkt-Action: postmortem\nMkt-Decision: rollback",
        ],
    );
}

#[test]
fn a_merge_may_quote_what_it_brings_and_nothing_else() {
    let base = weeks(&Tree::base(), 9);
    let (main, side) = (with_owner(&base, "Rui"), weeks(&base, 6).weekly("2026-11-16T09:00:00Z"));
    let log = side.json(path::CYCLES);
    let report = text(&log[1]["report_file"]);
    let both = |weeks_feasible: u64| {
        let merged = weeks(&main, weeks_feasible).with(path::CYCLES, &log.to_string());
        merged.with(&report, "# Weekly cycle\n")
    };
    let merge = step(&[&main, &side], &both(6));
    all_hold(
        &merge,
        &[
            "Mkt-Action: run-cycle\nMkt-Cadence: weekly\nMkt-Decision: intervene\nMkt-Gates: 4/5\nMkt-Record: cycle-20261116T090000Z-weekly",
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail",
            "Mkt-Action: update-task\nMkt-Task: 1",
            "Mkt-Action: record\nMkt-Decision: intervene\nMkt-Gate: capacity_gate=fail",
        ],
    );
    all_lie(&merge, &["Mkt-Action: run-cycle\nMkt-Decision: rollback", "Mkt-Action: incident", "Mkt-Action: nonsense"]);
    // The merge itself sets the gate to what neither side has.
    let evil = step(&[&main, &side], &both(3));
    all_lie(
        &evil,
        &[
            "Mkt-Action: run-cycle\nMkt-Decision: rollback\nMkt-Gate: capacity_gate=pass",
            "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass",
        ],
    );
    all_hold(&evil, &["Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail"]);
    let untouched = step(&[&base, &base], &base);
    all_lie(&untouched, &["Mkt-Action: run-cycle\nMkt-Decision: rollback"]);
}

#[test]
fn a_merge_speaks_for_itself_where_no_parent_says_what_it_says() {
    let base = weeks(&Tree::base(), 9);
    let main = with_owner(&base, "Rui").edit(path::GATES, |gates| gates["data_gate"]["reconcilable"] = json!(false));
    let side = weeks(&with_p0(&base), 10);
    let warned = |after: &Tree| {
        let found = check(&step(&[&main, &side], after));
        found.into_iter().find(|one| one.rule == "change-has-trailers").map(|one| one.path)
    };
    // What git or the merge driver weaves of both.
    let woven = weeks(&with_p0(&main), 10);
    assert_eq!(warned(&woven), None);
    assert_eq!(warned(&weeks(&woven, 3)).as_deref(), Some(path::GATES));
    assert_eq!(warned(&with_owner(&woven, "Nobody")).as_deref(), Some(path::BOARD));
    let altered =
        woven.clone().edit(&format!(".ohmymkt/incidents/{P0}.json"), |incident| incident["note"] = json!("x"));
    assert_eq!(warned(&altered).as_deref(), Some(&*format!(".ohmymkt/incidents/{P0}.json")));
    assert_eq!(
        warned(&woven.clone().incident("P2", "2026-11-13T09:00:00Z")).as_deref(),
        Some(".ohmymkt/incidents/inc-20261113T090000Z-p2.json")
    );
    // Two sources that disagree: the trend is one that neither side shows.
    let (one, other) = ("2026-11-10T09:00:00Z", "2026-11-11T09:00:00Z");
    let up = base.clone().observed(VISIBLE, "up", "search-console", one);
    let down = base.clone().observed(VISIBLE, "down", "rank-tracker", other);
    let both = up.clone().observed(VISIBLE, "down", "rank-tracker", other);
    let found = check(&step(&[&up, &down], &both));
    assert!(!found.iter().any(|one| one.rule == "change-has-trailers"), "{found:#?}");
}

#[test]
fn an_incident_is_held_against_the_time_in_its_id() {
    let base = Tree::base();
    let told = |after: &Tree| {
        let authored_at = "2026-11-12T09:05:00Z".parse().ok();
        let found = check(&Step { authored_at, ..step(&[&base], after) });
        found.into_iter().filter(|one| one.rule == "clock-is-honest").map(|one| one.path).collect::<Vec<_>>()
    };
    let file = format!(".ohmymkt/incidents/{P0}.json");
    let both = with_p0(&base).incident("P2", "2026-11-12T09:01:00Z");
    assert_eq!(told(&both), [""; 0]);
    let backdated = |tree: Tree| tree.edit(&file, |incident| incident["created_at"] = json!("2026-11-01T09:00:00Z"));
    assert_eq!(told(&backdated(both)), [file.as_str()], "beside another one");
    assert_eq!(told(&backdated(with_p0(&base))), [file.as_str()], "alone, once");
}

#[test]
fn a_hint_that_brings_something_back_names_a_commit() {
    let base = Tree::base();
    let gone = base.clone().without(path::REVIEW);
    let found = check(&step(&[&base], &gone)).into_iter().find(|one| one.rule == "decision-log-is-append-only");
    let found = found.expect("a dropped review is found");
    assert_eq!(
        found.clone().against_commit("abc1234").hint,
        format!("git restore --source=abc1234 -- {}", path::REVIEW)
    );
    assert_eq!(found.clone().before_commit().hint, format!("git restore --source=HEAD -- {}", path::REVIEW));
    let merged = ohmymkt::rules::Violation { parent: Some(1), ..found };
    assert!(merged.before_commit().hint.contains("--source=MERGE_HEAD"));
}
