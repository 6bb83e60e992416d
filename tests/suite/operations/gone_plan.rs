//! The plan of an active campaign: it stays, may be renamed with its pointer, and where it is
//! gone already the campaign can still be run and ended.

use crate::sandbox::Sandbox;

use super::{commit_past_hooks, decision, incident_of, text};

fn plan_file(sandbox: &Sandbox) -> String {
    format!(".ohmymkt/plans/{}.md", sandbox.plan())
}

/// The subjects of the commits that a rule finds at fault.
fn errors(sandbox: &Sandbox) -> Vec<String> {
    let found = sandbox.mkt(&["verify", "--json"]).code(2).json()["findings"].clone();
    let errors = found.as_array().expect("a list").iter().filter(|one| one["level"] == "error");
    errors.map(|one| text(&one["subject"])).collect()
}

#[test]
fn to_drop_or_rename_it_is_refused_with_a_command_that_brings_it_back() {
    let sandbox = Sandbox::new().started();
    let plan = plan_file(&sandbox);
    let text = sandbox.read(&plan);
    sandbox.git(&["mv", &plan, ".ohmymkt/plans/other.md"]).ok();
    let outcome = sandbox.mkt(&["record"]).code(2).stderr_has("start-requires-plan");
    let hint = outcome.stderr.lines().find_map(|line| line.strip_prefix("hint: ")).expect("a hint").to_owned();
    assert_eq!(hint, format!("git restore --source=HEAD -- {plan}"));
    sandbox.sh(&hint).ok();
    assert_eq!(sandbox.read(&plan), text);
    sandbox.mkt(&["record"]).ok();
    // Past the hooks it is found, and the hint names the commit that has it.
    sandbox.remove(&plan);
    commit_past_hooks(&sandbox, "Tidy up");
    let found = sandbox.mkt(&["verify"]).code(2).stdout_has("start-requires-plan").stdout_lacks("<parent>");
    let hint = found.stdout.lines().find_map(|line| line.trim().strip_prefix("hint: ")).expect("a hint").to_owned();
    sandbox.sh(&hint).ok();
    assert_eq!(sandbox.read(&plan), text);
    // It is told once, and a merge with a branch from before tells nothing more.
    sandbox.remove(&plan);
    sandbox.sh("git checkout -q -b side HEAD~1 && echo x >page.html && git add . && git commit -qm 'Add a page'").ok();
    sandbox.sh("git checkout -q main && git merge -q --no-edit side").ok();
    assert_eq!(errors(&sandbox), ["Tidy up"]);
}

#[test]
fn it_may_have_another_name_where_the_pointer_goes_along() {
    let sandbox = Sandbox::new().started();
    // A rename is no start: gates may have fallen meanwhile.
    sandbox.mkt(&["update-gates", "capacity_gate.rolling_weeks_feasible=3"]).ok();
    let (plan, name) = (plan_file(&sandbox), "renamed");
    let rename = |text: &str| {
        sandbox.git(&["mv", &plan, &format!(".ohmymkt/plans/{name}.md")]).ok();
        sandbox.write(&format!(".ohmymkt/plans/{name}.md"), text);
        sandbox.edit_json(".ohmymkt/boulder.json", |boulder| {
            boulder["active_plan"] = format!(".ohmymkt/plans/{name}.md").into();
            boulder["plan_name"] = name.into();
        });
        sandbox.edit_json(".ohmymkt/state/execution.json", |execution| {
            execution["active_plan"] = format!(".ohmymkt/plans/{name}.md").into();
        });
    };
    let text = sandbox.read(&plan);
    rename(&format!("{text}\nAnd more.\n"));
    sandbox.mkt(&["record"]).code(2).stderr_has("start-requires-plan");
    sandbox.git(&["reset", "--quiet", "--hard"]).ok();
    rename(&text);
    sandbox.mkt(&["record"]).ok();
    sandbox.mkt(&["verify"]).ok();
    sandbox.advance(7).mkt(&["run-cycle", "weekly"]).ok();
    sandbox.mkt(&["finish-campaign", "--outcome", "done"]).ok();
    sandbox.mkt(&["verify"]).ok();
}

#[test]
fn where_it_is_gone_a_p0_still_leads_to_a_rollback_and_the_campaign_to_its_end() {
    let sandbox = Sandbox::new().started();
    sandbox.remove(&plan_file(&sandbox));
    commit_past_hooks(&sandbox, "Tidy up");
    incident_of(&sandbox, "P0", "technical_foundation");
    assert_eq!(decision(sandbox.advance(7), "weekly"), "rollback");
    sandbox.mkt(&["report-growth"]).ok();
    sandbox.mkt(&["start-campaign"]).ok().stdout_has("resumed");
    sandbox.mkt(&["update-task", "1", "--owner", "Ada"]).ok();
    sandbox.mkt(&["finish-campaign", "--outcome", "done"]).ok();
    assert_eq!(errors(&sandbox), ["Tidy up"]);
}
