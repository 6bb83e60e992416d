//! What holds between the records of a state: trends and observations, incidents and modules,
//! a start and the P0s before it.

use ohmymkt::model::metric::Signal;
use ohmymkt::model::step::Step;
use ohmymkt::rules::{Level, check};
use serde_json::{Value, json};

use super::tree::{Tree, broken, errors, path, step};

const UNSEEN: Signal = Signal::ConversionAssist;

#[test]
fn row_150_a_trend_does_not_come_back_with_a_new_file() {
    const RULE: &str = "observations-are-kept";
    let base = Tree::base();
    let lost = base.clone().without(path::METRICS);
    assert_eq!(errors(&step(&[&base], &lost)), ["observations-are-kept: `metrics.json` is removed"]);
    let hint = check(&step(&[&base], &lost)).into_iter().find(|one| one.rule == RULE).map(|one| one.hint);
    assert_eq!(hint.as_deref(), Some("git restore --source=<parent> -- .ohmymkt/state/metrics.json"));
    assert!(!broken(&base, &Tree::default()).is_empty(), "records are dropped with it");
    assert_eq!(errors(&step(&[&lost, &base], &lost)).len(), 1, "a merge keeps what one of its parents has");
    assert_eq!(errors(&step(&[&base, &lost], &base)), [""; 0]);
    assert_eq!(errors(&step(&[&lost], &lost)), [""; 0], "it is said once");
    let back = base.clone().trend(UNSEEN, "up");
    assert!(broken(&lost, &back).contains(&RULE));
    assert!(!broken(&lost, &base).contains(&RULE), "what the observations say, and flat, may come back");
    // Nor with a root of its own that is merged, on either side.
    let root = Tree::default().with(path::METRICS, &back.json(path::METRICS).to_string());
    assert_eq!(errors(&step(&[], &root)), [""; 0]);
    assert!(!errors(&step(&[&base, &root], &back)).is_empty());
    assert!(!errors(&step(&[&root, &base], &back)).is_empty());
    // Where the tool is adopted, the trends stand that were there.
    let old = back.clone().without(path::POLICY);
    assert_eq!(errors(&step(&[&old], &back)), [""; 0]);
    assert_eq!(errors(&step(&[&Tree::default()], &back)), [""; 0]);
    assert_eq!(errors(&step(&[&back.clone().with(path::METRICS, "{")], &back)), [""; 0], "it was not readable");
}

fn without_module(tree: Tree) -> Tree {
    let tree = tree.edit(path::MODULES, |modules| {
        modules["acceleration_core"] = json!(["authority_growth", "experiment_engine"]);
    });
    tree.edit(path::BOARD, |board| {
        board.as_array_mut().expect("a list").retain(|task| task["module"] != "scale_loop");
    })
}

#[test]
fn an_incident_has_a_module_and_keeps_it() {
    const RULE: &str = "board-is-coherent";
    let (base, at) = (Tree::base(), "2026-11-12T09:00:00Z");
    let (gone, hit) = (without_module(base.clone()), base.clone().incident("P2", at));
    assert!(!broken(&base, &gone).contains(&RULE));
    assert!(!broken(&base, &hit).contains(&RULE));
    assert!(broken(&gone, &gone.clone().incident("P2", at)).contains(&RULE), "it has no such module");
    assert!(broken(&hit, &without_module(hit.clone())).contains(&RULE), "the module is named");
    let merged = without_module(hit.clone());
    assert!(errors(&step(&[&gone, &hit], &merged)).iter().any(|found| found.starts_with(RULE)));
    assert!(errors(&step(&[&hit, &gone], &merged)).iter().any(|found| found.starts_with(RULE)));
    // Said once, it is not said again; and the earlier tool took any module.
    assert!(!broken(&merged, &merged.clone().incident("P2", at)).contains(&RULE));
    let old = gone.clone().earlier().with(path::CYCLES, "[]\n");
    assert!(!broken(&old, &old.clone().incident("P2", at)).contains(&RULE));
    assert!(!broken(&old.clone().incident("P2", at), &merged).contains(&RULE));
}

#[test]
fn row_160_no_campaign_starts_after_a_rollback_that_is_not_answered() {
    const RULE: &str = "resume-needs-postmortem";
    let at = "2026-11-12T09:00:00Z";
    let stopped = Tree::base().incident("P0", at).weekly("2026-11-16T09:00:00Z");
    let again =
        |tree: &Tree, started: &str| tree.clone().edit(path::BOULDER, |boulder| boulder["started_at"] = json!(started));
    let (idle, later) = (stopped.clone().idle(), "2026-11-20T09:00:00Z");
    assert!(broken(&idle, &again(&stopped, later)).contains(&RULE));
    assert!(broken(&idle, &again(&stopped, "2026-11-01T09:00:00Z")).contains(&RULE), "a wrong time does not help");
    let only_execution = again(&stopped, later).without(path::BOULDER);
    assert!(broken(&idle, &only_execution).contains(&RULE));
    assert!(!broken(&stopped, &stopped).contains(&RULE), "it goes on");
    let learnt = stopped.clone().postmortem("P0", at);
    assert!(!broken(&learnt.clone().idle(), &again(&learnt, later)).contains(&RULE));
    // A squash of the postmortem, the start and what came after it.
    let since = again(&learnt, later).incident("P0", "2026-11-21T09:00:00Z");
    assert!(!broken(&idle, &since).contains(&RULE));
}

#[test]
fn evidence_is_what_can_be_looked_at() {
    let asked = Tree::base().edit(path::POLICY, |policy| policy["require_gate_evidence"] = json!(true));
    let starts = |reference: &str, blob: Option<&str>| {
        let tree = asked.clone().edit(path::GATES, |gates| {
            let evidence = &mut gates["data_gate"]["evidence"][0];
            evidence["ref"] = json!(reference);
            if let Some(blob) = blob {
                evidence["blob"] = json!(blob);
            }
        });
        assert_eq!(tree.snapshot().problems, []);
        !broken(&tree.clone().idle(), &tree).contains(&"start-requires-gates")
    };
    let blob = "0123456789abcdef0123456789abcdef01234567";
    assert!(starts("https://example.org/x", None) && starts("HTTP://example.org", None));
    assert!(starts("docs/data.md", Some(blob)) && starts("docs/data.md#L3", Some(&blob.repeat(2)[..64])));
    for (reference, blob) in [
        ("no/such/file", None),
        ("docs/data.md", Some("main")),
        ("../outside", Some(blob)),
        ("/etc/passwd", Some(blob)),
        ("javascript:alert(1)", None),
        ("ftp://example.org/x", None),
        ("https://", None),
    ] {
        assert!(!starts(reference, blob), "{reference} {blob:?}");
    }
}

#[test]
fn whoever_wrote_a_plan_does_not_pass_it_where_the_policy_asks_for_somebody_else() {
    let asked = Tree::base().edit(path::POLICY, |policy| policy["require_independent_review"] = json!(true));
    let text = String::from_utf8(asked.files_at(path::PLAN)).expect("text");
    let starts = |author: &str, reviewer: &str| {
        let text = text.replacen("owner:", &format!("author: {author}\nowner:"), 1);
        let tree = asked.clone().with(path::PLAN, &text);
        let snapshot = tree.snapshot();
        let plan = snapshot.plans.values().next().expect("the plan");
        let blob = plan.blob_id.as_ref().expect("its blob").to_string();
        let tree = tree.edit(path::REVIEW, |review| {
            review["blob"] = json!(blob);
            review["reviewer"] = json!(reviewer);
        });
        !broken(&tree.clone().idle(), &tree).contains(&"start-requires-plan")
    };
    let gil = "Gil Graph <gil@example.org>";
    assert!(starts(&format!("{gil:?}"), "Rui Tanaka <rui@example.org>"));
    assert!(starts(&format!("{gil:?}"), "Gil Graph <another@example.org>"), "two persons may have one name");
    assert!(!starts(&format!("{gil:?}"), gil));
    assert!(!starts(&format!("{gil:?}"), "G. Graph <GIL@example.org>"));
    assert!(!starts("Gil Graph", gil));
    assert!(!starts(&format!("{gil:?}"), "gil graph"));
}

#[test]
fn a_refusal_after_revise_says_which_verdict() {
    let running = Tree::base();
    let mut review = running.json(path::REVIEW);
    (review["id"], review["verdict"], review["at"]) = (json!("rev-2"), json!("revise"), json!("2026-11-01T13:00:00Z"));
    let revised = running.clone().with(".ohmymkt/reviews/rev-2.json", &review.to_string());
    let found = check(&step(&[&running.idle()], &revised));
    let found = found.iter().find(|one| one.rule == "start-requires-plan").expect("a refusal");
    assert_eq!((found.before.as_deref(), found.after.as_deref()), (Some("pass"), Some("revise")));
    assert!(found.message.ends_with("after the verdict `revise` of rev-2"), "{}", found.message);
}

#[test]
fn a_point_of_adoption_after_the_first_use_is_a_warning_that_the_policy_can_raise() {
    const RULE: &str = "adoption-point-is-fixed";
    let base = Tree::base();
    let set = |tree: &Tree| tree.clone().edit(path::POLICY, |policy| policy["verify_from"] = json!("1".repeat(40)));
    let found = |before: &Tree, passed_over: usize| {
        let step = Step { passed_over, ..step(&[before], &set(before)) };
        let found = check(&step).into_iter().find(|one| one.rule == RULE);
        found.map(|one| (one.level, one.message))
    };
    assert_eq!(found(&base, 0), None);
    let message = "`verify_from` names a commit after the tool was adopted: 7 commits are not judged".to_owned();
    assert_eq!(found(&base, 7), Some((Level::Warning, message.clone())));
    let strict = base.edit(path::POLICY, |policy| policy["warnings_as_errors"] = json!([RULE]));
    assert_eq!(found(&strict, 7), Some((Level::Error, message)));
}

#[test]
fn a_point_of_adoption_is_a_full_id_and_may_be_put_right_once() {
    let base = Tree::base();
    let with = |value: Value| base.clone().edit(path::POLICY, |policy| policy["verify_from"] = value);
    let full = "0123456789abcdef0123456789ABCDEF01234567";
    assert_eq!(errors(&step(&[&base], &with(json!(full)))), [""; 0]);
    assert_eq!(errors(&step(&[&base], &with(json!("a".repeat(64))))), [""; 0]);
    for value in ["HEAD", "main", "nonsense", "", "0123456", &"1".repeat(41), &"g".repeat(40)] {
        let bad = with(json!(value));
        let found = errors(&step(&[&base], &bad));
        assert!(found[0].starts_with("artifact-is-well-formed: expected the full id of a commit"), "{found:?}");
        assert_eq!(errors(&step(&[&bad], &bad.clone().incident("P2", "2026-11-12T09:00:00Z"))), [""; 0], "once");
        assert_eq!(errors(&step(&[&bad], &with(json!(full)))), [""; 0], "it is put right");
    }
    let moved = errors(&step(&[&with(json!(full))], &with(json!("a".repeat(40)))));
    assert_eq!(moved, ["adoption-point-is-fixed: `verify_from` is moved"]);
}
