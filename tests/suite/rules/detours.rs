//! Ways around a rule that take a detour: over a merge, another campaign, a clock that is wrong,
//! a text that says nothing.

use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::time::Timestamp;
use ohmymkt::rules::{check, decision};
use serde_json::{Value, json};

use super::evaded::{P0, finds, sound, stopped, tiers, unaware, with_record};
use super::tree::{Tree, path, step};

const RESUME: &str = "resume-needs-postmortem";
const PLAN: &str = "start-requires-plan";

fn learnt() -> Tree {
    stopped().postmortem("P0", P0)
}

#[test]
fn a_merge_resumes_nothing_that_nobody_resumed() {
    let failing = learnt().short_of_weeks();
    let side = failing.clone().incident("P2", "2026-11-19T09:00:00Z");
    finds(RESUME, &[&failing, &side], &side.clone().resumed());
    // A branch from before the pause that takes the mainline in and keeps what it had.
    let old = Tree::base().thriving("2026-11-10T09:00:00Z");
    finds(RESUME, &[&old, &failing], &failing.clone().resumed());
    let again = learnt().incident("P0", "2026-11-20T09:00:00Z");
    finds(RESUME, &[&old, &again], &again.clone().resumed());
    // A branch whose cycle resumed, while a gate fell on the mainline.
    let resumed = learnt().weekly("2026-12-01T09:00:00Z");
    sound(&[&failing, &resumed], &resumed.clone().short_of_weeks());
    sound(&[&resumed, &failing], &resumed.clone().short_of_weeks());
}

#[test]
fn a_paused_module_gets_no_other_name_while_a_gate_fails() {
    let names = ["authority_growth_2", "experiment_engine_2", "scale_loop_2"];
    let failing = learnt().short_of_weeks();
    finds(RESUME, &[&failing], &tiers(failing.clone(), &names));
    sound(&[&learnt()], &tiers(learnt(), &["authority_growth", "scale_loop"]));
}

#[test]
fn the_tier_is_not_emptied_before_the_rollback_that_would_pause_it() {
    let emptied = |tree: Tree| {
        tree.edit(path::MODULES, |modules| {
            let moved = modules["acceleration_core"].take();
            let performance = modules["performance_core"].as_array_mut().expect("a list");
            performance.extend(moved.as_array().expect("a list").iter().cloned());
            modules["acceleration_core"] = json!([]);
        })
    };
    let hit = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", P0);
    finds(RESUME, &[&hit], &emptied(hit.clone()));
    let lesser = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P1", P0);
    sound(&[&lesser], &emptied(lesser.clone()));
    let learnt = hit.postmortem("P0", P0);
    sound(&[&learnt], &emptied(learnt.clone()));
}

#[test]
fn a_campaign_neither_begins_anew_nor_gives_way_without_a_record_of_its_end() {
    let later = |tree: Tree| tree.edit(path::BOULDER, |boulder| boulder["started_at"] = json!("2026-11-12T10:00:00Z"));
    finds(PLAN, &[&Tree::base()], &later(Tree::base()));
    let side = Tree::base().incident("P2", P0);
    finds(PLAN, &[&Tree::base(), &side], &later(side.clone()));
    let board = Tree::base().json(path::BOARD);
    let record = json!({
        "plan": ".ohmymkt/plans/2026-11-01-non-brand-growth.md", "started_at": "2026-11-02T09:00:00Z",
        "finished_at": "2026-11-12T09:30:00Z", "outcome": "done", "by": "Ines Duarte", "board": board,
    });
    let ended = later(Tree::base()).with(".ohmymkt/archive/fin-2.json", &record.to_string());
    assert!(!check(&step(&[&Tree::base()], &ended)).iter().any(|one| one.message.contains("begun at another time")));
    // The earlier tool kept no records of an end.
    let earlier = Tree::base().with(path::CYCLES, "[]\n").earlier();
    let moved = check(&step(&[&earlier], &later(earlier.clone())));
    assert!(!moved.iter().any(|one| one.message.contains("begun at another time")), "{moved:#?}");
}

#[test]
fn a_branch_that_never_had_a_setting_does_not_take_it_away() {
    const RULE: &str = "policy-is-not-loosened";
    let strict = Tree::base().edit(path::POLICY, |policy| policy["require_gate_evidence"] = json!(true));
    let side = Tree::base().incident("P2", P0);
    let merged = strict.clone().incident("P2", P0);
    finds(RULE, &[&strict, &side], &side);
    assert!(!check(&step(&[&strict, &side], &merged)).iter().any(|one| one.rule == RULE));
}

#[test]
fn nothing_else_of_an_incident_or_a_recommendation_is_written() {
    const RULE: &str = "incidents-are-immutable";
    let counted = Tree::base().incident("P1", P0);
    let file = ".ohmymkt/incidents/inc-20261112T090000Z-p1.json";
    let noted = counted.clone().edit(file, |incident| incident["customers_hit"] = json!(4000));
    finds(RULE, &[&counted], &noted);
    finds(RULE, &[&noted], &noted.clone().edit(file, |incident| incident["customers_hit"] = json!(3)));
    finds(RULE, &[&noted], &counted);
}

#[test]
fn of_two_postmortems_that_branches_wrote_a_merge_takes_one() {
    const RULE: &str = "incidents-are-immutable";
    let file = ".ohmymkt/incidents/inc-20261112T090000Z-p0.json";
    let other = learnt().edit(file, |incident| incident["postmortem"]["root_cause"] = json!("Another cause"));
    sound(&[&learnt(), &other], &learnt());
    sound(&[&learnt(), &other], &other);
    let third = learnt().edit(file, |incident| incident["postmortem"]["root_cause"] = json!("A third one"));
    finds(RULE, &[&learnt(), &other], &third);
    finds(RULE, &[&learnt(), &stopped()], &stopped());
    finds(RULE, &[&learnt()], &other);
}

#[test]
fn a_cycle_that_nobody_had_observed_anything_for_stays_what_it_was() {
    // A branch ran it at ten; the mainline observed at eleven; a squash puts it on top.
    let branch = Tree::base().cycle(Cadence::Monthly, "2026-11-10T08:00:00Z");
    let observed = Tree::base().thriving("2026-11-10T09:00:00Z");
    let squashed = with_record(observed.clone(), &branch, |_| {});
    let found = check(&step(&[&observed], &squashed));
    assert!(!found.iter().any(|one| one.rule == "decision-is-reproducible"), "{found:#?}");
    let lied = with_record(observed.clone(), &branch, |record| record["generated_at"] = json!("2026-11-10T10:00:00Z"));
    finds("decision-is-reproducible", &[&observed], &lied);
}

#[test]
fn one_cycle_of_a_wrong_clock_hides_no_p0_and_silences_no_other() {
    let ahead = Tree::base().thriving("2026-11-10T09:00:00Z").weekly("2030-01-01T09:00:00Z");
    let now: Timestamp = "2026-12-20T09:00:00Z".parse().expect("a time");
    assert!(decision::due(&ahead.snapshot(), now).contains(&Cadence::Weekly));
    let hit = ahead.incident("P0", "2026-12-01T09:00:00Z");
    let window = decision::window(&hit.snapshot(), Cadence::Weekly, now);
    assert!(window.from <= "2026-12-01T09:00:00Z".parse().expect("a time"), "{window:?}");
    let unaware = with_record(hit.clone(), &unaware(Cadence::Weekly, "2026-12-20T09:00:00Z"), |record: &mut Value| {
        record["window"]["from"] = json!("2026-12-13T09:00:00Z");
    });
    finds("p0-forces-rollback", &[&hit], &unaware);
}

#[test]
fn a_postmortem_of_what_cannot_be_seen_answers_nothing() {
    let file = ".ohmymkt/incidents/inc-20261112T090000Z-p0.json";
    let blank = |tree: Tree| {
        tree.edit(file, |incident| {
            for answer in ["root_cause", "remediation", "prevention"] {
                incident["postmortem"][answer] = json!("\u{200b}");
            }
        })
    };
    let empty = blank(learnt());
    finds(RESUME, &[&empty], &empty.clone().resumed());
}

#[test]
fn whoever_else_was_asked_last_decides() {
    let review = ".ohmymkt/reviews/rev-20261101T120000Z-00000001.json";
    let asked = Tree::base().edit(path::POLICY, |policy| policy["require_independent_review"] = json!(true)).idle();
    let said = |tree: Tree, id: &str, by: &str, verdict: &str, at: &str| {
        let mut one = asked.json(review);
        (one["id"], one["reviewer"], one["verdict"], one["at"]) = (json!(id), json!(by), json!(verdict), json!(at));
        tree.with(&format!(".ohmymkt/reviews/{id}.json"), &one.to_string())
    };
    let asked = asked.clone().without(review);
    let author = "Ines Duarte";
    let started = |tree: Tree| tree.with(path::BOULDER, &Tree::base().text(path::BOULDER));
    let bob = said(asked.clone(), "rev-20261101T100000Z-bob1", "Bob", "pass", "2026-11-01T10:00:00Z");
    let doubted = said(bob.clone(), "rev-20261101T110000Z-bob2", "Bob", "revise", "2026-11-01T11:00:00Z");
    let own = said(doubted.clone(), "rev-20261101T120000Z-own1", author, "pass", "2026-11-01T12:00:00Z");
    let last = said(own.clone(), "rev-20261101T130000Z-bob3", "Bob", "pass", "2026-11-01T13:00:00Z");
    let independent = |tree: &Tree| {
        let found = check(&step(&[tree], &started(tree.clone())));
        !found.iter().any(|one| one.rule == PLAN)
    };
    assert!(independent(&bob) && !independent(&doubted) && !independent(&own) && independent(&last));
}
