//! `report-growth`: what its head says of the campaign, whose decisions it counts, and which
//! incidents it lists.

use super::*;

/// Runs a report; its answer, and its Markdown.
#[track_caller]
fn report(sandbox: &Sandbox) -> (Value, String) {
    let answer = sandbox.mkt(&["report-growth", "--html", "--json"]).ok().json();
    let markdown = sandbox.read(&text(&answer["report_file"]));
    (answer, markdown)
}

/// What stands before the first section.
fn head(markdown: &str) -> &str {
    markdown.split("\n## ").next().unwrap_or_default()
}

/// What stands in a section.
#[track_caller]
fn section<'m>(markdown: &'m str, title: &str) -> &'m str {
    let (_, rest) = markdown.split_once(&format!("\n## {title}\n")).expect("the section");
    rest.split("\n## ").next().unwrap_or_default()
}

/// Records incidents, the first one first, and returns their ids.
#[track_caller]
fn incidents(sandbox: &Sandbox, severities: &[&str]) -> Vec<String> {
    severities.iter().map(|severity| incident_of(sandbox, severity, "content_system")).collect()
}

/// Plans and starts the campaign `two`.
#[track_caller]
fn start_another(sandbox: &Sandbox) {
    let said = ["--scope-in", "a", "--scope-out", "b", "--owner", "Bo", "--rollback-condition", "a P0"];
    let criterion = ["--acceptance", "non_brand_visibility_trend is up in 3 of 4 weekly cycles"];
    sandbox.mkt(&[["plan-growth", "Second", "--name", "two"].as_slice(), &said, &criterion].concat()).ok();
    sandbox.mkt(&["review-plan", "two", "--pass"]).ok();
    sandbox.mkt(&["start-campaign", "two"]).ok();
}

#[test]
fn its_head_says_how_the_campaign_stands() {
    let sandbox = Sandbox::new().started();
    let (answer, markdown) = report(&sandbox);
    let plan = sandbox.plan();
    let standing = "- Mode: execution\n- Paused modules: none\n- Open incidents: 0 P0, 0 P1, 0 P2\n";
    assert!(head(&markdown).contains(standing), "{markdown}");
    assert!(head(&markdown).contains(&format!("- Plan: `{plan}`\n- Goal: ")), "{markdown}");
    assert!(head(&markdown).contains("- Acceptance criteria:\n  - "), "{markdown}");
    assert_eq!((&answer["plan"], &answer["mode"]), (&plan.as_str().into(), &"execution".into()));
    incidents(&sandbox, &["P0", "P2", "P0"]);
    cycle(&sandbox, "weekly");
    let (answer, markdown) = report(&sandbox);
    let standing = "- Mode: rollback\n- Paused modules: `authority_growth`, `experiment_engine`, `scale_loop`\n\
                    - Open incidents: 2 P0, 0 P1, 1 P2\n";
    assert!(head(&markdown).contains(standing), "{markdown}");
    assert_eq!(texts(&answer["paused_modules"]), SCALE);
    assert_eq!(answer["open_incidents"], serde_json::json!({"p0": 2, "p1": 0, "p2": 1}));
    let now =
        "now: mode rollback; paused: authority_growth, experiment_engine, scale_loop; open incidents p0=2 p1=0 p2=1";
    sandbox.mkt(&["report-growth"]).ok().stdout_has(now);
}

#[test]
fn a_long_goal_and_many_criteria_are_cut_short_in_it() {
    let sandbox = Sandbox::new().gates_passing();
    let goal = "Be found by those who compare. ".repeat(40);
    let mut words =
        vec!["plan-growth", &goal, "--name", "long", "--scope-in", "a", "--scope-out", "b", "--owner", "Bo"];
    words.extend(["--rollback-condition", "a P0"]);
    let criteria: Vec<_> =
        (1..=8).map(|week| format!("non_brand_visibility_trend is up in week {week}{}", " or so".repeat(40))).collect();
    words.extend(criteria.iter().flat_map(|criterion| ["--acceptance", criterion]));
    sandbox.mkt(&words).ok();
    sandbox.mkt(&["review-plan", "long", "--pass"]).ok();
    sandbox.mkt(&["start-campaign", "long"]).ok();
    let (_, markdown) = report(&sandbox);
    let lines: Vec<_> = head(&markdown).lines().collect();
    let goal = lines.iter().find(|line| line.starts_with("- Goal: ")).expect("a goal");
    assert!(goal.ends_with('…') && goal.chars().count() < 260, "{goal}");
    let said: Vec<_> = lines.iter().filter(|line| line.starts_with("  - ")).collect();
    assert_eq!(said.len(), 6, "{markdown}");
    assert!(said[..5].iter().all(|line| line.ends_with('…') && line.chars().count() < 170), "{said:?}");
    assert!(said[5].starts_with("  - and 3 more: `.ohmymkt/plans/long.md`"), "{said:?}");
}

#[test]
fn open_incidents_are_listed_by_what_matters() {
    let sandbox = Sandbox::new().started();
    let mut ids = incidents(&sandbox, &["P2", "P0", "P1", "P0", "P1"]);
    let p2s = incidents(&sandbox, &["P2"; 12]);
    let (_, markdown) = report(&sandbox);
    let part = section(&markdown, "Incidents");
    assert!(
        part.starts_with("\nRecorded in the window:\n\n| P0 | P1 | P2 |\n| ---: | ---: | ---: |\n| 2 | 2 | 13 |\n"),
        "{part}"
    );
    assert!(part.contains("\nOpen now: 2 P0, 2 P1, 13 P2.\n"), "{part}");
    let rows = part.lines().filter_map(|line| line.strip_prefix("| `inc-")?.split_once('`'));
    let listed: Vec<_> = rows.map(|(id, _)| format!("inc-{id}")).collect();
    let oldest = ids.remove(0);
    let grave = [&ids[2], &ids[0], &ids[3], &ids[1]];
    let expected: Vec<_> = grave.into_iter().chain(p2s.iter().rev().take(10)).cloned().collect();
    assert_eq!(listed, expected);
    assert!(!listed.contains(&oldest) && part.ends_with("\nand 3 more: `git mkt list-incidents --open`\n"), "{part}");
}

#[test]
fn none_is_said_of_recommendations_only_where_none_is_open() {
    let sandbox = Sandbox::new().started();
    fail_gate(&sandbox);
    report(&sandbox);
    let (answer, markdown) = report(&sandbox);
    let files = sandbox.names(".ohmymkt/recommendations");
    let open = files.iter().filter(|name| name.ends_with(".json")).count();
    assert_eq!(answer["recommendations"], serde_json::json!([]));
    let part = section(&markdown, "Recommendations");
    assert!(part.starts_with("\nNone new.\n\nStill open from earlier reports:\n\n- `rec-"), "{part}");
    assert_eq!(part.matches("\n- `rec-").count(), open);
}

#[test]
fn decisions_of_a_former_campaign_are_not_those_of_the_active_one() {
    let sandbox = Sandbox::new().started();
    let one = sandbox.plan();
    sandbox.advance(7);
    cycle(&sandbox, "weekly");
    let (answer, markdown) = report(&sandbox);
    assert!(!markdown.contains("By campaign:") && !markdown.contains("| Plan |"), "{markdown}");
    assert_eq!(answer["by_campaign"].as_array().map(Vec::len), Some(1));
    sandbox.mkt(&["finish-campaign", "--outcome", "lost | to <b>others</b>"]).ok();
    // Right after its end the report is about it.
    let (_, markdown) = report(&sandbox);
    let ended = format!("- Finished on 2026-01-12: `{one}`, outcome: lost \\| to \\<b\\>others\\</b\\>\n");
    assert!(head(&markdown).contains(&format!("- Plan: none is active\n{ended}")), "{markdown}");
    assert!(!head(&markdown).contains("- Mode:") && !head(&markdown).contains("- Goal:"), "{markdown}");
    assert!(section(&markdown, "Decisions").contains(&format!("| `{one}` | 2026-01-05 to 2026-01-12 | 0 | 1 | 0 |\n")));
    start_another(&sandbox);
    sandbox.advance(7);
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    let (answer, markdown) = report(&sandbox);
    assert!(head(&markdown).contains("- Plan: `two`\n") && head(&markdown).contains(&ended), "{markdown}");
    let part = section(&markdown, "Decisions");
    assert!(part.contains("| Continue | Intervene | Rollback |\n| ---: | ---: | ---: |\n| 1 | 1 | 0 |\n"), "{part}");
    let shares = format!(
        "| `two` | active since 2026-01-12 | 1 | 0 | 0 |\n| `{one}` | 2026-01-05 to 2026-01-12 | 0 | 1 | 0 |\n"
    );
    assert!(part.contains(&shares), "{part}");
    assert!(part.contains(&format!("| weekly | intervene | `{one}` |")), "{part}");
    assert!(part.contains("| weekly | continue | `two` |"), "{part}");
    let by = &answer["by_campaign"];
    assert_eq!((&by[0]["campaign"]["plan"], &by[0]["decisions"]["continue"]), (&"two".into(), &1.into()), "{by}");
    assert_eq!(
        (&by[1]["campaign"]["plan"], &by[1]["decisions"]["intervene"]),
        (&one.as_str().into(), &1.into()),
        "{by}"
    );
    let told = sandbox.mkt(&["report-growth"]).ok().stdout_has("  by two: 1 continue, 0 intervene, 0 rollback\n");
    told.stdout_has(&format!("  by {one}, finished on 2026-01-12: 0 continue, 1 intervene, 0 rollback\n"));
    // A window that begins after the end of the first has only the second.
    sandbox.advance(5);
    let words = ["report-growth", "--window", "7d", "--json"];
    let answer = sandbox.mkt(&words).ok().json();
    assert!(!sandbox.read(&text(&answer["report_file"])).contains(&one));
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn it_rests_on_the_active_plan_and_on_no_draft() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["plan-growth", "Later", "--name", "draft"]).ok();
    let edit = |plan: &str| {
        let path = format!(".ohmymkt/plans/{plan}.md");
        sandbox.write(&path, sandbox.read(&path) + "\nA thought.\n");
        path
    };
    edit("draft");
    sandbox.mkt(&["report-growth"]).ok();
    let path = edit(&sandbox.plan());
    sandbox
        .unchanged_by(|sandbox| sandbox.mkt(&["report-growth"]).code(2).stderr_has("not committed").stderr_has(&path));
}

#[test]
fn a_plan_that_is_gone_is_no_plan_without_a_goal() {
    let sandbox = Sandbox::new().started();
    sandbox.remove(&format!(".ohmymkt/plans/{}.md", sandbox.plan()));
    commit_past_hooks(&sandbox, "Tidy up");
    let (_, markdown) = report(&sandbox);
    assert!(head(&markdown).contains("\n- Goal: not known, the plan is not there\n- Mode: execution\n"), "{markdown}");
}
