//! `update-task`: who does what until when, and what must be said before it begins.

use serde_json::{Value, json};

use crate::commands::commit_by_hand;
use crate::sandbox::Sandbox;

const BOARD: &str = ".ohmymkt/state/sprint-board.json";

/// The four fields of an executable task: option, value, and key on the board.
const FOUR: [(&str, &str, &str); 4] = [
    ("--owner", "Grace Crawl", "owner"),
    ("--due", "2026-02-01", "due_date"),
    ("--kpi-impact", "crawled but not indexed falls below 5 %", "kpi_impact"),
    ("--rollback-condition", "server errors above 1 % for a day", "rollback_condition"),
];

fn task(sandbox: &Sandbox, id: &str) -> Value {
    let board = sandbox.json(BOARD);
    let found = board.as_array().expect("a list").iter().find(|task| task["id"] == id);
    found.expect("the task is on the board").clone()
}

#[test]
fn rows_29_149_all_15_incomplete_tasks_are_refused_with_their_gaps_and_the_complete_one_begins() {
    let sandbox = Sandbox::new().started();
    for given in 0..16_u8 {
        let has = |nth: usize| given & (1 << nth) != 0;
        let fields = (0..4).filter(|nth| has(*nth)).flat_map(|nth| [FOUR[nth].0, FOUR[nth].1]);
        let args: Vec<_> = ["update-task", "7", "--status", "active"].into_iter().chain(fields).collect();
        if given == 15 {
            sandbox.mkt(&args).ok().stdout_has("task 7: active, owner Grace Crawl, due 2026-02-01, 2 more");
            break;
        }
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(2));
        let missing: Vec<_> = (0..4).filter(|nth| !has(*nth)).map(|nth| FOUR[nth].2).collect();
        let outcome = outcome.stderr_has("active-task-is-complete");
        let outcome = outcome.stderr_has(&format!("task `7` is active without {}   ", missing.join(", ")));
        let hint = outcome.stderr.lines().find(|line| line.starts_with("hint: git mkt update-task 7")).expect("a hint");
        for (nth, (option, ..)) in FOUR.iter().enumerate() {
            assert_eq!(hint.contains(option), !has(nth), "{hint}");
        }
    }
    let active = task(&sandbox, "7");
    assert_eq!(FOUR.map(|(_, value, key)| active[key] == value), [true; 4]);
    assert_eq!(active["status"], "active");
    assert_eq!(sandbox.touched(), [BOARD]);
    assert!(sandbox.message().contains("Mkt-Task: 7"));
}

#[test]
fn row_149_blanks_are_gaps_and_a_field_of_an_active_task_cannot_be_emptied() {
    let sandbox = Sandbox::new().started();
    let full: Vec<_> = FOUR.iter().flat_map(|(option, value, _)| [*option, *value]).collect();
    for (option, _, key) in FOUR.into_iter().filter(|(option, ..)| *option != "--due") {
        let blank = [["update-task", "7", "--status", "active"].as_slice(), &full].concat();
        let at = blank.iter().position(|word| *word == option).expect("the option is given") + 1;
        let blank: Vec<_> = blank.iter().enumerate().map(|(nth, word)| if nth == at { " \t" } else { word }).collect();
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&blank).code(2)).stderr_has(&format!("without {key}"));
    }
    sandbox.mkt(&[["update-task", "7", "--status", "active"].as_slice(), &full].concat()).ok();
    for (option, _, key) in FOUR.into_iter().filter(|(option, ..)| *option != "--due") {
        let args = ["update-task", "7", option, ""];
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&args).code(2)).stderr_has(&format!("without {key}"));
    }
    // By hand it is no different.
    sandbox.edit_json(BOARD, |board| {
        board[8]["status"] = "active".into();
        board[8]["owner"] = "Ada".into();
    });
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["record"]).code(2));
    outcome.stderr_has("task `9` is active without due_date, kpi_impact, rollback_condition");
    commit_by_hand(&sandbox);
    sandbox.mkt(&["verify"]).code(2).stdout_has("active-task-is-complete");
}

#[test]
fn rows_29_122_a_task_goes_its_way_and_keeps_what_is_not_known() {
    let sandbox = Sandbox::new().started();
    sandbox.edit_json(BOARD, |board| board[6]["effort"] = json!({"points": 5}));
    commit_by_hand(&sandbox);
    let others = |sandbox: &Sandbox| {
        let board = sandbox.json(BOARD);
        board.as_array().expect("a list").iter().filter(|task| task["id"] != "7").cloned().collect::<Vec<_>>()
    };
    let before = others(&sandbox);
    let full: Vec<_> = FOUR.iter().flat_map(|(option, value, _)| [*option, *value]).collect();
    sandbox
        .mkt(&[["update-task", "7"].as_slice(), &full].concat())
        .ok()
        .stdout_has("task 7: owner Grace Crawl, due 2026-02-01")
        .stdout_has("  pending  ");
    for status in ["active", "blocked", "active", "paused", "done", "pending"] {
        sandbox.mkt(&["update-task", "7", "--status", status]).ok().stdout_has(&format!("task 7 is {status}"));
        assert_eq!(task(&sandbox, "7")["status"], status);
    }
    assert_eq!(task(&sandbox, "7")["effort"], json!({"points": 5}));
    assert_eq!(others(&sandbox), before);
    let commits = sandbox.commits();
    sandbox.mkt(&["update-task", "7", "--status", "pending"]).ok().stdout_has("nothing to change");
    assert_eq!(sandbox.commits(), commits);
}

#[test]
fn what_cannot_be_updated_changes_nothing() {
    let sandbox = Sandbox::new().started();
    for (args, said) in [
        (["update-task", "41", "--owner", "A"].as_slice(), "there is no task `41`"),
        (&["update-task", "7"], "nothing to update was given"),
        (&["update-task", "7", "--due", "tomorrow"], "expected a day such as"),
        (&["update-task", "7", "--due", "2026-02-30"], "expected a day such as"),
        (&["update-task", "7", "--status", "begun"], "expected one of pending, active, blocked, paused, done"),
        (&["update-task", "../7", "--owner", "A"], "expected a task id without a slash"),
        (&["update-task", "", "--owner", "A"], "expected a task id, found a blank"),
    ] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1)).stderr_has(said);
    }
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["update-task", "--owner", "A"]).code(129));
}
