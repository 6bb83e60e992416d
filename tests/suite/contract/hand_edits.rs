//! `record` takes what was edited by hand as it is, and refuses what breaks a rule.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

use super::refusals::assert_said;

const NOTE: &str = ".ohmymkt/notepads/more-demand/issues.md";

#[test]
fn texts_are_recorded_as_they_are_and_nothing_else_is_told() {
    let sandbox = Sandbox::new().started();
    let plan = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let text = format!("{}\n<!-- two  spaces \t-->\r\n", sandbox.read(&plan));
    sandbox.write(&plan, &text).write(NOTE, "no final line end");
    sandbox
        .write(".ohmymkt/notepads/more-demand/new.md", "A note.\n")
        .remove(".ohmymkt/notepads/more-demand/learnings.md");
    sandbox
        .write(".ohmymkt/plans/.more-demand.md.swp", "an editor's")
        .write(".ohmymkt/notepads/more-demand/new.md~", "an editor's");
    sandbox.git(&["add", "--intent-to-add", ".ohmymkt/notepads/more-demand/new.md"]).ok();
    sandbox.git(&["add", NOTE]).ok();
    let outcome = sandbox.mkt(&["record", "--json"]).ok();
    let told: Vec<_> =
        outcome.json()["changes"].as_array().expect("changes").iter().map(|one| one["sentence"].to_string()).collect();
    assert_eq!(told.len(), 4, "one line for each edit\n{outcome}");
    assert_eq!(sandbox.touched().len(), 4, "{outcome}");
    // Line ends are those that the attributes ask for.
    let text = text.replace("\r\n", "\n");
    assert_eq!(sandbox.git(&["show", &format!("HEAD:{plan}")]).ok().stdout, text);
    assert_eq!(sandbox.read(&plan), text);
    assert_eq!(sandbox.git(&["show", &format!("HEAD:{NOTE}")]).ok().stdout, "no final line end");
    assert_eq!(sandbox.status(), "?? .ohmymkt/notepads/more-demand/new.md~\n?? .ohmymkt/plans/.more-demand.md.swp\n");
    sandbox.fsck_clean();
}

#[test]
fn an_edit_that_is_in_the_index_only_is_named() {
    let sandbox = Sandbox::new().started();
    let text = sandbox.read(NOTE);
    sandbox.write(NOTE, "staged\n").git(&["add", NOTE]).ok();
    sandbox.write(NOTE, text);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"])).code(2).stderr_has(NOTE);
    assert_said(&outcome);
    let hint = outcome.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).expect("a hint").to_owned();
    sandbox.sh(&hint).ok();
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["record"]).ok().stdout_has("nothing to change");
}

#[test]
fn a_trend_that_was_typed_becomes_an_observation() {
    let sandbox = Sandbox::new().started();
    let metrics = ".ohmymkt/state/metrics.json";
    let signal = "quality_track.conversion_assist_trend";
    let typed = |trend: &str| {
        let trend = trend.to_owned();
        sandbox.edit_json(metrics, |value| value["quality_track"]["conversion_assist_trend"] = trend.into());
    };
    typed("up");
    sandbox.mkt(&["record"]).ok();
    let record = sandbox.names(".ohmymkt/observations").pop().expect("an observation");
    let record = sandbox.json(&format!(".ohmymkt/observations/{record}"));
    assert_eq!((&record["source"], &record["trend"]), (&json!("hand-edit"), &json!("up")));
    assert!(sandbox.message().contains(&format!("Mkt-Metric: {signal}=up")), "{}", sandbox.message());
    // Another source disagrees: both stay, and the file says so whatever was typed.
    sandbox.mkt(&["update-metrics", &format!("{signal}=down"), "--source", "ga4"]).ok();
    assert_eq!(sandbox.json(metrics)["quality_track"]["conversion_assist_trend"], "conflict");
    typed("flat");
    sandbox.mkt(&["record"]).ok();
    assert_eq!(sandbox.json(metrics)["quality_track"]["conversion_assist_trend"], "conflict");
    assert_eq!(sandbox.names(".ohmymkt/observations").len(), 4);
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn a_damaged_edit_is_malformed_and_not_merely_uncommitted() {
    let sandbox = Sandbox::new().started();
    let summary = ["incident", "--severity", "P1", "--module", "content_system", "--summary", "Slow pages"];
    let id = sandbox.mkt(&[&summary[..], &["--json"]].concat()).ok().json()["incident"]["id"].clone();
    let incident = format!(".ohmymkt/incidents/{}.json", id.as_str().expect("an id"));
    let sound = sandbox.read(&incident);
    let gates = ".ohmymkt/state/gates.json";
    let sound_gates = sandbox.read(gates);
    for command in [&["run-cycle", "weekly"][..], &["run-cycle", "weekly", "--dry-run"], &["status"]] {
        sandbox.write(&incident, "{\n");
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(command).code(1));
        outcome.stderr_has("malformed").stderr_has(&format!("{incident}:2:1")).stderr_lacks("hint: git mkt record\n");
        sandbox.write(&incident, &sound);
    }
    let document = {
        sandbox.write(gates, sound_gates.replace(": 8", ": \"8\""));
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["update-gates", "data_gate.reconcilable=false", "--json"]).code(1))
    };
    assert_eq!(document.json()["error"]["code"], "malformed", "{document}");
    document.stdout_has("expected a number of weeks").stdout_has("\"column\": ");
    // What is only not recorded yet is told as before.
    sandbox.write(gates, sound_gates.replace(": 8", ": 9"));
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["run-cycle", "weekly"]).code(2));
    outcome.stderr_has("not committed").stderr_has("hint: git mkt record\n");
}

/// A campaign with an incident, a cycle that rolled back, and recommendations.
fn rolled_back() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["update-metrics", "quality_track.conversion_assist_trend=flat", "--source", "ga4"]).ok();
    sandbox.mkt(&["incident", "--severity", "P0", "--module", "technical_foundation", "--summary", "Down"]).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok().stdout_has("rollback");
    sandbox.mkt(&["report-growth"]).ok();
    sandbox
}

/// The path of the first record of a kind.
fn first(sandbox: &Sandbox, folder: &str) -> String {
    let name = sandbox.names(&format!(".ohmymkt/{folder}")).into_iter().find(|name| name.ends_with(".json"));
    format!(".ohmymkt/{folder}/{}", name.expect("a record"))
}

const STATE: &str = ".ohmymkt/state/";

type Edit = fn(&Sandbox);

fn edit(sandbox: &Sandbox, path: &str, edit: impl FnOnce(&mut Value)) {
    sandbox.edit_json(path, edit);
}

/// Edits by hand, each with the rule that it breaks.
const BREACHES: [(&str, Edit); 22] = [
    ("incidents-are-immutable", |sandbox| {
        edit(sandbox, &first(sandbox, "incidents"), |incident| incident["severity"] = "P2".into());
    }),
    ("incidents-are-immutable", |sandbox| {
        sandbox.remove(&first(sandbox, "incidents"));
    }),
    ("observations-are-kept", |sandbox| {
        edit(sandbox, &first(sandbox, "observations"), |seen| seen["trend"] = "up".into());
    }),
    ("observations-are-kept", |sandbox| {
        sandbox.remove(&first(sandbox, "observations"));
    }),
    ("observations-are-kept", |sandbox| {
        sandbox.remove(&format!("{STATE}metrics.json"));
    }),
    ("decision-log-is-append-only", |sandbox| {
        sandbox.remove(&first(sandbox, "reviews"));
    }),
    ("decision-log-is-append-only", |sandbox| {
        edit(sandbox, &format!("{STATE}cycles.json"), |log| log[0]["decision"] = "continue".into());
    }),
    ("decision-log-is-append-only", |sandbox| {
        edit(sandbox, &format!("{STATE}cycles.json"), |log| *log = json!([]));
    }),
    ("cycle-has-decision", |sandbox| {
        sandbox.remove(&format!(".ohmymkt/reports/weekly/{}", report(sandbox)));
    }),
    ("recommendations-are-kept", |sandbox| {
        edit(sandbox, &first(sandbox, "recommendations"), |advice| advice["text"] = "Nothing to do".into());
    }),
    ("resume-needs-postmortem", |sandbox| {
        edit(sandbox, &format!("{STATE}execution.json"), |execution| execution["paused_modules"] = json!([]));
    }),
    ("resume-needs-postmortem", |sandbox| {
        edit(sandbox, &format!("{STATE}execution.json"), |execution| {
            execution["paused_modules"] = json!([]);
            execution["mode"] = "execution".into();
        });
    }),
    ("active-task-is-complete", |sandbox| {
        edit(sandbox, &format!("{STATE}sprint-board.json"), |board| board[0]["status"] = "active".into());
    }),
    ("paused-modules-hold", |sandbox| {
        edit(sandbox, &format!("{STATE}sprint-board.json"), |board| {
            let tasks = board.as_array_mut().expect("tasks");
            let task = tasks.iter_mut().find(|task| task["module"] == "scale_loop").expect("a task of the tier");
            for (field, value) in [
                ("status", "active"),
                ("owner", "A"),
                ("due_date", "2026-03-01"),
                ("kpi_impact", "k"),
                ("rollback_condition", "r"),
            ] {
                task[field] = value.into();
            }
        });
    }),
    ("board-is-coherent", |sandbox| {
        edit(sandbox, &format!("{STATE}sprint-board.json"), |board| board[1]["id"] = board[0]["id"].clone());
    }),
    ("board-is-coherent", |sandbox| {
        edit(sandbox, &format!("{STATE}sprint-board.json"), |board| board[1]["module"] = "no_module".into());
    }),
    ("board-is-coherent", |sandbox| {
        let mut incident = sandbox.json(&first(sandbox, "incidents"));
        (incident["id"], incident["module"]) = ("inc-2".into(), "no_module".into());
        sandbox.write(".ohmymkt/incidents/inc-2.json", incident.to_string());
    }),
    ("resume-needs-postmortem", |sandbox| {
        let artifacts = [".ohmymkt/boulder.json", ".ohmymkt/state/execution.json"];
        let before = artifacts.map(|path| sandbox.read(path).replace("2026-01-05T", "2026-01-06T"));
        sandbox.mkt(&["finish-campaign", "--outcome", "Enough"]).ok();
        for (path, text) in artifacts.into_iter().zip(before) {
            sandbox.write(path, text);
        }
    }),
    ("p0-forces-rollback", |sandbox| continue_by_hand(sandbox)),
    ("decision-is-reproducible", |sandbox| continue_by_hand(sandbox)),
    ("archive-is-kept", |sandbox| {
        sandbox.mkt(&["finish-campaign", "--outcome", "Enough"]).ok();
        edit(sandbox, &first(sandbox, "archive"), |record| record["outcome"] = "A triumph".into());
    }),
    ("adoption-point-is-fixed", |sandbox| {
        let adopted = sandbox.head();
        edit(sandbox, ".ohmymkt/policy.json", |policy| policy["verify_from"] = adopted.into());
        sandbox.mkt(&["record"]).ok();
        let later = sandbox.head();
        edit(sandbox, ".ohmymkt/policy.json", |policy| policy["verify_from"] = later.into());
    }),
];

/// Adds a second cycle to the log, which saw the same and decided otherwise.
fn continue_by_hand(sandbox: &Sandbox) {
    edit(sandbox, &format!("{STATE}cycles.json"), |log| {
        let mut cycle = log[0].clone();
        cycle["id"] = format!("cycle-{}-weekly", sandbox.now().replace(['-', ':'], "")).into();
        cycle["decision"] = "continue".into();
        log.as_array_mut().expect("the log").push(cycle);
    });
}

/// Rules of the level error that others have their tests for.
const ELSEWHERE: [&str; 5] = [
    "artifact-is-well-formed",
    "rollback-pauses-scale",
    "start-requires-gates",
    "start-requires-plan",
    "trailers-tell-the-truth",
];

#[test]
fn every_rule_of_the_level_error_has_its_breach() {
    let rules = Sandbox::without_repository().mkt(&["explain", "--json"]).ok().json();
    let rules = rules["rules"].as_array().expect("the rules").iter();
    let errors = rules.filter(|rule| rule["level"] == "error").filter_map(|rule| rule["rule"].as_str());
    let known = |rule: &&str| ELSEWHERE.contains(rule) || BREACHES.iter().any(|(breached, _)| breached == rule);
    let errors: Vec<_> = errors.collect();
    assert!(errors.len() > 10, "the rules are listed: {errors:?}");
    let missing: Vec<_> = errors.into_iter().filter(|rule| !known(rule)).collect();
    assert!(missing.is_empty(), "no breach of {missing:?}");
}

fn report(sandbox: &Sandbox) -> String {
    sandbox.names(".ohmymkt/reports/weekly").into_iter().find(|name| name.ends_with(".md")).expect("a report")
}

#[test]
fn an_edit_that_breaks_a_rule_is_refused_and_the_rule_named() {
    let sandbox = rolled_back();
    for (nth, (rule, breach)) in BREACHES.into_iter().enumerate() {
        let clean = sandbox.head();
        breach(&sandbox);
        let start = sandbox.head();
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"])).code(2);
        assert!(outcome.stderr.contains(rule), "breach {nth} of {rule}\n{outcome}");
        assert_eq!(outcome.stderr.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{outcome}");
        let json = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record", "--json"])).code(2).json();
        assert_eq!(json["status"], "refused");
        assert!(json["error"]["details"].to_string().contains(rule), "{json:#}");
        // Past the tool, history tells.
        sandbox.commit_all("Do it all the same");
        let verdict = sandbox.mkt(&["verify", &format!("{start}..HEAD")]).code(2);
        assert!(format!("{verdict}").contains(rule), "breach {nth} of {rule}\n{verdict}");
        sandbox.git(&["reset", "--quiet", "--hard", &clean]).ok();
    }
}

#[test]
fn a_campaign_cannot_be_started_by_hand_past_its_gates() {
    let sandbox = Sandbox::new().started();
    let (boulder, execution) = (sandbox.read(".ohmymkt/boulder.json"), sandbox.read(".ohmymkt/state/execution.json"));
    let by_hand = |sandbox: &Sandbox| {
        sandbox.write(".ohmymkt/boulder.json", &boulder).write(".ohmymkt/state/execution.json", &execution);
    };
    let sandbox = Sandbox::new().planned();
    by_hand(&sandbox);
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"])).code(2);
    let outcome = outcome.stderr_has("start-requires-gates").stderr_has("start-requires-plan");
    assert!(outcome.stdout.is_empty(), "{outcome}");
    let sandbox = Sandbox::new().gates_passing();
    by_hand(&sandbox);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"])).code(2).stderr_has("start-requires-plan");
}

#[test]
fn a_policy_that_is_loosened_is_reported_under_the_stricter_one() {
    let sandbox = Sandbox::new().started();
    let set = |value: bool| {
        sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_gate_evidence"] = value.into());
    };
    set(true);
    sandbox.mkt(&["record"]).ok();
    set(false);
    sandbox.mkt(&["record"]).ok().stderr_has("policy-is-not-loosened");
    sandbox.mkt(&["verify"]).ok().stdout_has("policy-is-not-loosened");
}
