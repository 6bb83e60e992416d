//! `plan-growth`: a goal becomes a plan, word for word, and what is not told stays a blank.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::sandbox::{PLAN, Sandbox};

const PLANS: &str = ".ohmymkt/plans";

/// The roles, as the program ships them.
fn roles() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../templates/roles.json")).expect("the roles are JSON")
}

/// The goal of a plan, as `list-plans --json` reads it back from the file.
fn goal(sandbox: &Sandbox, name: &str) -> String {
    let document = sandbox.mkt(&["list-plans", "--json"]).ok().json();
    let plans = document["plans"].as_array().expect("a list").clone();
    let plan = plans.into_iter().find(|plan| plan["name"] == name).expect("the plan is listed");
    plan["goal"].as_str().expect("a text").to_owned()
}

#[test]
fn rows_35_36_139_a_plan_is_one_file_in_one_commit() {
    let sandbox = Sandbox::new().initialised();
    let outcome = sandbox.mkt(&["plan-growth", "Grow non-brand demand", "--owner", "Ada Growth"]).ok();
    let name = "2026-01-05-grow-non-brand-demand";
    let path = format!("{PLANS}/{name}.md");
    let outcome = outcome.stdout_has(&path).stdout_has("to settle before it can be approved");
    assert!(outcome.stdout.contains("the item in scope is blank"), "{outcome}");
    assert_eq!(sandbox.touched(), [path.as_str()]);
    assert!(sandbox.message().contains(&format!("Mkt-Action: plan-growth\nMkt-Plan: {name}")));
    assert!(sandbox.read(&path).contains("- TODO: name what is in scope"), "what is not told is a visible blank");
    assert_eq!(sandbox.status(), "");
    // Also where nothing is seeded yet.
    let bare = Sandbox::new();
    bare.mkt(&["plan-growth", "Grow"]).ok();
    assert_eq!(bare.touched(), [format!("{PLANS}/2026-01-05-grow.md")]);
}

#[test]
fn rows_22_30_the_goal_arrives_word_for_word_and_forges_nothing() {
    let sandbox = Sandbox::new().initialised();
    let goals = [
        "Grow\n\n## Scope\n\n### In scope\n\n- everything\n\n## Rollback conditions\n\n- never",
        "Mkt-Action: start-campaign\nMkt-Plan: forged\n\nMkt-Decision: continue",
        "---\ngoal: other\n---",
        "```\n# Growth plan: other\n<!-- {{ plan }} {% for %} -->",
        "\u{202e}leurc\u{202c} \u{200b}zero\u{0007}bell \u{1b}[31mred",
        "  leading and trailing  \n\n",
        "成長を加速する — نمو — 🚀",
        "quotes \" and ' and \\ and `ticks` and $(rm -rf /)",
        "-- --json",
    ];
    for (nth, text) in goals.into_iter().enumerate() {
        let name = format!("plan-{nth}");
        let args = ["plan-growth", "--name", &name, "--", text];
        sandbox.mkt(&args).ok();
        assert_eq!(goal(&sandbox, &name), text);
        let trailers = sandbox.sh("git log -1 --format=%B | git interpret-trailers --parse").ok().stdout;
        assert_eq!(trailers, format!("Mkt-Action: plan-growth\nMkt-Plan: {name}\n"), "{text:?}");
        // The review finds the blanks that a forged section would have filled.
        let review = sandbox.mkt(&["review-plan", &name, "--json"]).code(2).json();
        let wrong = |check: &str| {
            let findings = review["findings"].as_array().expect("a list");
            findings.iter().filter(|one| one["check"] == check && one["level"] == "error").count()
        };
        let counts = ["scope-boundaries", "acceptance-criteria", "ownership", "rollback-conditions"].map(wrong);
        assert_eq!(counts, [2, 1, 12, 1], "{text:?}");
    }
    // As long as Linux lets one argument be.
    let long = "demand, and more of it; ".repeat(5_000);
    sandbox.mkt(&["plan-growth", &long, "--name", "long"]).ok();
    assert_eq!(goal(&sandbox, "long"), long);
}

#[test]
fn rows_31_34_checklist_cadences_and_severities_are_named() {
    let sandbox = Sandbox::new().planned();
    let text = sandbox.read(&format!("{PLANS}/{}.md", sandbox.plan()));
    let section = |title: &str| {
        let (_, rest) = text.split_once(&format!("\n## {title}\n")).expect("the section is there");
        rest.split("\n## ").next().expect("a section").to_owned()
    };
    let checklist = section("Startup gate checklist");
    for (gate, condition) in [
        ("strategy_gate", "kpi_tree_bound && approved"),
        ("compliance_gate", "documented && accepted_by_all"),
        ("capacity_gate", "rolling_weeks_feasible >= 8"),
        ("data_gate", "dashboard_stable && reconcilable"),
        ("ownership_gate", "priority_query_coverage >= 0.85"),
    ] {
        assert!(checklist.contains(&format!("- [ ] `{gate}`: passes when {condition}; owner: ")), "{checklist}");
    }
    let cadence = section("Cadence");
    for (word, days) in [("Weekly", 7), ("Monthly", 30), ("Quarterly", 90)] {
        assert!(cadence.contains(&format!("- {word}: looks back {days} days")), "{cadence}");
    }
    let incidents = section("Incident policy");
    assert!(["P0", "P1", "P2"].iter().all(|one| incidents.contains(&format!("- {one}: "))), "{incidents}");
}

#[test]
fn rows_32_86_to_94_the_matrix_has_twelve_roles_with_modules_accountability_and_owner() {
    let sandbox = Sandbox::new().initialised();
    let args =
        ["plan-growth", "Grow", "--name", "matrix", "--owner", "Ada", "--owner", "AEO Specialist=Grace | Hopper"];
    sandbox.mkt(&args).ok();
    let text = sandbox.read(&format!("{PLANS}/matrix.md"));
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| *line != "## Role ownership matrix")
        .take_while(|line| !line.starts_with("## Dual"))
        .filter(|line| line.starts_with("| ") && !line.starts_with("| Role") && !line.starts_with("| ---"))
        .map(|line| line.replace("\\|", "/").trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect())
        .collect();
    assert_eq!(rows.len(), 12);
    let mut owned = BTreeSet::new();
    for (row, role) in rows.iter().zip(roles()) {
        let modules: Vec<_> = role["modules"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        owned.extend(modules.iter().map(|module| (*module).to_owned()));
        let modules = if modules.is_empty() { "-".to_owned() } else { modules.join(", ") };
        let owner = if role["role"] == "AEO Specialist" { "Grace / Hopper" } else { "Ada" };
        let text = |field: &str| role[field].as_str().expect("a text").to_owned();
        assert_eq!(*row, [text("role"), text("layer"), modules, text("accountability"), owner.to_owned()]);
    }
    let taxonomy = sandbox.json(".ohmymkt/state/modules.json");
    let all = taxonomy.as_object().expect("tiers").values().filter_map(Value::as_array).flatten();
    let all: BTreeSet<_> = all.filter_map(Value::as_str).map(str::to_owned).collect();
    assert_eq!(owned, all, "each module has its specialist, and no specialist another one");
}

#[test]
fn row_33_the_baseline_is_the_pool_on_both_tracks() {
    let sandbox = Sandbox::new().planned();
    let text = sandbox.read(&format!("{PLANS}/{}.md", sandbox.plan()));
    let (_, baseline) = text.split_once("## Dual-track task baseline").expect("the section is there");
    let (visibility, quality) = baseline.split_once("### Quality track").expect("two tracks");
    let pool: Vec<Value> =
        serde_json::from_str(include_str!("../../../templates/task-pool-40.json")).expect("the pool is JSON");
    for task in &pool {
        let cells =
            ["id", "task", "module", "specialist", "acceptance_signal"].map(|cell| task[cell].as_str().expect(cell));
        let row = format!("| {} |", cells.join(" | "));
        let (here, there) = if task["track"] == "visibility" { (visibility, quality) } else { (quality, visibility) };
        assert!(here.contains(&row) && !there.contains(&row), "{row}");
    }
}

#[test]
fn row_36_names_keep_every_script_and_a_taken_one_gets_a_number() {
    let sandbox = Sandbox::new().initialised();
    for (wanted, name) in [
        ("Zürich & Genf: Q1!", "zürich-genf-q1"),
        ("ZÜRICH genf q1", "zürich-genf-q1-2"),
        ("成長 計画", "成長-計画"),
        ("../../etc/passwd", "etc-passwd"),
        (".hidden", "hidden"),
        ("!!!", "plan"),
        ("???", "plan-2"),
        ("CON", "con-plan"),
        ("हिन्दी यातायात", "हिन्दी-यातायात"),
    ] {
        let outcome = sandbox.mkt(&["plan-growth", "Grow", "--name", wanted, "--json"]).ok();
        assert_eq!(outcome.json()["plan"], name);
        assert!(sandbox.exists(&format!("{PLANS}/{name}.md")));
    }
    // A file that cannot be read as a plan keeps its name, too.
    sandbox.write(&format!("{PLANS}/taken.md"), [0xff, 0xfe]);
    crate::commands::commit_by_hand(&sandbox);
    sandbox.mkt(&["plan-growth", "Grow", "--name", "taken"]).ok().stdout_has("plan taken-2");
    // The same goal on the same day gives a second plan, never the same file.
    sandbox.mkt(&["plan-growth", "Grow"]).ok();
    sandbox.mkt(&["plan-growth", "Grow"]).ok().stdout_has("2026-01-05-grow-2");
    let long = "x".repeat(500);
    sandbox.mkt(&["plan-growth", &long]).ok();
    sandbox.mkt(&["plan-growth", &long, "--name", &"ü".repeat(300)]).ok();
    assert_eq!(sandbox.status(), "");
}

#[test]
fn what_cannot_be_a_goal_a_name_or_an_owner_changes_nothing() {
    let sandbox = Sandbox::new().initialised();
    for (args, said) in [
        (["plan-growth", " \n\t"].as_slice(), "expected a goal, found a blank"),
        (&["plan-growth", "Grow", "--name", "  "], "expected a plan name, found a blank"),
        (&["plan-growth", "Grow", "--owner", "Boss of all=Ada"], "Boss of all"),
        (&["plan-growth", "Grow", "--owner", "Ada", "--owner", "Grace"], "for the second time"),
    ] {
        sandbox.unchanged_by(|sandbox| sandbox.mkt(args).code(1)).stderr_has(said);
    }
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["plan-growth"]).code(129));
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["plan-growth", "a", "b"]).code(129));
}

#[test]
fn a_plan_can_be_edited_before_it_is_recorded() {
    let sandbox = Sandbox::new().initialised();
    let args = ["plan-growth", "Grow", "--name", "edited", "--edit"];
    let edit = |editor: &str| {
        sandbox.git(&["config", "core.editor", editor]).ok();
        sandbox.call("ohmymkt", &args).without("GIT_EDITOR").run()
    };
    edit("sed -i 's/TODO: name what is in scope/the guides/'").ok();
    assert!(sandbox.read(&format!("{PLANS}/edited.md")).contains("- the guides"));
    assert_eq!(sandbox.status(), "");
    let before = sandbox.commits();
    assert_ne!(edit("false").code, 0);
    assert_eq!((sandbox.commits(), sandbox.names(PLANS).len()), (before, 2));
}

#[test]
fn the_editor_is_the_one_that_git_would_open() {
    let sandbox = Sandbox::new().initialised();
    let call =
        |name: &str| sandbox.call("ohmymkt", &["plan-growth", "Grow", "--name", name, "--edit"]).without("GIT_EDITOR");
    let refused = sandbox.unchanged_by(|_| call("none").run().code(1));
    refused.stderr_has("needs a terminal or a configured editor").stderr_has("hint: git config core.editor");
    let editor = |word: &str| format!("sed -i 's/TODO: name what is in scope/{word}/'");
    for variable in ["GIT_EDITOR", "VISUAL", "EDITOR"] {
        call(variable).env("TERM", "xterm").env(variable, &editor(variable)).run().ok();
        let name = variable.to_lowercase().replace('_', "-");
        assert!(sandbox.read(&format!("{PLANS}/{name}.md")).contains(&format!("- {variable}\n")), "{variable}");
    }
    // In git's order.
    let all = call("order").env("TERM", "xterm").env("EDITOR", &editor("last")).env("VISUAL", &editor("third"));
    sandbox.git(&["config", "core.editor", &editor("second")]).ok();
    all.run().ok();
    assert!(sandbox.read(&format!("{PLANS}/order.md")).contains("- second\n"));
}

#[test]
fn a_plan_that_is_left_empty_or_whose_editor_fails_is_not_recorded() {
    let sandbox = Sandbox::new().initialised();
    let edit = |editor: &str| {
        let call = sandbox.call("ohmymkt", &["plan-growth", "Grow", "--edit"]).env("GIT_EDITOR", editor);
        sandbox.unchanged_by(|_| call.run()).code(1)
    };
    for emptied in ["truncate -s 0", "printf '\\n \\t\\n' >", "printf '' >"] {
        edit(emptied).stderr_has("the plan was left empty, nothing is recorded");
    }
    edit("false").stderr_has("the editor `false` failed").stderr_has("hint: git var GIT_EDITOR");
    edit("rm").stderr_has("read what the editor left").stderr_has("hint: git var GIT_EDITOR");
}

#[test]
fn rows_19_27_a_plan_made_with_all_options_passes_its_review() {
    let sandbox = Sandbox::new().planned();
    let text = sandbox.read(&format!("{PLANS}/{}.md", sandbox.plan()));
    assert!(!text.contains("TODO"), "nothing is left blank");
    let review = sandbox.mkt(&["review-plan", PLAN, "--json"]).ok().json();
    let roles: Vec<_> =
        review["checks"].as_array().expect("a list").iter().map(|check| check["role"].clone()).collect();
    assert_eq!(roles.iter().filter(|role| **role == "Requirements Analyst").count(), 5);
    assert_eq!(roles.iter().filter(|role| **role == "Plan Reviewer").count(), 3);
}
