//! Ways around a rollback, each of a commit or two: what is left out, moved or put in
//! beside the record excuses nothing.

use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::metric::Signal;
use ohmymkt::model::step::Step;
use ohmymkt::rules::check;
use serde_json::{Value, json};

use super::tree::{SCALE, Tree, errors, path, step};

pub const P0: &str = "2026-11-12T09:00:00Z";
const QUALITY: Signal = Signal::HighIntentSession;

#[track_caller]
pub fn finds(rule: &str, parents: &[&Tree], after: &Tree) {
    let violations = check(&step(parents, after));
    assert!(violations.iter().any(|one| one.rule == rule), "{rule} is not among {violations:#?}");
}

#[track_caller]
pub fn sound(parents: &[&Tree], after: &Tree) {
    assert_eq!(errors(&step(parents, after)), [""; 0]);
}

/// A P0, and the rollback that it forced.
pub fn stopped() -> Tree {
    Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", P0).weekly("2026-11-16T09:00:00Z")
}

/// With the record of a cycle that another tree has, and its report.
pub fn with_record(tree: Tree, from: &Tree, edit: impl FnOnce(&mut Value)) -> Tree {
    let log = from.json(path::CYCLES);
    let mut record = log.as_array().and_then(|log| log.last()).expect("it has a cycle").clone();
    edit(&mut record);
    let report = record["report_file"].as_str().expect("a path").to_owned();
    let tree = tree.with(&report, "# Cycle\n");
    tree.edit(path::CYCLES, |log| log.as_array_mut().expect("a list").push(record))
}

/// A `continue` of this cadence, made where nobody knew of a P0.
pub fn unaware(cadence: Cadence, at: &str) -> Tree {
    Tree::base().thriving("2026-11-10T09:00:00Z").cycle(cadence, at)
}

pub fn tiers(tree: Tree, acceleration: &[&str]) -> Tree {
    tree.edit(path::MODULES, |modules| modules["acceleration_core"] = json!(acceleration))
}

#[test]
fn a_rollback_pauses_the_scale_modules_whatever_else_its_commit_does() {
    const RULE: &str = "rollback-pauses-scale";
    let hit = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", P0);
    let running = stopped().resumed();
    let emptied = stopped().edit(path::EXECUTION, |execution| execution["paused_modules"] = json!([]));
    let emptied = emptied.edit(path::MODULES, |modules| {
        let moved = modules["acceleration_core"].take();
        let performance = modules["performance_core"].as_array_mut().expect("a list");
        performance.extend(moved.as_array().expect("a list").iter().cloned());
        modules["acceleration_core"] = json!([]);
    });
    finds(RULE, &[&hit], &emptied);
    let before_the_last = running.clone().edit(path::CYCLES, |log| log.as_array_mut().expect("a list").swap(0, 1));
    finds(RULE, &[&hit], &before_the_last);
    finds(RULE, &[&hit], &running.clone().idle());
    let left = with_record(running.clone(), &unaware(Cadence::Monthly, "2026-11-17T09:00:00Z"), |_| {});
    finds(RULE, &[&hit], &left);
    let dropped =
        tiers(running, &[]).edit(path::MODULES, |modules| modules["structure_core"] = json!(["content_system"]));
    finds(RULE, &[&hit], &dropped);
}

#[test]
fn a_rollback_that_a_squash_holds_with_the_campaigns_end_is_sound() {
    let hit = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", P0);
    let finished = |tree: Tree| {
        let board = tree.json(path::BOARD);
        let record = json!({
            "plan": ".ohmymkt/plans/2026-11-01-non-brand-growth.md", "started_at": "2026-11-02T09:00:00Z",
            "finished_at": "2026-11-18T09:00:00Z", "outcome": "stopped", "by": "Ines Duarte", "board": board,
        });
        tree.idle().without(path::BOARD).with(".ohmymkt/archive/fin-2.json", &record.to_string())
    };
    sound(&[&hit], &finished(stopped()));
    let rule = "rollback-pauses-scale";
    finds(rule, &[&hit], &finished(stopped()).edit(path::EXECUTION, |run| run["paused_modules"] = json!(SCALE[..2])));
}

#[test]
fn a_paused_name_leaves_neither_the_list_nor_the_tier() {
    const RULE: &str = "resume-needs-postmortem";
    let stopped = stopped();
    let dropped = tiers(stopped.clone(), &SCALE[..2]);
    finds(RULE, &[&stopped], &dropped);
    let unlisted = dropped.clone().edit(path::EXECUTION, |run| run["paused_modules"] = json!(SCALE[..2]));
    finds(RULE, &[&dropped], &unlisted);
    let renamed = tiers(stopped.clone(), &["authority_growth", "experiment_engine", "scale_loop_v2"]);
    finds(RULE, &[&stopped], &renamed);
    let with_new = tiers(stopped.clone(), &["authority_growth", "experiment_engine", "scale_loop", "growth_lab"]);
    finds(RULE, &[&stopped], &with_new);
    let paused = |run: &mut Value| run["paused_modules"].as_array_mut().expect("a list").push(json!("growth_lab"));
    sound(&[&stopped], &with_new.clone().edit(path::EXECUTION, paused));
    // With what was learnt the tiers may change again, and a module that is not of the tier was never held.
    let learnt = stopped.clone().postmortem("P0", P0);
    sound(&[&learnt], &tiers(learnt.clone(), &["authority_growth", "scale_loop"]));
    let by_hand = stopped
        .clone()
        .edit(path::EXECUTION, |run| run["paused_modules"] = json!([SCALE.as_slice(), &["content_system"]].concat()));
    sound(&[&by_hand], &stopped);
    // A branch that put a module into the tier before it heard of the pause.
    let branch = tiers(Tree::base(), &["authority_growth", "experiment_engine", "scale_loop", "growth_lab"]);
    sound(&[&stopped, &branch], &with_new);
}

#[test]
fn a_resume_that_is_dated_before_the_p0_needs_its_postmortem() {
    const RULE: &str = "resume-needs-postmortem";
    let early = unaware(Cadence::Monthly, "2026-11-12T08:59:59Z");
    let resumed = with_record(stopped(), &early, |_| {}).resumed();
    finds(RULE, &[&stopped()], &resumed);
    let learnt = stopped().postmortem("P0", P0);
    let resumed = with_record(learnt.clone(), &early, |_| {}).resumed();
    assert!(!check(&step(&[&learnt], &resumed)).iter().any(|one| one.rule == RULE));
}

#[test]
fn a_merge_drops_no_pause_of_either_side_while_its_p0_is_open() {
    const RULE: &str = "resume-needs-postmortem";
    let other = Tree::base().thriving("2026-11-10T09:00:00Z");
    let merged = stopped().resumed();
    finds(RULE, &[&other, &stopped()], &merged);
    finds(RULE, &[&stopped(), &other], &merged);
    sound(&[&other, &stopped()], &stopped());
    // The mainline has learnt and resumed; the branch has not heard of it, nor of the next P0.
    let main = stopped().postmortem("P0", P0).resumed().incident("P0", "2026-11-20T09:00:00Z");
    let branch = stopped().incident("P2", "2026-11-19T09:00:00Z");
    let joined = main.clone().incident("P2", "2026-11-19T09:00:00Z");
    sound(&[&main, &branch], &joined);
}

#[test]
fn a_resume_needs_gates_that_pass_and_not_a_record_that_says_so() {
    const RULE: &str = "resume-needs-postmortem";
    let learnt = stopped().postmortem("P0", P0);
    let resumed = learnt.clone().weekly("2026-12-01T09:00:00Z");
    sound(&[&learnt], &resumed);
    finds(RULE, &[&learnt.clone().short_of_weeks()], &resumed.clone().short_of_weeks());
    // A squash in which the gate was opened first, or fell afterwards.
    sound(&[&learnt.clone().short_of_weeks()], &resumed);
    sound(&[&learnt], &resumed.short_of_weeks());
}

#[test]
fn a_rollback_and_a_lying_resume_in_one_commit_are_found() {
    let hit = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", P0);
    let lived = stopped().postmortem("P0", P0).weekly("2026-12-01T09:00:00Z");
    sound(&[&hit], &lived);
    finds("rollback-pauses-scale", &[&hit.short_of_weeks()], &lived.clone().short_of_weeks());
    // A whole campaign in one squash: its gates passed when it began, whatever they do now.
    sound(&[&Tree::base().idle().short_of_weeks()], &lived);
    sound(&[&Tree::base()], &lived.short_of_weeks());
}

#[test]
fn a_p0_before_the_first_cycle_s_window_forces_a_rollback() {
    const RULE: &str = "p0-forces-rollback";
    let early = "2026-11-05T09:00:00Z";
    for cadence in [Cadence::Weekly, Cadence::Monthly] {
        let base = Tree::base().with(path::CYCLES, "[]\n").thriving("2026-11-10T09:00:00Z");
        let hit = base.clone().incident("P0", early);
        let cycle = base.clone().cycle(cadence, "2026-12-20T09:00:00Z");
        let short = |log: &mut Value| log[0]["window"]["from"] = json!("2026-12-12T09:00:00Z");
        let forged = cycle.clone().edit(path::CYCLES, short).incident("P0", early);
        finds(RULE, &[&hit], &forged);
        finds(RULE, &[&hit], &forged.clone().without(path::BOULDER));
        let ended = json!({
            "plan": ".ohmymkt/plans/2026-11-01-non-brand-growth.md", "started_at": "2026-11-02T09:00:00Z",
            "finished_at": "2026-11-06T09:00:00Z", "outcome": "as if", "by": "Ines Duarte", "board": [],
        });
        finds(RULE, &[&hit], &forged.clone().with(".ohmymkt/archive/fin-2.json", &ended.to_string()));
        finds(RULE, &[], &forged);
        // Without a P0 in the gap nobody is accused of a short window.
        sound(&[&base], &cycle.edit(path::CYCLES, |log| log[0]["window"]["from"] = json!("2026-11-05T08:00:00Z")));
    }
}

#[test]
fn a_squash_over_the_end_of_a_campaign_asks_for_no_window_beyond_it() {
    let early = "2026-11-05T09:00:00Z";
    let first = Tree::base().with(path::CYCLES, "[]\n").thriving("2026-11-10T09:00:00Z").incident("P0", early);
    let record = json!({
        "plan": ".ohmymkt/plans/2026-11-01-non-brand-growth.md", "started_at": "2026-11-02T09:00:00Z",
        "finished_at": "2026-11-18T09:00:00Z", "outcome": "stopped", "by": "Ines Duarte", "board": [],
    });
    let second = first.clone().postmortem("P0", early).with(".ohmymkt/archive/fin-2.json", &record.to_string());
    let second = second.edit(path::BOULDER, |boulder| boulder["started_at"] = json!("2026-12-01T09:00:00Z"));
    let cycle = second.clone().cycle(Cadence::Weekly, "2026-12-10T09:00:00Z");
    sound(&[&second], &cycle);
    sound(&[&first], &cycle);
}

#[test]
fn a_p0_of_the_same_commit_forces_a_rollback() {
    const RULE: &str = "p0-forces-rollback";
    let base = Tree::base().thriving("2026-11-10T08:00:00Z");
    let cycle = base.clone().weekly("2026-11-10T10:00:00Z");
    let forged = cycle.clone().incident("P0", "2026-11-10T09:00:00Z");
    finds(RULE, &[&base], &forged);
    finds(RULE, &[], &forged);
    sound(&[&base], &cycle.incident("P0", "2026-11-10T10:00:01Z"));
}

#[test]
fn a_decision_that_no_tree_gives_is_found_whatever_comes_with_it() {
    const RULE: &str = "decision-is-reproducible";
    let down =
        Tree::base().thriving("2026-11-10T09:00:00Z").observed(QUALITY, "down", "analytics", "2026-11-18T09:00:00Z");
    let better = unaware(Cadence::Weekly, "2026-11-23T09:00:00Z");
    let forged = with_record(down.clone(), &better, |_| {});
    finds(RULE, &[&down], &forged);
    finds(
        RULE,
        &[&down],
        &forged.clone().observed(Signal::QueryClusterCoverage, "up", "crawler", "2026-11-22T09:00:00Z"),
    );
    finds(RULE, &[&down], &forged.clone().cycle(Cadence::Monthly, "2026-11-24T09:00:00Z"));
    finds(RULE, &[], &forged);
    // The quality comes back afterwards: what is shown in the end is not what was known.
    let later = |tree: &Tree| tree.clone().observed(QUALITY, "flat", "analytics", "2026-11-26T09:00:00Z");
    finds(RULE, &[&down], &later(&forged));
}

#[test]
fn decisions_between_observations_are_sound_in_one_squash() {
    let mut story = vec![Tree::base()];
    for (day, trend) in [(10, "up"), (12, "down"), (14, "up"), (16, "flat"), (18, "down"), (20, "up")] {
        let last = story.last().expect("it begins with the base").clone();
        let seen = last.observed(QUALITY, trend, "analytics", &format!("2026-11-{day}T09:00:00Z"));
        let weekly = seen.clone().weekly(&format!("2026-11-{}T09:00:00Z", day + 1));
        let monthly = weekly.clone().cycle(Cadence::Monthly, &format!("2026-11-{}T10:00:00Z", day + 1));
        story.extend([seen, weekly, monthly]);
    }
    for from in 0..story.len() {
        for to in from..story.len() {
            sound(&[&story[from]], &story[to]);
        }
        sound(&[], &story[from]);
    }
}

#[test]
fn a_squash_of_a_branch_over_what_others_observed_is_sound() {
    let base = Tree::base().observed(QUALITY, "down", "tracker", "2026-11-10T09:00:00Z");
    // The branch saw both sources agree or disagree; the mainline has news of the other one.
    for (branch, main) in [("up", "up"), ("up", "down"), ("down", "up")] {
        let on_branch = |tree: Tree| tree.observed(QUALITY, branch, "analytics", "2026-11-14T09:00:00Z");
        let cycle = on_branch(base.clone()).weekly("2026-11-16T09:00:00Z");
        let on_main = |tree: Tree| tree.observed(QUALITY, main, "tracker", "2026-11-15T09:00:00Z");
        let main = on_main(base.clone());
        sound(&[&main], &with_record(on_branch(main.clone()), &cycle, |_| {}));
    }
}

#[test]
fn a_record_without_its_inputs_is_found_where_anything_shows_that_the_tool_is_in_use() {
    const RULE: &str = "decision-is-reproducible";
    let legacy = json!([{
        "cadence": "weekly", "decision": "continue", "reason": "both up", "generated_at": "2026-11-10T09:00:00Z",
        "report_file": ".ohmymkt/reports/weekly/2026-11-10.md",
    }]);
    let bare = Tree::base().earlier().with(path::CYCLES, "[]\n");
    let recorded = |tree: &Tree| {
        let tree = tree.clone().with(".ohmymkt/reports/weekly/2026-11-10.md", "# Weekly\n");
        tree.with(path::CYCLES, &legacy.to_string())
    };
    sound(&[&bare], &recorded(&bare));
    let base = Tree::base();
    let with = |path: &str| bare.clone().with(path, &base.text(path));
    for used in [
        with(path::REVIEW),
        with(".ohmymkt/observations/obs-20261103T090000Z-00000001.json"),
        with(".ohmymkt/recommendations/rec-20261110T090000Z-00000001.json"),
        with(".ohmymkt/archive/fin-20260902T090000Z-00000001.json"),
        with(path::GATES),
        with(path::POLICY),
        bare.clone().with(".ohmymkt/.gitattributes", "*.json text\n"),
    ] {
        finds(RULE, &[&used], &recorded(&used));
    }
}

#[test]
fn what_an_incident_asks_for_is_done_in_a_paused_module() {
    let id = "inc-20261112T090000Z-p0";
    let active = |tree: Tree, task: &str, origin: Option<&str>| {
        tree.edit(path::BOARD, |board| {
            let tasks = board.as_array_mut().expect("a list");
            let mut new = tasks[0].clone();
            new["id"] = json!(task);
            new["module"] = json!("scale_loop");
            new["origin"] = json!(origin);
            tasks.retain(|old| old["id"] != new["id"]);
            tasks.push(new);
        })
    };
    let stopped = stopped();
    for word in ["postmortem", "prevention", "intervene"] {
        sound(&[&stopped], &active(stopped.clone(), &format!("{word}-{id}"), Some(id)));
    }
    let rule = "paused-modules-hold";
    finds(rule, &[&stopped], &active(stopped.clone(), "38", Some(id)));
    finds(rule, &[&stopped], &active(stopped.clone(), "38b", Some(id)));
    finds(rule, &[&stopped], &active(stopped.clone(), &format!("prevention-{id}"), None));
    let nobody = "inc-of-nobody";
    finds(rule, &[&stopped], &active(stopped.clone(), &format!("prevention-{nobody}"), Some(nobody)));
    // A task that lost its origin is held like any other.
    let exempt = active(stopped.clone(), &format!("prevention-{id}"), Some(id));
    finds(rule, &[&exempt], &active(stopped.clone(), &format!("prevention-{id}"), None));
    // A second rollback leaves that work alone.
    sound(&[&exempt], &exempt.clone().weekly("2026-11-17T09:00:00Z"));
}

#[test]
fn a_p0_that_is_dated_after_now_forces_a_rollback() {
    const RULE: &str = "p0-forces-rollback";
    let later = "2027-03-01T09:00:00Z";
    let hit = Tree::base().thriving("2026-11-10T09:00:00Z").incident("P0", later);
    let cycle = unaware(Cadence::Weekly, "2026-11-16T09:00:00Z").incident("P0", later);
    let committed = |at: &str| {
        let committed_at = Some(at.parse().expect("tests have real times"));
        check(&Step { committed_at, ..step(&[&hit], &cycle) }).iter().any(|one| one.rule == RULE)
    };
    assert!(committed("2026-11-16T09:00:00Z"));
    // Rebased over a P0 of later, when that was no longer to come; and two clocks may differ.
    assert!(!committed("2027-03-02T09:00:00Z") && !committed("2027-02-28T09:00:00Z"));
}

#[test]
fn a_policy_that_is_gone_excuses_no_incident_without_a_module() {
    let nameless = |tree: &Tree| {
        let tree = tree.clone().incident("P1", P0);
        let added = tree.snapshot();
        let incident = added.incidents.values().find(|one| one.created_at.to_string() == P0).expect("it was added");
        tree.edit(&added.incident_path(&incident.id), |incident| incident["module"] = "nowhere".into())
    };
    for tree in [Tree::base(), Tree::base().without(path::POLICY)] {
        finds("board-is-coherent", &[&tree], &nameless(&tree));
    }
}
