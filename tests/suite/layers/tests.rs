//! The laws, tried on small houses that break them.

use super::*;

#[track_caller]
fn found(law: impl Fn(&House) -> Vec<String>, files: &[(&str, &str)]) -> Vec<String> {
    law(&House::of(files))
}

#[test]
fn an_import_that_goes_up_is_found_wherever_it_stands() {
    let ways = [
        "use crate::git::Repo;",
        "use crate::{git::Repo, model};",
        "use super::super::git as store;",
        "pub fn load() { crate::git::open(); }",
        "pub fn load(repo: &crate::git::Repo) {}",
        "pub fn load() -> String { format!(\"{}\", crate::git::NAME) }",
        "macro_rules! load { () => { $crate::git::open() } }",
        "#[derive(Serialize)] pub struct Gate { #[serde(with = \"crate::git::time\")] at: u8 }",
        "pub mod inner { use super::super::super::git; }",
    ];
    for way in ways {
        let breaches = found(imports, &[("src/git/mod.rs", ""), ("src/model/gate.rs", way)]);
        assert_eq!(breaches.len(), 1, "{way}: {breaches:?}");
        assert!(breaches[0].starts_with("src/model/gate.rs: `model` may import no room, not `git`: "), "{breaches:?}");
    }
}

#[test]
fn what_does_not_import_is_let_pass() {
    let fine = "//! See [`crate::git`].
        use crate::model::gate;
        pub(in crate::rules) const TEXT: &str = \"crate::git\";
        #[cfg(test)] mod tests { use crate::git::Repo; }
        #[cfg(test)] use crate::store;
        pub fn git() { let git = 1; assert!(git == 1, \"crate::git::x {git}\"); }";
    assert_eq!(found(imports, &[("src/git/mod.rs", ""), ("src/rules/gates.rs", fine)]), [""; 0]);
    let tests = [("src/rules/mod.rs", "#[cfg(test)]\nmod tests;"), ("src/rules/tests.rs", "use crate::store::Store;")];
    assert_eq!(found(imports, &tests), [""; 0]);
}

#[test]
fn a_room_that_is_not_planned_is_found() {
    assert_eq!(found(imports, &[("src/util.rs", "")]), ["src/util.rs: `util` is none of the seven rooms"]);
}

#[test]
fn a_circle_is_found_also_through_a_re_export() {
    let door = ("src/model/mod.rs", "pub mod a;\npub mod b;\nmod c;\npub use c::Thing;\npub use b::*;");
    let plain = [door, ("src/model/a.rs", "use super::b;"), ("src/model/b.rs", "pub fn f() { crate::model::a::g() }")];
    let circle = "src/model/a.rs (super::b) -> src/model/b.rs (crate::model::a::g) -> src/model/a.rs";
    assert_eq!(found(circles, &plain), [circle]);
    let hidden = [
        door,
        ("src/model/b.rs", "use super::Thing; pub struct Other;"),
        ("src/model/c.rs", "use crate::model::Other;"),
    ];
    assert_eq!(found(circles, &hidden).len(), 1);
}

#[test]
fn a_line_of_imports_and_a_door_are_no_circle() {
    let files = [
        ("src/model/mod.rs", "pub mod a;\npub mod b;\npub use a::A;\npub struct Shared;"),
        ("src/model/a.rs", "use super::{Shared, b};"),
        ("src/model/b.rs", "use super::Shared; use crate::rules;"),
        ("src/rules/mod.rs", "use crate::model::a;"),
    ];
    assert_eq!(found(circles, &files), [""; 0]);
}

#[test]
fn an_effect_below_the_outer_rooms_is_found() {
    let ways = [
        "pub fn f() { println!(\"text\"); }",
        "pub fn f() { std::process::exit(1); }",
        "use std::process; pub fn f() { process::exit(1); }",
        "use std::env; pub fn f() { env::var(\"HOME\"); }",
        "pub fn f() { let _ = vec![std::env::var(\"HOME\")]; }",
        "use std::time::SystemTime; pub fn f() { SystemTime::now(); }",
        "use chrono::prelude::*; pub fn f() { Utc::now(); }",
        "pub fn f() { std::fs::read(\"a\"); }",
        "use git2::Repository;",
        "macro_rules! say { () => { eprintln!() } }",
    ];
    for way in ways {
        assert!(!found(effects, &[("src/rules/gates.rs", way)]).is_empty(), "{way}");
        let allowed = if way.contains("git2") { "src/git/repo.rs" } else { "src/cli/ui.rs" };
        assert_eq!(found(effects, &[(allowed, way)]), [""; 0], "{way}");
    }
}

#[test]
fn git_reads_its_environment_only_where_it_says_so() {
    let reads = "pub fn f() { std::env::var(\"GIT_DIR\"); }";
    let marked = format!("#![expect(clippy::disallowed_methods, reason = \"git's own variables\")]\n{reads}");
    let waits = marked.replace(reads, "pub fn f() { std::time::Instant::now(); }");
    let asks_time = marked.replace(reads, "pub fn f() { std::time::SystemTime::now(); }");
    assert_eq!(found(effects, &[("src/git/lock.rs", &waits)]), [""; 0]);
    assert_eq!(found(effects, &[("src/git/lock.rs", &asks_time)]).len(), 1);
    assert_eq!(found(effects, &[("src/git/environment.rs", reads)]).len(), 1);
    assert_eq!(found(effects, &[("src/git/environment.rs", &marked)]), [""; 0]);
    assert_eq!(found(effects, &[("src/store/setup.rs", &marked)]).len(), 1);
}

#[test]
fn what_only_looks_like_an_effect_is_let_pass() {
    let fine = "pub const NAME: &str = env!(\"CARGO_PKG_NAME\");
        pub fn f(env: &str, now: u8) { let exit = now; let _ = std::env::consts::OS; }
        #[cfg(test)] mod tests { fn f() { println!(); std::env::var(\"A\"); } }";
    assert_eq!(found(effects, &[("src/model/gate.rs", fine)]), [""; 0]);
}

#[test]
fn a_long_file_is_found_and_its_tests_are_not_counted() {
    let long = "\n".repeat(401);
    let tested = format!("{}#[cfg(test)]\nmod tests {{}}\n{long}", "\n".repeat(399));
    assert_eq!(found(lengths, &[("src/a.rs", &long)]), ["src/a.rs: 401 lines, at most 400"]);
    assert_eq!(found(lengths, &[("src/a.rs", &tested)]), [""; 0]);
}

#[test]
fn a_rule_and_its_line_are_missed() {
    let files = [
        ("src/rules/invariant/mod.rs", "pub mod start_requires_gates;"),
        ("src/rules/invariant/start_requires_gates.rs", ""),
        (
            "src/rules/table.rs",
            "use super::invariant; pub static RULES: &[Rule] = &[invariant::start_requires_plan::RULE];",
        ),
    ];
    let breaches = found(rules, &files);
    assert_eq!(
        breaches,
        [
            "src/rules/table.rs does not name `start_requires_gates`",
            "src/rules/invariant/start_requires_plan.rs is missing"
        ]
    );
}

#[test]
fn an_untested_command_is_missed() {
    let house = House::of(&[("src/cli/commands/mod.rs", ""), ("src/cli/commands/start_campaign.rs", "")]);
    let tests = |text: &str| vec![("tests/suite/commands/x.rs".to_owned(), text.to_owned())];
    assert_eq!(commands(&house, &tests("sandbox.mkt(&[\"start-campaign\"])")), [""; 0]);
    assert_eq!(commands(&house, &tests("// start-campaign")).len(), 1);
}

#[test]
fn a_file_that_nobody_declares_is_found() {
    let house = House::of(&[("src/lib.rs", "pub mod model;"), ("src/model/mod.rs", ""), ("src/model/gate.rs", "")]);
    assert_eq!(house.orphans(), ["src/model/gate.rs"]);
}
