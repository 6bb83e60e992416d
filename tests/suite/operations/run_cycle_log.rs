//! `run-cycle`: a hundred cycles, and every decision of them rebuilt from the history.

use super::*;

/// What a commit holds under a path.
#[track_caller]
fn at_commit(sandbox: &Sandbox, commit: &str, path: &str) -> Value {
    let shown = sandbox.git(&["show", &format!("{commit}:{path}")]).ok().stdout;
    serde_json::from_str(&shown).expect("the history holds JSON")
}

/// A hundred cycles, several on one day, with incidents and changing trends in between.
fn hundred() -> Sandbox {
    let sandbox = Sandbox::new().started();
    let trends = ["up", "flat", "down"];
    let mut p0 = None;
    for nth in 0..100 {
        if nth % 3 == 0 {
            let track = [VISIBILITY[nth / 3 % 2], QUALITY[nth / 6 % 2]];
            observe(&sandbox, track[nth % 2], trends[nth / 2 % 3], "search-console");
            observe(&sandbox, track[(nth + 1) % 2], trends[nth / 4 % 3], "search-console");
        }
        match nth % 25 {
            7 => p0 = Some(incident_of(&sandbox, "P0", SCALE[nth / 25 % 3])),
            9 => drop(incident_of(&sandbox, "P1", "content_system")),
            16 => p0.take().iter().for_each(|id| learn(&sandbox, id)),
            _ => {}
        }
        sandbox.mkt(&["run-cycle", ["weekly", "weekly", "monthly", "weekly", "quarterly"][nth % 5]]).ok();
        sandbox.advance([0, 0, 3, 0, 9][nth % 5]);
    }
    sandbox
}

#[test]
fn rows_6_7_17_and_147_every_decision_of_a_hundred_cycles_is_rebuilt_from_history() {
    let sandbox = hundred();
    let log = cycles(&sandbox);
    assert_eq!(log.len(), 100);
    let ids: std::collections::BTreeSet<_> = log.iter().map(|cycle| text(&cycle["id"])).collect();
    let reports: std::collections::BTreeSet<_> = log.iter().map(|cycle| text(&cycle["report_file"])).collect();
    assert_eq!((ids.len(), reports.len()), (100, 100));
    let events = sandbox.mkt(&["log", "--action", "run-cycle", "--json"]).ok().json_lines();
    assert_eq!(events.len(), 100);
    let mut seen = std::collections::BTreeMap::new();
    for (nth, (cycle, event)) in log.iter().zip(events.iter().rev()).enumerate() {
        let (decision, rule) = by_the_rules(&cycle["inputs"]);
        assert_eq!((&cycle["decision"], &cycle["rule"]), (&decision.into(), &rule.into()), "{cycle}");
        assert_eq!(event["decision"], decision);
        *seen.entry(decision).or_insert(0) += 1;
        // The inputs are those of the tree that the cycle saw, and only it was added to the log.
        let (commit, parent) = (text(&event["commit"]), format!("{}~", text(&event["commit"])));
        let metrics = at_commit(&sandbox, &parent, METRICS);
        for (signal, trend) in cycle["inputs"]["trends"].as_object().expect("an object") {
            let (track, key) = signal.split_once('.').expect("a track and a key");
            assert_eq!(metrics[track][key], *trend, "{signal} of {}", cycle["id"]);
        }
        for id in texts(&cycle["inputs"]["incident_ids"]) {
            let incident = at_commit(&sandbox, &parent, &format!(".ohmymkt/incidents/{id}.json"));
            assert!(text(&incident["created_at"]) >= text(&cycle["window"]["from"]));
        }
        let after = at_commit(&sandbox, &commit, CYCLES);
        assert_eq!(after.as_array().expect("a list")[..], log[..=nth], "the log at that commit");
        assert!(sandbox.exists(&text(&cycle["report_file"])));
    }
    assert!(seen.len() == 3 && seen.values().all(|count| *count > 5), "all three words came up: {seen:?}");
    sandbox.mkt(&["verify", "--all"]).ok().stdout_has("sound");
    sandbox.fsck_clean();
}
