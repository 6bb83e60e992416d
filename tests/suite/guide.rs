//! The guides, executed: what `docs/guide/*.md`, `docs/hooks.md` and the README show is what the programs do.
//!
//! A fenced block marked `console` holds commands and what they print:
//!
//! ````markdown
//! <!-- clock: 2026-02-01T09:00:00Z -->
//! ```console
//! $ git mkt check-gates
//! ...
//! [exit 2]
//! ```
//! ````
//!
//! All commands of a guide run in order in one sandbox, in one shell session: variables and the
//! folder are kept. A command may go on in lines that begin with `> `. Below it stands stdout, then
//! stderr, then `[exit N]` when it is not 0. `[..]` stands for anything within a line, a line `...`
//! for any lines. `OHMYMKT_UPDATE_GUIDES=1 cargo test guide` writes what was printed.

mod matching;
mod page;

use std::fs;
use std::path::Path;

use chrono::{DateTime, Utc};
use similar::TextDiff;

use crate::sandbox::{MARKS, Outcome, Sandbox};
use page::{Answer, Exchange, Page};

#[test]
fn guides_show_what_happens() {
    let update = std::env::var_os("OHMYMKT_UPDATE_GUIDES").is_some_and(|value| value == "1");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("docs/guide")).expect("the folder of guides can be read");
    let mut paths: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "md"));
    paths.extend(["README.md", "docs/hooks.md"].map(|page| root.join(page)));
    paths.sort();
    let mut failures = String::new();
    for path in paths {
        let name = path.strip_prefix(root).unwrap_or(&path).display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("cannot read {name}: {error}"));
        let page = Page::parse(&text).unwrap_or_else(|problem| panic!("{name}:{problem}"));
        let answers = play(&page);
        if update {
            let updated = page.with_answers(&answers).unwrap_or_else(|problem| panic!("{name}:{problem}"));
            fs::write(&path, updated).unwrap_or_else(|error| panic!("cannot write {name}: {error}"));
        } else {
            failures.push_str(&differences(&name, &page, &answers));
        }
    }
    assert!(failures.is_empty(), "{failures}\nif this is right: OHMYMKT_UPDATE_GUIDES=1 cargo test guide");
}

/// Runs the commands of a page, and returns what each answered.
fn play(page: &Page) -> Vec<Answer> {
    let sandbox = Sandbox::new();
    page.exchanges.iter().map(|exchange| answer(&sandbox, exchange)).collect()
}

/// Runs one command, in the shell state that the one before left behind.
fn answer(sandbox: &Sandbox, exchange: &Exchange) -> Answer {
    if let Some(time) = &exchange.clock {
        sandbox.at(time);
    }
    let saved = sandbox.base().join("tmp/shell");
    // `set -a` makes every variable one that `export -p` can save; the clock is not the guide's to keep.
    let script = "now=$GIT_COMMITTER_DATE; if [ -f \"$0\" ]; then . \"$0\"; cd \"$PWD\" || exit; fi
        export GIT_AUTHOR_DATE=\"$now\" GIT_COMMITTER_DATE=\"$now\"; unset now
        trap 'export -p >\"$0\"' EXIT; set -a\n";
    let saved = saved.to_string_lossy();
    let outcome = sandbox.call("sh", &["-c", &format!("{script}{}", exchange.command), &saved]).run();
    Answer { lines: redacted(sandbox, &outcome), code: outcome.code }
}

/// What was printed, with `[..]` for what changes from run to run.
fn redacted(sandbox: &Sandbox, outcome: &Outcome) -> Vec<String> {
    let text = sandbox.redact(&outcome.lines().join("\n"));
    let text = MARKS.iter().fold(text, |text, mark| text.replace(mark, "[..]"));
    text.trim_end().lines().map(|line| line.trim_end().to_owned()).collect()
}

/// What a page shows otherwise than it happened, as a diff for each command.
fn differences(name: &str, page: &Page, answers: &[Answer]) -> String {
    let mut report = String::new();
    for (exchange, answer) in page.exchanges.iter().zip(answers) {
        if answer.fits(&exchange.expected) {
            continue;
        }
        let (expected, found) = (exchange.expected.text(), answer.text());
        let diff = TextDiff::from_lines(&expected, &found);
        let diff = diff.unified_diff().header("the guide", "the program").to_string();
        report.push_str(&format!("\n{name}:{}\n$ {}\n{diff}", exchange.line, exchange.command));
    }
    report
}

/// Whether a text is a time that the clock can be set to.
fn is_time(text: &str) -> bool {
    DateTime::parse_from_rfc3339(text).is_ok_and(|time| time.with_timezone(&Utc).timestamp() > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(text: &str) -> String {
        let page = Page::parse(text).expect("the page is well-formed");
        differences("page.md", &page, &play(&page))
    }

    #[test]
    fn a_true_page_passes_and_keeps_variables_and_folder() {
        let page = "# Page\n```console\n$ id=$(git rev-parse HEAD)\n$ mkdir sub && cd sub\n$ pwd\n[..]/sub\n\
                    $ test \"$id\" = $(git rev-parse HEAD) && echo same >&2; exit 3\nsame\n[exit 3]\n```\n\
                    <!-- clock: 2026-02-01T09:00:00Z -->\n```console\n$ echo $GIT_AUTHOR_DATE\n2026-02-01T09:00:00Z\n\
                    $ echo $GIT_COMMITTER_DATE\n2026-02-01T09:01:00Z\n$ cat <<'END'\n> one\n> two\n> END\n...\ntwo\n```\n";
        assert_eq!(report(page), "");
    }

    #[test]
    fn a_false_page_is_told_where_and_how() {
        let found = report("```console\n$ echo yes; false\nno\n```\n");
        assert!(found.contains("page.md:2\n$ echo yes; false\n"), "{found}");
        assert!(found.contains("-no\n+yes\n+[exit 1]\n"), "{found}");
    }

    #[test]
    fn an_updated_page_passes() {
        let text = "```console\n$ git rev-parse HEAD\nold\n\n$ printf '$ dollar\\n'; (exit 2)\n```\ntext\n";
        let page = Page::parse(text).expect("the page is well-formed");
        let updated = page.with_answers(&play(&page)).expect("the page can be written");
        let shown = "```console\n$ git rev-parse HEAD\n[..]\n\n$ printf '$ dollar\\n'; (exit 2)\n[..] dollar\n[exit 2]\n```\ntext\n";
        assert_eq!(updated, shown);
        assert_eq!(report(&updated), "");
    }

    #[test]
    fn what_fits_already_is_not_rewritten() {
        let text = "```console\n$ echo one; echo two\n...\nt[..]o\n```\n";
        let page = Page::parse(text).expect("the page is well-formed");
        assert_eq!(page.with_answers(&play(&page)).expect("the page can be written"), text);
    }

    #[test]
    fn both_programs_can_be_typed() {
        assert_eq!(
            report("```console\n$ command -v ohmymkt; command -v git-mkt\n[..]/bin/ohmymkt\n[..]/bin/git-mkt\n```\n"),
            ""
        );
    }
}
