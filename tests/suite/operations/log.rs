//! `log`: the audit history, filtered.

use super::*;
use crate::sandbox::PLAN;

/// A history with some of everything.
fn history() -> Sandbox {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-10T00:00:00Z");
    incident_of(&sandbox, "P1", "content_system");
    incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    sandbox.at("2026-02-10T00:00:00Z");
    sandbox.write("index.html", "<!doctype html>\n").commit_all("Change a page");
    both_up(&sandbox);
    let bob = sandbox.call("ohmymkt", &["run-cycle", "weekly"]).env("GIT_AUTHOR_NAME", "Bob Search");
    bob.env("GIT_AUTHOR_EMAIL", "bob@example.org").run().ok();
    sandbox
}

/// The summaries that the log shows.
#[track_caller]
fn summaries(sandbox: &Sandbox, options: &[&str]) -> Vec<String> {
    let lines = sandbox.mkt(&[&["log", "--json"], options].concat()).ok().json_lines();
    lines.iter().map(|event| text(&event["summary"])).collect()
}

#[test]
fn row_10_the_history_is_one_line_an_event_newest_first() {
    let sandbox = history();
    let outcome = sandbox.mkt(&["log"]).ok().stdout_lacks("Change a page");
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt log
[COMMIT]  2026-02-10 00:02 UTC  Bob Search  run-cycle               weekly continue, visibility and quality are both up  [more-demand]
[COMMIT]  2026-02-10 00:01 UTC  Ada Growth  update-metrics          non_brand_visibility_trend up, conversion_assist_trend up, from search-console
[COMMIT]  2026-01-10 00:02 UTC  Ada Growth  run-cycle               weekly rollback, P0 incident in window  [more-demand]
[COMMIT]  2026-01-10 00:01 UTC  Ada Growth  incident                P0 in content_system  [more-demand]
[COMMIT]  2026-01-10 00:00 UTC  Ada Growth  incident                P1 in content_system  [more-demand]
[COMMIT]  2026-01-05 09:04 UTC  Ada Growth  start-campaign          more-demand started  [more-demand]
[COMMIT]  2026-01-05 09:03 UTC  Ada Growth  review-plan             more-demand pass  [more-demand]
[COMMIT]  2026-01-05 09:02 UTC  Ada Growth  update-gates            8 gate values, 5/5 gates pass
[COMMIT]  2026-01-05 09:01 UTC  Ada Growth  plan-growth             more-demand  [more-demand]
[COMMIT]  2026-01-05 09:00 UTC  Ada Growth  init                    seed the artifacts of growth campaigns

"#]]
    );
}

#[test]
fn with_json_it_is_one_object_a_line() {
    let sandbox = history();
    let lines = sandbox.mkt(&["log", "--json"]).ok().json_lines();
    assert_eq!(lines.len(), sandbox.mkt(&["log"]).ok().stdout.lines().count());
    let last = &lines[0];
    assert_eq!((&last["commit"], &last["action"]), (&sandbox.head().into(), &"run-cycle".into()));
    assert_eq!((&last["decision"], &last["author"]), (&"continue".into(), &"Bob Search <bob@example.org>".into()));
    assert_eq!((&last["plan"], &last["at"]), (&sandbox.plan().into(), &"2026-02-10T00:02:00Z".into()));
    assert!(texts(&last["changes"]).iter().any(|change| change.contains("mode")), "{last}");
}

#[test]
fn every_filter_filters() {
    let sandbox = history();
    let weekly = "weekly rollback, P0 incident in window";
    let all = summaries(&sandbox, &[]);
    assert_eq!(summaries(&sandbox, &["--decision", "rollback"]), [weekly]);
    assert_eq!(summaries(&sandbox, &["--severity", "P1"]), ["P1 in content_system"]);
    assert_eq!(summaries(&sandbox, &["--action", "incident"]), ["P0 in content_system", "P1 in content_system"]);
    assert_eq!(summaries(&sandbox, &["--author", "BOB"]).len(), 1);
    assert_eq!(summaries(&sandbox, &["--author", "ada@example"]).len(), all.len() - 1);
    assert_eq!(summaries(&sandbox, &["--plan", &sandbox.plan()]).len(), 7);
    assert_eq!(summaries(&sandbox, &["-n", "2"]), all[..2]);
    assert_eq!(summaries(&sandbox, &["--action", "run-cycle", "-n", "1"]), all[..1]);
    assert_eq!(summaries(&sandbox, &["--action", "run-cycle", "--author", "ada"]), [weekly], "filters join");
    assert_eq!(summaries(&sandbox, &["-n", "0"]), Vec::<String>::new());
}

#[test]
fn times_are_taken_to_the_second_and_as_days() {
    let sandbox = history();
    let since = |time: &str| summaries(&sandbox, &["--since", time]).len();
    let until = |time: &str| summaries(&sandbox, &["--until", time]).len();
    let all = summaries(&sandbox, &[]).len();
    assert_eq!((since("2026-02-10T00:01:00Z"), since("2026-02-10T00:01:01Z")), (2, 1), "both ends count");
    assert_eq!((until("2026-02-10T00:01:00Z"), until("2026-02-10T00:00:59Z")), (all - 1, all - 2));
    assert_eq!((since("2026-02-10"), since("2026-02-11")), (2, 0), "a day from its first second");
    assert_eq!((until("2026-02-10"), until("2026-02-09"), until("2026-01-10")), (all, all - 2, all - 2), "to its last");
    for wrong in ["yesterday", "2026-13-01", "2026-01-01T00:00:00", "", "2026-1-1"] {
        sandbox.mkt(&["log", "--since", wrong]).code(1).stderr_has("found").stdout_lacks("run-cycle");
    }
}

#[test]
fn a_value_that_can_never_match_is_an_error() {
    let sandbox = history();
    sandbox.mkt(&["log", "--decision", "halt"]).code(1).stderr_has("continue, intervene, rollback");
    sandbox.mkt(&["log", "--severity", "P9"]).code(1).stderr_has("P0, P1, P2");
    sandbox.mkt(&["log", "-n", "few"]).code(129);
}

#[test]
fn a_range_is_a_range_as_in_git() {
    let sandbox = history();
    let all = summaries(&sandbox, &[]);
    assert_eq!(summaries(&sandbox, &["HEAD~1"]), all[1..]);
    assert_eq!(summaries(&sandbox, &["HEAD~4..HEAD~1"]), all[1..3], "one of the three is a page");
    assert_eq!(summaries(&sandbox, &["HEAD~2.."]), all[..2]);
    sandbox.mkt(&["log", "nope"]).code(1).stderr_has("`nope`");
    sandbox.mkt(&["log", "a...b"]).code(1);
}

#[test]
fn a_commit_by_hand_is_there_without_trailers() {
    let sandbox = Sandbox::new().started();
    sandbox.edit_json(GATES, |gates| gates["capacity_gate"]["rolling_weeks_feasible"] = 9.into());
    commit_past_hooks(&sandbox, "By hand");
    let event = sandbox.mkt(&["log", "--json"]).ok().json_lines().swap_remove(0);
    assert_eq!((&event["action"], &event["summary"]), (&Value::Null, &"By hand".into()));
    assert!(texts(&event["changes"]).concat().contains("rolling_weeks_feasible: 8 → 9"), "{event}");
    sandbox.mkt(&["log", "-n", "1"]).ok().stdout_has("(no trailers)").stdout_has("By hand");
}

#[test]
fn before_any_commit_there_is_no_history() {
    let sandbox = Sandbox::without_repository();
    sandbox.git(&["init", "--quiet"]).ok();
    assert_eq!(sandbox.mkt(&["log"]).ok().stdout, "");
    sandbox.mkt(&["verify"]).ok().stdout_has("sound");
}

#[test]
fn what_a_commit_without_trailers_decided_is_found_too() {
    let sandbox = history();
    let rollback = summaries(&sandbox, &["--decision", "rollback"]);
    assert_eq!(rollback.len(), 1);
    // A squash whose author took the trailers out.
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~6"]).ok();
    commit_past_hooks(&sandbox, "A month in one commit");
    let (p0, p1) = ("P0 in content_system", "P1 in content_system");
    let (back, on) = ("weekly rollback, P0 incident in window", "weekly continue, visibility and quality are both up");
    for (option, value, found) in [
        ("--decision", "rollback", back),
        ("--decision", "continue", on),
        ("--severity", "P0", p0),
        ("--severity", "P1", p1),
    ] {
        assert_eq!(summaries(&sandbox, &[option, value]), [found], "{option} {value}");
    }
    assert_eq!(summaries(&sandbox, &["--action", "run-cycle"]), [on, back]);
    sandbox
        .mkt(&["log", "-n", "5"])
        .ok()
        .stdout_has("(no trailers)           A month in one commit")
        .stdout_has("(from the tree)");
    let event = sandbox.mkt(&["log", "--decision", "rollback", "--json"]).ok().json_lines().swap_remove(0);
    assert_eq!((&event["found_in"], &event["action"]), (&"tree".into(), &"run-cycle".into()));
    assert_eq!(summaries(&sandbox, &["--decision", "intervene"]), Vec::<String>::new());
}

#[test]
fn trailers_that_do_not_agree_with_their_tree_are_marked() {
    let sandbox = history();
    sandbox.mkt(&["log"]).ok().stdout_lacks("do not agree");
    let message = sandbox.message().replace("Mkt-Decision: continue", "Mkt-Decision: rollback");
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--amend", "--message", &message]).ok();
    let outcome = sandbox.mkt(&["log"]).ok();
    let marked: Vec<_> = outcome.stdout.lines().filter(|line| line.contains("do not agree with its tree")).collect();
    assert!(marked.len() == 1 && outcome.stdout.starts_with(marked[0]), "{outcome}");
    let newest = sandbox.mkt(&["log", "-n", "1", "--json"]).ok().json_lines().swap_remove(0);
    assert!(texts(&newest["untrue_trailers"])[0].contains("Mkt-Decision"), "{newest}");
    for decision in ["rollback", "continue"] {
        assert!(summaries(&sandbox, &["--decision", decision]).contains(&text(&newest["summary"])), "{decision}");
    }
}

#[test]
fn a_squash_that_kept_the_last_trailers_still_shows_what_the_others_said() {
    let sandbox = history();
    let last = sandbox.message();
    let all = summaries(&sandbox, &[]);
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~6"]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", &last]).ok();
    let mut found = summaries(&sandbox, &["--action", "run-cycle"]);
    found.extend(summaries(&sandbox, &["--action", "incident"]));
    let lost =
        [all[0].as_str(), "weekly rollback, P0 incident in window", "P0 in content_system", "P1 in content_system"];
    found.sort();
    let mut lost = lost.to_vec();
    lost.sort_unstable();
    assert_eq!(found, lost);
}

#[test]
fn a_record_is_asked_for_by_its_id_and_by_a_unique_beginning() {
    let sandbox = Sandbox::new().started();
    let first = incident_of(&sandbox, "P1", "content_system");
    let second = incident_of(&sandbox, "P0", "content_system");
    cycle(&sandbox, "weekly");
    learn(&sandbox, &second);
    let about = summaries(&sandbox, &[&second]);
    assert_eq!(about.len(), 2, "{about:?}");
    assert_eq!(about[1], "P0 in content_system");
    assert_eq!(summaries(&sandbox, &[&second[..second.len() - 1]]), about);
    assert_eq!(summaries(&sandbox, &[&second, "--action", "postmortem"]), about[..1]);
    assert_eq!(summaries(&sandbox, &["cycle-"]), ["weekly rollback, P0 incident in window"]);
    let several = sandbox.mkt(&["log", "inc-"]).code(1).stderr_has("2 records").stderr_has(&first);
    several.stderr_has("hint: git mkt log ");
    // A merge brings it to another branch, and shows it no second time.
    sandbox.git(&["switch", "--quiet", "--create", "side", "HEAD~1"]).ok();
    let side = incident_of(&sandbox, "P2", "content_system");
    sandbox.git(&["switch", "--quiet", "main"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-ff", "--message", "Join", "side"]).ok();
    assert_eq!(summaries(&sandbox, &[&side]), ["P2 in content_system"]);
}

#[test]
fn a_line_is_written_as_one_likes() {
    let sandbox = history();
    let format = "{date} {{x} {action}|{plan}|{decision}|{outcome}|{author}|{email}|{commit}";
    let shown = sandbox.mkt(&["log", "-n", "1", "--format", format]).ok();
    let expected = format!(
        "2026-02-10T00:02:00Z {{x}} run-cycle|{}|continue|weekly continue, visibility and quality are both up|\
         Bob Search|bob@example.org|{}\n",
        sandbox.plan(),
        sandbox.head()
    );
    assert_eq!(shown.stdout, expected);
    let unknown = sandbox.mkt(&["log", "--format", "{when}"]).code(1).stderr_has("`{when}`");
    unknown.stderr_has("{outcome}").stderr_has("hint: git mkt log --help");
    sandbox.mkt(&["log", "--format", "at {date"]).code(1).stderr_has("not closed");
    assert_eq!(sandbox.mkt(&["log", "-n", "1", "--format", "no place"]).ok().stdout, "no place\n");
}

#[test]
fn an_action_that_no_command_has_is_refused() {
    let sandbox = Sandbox::new().started();
    let refused = sandbox.mkt(&["log", "--action", "nope"]).code(1);
    refused.stderr_has("unknown action `nope`, expected one of init, ").stderr_has("run-cycle");
    assert_eq!(summaries(&sandbox, &["--action", "postmortem"]), [""; 0], "nothing of the kind happened");
}

#[test]
fn a_plan_is_found_by_a_part_of_its_name_also_when_only_the_history_knows_it() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["plan-growth", "Grow answers", "--name", "answers"]).ok();
    sandbox.mkt(&["plan-growth", "Grow more", "--name", "more-answers"]).ok();
    let all = summaries(&sandbox, &["--plan", PLAN]);
    assert_eq!(all.len(), 3, "{all:?}");
    assert_eq!(summaries(&sandbox, &["--plan", "More DEM"]), all);
    assert_eq!(summaries(&sandbox, &["--plan", "answers"]), ["answers"], "the exact name comes first");
    sandbox.mkt(&["log", "--plan", "answer"]).code(1).stderr_has("2 plans fit `answer`: ").stderr_has("`more-answers`");
    sandbox
        .mkt(&["log", "--plan", "nope"])
        .code(1)
        .stderr_has("no plan fits `nope`")
        .stderr_has("hint: git mkt list-plans");
    sandbox.remove(".ohmymkt/plans/answers.md");
    sandbox.mkt(&["record"]).ok();
    assert_eq!(summaries(&sandbox, &["--plan", "answers"]).last(), Some(&"answers".to_owned()));
    sandbox.mkt(&["log", "--plan", "re-answers"]).ok().stdout_has("more-answers");
}
