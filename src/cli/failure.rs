//! What could not be done, or was refused: classified here and nowhere else.

use serde::Serialize;

use crate::git::Refusal;
use crate::model::codec::Problem;
use crate::model::shell::word;
use crate::render::Label;
use crate::render::Page;
use crate::render::violations::violations;
use crate::rules::{Level, Violation};

use super::exit::Exit;

/// A command's end without its result.
#[derive(Debug)]
pub struct Failure {
    /// The exit status.
    pub exit: Exit,
    /// What happened, for programs.
    pub code: &'static str,
    /// What happened, for people: lower case, no final period.
    pub message: String,
    /// What belongs to it, such as a gate table.
    pub details: Page,
    /// The same for programs.
    pub data: serde_json::Value,
    /// What to do now, one step each.
    pub hints: Vec<String>,
    /// Whether it ends an answer of one object a line, and so is a line itself.
    pub follows_lines: bool,
    /// The violations, when the rules said no to a step.
    pub violations: Vec<Violation>,
}

impl Failure {
    fn new(exit: Exit, code: &'static str, message: impl Into<String>) -> Self {
        let (details, data) = (Page::new(), serde_json::Value::Null);
        let (message, hints, violations) = (message.into(), Vec::new(), Vec::new());
        Self { exit, code, message, details, data, hints, follows_lines: false, violations }
    }

    /// A value that was given is not one that can be taken.
    pub fn bad_value(message: impl Into<String>) -> Self {
        Self::new(Exit::Failed, "bad-value", message)
    }

    /// The answer is there and could not be written.
    pub fn unwritten(error: &std::io::Error) -> Self {
        Self::new(Exit::Failed, "unwritten", format!("cannot write the answer: {error}"))
    }

    /// The rules say no, in a way that is no violation of a step.
    pub fn refused(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(Exit::Refused, code, message)
    }

    /// The rules say no to a step.
    #[must_use]
    pub fn violated(what: &str, found: &[Violation]) -> Self {
        let errors = found.iter().filter(|one| one.level == Level::Error).count();
        let noun = if errors == 1 { "rule violation" } else { "rule violations" };
        let mut failure = Self::new(Exit::Refused, "violation", format!("{what} is refused: {errors} {noun}"));
        failure.details = violations(found);
        failure.violations = found.to_vec();
        failure.with_data(&found)
    }

    /// Artifacts do not parse or do not fit their schema.
    #[must_use]
    pub fn malformed(problems: &[&Problem]) -> Self {
        let noun = if problems.len() == 1 { "problem" } else { "problems" };
        let message = format!("the artifacts are malformed: {} {noun}", problems.len());
        let mut failure = Self::new(Exit::Failed, "malformed", message);
        for problem in problems {
            let line = failure.details.line();
            line.text("  ").text(&problem.message).text("   ").label(Label::Path, problem.location());
        }
        let first = problems.first().map(|problem| problem.path.clone()).unwrap_or_default();
        failure.hint(format!("mend {first}, then `git mkt record`")).with_data(&problems)
    }

    /// The failure of a command; a bad value that says nothing of what to do points to its help.
    #[must_use]
    pub fn with_help_of(self, command: &str) -> Self {
        if self.code == "bad-value" && self.hints.is_empty() {
            return self.hint(format!("git mkt {command} --help"));
        }
        self
    }

    /// The failure with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The failure with its data for programs.
    #[must_use]
    pub fn with_data<T: Serialize>(mut self, data: &T) -> Self {
        self.data = serde_json::to_value(data).unwrap_or_default();
        self
    }

    /// The failure with something to show.
    #[must_use]
    pub fn with_details(mut self, details: Page) -> Self {
        self.details = details;
        self
    }
}

/// Names a bad value after a parser that already says everything.
impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::bad_value(message)
    }
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        match error.downcast_ref::<Refusal>() {
            Some(refusal) => Self::from(refusal),
            None => Self::new(Exit::Failed, "failed", format!("{error:#}")),
        }
    }
}

impl From<&Refusal> for Failure {
    fn from(refusal: &Refusal) -> Self {
        let message = refusal.to_string();
        let failed = |code, message| Self::new(Exit::Failed, code, message);
        match refusal {
            Refusal::NotARepository(_) => failed("no-repository", message).hint("git init"),
            Refusal::NotTrusted { advice, .. } => {
                let failure = failed("not-trusted", message);
                advice.iter().fold(failure, |failure, advice| failure.hint(advice))
            }
            Refusal::Bare => failed("bare", message).hint("run the command in a clone that has a working tree"),
            Refusal::NoIdentity(_) => failed("no-identity", message)
                .hint("git config user.name \"Your Name\"")
                .hint("git config user.email you@example.com"),
            Refusal::InProgress(what) => Self::refused("in-progress", message)
                .hint(format!("finish or abort the {what}, then run the command again")),
            Refusal::InsideHook => Self::refused("inside-hook", message).hint("run the command outside the hook"),
            Refusal::Moved => Self::new(Exit::Moved, "moved", message).hint("run the command again"),
            Refusal::Locked(_) => Self::new(Exit::Moved, "locked", message).hint("run the command again"),
            Refusal::UnreadableJournal(path) => failed("unreadable-journal", message)
                .hint("git status .ohmymkt")
                .hint(format!("when that is as you want it: rm {}", word(&path.display().to_string()))),
            Refusal::UnknownRevision(_) => failed("unknown-revision", message).hint("git log --oneline --all"),
            Refusal::Missing(_, id) => Self::new(Exit::Incomplete, "missing-object", message)
                // Git fetches it, or says why it cannot.
                .hint(format!("git cat-file -t {id}")),
            Refusal::Unsupported(_) => failed("unsupported", message),
            Refusal::Hook(_) => failed("hook", message),
            Refusal::UnsafePath(path) => failed("unsafe-path", message)
                .hint(format!("make {path} a plain file or folder again, then run the command again")),
        }
    }
}
