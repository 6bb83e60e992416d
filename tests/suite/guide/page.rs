//! A guide as text: its commands, and what it says they answer.

use std::ops::Range;

use super::{is_time, matching};

/// The end of a command and what it printed, or what a guide says of them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub lines: Vec<String>,
    pub code: i32,
}

impl Answer {
    /// Whether this answer is what a guide shows.
    pub fn fits(&self, shown: &Self) -> bool {
        self.code == shown.code && matching::lines_fit(&shown.lines, &self.lines)
    }

    /// As it stands in a guide.
    pub fn text(&self) -> String {
        self.shown().iter().map(|line| format!("{line}\n")).collect()
    }

    fn shown(&self) -> Vec<String> {
        let mut lines: Vec<String> = self.lines.iter().map(|line| escaped(line)).collect();
        if self.code != 0 {
            lines.push(format!("[exit {}]", self.code));
        }
        lines
    }

    fn parse(lines: &[&str]) -> Self {
        let code = lines.last().and_then(|line| line.strip_prefix("[exit ")?.strip_suffix(']')?.parse().ok());
        let printed = if code.is_some() { &lines[..lines.len() - 1] } else { lines };
        Self { lines: printed.iter().map(|line| (*line).to_owned()).collect(), code: code.unwrap_or_default() }
    }
}

/// A printed line that would read as a command is shown with a wildcard.
fn escaped(line: &str) -> String {
    line.strip_prefix("$ ").map_or_else(|| line.to_owned(), |rest| format!("[..] {rest}"))
}

/// One command of a guide.
#[derive(Debug)]
pub struct Exchange {
    /// The line of its `$`, from 1.
    pub line: usize,
    /// The time to set before it.
    pub clock: Option<String>,
    /// What is typed.
    pub command: String,
    /// What the guide says comes back.
    pub expected: Answer,
    /// The lines of the guide that say so, from 0.
    answer: Range<usize>,
    /// The fence that ends its block.
    fence: String,
}

/// A guide.
#[derive(Debug)]
pub struct Page {
    lines: Vec<String>,
    pub exchanges: Vec<Exchange>,
}

impl Page {
    /// Reads a guide. What is wrong with it begins with the line's number.
    pub fn parse(text: &str) -> Result<Self, String> {
        let lines: Vec<&str> = text.lines().collect();
        let mut exchanges = Vec::new();
        let mut clock = None;
        let mut at = 0;
        while at < lines.len() {
            let line = lines[at];
            let problem = |what: &str| Err(format!("{}: {what}", at + 1));
            if let Some(time) = line.strip_prefix("<!-- clock:").and_then(|rest| rest.strip_suffix("-->")) {
                let time = time.trim();
                if !is_time(time) {
                    return problem("the clock needs a time such as 2026-02-01T09:00:00Z");
                }
                clock = Some(time.to_owned());
            }
            let Some(fence) = fence(line) else {
                if line.trim_start().starts_with("```console") {
                    return problem("a console block begins at the start of a line");
                }
                at += 1;
                continue;
            };
            let Some(length) = lines[at + 1..].iter().position(|line| line.trim_end() == fence) else {
                return problem("the block has no end");
            };
            let end = at + 1 + length;
            if line[fence.len()..].trim() == "console" {
                exchanges.extend(block(&lines, at + 1..end, fence, &mut clock)?);
            }
            at = end + 1;
        }
        Ok(Self { lines: lines.into_iter().map(str::to_owned).collect(), exchanges })
    }

    /// The guide with these answers, where what it shows does not fit them.
    pub fn with_answers(&self, answers: &[Answer]) -> Result<String, String> {
        let mut lines = self.lines.clone();
        for (exchange, answer) in self.exchanges.iter().zip(answers).rev() {
            if answer.fits(&exchange.expected) {
                continue;
            }
            if answer.lines.iter().any(|line| line.starts_with(&exchange.fence)) {
                return Err(format!("{}: the output holds a fence, make that of the block longer", exchange.line));
            }
            lines.splice(exchange.answer.clone(), answer.shown());
        }
        Ok(lines.iter().map(|line| format!("{line}\n")).collect())
    }
}

/// The backticks with which a line opens a block.
fn fence(line: &str) -> Option<&str> {
    let length = line.len() - line.trim_start_matches('`').len();
    (length >= 3 && !line[length..].contains('`')).then(|| &line[..length])
}

/// The exchanges of one block. The clock is taken by its first command.
fn block(
    lines: &[&str],
    range: Range<usize>,
    fence: &str,
    clock: &mut Option<String>,
) -> Result<Vec<Exchange>, String> {
    let mut exchanges = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let start = at;
        let Some(first) = lines[at].strip_prefix("$ ") else {
            return Err(format!("{}: expected a command after `$ `", at + 1));
        };
        let more = lines[at + 1..range.end].iter().map_while(|line| line.strip_prefix('>'));
        let more: Vec<&str> = more.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        at += 1 + more.len();
        let next = lines[at..range.end].iter().position(|line| line.starts_with("$ "));
        let next = next.map_or(range.end, |length| at + length);
        let blank = lines[at..next].iter().rev().take_while(|line| line.trim().is_empty()).count();
        let command = std::iter::once(first).chain(more).collect::<Vec<_>>().join("\n");
        let answer = at..next - blank;
        let expected = Answer::parse(&lines[answer.clone()]);
        let clock = clock.take();
        exchanges.push(Exchange { line: start + 1, clock, command, expected, answer, fence: fence.to_owned() });
        at = next;
    }
    Ok(exchanges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_and_answers_are_found() {
        let text = "text\n<!-- clock: 2026-02-01T09:00:00Z -->\n```console\n$ one \\\n>   --more\nout\n\n$ two\n$ three\nerr\n[exit 2]\n```\n\
                    ```sh\n$ not this\n```\n````console\n$ four\n```\n````\n";
        let page = Page::parse(text).expect("the page is well-formed");
        let found: Vec<_> = page.exchanges.iter().map(|exchange| (exchange.line, exchange.command.as_str())).collect();
        assert_eq!(found, [(4, "one \\\n  --more"), (8, "two"), (9, "three"), (17, "four")]);
        assert_eq!(page.exchanges[0].clock.as_deref(), Some("2026-02-01T09:00:00Z"));
        assert_eq!(page.exchanges[1].clock, None);
        assert_eq!(page.exchanges[0].expected, Answer { lines: vec!["out".to_owned()], code: 0 });
        assert_eq!(page.exchanges[1].expected, Answer::default());
        assert_eq!(page.exchanges[2].expected, Answer { lines: vec!["err".to_owned()], code: 2 });
        assert_eq!(page.exchanges[3].expected.lines, ["```"]);
    }

    #[test]
    fn a_page_that_would_not_be_executed_is_refused() {
        let problem = |text| Page::parse(text).map(|_| ()).expect_err("the page is malformed");
        assert_eq!(problem("\n```console\nout\n```\n"), "3: expected a command after `$ `");
        assert_eq!(problem("```console\n$ one\n"), "1: the block has no end");
        assert_eq!(problem("- item\n  ```console\n"), "2: a console block begins at the start of a line");
        assert!(problem("<!-- clock: noon -->\n").starts_with("1: the clock needs a time"));
    }
}
