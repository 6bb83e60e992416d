//! The campaigns that were run here, and which of them made a decision.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::cycle::{Cycle, Decision, Window};
use crate::model::layout::{self, Place};
use crate::model::snapshot::Snapshot;
use crate::model::time::Timestamp;

/// A campaign that is run, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// The name of its plan.
    pub plan: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended; `None` for the active one.
    pub finished_at: Option<Timestamp>,
    /// What came of it, in words; `None` for the active one.
    pub outcome: Option<String>,
}

impl Campaign {
    fn ran_at(&self, at: Timestamp) -> bool {
        self.started_at <= at && self.finished_at.is_none_or(|end| at <= end)
    }

    fn ran_in(&self, window: Window) -> bool {
        self.started_at <= window.to && self.finished_at.is_none_or(|end| window.from <= end)
    }
}

/// What one campaign decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Share {
    /// The campaign; `None` for decisions that belong to none that is known.
    pub campaign: Option<Campaign>,
    /// How often it decided what.
    pub decisions: BTreeMap<Decision, usize>,
}

/// All campaigns that the archive and the pointer to the active plan know, oldest first.
#[must_use]
pub fn campaigns(snapshot: &Snapshot) -> Vec<Campaign> {
    let finished = snapshot.finishes.values().map(|finish| Campaign {
        plan: plan_of(&finish.plan).to_owned(),
        started_at: finish.started_at,
        finished_at: Some(finish.finished_at),
        outcome: Some(finish.outcome.clone()),
    });
    let active = snapshot.boulder.iter().map(|boulder| Campaign {
        plan: boulder.plan_name.to_string(),
        started_at: boulder.started_at,
        finished_at: None,
        outcome: None,
    });
    let mut all: Vec<_> = finished.chain(active).collect();
    // Of two that began in the same second the finished one was first.
    all.sort_by_key(|campaign| (campaign.started_at, campaign.finished_at.is_none(), campaign.finished_at));
    all
}

/// The plan that a record of the archive names by its path.
fn plan_of(path: &str) -> &str {
    match layout::place(path) {
        Some(Place::Plan(name)) => name,
        _ => path,
    }
}

/// The campaign that a decision belongs to. A cycle does not say it, but needs an active
/// campaign: it is the one that ran then, or, where clocks disagree, the last that had begun.
#[must_use]
pub fn campaign_of<'c>(campaigns: &'c [Campaign], cycle: &Cycle) -> Option<&'c Campaign> {
    let at = cycle.generated_at;
    let ran = campaigns.iter().find(|campaign| campaign.ran_at(at));
    ran.or_else(|| campaigns.iter().rfind(|campaign| campaign.started_at <= at))
}

/// What each campaign decided in these cycles of a window, the newest campaign first. One that
/// ran in the window and decided nothing is there too.
#[must_use]
pub fn shares(campaigns: &[Campaign], window: Window, cycles: &[&Cycle]) -> Vec<Share> {
    let share = |campaign: Option<&Campaign>| {
        let own: Vec<_> = cycles.iter().filter(|cycle| campaign_of(campaigns, cycle) == campaign).collect();
        let count = |decision| own.iter().filter(|cycle| cycle.decision == decision).count();
        let is_concerned = !own.is_empty() || campaign.is_some_and(|campaign| campaign.ran_in(window));
        let decisions = Decision::ALL.map(|decision| (decision, count(decision))).into();
        is_concerned.then(|| Share { campaign: campaign.cloned(), decisions })
    };
    campaigns.iter().rev().map(Some).chain([None]).filter_map(share).collect()
}

/// Whether the active campaign, and no other, is concerned.
#[must_use]
pub fn is_all_of_active(shares: &[Share]) -> bool {
    shares.iter().all(|share| share.campaign.as_ref().is_some_and(|campaign| campaign.finished_at.is_none()))
}
