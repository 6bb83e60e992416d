//! The same inputs give the same records, in any order of commands and anywhere.

use std::collections::BTreeMap;

use regex::Regex;

use crate::sandbox::{PASSING, Sandbox};

use super::story;

/// Every artifact, with a mark for the random part of ids, which also orders the records.
fn artifacts(sandbox: &Sandbox) -> Vec<String> {
    let ids = Regex::new(r"\b((?:inc|obs|rev|rec)-\d{8}T\d{6}Z)-[0-9a-f]{8}\b").expect("the pattern is sound");
    // A summary names commits, whose ids follow from the random part.
    let commits = Regex::new(r"\| `[0-9a-f]{7,}` \|$").expect("the pattern is sound");
    let files = sandbox.state().into_iter().filter(|(path, _)| path.starts_with(".ohmymkt/"));
    let marked = |(path, bytes): (String, Vec<u8>)| {
        let text = format!("{path}\n{}", String::from_utf8_lossy(&bytes));
        let mut lines: Vec<_> = text
            .lines()
            .map(|line| commits.replace(&ids.replace_all(line, "$1-ID"), "| COMMIT |").into_owned())
            .collect();
        // Lists of records are in the order of their ids.
        lines.sort();
        lines.join("\n")
    };
    let mut all: Vec<_> = files.map(marked).collect();
    all.sort();
    all
}

#[test]
fn the_same_inputs_give_the_same_records_in_every_surrounding() {
    let plain = Sandbox::new();
    story::tell(&plain, |sandbox, turn| drop(sandbox.mkt(&turn.args()).ok()));
    let other = Sandbox::new();
    story::tell(&other, |sandbox, turn| {
        let call = sandbox.call("ohmymkt", &turn.args());
        let call = call.env("TZ", "Asia/Tokyo").env("LC_ALL", "tr_TR.UTF-8").env("LANG", "de_DE.UTF-8");
        let call = call.env("http_proxy", "http://127.0.0.1:9").env("https_proxy", "http://127.0.0.1:9");
        call.without("XDG_CONFIG_HOME").env("COLUMNS", "40").run().ok();
    });
    assert_eq!(artifacts(&plain), artifacts(&other));
    let answer = |sandbox: &Sandbox, args: &[&str]| sandbox.mkt(args).stdout;
    for args in [&["check-gates"][..], &["list-plans"], &["explain"]] {
        assert_eq!(answer(&plain, args), answer(&plain, args), "asked twice");
        assert_eq!(answer(&plain, args), answer(&other, args));
    }
}

#[test]
fn nothing_in_the_program_can_reach_a_network_or_a_model() {
    let lock = include_str!("../../../Cargo.lock");
    let names: Vec<_> = lock.lines().filter_map(|line| line.strip_prefix("name = \"")).collect();
    let network = [
        "openssl-sys",
        "libssh2-sys",
        "curl-sys",
        "curl",
        "reqwest",
        "hyper",
        "ureq",
        "tokio",
        "rustls",
        "native-tls",
        "h2",
        "attohttpc",
        "isahc",
        "async-std",
        "socket2",
        "mio",
    ];
    for name in network {
        assert!(!names.contains(&&*format!("{name}\"")), "{name} talks to others");
    }
    let sandbox = Sandbox::without_repository();
    let help = sandbox.mkt(&["--help"]).ok().stdout.to_lowercase();
    for word in [" schedule", " publish", " dashboard", " serve", " login"] {
        assert!(!help.contains(word), "`{word}` is not what it is for\n{help}");
    }
}

/// Numbers that are the same in every run.
struct Seed(u64);

impl Seed {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }
}

/// Commands that somebody under pressure might type; `|` stands between choices.
const COMMANDS: [&str; 16] = [
    "update-gates <gate> --evidence https://example.org/",
    "update-gates <gate> --evidence https://example.org/",
    "update-metrics <signal>=up|flat|down --source one|two",
    "update-metrics <signal>=up|flat|down --source one|two",
    "update-metrics <signal>=up --source one|two",
    "incident --severity P0|P1|P2 --module technical_foundation|scale_loop --summary broken",
    "postmortem <incident> --root-cause r --remediation m --prevention p",
    "update-task 1|2|17|33|38|40 --status pending|active|blocked|paused|done",
    "update-task 1|2|17|33|38|40 --status active --owner A --due 2026-05-01 --kpi-impact k --rollback-condition r",
    "run-cycle weekly|monthly|quarterly|--due",
    "run-cycle weekly|--due",
    "start-campaign",
    "start-campaign",
    "finish-campaign --outcome enough",
    "report-growth",
    "resolve-recommendation <recommendation> --acted|--deferred a",
];

const SIGNALS: &str = "visibility_track.non_brand_visibility_trend|visibility_track.query_cluster_coverage_trend|\
    quality_track.high_intent_session_trend|quality_track.conversion_assist_trend";

/// One of the commands, with values of its choices and the newest records.
fn any_command(seed: &mut Seed, sandbox: &Sandbox) -> Vec<String> {
    let line = COMMANDS[seed.below(COMMANDS.len())];
    let newest = |folder: &str| {
        let name = sandbox.names(folder).into_iter().rfind(|name| name.ends_with(".json"));
        name.map_or_else(|| "none".to_owned(), |name| name.trim_end_matches(".json").to_owned())
    };
    let gates = format!("{}|capacity_gate.rolling_weeks_feasible=7|data_gate.reconcilable=false", PASSING.join("|"));
    let mut word = |word: &str| {
        let word = word.replace("<incident>", &newest(".ohmymkt/incidents"));
        let word = word.replace("<recommendation>", &newest(".ohmymkt/recommendations")).replace("<gate>", &gates);
        let mut pick = |choices: &str| {
            let choices: Vec<_> = choices.split('|').collect();
            choices[seed.below(choices.len())].to_owned()
        };
        match word.strip_prefix("<signal>=") {
            Some(trends) => format!("{}={}", pick(SIGNALS), pick(trends)),
            None => pick(&word),
        }
    };
    line.split(' ').map(&mut word).collect()
}

#[test]
fn no_order_of_commands_breaks_a_rule() {
    for start in [7, 20_260_105] {
        let sandbox = Sandbox::new().reviewed();
        let mut seed = Seed(start);
        let mut ends: BTreeMap<i32, usize> = BTreeMap::new();
        for _ in 0..90 {
            sandbox.advance(i64::try_from(seed.below(4)).expect("a few days"));
            let words = any_command(&mut seed, &sandbox);
            let before = sandbox.commits();
            let outcome = sandbox.mkt(&words.iter().map(String::as_str).collect::<Vec<_>>());
            assert!([0, 1, 2].contains(&outcome.code), "{outcome}");
            assert!(outcome.code == 0 || sandbox.commits() == before, "refused and yet recorded\n{outcome}");
            *ends.entry(outcome.code).or_default() += 1;
        }
        assert!(
            ends.get(&0).is_some_and(|done| *done > 30) && ends.get(&2).is_some_and(|refused| *refused > 3),
            "{ends:?}"
        );
        sandbox.mkt(&["verify"]).ok();
        assert_eq!(sandbox.status(), "");
        sandbox.fsck_clean();
    }
}
