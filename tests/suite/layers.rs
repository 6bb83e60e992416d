//! The house as stated in `docs/architecture.md`, held against the source itself.
//!
//! Each law is a function from the house to its breaches, each breach a line that names the
//! missing or forbidden piece. The laws are tried on small bad houses below.

mod house;
pub mod source;

use std::collections::{BTreeMap, BTreeSet};

use house::{House, Place};
use source::{Names, Source};

/// The rooms, and what each may import.
const ROOMS: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("git", &[]),
    ("rules", &["model"]),
    ("change", &["model"]),
    ("render", &["model", "rules", "change"]),
    ("store", &["model", "rules", "git"]),
    ("cli", &["model", "git", "rules", "change", "render", "store"]),
];

/// What reaches outside: a path, and the rooms that may name it.
const EFFECTS: [(&str, &[&str]); 16] = [
    ("std::env", &["cli"]),
    ("std::process::exit", &["cli"]),
    ("std::process::abort", &["cli"]),
    ("std::process::Command", &["cli", "git"]),
    ("std::time::SystemTime::now", &["cli"]),
    ("std::time::Instant::now", &["cli"]),
    ("chrono::Utc::now", &["cli"]),
    ("chrono::Local::now", &["cli"]),
    ("std::io::stdin", &["cli"]),
    ("std::io::stdout", &["cli"]),
    ("std::io::stderr", &["cli"]),
    ("std::thread::sleep", &["git"]),
    ("std::net", &[]),
    ("std::fs", &["cli", "git", "store"]),
    ("rustix", &["cli", "git", "store"]),
    ("git2", &["git"]),
];

/// What git may name besides, in a file that says why: its own variables, its clock, and how long a lock is waited for.
const MARKED: [&str; 3] = ["std::env", "std::time::Instant::now", "chrono::Local::now"];

/// The macros that print.
const PRINTING: [&str; 5] = ["print", "println", "eprint", "eprintln", "dbg"];

/// The most lines of a file, its unit tests not counted.
const LONGEST: usize = 400;

fn the_house() -> House {
    let files = source::read("src").into_iter().filter(|(path, _)| !path.starts_with("src/bin/"));
    House::of(&files.collect::<Vec<_>>())
}

/// The room of a file: its first module.
fn room(file: &Source) -> &str {
    file.module.first().map_or("", String::as_str)
}

#[track_caller]
fn holds(law: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{law}:\n  {}\n", breaches.join("\n  "));
}

#[test]
fn rooms_import_only_what_is_below_them() {
    holds("arrows only point down", &imports(&the_house()));
}

#[test]
fn no_room_has_an_import_circle() {
    holds("no circles, also inside a room", &circles(&the_house()));
}

#[test]
fn only_the_outer_rooms_reach_outside() {
    holds("data in, data out", &effects(&the_house()));
}

#[test]
fn no_file_is_too_long() {
    holds("a file can be read at one sitting", &lengths(&the_house()));
}

#[test]
fn every_file_is_declared() {
    let suite = source::read("tests/suite");
    let suite = suite.iter().map(|(path, text)| Source::parse("tests/suite", path, text)).collect();
    let orphans = [the_house().orphans(), House::new(suite).orphans()].concat();
    let say = |path: &String| format!("{path}: no `mod` declares it, so it is never compiled");
    holds("every file belongs to the program", &orphans.iter().map(say).collect::<Vec<_>>());
}

#[test]
fn every_rule_has_its_file_and_its_table_line() {
    holds("a rule is a file and a line of the table", &rules(&the_house()));
}

#[test]
fn every_command_has_a_test() {
    let ours = |path: &str| {
        ["sandbox/", "guide", "layers", "requirements.rs", "main.rs"]
            .iter()
            .any(|own| path.strip_prefix("tests/suite/").is_some_and(|path| path.starts_with(own)))
    };
    let tests: Vec<_> = source::read("tests/suite").into_iter().filter(|(path, _)| !ours(path)).collect();
    holds("a command has a test", &commands(&the_house(), &tests));
}

/// Imports that go up or sideways.
fn imports(house: &House) -> Vec<String> {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.into_iter().collect();
    let mut breaches = BTreeSet::new();
    for file in house.files.iter().filter(|file| !file.module.is_empty()) {
        let from = room(file);
        let Some(below) = allowed.get(from) else {
            breaches.insert(format!("{}: `{from}` is none of the seven rooms", file.path));
            continue;
        };
        for (path, place) in house.named(file) {
            let Place::Inside(inside) = place else { continue };
            let Some(to) = inside.first().filter(|to| allowed.contains_key(to.as_str())) else { continue };
            if to != from && !below.contains(&to.as_str()) {
                let may = if below.is_empty() { "no room".to_owned() } else { below.join(", ") };
                let path = path.join("::");
                breaches.insert(format!("{}: `{from}` may import {may}, not `{to}`: {path}", file.path));
            }
        }
    }
    breaches.into_iter().collect()
}

/// Files of one room that depend on each other in a circle. The door of a folder declares and
/// re-exports what is in it, which is not a dependency.
fn circles(house: &House) -> Vec<String> {
    let edges = |index: usize| {
        let file = &house.files[index];
        let mut next = house.neighbours(index);
        next.retain(|other, _| {
            let other = &house.files[*other];
            room(other) == room(file) && !(file.is_door() && other.module.starts_with(&file.module))
        });
        next
    };
    let graph: Vec<BTreeMap<usize, String>> = (0..house.files.len()).map(edges).collect();
    let mut breaches = Vec::new();
    let mut seen = BTreeSet::new();
    for start in 0..graph.len() {
        let Some(circle) = shortest_circle(&graph, start) else { continue };
        let mut members = circle.clone();
        members.sort_unstable();
        if seen.insert(members) {
            let step = |(at, next): (usize, usize)| format!("{} ({})", house.files[at].path, graph[at][&next]);
            let next = circle.iter().skip(1).chain(&circle[..1]);
            let steps: Vec<String> = circle.iter().copied().zip(next.copied()).map(step).collect();
            breaches.push(format!("{} -> {}", steps.join(" -> "), house.files[start].path));
        }
    }
    breaches
}

/// The shortest way from a file back to itself.
fn shortest_circle(graph: &[BTreeMap<usize, String>], start: usize) -> Option<Vec<usize>> {
    let mut ways = vec![vec![start]];
    let mut visited = BTreeSet::new();
    while !ways.is_empty() {
        let mut longer = Vec::new();
        for way in ways {
            for next in way.last().into_iter().flat_map(|last| graph[*last].keys().copied()) {
                if next == start {
                    return Some(way);
                }
                if visited.insert(next) {
                    longer.push([way.clone(), vec![next]].concat());
                }
            }
        }
        ways = longer;
    }
    None
}

/// Files that print, exit, read the environment or the clock, or touch files where they must not.
fn effects(house: &House) -> Vec<String> {
    let mut breaches = BTreeSet::new();
    for file in &house.files {
        let room = room(file);
        for (path, place) in house.named(file) {
            let Place::Outside(outside) = place else { continue };
            let Some((effect, rooms)) = effect(&outside) else { continue };
            let marked = room == "git" && MARKED.contains(&effect) && is_marked(house, file);
            if !rooms.contains(&room) && !marked {
                let only = if rooms.is_empty() { "no room".to_owned() } else { format!("only {}", rooms.join(", ")) };
                breaches.insert(format!("{}: {only} may name `{effect}`: {}", file.path, path.join("::")));
            }
        }
        for name in file.macros.iter().filter(|name| PRINTING.contains(&name.as_str())) {
            if room != "cli" || name == "dbg" {
                breaches.insert(format!("{}: only cli prints: {name}!", file.path));
            }
        }
    }
    breaches.into_iter().collect()
}

/// The effect that a path to another crate names, if any.
fn effect(path: &Names) -> Option<(&'static str, &'static [&'static str])> {
    let ends = |effect: &str| {
        let short: Vec<&str> = effect.rsplit("::").take(2).collect();
        effect.ends_with("::now") && path.iter().rev().take(2).eq(short.iter())
    };
    let starts = |effect: &str| {
        effect
            .split("::")
            .zip(path.iter().map(Some).chain(std::iter::repeat(None)))
            .all(|(wanted, found)| found.is_some_and(|found| found == wanted))
    };
    let constants = path.get(2).is_some_and(|name| name == "consts");
    EFFECTS.into_iter().find(|(effect, _)| (starts(effect) && !constants) || ends(effect))
}

/// Whether a file, or the door of a folder above it, says that it reaches outside, and why.
fn is_marked(house: &House, file: &Source) -> bool {
    let marks = |other: &&Source| other.lints_off.contains("clippy::disallowed_methods");
    let above =
        |other: &&Source| other.path == file.path || (other.is_door() && file.module.starts_with(&other.module));
    house.files.iter().filter(above).any(|other| marks(&other))
}

/// Files that are too long.
fn lengths(house: &House) -> Vec<String> {
    let long = house.files.iter().filter(|file| file.lines_without_tests() > LONGEST);
    long.map(|file| format!("{}: {} lines, at most {LONGEST}", file.path, file.lines_without_tests())).collect()
}

/// Rules without a file, and files without a line in the table.
fn rules(house: &House) -> Vec<String> {
    let is_rule =
        |file: &&Source| file.module.starts_with(&["rules", "invariant"].map(str::to_owned)) && !file.is_door();
    let files: BTreeSet<String> = house.files.iter().filter(is_rule).map(|file| file.module[2].clone()).collect();
    let Some(table) = house.files.iter().find(|file| file.path == "src/rules/table.rs") else {
        return if files.is_empty() { Vec::new() } else { vec!["src/rules/table.rs is missing".to_owned()] };
    };
    let lines: BTreeSet<String> = house
        .named(table)
        .filter_map(|(_, place)| match place {
            Place::Inside(path) if path.starts_with(&["rules", "invariant"].map(str::to_owned)) => path.get(2).cloned(),
            _ => None,
        })
        .collect();
    let words: BTreeSet<&str> = table.text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').collect();
    let unlisted = files.iter().filter(|rule| !words.contains(rule.as_str()));
    let unlisted = unlisted.map(|rule| format!("src/rules/table.rs does not name `{rule}`"));
    let missing = lines.difference(&files).map(|rule| format!("src/rules/invariant/{rule}.rs is missing"));
    unlisted.chain(missing).collect()
}

/// Commands whose name no test mentions.
fn commands(house: &House, tests: &[(String, String)]) -> Vec<String> {
    let folder = ["cli", "commands"].map(str::to_owned);
    let is_command = |file: &&Source| file.module.starts_with(&folder) && file.module.len() > 2;
    let names: BTreeSet<String> =
        house.files.iter().filter(is_command).map(|file| file.module[2].replace('_', "-")).collect();
    let tested = |name: &String| tests.iter().any(|(_, text)| text.contains(&format!("\"{name}\"")));
    let untested = names.into_iter().filter(|name| !tested(name));
    untested.map(|name| format!("no test under tests/suite runs `mkt(&[\"{name}\", …])`")).collect()
}

#[cfg(test)]
mod tests;
