//! `hooks status` proves that git will run the hooks, or says why it will not.

use serde_json::Value;

use super::AUTHOR;
use crate::sandbox::Sandbox;

/// The first problem of a hook, in one word; nothing when it is active.
#[track_caller]
fn problem(sandbox: &Sandbox, event: &str) -> String {
    let json = sandbox.mkt(&["hooks", "status", "--json"]).json();
    let hooks = json["hooks"].as_array().expect("a list");
    let hook = hooks.iter().find(|hook| hook["event"] == event).expect("the hook is listed");
    hook["problems"][0]["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn a_gate_that_works_is_told_from_each_that_does_not() {
    let sandbox = Sandbox::new();
    assert_eq!(problem(&sandbox, "pre-push"), "missing");
    sandbox.foreign("pre-commit", "#!/bin/sh\n");
    assert_eq!(problem(&sandbox, "pre-commit"), "foreign");
    sandbox.mkt(&["hooks", "install"]).ok();
    let text = sandbox.mkt(&["hooks", "status"]).ok().stdout_has("runs `.git/hooks/pre-commit.pre-ohmymkt` as well");
    text.stdout_has("reference-transaction  off").stdout_lacks("hint:");
    for (break_it, code) in [
        ("chmod -x .git/hooks/pre-push", "not-executable"),
        ("echo exit >>.git/hooks/pre-push", "edited"),
        ("cp .git/hooks/pre-commit .git/hooks/pre-push", "edited"),
        ("rm .git/hooks/pre-push", "missing"),
        ("echo '#!/bin/sh' >.git/hooks/pre-push", "foreign"),
        ("git config core.hooksPath hooks", "shadowed"),
        ("git config --global core.hooksPath ~/hooks", "shadowed"),
        ("git config core.hooksPath ''", "shadowed"),
    ] {
        sandbox.sh(break_it).ok();
        let outcome = sandbox.mkt(&["hooks", "status"]).code(2).stdout_has("pre-push               NOT RUN");
        outcome.stdout_has("hint: git mkt hooks install\n");
        assert_eq!(problem(&sandbox, "pre-push"), code, "after `{break_it}`");
        // What a later setting hides goes, too.
        sandbox.sh(
            "git config --unset core.hooksPath; git config --global --unset core.hooksPath; rm .git/hooks/pre-push",
        );
        sandbox.mkt(&["hooks", "install"]).ok();
        sandbox.mkt(&["hooks", "status"]).ok();
    }
}

#[test]
fn what_a_later_setting_hides_can_still_be_removed() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["hooks", "install"]).ok();
    sandbox.git(&["config", "core.hooksPath", ".githooks"]).ok();
    sandbox.mkt(&["hooks", "uninstall"]).ok().stdout_has(".git/hooks/pre-commit: removed");
    assert!(super::names_in(&sandbox.hooks()).is_empty());
}

#[test]
fn the_document_says_all_of_it() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["hooks", "install", "--strict"]).ok();
    sandbox.write("lefthook.yml", "pre-commit:\n");
    let json = sandbox.mkt(&["hooks", "status", "--json"]).ok().json();
    assert_eq!(json["active"], true, "{json:#}");
    assert_eq!(json["directory"], ".git/hooks", "{json:#}");
    assert_eq!(json["tools"], serde_json::json!(["lefthook"]), "{json:#}");
    let version = sandbox.git(&["version"]).ok().stdout;
    assert!(version.contains(&format!(" {}.", json["git"].as_str().expect("a version"))), "{json:#}");
    let hooks = json["hooks"].as_array().expect("a list");
    assert_eq!(hooks.len(), AUTHOR.len() + 1);
    for hook in hooks {
        assert_eq!((&hook["wanted"], &hook["active"]), (&Value::Bool(true), &Value::Bool(true)), "{hook:#}");
        assert_eq!(hook["mechanism"], "file");
        assert!(hook["program"].as_str().is_some_and(|program| program.ends_with("/git-mkt")), "{hook:#}");
    }
}

#[test]
fn a_program_that_is_gone_is_found_elsewhere_or_missed() {
    let sandbox = Sandbox::new();
    let link = sandbox.installed_by_a_link(&[]);
    std::fs::remove_file(&link).expect("the link");
    let json = sandbox.mkt(&["hooks", "status", "--json"]).ok().json();
    let found = json["hooks"][0]["program"].as_str().expect("a program").to_owned();
    assert_eq!(sandbox.redact(&found), "[TEMP]/bin/git-mkt");
}
