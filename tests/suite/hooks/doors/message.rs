//! `commit-msg`: the trailers that it adds, and those that it refuses.

use super::*;

/// A sandbox with the hooks of a clone, and an edit of a gate that is staged.
fn with_edit() -> Sandbox {
    let sandbox = Sandbox::new().reviewed();
    guard(&sandbox);
    sandbox.edit_json(".ohmymkt/state/gates.json", |gates| {
        gates["capacity_gate"]["rolling_weeks_feasible"] = 12.into();
    });
    sandbox.git(&["add", "--all"]).ok();
    sandbox
}

/// The trailers of the commit at HEAD, as git reads them.
fn trailers(sandbox: &Sandbox) -> String {
    sandbox.sh("git log -1 --format=%B | git interpret-trailers --parse").ok().stdout
}

#[test]
fn a_commit_by_hand_gets_the_trailers_that_record_would_write() {
    let sandbox = with_edit();
    sandbox.git(&["commit", "--quiet", "--message", "Plan twelve weeks"]).ok();
    let plan = sandbox.plan();
    assert_eq!(trailers(&sandbox), format!("Mkt-Action: record\nMkt-Gate: capacity_gate=pass\n"), "{plan}");
    assert!(sandbox.message().starts_with("Plan twelve weeks\n\nMkt-Action: record"), "{}", sandbox.message());
    sandbox.mkt(&["verify"]).ok().stdout_lacks("change-has-trailers");
    // `record` says the same of the same edit.
    let by_hand = trailers(&sandbox);
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]).ok();
    sandbox.git(&["reset", "--quiet"]).ok();
    sandbox.mkt(&["record"]).ok();
    assert_eq!(trailers(&sandbox), by_hand);
}

#[test]
fn what_is_removed_by_hand_is_not_claimed_to_be_there() {
    let sandbox = Sandbox::new().planned();
    guard(&sandbox);
    let plan = sandbox.plan();
    sandbox.remove(&format!(".ohmymkt/plans/{plan}.md")).commit_all("Drop the plan");
    assert_eq!(trailers(&sandbox), "Mkt-Action: record\n");
    sandbox.mkt(&["verify"]).ok();
}

/// What git itself makes of a message when it adds these trailers.
fn by_git(sandbox: &Sandbox, comment: &str, message: &str, trailers: &[String]) -> String {
    let setting = format!("core.commentChar={comment}");
    let mut words = vec!["-c", &setting, "interpret-trailers", "--no-divider", "--where", "end"];
    words.extend(["--if-exists", "add", "--if-missing", "add"]);
    for trailer in trailers {
        words.extend(["--trailer", trailer]);
    }
    sandbox.call("git", &words).input(message).run().ok().stdout
}

/// What the hook makes of a message.
fn by_hook(sandbox: &Sandbox, comment: &str, message: &str) -> (String, Vec<String>) {
    sandbox.write(".git/COMMIT_EDITMSG", message);
    sandbox.git(&["config", "core.commentChar", comment]).ok();
    let call = ["hook", "commit-msg", "--json", "--", ".git/COMMIT_EDITMSG"];
    let answer = sandbox.call("ohmymkt", &call).env("GIT_INDEX_FILE", ".git/index").run().ok().json();
    let added = answer["trailers"].as_array().expect("a list").iter();
    let added = added.map(|one| one.as_str().expect("a text").to_owned()).collect();
    (sandbox.read(".git/COMMIT_EDITMSG"), added)
}

#[test]
fn trailers_stand_where_git_puts_them() {
    let sandbox = with_edit();
    let scissors = "------------------------ >8 ------------------------";
    let verbose = |comment: &str| {
        format!(
            "Plan\n\n{comment} Please enter\n{comment}\n{comment} {scissors}\n{comment} Do not touch\ndiff --git a b\n"
        )
    };
    let messages = |comment: &str| {
        vec![
            "Plan".to_owned(),
            "Plan\n".to_owned(),
            "Plan\n\nTwelve weeks.\n".to_owned(),
            "Plan\n\nTwelve weeks.\n\n\n".to_owned(),
            "Plan\n\nTwelve weeks.\n\nSigned-off-by: Ada <ada@example.org>\n".to_owned(),
            "Plan\n\nSigned-off-by: Ada <ada@example.org>\nReviewed-by: Bo\n  <bo@example.org>\n".to_owned(),
            "Plan\n\nkey: value\nand prose\n".to_owned(),
            "Plan\n---\nno divider here\n".to_owned(),
            "Plan: a\nkey: value\n".to_owned(),
            format!("Plan\n\n{comment} Please enter the message\n{comment}\n{comment} On branch main\n"),
            format!("Plan\n\nTwelve weeks.\n{comment} Please enter the message\n{comment}\n"),
            format!("Plan\n\nAcked-by: Bo\n{comment} Please enter\n{comment}\n\n"),
            verbose(comment),
        ]
    };
    for comment in ["#", ";", "//"] {
        for message in messages(comment) {
            let (written, added) = by_hook(&sandbox, comment, &message);
            assert_eq!(added, ["Mkt-Action: record", "Mkt-Gate: capacity_gate=pass"], "{message:?}");
            assert_eq!(written, by_git(&sandbox, comment, &message, &added), "{comment} {message:?}");
        }
    }
    // Where git chose the character, it is seen from what git wrote.
    for message in messages(";").into_iter().skip(9) {
        let (written, added) = by_hook(&sandbox, "auto", &message);
        assert_eq!(written, by_git(&sandbox, ";", &message, &added), "{message:?}");
    }
}

#[test]
fn trailers_survive_an_editor_with_comments_and_a_diff() {
    for settings in ["", "-c core.commentChar=';' ", "-c core.commentChar=auto ", "-c commit.cleanup=scissors "] {
        for verbose in ["", " -v"] {
            let sandbox = with_edit();
            let editor = r##"GIT_EDITOR="sed -i '1s/^/Plan #12 weeks/'""##;
            sandbox.sh(&format!("{editor} git {settings}commit -q{verbose}")).ok();
            assert_eq!(trailers(&sandbox), "Mkt-Action: record\nMkt-Gate: capacity_gate=pass\n", "{settings}{verbose}");
            assert!(!sandbox.message().contains("diff --git"), "{}", sandbox.message());
            assert_eq!(sandbox.message().lines().next(), Some("Plan #12 weeks"));
        }
    }
}

#[test]
fn a_message_over_other_files_is_left_alone_to_the_byte() {
    let sandbox = Sandbox::new().started();
    sandbox.write("index.html", "x\n").git(&["add", "--all"]).ok();
    for message in [&b"Change\r\n\r\n  \n\n\nx: y \n# c"[..], b"\n", b"", b"caf\xe9 \x01\n\nkey: \xff"] {
        sandbox.write(".git/COMMIT_EDITMSG", message);
        let call = ["hook", "commit-msg", "--", ".git/COMMIT_EDITMSG"];
        let outcome = sandbox.call("ohmymkt", &call).env("GIT_INDEX_FILE", ".git/index").run().ok();
        assert_eq!((outcome.stdout.as_str(), outcome.stderr.as_str()), ("", ""));
        assert_eq!(std::fs::read(sandbox.path(".git/COMMIT_EDITMSG")).expect("the message"), message);
    }
}

#[test]
fn an_empty_message_still_makes_no_commit() {
    let sandbox = with_edit();
    let head = sandbox.head();
    for verbose in ["", " -v"] {
        let outcome = sandbox.sh(&format!("GIT_EDITOR=true git commit -q{verbose}"));
        assert_ne!(outcome.code, 0, "{outcome}");
        outcome.stderr_has("empty commit message");
        assert_eq!(sandbox.head(), head);
    }
}

#[test]
fn a_trailer_that_is_not_true_is_refused() {
    let sandbox = with_edit();
    let head = sandbox.head();
    let commit = |message: &str| sandbox.git(&["commit", "--quiet", "--message", message]);
    let refused = commit("Plan\n\nMkt-Action: record\nMkt-Gate: capacity_gate=fail\n").code(1);
    refused.stderr_has("error: this commit is refused: 1 rule violation").stderr_has("trailers-tell-the-truth");
    commit("Plan\n\nMkt-Action: run-cycle\nMkt-Decision: continue\n").code(1).stderr_has("trailers-tell-the-truth");
    assert_eq!(sandbox.head(), head);
    commit("Plan\n\nMkt-Action: record\nMkt-Gate: capacity_gate=pass\n").ok();
    // Also over a change of other files.
    sandbox.write("index.html", "x\n").git(&["add", "--all"]).ok();
    commit("Look\n\nMkt-Action: incident\nMkt-Incident: inc-20260101T000000Z-00000000\n").code(1);
    commit("Look").ok().stderr_lacks("warning");
}

#[test]
fn a_lie_in_a_message_is_refused_whatever_the_action_says() {
    let sandbox = Sandbox::new().started();
    guard(&sandbox);
    let path = incident(&sandbox, "P0");
    let id = path.rsplit('/').next().and_then(|name| name.strip_suffix(".json")).expect("an id").to_owned();
    sandbox.git(&["reset", "--quiet", "--soft", "HEAD~1"]).ok();
    let commit = |message: &str| sandbox.git(&["commit", "--quiet", "--message", message]);
    let lie = "Down\n\nMkt-Action: incident\nMkt-Severity: P2\nMkt-Module: technical_foundation\n";
    let refused = commit(lie).code(1).stderr_has("trailers-tell-the-truth");
    // There is no commit yet that could be amended.
    refused.stderr_has("hint: git commit, with `Mkt-Severity: P0`").stderr_lacks("--amend");
    commit("Down\n\nMkt-Action: update-task\nMkt-Task: 1\n").code(1);
    commit("Down\n\nMkt-Action: nonsense\n").code(1).stderr_has("no action that this version knows");
    commit(&format!("Down\n\nMkt-Action: incident\nMkt-Incident: {id}\nMkt-Severity: P0\n")).ok();
    // What is amended is held against what it comes from.
    sandbox.sh("echo x >>.ohmymkt/notepads/more-demand/issues.md && git commit --quiet --all --amend --no-edit").ok();
    sandbox.git(&["commit", "--quiet", "--allow-empty", "--message", "x\n\nMkt-Action: postmortem"]).code(1);
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn a_merge_is_held_against_its_message_and_gets_trailers_for_what_it_adds() {
    let sandbox = Sandbox::new().started();
    guard(&sandbox);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=10"]).ok();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("page.html", "x\n").commit_all("Change a page");
    // As a forge writes it: the message of what is merged.
    let quoted = "Merge side\n\nMkt-Action: update-gates\nMkt-Gate: capacity_gate=pass\n";
    sandbox.git(&["merge", "--quiet", "--no-ff", "--message", quoted, "side"]).ok();
    sandbox.mkt(&["verify"]).ok().stdout_lacks("trailers-tell");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    let edit = r#"sed -i 's/"rolling_weeks_feasible": 10/"rolling_weeks_feasible": 3/' .ohmymkt/state/gates.json"#;
    sandbox.sh(&format!("git merge -q --no-commit --no-ff side && {edit} && git add .")).ok();
    sandbox.git(&["commit", "--quiet", "--message", quoted]).code(1).stderr_has("trailers-tell-the-truth");
    sandbox.git(&["commit", "--quiet", "--message", "Merge side"]).ok();
    assert!(trailers(&sandbox).contains("Mkt-Gate: capacity_gate=fail"), "{}", sandbox.message());
    // Past the hooks it is told of.
    past_hooks(&sandbox, "git commit -q --amend -m 'Merge side'").ok();
    sandbox.mkt(&["verify"]).ok().stdout_has("change-has-trailers").stdout_has(".ohmymkt/state/gates.json");
}

#[test]
fn a_policy_that_names_no_rule_is_told() {
    let sandbox = Sandbox::new().initialised();
    guard(&sandbox);
    sandbox.edit_json(".ohmymkt/policy.json", |policy| {
        policy["warnings_as_errors"] = serde_json::json!(["change-has-trailer", "clock-is-honest"]);
    });
    let outcome = sandbox.git(&["commit", "-qam", "Ask for more"]).ok().stderr_has("policy-names-rules");
    let hint = "hint: put `change-has-trailers` in its place in `.ohmymkt/policy.json`";
    outcome.stderr_has("`change-has-trailer`").stderr_has(hint).stderr_lacks("clock-is-honest");
    // Told once, where it comes in.
    sandbox.write("page.html", "x\n").commit_all("Change a page");
    let found = sandbox.mkt(&["verify", "--json"]).ok().json()["findings"].clone();
    assert_eq!(found.as_array().expect("a list").len(), 1, "{found:#}");
}

#[test]
fn a_warning_is_said_once() {
    let sandbox = Sandbox::new().initialised();
    guard(&sandbox);
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_gate_evidence"] = true.into());
    sandbox.commit_all("Ask for evidence");
    sandbox.edit_json(".ohmymkt/policy.json", |policy| policy["require_gate_evidence"] = false.into());
    let outcome = sandbox.git(&["commit", "-qam", "Ask for less"]).ok();
    assert_eq!(outcome.stderr.matches("policy-is-not-loosened").count(), 1, "{outcome}");
}

#[test]
fn a_merge_that_brings_what_was_said_is_left_alone() {
    let sandbox = Sandbox::new().started();
    guard(&sandbox);
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    incident(&sandbox, "P1");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("index.html", "x\n").commit_all("Change a page");
    let outcome = sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok();
    assert_eq!((outcome.stderr.as_str(), sandbox.message().as_str()), ("", "Merge branch 'side'"));
    sandbox.mkt(&["verify"]).ok().stdout_lacks("change-has-trailers");
}
