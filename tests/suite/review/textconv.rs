//! `textconv`: what git shows of an artifact.

use serde_json::Value;

use super::*;

/// Makes git show artifacts as sentences.
fn by_sentences(sandbox: &Sandbox) {
    sandbox.git(&["config", "diff.ohmymkt.textconv", "git-mkt textconv"]).ok();
}

#[test]
fn git_reads_artifacts_as_sentences() {
    let sandbox = Sandbox::new().started();
    by_sentences(&sandbox);
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=6"]).ok();
    for words in [&["show", "--format=", "HEAD"][..], &["log", "-p", "-1", "--format="], &["diff", "HEAD~1"]] {
        let shown = sandbox.git(words).ok();
        let shown = shown.stdout_has("\n-capacity_gate passes: 8 weeks are feasible\n");
        let shown = shown.stdout_has("\n+capacity_gate fails: needs 8 feasible weeks, has 6\n");
        shown.stdout_has("\n-capacity_gate rolling_weeks_feasible is 8\n").stdout_lacks("\": ");
    }
    let id = incident(&sandbox, "P1", "two\nlines");
    let shown = sandbox.git(&["show", "--format=", "HEAD"]).ok();
    shown.stdout_has(&format!("+incident {id}: P1 in content_system\n")).stdout_has("+summary is \"two\\nlines\"\n");
    sandbox.edit_json(GATES, |gates| gates["data_gate"]["reconcilable"] = false.into());
    sandbox.git(&["diff"]).ok().stdout_has("\n+data_gate fails: reconcilable is not true\n");
}

#[test]
fn what_is_no_artifact_or_is_malformed_is_printed_as_it_is_and_steers_nothing() {
    let sandbox = Sandbox::new().started();
    by_sentences(&sandbox);
    let files: [(&str, &[u8]); 6] = [
        ("broken.json", b"{\"strategy_gate\": [\n"),
        ("conflict.json", b"<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n"),
        ("other.json", b"{\"name\": \"left-pad\"}"),
        ("empty.json", b""),
        ("list.json", b"[]\n"),
        ("half.json", b"{\"severity\": \"P9\", \"module\": \"m\", \"summary\": \"s\", \"id\": \"inc-1\"}"),
    ];
    for (name, bytes) in files {
        sandbox.write(name, bytes);
        let script = format!("ohmymkt textconv {name} > shown && cmp {name} shown");
        sandbox.sh(&script).ok();
        sandbox.remove("shown");
    }
    // Two files that differ still do when they are shown.
    sandbox.write("bytes.json", b"\x00\xff\xfe\x1b[2J\t\xe2\x80\xaex\r\n");
    assert_eq!(sandbox.mkt(&["textconv", "bytes.json"]).ok().stdout, "\\u0000\\xff\\xfe\\u001b[2J\t\\u202ex\\u000d\n");
    sandbox.mkt(&["textconv", "no-such-file"]).code(1).stderr_has("cannot read `no-such-file`");
    // A history with damage in it is still read to its end.
    sandbox.write(GATES, "{\"strategy_gate\": [\n");
    commit_past_hooks(&sandbox, "Damage the gates");
    sandbox
        .git(&["log", "-p", "--format=%s"])
        .ok()
        .stdout_has("+{\"strategy_gate\": [")
        .stdout_has("\nOpen the site\n");
}

#[test]
fn every_artifact_is_recognised_by_its_content_and_no_fact_is_left_out() {
    let sandbox = Sandbox::new().started();
    observe(&sandbox, VISIBLE, "up");
    observe(&sandbox, QUALITY, "up");
    let id = incident(&sandbox, "P2", "an | odd * summary");
    cycle(&sandbox);
    let words = ["postmortem", &id, "--root-cause", "a b", "--remediation", "c d", "--prevention", "e f"];
    sandbox.mkt(&words).ok();
    sandbox.mkt(&["report-growth"]).ok();
    sandbox.mkt(&["finish-campaign", "--outcome", "more demand was won"]).ok();
    sandbox
        .git(&["restore", "--source=HEAD~1", "--", ".ohmymkt/boulder.json", ".ohmymkt/state/sprint-board.json"])
        .ok();
    let mut seen = 0;
    for folder in ["", "state", "incidents", "observations", "reviews", "recommendations", "archive"] {
        for name in sandbox.names(&format!(".ohmymkt/{folder}")) {
            let path = format!(".ohmymkt/{folder}/{name}");
            if !name.ends_with(".json") || ["[]", "{}"].contains(&sandbox.read(&path).trim()) {
                continue;
            }
            // Under another name, as git hands it over.
            sandbox.write("elsewhere", sandbox.read(&path));
            let shown = sandbox.mkt(&["textconv", "elsewhere"]).ok();
            assert!(!shown.stdout.contains("\": "), "{path} is not JSON any more\n{shown}");
            tells(&sandbox.json(&path), &shown);
            seen += 1;
        }
    }
    assert!(seen >= 14, "only {seen} artifacts were there");
}

/// Every value of a document stands in what was shown.
#[track_caller]
fn tells(value: &Value, shown: &Outcome) {
    match value {
        Value::Object(fields) => fields.values().for_each(|value| tells(value, shown)),
        Value::Array(entries) => entries.iter().for_each(|value| tells(value, shown)),
        Value::String(text) if text.is_empty() => {}
        Value::String(text) => assert!(shown.stdout.contains(text.as_str()), "{text:?} is not told\n{shown}"),
        // A decision and a severity are told by their words, a verdict by what it says.
        Value::Bool(_) | Value::Number(_) | Value::Null => {
            assert!(
                shown.stdout.contains(&format!(" is {value}\n")) || value.is_null(),
                "{value} is not told\n{shown}"
            );
        }
    }
}

#[test]
fn a_field_of_a_later_version_is_seen_when_it_changes() {
    let sandbox = Sandbox::new().started();
    by_sentences(&sandbox);
    let id = incident(&sandbox, "P1", "s");
    let path = format!(".ohmymkt/incidents/{id}.json");
    sandbox.edit_json(&path, |incident| incident["cost"] = serde_json::json!({"eur": 7, "paid": [true]}));
    sandbox.git(&["diff"]).ok().stdout_has("\n+cost.eur is 7\n").stdout_has("\n+cost.paid has true\n");
}

#[test]
fn with_json_it_is_one_document_of_sentences() {
    let sandbox = Sandbox::new().initialised();
    let answer = sandbox.mkt(&["textconv", GATES, "--json"]).ok().json();
    let sentences = answer["sentences"].as_array().expect("a list of sentences");
    assert_eq!(sentences.len(), 5 + 8, "five verdicts and eight values: {answer}");
}
