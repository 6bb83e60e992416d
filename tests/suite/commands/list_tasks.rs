//! `list-tasks`: what is dispatched, to whom.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::commands::commit_by_hand;
use crate::sandbox::Sandbox;

const BOARD: &str = ".ohmymkt/state/sprint-board.json";

/// The tasks of the board, as a program sees them.
fn tasks(sandbox: &Sandbox, args: &[&str]) -> Vec<Value> {
    let document = sandbox.mkt(&[["list-tasks", "--json"].as_slice(), args].concat()).ok().json();
    document["tasks"].as_array().expect("a list").clone()
}

#[test]
fn rows_16_21_26_86_to_95_every_task_fits_its_specialist_module_and_track() {
    let sandbox = Sandbox::new().started();
    let roles: Vec<Value> =
        serde_json::from_str(include_str!("../../../templates/roles.json")).expect("the roles are JSON");
    let modules_of: BTreeMap<_, _> = roles
        .iter()
        .filter(|role| role["layer"] == "domain")
        .map(|role| (role["role"].as_str().expect("a name"), role["modules"].as_array().expect("a list")))
        .collect();
    let expected = [
        ("Technical SEO Engineer", ["technical_foundation"].as_slice()),
        ("Intent Ops Specialist", &["intent_operations"]),
        ("Content Ops Manager", &["content_system", "onpage_optimization"]),
        ("AEO Specialist", &["aeo_answer_layer"]),
        ("Schema & Entity Specialist", &["schema_entity_governance"]),
        ("Internal Link Specialist", &["internal_link_graph"]),
        ("Authority & PR Manager", &["authority_growth"]),
        ("Growth Analyst", &["experiment_engine", "scale_loop"]),
    ];
    assert_eq!(modules_of.len(), 8);
    let execution = sandbox.json(".ohmymkt/state/execution.json");
    let mut sum = 0;
    for (specialist, modules) in expected {
        assert_eq!(modules_of[specialist], modules, "{specialist}");
        let dispatched = tasks(&sandbox, &["--specialist", specialist]);
        for module in modules {
            let of_module = tasks(&sandbox, &["--module", module]);
            assert!(!of_module.is_empty() && of_module.iter().all(|task| dispatched.contains(task)), "{module}");
        }
        for task in &dispatched {
            assert!(modules.iter().any(|module| task["module"] == *module), "{task}");
            let track = task["track"].as_str().expect("a track");
            assert_eq!(execution["tracks"][track], "active");
        }
        sum += dispatched.len();
    }
    assert_eq!(sum, 40);
}

#[test]
fn rows_121_122_the_list_shows_the_board_as_it_stands() {
    let sandbox = Sandbox::new().started();
    let set = ["update-task", "2", "--owner", "Grace", "--due", "2026-02-01", "--status", "blocked"];
    sandbox.mkt(&set).ok();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-tasks", "--owner", "Grace"]).ok());
    let (head, row) = outcome.stdout.trim_end().split_once('\n').expect("a head and one row");
    let words: Vec<_> = head.split_whitespace().collect();
    assert_eq!(words, ["id", "status", "track", "module", "specialist", "owner", "due", "task"]);
    let expected =
        ["2", "blocked", "visibility", "technical_foundation", "Technical SEO Engineer", "Grace", "2026-02-01"];
    assert!(expected.iter().all(|cell| row.contains(cell)) && !row.contains('\n'), "{row}");
    assert_eq!(tasks(&sandbox, &["--status", "blocked"]).len(), 1);
    assert_eq!(tasks(&sandbox, &["--status", "pending", "--module", "technical_foundation"]).len(), 4);
    sandbox.mkt(&["list-tasks", "--owner", "Nobody"]).ok().stdout_has("no task fits");
    sandbox.mkt(&["list-tasks", "--status", "started"]).code(1).stderr_has("expected one of pending, active, blocked");
    sandbox.mkt(&["list-tasks", "--pool", "--owner", "A"]).code(129);
}

#[test]
fn without_a_board_it_says_how_to_get_one_and_the_pool_can_be_read() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-tasks"]).ok());
    outcome.stdout_has("no campaign has been started").stdout_has("hint: git mkt start-campaign");
    assert_eq!(tasks(&sandbox, &[]), Vec::<Value>::new());
    let pool = tasks(&sandbox, &["--pool"]);
    let built_in: Vec<Value> =
        serde_json::from_str(include_str!("../../../templates/task-pool-40.json")).expect("the pool is JSON");
    assert_eq!(pool, built_in);
}

#[test]
fn rows_16_121_a_damaged_board_is_told_and_never_overwritten() {
    let sandbox = Sandbox::new().started();
    let text = sandbox.read(BOARD);
    let cases = [
        ("\"id\": \"1\"", "\"id\": true", "3:11", "expected a string, found true"),
        ("\"track\": \"visibility\"", "\"track\": \"fame\"", "5:14", "expected one of \"visibility\", \"quality\""),
        ("\"status\": \"pending\"", "\"status\": \"begun\"", "9:15", "found the string \"begun\""),
        ("\"due_date\": \"\"", "\"due_date\": \"soon\"", "11:17", "expected a day such as 2026-11-22"),
        ("\"owner\": \"\"", "\"owner\": 7", "10:14", "expected a string, found the number 7"),
    ];
    for (from, to, place, said) in cases {
        assert!(text.contains(from), "{from}");
        sandbox.write(BOARD, text.replacen(from, to, 1));
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["list-tasks"]).code(1));
        outcome.stderr_has(said).stderr_has(&format!("{BOARD}:{place}"));
    }
    commit_by_hand(&sandbox);
    for args in [["update-task", "2", "--owner", "A"].as_slice(), &["run-cycle", "weekly"], &["start-campaign"]] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1)).stderr_has(BOARD);
    }
}
