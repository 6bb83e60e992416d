//! Free text may hold anything: it is kept exactly, forges nothing, and steers no terminal.

use crate::sandbox::{Outcome, PASSING, Sandbox};

/// Texts that try to be something else.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "two\nlines",
        "\n\nMkt-Action: forged\nMkt-Decision: continue\n",
        "Mkt-Action: forged",
        "plain\n\nMkt-Action: forged\nSigned-off-by: Mallory <m@example.org>\n(cherry picked from commit 1)\n",
        "Key: value\n key: continued\nOther: value",
        "---\nMkt-Action: forged\n--- a/file\n+++ b/file\n@@ -1 +1 @@",
        "Mkt-Action: forged\n# ------------------------ >8 ------------------------\ncut off",
        "Mkt-Action: forged\n; ------------------------ >8 ------------------------\ncut off",
        "# heading\n## Scope in\n- forged\n| a | b |\n|---|---|",
        "diff --git a/x b/x\nConflicts:\n\tx\n# comment",
        "\u{202e}desrever\u{202c} and \u{2066}isolated\u{2069} and \u{200b}hidden\u{feff}",
        "\u{1b}[31mred\u{1b}[0m \u{1b}]0;title\u{7} \u{9b}2J \u{8}\u{7f}\r\nover\rwritten\ttab",
        "\u{2028}line\u{2029}paragraph\u{85}next",
        "👩‍💻 emoji, العربية, עברית, 日本語, ｆｕｌｌ",
        "\"quoted\" \\back\\slash\\ </script> ${HOME} $(id) `id` %s %n \\u0000",
        "-- --flag",
        "-",
        "  spaces around  ",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.push("long ".repeat(4_000));
    texts
}

/// Asserts that the last commit has the trailers of its action once, as git reads them, and
/// a subject of one line; nobody's text stands in a trailer of its own.
#[track_caller]
fn assert_honest(sandbox: &Sandbox, action: &str) {
    let message = sandbox.git(&["log", "-1", "--format=%B"]).ok().stdout;
    let by_parse = sandbox.call("git", &["interpret-trailers", "--parse"]).input(&message).run().ok().stdout;
    let by_log = sandbox.git(&["log", "-1", "--format=%(trailers:only,unfold)"]).ok().stdout;
    for told in [&by_parse, &by_log] {
        assert!(told.starts_with(&format!("Mkt-Action: {action}\n")), "{told}\n{message}");
        assert_eq!(told.matches("Mkt-Action").count(), 1, "{told}\n{message}");
        assert!(!told.contains(": forged") && !told.contains("Signed-off-by"), "{told}\n{message}");
        assert!(told.lines().all(|line| line.is_empty() || line.starts_with("Mkt-")), "{told}\n{message}");
    }
    let other_comment = ["-c", "core.commentChar=;", "interpret-trailers", "--parse"];
    let by_parse = sandbox.call("git", &other_comment).input(&message).run().ok().stdout;
    assert!(by_parse.starts_with(&format!("Mkt-Action: {action}\n")), "{by_parse}\n{message}");
    let mut lines = message.lines();
    let subject = lines.next().unwrap_or_default();
    assert!(subject.starts_with(&format!("mkt({action}): ")) && subject.chars().count() < 260, "{subject}");
    assert_eq!(lines.next(), Some(""), "the subject is one line\n{message}");
    assert_harmless(&message);
    assert!(message.len() < 10_000, "the message stays short: {} bytes", message.len());
}

/// Asserts that nothing in a text steers a terminal or reorders what is read.
#[track_caller]
fn assert_harmless(text: &str) {
    let harmful = |c: &char| {
        c.is_control() && *c != '\n'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}' | '\u{feff}')
    };
    let found: Vec<_> = text.chars().filter(harmful).collect();
    assert!(found.is_empty(), "{found:?} in {text:?}");
}

#[track_caller]
fn assert_said(outcome: &Outcome) {
    assert_harmless(&outcome.stdout);
    assert_harmless(&outcome.stderr);
}

#[test]
fn summaries_and_answers_are_kept_exactly_and_forge_nothing() {
    let sandbox = Sandbox::new().initialised();
    for text in hostile() {
        let args = ["incident", "--severity", "P2", "--module", "scale_loop", "--summary", &text, "--json"];
        let recorded = sandbox.mkt(&args).ok();
        assert_said(&recorded);
        assert_honest(&sandbox, "incident");
        let recorded = recorded.json();
        assert_eq!(recorded["incident"]["summary"], text.as_str(), "in the answer");
        let path = recorded["path"].as_str().expect("a path");
        assert_eq!(sandbox.json(path)["summary"], text.as_str(), "in the file");
        let id = recorded["incident"]["id"].as_str().expect("an id").to_owned();
        let answers = ["--root-cause", &text, "--remediation", &text, "--prevention", &text];
        assert_said(&sandbox.mkt(&[&["postmortem", id.as_str()], answers.as_slice()].concat()).ok());
        assert_honest(&sandbox, "postmortem");
        let postmortem = &sandbox.json(path)["postmortem"];
        for answer in ["root_cause", "remediation", "prevention"] {
            assert_eq!(postmortem[answer], text.as_str(), "{answer}");
        }
        let told = sandbox.mkt(&["show", &id, "--json"]).ok();
        assert_said(&told);
        assert_eq!(told.json()["record"]["summary"], text.as_str());
    }
    let reading: [&[&str]; 7] = [
        &["list-incidents"],
        &["list-incidents", "--json"],
        &["log"],
        &["log", "--json"],
        &["status"],
        &["show", "HEAD"],
        &["show", "HEAD~1", "--json"],
    ];
    for args in reading {
        assert_said(&sandbox.mkt(args).ok());
    }
    assert_eq!(
        sandbox.mkt(&["list-incidents", "--json"]).ok().json()["incidents"].as_array().map(Vec::len),
        Some(hostile().len())
    );
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn goals_and_names_are_kept_exactly_and_forge_nothing() {
    let sandbox = Sandbox::new().initialised();
    for text in hostile().into_iter().filter(|text| text != "-- --flag" && text != "-") {
        let planned =
            sandbox.mkt(&["plan-growth", "--json", "--scope-in", &text, "--acceptance", &text, "--", &text]).ok();
        assert_said(&planned);
        assert_honest(&sandbox, "plan-growth");
        let planned = planned.json();
        let plans = sandbox.mkt(&["list-plans", "--json"]).ok();
        assert_said(&plans);
        let plans = plans.json();
        let listed = plans["plans"].as_array().expect("the plans");
        let entry = listed.iter().find(|plan| plan["name"] == planned["plan"]).expect("the new plan");
        assert_eq!(entry["goal"], text.as_str());
        assert_said(&sandbox.mkt(&["review-plan", planned["plan"].as_str().expect("a name")]).code(2));
    }
    for name in hostile().into_iter().filter(|text| text != "-- --flag" && text != "-") {
        assert_said(&sandbox.mkt(&["plan-growth", "A goal", &format!("--name={name}")]));
        if sandbox.message().starts_with("mkt(plan-growth)") {
            assert_honest(&sandbox, "plan-growth");
        }
    }
    let names = sandbox.sh("find .ohmymkt/plans -name '*.md' | wc -L").ok().stdout;
    assert!(names.trim().parse::<usize>().is_ok_and(|longest| longest < 260), "file names stay short: {names}");
    assert_said(&sandbox.mkt(&["list-plans"]).ok());
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}

#[test]
fn notes_sources_outcomes_and_reasons_are_kept_exactly_and_forge_nothing() {
    let sandbox = Sandbox::new().started();
    let signal = "visibility_track.query_cluster_coverage_trend=up";
    for text in hostile() {
        let observed = sandbox
            .mkt(&["update-metrics", signal, "--json", &format!("--source={text}"), &format!("--value={text}")])
            .ok();
        assert_said(&observed);
        assert_honest(&sandbox, "update-metrics");
        let observed = observed.json();
        let id = observed["observations"][0].as_str().expect("an id");
        let record = sandbox.json(&format!(".ohmymkt/observations/{id}.json"));
        assert_eq!((record["source"].as_str(), record["value"].as_str()), (Some(text.trim()), Some(text.as_str())));

        sandbox
            .mkt(&["update-gates", PASSING[0], "--evidence", "https://example.org/", &format!("--note={text}")])
            .ok();
        assert_honest(&sandbox, "update-gates");
        let gates = sandbox.json(".ohmymkt/state/gates.json").to_string();
        assert!(gates.contains(&serde_json::Value::from(text.as_str()).to_string()), "the note is kept");

        let owner = format!("--owner={text}");
        let updated =
            sandbox.mkt(&["update-task", "3", "--kpi-impact", &text, "--rollback-condition", &text, &owner]).ok();
        assert_said(&updated);
        assert_honest(&sandbox, "update-task");
        let task = &sandbox.json(".ohmymkt/state/sprint-board.json")[2];
        assert_eq!((task["owner"].as_str(), task["kpi_impact"].as_str()), (Some(text.as_str()), Some(text.as_str())));
        assert_said(&sandbox.mkt(&["list-tasks"]).ok());

        let plan = sandbox.plan();
        assert_said(&sandbox.mkt(&["review-plan", &plan, "--revise", "--notes", &text]).ok());
        assert_honest(&sandbox, "review-plan");

        sandbox.write(".ohmymkt/notepads/more-demand/issues.md", &text);
        assert_said(&sandbox.mkt(&["record", "--message", &text]).ok());
        assert_honest(&sandbox, "record");
    }
    let text = hostile().concat();
    assert_said(&sandbox.mkt(&["finish-campaign", "--outcome", &text, "--json"]).ok());
    assert_honest(&sandbox, "finish-campaign");
    let record = sandbox.names(".ohmymkt/archive").pop().expect("a record");
    assert_eq!(sandbox.json(&format!(".ohmymkt/archive/{record}"))["outcome"], text.as_str());
    for args in [&["log"][..], &["log", "--json"], &["status"], &["status", "--json"]] {
        assert_said(&sandbox.mkt(args).ok());
    }
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
}

#[test]
fn a_text_that_is_too_long_for_the_command_line_comes_in_by_hand() {
    let sandbox = Sandbox::new().initialised();
    let summary = "Mkt-Action: forged\n".repeat(11_000);
    assert!(summary.len() > 200_000);
    let id = "inc-20260105T090500Z-0badcafe";
    let record = serde_json::json!({
        "id": id, "severity": "P1", "module": "scale_loop", "summary": summary, "created_at": "2026-01-05T09:05:00Z",
    });
    sandbox.write(&format!(".ohmymkt/incidents/{id}.json"), format!("{record:#}\n"));
    sandbox.mkt(&["record"]).ok();
    assert_honest(&sandbox, "record");
    assert_eq!(sandbox.mkt(&["show", id, "--json"]).ok().json()["record"]["summary"], summary.as_str());
    sandbox.mkt(&["list-incidents"]).ok().stdout_has(id);
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn what_is_quoted_in_an_error_steers_no_terminal() {
    let sandbox = Sandbox::new().started();
    let bad = "\u{1b}[31mx\u{1b}[0m\u{202e}\ny";
    for args in [
        &["incident", "--severity", bad, "--module", "scale_loop", "--summary", "s"][..],
        &["incident", "--severity", "P1", "--module", bad, "--summary", "s"],
        &["update-gates", bad],
        &["run-cycle", bad],
        &["report-growth", "--window", bad],
        &["show", bad],
        &["log", bad],
        &["update-task", bad, "--status", "done"],
        &["start-campaign", bad],
        &["explain", bad],
        &["-C", bad, "status"],
    ] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args)).code(1);
        assert_said(&outcome);
        assert_eq!(outcome.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{outcome}");
        assert_said(&sandbox.mkt(&[args, &["--json"]].concat()).code(1));
    }
}
