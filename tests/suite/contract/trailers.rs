//! The trailers of each writing command are those of `docs/trailers.md`, as git reads them.

use std::collections::{BTreeMap, BTreeSet};

use regex::Regex;

use crate::sandbox::Sandbox;

use super::story::{self, WRITING};

const PAGE: &str = include_str!("../../../docs/trailers.md");

/// The trailers of HEAD, as `git interpret-trailers` reads them.
fn trailers(sandbox: &Sandbox) -> String {
    let message = sandbox.git(&["log", "-1", "--format=%B"]).ok().stdout;
    sandbox.call("git", &["interpret-trailers", "--parse"]).input(&message).run().ok().stdout
}

/// The text with the marks of the page in place of names and ids.
fn marked(text: &str, plan: &str) -> String {
    let mut text = text.to_owned();
    let random = r"-\d{8}T\d{6}Z-[0-9a-f]{8}";
    let marks = [
        (format!("inc{random}"), "<incident>"),
        (format!("obs{random}"), "<observation>"),
        (format!("rev{random}"), "<review>"),
        (format!("rec{random}"), "<recommendation>"),
        (r"cycle-\d{8}T\d{6}Z-weekly".to_owned(), "<cycle>"),
        (format!(r"{plan}-\d{{8}}T\d{{6}}Z"), "<finish>"),
        (plan.to_owned(), "<plan>"),
    ];
    for (pattern, mark) in marks {
        text = Regex::new(&pattern).expect("the pattern is sound").replace_all(&text, mark).into_owned();
    }
    text
}

/// The blocks of the page, by the command above them.
fn blocks() -> BTreeMap<&'static str, &'static str> {
    let sections = PAGE.split("\n### `").skip(1);
    let pair = |section: &'static str| {
        let (name, rest) = section.split_once('`').expect("the name ends");
        let block = rest.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block");
        (name, block)
    };
    sections.map(pair).collect()
}

#[test]
fn the_page_tells_the_trailers_of_every_command() {
    let sandbox = Sandbox::new();
    let mut written: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    let blocks = blocks();
    assert_eq!(blocks.keys().copied().collect::<BTreeSet<_>>(), WRITING.into_iter().collect::<BTreeSet<_>>());
    story::tell(&sandbox, |sandbox, turn| {
        sandbox.mkt(&turn.args()).ok();
        let found = trailers(sandbox);
        let plan = if turn.name == "init" { "(none)".to_owned() } else { sandbox.plan() };
        assert_eq!(marked(&found, &plan), blocks[turn.name], "`{}` in docs/trailers.md", turn.name);
        let by_log = sandbox.git(&["log", "-1", "--format=%(trailers:only)"]).ok().stdout;
        assert_eq!(by_log.trim_end(), found.trim_end(), "git log reads the same");
        for line in found.lines() {
            let (token, _) = line.split_once(": ").expect("a trailer has a value");
            written.entry(token.to_owned()).or_default().insert(turn.name);
        }
    });
    let rows = PAGE.lines().filter(|line| line.starts_with("| `Mkt-"));
    let told: BTreeMap<String, BTreeSet<&str>> = rows
        .map(|row| {
            let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
            let commands = cells[2].split(", ").map(|name| name.trim_matches('`'));
            let commands: BTreeSet<_> = commands.collect();
            let everyone = commands.contains("every command that writes");
            (cells[0].trim_matches('`').to_owned(), if everyone { WRITING.into_iter().collect() } else { commands })
        })
        .collect();
    assert_eq!(told, written, "the table of docs/trailers.md");
}

#[test]
fn the_questions_of_the_page_have_answers() {
    let sandbox = Sandbox::new();
    story::tell(&sandbox, |sandbox, turn| drop(sandbox.mkt(&turn.args()).ok()));
    let block = PAGE.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a block of shell");
    let questions: Vec<_> = block.lines().filter(|line| line.starts_with("git ")).collect();
    assert!(questions.len() > 4);
    for question in questions {
        let answer = sandbox.sh(question).ok();
        assert!(!answer.stdout.trim().is_empty(), "no answer to {question}");
    }
    let decided = sandbox.sh(block.lines().find(|line| line.starts_with("git ")).expect("a question")).ok();
    assert_eq!(decided.stdout, "2026-01-12 weekly intervene\n");
}

#[test]
fn the_prefix_of_the_subject_can_be_chosen_and_the_trailers_stay() {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["config", "ohmymkt.prefix", "growth"]).ok();
    let gates = ["update-gates", "capacity_gate.rolling_weeks_feasible=9"];
    let outcome = sandbox.mkt(&gates).ok();
    let subject = "growth(update-gates): capacity_gate.rolling_weeks_feasible=9";
    assert_eq!(sandbox.message().lines().next(), Some(subject));
    assert!(outcome.stdout.contains(subject), "{outcome}");
    assert_eq!(trailers(&sandbox), "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass\n");
    sandbox.git(&["config", "ohmymkt.prefix", "two\nlines: \u{1b}[31m"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=7"]).ok();
    assert_eq!(trailers(&sandbox), "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=fail\n");
    let message = sandbox.message();
    assert!(message.starts_with("two lines: "), "the subject is one line: {message:?}");
    assert_eq!(message.lines().nth(1), Some(""), "the subject is one line: {message:?}");
    assert!(!message.contains('\u{1b}'), "{message:?}");
    sandbox.mkt(&["log", "-n", "1"]).ok().stdout_has("update-gates");
    sandbox.mkt(&["verify"]).ok();
}

/// A branch `side` with a commit that sets a gate, and a `main` that went another way.
fn two_ways() -> Sandbox {
    let sandbox = Sandbox::new().initialised();
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=9"]).ok();
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    sandbox.write("page.html", "a page\n").commit_all("Add a page");
    sandbox
}

const KEPT: &str = "Mkt-Action: update-gates\nMkt-Gate: capacity_gate=pass\n";

#[test]
fn a_rebase_a_cherry_pick_and_a_merge_keep_them() {
    let sandbox = two_ways();
    sandbox.git(&["cherry-pick", "side"]).ok();
    assert_eq!(trailers(&sandbox), KEPT);
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    sandbox.git(&["cherry-pick", "-x", "side"]).ok();
    assert!(trailers(&sandbox).starts_with(KEPT), "{}", sandbox.message());
    sandbox.mkt(&["verify"]).ok();
    sandbox.mkt(&["log", "-n", "1"]).ok().stdout_has("update-gates");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    sandbox.git(&["merge", "--quiet", "--no-edit", "side"]).ok();
    assert_eq!(trailers(&sandbox), "");
    sandbox.mkt(&["verify"]).ok().stdout_lacks("change-has-trailers");
    sandbox.git(&["reset", "--quiet", "--hard", "HEAD~1"]).ok();
    sandbox.git(&["checkout", "--quiet", "side"]).ok();
    sandbox.git(&["rebase", "--quiet", "main"]).ok();
    assert_eq!(trailers(&sandbox), KEPT);
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn after_a_squash_and_a_revert_the_tree_tells_what_happened() {
    let sandbox = two_ways();
    sandbox.git(&["merge", "--quiet", "--squash", "side"]).ok();
    sandbox.git(&["commit", "--quiet", "--no-edit"]).ok();
    assert_eq!(trailers(&sandbox), "", "git indents the old messages:\n{}", sandbox.message());
    let told = sandbox.mkt(&["log", "-n", "1"]).ok().stdout_has("(no trailers)");
    let json = sandbox.mkt(&["log", "-n", "1", "--json"]).ok().json();
    assert!(json["changes"].to_string().contains("rolling_weeks_feasible"), "{told}");
    let verdict = sandbox.mkt(&["verify"]).ok();
    assert!(format!("{verdict}").contains("change-has-trailers"), "{verdict}");

    sandbox.mkt(&["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "s"]).ok();
    sandbox.git(&["revert", "--no-edit", "HEAD"]).ok();
    assert_eq!(trailers(&sandbox), "");
    let verdict = sandbox.mkt(&["verify"]).code(2);
    assert!(format!("{verdict}").contains("incidents-are-immutable"), "{verdict}");
}
