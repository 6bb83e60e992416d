//! `list-recommendations`: what reports recommended, and what became of it.

use super::*;

#[test]
fn rows_168_and_197_it_lists_what_is_open_and_what_became_of_the_rest() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["list-recommendations"]).ok().stdout_has("no recommendations");
    for gate in ["strategy_gate.approved", "data_gate.reconcilable", "compliance_gate.documented"] {
        sandbox.mkt(&["update-gates", &format!("{gate}=false")]).ok();
    }
    sandbox.mkt(&["report-growth"]).ok();
    let listed = |options: &[&str]| {
        let answer = sandbox.mkt(&[&["list-recommendations", "--json"], options].concat()).ok().json();
        answer["recommendations"].as_array().expect("a list").clone()
    };
    let all = listed(&[]);
    assert_eq!((all.len(), listed(&["--open"]).len()), (4, 4));
    let path = format!(".ohmymkt/recommendations/{}.json", text(&all[0]["id"]));
    assert_eq!(sandbox.json(&path), all[0]);
    assert_eq!(all[0]["report_file"], ".ohmymkt/reports/summary/2026-01-05-30d.md");
    sandbox.mkt(&["resolve-recommendation", &text(&all[0]["id"]), "--acted", "https://example.org/pr/1"]).ok();
    sandbox.mkt(&["resolve-recommendation", &text(&all[1]["id"]), "--deferred", "next quarter"]).ok();
    assert_eq!((listed(&[]).len(), listed(&["--open"]).len()), (4, 2));
    let shown = sandbox.mkt(&["list-recommendations"]).ok().stdout;
    let states: Vec<_> = shown.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    assert_eq!(states, ["acted", "deferred", "open", "open"]);
    sandbox.mkt(&["list-recommendations", "--open"]).ok().stdout_lacks("acted").stdout_lacks("deferred");
}
