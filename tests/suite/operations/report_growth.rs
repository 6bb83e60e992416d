//! `report-growth`: the summary of a window, and what it recommends.

use super::*;

/// Runs a report and returns its answer.
#[track_caller]
fn report(sandbox: &Sandbox, window: &str) -> Value {
    sandbox.mkt(&["report-growth", "--window", window, "--json"]).ok().json()
}

/// The texts of the recommendations a report made.
#[track_caller]
fn advice(report: &Value) -> Vec<String> {
    report["recommendations"].as_array().expect("a list").iter().map(|advice| text(&advice["text"])).collect()
}

#[test]
fn row_144_a_report_is_one_file_and_its_recommendations() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    sandbox.at("2026-01-20T09:00:00Z");
    let answer = report(&sandbox, "30d");
    assert_eq!(answer["report_file"], ".ohmymkt/reports/summary/2026-01-20-30d.md");
    let [only] = answer["recommendations"].as_array().expect("a list").as_slice() else { panic!("one: {answer}") };
    let id = text(&only["id"]);
    let written = [format!(".ohmymkt/recommendations/{id}.json"), text(&answer["report_file"])];
    assert_eq!(sandbox.touched(), written);
    let message = format!(
        "mkt(report-growth): summary of 30 days, 1 new recommendation\n\n\
         Report: .ohmymkt/reports/summary/2026-01-20-30d.md\n\n\
         Mkt-Action: report-growth\nMkt-Plan: {}\nMkt-Window: 30d\nMkt-Record: {id}",
        sandbox.plan()
    );
    assert_eq!(sandbox.message(), message);
    assert_eq!(sandbox.status(), "");
}

#[test]
fn rows_127_and_174_it_counts_what_lies_in_the_window() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-10T00:00:00Z");
    cycle(&sandbox, "weekly");
    incident_of(&sandbox, "P1", "content_system");
    sandbox.at("2026-02-10T00:00:00Z");
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    sandbox.at("2026-02-12T00:00:00Z");
    let counts = |window: &str| {
        let answer = report(&sandbox, window);
        let incidents = &answer["incidents"];
        let decisions = &answer["decisions"];
        [
            decisions["continue"].clone(),
            decisions["intervene"].clone(),
            decisions["rollback"].clone(),
            incidents["p0"].clone(),
            incidents["p1"].clone(),
        ]
        .map(|count| count.as_u64().expect("a number"))
    };
    assert_eq!(counts("7d"), [1, 0, 1, 1, 0]);
    assert_eq!(counts("90d"), [1, 1, 1, 1, 1]);
    let text = sandbox.read(".ohmymkt/reports/summary/2026-02-12-90d.md");
    assert!(text.contains("| Continue | Intervene | Rollback |\n| ---: | ---: | ---: |\n| 1 | 1 | 1 |\n"), "{text}");
    assert!(text.contains("| P0 | P1 | P2 |\n| ---: | ---: | ---: |\n| 1 | 1 | 0 |\n"), "{text}");
    for cycle in cycles(&sandbox) {
        let row = format!("| `{}` | weekly | {} |", super::text(&cycle["id"]), super::text(&cycle["decision"]));
        assert!(text.contains(&row), "{row} is not in\n{text}");
    }
}

#[test]
fn row_174_both_ends_of_the_window_count() {
    let sandbox = Sandbox::new().started();
    sandbox.call("ohmymkt", &["run-cycle", "weekly"]).at("2026-02-01T12:00:00Z").run().ok();
    let intervened = |time: &str| {
        let words = ["report-growth", "--window", "7d", "--dry-run", "--json"];
        let answer = sandbox.call("ohmymkt", &words).at(time).run().ok().json();
        answer["decisions"]["intervene"].as_u64().expect("a number")
    };
    assert_eq!(intervened("2026-02-01T12:00:00Z"), 1);
    assert_eq!(intervened("2026-02-08T12:00:00Z"), 1, "exactly at the start");
    assert_eq!(intervened("2026-02-08T12:00:01Z"), 0);
}

#[test]
fn row_127_a_damaged_log_is_refused() {
    let sandbox = Sandbox::new().started();
    cycle(&sandbox, "weekly");
    let sound = sandbox.read(CYCLES);
    for bad in ["[{]\n".to_owned(), sound.replace("\"intervene\"", "\"maybe\""), "{}\n".to_owned()] {
        sandbox.write(CYCLES, &bad);
        commit_past_hooks(&sandbox, "Break the log");
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["report-growth"]).code(1).stderr_has("cycles.json:"));
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["run-cycle", "weekly"]).code(1).stderr_has("cycles.json:"));
    }
}

#[test]
fn a_malformed_window_is_an_error() {
    let sandbox = Sandbox::new().started();
    for wrong in [
        "30",
        "0d",
        "-3d",
        "abc",
        "99999999d",
        "3661d",
        "",
        "d",
        "3.5d",
        "30D",
        " 30d",
        "+3d",
        "1w",
        "99999999999999999999d",
    ] {
        for words in [vec!["report-growth", "--window", wrong], vec!["report-growth", &format!("--window={wrong}")]] {
            let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1));
            refused.stderr_has(&format!("expected a window in days such as 30d, at most 3660d, found `{wrong}`"));
        }
    }
    for (right, said) in [("1d", "last 1 day: "), ("007d", "last 7 days: "), ("3660d", "last 3660 days: ")] {
        sandbox.mkt(&["report-growth", "--window", right]).ok().stdout_has(said);
    }
    let first = sandbox.git(&["log", "-1", "--format=%s", "--skip=2"]).ok();
    first.stdout_has("summary of 1 day, ");
    assert!(sandbox.read(".ohmymkt/reports/summary/2026-01-05-1d.md").starts_with("# Growth summary: 1 day to "));
}

#[test]
fn a_second_report_of_the_day_never_overwrites_the_first() {
    let sandbox = Sandbox::new().started();
    let first = report(&sandbox, "30d");
    let text_of_first = sandbox.read(&text(&first["report_file"]));
    incident_of(&sandbox, "P1", "content_system");
    let second = report(&sandbox, "30d");
    let third = report(&sandbox, "7d");
    let names = [&first, &second, &third].map(|report| text(&report["report_file"]));
    assert_eq!(
        names.map(|name| name.rsplit('/').next().expect("a name").to_owned()),
        ["2026-01-05-30d.md", "2026-01-05-30d-2.md", "2026-01-05-7d.md"]
    );
    assert_eq!(sandbox.read(&text(&first["report_file"])), text_of_first);
}

#[test]
fn a_file_of_somebody_else_is_never_overwritten() {
    let sandbox = Sandbox::new().started();
    let path = ".ohmymkt/reports/summary/2026-01-05-30d.md";
    sandbox.write(path, "my own notes\n");
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["report-growth"]).code(2).stderr_has(path));
    assert_eq!(sandbox.read(path), "my own notes\n");
}

#[test]
fn rows_168_and_197_an_open_recommendation_is_not_made_twice() {
    let sandbox = Sandbox::new().started();
    fail_gate(&sandbox);
    incident_of(&sandbox, "P1", "content_system");
    cycle(&sandbox, "weekly");
    let first = report(&sandbox, "30d");
    let made = advice(&first);
    assert!(made.iter().any(|text| text.starts_with("Mend capacity_gate before anything scales")), "{made:?}");
    assert_eq!(advice(&report(&sandbox, "30d")), Vec::<String>::new(), "they are still open");
    // More of the same is still the same advice.
    incident_of(&sandbox, "P1", "scale_loop");
    cycle(&sandbox, "weekly");
    let again = report(&sandbox, "30d");
    assert_eq!(advice(&again), Vec::<String>::new(), "they are still open");
    let text_of_it = sandbox.read(&text(&again["report_file"]));
    for open in first["recommendations"].as_array().expect("a list") {
        assert!(text_of_it.contains(&format!("- `{}` (2026-01-05): ", text(&open["id"]))), "{text_of_it}");
    }
    let id = text(&first["recommendations"][0]["id"]);
    sandbox.mkt(&["resolve-recommendation", &id, "--deferred", "after the migration"]).ok();
    assert_eq!(advice(&report(&sandbox, "30d")), [made[0].clone()], "deferred, and the reason is still there");
}

#[test]
fn what_it_recommends_follows_from_the_state() {
    let sandbox = Sandbox::new().started();
    let has = |part: &str| {
        let words = ["report-growth", "--dry-run", "--json"];
        advice(&sandbox.mkt(&words).ok().json()).iter().any(|text| text.contains(part))
    };
    assert!(has("Run the cycles that are due: the window holds no decision"));
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    assert!(has("Keep both tracks going"));
    observe(&sandbox, VISIBILITY[0], "down", "rank-tracker");
    assert!(has("Settle the conflict of sources on visibility_track.non_brand_visibility_trend"));
    observe(&sandbox, VISIBILITY[0], "down", "search-console");
    for _ in 0..2 {
        cycle(&sandbox, "weekly");
    }
    assert!(has("most cycles of the window intervened"));
    let id = incident_of(&sandbox, "P0", "content_system");
    assert!(has(&format!("Write the postmortem of {id}")));
    cycle(&sandbox, "weekly");
    assert!(has("Carry out the prevention tasks of the rollback"));
    learn(&sandbox, &id);
    assert!(!has("Write the postmortem"));
}

#[test]
fn a_report_needs_no_campaign() {
    let sandbox = Sandbox::new().initialised();
    let answer = report(&sandbox, "30d");
    assert!(sandbox.read(&text(&answer["report_file"])).contains("- Plan: none is active\n"));
}

#[test]
fn the_audit_section_says_who_did_what_by_which_commit_in_the_window() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-02-01T09:00:00Z");
    incident_of(&sandbox, "P0", "content_system");
    let bob = sandbox.call("ohmymkt", &["run-cycle", "weekly"]).env("GIT_AUTHOR_NAME", "Bob | Search");
    bob.env("GIT_AUTHOR_EMAIL", "bob@example.org").run().ok();
    let decided = sandbox.head();
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into());
    commit_past_hooks(&sandbox, "Nine weeks");
    sandbox.write("index.html", "<!doctype html>\n").commit_all("Change a page");
    let file = text(&sandbox.mkt(&["report-growth", "--window", "7d", "--json"]).ok().json()["report_file"]);
    let report = sandbox.read(&file);
    let rows: Vec<_> = report.split("## Audit\n").nth(1).expect("an audit section").lines().skip(3).collect();
    assert_eq!(rows.len(), 3, "{report}");
    assert!(rows[0].contains("| Ada Growth | incident: P0 in content_system |"), "{report}");
    assert!(rows[1].contains("| Bob \\| Search | run-cycle: weekly rollback, P0 incident in window |"), "{report}");
    assert!(rows[1].ends_with(&format!("| `{}` |", &decided[..7])), "{report}");
    assert!(rows[2].contains("| by hand: Nine weeks |"), "{report}");
    // What came before the window is not in it; a longer window has it.
    let file = text(&sandbox.mkt(&["report-growth", "--window", "60d", "--json"]).ok().json()["report_file"]);
    assert!(sandbox.read(&file).contains("start-campaign: more-demand started"));
}
