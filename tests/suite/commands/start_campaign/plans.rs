//! Which plan is meant.

use crate::commands::commit_by_hand;
use crate::sandbox::{PASSING, Sandbox};

/// A sandbox with passing gates and reviewed plans of these names, a day apart.
fn with_plans(names: &[&str]) -> Sandbox {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&[&["update-gates"], PASSING.as_slice()].concat()).ok();
    for name in names {
        let args = ["--owner", "Ada", "--scope-in", "docs", "--scope-out", "ads", "--rollback-condition", "a P0"];
        let criterion = ["--acceptance", "non_brand_visibility_trend is up in 3 of 4 weekly cycles"];
        sandbox.mkt(&[&["plan-growth", "Grow", "--name", name], args.as_slice(), &criterion].concat()).ok();
        sandbox.mkt(&["review-plan", name, "--pass"]).ok();
        sandbox.advance(1);
    }
    sandbox
}

#[test]
fn row_47_a_name_a_part_of_it_or_of_the_title_means_a_plan() {
    let plans = ["docs", "docs-aeo", "zürich"];
    for (hint, expected) in [
        (None, "zürich"),
        (Some("docs"), "docs"),
        (Some("AEO"), "docs-aeo"),
        (Some("ZÜR"), "zürich"),
        (Some(".ohmymkt/plans/docs.md"), "docs"),
        (Some("plan: docs-a"), "docs-aeo"),
    ] {
        let sandbox = with_plans(&plans);
        let args: Vec<_> = std::iter::once("start-campaign").chain(hint).collect();
        sandbox.mkt(&args).ok().stdout_has(&format!("campaign {expected} started"));
        assert_eq!(sandbox.json(".ohmymkt/boulder.json")["plan_name"], expected);
    }
}

#[test]
fn the_newest_is_the_one_created_last_not_the_one_edited_last() {
    let sandbox = with_plans(&["first", "second"]);
    sandbox.write(".ohmymkt/plans/first.md", format!("{}\nEdited.\n", sandbox.read(".ohmymkt/plans/first.md")));
    commit_by_hand(&sandbox);
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("campaign second started");
}
