//! `verify`: the rules over history, every commit against every parent.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::range;
use crate::cli::reply::Reply;
use crate::render::violations::violations;
use crate::render::{Label, Page, View};
use crate::rules::{self, Level, Violation};

/// Judge the history by the rules
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit 0 when the history is sound, 2 when a rule is violated, 3 when not all could be seen.

Examples:
  git mkt verify                    everything HEAD reaches
  git mkt verify origin/main..HEAD  what a branch adds
  git mkt verify --all              every branch and tag")]
pub struct Args {
    /// The commits to judge, as in git: a revision or A..B
    range: Option<String>,
    /// Judge everything that a branch or a tag reaches
    #[arg(long, conflicts_with = "range")]
    all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Sound,
    Violated,
    Incomplete,
}

#[derive(Serialize)]
struct Verified {
    verdict: Verdict,
    commits_seen: usize,
    commits_judged: usize,
    findings: Vec<Finding>,
    incomplete: Vec<String>,
}

#[derive(Serialize)]
struct Finding {
    commit: String,
    #[serde(skip)]
    short: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_commit: Option<String>,
    subject: String,
    #[serde(flatten)]
    violation: Violation,
}

impl View for Verified {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        match self.verdict {
            Verdict::Sound => line.label(Label::Pass, "sound"),
            Verdict::Violated => line.label(Label::Fail, "violated"),
            Verdict::Incomplete => line.label(Label::Warning, "incomplete"),
        };
        line.text(format!(
            ": {} commits seen, the {} that touch the artifacts judged",
            self.commits_seen, self.commits_judged
        ));
        for reason in &self.incomplete {
            page.line().label(Label::Warning, "  incomplete: ").text(reason);
        }
        let mut last = "";
        for finding in &self.findings {
            if finding.commit != last {
                page.blank();
                page.line().label(Label::Id, &finding.short).text(" ").text(&finding.subject);
                last = &finding.commit;
            }
            page.append(violations(std::slice::from_ref(&finding.violation)));
        }
        page
    }
}

/// Runs the command.
///
/// # Errors
/// When a revision names no commit or git cannot be read.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    let (include, mut exclude) = if args.all {
        (repo.branches_and_tags()?.into_iter().map(|(_, id)| id).collect(), Vec::new())
    } else {
        range::parse(context, args.range.as_deref())?
    };
    // What came before the repository adopted the tool is not judged.
    if let Some(adopted) = context.store.head_snapshot()?.policy().verify_from {
        exclude.push(repo.resolve_commit(&adopted)?);
    }
    let audit = context.store.audit(&include, &exclude)?;
    let mut findings = Vec::new();
    for audited in &audit.commits {
        let message = String::from_utf8_lossy(&audited.commit.message);
        for violation in rules::check(&audited.step) {
            let parent = violation.parent.and_then(|at| audited.commit.parents.get(at));
            findings.push(Finding {
                commit: audited.commit.id.to_string(),
                short: repo.abbreviate(&audited.commit.id),
                parent_commit: parent.map(ToString::to_string),
                subject: message.lines().next().unwrap_or_default().to_owned(),
                violation,
            });
        }
    }
    let violated = findings.iter().any(|finding| finding.violation.level == Level::Error);
    let (verdict, exit) = match (violated, audit.incomplete.is_empty()) {
        (true, _) => (Verdict::Violated, Exit::Refused),
        (false, true) => (Verdict::Sound, Exit::Done),
        (false, false) => (Verdict::Incomplete, Exit::Incomplete),
    };
    let view = Verified {
        verdict,
        commits_seen: audit.seen,
        commits_judged: audit.commits.len(),
        findings,
        incomplete: audit.incomplete,
    };
    Ok(Reply::with_exit(exit, view))
}
