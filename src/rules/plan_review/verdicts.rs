//! What the verdicts on a plan come to: they hold for one exact text of it.

use crate::model::plan::Plan;
use crate::model::review::{Review, Verdict};
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;

/// The verdicts on the present text of a plan.
pub struct Verdicts<'s> {
    reviews: Vec<&'s Review>,
}

impl<'s> Verdicts<'s> {
    /// Those that are there; none for a text that has no id yet.
    #[must_use]
    pub fn of(snapshot: &'s Snapshot, plan: &Plan) -> Self {
        let present = |review: &&Review| review.plan == plan.name && Some(&review.blob) == plan.blob_id.as_ref();
        Self { reviews: snapshot.reviews.values().map(AsRef::as_ref).filter(present).collect() }
    }

    /// The newest that passed it.
    #[must_use]
    pub fn pass(&self) -> Option<&'s Review> {
        self.newest(|review| review.verdict == Verdict::Pass)
    }

    /// The newest of those that count.
    pub fn newest(&self, counts: impl Fn(&Review) -> bool) -> Option<&'s Review> {
        self.reviews.iter().copied().filter(|review| counts(review)).max_by_key(|review| review.at)
    }

    /// A verdict `revise`, among those that count, that no `pass` came after.
    pub fn revise(&self, counts: impl Fn(&Review) -> bool) -> Option<&'s Review> {
        let passed = self.pass().map(|pass| pass.at);
        let mut revises = self.reviews.iter().copied().filter(|review| review.verdict == Verdict::Revise);
        revises.find(|review| passed.is_none_or(|passed| review.at >= passed) && counts(review))
    }
}

/// What is to be said of the plan of the active campaign where its present text has no standing
/// `pass`: it was edited, or judged otherwise, since the start. No rule forbids that.
#[must_use]
pub fn drifted(snapshot: &Snapshot) -> Option<String> {
    let plan = snapshot.plans.get(snapshot.active_plan()?)?;
    let verdicts = Verdicts::of(snapshot, plan);
    let passed_once = |review: &Review| review.plan == plan.name && review.verdict == Verdict::Pass;
    let said = if verdicts.revise(|_| true).is_some() {
        "the last verdict on the plan is `revise`"
    } else if verdicts.pass().is_some() {
        return None;
    } else if snapshot.reviews.values().any(|review| passed_once(review)) {
        "the plan was changed after its review"
    } else {
        "nobody has passed the plan"
    };
    Some(format!("{said}: git mkt review-plan {}", word(plan.name.as_str())))
}
