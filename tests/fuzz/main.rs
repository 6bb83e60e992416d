//! Foreign bytes against everything that reads them: no panic, no endless work, and laws that
//! hold for any input.
//!
//! Each target is a function from bytes, in a file of its own. Here they run on what seeds
//! become by a few edits, for a second each, always the same way. `tests/fuzz/guided` runs
//! the very same targets guided by coverage, for as long as one likes.
//!
//! - `OHMYMKT_FUZZ_SECONDS=60`: so many seconds for each target instead of one
//! - `OHMYMKT_FUZZ_SEED=7`: other inputs than those of seed 0
//! - `OHMYMKT_FUZZ_CORPUS=DIR`: writes the seeds into DIR, a folder for each target

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "tests read files, the clock and the environment, and say what they run"
)]

mod edits;
mod seeds;
mod targets;

use std::path::Path;
use std::time::{Duration, Instant};

use proptest::strategy::Strategy as _;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// Far more than any input of this size takes, also without optimisation and beside other tests.
const PATIENCE: Duration = Duration::from_secs(20);

/// One file of `targets`.
struct Target {
    name: &'static str,
    run: fn(&[u8]),
    seeds: fn() -> Vec<Vec<u8>>,
}

macro_rules! fuzz {
    ($($name:ident)*) => {
        $(#[test]
        fn $name() {
            try_out(&Target { name: stringify!($name), run: targets::$name::target, seeds: targets::$name::seeds });
        })*

        /// All of them.
        const ALL: &[Target] =
            &[$(Target { name: stringify!($name), run: targets::$name::target, seeds: targets::$name::seeds }),*];
    };
}

fuzz! { artifact drafts hooks index merge objects packs plan shown state trailers typed written }

/// Runs a target on what once went wrong, on its seeds, and on what edits make of them.
fn try_out(target: &Target) {
    for (name, bytes) in seeds::regressions(target.name) {
        println!("the regression {name}");
        (target.run)(&bytes);
    }
    let seeds = (target.seeds)();
    for (nth, seed) in seeds.iter().enumerate() {
        println!("seed {nth}: {:.200}", String::from_utf8_lossy(seed).escape_debug().to_string());
        (target.run)(seed);
    }
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect("a whole number"));
    let seed = number("OHMYMKT_FUZZ_SEED").unwrap_or(0);
    let time = Duration::from_secs(number("OHMYMKT_FUZZ_SECONDS").unwrap_or(1));
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let strategy = edits::edited(seeds);
    let begun = Instant::now();
    let mut runs = 0_u64;
    while begun.elapsed() < time {
        let tree = strategy.new_tree(&mut runner).expect("a strategy without filters");
        let tried = runner.run_one(tree, |input| {
            let begun = Instant::now();
            (target.run)(&input);
            assert!(begun.elapsed() < PATIENCE, "it took {:?}", begun.elapsed());
            Ok(())
        });
        if let Err(TestError::Fail(reason, input)) = tried {
            let text = String::from_utf8_lossy(&input);
            panic!(
                "{reason}\ntarget: {}\nseed: {seed}, run {runs}\ninput: b\"{}\"\nas text:\n{text}",
                target.name,
                input.escape_ascii(),
            );
        }
        runs += 1;
    }
    println!("{}: {runs} inputs in {:?}", target.name, begun.elapsed());
}

#[test]
fn every_target_has_its_file_and_its_test() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/targets");
    let names = seeds::files(&folder).into_iter().filter_map(|(path, _)| Some(path.strip_suffix(".rs")?.to_owned()));
    let mut names: Vec<_> = names.filter(|name| name != "mod").collect();
    names.sort();
    assert_eq!(ALL.iter().map(|target| target.name).collect::<Vec<_>>(), names);
}

#[test]
fn seeds_are_written_where_they_are_asked_for() {
    let asked = std::env::var_os("OHMYMKT_FUZZ_CORPUS");
    let own = tempfile::tempdir().expect("a temporary folder");
    let corpus = asked.as_deref().map_or(own.path(), Path::new);
    for target in ALL {
        let folder = corpus.join(target.name);
        std::fs::create_dir_all(&folder).expect("a folder");
        let seeds = (target.seeds)();
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for (nth, seed) in seeds.iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{nth:03}")), seed).expect("a seed");
        }
    }
}
