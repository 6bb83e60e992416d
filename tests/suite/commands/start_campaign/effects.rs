//! What a start does: everything of it, in one commit.

use serde_json::{Value, json};

use crate::commands::commit_by_hand;
use crate::sandbox::{PLAN, Sandbox};

const BOARD: &str = ".ohmymkt/state/sprint-board.json";
const POOL: &str = ".ohmymkt/templates/task-pool-40.json";

fn built_in_pool() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../../templates/task-pool-40.json")).expect("the pool is JSON")
}

#[test]
fn rows_52_57_70_73_120_123_129_141_a_start_is_one_commit_with_everything_in_it() {
    let sandbox = Sandbox::new().reviewed();
    let (plan, commits) = (sandbox.plan(), sandbox.commits());
    let at = sandbox.now();
    let outcome = sandbox.mkt(&["start-campaign"]).ok();
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome).replace(&plan, "[PLAN]"),
        snapbox::str![[r#"
$ ohmymkt start-campaign
campaign [PLAN] started
5/5 gates pass, 40 tasks on the sprint board
.ohmymkt/plans/[PLAN].md
[[COMMIT]] mkt(start-campaign): [PLAN] started

"#]]
    );
    assert_eq!(sandbox.commits(), commits + 1);
    let notes = ["decisions", "incidents", "issues", "learnings", "verification"];
    let mut expected = vec![".ohmymkt/boulder.json".to_owned()];
    expected.extend(notes.map(|note| format!(".ohmymkt/notepads/{plan}/{note}.md")));
    expected.extend([".ohmymkt/state/execution.json", BOARD].map(str::to_owned));
    assert_eq!(sandbox.touched(), expected);
    assert_eq!(sandbox.status(), "");
    let path = format!(".ohmymkt/plans/{plan}.md");
    let boulder = json!({"active_plan": path, "plan_name": plan, "started_at": at, "session_ids": [],
        "role": "Execution Manager"});
    assert_eq!(sandbox.json(".ohmymkt/boulder.json"), boulder);
    let execution = json!({"active_plan": path, "mode": "execution",
        "tracks": {"visibility": "active", "quality": "active"}, "paused_modules": []});
    assert_eq!(sandbox.json(".ohmymkt/state/execution.json"), execution);
    let message = sandbox.message();
    for trailer in ["Mkt-Action: start-campaign", &format!("Mkt-Plan: {plan}"), "Mkt-Gates: 5/5"] {
        assert!(message.lines().any(|line| line == trailer), "{message}");
    }
    sandbox.fsck_clean();
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn rows_71_95_the_board_is_the_pool_field_by_field() {
    let sandbox = Sandbox::new().started();
    let board = sandbox.json(BOARD);
    let board = board.as_array().expect("a list of tasks");
    let pool = built_in_pool();
    let ids: Vec<_> = board.iter().map(|task| task["id"].as_str().expect("an id").to_owned()).collect();
    assert_eq!(ids, (1..=40).map(|id: u32| id.to_string()).collect::<Vec<_>>());
    for (task, entry) in board.iter().zip(&pool) {
        for (field, value) in entry.as_object().expect("an object") {
            assert_eq!(&task[field], value, "{field} of {entry}");
        }
        let empty = ["owner", "due_date", "kpi_impact", "rollback_condition"];
        assert!(empty.iter().all(|field| task[field] == ""), "{task}");
        assert_eq!(task["status"], "pending");
    }
}

#[test]
fn rows_68_96_to_110_the_folders_are_there_also_after_a_start_without_init() {
    // Everything a start needs, without any command that seeds: gates, a plan and its verdict.
    let sandbox = Sandbox::new().reviewed();
    for path in ["state/metrics.json", "state/modules.json", "state/cycles.json", "policy.json", ".gitattributes"] {
        sandbox.remove(&format!(".ohmymkt/{path}"));
    }
    for folder in ["incidents", "reports/weekly", "reports/monthly", "reports/quarterly", "reports/summary"] {
        sandbox.remove(&format!(".ohmymkt/{folder}/.gitkeep"));
    }
    commit_by_hand(&sandbox);
    sandbox.mkt(&["start-campaign", PLAN]).ok();
    for (file, text) in [
        ("metrics", include_str!("../../../../templates/metrics.template.json")),
        ("modules", include_str!("../../../../templates/modules.template.json")),
    ] {
        assert_eq!(sandbox.read(&format!(".ohmymkt/state/{file}.json")), text);
    }
    assert_eq!(sandbox.json(".ohmymkt/state/cycles.json"), json!([]));
    let notepad = format!("notepads/{}", sandbox.plan());
    let reports = ["reports", "reports/weekly", "reports/monthly", "reports/quarterly", "reports/summary"];
    for folder in [&["plans", "incidents", &notepad], reports.as_slice()].concat() {
        assert!(!sandbox.names(&format!(".ohmymkt/{folder}")).is_empty(), "{folder} is in the tree of the commit");
    }
    assert_eq!(sandbox.status(), "");
}

#[test]
fn rows_69_119_a_state_file_that_is_there_stays_byte_for_byte() {
    let sandbox = Sandbox::new().reviewed();
    let compact = [".ohmymkt/state/metrics.json", ".ohmymkt/state/modules.json", ".ohmymkt/state/gates.json"];
    for path in compact {
        let value = sandbox.json(path);
        sandbox.write(path, format!("{}   ", value.to_string().replace("\":", "\" :  ")));
    }
    let board = json!([{"id": 7, "task": "ours", "track": "quality", "module": "content_system",
        "specialist": "Content Ops Manager", "status": "pending", "squad": "blue"}]);
    sandbox.write(BOARD, board.to_string());
    commit_by_hand(&sandbox);
    let kept = compact.into_iter().chain([BOARD]);
    let before: Vec<_> = kept.clone().map(|path| sandbox.read(path)).collect();
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("1 task");
    assert_eq!(kept.map(|path| sandbox.read(path)).collect::<Vec<_>>(), before);
}

#[test]
fn rows_72_130_163_the_pointer_holds_in_a_clone_elsewhere() {
    let sandbox = Sandbox::new().started();
    let clone = sandbox.base().join("elsewhere/deep");
    let clone_text = clone.to_str().expect("a path in UTF-8");
    sandbox.git(&["clone", "--quiet", ".", clone_text]).ok();
    let active = sandbox.json(".ohmymkt/boulder.json")["active_plan"].as_str().expect("a path").to_owned();
    assert!(clone.join(&active).is_file() && !active.starts_with('/'));
    let run = |args: &[&str]| sandbox.call("ohmymkt", args).folder(&clone).run();
    run(&["list-plans"]).ok().stdout_has(&format!("*  {}", sandbox.plan()));
    run(&["start-campaign"]).ok().stdout_has("resumed");
    run(&["update-task", "1", "--owner", "Grace"]).ok();
}

#[test]
fn row_176_a_pool_of_its_own_makes_the_board() {
    let sandbox = Sandbox::new().reviewed();
    let mut pool = built_in_pool();
    let mut more = pool[0].clone();
    (more["id"], more["task"], more["effort"]) = ("41".into(), "Rank the docs of the API.".into(), 3.into());
    pool.push(more);
    sandbox.write(POOL, format!("{:#}\n", json!(pool)));
    commit_by_hand(&sandbox);
    sandbox.mkt(&["start-campaign", PLAN]).ok().stdout_has("41 tasks");
    let board = sandbox.json(BOARD);
    assert_eq!(board.as_array().map(Vec::len), Some(41));
    assert_eq!((&board[40]["task"], &board[40]["effort"]), (&"Rank the docs of the API.".into(), &3.into()));
}

#[test]
fn row_176_a_faulty_pool_starts_nothing() {
    let faults: [(&str, Value, i32, &str); 5] = [
        ("id", "1".into(), 1, "task \"1\" is in the pool twice"),
        ("module", "no_such_module".into(), 2, "`no_such_module`"),
        ("track", "sideways".into(), 1, "expected one of \"visibility\", \"quality\""),
        ("task", " ".into(), 1, "expected text, found a blank string"),
        ("specialist", Value::Null, 1, "expected a string, found null"),
    ];
    for (field, value, code, said) in faults {
        let sandbox = Sandbox::new().reviewed();
        let mut pool = built_in_pool();
        pool[39][field] = value;
        sandbox.write(POOL, format!("{:#}\n", json!(pool)));
        commit_by_hand(&sandbox);
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign", PLAN]));
        outcome.code(code).stderr_has(said);
        assert!(!sandbox.exists(BOARD));
    }
}

#[test]
fn rows_118_175_a_module_of_its_own_is_accepted_without_a_change_of_code() {
    let sandbox = Sandbox::new().reviewed();
    let modules = ".ohmymkt/state/modules.json";
    sandbox.edit_json(modules, |modules| {
        modules["performance_core"].as_array_mut().expect("a tier").push("video_answers".into());
    });
    let mut pool = built_in_pool();
    pool[0]["module"] = "video_answers".into();
    sandbox.write(POOL, format!("{:#}\n", json!(pool)));
    commit_by_hand(&sandbox);
    sandbox.mkt(&["start-campaign", PLAN]).ok();
    sandbox.mkt(&["list-tasks", "--module", "video_answers"]).ok().stdout_has("Analyse thirty days");
    let incident = ["incident", "--severity", "P2", "--module", "video_answers", "--summary", "slow"];
    sandbox.mkt(&incident).ok();
    sandbox.mkt(&["plan-growth", "Grow", "--name", "next", "--owner", "Ada"]).ok();
    sandbox.mkt(&["review-plan", "next"]).code(2).stdout_lacks("is not known");
    // A damaged taxonomy stops those who read it.
    sandbox.write(modules, sandbox.read(modules).replace("video_answers", "scale_loop"));
    commit_by_hand(&sandbox);
    let said = "module \"scale_loop\" is listed twice";
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&incident).code(1)).stderr_has(said);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["update-task", "1", "--owner", "A"]).code(1)).stderr_has(said);
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["start-campaign"]).code(1)).stderr_has(said);
}
