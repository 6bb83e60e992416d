//! `record` where a rebase brought the observations of two sources together.

use crate::sandbox::Sandbox;

use super::{METRICS, QUALITY, VISIBILITY, observe};

#[test]
fn a_trend_that_is_not_what_its_observations_say_is_brought_into_line() {
    let sandbox = Sandbox::new().started();
    let signal = QUALITY[0];
    observe(&sandbox, VISIBILITY[0], "down", "gsc");
    sandbox.git(&["checkout", "--quiet", "-b", "side"]).ok();
    observe(&sandbox, signal, "up", "gsc");
    sandbox.git(&["checkout", "--quiet", "main"]).ok();
    observe(&sandbox, signal, "flat", "ga4");
    sandbox.git(&["checkout", "--quiet", "side"]).ok();
    // Without the merge driver, as on a forge.
    sandbox.sh("git config --unset-all merge.ohmymkt.driver; git rebase -q main").ok();
    let key = |sandbox: &Sandbox| sandbox.json(METRICS)["quality_track"]["high_intent_session_trend"].clone();
    assert_ne!(key(&sandbox), "conflict");
    let found = sandbox.mkt(&["verify"]).code(2).stdout_has("observations-are-kept");
    assert!(found.stdout.contains("hint: git mkt record"), "{found}");
    sandbox.mkt(&["record", "--dry-run"]).ok().stdout_has("would change");
    sandbox.mkt(&["record"]).ok().stdout_has("conflict");
    assert_eq!(key(&sandbox), "conflict");
    assert_eq!(sandbox.touched(), [METRICS]);
    assert!(sandbox.message().contains(&format!("Mkt-Metric: {signal}=conflict")), "{}", sandbox.message());
    sandbox.mkt(&["verify", "HEAD~1..HEAD"]).ok();
    // There is nothing more to do, and both ways to ask say so.
    for args in [["record", "--dry-run"].as_slice(), &["record"]] {
        let outcome = sandbox.unchanged_by(|sandbox| sandbox.mkt(args)).ok();
        outcome.stdout_has("nothing to change").stdout_lacks("would change");
    }
}
