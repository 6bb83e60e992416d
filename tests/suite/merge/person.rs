//! What only a person can decide.

use super::apart::{campaign, part, task, without_driver};
use crate::sandbox::Sandbox;

fn update(words: &'static [&'static str]) -> impl FnOnce(&Sandbox) {
    move |sandbox| drop(sandbox.mkt(&[["update-task", "1"].as_slice(), words].concat()).ok())
}

#[test]
fn two_owners_are_named_with_their_authors_and_left_in_conflict() {
    let sandbox = campaign();
    without_driver(&sandbox);
    part(
        &sandbox,
        update(&["--owner", "Grace", "--due", "2026-02-01"]),
        update(&["--owner", "Gil", "--kpi-impact", "k"]),
    );
    sandbox.git(&["merge", "side"]).code(1);
    let path = ".ohmymkt/state/sprint-board.json";
    let asked = sandbox.mkt(&["resolve"]).code(2);
    let asked = asked.stdout_has("1 file needs a person").stdout_has("1.owner").stdout_has("ours    Gil   ");
    let asked = asked.stdout_has("theirs  Grace   ").stdout_has("Ada Growth <ada@example.org>, 2026-01-12T");
    asked.stderr_has(&format!("hint: git add -- {path}"));
    let text = sandbox.read(path);
    assert_eq!(text.matches("<<<<<<<").count(), 1, "what can be merged is merged");
    assert!(text.contains("\"due_date\": \"2026-02-01\"") && text.contains("\"kpi_impact\": \"k\""));
    assert_eq!(sandbox.git(&["diff", "--name-only", "--diff-filter=U"]).ok().stdout, format!("{path}\n"));
    // What somebody chose is not undone by asking again.
    let chosen: String = text
        .lines()
        .filter(|line| !line.starts_with(['<', '=', '>']) && !line.contains("Gil"))
        .map(|line| format!("{line}\n"))
        .collect();
    sandbox.write(path, &chosen);
    sandbox.mkt(&["resolve"]).code(2);
    assert_eq!(sandbox.read(path), chosen);
    sandbox.git(&["add", path]).ok();
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(task(&sandbox, "1")["owner"], "Grace");
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn a_file_that_somebody_edits_is_not_overwritten() {
    let sandbox = campaign();
    without_driver(&sandbox);
    part(&sandbox, update(&["--owner", "Grace"]), update(&["--due", "2026-02-01"]));
    sandbox.git(&["merge", "side"]).code(1);
    let path = ".ohmymkt/state/sprint-board.json";
    let edited = sandbox.read(path).replace("Grace", "Grace Hopper");
    sandbox.write(path, &edited);
    sandbox.mkt(&["resolve"]).code(2).stdout_has("somebody has edited the file").stderr_has("git checkout --merge");
    assert_eq!(sandbox.read(path), edited);
    sandbox.git(&["checkout", "--merge", "--", path]).ok();
    sandbox.mkt(&["resolve"]).ok();
    assert_eq!(task(&sandbox, "1")["owner"], "Grace");
}

#[test]
fn two_postmortems_of_one_incident_need_a_person() {
    let sandbox = campaign();
    let p1 = ["incident", "--severity", "P1", "--module", "content_system", "--summary", "prices are a day old"];
    sandbox.mkt(&p1).ok();
    let name =
        sandbox.names(".ohmymkt/incidents").into_iter().find(|name| name.ends_with(".json")).expect("an incident");
    let id = name.trim_end_matches(".json").to_owned();
    let write = |cause: &'static str| {
        let id = id.clone();
        move |sandbox: &Sandbox| {
            let answers = ["--root-cause", cause, "--remediation", "r", "--prevention", "p"];
            sandbox.mkt(&[["postmortem", &id].as_slice(), &answers].concat()).ok();
        }
    };
    part(&sandbox, write("a cache"), write("a feed"));
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).code(2).stdout_has("postmortem").stdout_has("a cache").stdout_has("a feed");
}

#[test]
fn a_plan_is_merged_as_text_and_left_where_both_edited_a_line() {
    let sandbox = campaign();
    let path = format!(".ohmymkt/plans/{}.md", sandbox.plan());
    let edit = |old: &'static str, new: &'static str| {
        let path = path.clone();
        move |sandbox: &Sandbox| {
            sandbox.write(&path, sandbox.read(&path).replace(old, new));
            sandbox.mkt(&["record"]).ok();
        }
    };
    part(&sandbox, edit("the shop checkout", "the shop and the blog"), edit("the shop checkout", "the shop only"));
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).code(2).stdout_has("the shop and the blog").stdout_has("the shop only");
    assert_eq!(sandbox.read(&path).matches("<<<<<<<").count(), 1);
}

#[test]
fn a_campaign_finished_on_one_branch_and_resumed_on_the_other_needs_a_person() {
    let sandbox = campaign();
    let plan = sandbox.plan();
    part(
        &sandbox,
        |sandbox| drop(sandbox.mkt(&["finish-campaign", "--outcome", "done"]).ok()),
        |sandbox| drop(sandbox.mkt(&["start-campaign", &plan]).ok()),
    );
    sandbox.git(&["merge", "side"]).code(1);
    let asked = sandbox.mkt(&["resolve"]).code(2).stdout_has(".ohmymkt/boulder.json").stdout_has("removed");
    asked.stderr_has("hint: git rm -- .ohmymkt/boulder.json").stderr_has("hint: git add -- .ohmymkt/boulder.json");
    sandbox.git(&["rm", "--quiet", "--", ".ohmymkt/boulder.json"]).ok();
    sandbox.mkt(&["resolve"]).ok();
    sandbox.git(&["commit", "--no-edit"]).ok();
    sandbox.mkt(&["verify", "--all"]).ok();
}

#[test]
fn a_record_that_one_branch_deleted_and_the_other_completed_stays() {
    let sandbox = campaign();
    let p1 = ["incident", "--severity", "P1", "--module", "content_system", "--summary", "prices are a day old"];
    sandbox.mkt(&p1).ok();
    let name =
        sandbox.names(".ohmymkt/incidents").into_iter().find(|name| name.ends_with(".json")).expect("an incident");
    let (path, id) = (format!(".ohmymkt/incidents/{name}"), name.trim_end_matches(".json").to_owned());
    part(
        &sandbox,
        |sandbox| {
            sandbox.remove(&path).commit_all("Tidy up");
        },
        |sandbox| {
            let answers = ["--root-cause", "a cache", "--remediation", "r", "--prevention", "p"];
            sandbox.mkt(&[["postmortem", &id].as_slice(), &answers].concat()).ok();
        },
    );
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).ok().stdout_has("it stays");
    sandbox.git(&["commit", "--no-edit"]).ok();
    assert_eq!(sandbox.json(&path)["postmortem"]["root_cause"], "a cache");
}

#[test]
fn a_link_in_place_of_an_artifact_is_left_to_a_person() {
    let sandbox = campaign();
    without_driver(&sandbox);
    let path = ".ohmymkt/policy.json";
    part(
        &sandbox,
        |sandbox| {
            sandbox.remove(path);
            std::os::unix::fs::symlink("../index.html", sandbox.path(path)).expect("a link");
            sandbox.commit_all("Link it");
        },
        |sandbox| {
            sandbox.edit_json(path, |policy| policy["require_gate_evidence"] = true.into());
            sandbox.mkt(&["record"]).ok();
        },
    );
    sandbox.git(&["merge", "side"]).code(1);
    sandbox.mkt(&["resolve"]).code(2).stdout_has(path);
    assert!(sandbox.exists("index.html") && sandbox.read("index.html").contains("<title>"));
}
