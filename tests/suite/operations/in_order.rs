//! Records of one line of work are in order, also within one second, and trends are what the
//! observations say, also where `metrics.json` was lost.

use super::*;
use crate::sandbox::PLAN;

const SIGNAL: &str = VISIBILITY[0];
const AT: &str = "2026-01-06T10:00:00Z";

#[track_caller]
fn trend(sandbox: &Sandbox, signal: &str) -> String {
    let (track, key) = signal.split_once('.').expect("a track and a key");
    text(&sandbox.json(METRICS)[track][key])
}

/// Settles the conflict on the first signal.
#[track_caller]
fn settle(sandbox: &Sandbox, trend: &str) -> Outcome {
    let words = ["update-metrics", &format!("{SIGNAL}={trend}"), "--resolve", "--reason", "seen by hand"];
    sandbox.mkt(&words).ok()
}

#[test]
fn verdicts_of_one_second_are_in_the_order_in_which_they_were_given() {
    let sandbox = Sandbox::new().gates_passing();
    for verdict in ["--pass", "--revise", "--pass"] {
        sandbox.at(AT).mkt(&["review-plan", PLAN, verdict]).ok();
    }
    let mut reviews: Vec<_> = sandbox.names(".ohmymkt/reviews");
    reviews.retain(|name| name.ends_with(".json"));
    let mut times: Vec<_> =
        reviews.iter().map(|name| sandbox.json(&format!(".ohmymkt/reviews/{name}"))["at"].clone()).collect();
    times.sort_by_key(ToString::to_string);
    assert_eq!(times, ["2026-01-06T10:00:00Z", "2026-01-06T10:00:01Z", "2026-01-06T10:00:02Z"]);
    sandbox.at(AT).mkt(&["start-campaign", PLAN]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("sound").stdout_lacks("warning");
}

#[test]
fn observations_of_one_second_are_in_the_order_in_which_they_were_made() {
    let sandbox = Sandbox::new().started();
    for next in ["up", "down", "flat", "up", "down"] {
        sandbox.at(AT);
        observe(&sandbox, SIGNAL, next, "search-console");
        assert_eq!(trend(&sandbox, SIGNAL), next);
    }
    // Said for one time, the last that was recorded counts.
    let when = "2026-01-06T10:00:04Z";
    for next in ["up", "flat"] {
        let words = ["update-metrics", &format!("{SIGNAL}={next}"), "--source", "search-console"];
        sandbox.at("2026-01-07T10:00:00Z").mkt(&[words.as_slice(), &["--observed-at", when]].concat()).ok();
        assert_eq!(trend(&sandbox, SIGNAL), next);
    }
    // Two sources of one second are still two.
    sandbox.at("2026-01-07T10:00:00Z");
    observe(&sandbox, SIGNAL, "down", "rank-tracker");
    assert_eq!(trend(&sandbox, SIGNAL), "conflict");
    for (next, is) in [("up", "up"), ("flat", "conflict")] {
        sandbox.at("2026-01-08T10:00:00Z");
        settle(&sandbox, "up");
        assert_eq!(trend(&sandbox, SIGNAL), "up");
        sandbox.at("2026-01-08T10:00:00Z");
        observe(&sandbox, SIGNAL, next, "rank-tracker");
        assert_eq!(trend(&sandbox, SIGNAL), is);
        sandbox.at("2026-01-08T10:00:00Z");
        observe(&sandbox, SIGNAL, "down", "rank-tracker");
    }
    sandbox.mkt(&["verify"]).ok().stdout_has("sound").stdout_lacks("warning");
}

#[test]
fn the_newest_of_plans_made_in_one_second_is_the_last_one() {
    let sandbox = Sandbox::new().initialised();
    for name in ["zebra", "yak", "aardvark"] {
        sandbox.at(AT).mkt(&["plan-growth", "Grow", "--name", name]).ok();
        sandbox.mkt(&["review-plan"]).code(2).stdout_has(name);
    }
    assert!(sandbox.read(".ohmymkt/plans/aardvark.md").contains("\ncreated_at: 2026-01-06T10:00:02Z\n"));
    assert!(sandbox.read(".ohmymkt/plans/aardvark.md").contains("\nauthor: \"Ada Growth <ada@example.org>\"\n"));
}

#[test]
fn row_150_a_resolution_speaks_for_a_source_until_that_speaks_again() {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, SIGNAL, "up", "ga4");
    observe(&sandbox, SIGNAL, "down", "crm");
    settle(&sandbox, "up");
    let answer = observe(&sandbox, SIGNAL, "down", "crm");
    answer.stdout_has("is conflict").stdout_has("a resolution says up").stdout_has("crm says down");
    assert_eq!(trend(&sandbox, SIGNAL), "conflict");
    sandbox.unchanged_by(|sandbox| {
        sandbox.advance(7).mkt(&["run-cycle", "weekly", "--dry-run"]).ok();
    });
    settle(&sandbox, "flat");
    assert_eq!(trend(&sandbox, SIGNAL), "flat", "a resolution can be settled in turn");
    observe(&sandbox, SIGNAL, "flat", "crm");
    assert_eq!(trend(&sandbox, SIGNAL), "flat", "they speak alike");
    observe(&sandbox, SIGNAL, "down", "crm");
    observe(&sandbox, SIGNAL, "down", "ga4");
    assert_eq!(trend(&sandbox, SIGNAL), "down", "all have spoken anew and agree");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

/// A campaign whose trends were removed past every hook, and what they were.
fn lost() -> (Sandbox, Value) {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, VISIBILITY[0], "up", "search-console");
    observe(&sandbox, QUALITY[0], "up", "ga4");
    let trends = sandbox.json(METRICS);
    sandbox.remove(METRICS);
    let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2));
    refused
        .stderr_has("observations-are-kept")
        .stderr_has("`metrics.json` is removed")
        .stderr_has("git restore --source=");
    commit_past_hooks(&sandbox, "Lose the trends");
    (sandbox, trends)
}

#[test]
fn row_150_lost_trends_are_what_the_observations_say() {
    let (sandbox, trends) = lost();
    sandbox.mkt(&["verify"]).code(2).stdout_has("`metrics.json` is removed").stdout_has("Lose the trends");
    let dry = ["run-cycle", "weekly", "--dry-run", "--json"];
    assert_eq!(sandbox.advance(7).mkt(&dry).ok().json()["decision"], "continue");
    let start = sandbox.head();
    for heal in [
        ["init"].as_slice(),
        &["record"],
        &["start-campaign"],
        &["update-metrics", &format!("{}=up", VISIBILITY[0]), "--source", "search-console"],
    ] {
        sandbox.mkt(heal).ok();
        assert_eq!(sandbox.json(METRICS), trends, "{heal:?}");
        sandbox.mkt(&["verify", &format!("{start}..HEAD")]).ok();
        sandbox.git(&["reset", "--quiet", "--hard", &start]).ok();
    }
}

#[test]
fn row_150_trends_do_not_come_from_nowhere() {
    let sandbox = Sandbox::new().started();
    sandbox.remove(METRICS);
    commit_past_hooks(&sandbox, "Lose the trends");
    let lost = sandbox.head();
    let up = serde_json::json!({
        "visibility_track": { "non_brand_visibility_trend": "up", "query_cluster_coverage_trend": "up" },
        "quality_track": { "high_intent_session_trend": "up", "conversion_assist_trend": "up" },
    });
    sandbox.write(METRICS, format!("{up:#}\n"));
    commit_past_hooks(&sandbox, "Find better ones");
    sandbox.mkt(&["verify", &format!("{lost}..HEAD")]).code(2).stdout_has("nothing was observed");
    // Recorded, they are somebody's word, with a source and a time.
    sandbox.git(&["reset", "--quiet", "--hard", &lost]).ok();
    sandbox.write(METRICS, format!("{up:#}\n"));
    sandbox.mkt(&["record"]).ok();
    let names = sandbox.names(".ohmymkt/observations");
    assert_eq!(names.iter().filter(|name| name.ends_with(".json")).count(), 4, "{names:?}");
    sandbox.mkt(&["verify", &format!("{lost}..HEAD")]).ok();
}
