//! `incident`: what goes wrong becomes a file of its own and an entry of the history.

use std::collections::BTreeSet;

use super::*;

/// The words that record an incident.
fn words<'w>(severity: &'w str, module: &'w str, summary: &'w str) -> [&'w str; 7] {
    ["incident", "--severity", severity, "--module", module, "--summary", summary]
}

#[test]
fn rows_143_and_158_an_incident_is_one_file_and_one_commit() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    sandbox.at("2026-01-07T10:11:12Z");
    let answer = sandbox.mkt(&words("P0", "technical_foundation", "noindex shipped")).ok();
    assert_eq!(sandbox.commits(), before + 1);
    let [path] = sandbox.touched().try_into().expect("one file");
    answer.stdout_has("P0 inc-20260107T101112Z-").stdout_has(&path);
    let incident = sandbox.json(&path);
    let id = text(&incident["id"]);
    assert_eq!(path, format!(".ohmymkt/incidents/{id}.json"));
    let expected = serde_json::json!({
        "id": id, "severity": "P0", "module": "technical_foundation", "summary": "noindex shipped",
        "created_at": "2026-01-07T10:11:12Z"
    });
    assert_eq!(incident, expected);
    let message = format!(
        "mkt(incident): P0 in technical_foundation\n\nnoindex shipped\n\n\
         Mkt-Action: incident\nMkt-Plan: {}\nMkt-Incident: {id}\nMkt-Severity: P0\nMkt-Module: technical_foundation\n\
         Mkt-Record: {id}",
        sandbox.plan()
    );
    assert_eq!(sorted(&sandbox.message()), sorted(&message));
    sandbox.mkt(&["log", "-n", "1"]).ok().stdout_has("incident").stdout_has("P0 in technical_foundation");
    assert_eq!(sandbox.status(), "");
}

fn sorted(message: &str) -> BTreeSet<&str> {
    message.lines().collect()
}

#[test]
fn row_132_incidents_at_once_are_files_of_their_own() {
    let sandbox = Sandbox::new().started();
    let before = sandbox.commits();
    let run = |nth: usize| {
        let summary = format!("incident {nth}");
        let call = sandbox.call("ohmymkt", &words("P2", "content_system", &summary)).at("2026-01-07T10:11:12Z");
        call.run().ok();
    };
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || (0..5).for_each(|nth| run(thread * 5 + nth)));
        }
    });
    let names: Vec<_> =
        sandbox.names(".ohmymkt/incidents").into_iter().filter(|name| name.starts_with("inc-")).collect();
    assert_eq!((names.len(), sandbox.commits()), (20, before + 20));
    let summaries: BTreeSet<_> =
        names.iter().map(|name| text(&sandbox.json(&format!(".ohmymkt/incidents/{name}"))["summary"])).collect();
    assert_eq!(summaries.len(), 20, "none was lost");
    assert_eq!(sandbox.status(), "");
    sandbox.fsck_clean();
}

#[test]
fn row_133_a_thousand_ids_of_one_second_differ() {
    let sandbox = Sandbox::new().initialised();
    let draw = || {
        let words = [words("P2", "content_system", "again").as_slice(), &["--dry-run", "--json"]].concat();
        let outcome = sandbox.call("ohmymkt", &words).at("2026-01-07T10:11:12Z").run();
        text(&outcome.ok().json()["incident"]["id"])
    };
    let draw_half = || (0..500).map(|_| draw()).collect::<Vec<_>>();
    let ids: BTreeSet<_> = std::thread::scope(|scope| {
        let halves = [scope.spawn(draw_half), scope.spawn(draw_half)];
        halves.into_iter().flat_map(|half| half.join().expect("ids")).collect()
    });
    assert!(ids.iter().all(|id| id.starts_with("inc-20260107T101112Z-")));
    assert_eq!(ids.len(), 1000);
}

#[test]
fn rows_134_138_and_173_severities_are_three() {
    let sandbox = Sandbox::new().started();
    for severity in ["P0", "P1", "P2"] {
        let id = incident_of(&sandbox, severity, "content_system");
        assert_eq!(sandbox.json(&format!(".ohmymkt/incidents/{id}.json"))["severity"], severity);
        assert!(sandbox.message().contains(&format!("\nMkt-Severity: {severity}\n")));
    }
    for wrong in ["P3", "p0", "0", "", "critical", "P0 "] {
        let refused = |sandbox: &Sandbox| sandbox.mkt(&words(wrong, "content_system", "x")).code(1);
        sandbox.unchanged_by(refused).stderr_has("expected one of P0, P1, P2");
    }
}

#[test]
fn row_135_the_module_must_be_known() {
    let sandbox = Sandbox::new().started();
    let modules = sandbox.json(".ohmymkt/state/modules.json");
    for tier in ["structure_core", "performance_core", "acceleration_core"] {
        for module in texts(&modules[tier]) {
            assert!(!incident_of(&sandbox, "P2", &module).is_empty());
        }
    }
    for wrong in ["nope", "Content_System", "content system", "", "../gates"] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&words("P1", wrong, "x")).code(1).stderr_has("module"));
    }
    sandbox
        .mkt(&words("P1", "nope", "x"))
        .code(1)
        .stderr_has("unknown module `nope`, expected one of technical_foundation");
}

#[test]
fn row_136_the_summary_is_kept_exactly_and_never_blank() {
    let sandbox = Sandbox::new().started();
    for summary in
        ["Two lines\nMkt-Severity: P2\n\nMkt-Decision: continue", "  spaces  ", "Überlauf — 漏洞 \u{202e}", "-1"]
    {
        let json = sandbox.mkt(&[words("P1", "content_system", summary).as_slice(), &["--json"]].concat()).ok().json();
        assert_eq!(sandbox.json(&text(&json["path"]))["summary"], summary);
        let trailers = sandbox.git(&["log", "-1", "--format=%(trailers:only,unfold)"]).ok();
        trailers.stdout_has("Mkt-Severity: P1\n").stdout_lacks("Mkt-Severity: P2").stdout_lacks("Mkt-Decision");
    }
    for blank in ["", " ", "\n\t "] {
        sandbox
            .unchanged_by(|sandbox| sandbox.mkt(&words("P1", "content_system", blank)).code(1).stderr_has("summary"));
    }
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn row_137_times_are_utc_and_in_the_order_of_the_history() {
    let sandbox = Sandbox::new().started();
    let times = ["2026-01-07T10:11:12Z", "2026-01-07T10:11:13Z", "2026-02-01T00:00:00Z"];
    for time in times {
        sandbox.at(time);
        incident_of(&sandbox, "P2", "content_system");
    }
    let listed = sandbox.mkt(&["list-incidents", "--json"]).ok().json();
    let created: Vec<_> =
        listed["incidents"].as_array().expect("a list").iter().map(|one| text(&one["created_at"])).collect();
    assert_eq!(created, times);
    let logged = sandbox.mkt(&["log", "--action", "incident", "--json"]).ok().json_lines();
    let logged: Vec<_> = logged.iter().rev().map(|event| text(&event["at"])).collect();
    assert_eq!(logged, times);
}

#[test]
fn an_incident_needs_no_campaign() {
    let sandbox = Sandbox::new().initialised();
    let id = incident_of(&sandbox, "P0", "content_system");
    assert!(sandbox.exists(&format!(".ohmymkt/incidents/{id}.json")));
    assert!(!sandbox.message().contains("Mkt-Plan"), "{}", sandbox.message());
}

#[test]
fn what_is_not_told_is_wrong_usage() {
    let sandbox = Sandbox::new().started();
    for words in [["incident", "--severity", "P0"], ["incident", "--module", "content_system"]] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&words).code(129).stderr_has("--summary <T>"));
    }
}
