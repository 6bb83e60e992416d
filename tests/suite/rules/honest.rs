//! Honest history is never accused: squash, rebase, cherry-pick, merge, revert, adoption.

use ohmymkt::model::metric::Signal;
use ohmymkt::model::step::Step;
use serde_json::json;

use super::tree::{Tree, claim, errors, path, step};

const QUALITY: Signal = Signal::HighIntentSession;

#[track_caller]
fn sound(parents: &[&Tree], after: &Tree) {
    assert_eq!(errors(&step(parents, after)), [""; 0]);
}

/// The steps of a history, each judged, and then the same as one squash and as a root.
#[track_caller]
fn sound_in_every_shape(history: &[Tree]) {
    for pair in history.windows(2) {
        sound(&[&pair[0]], &pair[1]);
    }
    let (Some(first), Some(last)) = (history.first(), history.last()) else { return };
    sound(&[first], last);
    sound(&[], last);
}

/// The year of a campaign: it thrives, has a P0, rolls back, learns and goes on.
fn story() -> Vec<Tree> {
    let mut story = vec![Tree::base()];
    let mut then = |next: fn(Tree) -> Tree| {
        let last = story.last().expect("it begins with the base").clone();
        story.push(next(last));
    };
    then(|tree| tree.thriving("2026-11-10T09:00:00Z"));
    then(|tree| tree.weekly("2026-11-16T09:00:00Z"));
    then(|tree| tree.incident("P0", "2026-11-18T09:00:00Z"));
    then(|tree| tree.weekly("2026-11-23T09:00:00Z"));
    then(|tree| tree.postmortem("P0", "2026-11-18T09:00:00Z"));
    then(|tree| tree.weekly("2026-12-01T09:00:00Z"));
    then(|tree| tree.incident("P2", "2026-12-02T09:00:00Z"));
    then(|tree| tree.observed(QUALITY, "down", "analytics", "2026-12-03T09:00:00Z"));
    then(|tree| tree.weekly("2026-12-08T09:00:00Z"));
    story
}

#[test]
fn a_whole_story_is_sound_step_by_step_and_squashed_anywhere() {
    let story = story();
    sound_in_every_shape(&story);
    for from in 0..story.len() {
        for to in from..story.len() {
            sound(&[&story[from]], &story[to]);
        }
    }
    let decisions = story.last().expect("it has an end").json(path::CYCLES);
    let decisions: Vec<_> = decisions.as_array().expect("a list").iter().map(|cycle| &cycle["decision"]).collect();
    assert_eq!(decisions, ["intervene", "continue", "rollback", "continue", "intervene"]);
}

#[test]
fn a_rebase_over_what_the_cycle_could_not_know_is_sound() {
    let base = Tree::base().thriving("2026-11-10T09:00:00Z");
    let cycle = |tree: &Tree| {
        let known = base.clone().weekly("2026-11-16T09:00:00Z");
        let log = known.json(path::CYCLES);
        let report = log[1]["report_file"].as_str().expect("a path").to_owned();
        let tree = tree.clone().with(path::CYCLES, &log.to_string()).with(&report, "# Weekly cycle\n");
        tree.edit(path::EXECUTION, |execution| *execution = known.json(path::EXECUTION))
    };
    for main in [
        base.clone().incident("P1", "2026-11-12T09:00:00Z"),
        base.clone().incident("P0", "2026-11-17T09:00:00Z"),
        base.clone().edit(path::GATES, |gates| gates["data_gate"]["reconcilable"] = json!(false)),
        base.clone().observed(Signal::QueryClusterCoverage, "down", "crawler", "2026-11-15T09:00:00Z"),
        base.clone().observed(QUALITY, "down", "analytics", "2026-11-17T09:00:00Z"),
        base.clone().observed(QUALITY, "down", "crm", "2026-11-17T09:00:00Z"),
    ] {
        sound(&[&main], &cycle(&main));
    }
}

#[test]
fn a_rebase_of_the_resuming_cycle_is_sound() {
    let at = "2026-11-18T09:00:00Z";
    let learnt = |tree: Tree| {
        let tree = tree.thriving("2026-11-10T09:00:00Z").incident("P0", at).weekly("2026-11-23T09:00:00Z");
        tree.postmortem("P0", at)
    };
    let resumed = learnt(Tree::base()).weekly("2026-12-01T09:00:00Z");
    assert_eq!(resumed.json(path::EXECUTION)["paused_modules"], json!([]));
    let later = |tree: Tree| tree.incident("P0", "2026-12-02T09:00:00Z");
    sound(&[&later(learnt(Tree::base()))], &later(resumed.clone()));
    // Over a gate that has fallen since, nothing resumes: the cycle has to be run again.
    let fallen = |tree: Tree| later(tree.short_of_weeks());
    let found = errors(&step(&[&fallen(learnt(Tree::base()))], &fallen(resumed.clone())));
    assert_eq!(found, ["resume-needs-postmortem: `authority_growth` resumes while capacity_gate fails"]);
    let failed = resumed.clone().edit(path::CYCLES, |log| log[2]["inputs"]["gates"]["data_gate"] = json!("fail"));
    let found = errors(&step(&[&learnt(Tree::base())], &failed));
    assert_eq!(found, ["resume-needs-postmortem: `authority_growth` resumes while data_gate fails"]);
}

#[test]
fn a_squash_over_what_the_cycle_could_not_know_is_sound() {
    let base = Tree::base();
    let branch = base.clone().thriving("2026-11-10T09:00:00Z").weekly("2026-11-16T09:00:00Z");
    let main = base.clone().observed(QUALITY, "down", "crm", "2026-11-12T09:00:00Z");
    let squashed =
        branch.clone().observed(QUALITY, "down", "crm", "2026-11-12T09:00:00Z").incident("P0", "2026-11-17T09:00:00Z");
    sound(&[&main], &squashed);
}

#[test]
fn a_merge_judges_no_cycle_by_what_the_other_side_knew() {
    let base = Tree::base().thriving("2026-11-10T09:00:00Z");
    let one = base.clone().weekly("2026-11-16T09:00:00Z");
    let other = base.clone().incident("P0", "2026-11-12T09:00:00Z");
    let merged = one.clone().incident("P0", "2026-11-12T09:00:00Z");
    sound(&[&one, &other], &merged);
    sound(&[&other, &one], &merged);
    sound(&[&one, &other, &base], &merged);
}

#[test]
fn a_campaign_that_another_branch_started_is_merged() {
    let running = Tree::base();
    let idle = running.clone().idle();
    let branch = idle.clone().incident("P2", "2026-11-06T09:00:00Z");
    let merged = running.clone().incident("P2", "2026-11-06T09:00:00Z");
    sound(&[&branch, &running], &merged);
    sound(&[&running, &branch], &merged);
}

#[test]
fn a_resume_is_no_start_and_gates_may_fall_meanwhile() {
    let failing = Tree::base().short_of_weeks();
    let resumed = failing.clone().edit(path::BOULDER, |boulder| boulder["resumed_at"] = json!("2026-11-20T09:00:00Z"));
    sound(&[&failing], &resumed);
    let absolute = failing.clone().edit(path::BOULDER, |boulder| {
        boulder["active_plan"] = json!("/home/ines/site/.ohmymkt/plans/2026-11-01-non-brand-growth.md");
    });
    sound(&[&absolute], &failing);
    let broken = failing.clone().with(path::BOULDER, "{ \"active_plan\": ");
    sound(&[&broken], &failing);
}

#[test]
fn what_may_be_reverted_is_reverted() {
    let base = Tree::base();
    sound(&[&base], &base.clone().idle());
    let stricter = base.clone().edit(path::GATES, |gates| gates["data_gate"]["reconcilable"] = json!(false));
    sound(&[&base], &stricter);
    sound(&[&stricter], &base);
    sound(&[&base], &base.clone().edit(path::BOARD, |board| board[0]["status"] = json!("pending")));
    sound(&[&base.clone().with(path::METRICS, "{")], &base);
}

#[test]
fn an_empty_cherry_pick_repeats_its_trailers() {
    let base = Tree::base();
    let trailers = "Mkt-Action: run-cycle\nMkt-Cadence: weekly\nMkt-Decision: intervene\nMkt-Gates: 5/5\n\
                    Mkt-Incidents: p0=0 p1=1 p2=0\nMkt-Record: cycle-20261109T090000Z-weekly";
    let again = Step { claim: claim(trailers), ..step(&[&base], &base) };
    assert_eq!(errors(&again), [""; 0]);
}

#[test]
fn the_last_trailers_of_a_squash_are_looked_up_by_their_records() {
    let story = story();
    let squash = step(&[&story[0]], &story[9]);
    for trailers in [
        "Mkt-Action: update-metrics\nMkt-Metric: quality_track.high_intent_session_trend=up",
        "Mkt-Action: incident\nMkt-Severity: P2\nMkt-Incident: inc-20261202T090000Z-p2",
        "Mkt-Action: run-cycle\nMkt-Decision: rollback\nMkt-Record: cycle-20261123T090000Z-weekly",
        "Mkt-Action: incident\nMkt-Action: run-cycle\nMkt-Decision: rollback\nMkt-Decision: continue\nMkt-Severity: P2",
    ] {
        let step = Step { claim: claim(trailers), ..squash.clone() };
        assert_eq!(errors(&step), [""; 0], "{trailers}");
    }
    let trailers = "Mkt-Action: start-campaign\nMkt-Plan: 2026-11-01-non-brand-growth\nMkt-Gates: 5/5";
    let whole = Step { claim: claim(trailers), ..step(&[&Tree::base().idle()], &story[9]) };
    assert_eq!(errors(&whole), [""; 0]);
}

#[test]
fn the_artifacts_of_the_earlier_tool_are_adopted() {
    let legacy = json!([{
        "cadence": "weekly", "decision": "continue", "reason": "both up", "generated_at": "2026-10-01T09:00:00Z",
        "report_file": "/home/ines/site/.ohmymkt/reports/weekly/2026-10-01.md",
    }]);
    let adopt = |tree: Tree| {
        tree.with(path::CYCLES, &legacy.to_string()).with(".ohmymkt/reports/weekly/2026-10-01.md", "# Weekly\n")
    };
    let tree = adopt(Tree::base()).without(path::POLICY);
    sound(&[], &tree);
    let bare = Tree::base().earlier().without(path::CYCLES);
    sound(&[&bare], &adopt(bare.clone()));
    sound(&[&tree], &tree.clone().with(path::POLICY, "{ \"version\": 1 }\n"));
}

#[test]
fn a_history_that_never_used_the_tool_is_sound() {
    let nothing = Tree::default();
    sound(&[], &nothing);
    sound(&[&nothing], &nothing);
    sound(&[&nothing, &nothing], &nothing);
}

#[test]
fn two_branches_that_adopt_keep_the_point_of_the_mainline() {
    let with = |commit: &str| Tree::base().edit(path::POLICY, |policy| policy["verify_from"] = json!(commit));
    let (one, other) = (with(&"1".repeat(40)), with(&"2".repeat(40)));
    sound(&[&one, &other], &one);
    sound(&[&Tree::base(), &other], &other);
    sound(&[&other, &Tree::base()], &other);
    assert_eq!(errors(&step(&[&one, &other], &other)), ["adoption-point-is-fixed: `verify_from` is moved"]);
    assert_eq!(errors(&step(&[&one, &other], &Tree::base())), ["adoption-point-is-fixed: `verify_from` is removed"]);
    assert_eq!(errors(&step(&[&Tree::base(), &other], &Tree::base())).len(), 1);
}
