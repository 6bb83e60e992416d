//! GitLab's report of code quality.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{bad, findings, malformed, shallow, verify};
use crate::sandbox::Sandbox;

fn issues(text: &str) -> Vec<Value> {
    serde_json::from_str(text).expect("a list in JSON")
}

#[test]
fn every_finding_is_an_issue_that_gitlab_takes() {
    let sandbox = bad();
    let issues = issues(&verify(&sandbox, "gitlab", 2));
    let all = findings(&sandbox, 2);
    assert_eq!(issues.len(), all.len());
    for issue in &issues {
        assert!(!issue["description"].as_str().expect("a text").is_empty());
        assert!(
            ["info", "minor", "major", "critical", "blocker"].contains(&issue["severity"].as_str().expect("a text"))
        );
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(!path.is_empty() && !path.starts_with("./") && !path.starts_with('/'), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64().expect("a line") > 0);
        let name = issue["check_name"].as_str().expect("a name");
        assert!(all.iter().any(|finding| finding["rule"] == name), "{name}");
    }
    assert_eq!(issues[0]["severity"], "critical", "the worst first");
    assert_eq!(verify(&Sandbox::new().initialised(), "gitlab", 0), "[]\n");
}

#[test]
fn fingerprints_are_distinct_and_the_same_on_every_machine() {
    let sandbox = Sandbox::new().initialised();
    malformed(&sandbox, 5);
    super::commit(&sandbox, "Five of them");
    sandbox.write(".ohmymkt/incidents/twice.json", "{ \"a\": 1, \"a\": 1, \"a\": 1 }\n");
    super::commit(&sandbox, "The same twice");
    let report = verify(&sandbox, "gitlab", 2);
    let marks: Vec<_> = issues(&report).iter().map(|issue| issue["fingerprint"].to_string()).collect();
    assert_eq!(marks.iter().collect::<BTreeSet<_>>().len(), marks.len(), "{marks:?}");
    let twin = sandbox.base().join("twin");
    sandbox.git(&["clone", "--quiet", ".", &twin.to_string_lossy()]).ok();
    sandbox.advance(40);
    let again = sandbox.call("ohmymkt", &["verify", "--format", "gitlab"]).folder(&twin).run().code(2).stdout;
    assert_eq!(again, report);
    // A later commit changes nothing about what was found before.
    sandbox.write(".ohmymkt/incidents/more.json", "[]\n");
    super::commit(&sandbox, "One more");
    let more: Vec<_> =
        issues(&verify(&sandbox, "gitlab", 2)).iter().map(|issue| issue["fingerprint"].to_string()).collect();
    assert!(marks.iter().all(|mark| more.contains(mark)) && more.len() > marks.len());
}

#[test]
fn an_incomplete_history_is_an_issue() {
    let sandbox = Sandbox::new().planned();
    let shallow = shallow(&sandbox);
    let outcome = sandbox.call("ohmymkt", &["verify", "--format", "gitlab"]).folder(&shallow).run().code(3);
    let issues = issues(&outcome.stdout);
    assert_eq!(issues[0]["check_name"], "history-is-incomplete");
    assert_eq!(issues[0]["severity"], "critical");
}
