//! `signals-have-impact`

use crate::model::layout;
use crate::model::step::Step;
use crate::rules::rule::Rule;
use crate::rules::violation::{Breach, Level};

pub(in crate::rules) const RULE: Rule = Rule {
    id: "signals-have-impact",
    level: Level::Warning,
    says: "every key of the two tracks in `metrics.json` is one that decisions read",
    protects: "A number that no decision reads looks like steering and steers nothing. New metric keys come with \
               documented decision impact, in a new version of the tool.",
    example: "Somebody adds `quality_track.bounce_rate_trend` and expects the next cycle to take it into account.",
    mend: "Take the key out, or keep the number in the notes of the plan.",
    judges: &["state/metrics.json"],
    reads: &["state/metrics.json"],
    find,
};

fn find(step: &Step) -> Vec<Breach> {
    let Some(metrics) = &step.after.metrics else { return Vec::new() };
    let before = step.parents.iter().filter_map(|parent| parent.metrics.as_ref());
    let known: Vec<_> = before.flat_map(crate::model::metric::Metrics::unread).collect();
    let new = metrics.unread().filter(|key| !known.contains(key));
    let breaches = new.map(|key| {
        let hint = format!("take `{key}` out of `{}`", layout::METRICS);
        Breach::at(layout::METRICS, format!("no decision reads `{key}`"), hint)
    });
    breaches.collect()
}
