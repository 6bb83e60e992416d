//! What somebody may try, by hand or by merge, and which rule finds it.

use ohmymkt::model::metric::Signal;
use ohmymkt::model::step::Step;
use ohmymkt::rules::check;
use serde_json::{Value, json};

use super::tree::{SCALE, Tree, broken, claim, path, step};

#[track_caller]
fn finds(rule: &str, parents: &[&Tree], after: &Tree) {
    let violations = check(&step(parents, after));
    assert!(violations.iter().any(|one| one.rule == rule), "{rule} is not among {violations:#?}");
}

#[test]
fn rows_15_61_a_start_past_a_failing_gate_is_found_however_it_is_made() {
    const RULE: &str = "start-requires-gates";
    let running = Tree::base().short_of_weeks();
    let idle = running.clone().idle();
    let boulder_only = running.clone().edit(path::EXECUTION, |execution| execution["active_plan"] = Value::Null);
    let execution_only = running.clone().without(path::BOULDER);
    finds(RULE, &[&idle], &running);
    finds(RULE, &[&idle], &boulder_only);
    finds(RULE, &[&idle], &execution_only);
    finds(RULE, &[&execution_only], &running);
    finds(RULE, &[], &running);
    let again = running.clone().edit(path::BOULDER, |boulder| boulder["started_at"] = json!("2026-11-20T09:00:00Z"));
    finds(RULE, &[&running], &again);
    let other = running.clone().edit(path::BOULDER, |boulder| {
        boulder["plan_name"] = json!("another");
        boulder["active_plan"] = json!(".ohmymkt/plans/another.md");
    });
    finds(RULE, &[&running], &other);
    // The branch had passing gates, the mainline has not: the merged tree counts.
    finds(RULE, &[&idle, &Tree::base()], &running);
    finds(RULE, &[&idle, &running], &running);
    finds(RULE, &[&Tree::base().idle()], &Tree::base().with(path::GATES, "{}"));
}

#[test]
fn rows_25_47_a_start_needs_a_plan_that_was_passed_as_it_is() {
    const RULE: &str = "start-requires-plan";
    let running = Tree::base();
    let idle = running.clone().idle();
    assert!(!broken(&idle, &running).contains(&RULE));
    finds(RULE, &[&idle], &running.clone().without(path::PLAN));
    finds(RULE, &[&idle], &running.clone().without(path::REVIEW));
    finds(RULE, &[&idle], &running.clone().edit(path::REVIEW, |review| review["verdict"] = json!("revise")));
    finds(RULE, &[&idle], &running.clone().edit(path::REVIEW, |review| review["plan"] = json!("another")));
    let revised = |tree: &Tree, at: &str| {
        let mut review = tree.json(path::REVIEW);
        review["id"] = json!("rev-2");
        review["verdict"] = json!("revise");
        review["at"] = json!(at);
        tree.clone().with(".ohmymkt/reviews/rev-2.json", &review.to_string())
    };
    let (earlier, later) = ("2026-11-01T13:00:00Z", "2026-11-05T13:00:00Z");
    finds(RULE, &[&idle], &revised(&running, earlier));
    finds(RULE, &[&revised(&idle, later)], &revised(&running, later));
    assert!(!broken(&idle, &revised(&running, later)).contains(&RULE), "a squash brings a later verdict");
    assert!(!broken(&idle, &revised(&running, "2026-11-01T11:00:00Z")).contains(&RULE), "it was passed after that");
}

#[test]
fn a_policy_asks_for_more() {
    let ask = |setting: &str| {
        let running = Tree::base().edit(path::POLICY, |policy| policy[setting] = json!(true));
        (running.clone().idle(), running)
    };
    let (idle, running) = ask("require_gate_evidence");
    assert!(!broken(&idle, &running).contains(&"start-requires-gates"));
    let unproven = |tree: &Tree| tree.clone().edit(path::GATES, |gates| gates["data_gate"]["evidence"] = json!([]));
    finds("start-requires-gates", &[&unproven(&idle)], &unproven(&running));
    let lax = unproven(&running).edit(path::POLICY, |policy| policy["require_gate_evidence"] = json!(false));
    finds("start-requires-gates", &[&unproven(&idle)], &lax);
    finds("policy-is-not-loosened", &[&running], &running.clone().without(path::POLICY));
    let (idle, running) = ask("require_independent_review");
    assert!(!broken(&idle, &running).contains(&"start-requires-plan"));
    let reviewed_by =
        |tree: &Tree, person: &str| tree.clone().edit(path::REVIEW, |review| review["reviewer"] = json!(person));
    let owner = running.snapshot().plans.values().map(|plan| plan.owner.clone()).collect::<String>();
    let own = |person: &str| broken(&reviewed_by(&idle, person), &reviewed_by(&running, person));
    if !owner.is_empty() {
        assert!(own("ines duarte <ines@example.com>").contains(&"start-requires-plan"));
    }
}

#[test]
fn rows_148_a_p0_that_was_there_forces_a_rollback() {
    const RULE: &str = "p0-forces-rollback";
    let thriving = Tree::base().thriving("2026-11-10T09:00:00Z");
    let hit = thriving.clone().incident("P0", "2026-11-12T09:00:00Z");
    // The record is made where the P0 is not, and brought to where it is.
    let unaware = thriving.weekly("2026-11-16T09:00:00Z");
    let log = unaware.json(path::CYCLES);
    let forged = hit.clone().with(path::CYCLES, &log.to_string());
    finds(RULE, &[&hit], &forged);
    let two = forged.clone().edit(path::GATES, |gates| gates["data_gate"]["evidence"] = json!([]));
    finds(RULE, &[&hit], &two);
    // A merge that invents it.
    finds(RULE, &[&Tree::base(), &hit], &forged);
    // A window that was made too short does not help.
    let short = forged.clone().edit(path::CYCLES, |log| log[1]["window"]["from"] = json!("2026-11-14T09:00:00Z"));
    finds(RULE, &[&hit], &short);
    finds("decision-is-reproducible", &[&hit], &short);
    // Nor does a record as the earlier tool wrote it.
    let legacy = hit.clone().edit(path::CYCLES, |log| {
        let record = json!({
            "cadence": "weekly", "decision": "continue", "reason": "both up",
            "generated_at": "2026-11-16T09:00:00Z", "report_file": ".ohmymkt/reports/weekly/2026-11-09-weekly.md",
        });
        log.as_array_mut().expect("a list").push(record);
    });
    finds(RULE, &[&hit], &legacy);
    finds("decision-is-reproducible", &[&hit], &legacy);
}

#[test]
fn row_17_a_record_that_does_not_follow_is_found() {
    const RULE: &str = "decision-is-reproducible";
    let before = Tree::base().incident("P2", "2026-11-12T09:00:00Z");
    let after = before.clone().weekly("2026-11-16T09:00:00Z");
    assert!(!broken(&before, &after).contains(&RULE));
    type Edit = fn(&mut Value);
    let edits: [(&str, Edit); 8] = [
        ("decision", |cycle| cycle["decision"] = json!("continue")),
        ("rule", |cycle| cycle["rule"] = json!("both-tracks-up")),
        ("trend", |cycle| cycle["inputs"]["trends"]["quality_track.conversion_assist_trend"] = json!("down")),
        ("count", |cycle| cycle["inputs"]["incidents"]["p2"] = json!(0)),
        ("unknown", |cycle| cycle["inputs"]["incident_ids"] = json!(["inc-of-nobody"])),
        ("outside", |cycle| cycle["inputs"]["incident_ids"] = json!(["inc-20261105T080000Z-00000001"])),
        ("end", |cycle| cycle["window"]["to"] = json!("2026-11-15T09:00:00Z")),
        ("begin", |cycle| cycle["window"]["from"] = json!("2026-11-09T09:00:00.001Z")),
    ];
    for (what, edit) in edits {
        let forged = after.clone().edit(path::CYCLES, |log| edit(&mut log[1]));
        assert!(broken(&before, &forged).contains(&RULE), "{what}");
    }
}

#[test]
fn row_17_a_copy_of_a_better_week_is_found() {
    let good = Tree::base().thriving("2026-11-10T09:00:00Z").weekly("2026-11-16T09:00:00Z");
    let bad = good.observed(Signal::HighIntentSession, "down", "analytics", "2026-11-18T09:00:00Z");
    let copied = bad.clone().edit(path::CYCLES, |log| {
        let mut copy = log[1].clone();
        copy["id"] = json!("cycle-20261123T090000Z-weekly");
        copy["generated_at"] = json!("2026-11-23T09:00:00Z");
        copy["window"] = json!({ "from": "2026-11-16T09:00:00Z", "to": "2026-11-23T09:00:00Z" });
        log.as_array_mut().expect("a list").push(copy);
    });
    finds("decision-is-reproducible", &[&bad], &copied);
}

#[test]
fn rows_160_161_a_rollback_is_left_only_by_what_was_learnt() {
    const RULE: &str = "resume-needs-postmortem";
    let at = "2026-11-12T09:00:00Z";
    let stopped = Tree::base().incident("P0", at).weekly("2026-11-16T09:00:00Z");
    finds(RULE, &[&stopped], &stopped.clone().resumed());
    finds(RULE, &[&stopped], &stopped.clone().without(path::EXECUTION));
    let retiered = stopped.clone().edit(path::MODULES, |modules| {
        modules["structure_core"] =
            json!(["technical_foundation", "intent_operations", "content_system", "scale_loop"]);
        modules["acceleration_core"] = json!(["authority_growth", "experiment_engine"]);
    });
    finds(RULE, &[&stopped], &retiered);
    let learnt = stopped.clone().postmortem("P0", at);
    assert!(!broken(&learnt, &learnt.clone().resumed()).contains(&RULE));
    finds(RULE, &[&learnt.clone().short_of_weeks()], &learnt.clone().short_of_weeks().resumed());
    // A branch that never saw the rollback must not undo it when it is merged.
    finds(RULE, &[&stopped, &Tree::base()], &stopped.clone().resumed());
    let unpaused = stopped.clone().edit(path::EXECUTION, |execution| {
        execution["paused_modules"] = json!(SCALE[..1]);
        execution["mode"] = json!("execution");
    });
    let before = Tree::base().incident("P0", at);
    let found: Vec<_> = check(&step(&[&before], &unpaused));
    assert_eq!(found.iter().filter(|one| one.rule == "rollback-pauses-scale").count(), 3, "{found:#?}");
}

#[test]
fn rows_16_149_two_branches_that_merge_as_text_can_be_illegal_as_state() {
    let activate = |tree: Tree| {
        tree.edit(path::BOARD, |board| {
            let task = board.as_array_mut().expect("a list").iter_mut().find(|task| task["module"] == "scale_loop");
            let task = task.expect("the base has a scale task");
            for field in ["owner", "kpi_impact", "rollback_condition"] {
                task[field] = json!("said");
            }
            task["due_date"] = json!("2026-12-01");
            task["status"] = json!("active");
        })
    };
    let base = Tree::base();
    let (one, other) = (activate(base.clone()), base.clone().paused());
    let merged = activate(other.clone());
    finds("paused-modules-hold", &[&one, &other], &merged);
    assert!(!broken(&base, &one).contains(&"paused-modules-hold"));
    // Said once, it is not said again with every later commit.
    assert!(!broken(&merged, &merged.clone().incident("P2", "2026-11-12T09:00:00Z")).contains(&"paused-modules-hold"));
}

#[test]
fn row_149_each_of_the_fifteen_incomplete_combinations_is_refused() {
    let fields =
        [("owner", "Rui Tanaka"), ("due_date", "2026-12-01"), ("kpi_impact", "x"), ("rollback_condition", "y")];
    for bits in 0..16_u32 {
        let after = Tree::base().edit(path::BOARD, |board| {
            board[1]["status"] = json!("active");
            for (at, (field, value)) in fields.iter().enumerate() {
                board[1][*field] = json!(if bits & (1 << at) != 0 { value } else { "" });
            }
        });
        let violations = check(&step(&[&Tree::base()], &after));
        let found = violations.iter().find(|one| one.rule == "active-task-is-complete");
        assert_eq!(found.is_none(), bits == 15, "{bits:04b}");
        for (at, (field, _)) in fields.iter().enumerate() {
            let named = found.is_some_and(|one| one.message.contains(field));
            assert_eq!(named, bits & (1 << at) == 0, "{bits:04b} {field}");
        }
    }
}

#[test]
fn row_150_a_trend_without_a_source_is_found() {
    const RULE: &str = "observations-are-kept";
    let base = Tree::base();
    let (seen, unseen) = (Signal::NonBrandVisibility, Signal::ConversionAssist);
    finds(RULE, &[&base], &base.clone().trend(seen, "down"));
    finds(RULE, &[&base], &base.clone().trend(unseen, "up"));
    let contradicted = base.clone().observed(seen, "down", "rank-tracker", "2026-11-10T09:00:00Z");
    assert_eq!(contradicted.json(path::METRICS)["visibility_track"]["non_brand_visibility_trend"], "conflict");
    assert!(!broken(&base, &contradicted).contains(&RULE));
    finds(RULE, &[&base], &contradicted.clone().trend(seen, "up"));
    // Merged as text, the trend of one side stands over the observations of both.
    let other = base.clone().observed(seen, "up", "search-console", "2026-11-11T09:00:00Z");
    let text = contradicted.clone().observed(seen, "up", "search-console", "2026-11-11T09:00:00Z").trend(seen, "up");
    finds(RULE, &[&other, &contradicted], &text);
    // Said once, it is not said again, unless it comes to where it was not.
    let wrong = base.clone().trend(unseen, "up");
    assert!(!check(&step(&[&wrong], &wrong.clone().paused())).iter().any(|one| one.rule == RULE));
    assert!(!check(&step(&[&wrong, &wrong], &wrong)).iter().any(|one| one.rule == RULE));
    finds(RULE, &[&base, &wrong], &wrong);
}

#[test]
fn row_7_trailers_that_lie_are_found() {
    let before = Tree::base();
    let after = before.clone().weekly("2026-11-16T09:00:00Z");
    let cycle = step(&[&before], &after);
    let record = "Mkt-Record: cycle-20261116T090000Z-weekly";
    let lies = |step: &Step, trailers: &str| {
        let step = Step { claim: claim(trailers), ..step.clone() };
        check(&step).iter().any(|one| one.rule == "trailers-tell-the-truth")
    };
    let fine = format!("Mkt-Action: run-cycle\nMkt-Decision: intervene\nMkt-Cadence: weekly\nMkt-Gates: 5/5\n{record}");
    assert!(!lies(&cycle, &fine));
    for lie in [
        "Mkt-Decision: continue",
        "Mkt-Cadence: monthly",
        "Mkt-Gates: 4/5",
        "Mkt-Incidents: p0=1 p1=0 p2=0",
        "Mkt-Record: cycle-of-nobody",
        "Mkt-Plan: another-plan",
        "Mkt-Task: 99",
        "Mkt-Metric: quality_track.conversion_assist_trend=up",
    ] {
        assert!(lies(&cycle, &format!("Mkt-Action: run-cycle\n{lie}\n{record}")), "{lie}");
    }
    assert!(lies(&step(&[&after], &after.clone().short_of_weeks()), &fine), "it brings no cycle");
    assert!(lies(&cycle, "Mkt-Action: incident"));
    let incident = step(&[&before], &before.clone().incident("P1", "2026-11-12T09:00:00Z"));
    let said = |rest: &str| format!("Mkt-Action: incident\nMkt-Incident: inc-20261112T090000Z-p1\n{rest}");
    assert!(!lies(&incident, &said("Mkt-Severity: P1\nMkt-Module: scale_loop")));
    assert!(lies(&incident, &said("Mkt-Severity: P2")));
    assert!(lies(&incident, &said("Mkt-Module: content_system")));
    let gates = step(&[&before], &before.clone().short_of_weeks());
    assert!(!lies(&gates, "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail"));
    assert!(lies(&gates, "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass"));
    let start = step(&[&before.clone().idle()], &before);
    assert!(!lies(&start, "Mkt-Action: start-campaign\nMkt-Gates: 5/5"));
    assert!(lies(&start, "Mkt-Action: start-campaign\nMkt-Gates: 4/5"));
    let merge = step(&[&before, &after], &after);
    assert!(!lies(&merge, &fine), "it quotes what it brings");
    assert!(lies(&merge, &fine.replace("intervene", "rollback")));
}

#[test]
fn a_malformed_artifact_is_said_once_and_takes_nothing_with_it() {
    let base = Tree::base();
    for path in [path::CYCLES, path::EXECUTION, path::BOARD, path::MODULES, path::METRICS, path::POLICY] {
        let bad = base.clone().with(path, "<<<<<<< ours\n");
        assert_eq!(broken(&base, &bad), ["artifact-is-well-formed"], "{path}");
        assert_eq!(broken(&bad, &bad.clone().incident("P2", "2026-11-12T09:00:00Z")), [""; 0], "{path}");
        assert_eq!(broken(&bad, &base), [""; 0], "{path} mended");
    }
}
