//! `run-cycle`: which incidents count, down to the second.

use super::*;

/// A started campaign whose tracks are both up, so that only a P0 can make a difference.
fn well() -> Sandbox {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    sandbox
}

/// The decision of a dry run at a time.
#[track_caller]
fn at(sandbox: &Sandbox, cadence: &str, time: &str) -> String {
    let outcome = sandbox.call("ohmymkt", &["run-cycle", cadence, "--dry-run", "--json"]).at(time).run();
    text(&outcome.ok().json()["decision"])
}

/// Runs each cadence once, so that the windows no longer reach to the start of the campaign.
#[track_caller]
fn run_all(sandbox: &Sandbox, time: &str) {
    sandbox.at(time);
    for cadence in ["weekly", "monthly", "quarterly"] {
        let outcome = sandbox.call("ohmymkt", &["run-cycle", cadence]).at(time).run();
        outcome.ok().stdout_has("continue");
    }
}

#[test]
fn rows_76_and_80_an_incident_at_the_very_start_of_the_window_counts() {
    let sandbox = well();
    run_all(&sandbox, "2026-02-01T12:00:00Z");
    sandbox.at("2026-02-01T12:00:01Z");
    incident_of(&sandbox, "P0", "content_system");
    // A later cycle of each cadence has seen it; after that only the days of the window count.
    for (cadence, last, inside, outside) in [
        ("weekly", "2026-02-02T00:00:00Z", "2026-02-08T12:00:01Z", "2026-02-08T12:00:02Z"),
        ("monthly", "2026-02-02T00:00:00Z", "2026-03-03T12:00:01Z", "2026-03-03T12:00:02Z"),
        ("quarterly", "2026-02-02T00:00:00Z", "2026-05-02T12:00:01Z", "2026-05-02T12:00:02Z"),
    ] {
        let run = sandbox.call("ohmymkt", &["run-cycle", cadence]).at(last).run();
        run.ok().stdout_has("rollback");
        assert_eq!(at(&sandbox, cadence, inside), "rollback", "{cadence}: exactly at the start of the window");
        assert_eq!(at(&sandbox, cadence, outside), "continue", "{cadence}: a second before the window");
    }
}

#[test]
fn row_80_the_windows_are_of_7_30_and_90_days() {
    let sandbox = well();
    run_all(&sandbox, "2026-06-01T00:00:00Z");
    for (cadence, from) in [("weekly", "2026-05-26"), ("monthly", "2026-05-03"), ("quarterly", "2026-03-04")] {
        let outcome = sandbox.call("ohmymkt", &["run-cycle", cadence, "--json"]).at("2026-06-02T00:00:00Z").run();
        let window = outcome.ok().json()["cycle"]["window"].clone();
        assert_eq!(window["from"], format!("{from}T00:00:00Z"), "{cadence}");
        assert_eq!(window["to"], "2026-06-02T00:00:00Z", "{cadence}");
    }
}

#[test]
fn row_159_no_incident_falls_between_two_late_cycles() {
    let sandbox = well();
    run_all(&sandbox, "2026-02-01T12:00:00Z");
    let sandbox = sandbox;
    sandbox.at("2026-02-01T12:00:01Z");
    incident_of(&sandbox, "P0", "content_system");
    sandbox.at("2026-07-20T09:00:00Z");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(answer["decision"], "rollback", "five months late");
    assert_eq!(answer["cycle"]["window"]["from"], "2026-02-01T12:00:00Z", "where the last one ended");
    assert_eq!(answer["cycle"]["inputs"]["incidents"]["p0"], 1);
    // An incident in the second of the last cycle, recorded after it ran.
    let sandbox = well();
    run_all(&sandbox, "2026-02-01T12:00:00Z");
    sandbox.at("2026-02-01T12:00:00Z");
    incident_of(&sandbox, "P0", "content_system");
    assert_eq!(at(&sandbox, "weekly", "2026-03-01T00:00:00Z"), "rollback");
}

#[test]
fn the_first_window_reaches_to_the_start_of_the_campaign() {
    let sandbox = well();
    let started = text(&sandbox.json(".ohmymkt/boulder.json")["started_at"]);
    sandbox.at("2026-01-06T00:00:00Z");
    let id = incident_of(&sandbox, "P0", "content_system");
    sandbox.at("2026-03-20T00:00:00Z");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(answer["cycle"]["window"]["from"], started.as_str());
    assert_eq!(texts(&answer["cycle"]["inputs"]["incident_ids"]), [id]);
    assert_eq!(answer["decision"], "rollback");
    // In a short campaign the window is never shorter than its days.
    let sandbox = well();
    sandbox.at("2026-01-06T00:00:00Z");
    assert_eq!(cycle(&sandbox, "weekly")["cycle"]["window"]["from"], "2025-12-30T00:00:00Z");
}

#[test]
fn a_p0_that_is_dated_in_the_future_counts() {
    let sandbox = well();
    sandbox.at("2027-01-01T00:00:00Z");
    let p0 = incident_of(&sandbox, "P0", "content_system");
    let p1 = incident_of(&sandbox, "P1", "content_system");
    sandbox.at("2026-01-12T00:00:00Z");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!(answer["decision"], "rollback", "a wrong clock does not hide a P0");
    assert_eq!(texts(&answer["cycle"]["inputs"]["incident_ids"]), [p0]);
    assert_eq!(answer["cycle"]["inputs"]["incidents"]["p1"], 0, "{p1} is not in the window yet");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn rows_18_and_148_whatever_else_is_so_a_p0_rolls_back() {
    for trends in [["up"; 4], ["down"; 4], ["flat"; 4]] {
        let sandbox = Sandbox::new().started();
        observe_all(&sandbox, trends);
        let id = incident_of(&sandbox, "P0", "experiment_engine");
        assert_eq!(decision(&sandbox, "weekly"), "rollback");
        fail_gate(&sandbox);
        assert_eq!(decision(&sandbox, "monthly"), "rollback", "a failing gate does not hide it");
        learn(&sandbox, &id);
        assert_eq!(decision(&sandbox, "quarterly"), "rollback", "a postmortem does not hide it");
        for _ in 0..2 {
            incident_of(&sandbox, "P0", "scale_loop");
        }
        let answer = cycle(&sandbox, "weekly");
        assert_eq!(
            (&answer["decision"], &answer["cycle"]["inputs"]["incidents"]["p0"]),
            (&"rollback".into(), &3.into())
        );
    }
}

#[test]
fn rows_76_and_138_a_damaged_incident_stops_the_cycle() {
    let sandbox = well();
    let id = incident_of(&sandbox, "P0", "content_system");
    let path = format!(".ohmymkt/incidents/{id}.json");
    let sound = sandbox.read(&path);
    for (bad, place) in [
        (String::new(), "1:1"),
        (sound.replace("\"P0\"", "\"P3\""), "3:15"),
        (sound.replace("\"P0\"", "0"), "3:15"),
        (sound.replace("2026-", "soon-"), "6:17"),
        (sound.replace("\"severity\": \"P0\",\n", ""), "1:1"),
        (format!("<<<<<<< HEAD\n{sound}"), "1:1"),
        (sound[..40].to_owned(), ""),
    ] {
        sandbox.write(&path, &bad);
        commit_past_hooks(&sandbox, "Break an incident");
        let before = cycles(&sandbox);
        let expected = format!("{path}:{place}");
        for words in [["run-cycle", "weekly"], ["run-cycle", "quarterly"]] {
            sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1).stderr_has(&expected));
        }
        sandbox.mkt(&["list-incidents"]).code(1).stderr_has(&expected);
        sandbox.mkt(&["report-growth"]).code(1).stderr_has(&expected);
        sandbox.mkt(&["status"]).code(1).stderr_has(&expected);
        assert_eq!(cycles(&sandbox), before);
    }
    sandbox.write(&path, sound);
    commit_past_hooks(&sandbox, "Mend it");
    assert_eq!(decision(&sandbox, "weekly"), "rollback");
}
