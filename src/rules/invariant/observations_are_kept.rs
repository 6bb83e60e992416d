//! `observations-are-kept`

use crate::model::layout::{self, Place, RecordKind};
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
    says: "no observation is altered or dropped; a trend says what its observations say, and `metrics.json` stays",
    protects: "Two sources that disagree are both kept, with their times, and the trend reads `conflict`. A trend \
               that is simply typed in has no source, and decisions would rest on it; neither has one that comes \
               with a new `metrics.json` after the old one was removed. Only where the tool is adopted do the \
               trends stand that were there before it.",
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
    if !same || step.is_merge() {
        breaches.extend(removed(step));
        breaches.extend(Signal::ALL.into_iter().filter_map(|signal| baseless(step, &before, signal)));
    }
    breaches
}

/// `metrics.json`, where it is gone and other artifacts are not.
fn removed(step: &Step) -> Vec<Breach> {
    let is_artifact = |path: &str| !matches!(layout::place(path), None | Some(Place::Other));
    let is_gone = step.after.metrics.is_none() && news::problem(&step.after, layout::METRICS).is_none();
    if !is_gone || !step.after.files.keys().any(|path| is_artifact(path)) {
        return Vec::new();
    }
    let had = step.parents.iter().enumerate().filter(|(_, parent)| parent.metrics.is_some());
    let breaches = had.map(|(index, _)| {
        let hint = format!("git restore --source=<parent> -- {}", layout::METRICS);
        let breach = Breach::at(layout::METRICS, "`metrics.json` is removed", hint).against(index);
        breach.was("present").is("absent")
    });
    breaches.collect()
}

/// A trend that this step changed, or whose observations it changed, and that is not
/// what they say.
fn baseless(step: &Step, before: &Snapshot, signal: Signal) -> Option<Breach> {
    let is = trend(&step.after, signal)?;
    let stands = standing(observed(&step.after, signal), signal).map(|standing| standing.trend);
    if let (None, Some(index)) = (stands, unfounded(step, signal, is)) {
        let message = format!("`{signal}` is {is} now, and nothing was observed");
        let was = trend(&step.parents[index], signal).map_or("absent", Trend::name);
        let hint = format!("git mkt update-metrics {signal}={is} --source <source>");
        return Some(Breach::at(layout::METRICS, message, hint).against(index).was(was).is(is));
    }
    let inherited = |parent: &Snapshot| {
        trend(parent, signal) == Some(is) && observed(parent, signal).eq(observed(&step.after, signal))
    };
    if step.parents.iter().any(|parent| inherited(parent)) {
        return None;
    }
    let was = trend(before, signal);
    let hint = if step.is_merge() { "git mkt resolve" } else { "git mkt record" };
    match stands {
        Some(stands) if stands != is => {
            let message = format!("`{signal}` is {is}, its observations say {stands}");
            Some(Breach::at(layout::METRICS, message, hint).against(0).was(stands).is(is))
        }
        // The commit that adopts the tool brings the trends that were there before it.
        None if was.is_some_and(|was| was != is) => {
            let message = format!("`{signal}` is {is} now, and nothing was observed");
            Some(Breach::at(layout::METRICS, message, hint).against(0).was(was.unwrap_or(is)).is(is))
        }
        Some(_) | None => None,
    }
}

/// The first parent that is governed by this tool and does not have a trend which nobody
/// observed. Flat is what every signal is before anyone has observed it.
fn unfounded(step: &Step, signal: Signal, is: Trend) -> Option<usize> {
    let is_known = |parent: &Snapshot| trend(parent, signal) == Some(is);
    let any_knows = step.parents.iter().any(|parent| is_known(parent));
    let lacks = |parent: &Snapshot| match trend(parent, signal) {
        Some(was) => was != is,
        None => !any_knows && news::problem(parent, layout::METRICS).is_none(),
    };
    let found = step.parents.iter().position(|parent| news::is_governed(parent) && lacks(parent));
    found.filter(|_| is != Trend::Flat)
}

fn trend(snapshot: &Snapshot, signal: Signal) -> Option<Trend> {
    snapshot.metrics.as_ref().map(|metrics| metrics.trend(signal))
}

fn observed(snapshot: &Snapshot, signal: Signal) -> impl Iterator<Item = &Observation> {
    snapshot.observations.values().map(AsRef::as_ref).filter(move |seen| seen.signal == signal)
}
