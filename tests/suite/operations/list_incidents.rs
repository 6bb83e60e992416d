//! `list-incidents`: newest last, by severity, and those still open.

use super::*;

/// The ids that a list holds.
#[track_caller]
fn ids(sandbox: &Sandbox, options: &[&str]) -> Vec<String> {
    let answer = sandbox.mkt(&[&["list-incidents", "--json"], options].concat()).ok().json();
    answer["incidents"].as_array().expect("a list").iter().map(|one| text(&one["id"])).collect()
}

#[test]
fn it_lists_all_and_filters_by_severity_and_by_what_is_open() {
    let sandbox = Sandbox::new().started();
    sandbox.mkt(&["list-incidents"]).ok().stdout_has("no incidents");
    let p1 = incident_of(&sandbox, "P1", "content_system");
    let p0 = incident_of(&sandbox, "P0", "technical_foundation");
    let p2 = incident_of(&sandbox, "P2", "scale_loop");
    learn(&sandbox, &p0);
    assert_eq!(ids(&sandbox, &[]), [p1.as_str(), &p0, &p2]);
    assert_eq!(ids(&sandbox, &["--severity", "P0"]), [p0.as_str()]);
    assert_eq!(ids(&sandbox, &["--open"]), [p1.as_str(), &p2]);
    assert_eq!(ids(&sandbox, &["--open", "--severity", "P0"]), Vec::<String>::new());
    sandbox.mkt(&["list-incidents", "--severity", "P7"]).code(1).stderr_has("P0, P1, P2");
}

#[test]
fn it_reads_as_a_table() {
    let sandbox = Sandbox::new().started();
    sandbox.at("2026-01-06T10:00:00Z");
    incident_of(&sandbox, "P1", "content_system");
    let p0 = incident_of(&sandbox, "P0", "technical_foundation");
    learn(&sandbox, &p0);
    let outcome = sandbox.mkt(&["list-incidents"]).ok();
    snapbox::assert_data_eq!(
        sandbox.redact(&outcome),
        snapbox::str![[r#"
$ ohmymkt list-incidents
P1  2026-01-06 10:00 UTC  inc-20260106T100000Z-[ID]  content_system        open             Checkout is down
P0  2026-01-06 10:01 UTC  inc-20260106T100100Z-[ID]  technical_foundation  postmortem done  Checkout is down

"#]]
    );
}
