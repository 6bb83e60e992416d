//! Something else in the place of `.ohmymkt`: a link, a file, a submodule.

use super::*;

/// Scripts that put something there, past the hooks, and what it is called.
const INSTEAD: [(&str, &str); 3] = [
    ("git rm -rq .ohmymkt && mv kept elsewhere && ln -s elsewhere .ohmymkt && git add .ohmymkt", "a symbolic link"),
    ("git rm -rq .ohmymkt && rm -rf .ohmymkt && echo x >.ohmymkt && git add .ohmymkt", "a file"),
    (
        "git rm -rq .ohmymkt && rm -rf .ohmymkt && git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),.ohmymkt",
        "a submodule",
    ),
];

#[test]
fn what_stands_in_the_place_of_the_artifacts_is_found_at_every_door() {
    for (script, what) in INSTEAD {
        let (sandbox, _) = published();
        install(&origin(&sandbox).join("hooks"), &["pre-receive"]);
        past_hooks(&sandbox, &format!("cp -R .ohmymkt kept && {script} && git commit -qm Move")).ok();
        let is = format!("is {what}, expected a folder");
        sandbox.mkt(&["verify"]).code(2).stdout_has("artifact-is-well-formed").stdout_has(&is);
        sandbox.mkt(&["verify", "HEAD~1..HEAD"]).code(2).stdout_has(&is);
        let refused = past_hooks(&sandbox, "git push -q origin main").code(1);
        assert!(refused.stderr.contains(&is), "the server says so\n{refused}");
        guard_strictly(&sandbox);
        sandbox.git(&["push", "--quiet", "origin", "main"]).code(1).stderr_has(&is);
        sandbox
            .sh("git branch moved && git reset -q --hard HEAD~1 2>/dev/null; rm -rf .ohmymkt; git checkout -qf HEAD .")
            .ok();
        sandbox.mkt(&["review", "main...moved"]).code(2).stdout_has(&is);
        sandbox.mkt(&["log", "moved", "-n", "1"]).ok();
        sandbox.git(&["merge", "--quiet", "--ff-only", "moved"]);
        assert_ne!(tip(&sandbox, &sandbox.root(), "HEAD"), tip(&sandbox, &sandbox.root(), "moved"), "{what}");
    }
}

#[test]
fn a_history_that_puts_the_folder_back_is_judged_to_its_end() {
    let (sandbox, _) = published();
    past_hooks(&sandbox, &format!("cp -R .ohmymkt kept && {} && git commit -qm Move", INSTEAD[1].0)).ok();
    past_hooks(&sandbox, "git revert --no-edit HEAD").ok();
    let found = sandbox.mkt(&["verify", "--json"]).code(2).json();
    let findings = found["findings"].as_array().expect("a list");
    let malformed = findings.iter().filter(|one| one["rule"] == "artifact-is-well-formed").count();
    assert_eq!(malformed, 1, "{found:#}");
}
