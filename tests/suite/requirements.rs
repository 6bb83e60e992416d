//! `docs/requirements.md` is complete, and every test it names exists.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use syn::parse::Parser;
use syn::visit::{self, Visit};

use crate::layers::source::{self, Token};

/// The page that says which requirement is shown by which test.
const PAGE: &str = include_str!("../../docs/requirements.md");

/// The numbers of the requirements.
const ROWS: RangeInclusive<u32> = 5..=197;

/// What stands in place of a test that does not exist yet.
const NOT_YET: &str = "not yet";

#[test]
fn every_row_is_there_once_and_names_tests_that_exist() {
    let problems = problems(PAGE, &ROWS, &all_tests());
    assert!(problems.is_empty(), "docs/requirements.md:\n  {}\n", problems.join("\n  "));
}

/// What is promised of repositories, and the tests that show it.
const RELIABILITY: &str = include_str!("../../docs/reliability.md");

#[test]
fn every_test_that_the_page_of_reliability_names_exists() {
    let tests = all_tests();
    let names: BTreeSet<&str> = tests.iter().filter_map(|path| path.rsplit("::").next()).collect();
    let is_name =
        |word: &&str| word.contains('_') && word.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let rows = RELIABILITY.lines().filter(|line| line.starts_with("| "));
    let last = rows.filter_map(|row| row.trim_end_matches(" |").rsplit(" | ").next());
    let named: BTreeSet<&str> = last.flat_map(|cell| cell.split('`')).filter(is_name).collect();
    assert!(named.len() > 100, "the tables name the tests: {named:?}");
    let unknown: Vec<_> = named.difference(&names).collect();
    assert!(unknown.is_empty(), "docs/reliability.md names tests that do not exist: {unknown:?}");
}

/// The paths of all tests: relative to `tests/suite`, or from `crate::` for those in `src`.
pub fn all_tests() -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    for (top, prefix) in [("src", "crate::"), ("tests/suite", "")] {
        for (path, text) in source::read(top) {
            let module = source::module_of(top, &path).join("::");
            tests.extend(tests_of(&module, &text).into_iter().map(|name| format!("{prefix}{name}")));
        }
    }
    tests
}

/// The paths of the tests in one file.
fn tests_of(module: &str, text: &str) -> BTreeSet<String> {
    let file = syn::parse_file(text).unwrap_or_else(|error| panic!("`{module}` is not Rust: {error}"));
    let scope = module.split("::").filter(|name| !name.is_empty()).map(str::to_owned).collect();
    let mut finder = Finder { scope, found: BTreeSet::new() };
    finder.visit_file(&file);
    finder.found
}

/// Walks a file and notes its tests.
struct Finder {
    scope: Vec<String>,
    found: BTreeSet<String>,
}

impl Finder {
    fn note(&mut self, name: &str) {
        self.found.insert([self.scope.clone(), vec![name.to_owned()]].concat().join("::"));
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.scope.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.scope.pop();
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        if item.attrs.iter().any(|attribute| attribute.path().is_ident("test")) {
            self.note(&item.sig.ident.to_string());
        }
    }

    // `proptest!` holds its tests as tokens.
    fn visit_item_macro(&mut self, item: &'a syn::ItemMacro) {
        let tokens = source::flatten.parse2(item.mac.tokens.clone()).unwrap_or_default();
        let mut is_test = false;
        for pair in tokens.windows(2) {
            match pair {
                [_, Token::Word(name)] if name == "test" => is_test = true,
                [Token::Word(word), Token::Word(name)] if word == "fn" && is_test => {
                    self.note(name);
                    is_test = false;
                }
                _ => {}
            }
        }
    }
}

/// What is wrong with the page: rows that are missing, repeated or unknown, and tests that do not exist.
fn problems(page: &str, rows: &RangeInclusive<u32>, tests: &BTreeSet<String>) -> Vec<String> {
    let mut problems = Vec::new();
    let mut seen = BTreeSet::new();
    for (line, cells) in rows_of(page) {
        let [row, says, shown_by] = cells.as_slice() else {
            problems.push(format!("line {line}: expected three cells, found {}", cells.len()));
            continue;
        };
        let Some(row) = row.parse().ok().filter(|row| rows.contains(row)) else {
            problems.push(format!("line {line}: `{row}` is not a row from {} to {}", rows.start(), rows.end()));
            continue;
        };
        if !seen.insert(row) {
            problems.push(format!("line {line}: row {row} is there twice"));
        }
        if says.is_empty() {
            problems.push(format!("line {line}: row {row} says nothing"));
        }
        problems.extend(missing(shown_by, tests).into_iter().map(|what| format!("line {line}: row {row} {what}")));
    }
    problems.extend(rows.clone().filter(|row| !seen.contains(row)).map(|row| format!("row {row} is missing")));
    problems
}

/// What is wrong with the last cell of a row.
fn missing(shown_by: &str, tests: &BTreeSet<String>) -> Vec<String> {
    if shown_by == NOT_YET {
        return Vec::new();
    }
    let name = |part: &str| part.trim().strip_prefix('`').and_then(|part| part.strip_suffix('`')).map(str::to_owned);
    let check = |part: &str| match name(part) {
        Some(name) if tests.contains(&name) => None,
        Some(name) => Some(format!("names the test `{name}`, which does not exist")),
        None => Some(format!("is shown by `{part}`: expected names of tests in backticks, or {NOT_YET}")),
    };
    shown_by.split(',').filter_map(check).collect()
}

/// The rows of the tables of a page with their line, without the heads.
fn rows_of(page: &str) -> Vec<(usize, Vec<&str>)> {
    let mut rows = Vec::new();
    for (index, line) in page.lines().enumerate() {
        let Some(inner) = line.trim().strip_prefix('|').and_then(|line| line.strip_suffix('|')) else { continue };
        let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
        let is_head = cells[0] == "row" || cells[0].chars().all(|letter| letter == '-');
        if !is_head {
            rows.push((index + 1, cells));
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_found_also_in_modules_and_macros() {
        let text = "#[test] fn one() {} fn helper() {}
            #[cfg(test)] mod tests { #[test] fn two() {} proptest! { #[test] fn three(a in 0..9) { fn inner() {} } } }";
        let found: Vec<_> = tests_of("commands::start", text).into_iter().collect();
        assert_eq!(found, ["commands::start::one", "commands::start::tests::three", "commands::start::tests::two"]);
    }

    #[test]
    fn a_faulty_page_is_told_what_is_wrong() {
        let page = "| row | requirement | shown by |\n| --- | --- | --- |\n| 5 | first | `a::b`, `c` |\n| 6 | second | soon |\n\
                    | 6 | again | not yet |\n| 9 | unknown | not yet |\n| 7 | | not yet |\n| 8 |\n";
        let tests = BTreeSet::from(["a::b".to_owned()]);
        let expected = [
            "line 3: row 5 names the test `c`, which does not exist",
            "line 4: row 6 is shown by `soon`: expected names of tests in backticks, or not yet",
            "line 5: row 6 is there twice",
            "line 6: `9` is not a row from 5 to 8",
            "line 7: row 7 says nothing",
            "line 8: expected three cells, found 1",
            "row 8 is missing",
        ];
        assert_eq!(problems(page, &(5..=8), &tests), expected);
    }
}
