//! `show`: one record or one commit, in full.

use super::*;

#[test]
fn a_record_is_found_by_its_id_and_by_a_unique_beginning() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    let id = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    sandbox.mkt(&["report-growth"]).ok();
    let path = format!(".ohmymkt/incidents/{id}.json");
    for wanted in [id.as_str(), &id[..id.len() - 1], "inc"] {
        let shown = sandbox.mkt(&["show", wanted, "--json"]).ok().json();
        assert_eq!((&shown["record"], &shown["path"]), (&sandbox.json(&path), &path.clone().into()));
    }
    sandbox.mkt(&["show", &id]).ok().stdout_has(&path).stdout_has("\"severity\": \"P0\"");
    let ids: Vec<_> = ["observations", "reviews", "recommendations"]
        .into_iter()
        .flat_map(|folder| sandbox.names(&format!(".ohmymkt/{folder}")))
        .filter_map(|name| name.strip_suffix(".json").map(str::to_owned))
        .collect();
    assert!(ids.len() >= 6, "{ids:?}");
    for id in ids {
        assert_eq!(sandbox.mkt(&["show", &id, "--json"]).ok().json()["record"]["id"], id.as_str());
    }
    let cycle = cycles(&sandbox).pop().expect("a cycle");
    let shown = sandbox.mkt(&["show", &text(&cycle["id"]), "--json"]).ok().json();
    assert_eq!((&shown["record"], &shown["path"]), (&cycle, &CYCLES.into()));
}

#[test]
fn a_beginning_of_several_is_refused_with_their_names() {
    let sandbox = Sandbox::new().started();
    let both = [incident_of(&sandbox, "P1", "content_system"), incident_of(&sandbox, "P2", "content_system")];
    let refused = sandbox.mkt(&["show", "inc-2026"]).code(1);
    refused.stderr_has(&both[0]).stderr_has(&both[1]).stderr_has("2 records");
    // The whole id of one is meant, also when it begins the id of another.
    for _ in 0..2 {
        sandbox.call("ohmymkt", &["run-cycle", "weekly"]).at("2026-01-12T09:00:00Z").run().ok();
    }
    let shown = sandbox.mkt(&["show", "cycle-20260112T090000Z-weekly", "--json"]).ok().json();
    assert_eq!(shown["record"]["id"], "cycle-20260112T090000Z-weekly");
}

#[test]
fn a_commit_is_shown_with_its_message_and_what_it_changed() {
    let sandbox = Sandbox::new().started();
    fail_gate(&sandbox);
    for rev in ["HEAD", &sandbox.head()[..9], "main"] {
        let shown = sandbox.mkt(&["show", rev]).ok();
        let shown =
            shown.stdout_has(&format!("commit {}", sandbox.head())).stdout_has("Author: Ada Growth <ada@example.org>");
        let shown = shown.stdout_has("Date:   2026-01-05 09:05 UTC").stdout_has("    Mkt-Action: update-gates");
        shown.stdout_has("capacity_gate").stdout_has("PASS → FAIL").stdout_has("rolling_weeks_feasible: 8 → 6");
    }
    sandbox.write("index.html", "other\n").commit_all("Change a page");
    sandbox.mkt(&["show", "HEAD"]).ok().stdout_has("Change a page");
}

#[test]
fn what_does_not_exist_is_told() {
    let sandbox = Sandbox::new().started();
    for nothing in ["nope", "inc-2026", ""] {
        let outcome = sandbox.mkt(&["show", nothing]).code(1);
        outcome.stderr_has(&format!("`{nothing}` is no record and no commit here")).stderr_has("hint: git mkt log");
    }
}

#[test]
fn what_cannot_be_seen_is_written_out_as_with_json() {
    let sandbox = Sandbox::new().started();
    let args =
        ["incident", "--severity", "P2", "--module", "content_system", "--summary", "a\u{202e}b\u{200b}\u{1b}[31m"];
    sandbox.mkt(&args).ok();
    let shown = sandbox.mkt(&["show", "inc"]).ok();
    let line = r#"  "summary": "a\u202eb\u200b\u001b[31m","#;
    shown.stdout_has(line).stdout_lacks("\u{fffd}");
    sandbox.mkt(&["show", "inc", "--json"]).ok().stdout_has(line.trim());
}
