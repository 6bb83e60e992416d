//! `list-plans`: newest last, the active one marked.

use crate::commands::commit_by_hand;
use crate::sandbox::Sandbox;

#[test]
fn plans_are_listed_by_age_with_the_active_one_marked() {
    let sandbox = Sandbox::new().started();
    sandbox.advance(1).mkt(&["plan-growth", "Answer what people ask\nin plain words", "--name", "zebra"]).ok();
    sandbox.advance(1).mkt(&["plan-growth", "Be quoted", "--name", "answers"]).ok();
    sandbox.write(".ohmymkt/plans/old.md", "# An old plan\n\n## Goal\n\nBe found\n");
    commit_by_hand(&sandbox);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-plans"]).ok());
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt list-plans
   old                      Be found
*  more-demand  2026-01-05  Win more demand from people who do not know our name
   zebra        2026-01-06  Answer what people ask
   answers      2026-01-07  Be quoted

"#]]
    );
    let document = sandbox.mkt(&["list-plans", "--json"]).ok().json();
    let plans = document["plans"].as_array().expect("a list");
    let of = |field: &str| plans.iter().map(|plan| plan[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("name"), ["old", "more-demand", "zebra", "answers"]);
    assert_eq!(of("active"), [false, true, false, false]);
    assert_eq!(plans[2]["goal"], "Answer what people ask\nin plain words");
    sandbox.mkt(&["finish-campaign", "--outcome", "done"]).ok();
    sandbox.mkt(&["list-plans"]).ok().stdout_lacks("*");
}

#[test]
fn without_plans_it_says_how_to_write_one() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-plans"]).ok());
    assert_eq!(outcome.stdout, "no plans\nhint: git mkt plan-growth \"<goal>\"\n");
}

#[test]
fn row_130_what_cannot_be_read_is_told_with_its_place() {
    let sandbox = Sandbox::new().started();
    let boulder = ".ohmymkt/boulder.json";
    for (damaged, place, said) in [
        ("{\n  \"plan_name\": 7\n}\n", "2:16", "expected a string, found the number 7"),
        ("{\n  \"plan_name\": \"x\",\n  \"started_at\": \"soon\"\n}\n", "3:17", "\"soon\""),
        (
            "{\"plan_name\": \"x\", \"active_plan\": \"y.md\", \"started_at\": \"2026-01-05T09:00:00Z\"}",
            "1:1",
            "the same",
        ),
    ] {
        sandbox.write(boulder, damaged);
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-plans"]).code(1));
        outcome.stderr_has(said).stderr_has(&format!("{boulder}:{place}"));
    }
    commit_by_hand(&sandbox);
    for args in [["start-campaign"].as_slice(), &["finish-campaign", "--outcome", "x"], &["run-cycle", "weekly"]] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1)).stderr_has(boulder);
    }
}
