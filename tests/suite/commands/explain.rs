//! `explain`: each rule can be read from the tool.

use crate::sandbox::Sandbox;

#[test]
fn row_42_every_rule_is_listed_and_explained_anywhere() {
    let sandbox = Sandbox::without_repository();
    let document = sandbox.mkt(&["explain", "--json"]).ok().json();
    let rules = document["rules"].as_array().expect("a list");
    let list = sandbox.mkt(&["explain"]).ok();
    for rule in rules {
        let text = |field: &str| rule[field].as_str().expect("a text").to_owned();
        assert!(list.stdout.contains(&text("rule")) && list.stdout.contains(&text("says")));
        let single = sandbox.mkt(&["explain", &text("rule")]).ok();
        for part in ["says", "protects", "example", "mend"] {
            assert!(single.stdout.contains(&text(part)), "{part}\n{single}");
        }
    }
    for rule in ["start-requires-gates", "start-requires-plan", "p0-forces-rollback", "active-task-is-complete"] {
        assert!(rules.iter().any(|known| known["rule"] == rule), "{rule}");
    }
    sandbox.mkt(&["explain", "no-such-rule"]).code(1).stderr_has("there is no rule `no-such-rule`");
}

#[test]
fn a_name_that_is_near_is_told() {
    let sandbox = Sandbox::without_repository();
    let start = sandbox.mkt(&["explain", "start"]).code(1);
    let start = start.stderr_has("there is no rule `start`; near it: `start-requires-gates`, `start-requires-plan`");
    start
        .stderr_has("hint: git mkt explain start-requires-gates")
        .stderr_has("hint: git mkt explain start-requires-plan");
    sandbox.mkt(&["explain", "clock-is-honets"]).code(1).stderr_has("near it: `clock-is-honest`");
    sandbox.mkt(&["explain", ""]).code(1).stderr_lacks("near it");
}
