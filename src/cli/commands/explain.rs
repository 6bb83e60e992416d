//! `explain`: what a rule protects, an example, how to mend it.

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::render::{Label, Line, Page, View};
use crate::rules::{Level, RULES, Rule, nearest};

/// Explain a rule, or list them all
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  git mkt explain
  git mkt explain start-requires-gates")]
pub struct Args {
    /// The rule; all of them when not given
    rule: Option<String>,
}

#[derive(Serialize)]
struct Explained {
    rules: Vec<Text>,
    #[serde(skip)]
    single: bool,
}

#[derive(Serialize)]
struct Text {
    rule: &'static str,
    level: Level,
    says: &'static str,
    protects: &'static str,
    example: &'static str,
    mend: &'static str,
}

impl View for Explained {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if !self.single {
            let row = |text: &Text| [Line::labelled(text.level.into(), text.rule), Line::of(text.says)];
            page.table(&[], self.rules.iter().map(row));
            return page;
        }
        for text in &self.rules {
            page.line().label(text.level.into(), text.rule).text("  ").text(text.says);
            for (title, part) in [("protects", text.protects), ("example", text.example), ("mend", text.mend)] {
                page.blank();
                page.line().label(Label::Heading, title);
                page.line().text("  ").text(part);
            }
        }
        page
    }
}

/// Runs the command. It needs no repository.
///
/// # Errors
/// When there is no such rule.
pub fn run(args: &Args) -> Result<Reply, Failure> {
    let wanted = |rule: &&Rule| args.rule.as_ref().is_none_or(|id| rule.id == id);
    let text = |rule: &Rule| Text {
        rule: rule.id,
        level: rule.level,
        says: rule.says,
        protects: rule.protects,
        example: rule.example,
        mend: rule.mend,
    };
    let rules: Vec<_> = RULES.iter().filter(wanted).map(text).collect();
    match (&args.rule, rules.is_empty()) {
        (Some(id), true) => Err(unknown(id)),
        (rule, _) => Ok(Reply::done(Explained { rules, single: rule.is_some() })),
    }
}

fn unknown(id: &str) -> Failure {
    let near = nearest(id, RULES.iter().map(|rule| rule.id));
    if near.is_empty() {
        return Failure::bad_value(format!("there is no rule `{id}`")).hint("git mkt explain");
    }
    let names: Vec<_> = near.iter().map(|name| format!("`{name}`")).collect();
    let failure = Failure::bad_value(format!("there is no rule `{id}`; near it: {}", names.join(", ")));
    near.iter().fold(failure, |failure, name| failure.hint(format!("git mkt explain {name}")))
}
