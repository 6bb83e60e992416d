//! A review as a comment for a forge. The same review gives the same bytes.

use std::collections::BTreeSet;

use crate::change::{Change, Detail, Effect, LineChange};
use crate::model::shell::word;
use crate::rules::{Level, Violation};

use super::changes::{MORE_LINES, NOT_SAID, Told, Turn, WITHOUT_EVIDENCE};
use super::highlight::Highlight;
use super::markdown::{html, message, said, spaced, span};
use super::review::{Part, Review, counted};
use super::verdict::Finding;

/// The first line, by which a job finds the comment that it wrote before.
pub const MARKER: &str = "<!-- ohmymkt-review -->";

/// The longest comment, in characters: forges take 65,536.
const LONGEST: usize = 60_000;

/// How many characters of a commit's id are shown: not git's guess, which differs from clone to clone.
const ID: usize = 12;

/// The comment. What the rules say stands first and is the last to be cut, line by line; of
/// the changes whole parts are left out when they do not fit, and named.
#[must_use]
pub fn comment(review: &Review) -> String {
    let mut text = format!("{MARKER}\n**{}**: {}\n", review.verdict.word(), said(&review.summary()));
    if let Some(line) = review.since_line() {
        text.push_str(&format!("\n{}\n", said(&line)));
    }
    let rules = [("the merge", merge(review)), ("the commits", commits(review))];
    let mut names = vec!["more of the merge".to_owned(), "more of the commits".to_owned()];
    names.extend(review.changed.iter().map(named));
    let room = LONGEST.saturating_sub(left_out(&names, review).chars().count());
    let mut dropped = Vec::new();
    let mut length = text.chars().count();
    for (name, section) in rules.iter().filter(|(_, section)| !section.is_empty()) {
        let fitting = fitting(section, room.saturating_sub(length + 1));
        length += fitting.chars().count() + 1;
        text.push('\n');
        text.push_str(fitting);
        if fitting.len() < section.len() {
            dropped.push(format!("more of {name}"));
        }
    }
    for part in &review.changed {
        let section = section(part);
        let more = section.chars().count() + 1;
        if length + more > room {
            dropped.push(named(part));
            continue;
        }
        length += more;
        text.push('\n');
        text.push_str(&section);
    }
    if !dropped.is_empty() {
        text.push_str(&left_out(&dropped, review));
    }
    text
}

/// As many whole lines as so many characters take.
fn fitting(section: &str, room: usize) -> &str {
    let (mut end, mut length) = (0, 0);
    for line in section.split_inclusive('\n') {
        length += line.chars().count();
        if length > room {
            break;
        }
        end += line.len();
    }
    &section[..end]
}

fn left_out(names: &[String], review: &Review) -> String {
    let range = format!("{}...{}", review.base.name, review.head.name);
    let command = span(&format!("git mkt review {}", word(&range)));
    format!("\nToo long to be shown here: {}. All of it: {command}\n", names.join(", "))
}

/// The name of a part that is left out, with what must not be overlooked in it.
fn named(part: &Part) -> String {
    let said = |text: &str| said(text);
    let all = highlighted(&part.highlights, |text| format!("**{}**", said(text)), said);
    let title = part.group.title();
    if all.is_empty() { title.to_owned() } else { format!("{title} ({all})") }
}

/// The highlights in one line, written by how much they weigh.
fn highlighted(highlights: &[Highlight], alarm: impl Fn(&str) -> String, notice: impl Fn(&str) -> String) -> String {
    let written =
        highlights.iter().map(|Highlight { text, alarming }| if *alarming { alarm(text) } else { notice(text) });
    written.collect::<Vec<_>>().join("; ")
}

/// The folded part; what must not be overlooked in it stands where it shows.
fn section(part: &Part) -> String {
    let mut lines: String = part.turned_gates.iter().map(turned).collect();
    lines.extend(part.gates_without_evidence.iter().map(|gate| format!("- {} **{WITHOUT_EVIDENCE}**\n", span(gate))));
    lines.extend(part.changes.iter().map(told));
    let mut title = part.group.title().to_owned();
    if !part.highlights.is_empty() {
        let all = highlighted(&part.highlights, |text| format!("<strong>{}</strong>", html(text)), html);
        title.push_str(&format!(": {all}"));
    }
    let count = counted(part.count(), "change");
    format!("<details><summary>{title} ({count})</summary>\n\n{lines}\n</details>\n")
}

fn turned(turn: &Turn) -> String {
    let (before, after) = (turn.before.name().to_uppercase(), turn.after.name().to_uppercase());
    let evidence = if turn.without_evidence { format!(", **{WITHOUT_EVIDENCE}**") } else { String::new() };
    format!("- **{} {before} → {after}**: {}{evidence}\n", span(turn.gate), said(&turn.reason))
}

fn told(told: &Told) -> String {
    // What is wrong with an artifact is a message of ours, as those of the rules.
    let written = if matches!(told.change, Change::ArtifactMalformed { .. }) { message } else { said };
    let mut text = format!("- {}\n", written(&told.sentence));
    text.extend(told.change.details().iter().map(detail));
    if let Change::PlanChanged { text: changed, .. } = &told.change {
        text.extend(changed.lines.iter().map(reworded));
        if changed.cut {
            text.push_str(&format!("  - {MORE_LINES}\n"));
        }
    }
    text
}

fn detail(Detail { name, texts }: &Detail) -> String {
    match texts.as_slice() {
        [] => format!("  - {name}: **{NOT_SAID}**\n"),
        [text] => format!("  - {name}: {}\n", said(text)),
        texts => {
            let items: String = texts.iter().map(|text| format!("    - {}\n", said(text))).collect();
            format!("  - {name}:\n{items}")
        }
    }
}

/// A changed line of a plan, its new words underlined and those that are gone struck out.
fn reworded(line: &LineChange) -> String {
    let words = line.pieces.iter().enumerate().map(|(at, piece)| {
        // The mark of a list item is the list's, not the text's.
        let text = if at == 0 { piece.text.strip_prefix("- ").unwrap_or(&piece.text) } else { &piece.text };
        // The space at the ends of a piece belongs outside the mark.
        spaced(text, |inside| match piece.effect {
            Some(Effect::Adds) => format!("<ins>{}</ins>", said(inside)),
            Some(Effect::Removes) => format!("<del>{}</del>", said(inside)),
            Some(Effect::Alters) | None => said(inside),
        })
    });
    format!("  - {}: {}\n", said(&line.section), words.collect::<String>().trim())
}

fn commits(review: &Review) -> String {
    let mut text = String::new();
    for reason in &review.commits.incomplete {
        text.push_str(&format!("- incomplete: {}\n", message(reason)));
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
    format!("- {} {}\n", span(id), said(&finding.subject))
}

fn violation(violation: &Violation) -> String {
    let level = if violation.level == Level::Error { "**error**" } else { "warning" };
    let place = match (violation.path.as_str(), violation.line) {
        ("", _) => String::new(),
        (path, Some(line)) => format!(" in {}", span(&format!("{path}:{line}"))),
        (path, None) => format!(" in {}", span(path)),
    };
    format!("- {level} {}: {}{place}\n", span(violation.rule), message(&violation.message))
}

fn merge(review: &Review) -> String {
    let conflicts = review.merge.conflicts.iter().map(|clash| format!("- conflict in {}\n", span(&clash.path)));
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
    let lines: String = fresh.map(|hint| format!("- {}\n", step(hint))).collect();
    if lines.is_empty() { lines } else { format!("\nWhat to do:\n\n{lines}") }
}

/// A hint: a command as code, with what is said behind it; else a message of ours.
fn step(hint: &str) -> String {
    let (command, rest) = hint.split_once(", ").map_or((hint, None), |(command, rest)| (command, Some(rest)));
    match rest {
        _ if !command.starts_with("git ") || command.contains('`') => message(hint),
        Some(rest) => format!("{}, {}", span(command), message(rest)),
        None => span(command),
    }
}
