//! `init --ci`: a pipeline that is there once, harms nothing, and whose lines of shell work.

use serde_json::Value;

use super::commit;
use crate::sandbox::{Call, Outcome, Sandbox};

const GITHUB: &str = ".github/workflows/ohmymkt.yml";
const GITLAB: &str = ".gitlab/ohmymkt.gitlab-ci.yml";
const GITLAB_START: &str = ".gitlab-ci.yml";

/// An id that names no commit, as forges send it for a branch that is new.
const ZERO: &str = "0000000000000000000000000000000000000000";

fn yaml(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap_or_else(|error| panic!("not YAML: {error}\n{text}"))
}

/// The script of the step that verifies, and every other script.
fn scripts(sandbox: &Sandbox) -> Vec<String> {
    let workflow = yaml(&sandbox.read(GITHUB));
    let steps = workflow["jobs"]["verify"]["steps"].as_array().expect("steps").clone();
    steps.iter().filter_map(|step| step["run"].as_str().map(str::to_owned)).collect()
}

/// A push to `main` of a good and then of a bad commit, known to its clone as `origin/main`.
/// Returns the tips: before, good, bad.
fn history(sandbox: &Sandbox) -> [String; 3] {
    let before = sandbox.head();
    sandbox.mkt(&["update-gates", "strategy_gate.approved=true"]).ok();
    let good = sandbox.head();
    sandbox.git(&["update-ref", "refs/remotes/origin/main", &good]).ok();
    sandbox.git(&["checkout", "--quiet", "-b", "topic"]).ok();
    sandbox.write(".ohmymkt/incidents/bad.json", "{\n");
    commit(sandbox, "Break");
    sandbox.remove(".ohmymkt/incidents/bad.json");
    commit(sandbox, "Mend\n\nMkt-Action: record\n");
    [before, good, sandbox.head()]
}

/// Runs the script of the workflow as GitHub would.
fn github<'s>(sandbox: &'s Sandbox, event: &str, reference: &str, base: &str) -> Call<'s> {
    let script = scripts(sandbox).pop().expect("the last step verifies");
    let call = sandbox.call("sh", &["-e", "-c", &script]);
    let call = call.env("GITHUB_EVENT_NAME", event).env("GITHUB_REF", reference);
    call.env("BASE", base).env("DEFAULT_BRANCH", "main")
}

/// Runs the job of GitLab with the variables that it would set.
fn gitlab(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Outcome {
    let job = yaml(&sandbox.read(GITLAB))["ohmymkt"].clone();
    let script = job["script"][0].as_str().expect("a script");
    let call = sandbox.call("sh", &["-e", "-c", script]).env("CI_DEFAULT_BRANCH", "main");
    variables.iter().fold(call, |call, (name, value)| call.env(name, value)).run()
}

#[track_caller]
fn accused(outcome: Outcome) {
    let outcome = outcome.code(2).stdout_has("::error file=.ohmymkt/incidents/bad.json,line=");
    assert!(outcome.stderr.is_empty(), "{outcome}");
}

#[test]
fn the_workflow_reads_all_and_may_change_nothing() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "github"]).ok().stdout_has(GITHUB);
    assert_eq!((sandbox.commits(), sandbox.status()), (2, String::new()), "one commit, and nothing is left over");
    assert!(sandbox.touched().contains(&GITHUB.to_owned()));
    sandbox.mkt(&["verify"]).ok();
    let workflow = yaml(&sandbox.read(GITHUB));
    assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }));
    let events = workflow["on"].as_object().expect("events");
    assert_eq!(events.keys().collect::<Vec<_>>(), ["push", "pull_request", "merge_group"]);
    assert!(events.values().all(Value::is_null), "no filter of paths or branches: {events:?}");
    let steps = workflow["jobs"]["verify"]["steps"].as_array().expect("steps");
    assert_eq!(steps[0]["with"]["fetch-depth"], 0);
    assert_eq!(steps[0]["with"]["persist-credentials"], false);
    assert!(steps[0]["with"]["ref"].is_null(), "what checkout takes by itself is the merge");
    assert!(steps[1]["run"].as_str().expect("a script").contains("cargo install ohmymkt --locked"));
    for script in scripts(&sandbox) {
        assert!(!script.contains("${{"), "what others have written is no part of a script: {script}");
    }
}

#[test]
fn a_pull_request_is_judged_as_the_merge_that_would_be() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "github"]).ok();
    let [before, good, bad] = history(&sandbox);
    let merge = |head: &str| {
        sandbox.git(&["checkout", "--quiet", "--detach", &good]).ok();
        sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "--no-ff", "-m", "Merge", head]).ok();
    };
    merge(&bad);
    // The base that the event names may be older than the one that was merged into.
    accused(github(&sandbox, "pull_request", "refs/pull/7/merge", &before).run());
    sandbox.git(&["checkout", "--quiet", "-B", "honest", &good]).ok();
    sandbox.mkt(&["update-gates", "strategy_gate.kpi_tree_bound=true"]).ok();
    let honest = sandbox.head();
    // The base branch is not sound; a pull request that brings nothing bad is.
    sandbox.git(&["checkout", "--quiet", "--detach", &bad]).ok();
    sandbox.git(&["-c", "core.hooksPath=/dev/null", "merge", "--quiet", "--no-ff", "-m", "Merge", &honest]).ok();
    let outcome = github(&sandbox, "pull_request", "refs/pull/8/merge", &good).run().ok();
    outcome.stdout_has("sound: 2 commits seen");
}

#[test]
fn a_push_is_judged_from_what_was_there_and_a_new_branch_from_the_default_one() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "github"]).ok();
    let [before, good, bad] = history(&sandbox);
    let topic = "refs/heads/topic";
    accused(github(&sandbox, "push", topic, &good).run());
    accused(github(&sandbox, "push", topic, ZERO).run());
    accused(github(&sandbox, "merge_group", "refs/heads/gh-readonly-queue/main/pr-1", &good).run());
    // The old tip is gone after a forced push.
    accused(github(&sandbox, "push", topic, &ZERO.replace('0', "1")).run());
    github(&sandbox, "push", topic, &bad).run().ok().stdout_has("sound: 0 commits seen");
    sandbox.git(&["checkout", "--quiet", "--detach", &good]).ok();
    github(&sandbox, "push", "refs/heads/main", &before).run().ok().stdout_has("sound: 1 commits seen");
    // The first push of the default branch is judged as a whole, and so is it without a default branch.
    github(&sandbox, "push", "refs/heads/main", ZERO).run().ok().stdout_has("sound: 3 commits seen");
    sandbox.git(&["checkout", "--quiet", "topic"]).ok();
    accused(github(&sandbox, "push", "refs/heads/main", ZERO).run());
    accused(github(&sandbox, "push", topic, ZERO).env("DEFAULT_BRANCH", "$(touch hacked) `touch hacked`").run());
    assert!(!sandbox.exists("hacked"));
    let summary = sandbox.base().join("summary.md");
    let call = github(&sandbox, "push", topic, &good).env("GITHUB_STEP_SUMMARY", &summary.to_string_lossy());
    accused(call.run());
    assert!(std::fs::read_to_string(summary).expect("it is written").contains("bad.json"));
}

/// A branch whose new tip lacks an incident that the old one has. Returns both, the old one first.
fn forced(sandbox: &Sandbox) -> [String; 2] {
    let incident = ["incident", "--severity", "P0", "--module", "content_system", "--summary", "Down"];
    sandbox.mkt(&incident).ok();
    let old = sandbox.head();
    sandbox.git(&["checkout", "--quiet", "-b", "rewritten", "HEAD~"]).ok();
    sandbox.mkt(&["update-gates", "strategy_gate.approved=true"]).ok();
    [old, sandbox.head()]
}

#[test]
fn a_forced_push_is_held_against_the_old_tip_and_a_base_is_not() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "github"]).ok();
    let [old, new] = forced(&sandbox);
    let lost = |outcome: Outcome| {
        outcome.code(2).stdout_has("incidents-are-immutable").stdout_has("and does not go on from it");
    };
    lost(github(&sandbox, "push", "refs/heads/main", &old).run());
    // What the branch of a pull request lacks of its base it has not lost; a tag may be moved.
    github(&sandbox, "merge_group", "refs/heads/gh-readonly-queue/main/pr-1", &old).run().ok();
    github(&sandbox, "push", "refs/tags/v1", &old).run().ok();
    github(&sandbox, "push", "refs/heads/main", &format!("{new}~")).run().ok();

    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "gitlab"]).ok();
    let [old, _] = forced(&sandbox);
    lost(gitlab(&sandbox, &[("CI_COMMIT_BEFORE_SHA", &old), ("CI_COMMIT_BRANCH", "main")]));
    gitlab(&sandbox, &[("CI_COMMIT_BEFORE_SHA", &old), ("CI_COMMIT_TAG", "v1")]).ok();
    gitlab(&sandbox, &[("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", &old), ("CI_COMMIT_BEFORE_SHA", ZERO)]).ok();
}

#[test]
fn a_merge_request_without_merged_results_is_judged_by_the_merge_that_would_be() {
    let sandbox = Sandbox::new().reviewed();
    sandbox.mkt(&["init", "--ci", "gitlab"]).ok();
    // One side starts, the other closes a gate: each is sound, and so is their merge as text.
    sandbox.git(&["checkout", "--quiet", "-b", "start"]).ok();
    sandbox.mkt(&["start-campaign"]).ok();
    sandbox.git(&["checkout", "--quiet", "-b", "release/a$(id>hacked);b", "main"]).ok();
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=5"]).ok();
    let remote = "refs/remotes/origin/release/a$(id>hacked);b";
    sandbox.git(&["update-ref", remote, "HEAD"]).ok();
    sandbox.git(&["checkout", "--quiet", "--detach", "start"]).ok();
    let base = sandbox.git(&["rev-parse", "main"]).ok().stdout;
    let request = |target: &str, merged: &str| {
        let (name, sha) = ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "CI_MERGE_REQUEST_TARGET_BRANCH_SHA");
        let diff_base = ("CI_MERGE_REQUEST_DIFF_BASE_SHA", base.trim());
        gitlab(&sandbox, &[(name, target), (sha, merged), diff_base, ("CI_COMMIT_BEFORE_SHA", ZERO)])
    };
    let refused = request("release/a$(id>hacked);b", "").code(2);
    refused.stdout_has("sound: 1 commits seen").stdout_has("violated: ").stdout_has("start-requires-gates");
    assert!(!sandbox.exists("hacked"), "the name of a branch is no shell");
    // What is checked out is the merge then.
    request("release/a$(id>hacked);b", base.trim()).ok();
    request("gone", "").ok();
    sandbox.git(&["update-ref", remote, base.trim()]).ok();
    request("release/a$(id>hacked);b", "").ok().stdout_has("the base has not moved on");
}

#[test]
fn a_pipeline_is_written_once_and_never_over_another_file() {
    for (forge, path) in [("github", GITHUB), ("gitlab", GITLAB)] {
        let sandbox = Sandbox::new().initialised();
        sandbox.mkt(&["init", "--ci", forge]).ok();
        let text = sandbox.read(path);
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--ci", forge]).ok()).stdout_has("everything is there");
        sandbox.write(path, format!("{text}# mine\n"));
        commit(&sandbox, "My own pipeline");
        let refused = sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--ci", forge]).code(2));
        refused.stderr_has("not overwritten").stderr_has(path).stderr_has("hint: ");
        let sandbox = Sandbox::new();
        sandbox.write(path, "untracked: true\n");
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--ci", forge]).code(2)).stderr_has(path);
        sandbox.write(path, &text);
        sandbox.mkt(&["init", "--ci", forge]).ok();
        assert_eq!(sandbox.read(path), text);
        sandbox.unchanged_by(|sandbox| sandbox.mkt(&["init", "--ci", forge, "--dry-run"]).ok());
    }
}

#[test]
fn gitlab_is_told_by_an_include_and_a_file_that_is_there_is_left_alone() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "gitlab"]).ok();
    assert_eq!(yaml(&sandbox.read(GITLAB_START)), serde_json::json!({ "include": [{ "local": GITLAB }] }));
    let sandbox = Sandbox::new();
    let own = "stages: [build]\n";
    sandbox.write(GITLAB_START, own).commit_all("Build the site");
    let outcome = sandbox.mkt(&["init", "--ci", "gitlab"]).ok();
    outcome.stdout_has("add this yourself to .gitlab-ci.yml").stdout_has("- local: .gitlab/ohmymkt.gitlab-ci.yml");
    assert_eq!(sandbox.read(GITLAB_START), own);
    let answer = sandbox.mkt(&["init", "--ci", "gitlab", "--json"]).ok().json();
    assert_eq!(answer["by_hand"]["path"], GITLAB_START);
    sandbox.write(GITLAB_START, format!("{own}include:\n  - local: {GITLAB}\n")).commit_all("Include it");
    sandbox.mkt(&["init", "--ci", "gitlab"]).ok().stdout_lacks("add this yourself");
}

#[test]
fn the_job_of_gitlab_judges_merge_requests_and_pushes_and_keeps_its_report() {
    let sandbox = Sandbox::new();
    sandbox.mkt(&["init", "--ci", "gitlab"]).ok();
    let job = yaml(&sandbox.read(GITLAB))["ohmymkt"].clone();
    assert_eq!(job["variables"]["GIT_DEPTH"], "0");
    assert!(job["rules"].as_array().expect("rules").iter().all(|rule| rule.as_object().expect("a rule").len() == 1));
    let report = job["artifacts"]["reports"]["codequality"].as_str().expect("a file");
    assert_eq!(job["artifacts"]["when"], "always");
    let [before, good, bad] = history(&sandbox);
    let run = |variables: &[(&str, &str)]| gitlab(&sandbox, variables);
    let issues = || sandbox.json(report).as_array().expect("a list").len();
    for variables in [
        [("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", good.as_str()), ("CI_COMMIT_BEFORE_SHA", ZERO)],
        [("CI_MERGE_REQUEST_DIFF_BASE_SHA", &good), ("CI_COMMIT_BEFORE_SHA", ZERO)],
        [("CI_COMMIT_BEFORE_SHA", &good), ("CI_COMMIT_BRANCH", "topic")],
        [("CI_COMMIT_BEFORE_SHA", ZERO), ("CI_COMMIT_BRANCH", "topic")],
        [("CI_COMMIT_BEFORE_SHA", ZERO), ("CI_COMMIT_BRANCH", "main")],
    ] {
        run(&variables).code(2).stdout_has("artifact-is-well-formed");
        assert!(issues() > 0, "{variables:?}");
    }
    run(&[("CI_COMMIT_BEFORE_SHA", &bad)]).ok().stdout_has("sound");
    assert_eq!(issues(), 0);
    sandbox.git(&["checkout", "--quiet", "--detach", &good]).ok();
    run(&[("CI_COMMIT_BEFORE_SHA", &before)]).ok().stdout_has("sound: 1 commits seen");
}
