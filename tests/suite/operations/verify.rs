//! `verify`: sound on honest history, violated on bad history, incomplete where not all can be seen.
//!
//! Bad history is made with plain git, past every hook.

use super::*;

/// A campaign with an open P0 and two cycles.
fn with_cycles() -> (Sandbox, String) {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    cycle(&sandbox, "weekly");
    let id = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    (sandbox, id)
}

/// The rules that the history violates, each with the subject of its commit.
#[track_caller]
fn findings(sandbox: &Sandbox) -> Vec<(String, String)> {
    let answer = sandbox.mkt(&["verify", "--json"]).code(2).json();
    assert_eq!((&answer["verdict"], &answer["status"]), (&"violated".into(), &"refused".into()));
    let findings = answer["findings"].as_array().expect("a list");
    let errors = findings.iter().filter(|finding| finding["level"] == "error");
    errors.map(|finding| (text(&finding["rule"]), text(&finding["subject"]))).collect()
}

/// This rule is violated, by the commit with this subject, and the text names both.
#[track_caller]
fn violates(sandbox: &Sandbox, rule: &str, subject: &str) {
    let found = findings(sandbox);
    assert!(found.contains(&(rule.to_owned(), subject.to_owned())), "{rule} is not in {found:?}");
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["verify"]).code(2));
    outcome.stdout_has("violated: ").stdout_has(rule).stdout_has(subject).stdout_has("hint: ");
}

#[test]
fn honest_history_is_sound() {
    let (sandbox, id) = with_cycles();
    learn(&sandbox, &id);
    sandbox.mkt(&["report-growth"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let answer = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!((&answer["verdict"], &answer["findings"]), (&"sound".into(), &serde_json::json!([])));
    assert_eq!(answer["commits_seen"], sandbox.commits());
    assert_eq!(answer["commits_judged"], sandbox.commits() - 2, "two commits do not touch the artifacts");
    sandbox.mkt(&["verify", "--all"]).ok();
    sandbox.mkt(&["verify", "HEAD~3..HEAD"]).ok().stdout_has("3 commits seen");
    sandbox.mkt(&["verify", "nope"]).code(1);
}

#[test]
fn a_range_does_not_excuse_what_it_brings() {
    let (sandbox, _) = with_cycles();
    let base = sandbox.head();
    sandbox.write(CYCLES, "[]\n");
    commit_past_hooks(&sandbox, "Forget it");
    let bad = sandbox.head();
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["verify_from"] = bad.as_str().into());
    commit_past_hooks(&sandbox, "Adopt the tool");
    let outcome = sandbox.mkt(&["verify", &format!("{base}..HEAD")]).code(2);
    outcome.stdout_has("decision-log-is-append-only").stdout_has("Forget it");
}

#[test]
fn what_was_judged_is_kept_and_changes_no_answer() {
    let (sandbox, id) = with_cycles();
    let kept = ".git/ohmymkt/judged";
    for args in [&["verify", "--json"][..], &["verify", "--all", "--json"]] {
        let first = sandbox.mkt(args).ok().json();
        assert!(sandbox.exists(kept), "the second look shall be short");
        assert_eq!(sandbox.mkt(args).ok().json(), first);
        let text = sandbox.read(kept);
        sandbox.write(kept, text.replacen(|digit: char| digit.is_ascii_digit(), "x", 3));
        assert_eq!(sandbox.mkt(args).ok().json(), first, "a broken one is none");
        sandbox.write(kept, b"\xff\0 nonsense");
        assert_eq!(sandbox.mkt(args).ok().json(), first, "neither is another file");
        sandbox.remove(kept);
        assert_eq!(sandbox.mkt(args).ok().json(), first);
    }
    let sound = sandbox.head();
    let before = sandbox.mkt(&["verify", "--json"]).ok().json();
    learn(&sandbox, &id);
    let after = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!(after["commits_seen"].as_u64(), before["commits_seen"].as_u64().map(|seen| seen + 1));
    assert_eq!(after["commits_judged"].as_u64(), before["commits_judged"].as_u64().map(|judged| judged + 1));
    sandbox.remove(kept);
    assert_eq!(sandbox.mkt(&["verify", "--json"]).ok().json(), after, "the same as without it");
    // What is bad is found behind what was sound, and on another history than that.
    sandbox.write(CYCLES, "[]\n");
    commit_past_hooks(&sandbox, "Forget it");
    let found = sandbox.mkt(&["verify", "--json"]).code(2).json();
    assert_eq!(sandbox.mkt(&["verify", "--json"]).code(2).json(), found, "and again the next time");
    sandbox.remove(kept);
    assert_eq!(sandbox.mkt(&["verify", "--json"]).code(2).json(), found);
    sandbox.write("index.html", "y\n");
    commit_past_hooks(&sandbox, "Change a page");
    violates(&sandbox, "decision-log-is-append-only", "Forget it");
    sandbox.git(&["reset", "--quiet", "--hard", &format!("{sound}~1")]).ok();
    let shorter = sandbox.mkt(&["verify", "--json"]).ok().json();
    assert_eq!(shorter["commits_seen"].as_u64(), before["commits_seen"].as_u64().map(|seen| seen - 1));
}

#[test]
fn rows_8_and_15_a_campaign_that_was_made_active_past_failing_gates() {
    let sandbox = Sandbox::new().started();
    let artifacts = [".ohmymkt/boulder.json", EXECUTION, BOARD].map(|path| (path, sandbox.read(path)));
    let sandbox = Sandbox::new().reviewed();
    fail_gate(&sandbox);
    for (path, text) in artifacts {
        sandbox.write(path, text);
    }
    commit_past_hooks(&sandbox, "Just start it");
    violates(&sandbox, "start-requires-gates", "Just start it");
    mend_gate(&sandbox);
    violates(&sandbox, "start-requires-gates", "Just start it");
}

#[test]
fn a_cycle_that_was_dropped_or_altered() {
    let (sandbox, _) = with_cycles();
    let log = sandbox.read(CYCLES);
    sandbox.edit_json(CYCLES, |log| drop(log.as_array_mut().expect("a list").pop()));
    commit_past_hooks(&sandbox, "Forget the rollback");
    violates(&sandbox, "decision-log-is-append-only", "Forget the rollback");
    sandbox.write(CYCLES, log);
    commit_past_hooks(&sandbox, "Put it back");
    violates(&sandbox, "decision-log-is-append-only", "Forget the rollback");
    let (sandbox, _) = with_cycles();
    sandbox.edit_json(CYCLES, |log| log[1]["decision"] = "continue".into());
    commit_past_hooks(&sandbox, "Call it a success");
    violates(&sandbox, "decision-log-is-append-only", "Call it a success");
}

#[test]
fn rows_148_and_196_an_incident_that_was_altered_or_deleted() {
    let (sandbox, id) = with_cycles();
    let path = format!(".ohmymkt/incidents/{id}.json");
    sandbox.edit_json(&path, |incident| incident["severity"] = "P2".into());
    commit_past_hooks(&sandbox, "It was not so bad");
    violates(&sandbox, "incidents-are-immutable", "It was not so bad");
    let (sandbox, id) = with_cycles();
    sandbox.remove(&format!(".ohmymkt/incidents/{id}.json"));
    commit_past_hooks(&sandbox, "It never happened");
    violates(&sandbox, "incidents-are-immutable", "It never happened");
}

#[test]
fn row_148_a_cycle_that_goes_on_over_a_p0() {
    let sandbox = Sandbox::new().started();
    both_up(&sandbox);
    let id = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    // The cycle of that moment, with another word in it.
    let (log, report) = (sandbox.json(CYCLES), text(&cycles(&sandbox)[0]["report_file"]));
    let report_text = sandbox.read(&report);
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~"]).ok();
    sandbox.write(&report, &report_text);
    let forge = |edit: &dyn Fn(&mut Value)| {
        let mut forged = log.clone();
        edit(&mut forged[0]);
        sandbox.write(CYCLES, format!("{forged:#}\n"));
        commit_past_hooks(&sandbox, "Go on");
    };
    forge(&|cycle| cycle["decision"] = "continue".into());
    violates(&sandbox, "p0-forces-rollback", "Go on");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~"]).ok();
    sandbox.write(&report, &report_text);
    // Also when the record does not count the P0 at all.
    forge(&|cycle| {
        cycle["decision"] = "continue".into();
        cycle["rule"] = "both-tracks-up".into();
        cycle["inputs"]["incidents"]["p0"] = 0.into();
        cycle["inputs"]["incident_ids"] = serde_json::json!([]);
    });
    violates(&sandbox, "p0-forces-rollback", "Go on");
    assert!(sandbox.exists(&format!(".ohmymkt/incidents/{id}.json")));
}

#[test]
fn a_trailer_that_was_forged() {
    let (sandbox, _) = with_cycles();
    sandbox.write("index.html", "x\n");
    commit_past_hooks(&sandbox, "Look, a success\n\nMkt-Action: run-cycle\nMkt-Decision: continue\n");
    violates(&sandbox, "trailers-tell-the-truth", "Look, a success");
    let (sandbox, _) = with_cycles();
    let message = sandbox.message().replace("Mkt-Decision: rollback", "Mkt-Decision: continue");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--amend", "--message", &message]).ok();
    violates(&sandbox, "trailers-tell-the-truth", "mkt(run-cycle): weekly rollback, P0 incident in window");
}

#[test]
fn what_was_undone_on_a_side_branch_is_seen() {
    let (sandbox, id) = with_cycles();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.remove(&format!(".ohmymkt/incidents/{id}.json"));
    commit_past_hooks(&sandbox, "It never happened");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "-s", "ours", "-m", "Merge side", "side"]).ok();
    assert!(sandbox.exists(&format!(".ohmymkt/incidents/{id}.json")), "the tree looks well");
    violates(&sandbox, "incidents-are-immutable", "It never happened");
}

#[test]
fn what_a_merge_drops_is_seen_against_the_parent_that_had_it() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    let side = sandbox.head();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "-s", "ours", "-m", "Merge side", "side"]).ok();
    violates(&sandbox, "incidents-are-immutable", "Merge side");
    violates(&sandbox, "decision-log-is-append-only", "Merge side");
    let answer = sandbox.mkt(&["verify", "--json"]).code(2).json();
    let parents: Vec<_> =
        answer["findings"].as_array().expect("a list").iter().map(|one| text(&one["parent_commit"])).collect();
    assert!(parents.iter().all(|parent| *parent == side), "{parents:?}");
}

#[test]
fn a_finding_names_commit_rule_path_before_and_after() {
    let (sandbox, id) = with_cycles();
    sandbox.edit_json(&format!(".ohmymkt/incidents/{id}.json"), |incident| incident["severity"] = "P2".into());
    commit_past_hooks(&sandbox, "It was not so bad");
    let answer = sandbox.mkt(&["verify", "--json"]).code(2).json();
    let all = answer["findings"].as_array().expect("a list");
    let finding = all.iter().find(|finding| finding["rule"] == "incidents-are-immutable").expect("the finding");
    assert_eq!(finding["commit"], sandbox.head().as_str());
    assert_eq!(finding["path"], format!(".ohmymkt/incidents/{id}.json"));
    assert_eq!((&finding["before"], &finding["after"]), (&"\"P0\"".into(), &"\"P2\"".into()), "{finding}");
}

#[test]
fn a_shallow_clone_is_incomplete() {
    let (sandbox, id) = with_cycles();
    let origin = format!("file://{}", sandbox.root().display());
    let clone = |depth: &str, name: &str| {
        let target = sandbox.base().join(name).to_string_lossy().into_owned();
        sandbox.git(&["clone", "--quiet", depth, &origin, &target]).ok();
        sandbox.base().join(name)
    };
    let shallow = clone("--depth=2", "shallow");
    let outcome = sandbox.call("ohmymkt", &["verify"]).folder(&shallow).run().code(3);
    outcome.stdout_has("incomplete").stdout_has("shallow").stdout_lacks("sound:");
    let json = sandbox.call("ohmymkt", &["verify", "--json"]).folder(&shallow).run().code(3).json();
    assert_eq!((&json["verdict"], &json["status"]), (&"incomplete".into(), &"incomplete".into()));
    // What is seen to be bad outranks what cannot be seen.
    sandbox.remove(&format!(".ohmymkt/incidents/{id}.json"));
    commit_past_hooks(&sandbox, "It never happened");
    let shallow = clone("--depth=3", "bad");
    sandbox.call("ohmymkt", &["verify"]).folder(&shallow).run().code(2).stdout_has("incidents-are-immutable");
}

#[test]
fn where_a_shallow_clone_ends_nobody_is_accused() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=3"]).ok();
    incident_of(&sandbox, "P2", "content_system");
    let origin = format!("file://{}", sandbox.root().display());
    for depth in ["--depth=1", "--depth=2"] {
        // The campaign is active past a failing gate here, and began while all passed.
        let target = sandbox.base().join(depth);
        sandbox.git(&["clone", "--quiet", depth, &origin, &target.to_string_lossy()]).ok();
        let json = sandbox.call("ohmymkt", &["verify", "--json"]).folder(&target).run().code(3).json();
        assert_eq!(json["findings"], serde_json::json!([]), "{json:#}");
    }
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn a_replaced_commit_is_incomplete() {
    let (sandbox, _) = with_cycles();
    sandbox.git(&["replace", "--graft", "HEAD~2"]).ok();
    sandbox.mkt(&["verify"]).code(3).stdout_has("incomplete").stdout_has("replace");
    let grafted = sandbox.git(&["rev-parse", "HEAD~2"]).ok().stdout;
    sandbox.git(&["replace", "--delete", grafted.trim()]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn rows_7_and_17_a_decision_that_does_not_follow_from_what_was_seen() {
    let sandbox = Sandbox::new().started();
    cycle(&sandbox, "weekly");
    let report = text(&cycles(&sandbox)[0]["report_file"]);
    let (mut log, report_text) = (sandbox.json(CYCLES), sandbox.read(&report));
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~"]).ok();
    let inputs = &mut log[0]["inputs"]["trends"];
    (inputs[VISIBILITY[0]], inputs[QUALITY[0]]) = ("up".into(), "up".into());
    (log[0]["decision"], log[0]["rule"]) = ("continue".into(), "both-tracks-up".into());
    sandbox.write(&report, report_text).write(CYCLES, format!("{log:#}\n"));
    commit_past_hooks(&sandbox, "Wishful thinking");
    violates(&sandbox, "decision-is-reproducible", "Wishful thinking");
}
