//! What `pre-commit` sees at a glance is what it sees when it looks closely.

use std::fs;

use crate::sandbox::{OHMYMKT, Sandbox};

/// A campaign whose `pre-commit` asks the program as people do, as our script does, and as our
/// script does where the repository cannot be opened: then it is silent only about what it saw
/// at a glance.
fn doubled(sandbox: Sandbox) -> Sandbox {
    let (broken, told) = (sandbox.base().join("broken"), sandbox.base().join("told"));
    fs::write(&broken, "[core\n").expect("it is written");
    let script = format!(
        "#!/bin/sh
note=${{GIT_DIR:-.git}}/ohmymkt/untouched
ask() {{
    rm -f \"$note\"
    said=$('{OHMYMKT}' hook pre-commit \"$@\" 2>&1)
    answer=$?
    [ ! -e \"$note\" ] || answer=\"$answer, noted\"
    echo \"$answer: $said\"
}}
long=$(ask)
short=$(ask --hooks-dir .git/none --)
[ \"$long\" = \"$short\" ] || printf '%s\\n---\\n%s\\n' \"$long\" \"$short\" >>'{told}'
blind=$(GIT_CONFIG_GLOBAL='{broken}' ask --hooks-dir .git/none --)
case $blind in '0, noted: ') echo glance ;; *) echo look ;; esac >>'{told}'
",
        broken = broken.display(),
        told = told.display(),
    );
    sandbox.script(&sandbox.base().join("doubled/pre-commit").to_string_lossy(), script);
    sandbox.git(&["config", "core.hooksPath", &sandbox.base().join("doubled").to_string_lossy()]).ok();
    sandbox
}

/// Runs a script that makes one commit, and returns how the hook came to its answers.
#[track_caller]
fn told(sandbox: &Sandbox, script: &str) -> String {
    sandbox.advance(1).sh(script).ok();
    let path = sandbox.base().join("told");
    let text = fs::read_to_string(&path).unwrap_or_default();
    fs::remove_file(path).ok();
    text.trim_end().to_owned()
}

const EDIT: &str = "sed -i 's/\"rolling_weeks_feasible\": 8/\"rolling_weeks_feasible\": 9/' .ohmymkt/state/gates.json";

#[test]
fn most_commits_are_seen_through_at_a_glance() {
    let sandbox = doubled(Sandbox::new().started());
    for (script, how) in [
        ("echo a >>index.html; git add --all; git commit -qm Page", "glance"),
        ("echo b >>index.html; git commit -qam Page", "glance"),
        ("echo c >>index.html; git commit -qm Page -- index.html", "glance"),
        ("git commit -q --allow-empty -m Nothing", "glance"),
        ("git checkout -q --detach && git commit -q --allow-empty -m Nothing && git checkout -q -B main", "glance"),
        ("git update-index --index-version 4; echo d >>index.html; git commit -qam Page", "glance"),
        ("git gc -q; echo e >>index.html; git commit -qam Page", "look"),
        ("git repack -adq; echo f >>index.html; git commit -qam Page", "glance"),
        ("git worktree add -q -b side ../side && cd ../side && echo g >>index.html && git commit -qam Page", "glance"),
    ] {
        assert_eq!(told(&sandbox, script), how, "{script}");
    }
}

#[test]
fn whatever_else_there_is_gets_a_closer_look() {
    let sandbox = doubled(Sandbox::new().started());
    assert_eq!(told(&sandbox, "git switch -qc side && git commit -q --allow-empty -m Side"), "glance");
    for script in [
        format!("{EDIT} && git commit -qam 'Look further ahead'"),
        "git commit -q --amend --no-edit".to_owned(),
        "git rm -q --cached .ohmymkt/boulder.json && git commit -qm Lost --no-edit; git reset -q --hard HEAD~1".to_owned(),
        "git rm -rq --cached .ohmymkt && git commit -qm All; git reset -q --hard HEAD~1".to_owned(),
        "git rm -rq --cached .ohmymkt && git update-index --add --cacheinfo \
         120000,$(printf elsewhere | git hash-object -w --stdin),.ohmymkt && git commit -qm Link; git reset -q --hard HEAD~1"
            .to_owned(),
        "git update-index --split-index && git commit -q --allow-empty -m Split; git update-index --no-split-index"
            .to_owned(),
        "git switch -q main && echo main >main.html && git add main.html && git -c core.hooksPath=/dev/null commit -qm Main \
         && git merge -q --no-commit --no-ff side && git commit -qm Merge"
            .to_owned(),
        "git switch -q --orphan fresh && echo fresh >fresh.html && git add fresh.html && git commit -qm Fresh".to_owned(),
    ] {
        assert_eq!(told(&sandbox, &script), "look", "{script}");
    }
}

#[test]
fn a_repository_without_artifacts_and_of_either_format_is_no_exception() {
    for format in ["sha1", "sha256"] {
        let sandbox = Sandbox::new();
        sandbox.sh(&format!("rm -rf .git && git init -q -b main --object-format={format}")).ok();
        let sandbox = doubled(sandbox);
        assert_eq!(told(&sandbox, "git commit -q --allow-empty -m First"), "look");
        assert_eq!(told(&sandbox, "echo a >a.html; git add a.html; git commit -qm Page"), "glance");
        let bring = "mkdir -p .ohmymkt/plans; echo x >.ohmymkt/plans/x.md; git add .ohmymkt; git commit -qm Plan";
        assert_eq!(told(&sandbox, bring), "look");
        let declare = "echo y >.ohmymkt/plans/y.md; git add -N .ohmymkt; echo b >>a.html; git commit -qm Page a.html";
        assert_eq!(told(&sandbox, declare), "glance", "what is only declared is not committed");
    }
}
