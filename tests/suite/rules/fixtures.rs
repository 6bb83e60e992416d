//! Every rule has a step that keeps it and a step that breaks it, and more of them in folders
//! with a longer name, such as `breaks-start`.

use std::collections::BTreeSet;
use std::fs;

use ohmymkt::model::action::Claim;
use ohmymkt::model::step::Step;
use ohmymkt::model::time::Timestamp;
use ohmymkt::rules::{Level, RULES, Rule, check};

use super::tree::{Tree, claim, errors, fixtures, step};

fn read(rule: &str, side: &str) -> Step {
    let (before, after, claim, authored_at) = trees(rule, side);
    Step { claim, authored_at, ..step(&[&before], &after) }
}

/// The fixtures of a rule that begin so; the one of just that name is among them.
fn sides(rule: &str, kind: &str) -> Vec<String> {
    let folders = fs::read_dir(fixtures().join(rule)).into_iter().flatten().flatten();
    let names = folders.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut sides: Vec<_> = names.filter(|name| name.split('-').next() == Some(kind)).collect();
    sides.sort();
    assert_eq!(sides.first().map(String::as_str), Some(kind), "the rule {rule} has no fixture {kind}");
    sides
}

/// All fixtures of one kind, each with its rule.
fn all(kind: &str) -> impl Iterator<Item = (&'static Rule, String)> {
    RULES.iter().flat_map(move |rule| sides(rule.id, kind).into_iter().map(move |side| (rule, side)))
}

/// The two trees of a fixture, and what its commit says.
fn trees(rule: &str, side: &str) -> (Tree, Tree, Option<Claim>, Option<Timestamp>) {
    let folder = fixtures().join(rule).join(side);
    assert!(folder.is_dir(), "the rule {rule} has no fixture {side}");
    let removed = fs::read_to_string(folder.join("removed.txt")).unwrap_or_default();
    let remove = |mut tree: Tree, from: &str| {
        for path in removed.lines().filter_map(|line| line.strip_prefix(from)) {
            tree = tree.without(path.trim());
        }
        tree
    };
    let before = remove(Tree::base().over(&folder.join("before")), "before ");
    let after = remove(before.clone().over(&folder.join("after")), "after ");
    let said = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let claim = said("claim.txt").and_then(|trailers| claim(&trailers));
    let authored_at = said("authored_at.txt").map(|time| time.trim().parse().expect("fixtures have real times"));
    (before, after, claim, authored_at)
}

#[test]
fn a_snapshot_made_from_what_changed_is_the_one_that_is_read() {
    let mut made = 0;
    let steps = all("passes").chain(all("breaks")).map(|(rule, side)| trees(rule.id, &side));
    let pairs: Vec<_> = steps.flat_map(|(one, other, ..)| [(one.clone(), other.clone()), (other, one)]).collect();
    // And from each fixture to the next, which has little to do with it.
    let far = pairs.windows(2).map(|pair| (pair[0].0.clone(), pair[1].1.clone()));
    for (before, after) in pairs.iter().cloned().chain(far) {
        if let Some(snapshot) = after.snapshot_after(&before) {
            assert_eq!(format!("{snapshot:#?}"), format!("{:#?}", after.snapshot()));
            made += 1;
        }
    }
    assert!(made > pairs.len(), "most need not be read anew: {made} of {}", 2 * pairs.len() - 1);
}

#[test]
fn every_rule_lets_its_honest_fixture_pass() {
    for (rule, side) in all("passes") {
        let step = read(rule.id, &side);
        let violations = check(&step);
        assert!(violations.iter().all(|one| one.rule != rule.id), "{} {side}: {violations:#?}", rule.id);
        assert_eq!(errors(&step), [""; 0], "{} {side}", rule.id);
    }
}

#[test]
fn every_rule_finds_its_breach() {
    for (rule, side) in all("breaks") {
        let found: Vec<_> = check(&read(rule.id, &side)).into_iter().filter(|one| one.rule == rule.id).collect();
        assert!(!found.is_empty(), "{} does not find its breach {side}", rule.id);
        for violation in found {
            assert_eq!(violation.level, rule.level);
            assert!(!violation.hint.is_empty() && !violation.message.is_empty());
            let first = violation.message.chars().next().expect("it is not empty");
            assert!(!first.is_uppercase() || violation.message.starts_with("P0"), "{}", violation.message);
            assert!(!violation.message.ends_with('.') && !violation.hint.ends_with('.'), "{violation:?}");
            assert!(!violation.hint.contains("--no-verify") && !violation.hint.contains("--force"));
        }
    }
}

#[test]
fn no_rule_repeats_itself_on_a_state_that_was_there() {
    for (rule, side) in all("breaks") {
        let bad = read(rule.id, &side).after;
        let mut later = bad.as_ref().clone();
        later.files.insert(".ohmymkt/notepads/a/issues.md".into(), "0".repeat(40).parse().ok());
        let later = std::sync::Arc::new(later);
        for parents in [vec![bad.clone()], vec![bad.clone(), bad.clone()]] {
            let claim = claim("Mkt-Action: record\n");
            let again = check(&Step {
                parents,
                after: later.clone(),
                claim,
                authored_at: None,
                committed_at: None,
                passed_over: 0,
            });
            assert_eq!(again, [], "{} {side}", rule.id);
        }
    }
}

#[test]
fn every_fixture_belongs_to_a_rule() {
    let rules: BTreeSet<_> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
    let folders = fs::read_dir(fixtures()).expect("the fixtures are there").flatten();
    let names: BTreeSet<_> = folders.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    let without = names.difference(&rules).filter(|name| *name != "base").collect::<Vec<_>>();
    assert!(without.is_empty(), "no rule is called {without:?}");
}

#[test]
fn every_rule_is_its_own_file_with_a_line_in_the_table() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/rules/invariant");
    let files = fs::read_dir(folder).expect("the rules are there").flatten();
    let stems = files.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".rs").map(str::to_owned));
    let files: BTreeSet<_> = stems.filter(|stem| stem != "mod").collect();
    let lines: BTreeSet<_> = RULES.iter().map(|rule| rule.id.replace('-', "_")).collect();
    assert_eq!(files, lines);
}

#[test]
fn the_base_is_sound_from_nothing() {
    let base = Tree::base();
    assert_eq!(base.snapshot().problems, []);
    assert_eq!(errors(&step(&[], &base)), [""; 0]);
    assert_eq!(errors(&step(&[&base], &base)), [""; 0]);
}

#[test]
fn a_policy_of_any_parent_raises_a_warning_and_none_of_its_own_lowers_it() {
    let lax = Tree::base();
    let raise =
        |policy: &mut serde_json::Value| policy["warnings_as_errors"] = serde_json::json!(["change-has-trailers"]);
    let strict = lax.clone().edit(".ohmymkt/policy.json", raise);
    let note = |tree: &Tree| tree.clone().with(".ohmymkt/notepads/a/issues.md", "a note\n");
    let level = |before: &Tree, after: &Tree| {
        let found = check(&step(&[before], after)).into_iter().find(|one| one.rule == "change-has-trailers");
        found.map(|one| one.level)
    };
    assert_eq!(level(&lax, &note(&lax)), Some(Level::Warning));
    assert_eq!(level(&strict, &note(&strict)), Some(Level::Error));
    assert_eq!(level(&strict, &note(&lax)), Some(Level::Error), "a commit loosens the rules it is judged by");
    assert_eq!(level(&lax, &note(&strict)), Some(Level::Warning));
    let merge = check(&step(&[&lax, &strict], &note(&strict)));
    assert!(merge.iter().any(|one| one.rule == "change-has-trailers" && one.level == Level::Error));
    let order: Vec<_> = check(&step(&[&strict], &note(&lax))).into_iter().map(|one| (one.level, one.rule)).collect();
    assert!(order.is_sorted(), "{order:?}");
}
