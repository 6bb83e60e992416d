//! `observations-are-kept`

use crate::model::layout::{self, RecordKind};
use crate::model::metric::{Signal, Trend};
use crate::model::observation::{Observation, standing};
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::rules::kept::Kept;
use crate::rules::news;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "observations-are-kept",
    level: Level::Error,
    says: "no observation is altered or dropped; a trend says what its observations say",
    protects: "Two sources that disagree are both kept, with their times, and the trend reads `conflict`. A trend \
               that is simply typed in has no source, and decisions would rest on it.",
    example: "`high_intent_session_trend` is changed from `down` to `up` in `metrics.json`, and nobody observed it.",
    mend: "Say where the number comes from with `git mkt update-metrics --source`; `git mkt record` keeps a trend \
           typed by hand as an observation of its own.",
    judges: &["state/metrics.json", "observations/"],
    reads: &["state/metrics.json", "observations/"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let kept = Kept {
        kind: RecordKind::Observation,
        noun: "observation",
        of: |snapshot| &snapshot.observations,
        may_change: |_, _, _| false,
    };
    let mut breaches = kept.breaches(step);
    let before = step.before();
    let same =
        before.metrics == step.after.metrics && news::same_records(&before.observations, &step.after.observations);
    if !same {
        breaches.extend(Signal::ALL.into_iter().filter_map(|signal| baseless(step, &before, signal)));
    }
    breaches
}

/// A trend that this step changed, or whose observations it changed, and that is not
/// what they say.
fn baseless(step: &Step, before: &Snapshot, signal: Signal) -> Option<Breach> {
    let is = trend(&step.after, signal)?;
    let inherited = |parent: &Snapshot| {
        trend(parent, signal) == Some(is) && observed(parent, signal).eq(observed(&step.after, signal))
    };
    if step.parents.iter().any(|parent| inherited(parent)) {
        return None;
    }
    let stands = standing(observed(&step.after, signal), signal).map(|standing| standing.trend);
    let was = trend(before, signal);
    let hint = if step.parents.len() > 1 { "git mkt resolve" } else { "git mkt record" };
    match stands {
        Some(stands) if stands != is => {
            let message = format!("`{signal}` is {is}, its observations say {stands}");
            Some(Breach::at(layout::METRICS, message, hint).against(0).was(stands).is(is))
        }
        // The commit that seeds the file brings the trends it begins with.
        None if was.is_some_and(|was| was != is) => {
            let message = format!("`{signal}` is {is} now, and nothing was observed");
            Some(Breach::at(layout::METRICS, message, hint).against(0).was(was.unwrap_or(is)).is(is))
        }
        Some(_) | None => None,
    }
}

fn trend(snapshot: &Snapshot, signal: Signal) -> Option<Trend> {
    snapshot.metrics.as_ref().map(|metrics| metrics.trend(signal))
}

fn observed(snapshot: &Snapshot, signal: Signal) -> impl Iterator<Item = &Observation> {
    snapshot.observations.values().map(AsRef::as_ref).filter(move |seen| seen.signal == signal)
}
