//! `update-metrics`: what sources saw, kept for ever; and what happens when they disagree.

use super::*;

const SIGNAL: &str = VISIBILITY[0];

/// The trend of a signal in `metrics.json`.
#[track_caller]
fn trend(sandbox: &Sandbox, signal: &str) -> String {
    let (track, key) = signal.split_once('.').expect("a track and a key");
    text(&sandbox.json(METRICS)[track][key])
}

/// All observations, oldest first.
#[track_caller]
fn observations(sandbox: &Sandbox) -> Vec<Value> {
    let names = sandbox.names(".ohmymkt/observations");
    let names = names.iter().filter(|name| name.ends_with(".json"));
    names.map(|name| sandbox.json(&format!(".ohmymkt/observations/{name}"))).collect()
}

/// Two sources that disagree about the first signal.
fn in_conflict() -> Sandbox {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, SIGNAL, "up", "search-console");
    observe(&sandbox, SIGNAL, "down", "rank-tracker");
    sandbox
}

#[test]
fn rows_114_and_116_an_observation_is_one_file_and_sets_the_trend() {
    let sandbox = Sandbox::new().initialised();
    assert!(VISIBILITY.iter().chain(&QUALITY).all(|signal| trend(&sandbox, signal) == "flat"), "seeded");
    sandbox.at("2026-01-06T10:00:00Z");
    let words = ["update-metrics", &format!("{SIGNAL}=up"), "--source", "search-console", "--value", "1240.5"];
    let when = ["--observed-at", "2026-01-05T23:59:59Z"];
    sandbox.mkt(&[words.as_slice(), &when].concat()).ok().stdout_has(&format!("{SIGNAL} is up"));
    assert_eq!(trend(&sandbox, SIGNAL), "up");
    let [seen] = observations(&sandbox).try_into().expect("one observation");
    let id = text(&seen["id"]);
    let expected = serde_json::json!({
        "id": id, "metric": SIGNAL, "trend": "up", "value": 1240.5, "source": "search-console",
        "observed_at": "2026-01-05T23:59:59Z", "recorded_at": "2026-01-06T10:00:00Z",
        "recorded_by": "Ada Growth <ada@example.org>"
    });
    assert_eq!(seen, expected);
    assert_eq!(sandbox.touched(), [format!(".ohmymkt/observations/{id}.json"), METRICS.to_owned()]);
    let message = format!(
        "mkt(update-metrics): non_brand_visibility_trend up, from search-console\n\n\
         Mkt-Action: update-metrics\nMkt-Metric: {SIGNAL}=up\nMkt-Record: {id}"
    );
    assert_eq!(sandbox.message(), message);
}

#[test]
fn row_116_every_observation_before_a_cycle_is_an_entry_of_its_own() {
    let sandbox = Sandbox::new().started();
    let quiet = sandbox.read(METRICS);
    incident_of(&sandbox, "P1", "content_system");
    cycle(&sandbox, "weekly");
    assert_eq!(sandbox.read(METRICS), quiet, "only observations move a trend");
    for (nth, next) in ["up", "up", "down"].into_iter().enumerate() {
        observe(&sandbox, SIGNAL, next, "search-console");
        assert_eq!((trend(&sandbox, SIGNAL), observations(&sandbox).len()), (next.to_owned(), nth + 1));
    }
    observe_all(&sandbox, ["up", "flat", "down", "up"]);
    assert_eq!(observations(&sandbox).len(), 7, "four signals are four observations, and one commit");
    assert_eq!(sandbox.mkt(&["log", "--action", "update-metrics", "--json"]).ok().json_lines().len(), 4);
}

#[test]
fn row_177_an_unknown_metric_or_trend_is_refused() {
    let sandbox = Sandbox::new().started();
    for (wrong, expected) in [
        ("visibility_track.click_trend=up", "unknown metric `visibility_track.click_trend`"),
        ("click_trend=up", "unknown metric"),
        ("quality_track.non_brand_visibility_trend=up", "unknown metric"),
        ("visibility_track.non_brand_visibility_trend=better", "unknown trend `better`"),
        ("visibility_track.non_brand_visibility_trend=conflict", "unknown trend `conflict`"),
        ("visibility_track.non_brand_visibility_trend=", "unknown trend"),
        ("visibility_track.non_brand_visibility_trend", "expected <track>.<signal>=<trend>"),
    ] {
        let refused = |sandbox: &Sandbox| sandbox.mkt(&["update-metrics", wrong, "--source", "x"]).code(1);
        sandbox.unchanged_by(refused).stderr_has(expected);
    }
    let twice = ["update-metrics", &format!("{SIGNAL}=up"), &format!("{SIGNAL}=down"), "--source", "x"];
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&twice).code(1).stderr_has("given twice"));
}

#[test]
fn row_177_a_metric_without_a_decision_is_reported_where_it_is_written_by_hand() {
    let sandbox = Sandbox::new().started();
    sandbox.edit_json(METRICS, |metrics| metrics["quality_track"]["newsletter_trend"] = "up".into());
    let outcome = sandbox.mkt(&["record"]);
    assert!(outcome.stderr.contains("signals-have-impact") && outcome.stderr.contains("newsletter_trend"), "{outcome}");
    let verified = sandbox.mkt(&["verify"]);
    assert!(outcome.code == 2 || verified.stdout.contains("signals-have-impact"), "{verified}");
}

#[test]
fn a_source_and_a_time_that_can_be_are_asked_for() {
    let sandbox = Sandbox::new().started();
    let up = format!("{SIGNAL}=up");
    sandbox.mkt(&["update-metrics", &up]).code(129).stderr_has("--source");
    let words = ["update-metrics", &up, "--source", "x", "--observed-at"];
    for (wrong, expected) in
        [("yesterday", "RFC 3339"), ("2026-01-05", "RFC 3339"), ("2030-01-01T00:00:00Z", "after now")]
    {
        let words = [words.as_slice(), &[wrong]].concat();
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1).stderr_has(expected));
    }
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["update-metrics", &up, "--source", " "]).code(1).stderr_has("source"));
}

#[test]
fn row_150_two_sources_that_disagree_are_a_conflict_and_both_are_kept() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-06T10:00:00Z");
    observe(&sandbox, SIGNAL, "up", "search-console");
    sandbox.at("2026-01-06T11:00:00Z");
    let answer = observe(&sandbox, SIGNAL, "down", "rank-tracker");
    let answer = answer.stdout_has(&format!("{SIGNAL} is conflict"));
    let answer = answer.stdout_has("search-console says up (2026-01-06T10:00:00Z)");
    answer.stdout_has("rank-tracker says down (2026-01-06T11:00:00Z)").stdout_has("--resolve");
    assert_eq!(trend(&sandbox, SIGNAL), "conflict");
    let kept: Vec<_> = observations(&sandbox)
        .iter()
        .map(|seen| [text(&seen["source"]), text(&seen["trend"]), text(&seen["observed_at"])])
        .collect();
    let expected = [["search-console", "up", "2026-01-06T10:00:00Z"], ["rank-tracker", "down", "2026-01-06T11:00:00Z"]];
    assert_eq!(kept, expected.map(|row| row.map(str::to_owned)));
    // The decision says so, and a conflict is not up.
    observe(&sandbox, QUALITY[0], "up", "ga4");
    let answer = cycle(&sandbox, "weekly");
    assert_eq!((&answer["decision"], &answer["cycle"]["rule"]), (&"intervene".into(), &"otherwise".into()));
    assert_eq!(answer["cycle"]["inputs"]["trends"][SIGNAL], "conflict");
    let report = sandbox.read(&text(&answer["report_file"]));
    for part in
        ["| visibility | `non_brand_visibility_trend` | conflict |", "search-console says up", "rank-tracker says down"]
    {
        assert!(report.contains(part), "{part:?} is not in\n{report}");
    }
}

#[test]
fn row_150_a_conflict_ends_when_the_sources_agree() {
    let sandbox = in_conflict();
    let before = observations(&sandbox);
    observe(&sandbox, SIGNAL, "up", "rank-tracker");
    assert_eq!(trend(&sandbox, SIGNAL), "up");
    assert_eq!(observations(&sandbox)[..2], before, "what was seen stays as it was");
    observe(&sandbox, SIGNAL, "flat", "a third");
    assert_eq!(trend(&sandbox, SIGNAL), "conflict");
}

#[test]
fn row_150_a_conflict_ends_by_a_resolution_with_a_reason() {
    let sandbox = in_conflict();
    let (before, flat) = (observations(&sandbox), format!("{SIGNAL}=flat"));
    sandbox.mkt(&["update-metrics", &flat, "--resolve"]).code(129).stderr_has("--reason");
    for blank in ["", "  "] {
        let words = ["update-metrics", &flat, "--resolve", "--reason", blank];
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1).stderr_has("reason"));
    }
    let words = ["update-metrics", &flat, "--resolve", "--reason", "the tracker lost its keywords"];
    sandbox.mkt(&words).ok().stdout_has(&format!("{SIGNAL} is flat"));
    assert_eq!(trend(&sandbox, SIGNAL), "flat");
    let after = observations(&sandbox);
    assert_eq!(after[..2], before, "both values stay");
    let ids: std::collections::BTreeSet<_> = before.iter().map(|seen| text(&seen["id"])).collect();
    assert_eq!(texts(&after[2]["resolves"]).into_iter().collect::<std::collections::BTreeSet<_>>(), ids);
    assert_eq!(after[2]["reason"], "the tracker lost its keywords");
    assert!(sandbox.message().contains("Reason: the tracker lost its keywords"), "{}", sandbox.message());
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(1).stderr_has("there is no conflict"));
    observe(&sandbox, SIGNAL, "up", "search-console");
    assert_eq!(trend(&sandbox, SIGNAL), "conflict", "the resolution still speaks for the tracker");
    observe(&sandbox, SIGNAL, "up", "rank-tracker");
    assert_eq!(trend(&sandbox, SIGNAL), "up", "what is seen afterwards speaks again");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn row_150_an_older_observation_that_arrives_late_does_not_take_over() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-10T00:00:00Z");
    observe(&sandbox, SIGNAL, "up", "search-console");
    let late = ["update-metrics", &format!("{SIGNAL}=down"), "--source", "search-console"];
    sandbox.mkt(&[late.as_slice(), &["--observed-at", "2026-01-07T00:00:00Z"]].concat()).ok();
    assert_eq!((trend(&sandbox, SIGNAL), observations(&sandbox).len()), ("up".to_owned(), 2));
}

#[test]
fn row_150_observations_are_never_altered_or_dropped() {
    let sandbox = in_conflict();
    let names = sandbox.names(".ohmymkt/observations");
    let path = format!(".ohmymkt/observations/{}", names.iter().find(|name| name.starts_with("obs-")).expect("one"));
    let sound = sandbox.read(&path);
    sandbox.edit_json(&path, |seen| seen["trend"] = "flat".into());
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2).stderr_has("observations-are-kept"));
    sandbox.remove(&path);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2).stderr_has("observations-are-kept"));
    sandbox.write(&path, sound);
    sandbox.mkt(&["record"]).ok();
}
