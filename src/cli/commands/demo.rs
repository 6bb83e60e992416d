//! `demo`: the whole lifecycle, played in a throwaway repository.
//!
//! It runs this very program as a user would, with a clock of its own, and shows what is
//! typed and what is answered.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::render::{Label, Page, View};

/// Play the whole lifecycle in a throwaway repository
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt demo
  git mkt demo --dir /tmp/growth    play it there, in a new directory")]
pub struct Args {
    /// Where to play; a new directory. A temporary one when not given
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

/// What is typed: the day of the story, the words, the exit status that belongs to it.
type Line = (u32, &'static [&'static str], i32);

const STORY: &[(&str, &[Line])] = &[
    (
        "A repository adopts the tool and plans a campaign",
        &[
            (0, &["mkt", "init"], 0),
            (
                0,
                &[
                    "mkt",
                    "plan-growth",
                    "Grow non-brand visibility of the docs",
                    "--name",
                    "docs-non-brand",
                    "--scope-in",
                    "/docs in English",
                    "--scope-out",
                    "paid search",
                    "--acceptance",
                    "non_brand_visibility_trend is up in 3 of 4 weekly cycles",
                    "--rollback-condition",
                    "a P0 that is not mended within 48 hours",
                    "--owner",
                    "Ada Growth",
                ],
                0,
            ),
            (0, &["mkt", "review-plan", "docs-non-brand", "--pass"], 0),
        ],
    ),
    (
        "The gates block the start until each is shown to hold",
        &[
            (0, &["mkt", "start-campaign"], 2),
            (
                1,
                &[
                    "mkt",
                    "update-gates",
                    "strategy_gate.kpi_tree_bound=true",
                    "strategy_gate.approved=true",
                    "compliance_gate.documented=true",
                    "compliance_gate.accepted_by_all=true",
                    "capacity_gate.rolling_weeks_feasible=9",
                    "data_gate.dashboard_stable=true",
                    "data_gate.reconcilable=true",
                    "ownership_gate.priority_query_coverage=0.9",
                    "--evidence",
                    "https://example.com/readiness",
                    "--note",
                    "readiness review",
                ],
                0,
            ),
            (1, &["mkt", "start-campaign"], 0),
        ],
    ),
    (
        "A week later both tracks are up: go on",
        &[
            (
                8,
                &[
                    "mkt",
                    "update-metrics",
                    "visibility_track.non_brand_visibility_trend=up",
                    "quality_track.high_intent_session_trend=up",
                    "--source",
                    "search-console",
                ],
                0,
            ),
            (8, &["mkt", "run-cycle", "weekly"], 0),
        ],
    ),
    (
        "A P0 strikes: the next cycle rolls back and pauses what scales",
        &[
            (
                11,
                &[
                    "mkt",
                    "incident",
                    "--severity",
                    "P0",
                    "--module",
                    "technical_foundation",
                    "--summary",
                    "noindex shipped to every docs page",
                ],
                0,
            ),
            (15, &["mkt", "run-cycle", "weekly"], 0),
        ],
    ),
    (
        "The postmortem is written, and the next cycle resumes",
        &[
            (
                16,
                &[
                    "mkt",
                    "postmortem",
                    "inc-",
                    "--root-cause",
                    "a staging template reached production",
                    "--remediation",
                    "template reverted, sitemap resubmitted",
                    "--prevention",
                    "the release check refuses a noindex under /docs",
                ],
                0,
            ),
            (22, &["mkt", "run-cycle", "--due"], 0),
            (23, &["mkt", "report-growth", "--window", "30d"], 0),
        ],
    ),
    (
        "What git has of it",
        &[
            (23, &["mkt", "verify"], 0),
            (23, &["log", "--reverse", "--format=%h %s%n%(trailers)"], 0),
            (23, &["status", "--short"], 0),
        ],
    ),
];

#[derive(Serialize)]
struct Played {
    directory: String,
    commands: Vec<Told>,
}

#[derive(Serialize)]
struct Told {
    #[serde(skip_serializing_if = "Option::is_none")]
    chapter: Option<&'static str>,
    typed: String,
    exit: i32,
    output: String,
}

impl View for Played {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for told in &self.commands {
            if let Some(chapter) = told.chapter {
                page.heading(chapter);
            }
            page.blank();
            page.line().label(Label::Dim, "$ ").label(Label::Heading, &told.typed);
            for line in told.output.lines() {
                page.line().text(line);
            }
            if told.exit != 0 {
                page.line().label(Label::Dim, format!("[exit {}]", told.exit));
            }
        }
        page.heading("Look around");
        page.line().text("  cd ").label(Label::Path, &self.directory);
        page.line().text("  git mkt status   git mkt log   git show   git mkt explain p0-forces-rollback");
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When the directory cannot be made, or a step does not end as it should.
pub fn run(args: &Args) -> Result<Reply, Failure> {
    let directory = directory(args)?;
    let stage = Stage::set(&directory)?;
    let mut commands = Vec::new();
    for (chapter, lines) in STORY {
        for (at, (day, words, expected)) in lines.iter().enumerate() {
            let (exit, output) = stage.run(*day, commands.len(), words)?;
            let typed = typed(words);
            if exit != *expected {
                return Err(Failure::from(format!("`{typed}` ended with {exit}, not {expected}: {output}")));
            }
            commands.push(Told { chapter: (at == 0).then_some(*chapter), typed, exit, output });
        }
    }
    Ok(Reply::done(Played { directory: directory.display().to_string(), commands }))
}

fn directory(args: &Args) -> Result<PathBuf, Failure> {
    let made = match &args.dir {
        Some(dir) => std::fs::create_dir(dir).map(|()| dir.clone()),
        None => tempfile::Builder::new().prefix("ohmymkt-demo-").tempdir().map(tempfile::TempDir::keep),
    };
    made.map_err(|error| Failure::from(format!("cannot make a directory for the demo: {error}")))
}

fn typed(words: &[&str]) -> String {
    let quoted =
        words.iter().map(|word| if word.contains([' ', '%']) { format!("\"{word}\"") } else { (*word).to_owned() });
    format!("git {}", quoted.collect::<Vec<_>>().join(" "))
}

/// A repository with a page in it, and a clock that the story sets.
struct Stage {
    directory: PathBuf,
    program: PathBuf,
}

impl Stage {
    fn set(directory: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|error| Failure::from(error.to_string()))?;
        let stage = Self { directory: directory.to_owned(), program };
        stage.run(0, 0, &["init", "-q", "-b", "main"])?;
        let page = "<!doctype html><title>Docs</title><h1>Docs</h1>\n";
        std::fs::write(directory.join("index.html"), page).map_err(|error| Failure::from(error.to_string()))?;
        stage.run(0, 0, &["add", "index.html"])?;
        stage.run(0, 0, &["commit", "-q", "-m", "Add the docs"])?;
        Ok(stage)
    }

    /// Runs `git …`, or this program for `git mkt …`: status and output.
    fn run(&self, day: u32, nth: usize, words: &[&str]) -> Result<(i32, String), Failure> {
        let (program, rest) = match words {
            ["mkt", rest @ ..] => (self.program.as_path(), rest),
            all => (Path::new("git"), all),
        };
        // 2026-01-05 09:00 UTC, a Monday.
        let clock = format!("{} +0000", 1_767_603_600 + u64::from(day) * 86_400 + nth as u64 * 60);
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        let output = command
            .args(rest)
            .current_dir(&self.directory)
            .envs([("GIT_CONFIG_GLOBAL", "/dev/null"), ("GIT_CONFIG_NOSYSTEM", "1"), ("NO_COLOR", "1")])
            .envs([("GIT_AUTHOR_NAME", "Ada Growth"), ("GIT_AUTHOR_EMAIL", "ada@example.org")])
            .envs([("GIT_COMMITTER_NAME", "Ada Growth"), ("GIT_COMMITTER_EMAIL", "ada@example.org")])
            .envs([("GIT_AUTHOR_DATE", &clock), ("GIT_COMMITTER_DATE", &clock)])
            .output()
            .map_err(|error| Failure::from(format!("cannot run {}: {error}", program.display())))?;
        let text = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Ok((output.status.code().unwrap_or(-1), text))
    }
}
