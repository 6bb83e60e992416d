//! The JSON artifacts keep what nobody asked to change (contract, section 3).

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

use super::story;

/// The JSON artifacts, as paths from the top.
fn artifacts(sandbox: &Sandbox) -> Vec<String> {
    let listed = sandbox.git(&["ls-files", "--", ".ohmymkt/*.json"]).ok().stdout;
    listed.lines().map(str::to_owned).collect()
}

#[test]
fn every_artifact_is_written_in_the_canonical_form() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| {
        sandbox.mkt(&turn.args()).ok();
        for path in artifacts(sandbox) {
            let (text, value) = (sandbox.read(&path), sandbox.json(&path));
            // The order of keys is kept by this reader, so only the layout can differ.
            assert_eq!(text, format!("{value:#}\n"), "{path} after `{}`", turn.name);
            assert!(!text.contains("updated_at"), "{path}: git knows when");
            assert!(!text.contains(&*sandbox.base().to_string_lossy()), "{path}: paths begin at the top");
        }
    });
    let again = Sandbox::new();
    let mut texts = Vec::new();
    for sandbox in [&sandbox, &again] {
        if sandbox.commits() == 1 {
            story::tell(sandbox, |sandbox, turn| drop(sandbox.mkt(&turn.args()).ok()));
        }
        let keys =
            |path: &String| (path.starts_with(".ohmymkt/state/")).then(|| sandbox.read(path).matches("\": ").count());
        texts.push(artifacts(sandbox).iter().filter_map(keys).collect::<Vec<_>>());
    }
    assert_eq!(texts[0], texts[1], "two runs write the same fields");
}

/// Values whose notation a careless reader would change.
fn unknown() -> String {
    r#"{"big": 123456789012345678901234567890, "cents": 1.10, "tiny": 1e-7, "E": 6.02e+23, "zero": -0, "deep": [{"z": 1, "a": "\u00e9"}], "null": null}"#.to_owned()
}

/// Puts an unknown field into the object that begins at the mark.
fn with_unknown(text: &str) -> String {
    let (open, rest) = text.split_at(text.find('{').expect("an object") + 1);
    let separator = if rest.trim_start().starts_with('}') { "" } else { "," };
    format!("{open}\"x_later\": {}{separator}{rest}", unknown())
}

/// Asserts that the unknown field is there, each number as it was written.
#[track_caller]
fn assert_kept(sandbox: &Sandbox, path: &str) {
    let text = sandbox.read(path);
    for number in ["123456789012345678901234567890", "1.10", "-0"] {
        assert!(text.contains(number), "{number} in {path}\n{text}");
    }
    assert!(text.contains("1e-7") && text.contains("6.02e+23"), "{path}\n{text}");
    let value: Value = sandbox.json(path);
    let holder = if value.is_array() { &value[0] } else { &value };
    assert_eq!(holder["x_later"]["deep"], json!([{"z": 1, "a": "é"}]), "{path}");
    assert!(
        holder["x_later"]["null"].is_null()
            && holder["x_later"].as_object().is_some_and(|all| all.contains_key("null"))
    );
}

#[test]
fn unknown_fields_survive_every_write() {
    let sandbox = Sandbox::new().started();
    let incident = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", "Something"];
    sandbox.mkt(&incident).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    sandbox.mkt(&["report-growth"]).ok();
    let id = |folder: &str| {
        let name = sandbox.names(folder).into_iter().find(|name| name.ends_with(".json")).expect("a record");
        name.trim_end_matches(".json").to_owned()
    };
    let (incident, advice) = (id(".ohmymkt/incidents"), id(".ohmymkt/recommendations"));
    let (incident_file, advice_file) =
        (format!(".ohmymkt/incidents/{incident}.json"), format!(".ohmymkt/recommendations/{advice}.json"));
    let state = |name: &str| format!(".ohmymkt/state/{name}.json");
    let paths = [
        state("gates"),
        state("metrics"),
        state("modules"),
        state("sprint-board"),
        state("execution"),
        state("cycles"),
        ".ohmymkt/boulder.json".to_owned(),
        ".ohmymkt/policy.json".to_owned(),
        incident_file.clone(),
        advice_file.clone(),
    ];
    for path in &paths {
        sandbox.write(path, with_unknown(&sandbox.read(path)));
    }
    // By hand and past the tool: a later version of it wrote this.
    sandbox.commit_all("Write with a later version");
    let writes: [&[&str]; 9] = [
        &["update-gates", "capacity_gate.rolling_weeks_feasible=9"],
        &["update-metrics", "quality_track.conversion_assist_trend=up", "--source", "s"],
        &["update-task", "2", "--owner", "Ada"],
        &["start-campaign"],
        &["postmortem", &incident, "--root-cause", "r", "--remediation", "r", "--prevention", "p"],
        &["resolve-recommendation", &advice, "--acted", "done"],
        &["run-cycle", "weekly"],
        &["report-growth"],
        &["init"],
    ];
    for args in writes {
        sandbox.mkt(args).ok();
        for path in &paths {
            assert_kept(&sandbox, path);
        }
    }
    assert_eq!(sandbox.status(), "");
    let rewritten =
        [&state("gates"), &state("metrics"), &state("sprint-board"), &state("cycles"), &incident_file, &advice_file];
    for path in rewritten {
        let text = sandbox.read(path);
        assert_eq!(text, format!("{:#}\n", sandbox.json(path)), "canonical again: {path}");
    }
}

#[test]
fn what_is_not_changed_keeps_every_byte() {
    let sandbox = Sandbox::new().started();
    let path = ".ohmymkt/state/metrics.json";
    let text = serde_json::to_string(&sandbox.json(path)).expect("JSON");
    sandbox.write(path, &text).mkt(&["record"]).ok();
    assert_eq!(sandbox.read(path), text, "an edit by hand goes in as it is");
    sandbox.mkt(&["update-task", "2", "--owner", "Ada"]).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    assert_eq!(sandbox.read(path), text);
    assert_eq!(sandbox.status(), "");
}

#[test]
fn a_later_version_of_the_format_is_refused() {
    let sandbox = Sandbox::new().started();
    let cases = [
        (".ohmymkt/policy.json", "update-gates capacity_gate.rolling_weeks_feasible=9"),
        (".ohmymkt/state/gates.json", "check-gates"),
    ];
    for (path, command) in cases {
        sandbox.edit_json(path, |value| value["version"] = 2.into()).commit_all("Write with a later version");
        let words: Vec<_> = command.split(' ').collect();
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&words)).code(1).stderr_has(path);
        assert!(outcome.stderr.contains("version"), "{outcome}");
        sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    }
}
