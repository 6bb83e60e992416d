//! Help, wrong usage, colours, and a reader that goes away.

use std::process::Stdio;

use crate::sandbox::Sandbox;

/// The commands that `--help` lists.
pub fn commands(sandbox: &Sandbox) -> Vec<String> {
    let help = sandbox.mkt(&["--help"]).ok().stdout;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names: Vec<_> = names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    assert!(names.len() > 20, "the commands are listed: {names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn every_command_has_help_with_examples_that_begin_with_its_name() {
    let sandbox = Sandbox::without_repository();
    for name in commands(&sandbox) {
        let long = sandbox.mkt(&[&name, "--help"]).ok().stdout_has("Usage: ohmymkt ").stdout_has("\nExamples:\n");
        assert_eq!(long.stderr, "", "help is a result\n{long}");
        let examples = long.stdout.split("Examples:\n").nth(1).unwrap_or_default();
        let own = [format!("git mkt {name}"), "git config ".to_owned()];
        let first = examples.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        for example in first.filter(|line| line.trim_start().starts_with("git ")) {
            assert!(own.iter().any(|own| example.trim_start().starts_with(own)), "{name}: {example}");
        }
        assert!(examples.contains(&own[0]), "an example of `{name}`\n{long}");
        assert!(long.stdout.lines().all(|line| line.chars().count() <= 100), "no line is too long\n{long}");
        assert_eq!(sandbox.mkt(&["help", &name]).ok().stdout, long.stdout);
        sandbox.mkt(&[&name, "-h"]).ok().stdout_has("Usage: ohmymkt ");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    let sandbox = Sandbox::without_repository();
    let version = format!("ohmymkt {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(sandbox.mkt(&["--version"]).ok().stdout, version);
    assert_eq!(sandbox.mkt(&["-V"]).ok().stdout, version);
    assert_eq!(sandbox.git(&["mkt", "--version"]).ok().stdout, version);
}

#[test]
fn wrong_usage_ends_as_it_does_in_git() {
    let sandbox = Sandbox::new().initialised();
    for args in [
        &["no-such-command"][..],
        &["--no-such-option"],
        &["log", "--no-such-option"],
        &["incident", "--severity"],
        &[],
    ] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args)).code(129);
        assert_eq!(outcome.stdout, "", "nothing on stdout\n{outcome}");
        assert!(outcome.stderr.contains("Usage: ") || outcome.stderr.contains("--help"), "{outcome}");
    }
    for name in commands(&sandbox) {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&[&name, "--no-such-option"])).code(129);
        assert_eq!(outcome.stdout, "", "nothing on stdout\n{outcome}");
        assert!(outcome.stderr.starts_with("error: "), "{outcome}");
    }
}

/// Every reading command, and one refusal.
const READING: [&[&str]; 13] = [
    &["list-plans"],
    &["check-gates"],
    &["list-tasks"],
    &["list-incidents"],
    &["list-recommendations"],
    &["status"],
    &["show", "HEAD"],
    &["log"],
    &["verify"],
    &["explain"],
    &["explain", "p0-forces-rollback"],
    &["review-plan"],
    &["update-task", "1", "--status", "active"],
];

#[test]
fn there_are_no_colours_where_nobody_sees_them() {
    let sandbox = Sandbox::new().started();
    for args in READING {
        let plain = sandbox.mkt(args);
        assert!(!format!("{plain}").contains('\u{1b}'), "escape codes in a pipe\n{plain:?}");
        let never = sandbox.call("ohmymkt", &[args, &["--no-color"]].concat()).env("CLICOLOR_FORCE", "1").run();
        assert_eq!((never.stdout, never.stderr, never.code), (plain.stdout.clone(), plain.stderr.clone(), plain.code));
        let asked = sandbox.call("ohmymkt", args).env("NO_COLOR", "1").run();
        assert_eq!((asked.stdout, asked.stderr), (plain.stdout, plain.stderr));
    }
    let forced = sandbox.call("ohmymkt", &["check-gates"]).env("CLICOLOR_FORCE", "1").run().ok();
    assert!(forced.stdout.contains('\u{1b}'), "colours where they are asked for\n{forced:?}");
}

#[test]
fn a_reader_that_goes_away_changes_no_exit_status() {
    let sandbox = Sandbox::new().started();
    let incident = ["incident", "--severity", "P1", "--module", "scale_loop", "--summary", "x"];
    let json = ["log", "--json"];
    for args in READING.into_iter().chain([&json[..], &incident, &["--help"], &["no-such-command", "--json"]]) {
        let expected = sandbox.mkt(args).code;
        let command = || {
            let mut command = sandbox.call("ohmymkt", args).command();
            command.stdin(Stdio::null()).stderr(Stdio::piped());
            command
        };
        // A pipe whose reader is gone before the first byte.
        let mut child = command().stdout(Stdio::piped()).spawn().expect("the program starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("the program ends");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "{args:?}: {stderr}");
        assert!(!stderr.contains("panic") && !stderr.contains("bug"), "{args:?}: {stderr}");
        let words = args.join(" ");
        for closing in [">&-", "2>&-", ">&- 2>&-", ">/dev/full", "2>/dev/full"] {
            // Somebody still wants what is lost on a full device.
            let expected = if closing == ">/dev/full" && expected == 0 { 1 } else { expected };
            let outcome = sandbox.sh(&format!("ohmymkt {words} {closing}")).code(expected);
            assert!(!outcome.stderr.contains("bug"), "{outcome}");
        }
    }
    sandbox.fsck_clean();
}
