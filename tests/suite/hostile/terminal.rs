//! Foreign text in every command that prints: nothing of it reaches the terminal raw, no
//! format is broken by it, and no other program takes it for a command.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use crate::sandbox::{Call, Outcome, PASSING, Sandbox};

/// A colour that the program never uses, titles, links, the clipboard, moves of the cursor,
/// their forms of one byte, bidi marks, what cannot be seen, and lines that look like others.
const POISON: &str = "x\u{1b}[38;5;201mred\u{1b}]0;title\u{7}\u{1b}]8;;http://evil\u{1b}\\link\u{1b}]52;c;eA==\u{7}\
    \u{1b}[2J\u{1b}[1A\u{9b}31m\u{9d}0;t\u{9c}\u{202e}rtl\u{202c}\u{2066}i\u{2069}\u{200b}\u{feff}\u{0}\u{8}\u{7f}\r\n\
    Mkt-Action: forged\n\n::error ::forged\n  ::warning ::forged\n##[error]forged\n<!-- ohmymkt-review --><b>@ada</b>\n\
    [x](http://evil) | c | `q` ]]> </failure>\n\nMkt-Decision: forged\nSigned-off-by: M <m@example.org>";

/// The same without what no argument, message or name can hold.
static TYPED: LazyLock<String> = LazyLock::new(|| POISON.replace('\0', ""));

/// On one line, for names.
static NAME: LazyLock<String> = LazyLock::new(|| TYPED.replace(['\n', '\r', '<', '>'], " "));

/// The fields that hold free text.
const FREE: &[&str] = &[
    "summary",
    "reason",
    "notes",
    "note",
    "owner",
    "kpi_impact",
    "rollback_condition",
    "task",
    "text",
    "source",
    "value",
    "recorded_by",
    "by",
    "reviewer",
    "root_cause",
    "remediation",
    "prevention",
    "outcome",
    "role",
    "specialist",
    "actions",
    "session_ids",
    "ref",
];

/// Every string in a free field, at any depth; and a field of a later version in every object.
fn poison(value: &mut Value, is_free: bool) {
    match value {
        Value::String(text) if is_free => *text = format!("{text} {POISON}"),
        Value::Array(items) => items.iter_mut().for_each(|item| poison(item, is_free)),
        Value::Object(fields) => {
            for (key, value) in fields.iter_mut() {
                poison(value, FREE.contains(&key.as_str()));
            }
        }
        _ => {}
    }
}

fn add_later_fields(value: &mut Value) {
    let entries = match value {
        Value::Array(entries) => entries.iter_mut().take(2).collect(),
        other => vec![other],
    };
    for entry in entries {
        if let Value::Object(fields) = entry {
            fields.insert(POISON.to_owned(), Value::from(POISON));
        }
    }
}

/// All files below `.ohmymkt/`.
fn artifacts(sandbox: &Sandbox) -> Vec<String> {
    let listed = sandbox.git(&["ls-files", "-z", ".ohmymkt"]).ok().stdout;
    listed.split_terminator('\0').map(str::to_owned).collect()
}

/// A campaign with one of everything.
fn campaign() -> Sandbox {
    let sandbox = Sandbox::new().started();
    let signal = "visibility_track.query_cluster_coverage_trend=up";
    sandbox.mkt(&["update-metrics", signal, "--source", "search-console", "--value", "7"]).ok();
    let owner = ["--owner", "Ada", "--due", "2026-02-01", "--kpi-impact", "more", "--rollback-condition", "a P0"];
    sandbox.mkt(&[&["update-task", "3"], owner.as_slice()].concat()).ok();
    let incident = ["incident", "--severity", "P0", "--module", "scale_loop", "--summary", "Down", "--json"];
    let id = sandbox.mkt(&incident).ok().json()["incident"]["id"].as_str().expect("an id").to_owned();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    let answers = ["--root-cause", "a", "--remediation", "b", "--prevention", "c"];
    sandbox.mkt(&[&["postmortem", id.as_str()], answers.as_slice()].concat()).ok();
    sandbox.mkt(&["report-growth"]).ok();
    sandbox
}

/// Commits everything with plain git, with poison in its message and its author.
fn commit(sandbox: &Sandbox) {
    sandbox.git(&["add", "--all", "--force"]).ok();
    let commit = ["-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--cleanup=verbatim", "-F", "-"];
    let message = format!("{}\n\nMkt-Action: {}\nMkt-Plan: {}\n", *TYPED, *NAME, *NAME);
    sandbox.call("git", &commit).env("GIT_AUTHOR_NAME", &NAME).input(message).run().ok();
}

/// Poison wherever artifacts stay well-formed.
fn well_formed() -> Sandbox {
    let sandbox = campaign();
    for path in artifacts(&sandbox) {
        if path.ends_with(".json") {
            sandbox.edit_json(&path, |value| {
                poison(value, false);
                add_later_fields(value);
            });
        } else if path.ends_with(".md") {
            let text =
                sandbox.read(&path).replace("- ", &format!("- {} ", *NAME)).replace("\n# ", &format!("\n# {} ", *NAME));
            sandbox.write(&path, format!("{text}\n{POISON}\n"));
        }
    }
    // A long text is as harmless as a short one.
    sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| {
        board[5]["task"] = Value::from(POISON.repeat(200_000 / POISON.len()));
    });
    commit(&sandbox);
    sandbox
}

/// Poison wherever it makes artifacts malformed.
fn malformed() -> Sandbox {
    let sandbox = campaign();
    for (at, path) in artifacts(&sandbox).into_iter().filter(|path| path.ends_with(".json")).enumerate() {
        let edit = |fields: &mut serde_json::Map<String, Value>| {
            let nth = at % fields.len().max(1);
            if let Some((_, value)) = fields.iter_mut().nth(nth) {
                *value = Value::from(POISON);
            }
        };
        sandbox.edit_json(&path, |value| match value {
            Value::Object(fields) => edit(fields),
            Value::Array(entries) => entries.iter_mut().filter_map(Value::as_object_mut).for_each(edit),
            _ => {}
        });
    }
    let twice = format!("{{{0}: 1, {0}: 2}}", Value::from(POISON));
    sandbox.write(".ohmymkt/policy.json", twice);
    let name = NAME.chars().filter(|character| *character != '/').take(60).collect::<String>();
    sandbox
        .write(&format!(".ohmymkt/incidents/{name}.json"), "{}")
        .write(&format!(".ohmymkt/plans/{name}.md"), "# x\n");
    sandbox.write(".ohmymkt/plans/front.md", format!("---\nplan: x\ncreated_at: {}\n---\n", *NAME));
    sandbox.write(&format!(".ohmymkt/{name}"), POISON);
    commit(&sandbox);
    sandbox
}

/// The commands that write, each told not to, with poison where it takes free text.
fn writing(plan: &str) -> Vec<Vec<&str>> {
    let text = TYPED.as_str();
    let gates = [&["update-gates", "--dry-run", "--note", text, "--evidence", text], PASSING.as_slice()].concat();
    vec![
        vec!["init", "--dry-run"],
        vec!["plan-growth", "--dry-run", text, "--scope-in", text, "--owner", text],
        vec!["review-plan", plan, "--revise", "--notes", text, "--dry-run"],
        gates,
        vec![
            "update-metrics",
            "quality_track.high_intent_session_trend=up",
            "--source",
            text,
            "--value",
            text,
            "--dry-run",
        ],
        vec!["start-campaign", plan, "--dry-run"],
        vec!["finish-campaign", "--outcome", text, "--dry-run"],
        vec!["update-task", "3", "--owner", text, "--kpi-impact", text, "--dry-run"],
        vec!["run-cycle", "weekly", "--dry-run"],
        vec!["run-cycle", "--due", "--dry-run"],
        vec!["incident", "--severity", "P2", "--module", "scale_loop", "--summary", text, "--dry-run"],
        vec!["postmortem", "inc-", "--root-cause", text, "--remediation", text, "--prevention", text, "--dry-run"],
        vec!["report-growth", "--dry-run"],
        vec!["resolve-recommendation", "rec-", "--deferred", text, "--dry-run"],
        vec!["record", "-m", text, "--dry-run"],
    ]
}

/// The others, with arguments that make them print what is there.
fn reading(plan: &str) -> Vec<Vec<&str>> {
    let name = NAME.as_str();
    vec![
        vec!["list-plans"],
        vec!["review"],
        vec!["review", "HEAD~3...HEAD"],
        vec!["review", "HEAD~3...HEAD", "--format", "markdown"],
        vec!["review-plan", plan],
        vec!["check-gates"],
        vec!["check-gates", "--staged"],
        vec!["list-tasks"],
        vec!["list-incidents"],
        vec!["list-recommendations"],
        vec!["status"],
        vec!["resolve"],
        vec!["show", "HEAD"],
        vec!["show", name],
        vec!["log"],
        vec!["log", "--author", name],
        vec!["why", "cycle-"],
        vec!["why", "capacity_gate"],
        vec!["verify"],
        vec!["verify", "--all", "--format", "github"],
        vec!["verify", "--all", "--format", "gitlab"],
        vec!["verify", "--all", "--format", "sarif"],
        vec!["verify", "--all", "--format", "junit"],
        vec!["hooks", "status"],
        vec!["explain"],
        vec!["explain", name],
        vec!["hook", "pre-commit"],
        vec!["hook", "pre-merge-commit"],
        vec!["hook", "commit-msg", "--", ".git/draft"],
        vec!["hook", "pre-push", "--", name, name],
        vec!["hook", "reference-transaction", "--", "prepared"],
        vec!["hook", "pre-receive"],
        vec!["completions", "bash"],
        vec!["man"],
        vec!["help", "status"],
    ]
}

/// Every command.
fn commands(sandbox: &Sandbox) -> Vec<Vec<String>> {
    let plan = sandbox.plan();
    let fixed = [writing(&plan), reading(&plan)].concat();
    let mut all: Vec<Vec<String>> =
        fixed.into_iter().map(|args| args.into_iter().map(str::to_owned).collect()).collect();
    for path in artifacts(sandbox) {
        all.push(vec!["textconv".to_owned(), path.clone()]);
        let stem = path.rsplit('/').next().and_then(|file| file.split_once('.')).map(|(stem, _)| stem);
        if let Some(stem) =
            stem.filter(|stem| ["inc-", "obs-", "rec-", "rev-"].iter().any(|kind| stem.starts_with(kind)))
        {
            all.push(vec!["show".to_owned(), stem.to_owned()]);
        }
    }
    all
}

/// Asserts that nothing in what was printed steers a terminal, reorders, or hides; the
/// program's own colours aside, which are never the one of the poison.
#[track_caller]
fn assert_harmless(outcome: &Outcome, text: &str) {
    static COLOUR: LazyLock<Regex> = LazyLock::new(|| Regex::new("\u{1b}\\[[0-9;]*m").expect("a pattern"));
    assert!(!text.contains("\u{1b}[38;5;201m"), "a foreign colour: {}", shortened(outcome));
    let bare = COLOUR.replace_all(text, "");
    let harmful = |character: &char| {
        (character.is_control() && !['\n', '\t'].contains(character))
            || matches!(*character as u32, 0x202a..=0x202e | 0x2066..=0x2069 | 0x200b | 0xfeff)
    };
    let found: BTreeSet<_> = bare.chars().filter(harmful).collect();
    assert!(found.is_empty(), "{found:?} in {}", shortened(outcome));
}

fn shortened(outcome: &Outcome) -> String {
    outcome.to_string().escape_debug().to_string().chars().take(6_000).collect()
}

#[track_caller]
fn assert_whole(args: &[String], outcome: &Outcome) {
    assert!(outcome.code != 101 && outcome.code < 130, "{}", shortened(outcome));
    assert_harmless(outcome, &outcome.stdout);
    assert_harmless(outcome, &outcome.stderr);
    let has = |word: &str| args.iter().any(|arg| arg == word);
    if has("--json") || has("gitlab") || has("sarif") {
        let is_stream = args[0] == "log" || outcome.stdout.is_empty();
        if is_stream { drop(outcome.json_lines()) } else { drop(outcome.json()) }
    } else if has("junit") && outcome.code < 3 {
        roxmltree::Document::parse(&outcome.stdout).unwrap_or_else(|error| panic!("{error}\n{}", shortened(outcome)));
    } else if has("github") {
        let is_command = |line: &&str| line.trim_start().starts_with("::");
        for line in outcome.stdout.lines().filter(is_command) {
            let ours = ["::error file=", "::error title=", "::warning file=", "::warning title=", "::notice title="];
            assert!(ours.iter().any(|own| line.starts_with(own)), "{line}");
        }
        assert!(!outcome.stdout.contains("##["), "{}", shortened(outcome));
    } else if has("markdown") {
        assert!(outcome.stdout.matches("<!-- ohmymkt-review -->").count() <= 1, "{}", shortened(outcome));
        // In code everything is only shown.
        let prose = without_code(&outcome.stdout);
        let escaped = prose.replace("\\<", "").replace("\\]", "");
        assert!(!escaped.contains("<b>") && !escaped.contains("](http"), "{}", shortened(outcome));
        assert!(!prose.contains("@ada"), "{}", shortened(outcome));
    }
}

/// A Markdown document without its code spans.
fn without_code(document: &str) -> String {
    let (mut prose, mut end) = (String::new(), 0);
    for (event, range) in pulldown_cmark::Parser::new(document).into_offset_iter() {
        if matches!(event, pulldown_cmark::Event::Code(_)) {
            prose.push_str(&document[end..range.start]);
            end = range.end;
        }
    }
    prose + &document[end..]
}

/// Runs every command, for people with and without colours, and for programs.
fn try_all(sandbox: &Sandbox) {
    std::fs::write(sandbox.path(".git/draft"), format!("{}\n\nMkt-Action: x\n", *TYPED)).expect("a draft");
    let (head, before) = (sandbox.head(), sandbox.git(&["rev-parse", "HEAD~1"]).ok().stdout.trim().to_owned());
    let input = format!("{before} {head} refs/heads/main\n");
    let pushed = format!("{} {head} refs/heads/{} {before}\n", *NAME, NAME.replace(' ', ""));
    let call = |args: &[String], colour: (&'static str, &'static str)| {
        let words: Vec<_> = args.iter().map(String::as_str).collect();
        let input = if words.contains(&"pre-push") { &pushed } else { &input };
        let call: Call<'_> = sandbox.call("ohmymkt", &words).env(colour.0, colour.1).input(input);
        call.at(&sandbox.now()).run()
    };
    for args in commands(sandbox) {
        assert_whole(&args, &call(&args, ("CLICOLOR_FORCE", "1")));
        let json = [args.clone(), vec!["--json".to_owned()]].concat();
        let takes_json =
            !args.iter().any(|arg| ["--format", "--", "completions", "man", "help"].contains(&arg.as_str()));
        if takes_json {
            assert_whole(&json, &call(&json, ("NO_COLOR", "1")));
        } else {
            assert_whole(&args, &call(&args, ("NO_COLOR", "1")));
        }
    }
}

#[test]
fn poison_in_well_formed_artifacts() {
    let sandbox = well_formed();
    sandbox.mkt(&["list-incidents"]).ok().stdout_has("forged");
    let listed = sandbox.mkt(&["status", "--json"]).ok();
    assert_eq!(listed.json()["active_plan"], sandbox.plan().as_str(), "everything could be read");
    try_all(&sandbox);
    let summary = sandbox.path(".git/step-summary");
    let verify = ["verify", "--all", "--format", "github"];
    let outcome = sandbox.call("ohmymkt", &verify).env("GITHUB_STEP_SUMMARY", &summary.to_string_lossy()).run();
    let text = std::fs::read_to_string(summary).expect("the summary of the step");
    assert_harmless(&outcome, &text);
    assert!(text.contains("forged") && !text.replace("\\<", "").contains("<b>"), "{text}");
}

#[test]
fn poison_that_makes_artifacts_malformed() {
    let sandbox = malformed();
    sandbox.mkt(&["status"]).code(1).stderr_has("forged");
    try_all(&sandbox);
}

#[test]
fn every_command_is_tried() {
    let page = include_str!("../../../docs/reference/commands.md");
    let heads = page.lines().filter_map(|line| line.strip_prefix("## `git mkt ")?.strip_suffix('`'));
    let documented: BTreeSet<_> = heads.filter_map(|name| name.split(' ').next()).collect();
    let sandbox = Sandbox::new().planned();
    let tried: Vec<_> = commands(&sandbox).into_iter().map(|args| args[0].clone()).collect();
    // `demo` plays in a repository of its own.
    let missed: Vec<_> = documented.iter().filter(|name| !tried.iter().any(|tried| tried == **name)).collect();
    assert_eq!(missed, [&"demo"]);
}

#[test]
fn poison_in_arguments_that_make_no_sense() {
    let sandbox = Sandbox::new();
    let (text, name) = (TYPED.as_str(), NAME.as_str());
    let option = format!("--{name}");
    for args in [
        &[text][..],
        &["status", text],
        &["status", &option],
        &[&option],
        &["verify", "--format", text],
        &["hook", text],
        &["hooks", text],
        &["completions", text],
        &["-C", text, "status"],
        &["init", "--ci", name],
        &["help", text],
        &["log", "-n", text],
        &["textconv", name],
    ] {
        for (variable, value) in [("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")] {
            let outcome = sandbox.call("ohmymkt", args).env(variable, value).run();
            assert!([1, 129].contains(&outcome.code), "{}", shortened(&outcome));
            assert_harmless(&outcome, &outcome.stdout);
            assert_harmless(&outcome, &outcome.stderr);
            assert!(outcome.stderr.contains("201mred"), "it is told what was meant: {}", shortened(&outcome));
        }
        let outcome = sandbox.mkt(&[args, &["--json"]].concat());
        assert_harmless(&outcome, &outcome.stdout);
        assert_harmless(&outcome, &outcome.stderr);
    }
}
