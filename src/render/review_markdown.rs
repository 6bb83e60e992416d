//! A review as a comment for a forge. The same review gives the same bytes.

use std::collections::BTreeSet;

use crate::change::{Change, Effect, LineChange};
use crate::rules::{Level, Violation};

use super::changes::{Told, Turn};
use super::markdown::{code, escape};
use super::review::{Part, Review, counted};
use super::verdict::Finding;

/// The first line, by which a job finds the comment that it wrote before.
pub const MARKER: &str = "<!-- ohmymkt-review -->";

/// The longest comment, in characters: forges take 65,536.
const LONGEST: usize = 60_000;

/// How many characters of a commit's id are shown: not git's guess, which differs from clone to clone.
const ID: usize = 12;

/// The comment. What does not fit is left out by whole sections, and named.
#[must_use]
pub fn comment(review: &Review) -> String {
    let mut text = format!("{MARKER}\n**{}**: {}\n", review.verdict.word(), said(&review.summary()));
    if let Some(line) = review.since_line() {
        text.push_str(&format!("\n{}\n", said(&line)));
    }
    let mut sections = vec![("the merge".to_owned(), merge(review)), ("the commits".to_owned(), commits(review))];
    sections.extend(review.changed.iter().map(|part| (part.group.title().to_owned(), section(part))));
    sections.retain(|(_, section)| !section.is_empty());
    let names: Vec<_> = sections.iter().map(|(name, _)| name.as_str()).collect();
    let room = LONGEST - left_out(&names, review).chars().count();
    let mut dropped = Vec::new();
    let mut length = text.chars().count();
    for (name, section) in &sections {
        let more = section.chars().count() + 1;
        if length + more > room {
            dropped.push(name.as_str());
            continue;
        }
        length += more;
        text.push('\n');
        text.push_str(section);
    }
    if !dropped.is_empty() {
        text.push_str(&left_out(&dropped, review));
    }
    text
}

fn left_out(names: &[&str], review: &Review) -> String {
    let command = code(&format!("git mkt review {}...{}", review.base.name, review.head.name));
    format!("\nToo long to be shown here: {}. All of it: {command}\n", names.join(", "))
}

/// Foreign text that is shown as it is, and calls nobody by a mention.
fn said(text: &str) -> String {
    escape(text).replace('@', "@<!-- -->")
}

fn folded(title: &str, count: &str, lines: &str) -> String {
    format!("<details><summary>{title} ({count})</summary>\n\n{lines}\n</details>\n")
}

fn section(part: &Part) -> String {
    let mut lines: String = part.turned_gates.iter().map(turned).collect();
    lines.extend(part.changes.iter().map(told));
    folded(part.group.title(), &counted(part.count(), "change"), &lines)
}

fn turned(turn: &Turn) -> String {
    let (before, after) = (turn.before.name().to_uppercase(), turn.after.name().to_uppercase());
    format!("- **{} {before} → {after}**: {}\n", code(turn.gate), said(&turn.reason))
}

fn told(told: &Told) -> String {
    let mut text = format!("- {}\n", said(&told.sentence));
    if let Change::PlanChanged { text: changed, .. } = &told.change {
        text.extend(changed.lines.iter().map(reworded));
    }
    text
}

/// A changed line of a plan, its new words underlined and those that are gone struck out.
fn reworded(line: &LineChange) -> String {
    let words = line.pieces.iter().map(|piece| {
        // The space at the ends of a piece belongs outside the mark and survives escaping there.
        let text = piece.text.as_str();
        let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
        let Some(inside) = text.get(start..end).filter(|inside| !inside.is_empty()) else { return " ".to_owned() };
        let (before, after) = (if start > 0 { " " } else { "" }, if end < text.len() { " " } else { "" });
        let inside = said(inside);
        let marked = match piece.effect {
            Some(Effect::Adds) => format!("<ins>{inside}</ins>"),
            Some(Effect::Removes) => format!("<del>{inside}</del>"),
            Some(Effect::Alters) | None => inside,
        };
        format!("{before}{marked}{after}")
    });
    format!("  - {}: {}\n", said(&line.section), words.collect::<String>().trim())
}

fn commits(review: &Review) -> String {
    let mut text = String::new();
    for reason in &review.commits.incomplete {
        text.push_str(&format!("- incomplete: {}\n", said(reason)));
    }
    let mut last = "";
    for finding in &review.commits.findings {
        if finding.commit != last {
            last = &finding.commit;
            text.push_str(&commit(finding));
        }
        text.push_str(&format!("  {}", violation(&finding.violation)));
    }
    let hints = hints(review.commits.findings.iter().map(|finding| finding.violation.hint.as_str()));
    if text.is_empty() { text } else { format!("#### The commits\n\n{text}{hints}") }
}

fn commit(finding: &Finding) -> String {
    let id = finding.commit.get(..ID).unwrap_or(&finding.commit);
    format!("- {} {}\n", code(id), said(&finding.subject))
}

fn violation(violation: &Violation) -> String {
    let level = if violation.level == Level::Error { "**error**" } else { "warning" };
    let place = match (violation.path.as_str(), violation.line) {
        ("", _) => String::new(),
        (path, Some(line)) => format!(" in {}", code(&format!("{path}:{line}"))),
        (path, None) => format!(" in {}", code(path)),
    };
    format!("- {level} {}: {}{place}\n", code(violation.rule), said(&violation.message))
}

fn merge(review: &Review) -> String {
    let conflicts = review.merge.conflicts.iter().map(|clash| format!("- conflict in {}\n", code(&clash.path)));
    let mut text: String = conflicts.chain(review.merge.violations.iter().map(violation)).collect();
    if text.is_empty() {
        return text;
    }
    let to_do = review.hints();
    let all = to_do.iter().chain(review.merge.violations.iter().map(|violation| &violation.hint));
    text.push_str(&hints(all.map(String::as_str)));
    format!("#### The merge into {}\n\n{text}", said(&review.base.name))
}

fn hints<'h>(hints: impl Iterator<Item = &'h str>) -> String {
    let mut seen = BTreeSet::new();
    let fresh = hints.filter(|hint| !hint.is_empty() && seen.insert(*hint));
    let lines: String = fresh.map(|hint| format!("- {}\n", said(hint))).collect();
    if lines.is_empty() { lines } else { format!("\nWhat to do:\n\n{lines}") }
}
