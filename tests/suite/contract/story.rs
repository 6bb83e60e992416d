//! A campaign in which every command that writes has its turn.

use crate::sandbox::{PASSING, PLAN, PLANNING, Sandbox};

/// The writing commands, in the order in which the story tells them.
pub const WRITING: [&str; 14] = [
    "init",
    "plan-growth",
    "update-gates",
    "review-plan",
    "start-campaign",
    "update-metrics",
    "update-task",
    "incident",
    "run-cycle",
    "postmortem",
    "report-growth",
    "resolve-recommendation",
    "record",
    "finish-campaign",
];

/// One turn: a command that writes, ready to be run.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The command's name.
    pub name: &'static str,
    /// Name and arguments.
    pub words: Vec<String>,
    /// The paths that it touches under `.ohmymkt/`, with `*` for a part of a name; each is
    /// met by one path or more, and every path by one of them.
    pub touches: &'static [&'static str],
}

impl Turn {
    /// Name and arguments, to hand over.
    pub fn args(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    /// Name and arguments with one more.
    pub fn with<'t>(&'t self, more: &'t str) -> Vec<&'t str> {
        let mut args = self.args();
        args.push(more);
        args
    }

    /// Asserts that the paths are those that the command touches.
    #[track_caller]
    pub fn assert_touched(&self, paths: &[String]) {
        let meets = |pattern: &str, path: &str| {
            let inside = path.strip_prefix(".ohmymkt/").unwrap_or("(outside)");
            let pattern = regex::escape(pattern).replace(r"\*", "[^/]*");
            regex::Regex::new(&format!("^{pattern}$")).expect("the pattern is sound").is_match(inside)
        };
        for path in paths {
            assert!(self.touches.iter().any(|one| meets(one, path)), "`{}` touched {path}", self.name);
        }
        for one in self.touches {
            assert!(paths.iter().any(|path| meets(one, path)), "`{}` left {one} alone: {paths:?}", self.name);
        }
    }
}

/// Calls `tell` with each turn, when everything is ready for it; `tell` has to run it.
pub fn tell(sandbox: &Sandbox, tell: impl FnMut(&Sandbox, &Turn)) {
    tell_up_to(sandbox, "finish-campaign", tell);
}

/// As [`tell`], and ends with the turn of a command.
pub fn tell_up_to(sandbox: &Sandbox, last: &str, mut tell: impl FnMut(&Sandbox, &Turn)) {
    for name in WRITING {
        prepare(sandbox, name);
        tell(sandbox, &turn(sandbox, name));
        if name == last {
            break;
        }
    }
}

/// What has to be done by hand before a turn.
fn prepare(sandbox: &Sandbox, name: &str) {
    match name {
        "run-cycle" => drop(sandbox.advance(7)),
        "record" => {
            let note = format!(".ohmymkt/notepads/{}/learnings.md", sandbox.plan());
            let text = sandbox.read(&note);
            sandbox.write(&note, format!("{text}\nGuides win more than news.\n"));
            sandbox.edit_json(".ohmymkt/state/sprint-board.json", |board| {
                board[1]["owner"] = "Grace Crawl".into();
            });
        }
        _ => {}
    }
}

fn turn(sandbox: &Sandbox, name: &str) -> Turn {
    let (name, (words, touches)) = {
        let (name, rest) = arguments(name);
        (name, rest)
    };
    let first =
        |folder: &str| sandbox.names(folder).into_iter().find_map(|name| Some(name.strip_suffix(".json")?.to_owned()));
    let fill = |word: &&str| match *word {
        "<incident>" => first(".ohmymkt/incidents").expect("an incident"),
        "<recommendation>" => advice(sandbox),
        "<passing>" => PASSING.join(" "),
        word => word.to_owned(),
    };
    let words = words
        .iter()
        .map(fill)
        .flat_map(|word| if word == PASSING.join(" ") { PASSING.map(str::to_owned).to_vec() } else { vec![word] });
    Turn { name, words: words.collect(), touches }
}

/// The id of one recommendation: the same in every run, as ids have no order.
fn advice(sandbox: &Sandbox) -> String {
    let folder = ".ohmymkt/recommendations";
    let names = sandbox.names(folder).into_iter().filter(|name| name.ends_with(".json"));
    let first = names.min_by_key(|name| sandbox.json(&format!("{folder}/{name}"))["text"].to_string());
    first.expect("a recommendation").trim_end_matches(".json").to_owned()
}

type Words = (&'static [&'static str], &'static [&'static str]);

/// The words of each turn, and what it touches.
fn arguments(name: &str) -> (&'static str, Words) {
    let turn: Words = match name {
        "init" => (&["init"], &[".gitattributes", "policy.json", "state/*.json", "*/.gitkeep", "reports/*/.gitkeep"]),
        "plan-growth" => (&PLANNING, &["plans/*.md"]),
        "update-gates" => {
            (&["update-gates", "<passing>", "--evidence", "https://example.org/evidence"], &["state/gates.json"])
        }
        "review-plan" => (&["review-plan", PLAN, "--pass"], &["reviews/rev-*.json"]),
        "start-campaign" => (
            &["start-campaign", PLAN],
            &["boulder.json", "state/execution.json", "state/sprint-board.json", "notepads/*/*.md"],
        ),
        "update-metrics" => (
            &["update-metrics", "visibility_track.non_brand_visibility_trend=up", "--source", "search-console"],
            &["state/metrics.json", "observations/obs-*.json"],
        ),
        "update-task" => (
            &[
                "update-task",
                "1",
                "--owner",
                "Ada Growth",
                "--due",
                "2026-02-01",
                "--kpi-impact",
                "fewer crawl errors",
                "--rollback-condition",
                "server errors above 1 %",
                "--status",
                "active",
            ],
            &["state/sprint-board.json"],
        ),
        "incident" => (
            &["incident", "--severity", "P1", "--module", "technical_foundation", "--summary", "Checkout is down"],
            &["incidents/inc-*.json"],
        ),
        "run-cycle" => (
            &["run-cycle", "weekly"],
            &["reports/weekly/*.md", "state/cycles.json", "state/execution.json", "state/sprint-board.json"],
        ),
        "postmortem" => (
            &[
                "postmortem",
                "<incident>",
                "--root-cause",
                "a staging flag shipped",
                "--remediation",
                "removed the flag",
                "--prevention",
                "the release check refuses it",
            ],
            &["incidents/inc-*.json"],
        ),
        "report-growth" => (&["report-growth"], &["reports/summary/*.md", "recommendations/rec-*.json"]),
        "resolve-recommendation" => (
            &["resolve-recommendation", "<recommendation>", "--deferred", "after the migration"],
            &["recommendations/rec-*.json"],
        ),
        "record" => (&["record"], &["notepads/*/learnings.md", "state/sprint-board.json"]),
        "finish-campaign" => (
            &["finish-campaign", "--outcome", "Non-brand clicks are up 31 %"],
            &["archive/*.json", "boulder.json", "state/execution.json", "state/sprint-board.json"],
        ),
        other => panic!("`{other}` is not a command that writes"),
    };
    (WRITING.into_iter().find(|known| *known == name).expect("a known name"), turn)
}
