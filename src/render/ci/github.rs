//! Workflow commands of GitHub Actions: annotations beside the lines they speak of.
//!
//! The runner obeys two forms of command: a line that begins, after white space, with
//! `::`, and `##[` anywhere in a line that is none of the first form. Foreign text is
//! therefore brought onto one line, escaped, never put at the beginning of a line, and
//! loses its `##[`.

use std::fmt::Write as _;

use crate::render::verdict::Judgement;
use crate::rules::Level;

use super::{INCOMPLETE, clean, headline, level_of_incomplete, lines, worst_first};

/// How many annotations of a kind GitHub shows for one step.
const SHOWN: usize = 10;

/// The most characters the runner keeps of an annotation's text.
const LONGEST: usize = 4096;

/// One annotation before it is written.
struct Annotation {
    level: Level,
    properties: String,
    text: String,
}

/// The judgement as a log with annotations: the verdict, the worst ten of each kind, and
/// how many more there are.
#[must_use]
pub fn github(judgement: &Judgement) -> String {
    let mut text = format!("{}\n", headline(judgement));
    let all = annotations(judgement);
    let mut left = Vec::new();
    for (level, command) in [(Level::Error, "error"), (Level::Warning, "warning")] {
        let of_kind: Vec<_> = all.iter().filter(|annotation| annotation.level == level).collect();
        for Annotation { properties, text: said, .. } in of_kind.iter().take(SHOWN) {
            writeln!(text, "::{command} {properties}::{}", data(said)).expect("writing to a string cannot fail");
        }
        match of_kind.len().saturating_sub(SHOWN) {
            0 => {}
            1 => left.push(format!("1 more {command}")),
            more => left.push(format!("{more} more {command}s")),
        }
    }
    if !left.is_empty() {
        let said = format!("{}, found by `git mkt verify` too", left.join(" and "));
        writeln!(text, "::notice title=not all is shown::{}", data(&said)).expect("writing to a string cannot fail");
    }
    text
}

/// The annotations, the worst first.
fn annotations(judgement: &Judgement) -> Vec<Annotation> {
    let incomplete = judgement.incomplete.iter().map(|reason| Annotation {
        level: level_of_incomplete(judgement),
        properties: format!("title={}", property(INCOMPLETE)),
        text: clean(reason),
    });
    let findings = worst_first(judgement).into_iter().map(|finding| {
        let violation = &finding.violation;
        let mut properties = String::new();
        if !violation.path.is_empty() {
            write!(properties, "file={},", property(&violation.path)).expect("writing to a string cannot fail");
            if let Some(line) = violation.line {
                write!(properties, "line={line},").expect("writing to a string cannot fail");
            }
        }
        write!(properties, "title={}", property(violation.rule)).expect("writing to a string cannot fail");
        let mut said = lines(finding);
        said.push(format!("git mkt explain {}", violation.rule));
        Annotation { level: violation.level, properties, text: said.join("\n") }
    });
    incomplete.chain(findings).collect()
}

/// The text without what the runner would take for a command of the older form.
#[must_use]
pub fn disarmed(text: &str) -> String {
    text.replace("##[", "## [")
}

/// The text of a command.
fn data(text: &str) -> String {
    let cut = text.char_indices().nth(LONGEST - 1).map(|(end, _)| format!("{}…", &text[..end]));
    let text = disarmed(cut.as_deref().unwrap_or(text));
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a command's property.
fn property(text: &str) -> String {
    data(&clean(text)).replace(':', "%3A").replace(',', "%2C")
}
