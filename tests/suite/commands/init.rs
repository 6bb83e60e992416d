//! `init`: what a repository needs before its first campaign, once.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;

#[test]
fn rows_111_117_126_init_seeds_every_file_in_one_commit() {
    let sandbox = Sandbox::new();
    sandbox.write("draft.md", "mine\n").write("index.html", "<!doctype html>\n<title>New</title>\n");
    sandbox.git(&["add", "index.html"]).ok();
    let staged = sandbox.status();
    sandbox.mkt(&["init"]).ok().stdout_has("seeded 6 files and 9 empty folders");
    assert_eq!(sandbox.commits(), 2);
    assert!(sandbox.touched().iter().all(|path| path.starts_with(".ohmymkt/")));
    assert_eq!(sandbox.status(), staged, "what is staged, edited and untracked stays so");
    for (file, text) in [
        ("state/gates.json", include_str!("../../../templates/gates.template.json")),
        ("state/metrics.json", include_str!("../../../templates/metrics.template.json")),
        ("state/modules.json", include_str!("../../../templates/modules.template.json")),
        ("policy.json", include_str!("../../../templates/policy.template.json")),
        (".gitattributes", include_str!("../../../templates/gitattributes")),
        ("state/cycles.json", "[]\n"),
    ] {
        assert_eq!(sandbox.read(&format!(".ohmymkt/{file}")), text, "{file}");
    }
    for folder in ["plans", "incidents", "reports/weekly", "reports/monthly", "reports/quarterly", "reports/summary"] {
        assert_eq!(sandbox.names(&format!(".ohmymkt/{folder}")), [".gitkeep"]);
    }
    assert!(sandbox.message().contains("Mkt-Action: init"));
    sandbox.fsck_clean();
}

#[test]
fn row_69_init_can_be_repeated_and_keeps_what_is_there() {
    let sandbox = Sandbox::new().initialised();
    sandbox.mkt(&["init"]).ok();
    sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init"]).ok()).stdout_has("everything is there already");
    let gates = sandbox.read(".ohmymkt/state/gates.json").replace(": 0", ":   8.0");
    let gates = gates.replacen("8.0", "0.5", 2).replacen("0.5", "8.0", 1);
    sandbox.write(".ohmymkt/state/gates.json", &gates).remove(".ohmymkt/state/modules.json");
    crate::commands::commit_by_hand(&sandbox);
    sandbox.mkt(&["init"]).ok();
    assert_eq!(sandbox.touched(), [".ohmymkt/state/modules.json"]);
    assert_eq!(sandbox.read(".ohmymkt/state/gates.json"), gates);
}

#[test]
fn an_empty_repository_is_seeded_by_its_first_commit() {
    let sandbox = Sandbox::without_repository();
    sandbox.mkt(&["init"]).code(1).stderr_has("hint: git init");
    sandbox.git(&["init", "--quiet", "-b", "trunk"]).ok();
    sandbox.mkt(&["init"]).ok();
    assert_eq!((sandbox.commits(), sandbox.status()), (1, String::new()));
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn rows_96_to_110_126_a_whole_campaign_leaves_the_layout_of_the_founding_document() {
    let sandbox = Sandbox::new().started();
    let plan = sandbox.plan();
    let up = ["visibility_track.non_brand_visibility_trend=up", "quality_track.high_intent_session_trend=up"];
    sandbox.mkt(&[["update-metrics"].as_slice(), &up, &["--source", "console"]].concat()).ok();
    sandbox.mkt(&["update-task", "1", "--owner", "Grace Crawl"]).ok();
    for (days, cadence) in [(7, "weekly"), (23, "monthly"), (60, "quarterly")] {
        sandbox.advance(days).mkt(&["run-cycle", cadence]).ok();
    }
    let down = ["incident", "--severity", "P2", "--module", "content_system", "--summary", "a broken table"];
    sandbox.mkt(&down).ok();
    sandbox.mkt(&["report-growth", "--window", "30d"]).ok();
    let tree = sandbox.git(&["ls-tree", "-r", "--name-only", "HEAD", ".ohmymkt/"]).ok().stdout;
    let has = |start: &str, end: &str| {
        tree.lines().any(|path| path.starts_with(&format!(".ohmymkt/{start}")) && path.ends_with(end))
    };
    assert!(has("plans/", ".md") && has("incidents/inc-", ".json"), "{tree}");
    for note in ["learnings", "decisions", "issues", "verification", "incidents"] {
        assert!(has(&format!("notepads/{plan}/"), &format!("/{note}.md")), "{note}\n{tree}");
    }
    for reports in ["weekly", "monthly", "quarterly", "summary"] {
        assert!(has(&format!("reports/{reports}/"), ".md"), "{reports}\n{tree}");
    }
    for state in ["gates", "metrics", "modules", "sprint-board", "execution", "cycles"] {
        assert!(has("state/", &format!("/{state}.json")), "{state}\n{tree}");
    }
    assert!(has("boulder.json", ""), "{tree}");
    let cycles = sandbox.json(".ohmymkt/state/cycles.json");
    let fields =
        ["id", "cadence", "decision", "reason", "rule", "generated_at", "window", "inputs", "actions", "report_file"];
    for cycle in cycles.as_array().expect("a list") {
        assert!(fields.iter().all(|field| !cycle[field].is_null()), "{cycle:#}");
        assert!(sandbox.exists(cycle["report_file"].as_str().expect("a path")));
    }
    // Rows 5 and 193: each step of the campaign names its plan.
    let log = sandbox.git(&["log", "--format=%(trailers:key=Mkt-Plan,valueonly,separator=%x2C)|%s"]).ok().stdout;
    for action in ["plan-growth", "review-plan", "start-campaign", "update-task", "run-cycle"] {
        let line =
            log.lines().find(|line| line.contains(&format!("mkt({action})"))).expect("each stands in the history");
        assert!(line.starts_with(&format!("{plan}|")), "{line}");
    }
    assert_eq!(sandbox.json(".ohmymkt/boulder.json")["role"], "Execution Manager");
    assert_eq!(cycles[0].get("decision"), Some(&Value::from("continue")));
    assert_ne!(cycles, json!([]));
    assert_eq!(sandbox.status(), "");
    sandbox.mkt(&["verify"]).ok();
    sandbox.fsck_clean();
}
