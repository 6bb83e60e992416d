//! `docs/enforcement.md` names tests that exist, and every way that is tried.

use super::ways::PAGE;

#[test]
fn every_test_that_the_page_names_exists() {
    let tests = crate::requirements::all_tests();
    let named: Vec<_> =
        PAGE.split('`').filter(|word| word.starts_with("hooks::") || word.starts_with("shapes::")).collect();
    assert!(named.len() > 30, "the page names its tests: {named:?}");
    let unknown: Vec<_> = named.iter().filter(|name| !tests.contains(**name)).collect();
    assert!(unknown.is_empty(), "docs/enforcement.md names what is no test: {unknown:?}");
    let ways: Vec<_> = tests.iter().filter(|name| name.starts_with("hooks::doors::ways::")).collect();
    let missing: Vec<_> = ways.iter().filter(|name| !named.contains(&name.as_str())).collect();
    assert!(!ways.is_empty() && missing.is_empty(), "docs/enforcement.md has no row for {missing:?}");
}

#[test]
fn every_row_of_a_table_names_its_test() {
    let rows = PAGE.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---"));
    for row in rows.filter(|row| ["stopped", "passes"].iter().any(|word| row.contains(&format!("| {word} |")))) {
        assert!(row.contains("`hooks::doors::"), "no test for {row}");
    }
}
