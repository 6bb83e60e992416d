//! The pages that repeat what the program says are written from it, and held against it.
//!
//! Of `docs/rules.md` and `docs/reference/commands.md`, what stands below the mark is written by
//! `OHMYMKT_UPDATE_REFERENCE=1 cargo test --test suite reference`; what stands above it is ours.

mod artifacts;
mod handbook;

use std::fs;
use std::path::{Path, PathBuf};

use ohmymkt::rules::plan_review::Check;
use ohmymkt::rules::{Level, RULES, Rule};
use similar::TextDiff;

use crate::sandbox::Sandbox;

/// Below it, a page is written by this suite.
const MARK: &str =
    "<!-- From here on written by the suite: OHMYMKT_UPDATE_REFERENCE=1 cargo test --test suite reference -->";

#[test]
fn the_page_of_rules_says_what_the_table_says() {
    hold("docs/rules.md", &rules());
}

#[test]
fn the_page_of_commands_says_what_the_help_says() {
    hold("docs/reference/commands.md", &commands());
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let mut dead = Vec::new();
    for path in pages() {
        let text = fs::read_to_string(&path).expect("a page can be read");
        let folder = path.parent().expect("a page has a folder");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let file = target.split('#').next().unwrap_or_default();
            let is_ours = !file.is_empty() && !file.contains("://") && !file.contains(' ');
            if is_ours && !folder.join(file).exists() {
                dead.push(format!("{}: {target}", path.display()));
            }
        }
    }
    assert!(dead.is_empty(), "these links lead nowhere:\n  {}", dead.join("\n  "));
}

/// The README and every page below `docs/`.
fn pages() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut folders = vec![root.join("docs")];
    let mut pages = vec![root.join("README.md")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("the folder of pages can be read").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                pages.push(path);
            }
        }
    }
    pages
}

/// The text of a file of the project.
fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {}: {error}", path.display()))
}

/// Holds a page against what its lower part should be, or writes it.
#[track_caller]
fn hold(path: &str, written: &str) {
    let page = read(path);
    let (ours, _) = page.split_once(MARK).unwrap_or_else(|| panic!("{path} has no line\n{MARK}"));
    let wanted = format!("{ours}{MARK}\n\n{}\n", written.trim_end());
    if std::env::var_os("OHMYMKT_UPDATE_REFERENCE").is_some_and(|value| value == "1") {
        fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join(path), wanted).expect("the page can be written");
        return;
    }
    let diff = TextDiff::from_lines(&page, &wanted);
    let diff = diff.unified_diff().header("the page", "the program").to_string();
    assert!(diff.is_empty(), "{path} is stale\n{diff}\nOHMYMKT_UPDATE_REFERENCE=1 cargo test --test suite reference");
}

fn rules() -> String {
    let mut text =
        String::from("## The checks of a plan's review\n\n| check | made by | asks |\n| --- | --- | --- |\n");
    for check in Check::ALL {
        text.push_str(&format!("| `{}` | {} | {} |\n", check.name(), check.role(), check.asks()));
    }
    text.push_str("\n## All rules\n\n| rule | level | says |\n| --- | --- | --- |\n");
    for rule in RULES {
        text.push_str(&format!("| [`{0}`](#{0}) | {1} | {2} |\n", rule.id, level(rule), rule.says));
    }
    for rule in RULES {
        let Rule { id, says, protects, example, mend, .. } = rule;
        text.push_str(&format!("\n### `{id}`\n\nLevel: {}. It says: {says}.\n\n{protects}\n\n", level(rule)));
        text.push_str(&format!("**For example:** {example}\n\n**To mend it:** {mend}\n"));
    }
    text
}

fn level(rule: &Rule) -> &'static str {
    match rule.level {
        Level::Error => "error",
        Level::Warning => "warning",
    }
}

fn commands() -> String {
    let sandbox = Sandbox::new();
    let help = |args: &[&str]| sandbox.mkt(args).ok().stdout.trim_end().to_owned();
    let all = help(&["--help"]);
    let listed = all.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let names = listed.filter_map(|line| line.strip_prefix("  ")?.split(' ').next()).filter(|name| !name.is_empty());
    let mut text = format!("## `git mkt`\n\n```text\n{all}\n```\n");
    for name in names.filter(|name| *name != "help") {
        text.push_str(&format!("\n## `git mkt {name}`\n\n```text\n{}\n```\n", help(&[name, "--help"])));
    }
    text
}
