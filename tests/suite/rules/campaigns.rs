//! The campaigns that were run, and which of them a decision belongs to.

use ohmymkt::model::cycle::{Decision, Window};
use ohmymkt::model::snapshot::Snapshot;
use ohmymkt::rules::campaigns::{campaign_of, campaigns, is_all_of_active, shares};

use crate::change::files::{campaign, cycle};

/// A repository with the campaign `q3-aeo` since 2026-11-01 and one that had ended before it,
/// with a weekly cycle at each of these times in compact form.
fn two_campaigns(cycles: &[&str]) -> Snapshot {
    let finish = r#"{"plan": ".ohmymkt/plans/q2-seo.md", "started_at": "2026-09-01T09:00:00Z",
        "finished_at": "2026-10-31T09:00:00Z", "outcome": "handed over", "by": "Ana", "board": []}"#;
    let cycles: Vec<_> = cycles.iter().map(|at| cycle(at, "intervene")).collect();
    let files = campaign().with("archive/q2-seo-20261031T090000Z.json", finish);
    files.with("state/cycles.json", &format!("[{}]", cycles.join(","))).snapshot()
}

/// The plan that each cycle of the log belongs to.
fn owners(snapshot: &Snapshot) -> Vec<Option<String>> {
    let campaigns = campaigns(snapshot);
    let owner = |cycle| campaign_of(&campaigns, cycle).map(|campaign| campaign.plan.clone());
    snapshot.cycle_log().cycles.iter().map(owner).collect()
}

#[test]
fn a_decision_belongs_to_the_campaign_that_ran_then() {
    let times = ["20260831T090000Z", "20260901T090000Z", "20261031T090000Z", "20261101T090000Z", "20261108T100000Z"];
    let (old, new) = (Some("q2-seo".to_owned()), Some("q3-aeo".to_owned()));
    assert_eq!(owners(&two_campaigns(&times)), [None, old.clone(), old.clone(), new.clone(), new]);
    // Between two campaigns no cycle runs: the clock was wrong, and it was the one before.
    assert_eq!(owners(&two_campaigns(&["20261031T200000Z"])), [old]);
}

#[test]
fn a_window_has_the_campaigns_that_ran_in_it() {
    let snapshot = two_campaigns(&["20260831T090000Z", "20261030T090000Z", "20261108T100000Z"]);
    let log = snapshot.cycle_log();
    let of = |from: &str| {
        let to = "2026-11-22T10:15:00Z".parse().expect("a time");
        let window = Window { from: from.parse().expect("a time"), to };
        let cycles: Vec<_> = log.cycles.iter().filter(|cycle| cycle.generated_at >= window.from).collect();
        shares(&campaigns(&snapshot), window, &cycles)
    };
    let named = |from: &str| -> Vec<_> {
        let name = |campaign: &ohmymkt::rules::campaigns::Campaign| campaign.plan.clone();
        of(from)
            .iter()
            .map(|share| (share.campaign.as_ref().map(name), share.decisions[&Decision::Intervene]))
            .collect()
    };
    let (old, new) = (Some("q2-seo".to_owned()), Some("q3-aeo".to_owned()));
    assert_eq!(named("2026-11-01T00:00:00Z"), [(new.clone(), 1)]);
    assert!(is_all_of_active(&of("2026-11-01T00:00:00Z")));
    // It ended in the window and decided nothing there: that is said too.
    assert_eq!(named("2026-10-31T09:00:00Z"), [(new.clone(), 1), (old.clone(), 0)]);
    assert!(!is_all_of_active(&of("2026-10-31T09:00:00Z")));
    assert_eq!(named("2026-08-01T00:00:00Z"), [(new, 1), (old, 1), (None, 1)]);
}
