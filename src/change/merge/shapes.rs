//! How each artifact merges.

use serde_json::Value;

use super::shape::{List, Loss, Settle, Shape, When, canonical};
use crate::model::campaign::Mode;
use crate::model::cycle::Cycle;
use crate::model::layout::{self, RecordKind};
use crate::model::time::Timestamp;

fn text<'v>(value: &'v Value, field: &str) -> Option<&'v str> {
    value.get(field)?.as_str()
}

fn at(value: &Value, field: &str) -> Option<Timestamp> {
    text(value, field)?.parse().ok()
}

/// Nothing is known of when an entry came.
fn anywhere(_: &Value) -> Option<Timestamp> {
    None
}

/// An entry is told from others by all it says.
const SET: List = List { key: canonical, rank: anywhere, entry: Shape::Whole, loss: Loss::Taken };
const UNION: List = List { loss: Loss::Never, ..SET };
const EVIDENCE: List = List { rank: |evidence| at(evidence, "at"), ..UNION };

/// A number or a text: the earlier tool counted its tasks.
fn id(value: &Value) -> String {
    match value.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(id) => id.to_string(),
        None => canonical(value),
    }
}

/// The earlier tool gave its cycles no id; reading gives them one.
fn cycle_id(value: &Value) -> String {
    let derived = || Some(Cycle::id_at(text(value, "cadence")?.parse().ok()?, at(value, "generated_at")?).to_string());
    match value.get("id") {
        None => derived().unwrap_or_else(|| canonical(value)),
        Some(_) => id(value),
    }
}

const CYCLES: List =
    List { key: cycle_id, rank: |cycle| at(cycle, "generated_at"), entry: Shape::Plain, loss: Loss::Never };

const TASKS: List = List {
    key: id,
    rank: anywhere,
    entry: Shape::Fields(&[("id", Shape::Rule(&SAME_ID)), ("status", Shape::Rule(&PAUSED))]),
    loss: Loss::Taken,
};

const SAME_ID: Settle = Settle {
    why: "an id is a text",
    when: When::BothChanged,
    of: |a, b| [a, b].into_iter().find(|id| id.is_string()).cloned(),
};

const PAUSED: Settle = Settle {
    why: "the task was paused on one side, so it is not active",
    when: When::BothChanged,
    of: |a, b| {
        let mut words = [a.as_str()?, b.as_str()?];
        words.sort_unstable();
        (words == ["active", "paused"]).then(|| "paused".into())
    },
};

const FALSE: Settle = Settle {
    why: "both sides changed it: the more careful value stands",
    when: When::BothChanged,
    of: |a, b| Some(Value::Bool(a.as_bool()? && b.as_bool()?)),
};

const LOWER: Settle = Settle {
    why: "both sides changed it: the more careful value stands",
    when: When::BothChanged,
    of: |a, b| {
        let (one, other) = (a.as_f64()?, b.as_f64()?);
        // Two ways to write one number must not depend on the side either.
        let first = one < other || (one == other && canonical(a) <= canonical(b));
        Some(if first { a.clone() } else { b.clone() })
    },
};

const fn evidenced(fields: &'static [(&'static str, Shape)]) -> Shape {
    Shape::Fields(fields)
}

const GATES: &[(&str, Shape)] = &[
    (
        "strategy_gate",
        evidenced(&[
            ("kpi_tree_bound", Shape::Rule(&FALSE)),
            ("approved", Shape::Rule(&FALSE)),
            ("evidence", Shape::List(&EVIDENCE)),
        ]),
    ),
    (
        "compliance_gate",
        evidenced(&[
            ("documented", Shape::Rule(&FALSE)),
            ("accepted_by_all", Shape::Rule(&FALSE)),
            ("evidence", Shape::List(&EVIDENCE)),
        ]),
    ),
    (
        "capacity_gate",
        evidenced(&[("rolling_weeks_feasible", Shape::Rule(&LOWER)), ("evidence", Shape::List(&EVIDENCE))]),
    ),
    (
        "data_gate",
        evidenced(&[
            ("dashboard_stable", Shape::Rule(&FALSE)),
            ("reconcilable", Shape::Rule(&FALSE)),
            ("evidence", Shape::List(&EVIDENCE)),
        ]),
    ),
    (
        "ownership_gate",
        evidenced(&[("priority_query_coverage", Shape::Rule(&LOWER)), ("evidence", Shape::List(&EVIDENCE))]),
    ),
];

const TRUE: Settle = Settle {
    why: "a policy is never loosened: the stricter value stands",
    when: When::Differ,
    of: |a, b| Some(Value::Bool(a.as_bool()? || b.as_bool()?)),
};

/// The most careful mode first.
fn careful(mode: &Value) -> Option<usize> {
    let mode: Mode = mode.as_str()?.parse().ok()?;
    [Mode::Rollback, Mode::Intervention, Mode::Execution].iter().position(|one| *one == mode)
}

fn more_careful(a: &Value, b: &Value) -> Option<Value> {
    Some(if careful(a)? <= careful(b)? { a.clone() } else { b.clone() })
}

const MODE: Settle =
    Settle { why: "both sides decided: the more careful mode stands", when: When::BothChanged, of: more_careful };

const HALTED: Settle = Settle {
    why: "both sides changed it: the track stays paused",
    when: When::BothChanged,
    of: |a, b| (a.is_string() && b.is_string()).then(|| "paused".into()),
};

const TRACKS: Shape = Shape::Fields(&[("visibility", Shape::Rule(&HALTED)), ("quality", Shape::Rule(&HALTED))]);

const EXECUTION: &[(&str, Shape)] =
    &[("mode", Shape::Rule(&MODE)), ("tracks", TRACKS), ("paused_modules", Shape::List(&SET))];

/// Both sides ran cycles, so a mode that stayed as it was is a decision too.
const DECIDED: &[(&str, Shape)] = &[
    ("mode", Shape::Rule(&Settle { when: When::Differ, ..MODE })),
    ("tracks", TRACKS),
    ("paused_modules", Shape::List(&SET)),
];

/// One side rolled back, and nothing that either side paused resumes.
const ROLLED_BACK: &[(&str, Shape)] = &[
    ("mode", Shape::Rule(&Settle { when: When::Differ, ..MODE })),
    ("tracks", TRACKS),
    ("paused_modules", Shape::List(&UNION)),
];

/// The shape of `execution.json`, which depends on what was decided.
pub(super) fn execution(both_decided: bool, ours: &Value, theirs: &Value) -> Shape {
    let rollback = |side: &Value| text(side, "mode") == Some(Mode::Rollback.name());
    Shape::Fields(match (both_decided, rollback(ours) || rollback(theirs)) {
        (true, true) => ROLLED_BACK,
        (true, false) => DECIDED,
        (false, _) => EXECUTION,
    })
}

/// By time, as the times are parsed.
fn by_time(a: &Value, b: &Value, pick: fn(Timestamp, Timestamp) -> bool) -> Option<Value> {
    let (one, other): (Timestamp, Timestamp) = (a.as_str()?.parse().ok()?, b.as_str()?.parse().ok()?);
    Some(if pick(one, other) { a.clone() } else { b.clone() })
}

const EARLIER: Settle = Settle {
    why: "both sides started the same plan: it runs since the earlier start",
    when: When::BothChanged,
    of: |a, b| by_time(a, b, |one, other| one <= other),
};

const LATER: Settle = Settle {
    why: "both sides resumed it: the later time stands",
    when: When::BothChanged,
    of: |a, b| by_time(a, b, |one, other| one >= other),
};

const SAME_PLAN: &[(&str, Shape)] =
    &[("started_at", Shape::Rule(&EARLIER)), ("resumed_at", Shape::Rule(&LATER)), ("session_ids", Shape::List(&UNION))];

const OTHER_PLAN: &[(&str, Shape)] = &[("session_ids", Shape::List(&UNION))];

const POLICY: &[(&str, Shape)] = &[
    ("require_independent_review", Shape::Rule(&TRUE)),
    ("require_gate_evidence", Shape::Rule(&TRUE)),
    ("warnings_as_errors", Shape::List(&UNION)),
];

const MODULES: &[(&str, Shape)] = &[
    ("structure_core", Shape::List(&SET)),
    ("performance_core", Shape::List(&SET)),
    ("acceleration_core", Shape::List(&SET)),
];

const INCIDENT: &[(&str, Shape)] = &[("postmortem", Shape::Whole)];
const RECOMMENDATION: &[(&str, Shape)] = &[("resolution", Shape::Whole)];

/// The shape of the state file at a path; `ours` and `theirs` are what the sides say.
pub(super) fn state(path: &str, ours: &Value, theirs: &Value) -> Shape {
    match path {
        layout::GATES => Shape::Fields(GATES),
        layout::POLICY => Shape::Fields(POLICY),
        layout::MODULES => Shape::Fields(MODULES),
        layout::CYCLES => Shape::List(&CYCLES),
        layout::BOARD | layout::POOL => Shape::List(&TASKS),
        layout::BOULDER if text(ours, "plan_name") == text(theirs, "plan_name") => Shape::Fields(SAME_PLAN),
        layout::BOULDER => Shape::Fields(OTHER_PLAN),
        _ => Shape::Plain,
    }
}

/// The shape of a record.
pub(super) fn record(kind: RecordKind) -> Shape {
    match kind {
        RecordKind::Incident => Shape::Fields(INCIDENT),
        RecordKind::Recommendation => Shape::Fields(RECOMMENDATION),
        RecordKind::Observation | RecordKind::Review | RecordKind::Finish => Shape::Plain,
    }
}
