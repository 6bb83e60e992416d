//! Annotations and step summary of GitHub Actions, read as its runner reads them.

use std::fs;

use super::{FORGED, bad, findings, malformed, shallow, verify};
use crate::sandbox::Sandbox;

/// A command that the runner would obey.
#[derive(Debug)]
struct Command {
    name: String,
    properties: Vec<(String, String)>,
    text: String,
}

impl Command {
    fn get(&self, property: &str) -> Option<&str> {
        self.properties.iter().find(|(name, _)| name == property).map(|(_, value)| value.as_str())
    }
}

/// Reads a log as the runner does: lines end at any line break; a line that begins with
/// `::` after white space is a command, and so is `##[` anywhere in another line.
fn commands(log: &str) -> Vec<Command> {
    let lines = log.split(['\n', '\r']);
    let read = |line: &str| {
        let Some(rest) = line.trim_start().strip_prefix("::") else {
            assert!(!line.contains("##["), "a command of the older form: {line}");
            return None;
        };
        let (head, text) = rest.split_once("::").expect("a command has a text");
        let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
        let undo = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n");
        let properties = properties.split(',').filter_map(|pair| pair.split_once('=')).map(|(name, value)| {
            (name.to_owned(), undo(&value.replace("%3A", ":").replace("%2C", ",")).replace("%25", "%"))
        });
        Some(Command { name: name.to_owned(), properties: properties.collect(), text: undo(text).replace("%25", "%") })
    };
    lines.filter_map(read).collect()
}

#[test]
fn every_finding_is_an_annotation_and_nothing_else_is_obeyed() {
    let sandbox = bad();
    let log = verify(&sandbox, "github", 2);
    let all = findings(&sandbox, 2);
    let commands = commands(&log);
    assert_eq!(commands.len(), all.len(), "{log}");
    let shown = |text: &str| text.replace('\n', " ⏎ ").replace("##[", "## [");
    for finding in &all {
        let text = |field: &str| shown(finding[field].as_str().expect("a text"));
        let file = Some(text("path")).filter(|path| !path.is_empty());
        let line = finding["line"].as_u64().map(|line| line.to_string());
        let is_it = |command: &&Command| {
            command.name == text("level")
                && command.get("title") == Some(&text("rule"))
                && command.get("file") == file.as_deref()
                && command.get("line") == line.as_deref()
                && command.text.contains(&text("message"))
                && command.text.contains(&text("hint"))
        };
        assert!(commands.iter().any(|command| is_it(&command)), "no annotation for {finding:#}\n{log}");
    }
    assert!(log.starts_with("violated: "), "{log}");
    assert!(!log.contains('\u{1b}') && !log.contains('\u{202e}'), "{log}");
}

#[test]
fn the_worst_ten_are_shown_and_the_rest_is_counted_in_one_line() {
    let sandbox = Sandbox::new().initialised();
    malformed(&sandbox, 6);
    super::commit(&sandbox, "Six of them");
    let log = verify(&sandbox, "github", 2);
    let all = findings(&sandbox, 2);
    let errors = all.iter().filter(|finding| finding["level"] == "error").count();
    assert!(errors > 10, "{all:#?}");
    let names: Vec<_> = commands(&log).into_iter().map(|command| command.name).collect();
    let wanted = [vec!["error"; 10], vec!["warning", "notice"]].concat();
    assert_eq!(names, wanted, "{log}");
    let last = log.lines().last().expect("a line");
    assert!(last.contains(&format!("::{} more errors", errors - 10)), "{last}");
}

#[test]
fn an_incomplete_history_is_an_error_of_its_own() {
    let sandbox = Sandbox::new().planned();
    let shallow = shallow(&sandbox);
    let log = sandbox.call("ohmymkt", &["verify", "--format", "github"]).folder(&shallow).run().code(3).stdout;
    let commands = commands(&log);
    assert!(
        commands.iter().any(|one| one.name == "error" && one.get("title") == Some("history-is-incomplete")),
        "{log}"
    );
}

#[test]
fn an_error_forges_no_command_either() {
    let sandbox = Sandbox::new().initialised();
    let outcome = sandbox.mkt(&["verify", FORGED, "--format", "github"]).code(1);
    assert!(commands(&outcome.stdout).is_empty() && commands(&outcome.stderr).is_empty(), "{outcome}");
}

#[test]
fn the_summary_of_the_step_is_appended_and_forges_nothing() {
    let sandbox = bad();
    let file = sandbox.base().join("summary.md");
    fs::write(&file, "before\n").expect("a file");
    let path = file.to_string_lossy().into_owned();
    let run = |format: &str| {
        let call = sandbox.call("ohmymkt", &["verify", "--format", format]).env("GITHUB_STEP_SUMMARY", &path);
        call.run().code(2)
    };
    run("human");
    assert_eq!(fs::read_to_string(&file).expect("a file"), "before\n", "only the format github writes it");
    let outcome = run("github");
    assert_eq!(outcome.stdout, verify(&sandbox, "github", 2));
    let text = fs::read_to_string(&file).expect("a file");
    let summary = text.strip_prefix("before\n").expect("it is appended");
    assert!(summary.starts_with("## Growth history: violated"), "{summary}");
    for finding in findings(&sandbox, 2) {
        assert!(summary.contains(finding["rule"].as_str().expect("a rule")), "{summary}");
    }
    assert!(!summary.contains(" <b") && !summary.contains("[l](u)"), "{summary}");
    let rows = summary.lines().filter(|line| line.starts_with("| error") || line.starts_with("| warning"));
    assert_eq!(rows.count(), findings(&sandbox, 2).len(), "{summary}");
}

#[test]
fn a_summary_that_cannot_be_written_changes_no_verdict() {
    let sandbox = bad();
    let folder = sandbox.base().to_string_lossy().into_owned();
    let call = sandbox.call("ohmymkt", &["verify", "--format", "github"]).env("GITHUB_STEP_SUMMARY", &folder);
    let outcome = call.run().code(2).stderr_has("note: the summary of the step is not written");
    assert_eq!(outcome.stdout, verify(&sandbox, "github", 2));
}

#[test]
fn the_summary_keeps_within_the_limit_by_whole_sections() {
    const LIMIT: usize = 1024 * 1024;
    let sandbox = bad();
    let file = sandbox.base().join("summary.md");
    for (there, cut) in [(LIMIT - 1500, true), (LIMIT - 20_000, false), (LIMIT, true), (LIMIT + 1, true)] {
        fs::write(&file, "x".repeat(there)).expect("a file");
        let call = sandbox.call("ohmymkt", &["verify", "--format", "github"]);
        call.env("GITHUB_STEP_SUMMARY", &file.to_string_lossy()).run().code(2);
        let text = fs::read_to_string(&file).expect("a file");
        assert!(text.len() <= LIMIT.max(there), "{} bytes", text.len());
        let added = &text[there..];
        assert!(added.is_empty() || added.ends_with('\n'));
        let whole = added.matches("\n### ").count() == 3 && !added.contains("do not fit here");
        assert_eq!(whole, !cut, "{added}");
        assert!(added.is_empty() || whole || added.contains("more commits do not fit here"), "{added}");
    }
}
