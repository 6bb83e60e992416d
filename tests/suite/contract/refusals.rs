//! What is refused, how it is said, and that nothing has changed then.

use crate::sandbox::{Call, Outcome, PLAN, Sandbox};

use super::story::{self, WRITING};

/// Words that would lead past a rule.
const BYPASSES: [&str; 6] = ["--no-verify", "--force", "hooksPath", "-f ", "reset --hard", "rm -rf"];

/// Asserts how a refusal is said: one `error:` line, lower case, without a period at its
/// end; what to do below it; nothing on stdout.
#[track_caller]
pub fn assert_said(outcome: &Outcome) {
    let errors: Vec<_> = outcome.stderr.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    let [message] = errors.as_slice() else { panic!("expected one error line\n{outcome}") };
    assert!(!message.starts_with(char::is_uppercase), "the message begins in lower case\n{outcome}");
    assert!(!message.ends_with('.'), "the message ends without a period\n{outcome}");
    let hints: Vec<_> = outcome.stderr.lines().filter_map(|line| line.strip_prefix("hint: ")).collect();
    assert!(!hints.is_empty(), "expected a hint\n{outcome}");
    for hint in hints {
        assert!(BYPASSES.iter().all(|word| !hint.contains(word)), "a hint leads past a rule\n{outcome}");
    }
    assert_eq!(outcome.stdout, "", "nothing on stdout\n{outcome}");
}

/// Asserts that a run changes nothing, ends so, and says so; in JSON, too.
#[track_caller]
fn refused<'s>(
    sandbox: &'s Sandbox,
    code: i32,
    says: &str,
    call: impl Fn(&[&str]) -> Call<'s>,
    args: &[&str],
) -> Outcome {
    let outcome = sandbox.unchanged_by(|_| call(args).run()).code(code).stderr_has(says);
    assert_said(&outcome);
    let json = sandbox.unchanged_by(|_| call(&[args, &["--json"]].concat()).run()).code(code);
    assert_eq!(json.stderr, "", "nothing beside the document\n{json}");
    let document = json.json();
    assert_eq!(document["command"], args[0]);
    assert_eq!(document["status"], if code == 2 { "refused" } else { "error" });
    let told = document["error"]["message"].as_str().expect("a message");
    assert!(outcome.stderr.contains(told), "both tell the same\n{outcome}\n{json}");
    sandbox.fsck_clean();
    outcome
}

const INCIDENT: [&str; 7] =
    ["incident", "--severity", "P1", "--module", "technical_foundation", "--summary", "Checkout is down"];

#[test]
fn no_writing_command_writes_into_an_unfinished_operation() {
    let states = [
        ("merge", "git merge --no-ff --no-commit other"),
        ("cherry-pick", "git cherry-pick clash"),
        ("revert", "git revert --no-edit HEAD~1"),
        ("rebase", "git rebase clash"),
        ("am", "git format-patch -q -1 --stdout clash >../patch; git am -q ../patch"),
        ("bisect", "git bisect start"),
    ];
    for (what, script) in states {
        let sandbox = Sandbox::new().started();
        sandbox.write("page.html", "one\n").commit_all("Add a page");
        sandbox.sh("git branch clash HEAD~1 && git branch other HEAD~1").ok();
        sandbox.write("page.html", "two\n").commit_all("Change the page");
        sandbox.sh("git checkout -q clash && echo three >page.html && git add . && git commit -qm clash").ok();
        sandbox.sh("git checkout -q other && echo o >other.html && git add . && git commit -qm other && git checkout -q main").ok();
        sandbox.sh(script);
        let call = |args: &[&str]| sandbox.call("ohmymkt", args);
        let article = if what == "am" { "an" } else { "a" };
        let said = format!("{article} {what} is in progress");
        refused(&sandbox, 2, &said, call, &INCIDENT);
        for name in WRITING.iter().filter(|name| !["incident", "plan-growth"].contains(name)) {
            let args: &[&str] = match *name {
                "init" | "start-campaign" | "report-growth" | "record" => &[],
                "review-plan" => &["--pass"],
                "update-gates" => &["capacity_gate.rolling_weeks_feasible=9"],
                "update-metrics" => &["quality_track.conversion_assist_trend=up", "--source", "s"],
                "finish-campaign" => &["--outcome", "o"],
                "update-task" => &["1", "--owner", "o"],
                "run-cycle" => &["weekly"],
                "postmortem" => &["inc-", "--root-cause", "r", "--remediation", "r", "--prevention", "p"],
                _ => &["rec-", "--acted", "a"],
            };
            let args = [&[*name], args].concat();
            let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&args)).code(2);
            assert_said(&outcome.stderr_has(&said));
        }
        // Reading goes on.
        sandbox.mkt(&["status"]).ok();
        sandbox.mkt(&["check-gates"]).ok();
        sandbox.mkt(&["log", "-n", "1"]).ok();
    }
}

#[test]
fn no_command_writes_from_inside_a_hook() {
    let sandbox = Sandbox::new().initialised();
    let call = |args: &[&str]| sandbox.call("ohmymkt", args).env("GIT_INDEX_FILE", ".git/index");
    refused(&sandbox, 2, "a git hook is running", call, &INCIDENT);
    // As git itself calls it.
    let hook = "#!/bin/sh\nohmymkt incident --severity P1 --module scale_loop --summary hooked\necho \"exit $?\" >&2\n";
    sandbox.write(".git/hooks/pre-commit", hook).sh("chmod +x .git/hooks/pre-commit").ok();
    sandbox.write("index.html", "new\n");
    let commit = sandbox.git(&["commit", "-qam", "Change the page"]).ok();
    let commit = commit.stderr_has("a git hook is running").stderr_has("exit 2");
    assert_eq!(sandbox.touched(), ["index.html"], "{commit}");
    assert_eq!(sandbox.names(".ohmymkt/incidents"), [".gitkeep"]);
    sandbox.fsck_clean();
}

/// Edits of an artifact that each command reads or writes.
fn edits_that_concern(name: &str) -> &'static [&'static str] {
    match name {
        "plan-growth" | "record" => &[],
        "init" => &["policy.json", "state/gates.json"],
        "update-gates" => &["state/gates.json", "policy.json"],
        "review-plan" => &["plans/<plan>.md", "state/modules.json"],
        "start-campaign" => &["plans/<plan>.md", "state/gates.json", "policy.json"],
        "update-metrics" => &["state/metrics.json"],
        "update-task" => &["state/sprint-board.json"],
        "incident" => &["state/modules.json"],
        "run-cycle" => &["state/gates.json", "state/metrics.json", "boulder.json", "incidents/<incident>"],
        "postmortem" => &["incidents/<incident>"],
        "report-growth" => &["state/cycles.json", "incidents/<incident>"],
        "resolve-recommendation" => &["recommendations/<recommendation>"],
        "finish-campaign" => &["boulder.json", "state/sprint-board.json"],
        other => panic!("`{other}` is not a command that writes"),
    }
}

#[test]
fn edits_that_concern_a_command_come_first_and_others_do_not_block() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| {
        if turn.name == "init" {
            sandbox.mkt(&["init"]).ok();
        }
        for path in edits_that_concern(turn.name) {
            let record = |folder| sandbox.names(folder).into_iter().find(|name| name != ".gitkeep").unwrap_or_default();
            let path = path.replace("<incident>", &record(".ohmymkt/incidents"));
            let path = path.replace("<recommendation>", &record(".ohmymkt/recommendations"));
            let path = match path.contains("<plan>") {
                true => path.replace("<plan>", &sandbox.plan()),
                false => path,
            };
            let path = format!(".ohmymkt/{path}");
            let text = sandbox.read(&path);
            for stage in ["true", "git add --all", "git add --all && git mv index.html home.html"] {
                sandbox.write(&path, format!("{text}\n")).sh(stage).ok();
                let call = |args: &[&str]| sandbox.call("ohmymkt", args);
                let outcome = refused(sandbox, 2, &path, call, &turn.args());
                let outcome = outcome.stderr_has("hint: git mkt record\n");
                assert!(outcome.stderr.contains("not committed"), "{outcome}");
                sandbox.sh("git reset -q --hard").ok();
            }
        }
        if turn.name == "init" {
            return;
        }
        let folder = format!(".ohmymkt/notepads/before-{}", turn.name);
        let note = format!("{folder}/issues.md");
        // A note of somebody, and a file that the contract does not name, concern no command.
        sandbox.write(&note, "To do.\n").write(".ohmymkt/README.md", "Ours.\n");
        if turn.name != "record" {
            sandbox.mkt(&turn.args()).ok();
            assert_eq!(sandbox.status(), format!("?? .ohmymkt/README.md\n?? {note}\n"));
            sandbox.sh(&format!("rm -r {folder} .ohmymkt/README.md")).ok();
        } else {
            sandbox.mkt(&turn.args()).ok();
            assert_eq!(sandbox.status(), "?? .ohmymkt/README.md\n");
            sandbox.remove(".ohmymkt/README.md");
        }
    });
}

#[test]
fn what_is_malformed_is_named_with_its_place_and_never_overwritten() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&INCIDENT).ok();
    let incident = sandbox.names(".ohmymkt/incidents").pop().expect("an incident");
    let incident = format!("incidents/{incident}");
    let gates = "update-gates capacity_gate.rolling_weeks_feasible=9";
    let metrics = "update-metrics quality_track.conversion_assist_trend=up --source s";
    let cases = [
        ("state/gates.json", "{\n  \"strategy_gate\": \"yes\"\n}\n", gates, ":2:"),
        ("state/gates.json", "", gates, ":1:"),
        ("state/gates.json", "{\n<<<<<<< HEAD\n", gates, ":2:"),
        ("state/metrics.json", "{\"a\": 1, \"a\": 1}", metrics, ":1:"),
        ("state/modules.json", "[1, 2", "incident --severity P0 --module scale_loop --summary s", ":1:"),
        ("state/sprint-board.json", "[{}]", "update-task 1 --status done", ":1:"),
        ("boulder.json", "nothing\n", "finish-campaign --outcome o", ":1:"),
        (incident.as_str(), "{\"severity\": \"P9\"}\n", "run-cycle weekly", ":1:"),
        (incident.as_str(), "{", "postmortem inc- --root-cause r --remediation r --prevention p", ":1:"),
        ("policy.json", "{\"version\": 2}\n", gates, ""),
        ("state/cycles.json", "\u{0}", "report-growth", ":1:"),
    ];
    for (path, text, command, place) in cases {
        let path = format!(".ohmymkt/{path}");
        sandbox.write(&path, text).commit_all("Break it by hand");
        let words: Vec<_> = command.split(' ').collect();
        let call = |args: &[&str]| sandbox.call("ohmymkt", args);
        let outcome = refused(&sandbox, 1, &format!("{path}{place}"), call, &words);
        let says = ["expected", "is not JSON", "is missing"].iter().any(|word| outcome.stderr.contains(word));
        assert!(says, "what was expected is said\n{outcome}");
        assert_eq!(sandbox.read(&path), text);
        sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
        sandbox.write(&path, text);
        refused(&sandbox, 1, &path, call, &["record"]);
        sandbox.git(&["reset", "--quiet", "--hard"]).ok();
    }
}

#[test]
fn without_a_repository_nothing_is_done() {
    let sandbox = Sandbox::without_repository();
    for args in [&INCIDENT[..], &["init"], &["status"], &["log"], &["check-gates"], &["record"]] {
        let call = |args: &[&str]| sandbox.call("ohmymkt", args);
        let outcome = sandbox.unchanged_by(|_| call(args).run()).code(1).stderr_has("error: not a git repository");
        assert_said(&outcome);
    }
    assert_eq!(sandbox.names("."), Vec::<String>::new());
}

#[test]
fn without_an_identity_nothing_is_written() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "user.useConfigOnly", "true"]).ok();
    let call = |args: &[&str]| {
        ["GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"]
            .into_iter()
            .fold(sandbox.call("ohmymkt", args), Call::without)
    };
    let outcome = refused(&sandbox, 1, "git does not know who you are", call, &INCIDENT);
    outcome.stderr_has("hint: git config user.name").stderr_has("hint: git config user.email");
    call(&["check-gates"]).run().code(2);
}

#[test]
fn a_bare_repository_is_read_at_its_head_and_not_written() {
    let sandbox = Sandbox::new().started();
    sandbox.git(&["clone", "--quiet", "--bare", ".", "../bare.git"]).ok();
    let call = |args: &[&str]| sandbox.call("ohmymkt", args).folder("../bare.git");
    let outcome = call(&INCIDENT).run().code(1).stderr_has("error: a bare repository has no worktree to write to");
    assert_said(&outcome);
    call(&["list-plans"]).run().ok().stdout_has(PLAN);
    call(&["check-gates"]).run().ok().stdout_has("Overall: PASS");
    call(&["list-tasks"]).run().ok();
    call(&["status"]).run().ok().stdout_has(PLAN);
    call(&["log", "-n", "1"]).run().ok().stdout_has("started");
    call(&["show", "HEAD"]).run().ok().stdout_has("Mkt-Action: start-campaign");
    call(&["verify"]).run().ok();
    let refs = sandbox.call("git", &["rev-list", "--all", "--count"]).folder("../bare.git").run().ok().stdout;
    assert_eq!(refs.trim(), sandbox.commits().to_string());
}

#[test]
fn symbolic_links_are_neither_read_nor_followed() {
    let outside = "{\n  \"outside\": true\n}\n";
    let sandbox = Sandbox::new().started();
    std::fs::write(sandbox.base().join("outside.json"), outside).expect("a file outside");
    sandbox.sh("ln -sf ../../../outside.json .ohmymkt/state/gates.json && git add -A && git commit -qm link").ok();
    let call = |args: &[&str]| sandbox.call("ohmymkt", args);
    let gates = ["update-gates", "capacity_gate.rolling_weeks_feasible=9"];
    refused(&sandbox, 1, "is a symbolic link, expected a regular file", call, &gates);
    assert_said(&sandbox.unchanged_by(|sandbox| sandbox.mkt(&["check-gates"])).code(1));

    let sandbox = Sandbox::new().started();
    sandbox.sh("mv .ohmymkt ../elsewhere && ln -s ../elsewhere .ohmymkt").ok();
    let call = |args: &[&str]| sandbox.call("ohmymkt", args);
    let before = sandbox.sh("cd ../elsewhere && find . -type f | sort | xargs cat").ok().stdout;
    for args in [&INCIDENT[..], &["init"], &["record"], &gates] {
        let outcome = sandbox.unchanged_by(|_| call(args).run());
        assert!([1, 2].contains(&outcome.code), "{outcome}");
        assert_said(&outcome);
    }
    sandbox.sh("git add -A && git commit -qm link").ok();
    for args in [&["status"][..], &["check-gates"], &["list-plans"], &["check-gates", "--rev", "HEAD"]] {
        sandbox.mkt(args).code(1).stderr_has("is a symbolic link, expected a folder");
    }
    sandbox.mkt(&["check-gates", "--staged"]).code(1).stderr_has("is a symbolic link, expected a folder");
    for args in [&INCIDENT[..], &["init"], &["record"], &gates] {
        let outcome = sandbox.unchanged_by(|_| call(args).run());
        assert!([1, 2].contains(&outcome.code), "{outcome}");
        assert_said(&outcome);
    }
    assert_eq!(sandbox.sh("cd ../elsewhere && find . -type f | sort | xargs cat").ok().stdout, before);
}

#[test]
fn values_that_are_none_are_refused_by_name() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&INCIDENT).ok();
    let cases = [
        ("update-gates nonsense", "nonsense"),
        ("update-gates capacity_gate.rolling_weeks_feasible=eight", "eight"),
        ("update-gates capacity_gate.rolling_weeks_feasible=-1", "-1"),
        ("update-gates ownership_gate.priority_query_coverage=1.5", "1.5"),
        ("update-gates strategy_gate.approved=yes", "yes"),
        ("update-gates no_gate.approved=true", "no_gate"),
        ("update-gates strategy_gate.approved=true --evidence no/such/file", "no/such/file"),
        ("update-metrics quality_track.none=up --source s", "none"),
        ("update-metrics quality_track.conversion_assist_trend=sideways --source s", "sideways"),
        ("update-metrics quality_track.conversion_assist_trend=conflict --source s", "conflict"),
        ("update-metrics quality_track.conversion_assist_trend=up --source s --observed-at yesterday", "yesterday"),
        ("update-metrics quality_track.conversion_assist_trend=up --resolve --reason r", "no conflict"),
        ("incident --severity P3 --module scale_loop --summary s", "P3"),
        ("incident --severity P1 --module no_module --summary s", "no_module"),
        ("run-cycle daily", "daily"),
        ("report-growth --window 30", "30"),
        ("report-growth --window 0d", "0d"),
        ("report-growth --window 99999999999d", "99999999999d"),
        ("update-task 999 --status done", "999"),
        ("update-task 1 --status finished", "finished"),
        ("update-task 1 --due tomorrow", "tomorrow"),
        ("update-task 1", "nothing to update"),
        ("postmortem inc-1999 --root-cause r --remediation r --prevention p", "inc-1999"),
        ("resolve-recommendation rec-1999 --acted a", "rec-1999"),
        ("review-plan no-such-plan --pass", "no-such-plan"),
        ("start-campaign no-such-plan", "no-such-plan"),
        ("show no-such-thing", "no-such-thing"),
        ("explain no-such-rule", "no-such-rule"),
        ("log no-such-branch", "no-such-branch"),
        ("check-gates --rev no-such-branch", "no-such-branch"),
    ];
    for (command, names) in cases {
        let words: Vec<_> = command.split(' ').collect();
        refused(&sandbox, 1, names, |args| sandbox.call("ohmymkt", args), &words);
    }
    for (before, after) in [("--summary", "  \n"), ("--module", "")] {
        let args: Vec<_> = INCIDENT.windows(2).map(|pair| if pair[0] == before { after } else { pair[1] }).collect();
        refused(&sandbox, 1, "", |args| sandbox.call("ohmymkt", args), &[&["incident"], args.as_slice()].concat());
    }
}
