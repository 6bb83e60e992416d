//! One artifact as sentences, one fact a line: what `git diff` compares in place of JSON.
//!
//! Git hands over the content without the path, so the artifact is recognised by what it
//! holds. No fact of the file is left out, also none that this version does not know: a
//! difference that cannot be seen would be worse than one that reads badly.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::model::board::{Board, Task};
use crate::model::campaign::{Boulder, Execution, Finish};
use crate::model::codec::{self, FromNode};
use crate::model::cycle::{Cycle, CycleLog};
use crate::model::gates::Gates;
use crate::model::incident::Incident;
use crate::model::metric::Metrics;
use crate::model::module::Modules;
use crate::model::observation::Observation;
use crate::model::policy::Policy;
use crate::model::recommendation::Recommendation;
use crate::model::review::Review;
use crate::model::snapshot::Snapshot;
use crate::rules::gates::evaluate;

use super::json::visible;

/// The sentences of an artifact; `None` when the bytes are none that is well-formed.
#[must_use]
pub fn sentences(bytes: &[u8]) -> Option<Vec<String>> {
    if bytes.len() > codec::MAX_BYTES {
        return None;
    }
    let sentences = match serde_json::from_slice(bytes).ok()? {
        Value::Array(entries) => list(bytes, entries.first()?.as_object()?),
        Value::Object(fields) => object(bytes, &fields),
        _ => None,
    };
    Some(sentences?.iter().map(|sentence| visible(sentence)).collect())
}

/// What is no artifact, as a text in which everything can be seen: what steers a terminal, hides
/// or is no UTF-8 is escaped, so that no two files read alike.
#[must_use]
pub fn as_text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(&visible(chunk.valid()));
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

fn list(bytes: &[u8], first: &Map<String, Value>) -> Option<Vec<String>> {
    let has = |name: &str| first.contains_key(name);
    if has("cadence") && has("decision") {
        let log: CycleLog = read(bytes)?;
        return Some(log.cycles.iter().flat_map(cycle).collect());
    }
    if has("task") && has("status") {
        let board: Board = read(bytes)?;
        return Some(board.tasks.iter().flat_map(task).collect());
    }
    None
}

fn object(bytes: &[u8], fields: &Map<String, Value>) -> Option<Vec<String>> {
    let has = |names: &[&str]| names.iter().all(|name| fields.contains_key(*name));
    if has(&["strategy_gate", "capacity_gate"]) {
        return gates(read(bytes)?);
    }
    if has(&["severity", "module", "summary"]) {
        let one: Incident = read(bytes)?;
        let head = format!("incident {}: {} in {}", one.id, one.severity, one.module);
        return Some(told(head, "", &one, &["id", "severity", "module"]));
    }
    if has(&["metric", "trend", "recorded_by"]) {
        let one: Observation = read(bytes)?;
        let what = if one.resolves.is_empty() { "observation" } else { "resolution" };
        let head = format!("{what} {}: {} is {}", one.id, one.signal, one.trend);
        return Some(told(head, "", &one, &["id", "metric", "trend"]));
    }
    if has(&["verdict", "blob", "reviewer"]) {
        let one: Review = read(bytes)?;
        let head = format!("review {}: {} for plan {} by {}", one.id, one.verdict, one.plan, quoted(&one.reviewer));
        return Some(told(head, "", &one, &["id", "verdict", "plan", "reviewer"]));
    }
    if has(&["text", "report_file", "created_at"]) {
        let one: Recommendation = read(bytes)?;
        let head = format!("recommendation {}: {}", one.id, quoted(&one.text));
        return Some(told(head, "", &one, &["id", "text"]));
    }
    if has(&["outcome", "finished_at"]) {
        let one: Finish = read(bytes)?;
        let head = format!("finished campaign of {}: {}", quoted(&one.plan), quoted(&one.outcome));
        return Some(told(head, "", &one, &["plan", "outcome"]));
    }
    single(bytes, &has)
}

/// The artifacts that exist once and need no more words than their fields.
fn single(bytes: &[u8], has: &dyn Fn(&[&str]) -> bool) -> Option<Vec<String>> {
    if has(&["visibility_track", "quality_track"]) {
        return Some(facts("", &read::<Metrics>(bytes)?, &[]));
    }
    if has(&["structure_core", "acceleration_core"]) {
        return Some(facts("", &read::<Modules>(bytes)?, &[]));
    }
    if has(&["mode", "tracks"]) {
        return Some(facts("execution", &read::<Execution>(bytes)?, &[]));
    }
    if has(&["active_plan", "started_at"]) {
        return Some(facts("campaign", &read::<Boulder>(bytes)?, &[]));
    }
    let policy = ["require_independent_review", "require_gate_evidence", "warnings_as_errors", "verify_from"];
    if policy.iter().any(|name| has(&[name])) {
        return Some(facts("policy", &read::<Policy>(bytes)?, &[]));
    }
    None
}

fn read<T: FromNode>(bytes: &[u8]) -> Option<T> {
    codec::read("", bytes).ok()
}

/// The gates with what follows from their values.
fn gates(gates: Gates) -> Option<Vec<String>> {
    let Value::Object(fields) = serde_json::to_value(&gates).ok()? else { return None };
    let snapshot = Snapshot { gates: Some(gates), ..Snapshot::default() };
    let mut lines = Vec::new();
    let mut rest = fields;
    for result in evaluate(&snapshot).results {
        let verdict = if result.passes() { "passes" } else { "fails" };
        lines.push(format!("{} {verdict}: {}", result.gate, result.reason));
        if let Some(values) = rest.shift_remove(result.gate.key()) {
            flat(result.gate.key(), "", &values, &mut lines);
        }
    }
    flat("", "", &Value::Object(rest), &mut lines);
    Some(lines)
}

fn cycle(cycle: &Cycle) -> Vec<String> {
    let subject = format!("cycle {}", cycle.id);
    let rule = cycle.derivation.as_ref().map(|derivation| format!(" by the rule {}", derivation.rule));
    let (decision, rule) = (cycle.decision, rule.unwrap_or_default());
    let head = format!("{subject} decided {decision}{rule}: {}", quoted(&cycle.reason));
    told(head, &subject, cycle, &["id", "decision", "rule", "reason"])
}

fn task(task: &Task) -> Vec<String> {
    let subject = format!("task {}", task.id);
    let head = format!("{subject} is {}: {}", task.status, quoted(&task.task));
    told(head, &subject, task, &["id", "status", "task"])
}

/// A sentence, and the facts that it does not tell.
fn told<T: Serialize>(head: String, subject: &str, value: &T, said: &[&str]) -> Vec<String> {
    let mut lines = vec![head];
    lines.extend(facts(subject, value, said));
    lines
}

fn facts<T: Serialize>(subject: &str, value: &T, said: &[&str]) -> Vec<String> {
    let mut lines = Vec::new();
    if let Ok(Value::Object(mut fields)) = serde_json::to_value(value) {
        fields.retain(|name, _| !said.contains(&name.as_str()));
        flat(subject, "", &Value::Object(fields), &mut lines);
    }
    lines
}

/// Every value with the way to it, one a line.
fn flat(subject: &str, name: &str, value: &Value, lines: &mut Vec<String>) {
    let whose = [subject, name].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    let below = |key: &str| if name.is_empty() { quoted(key) } else { format!("{name}.{}", quoted(key)) };
    match value {
        Value::Object(fields) if fields.is_empty() && name.is_empty() => {}
        Value::Object(fields) if fields.is_empty() => lines.push(format!("{whose} is empty")),
        Value::Object(fields) => fields.iter().for_each(|(key, value)| flat(subject, &below(key), value, lines)),
        Value::Array(entries) if entries.is_empty() => lines.push(format!("{whose} is empty")),
        Value::Array(entries) => {
            for (at, entry) in entries.iter().enumerate() {
                match entry {
                    Value::Object(_) | Value::Array(_) => {
                        flat(subject, &format!("{name} {}", at + 1), entry, lines);
                    }
                    single => lines.push(format!("{whose} has {}", plain(single))),
                }
            }
        }
        // A blank is what is not said yet: it is told when it is filled.
        Value::String(text) if text.is_empty() => {}
        single => lines.push(format!("{whose} is {}", plain(single))),
    }
}

/// A value on one line. A word stands as it is; other text is quoted, with its breaks escaped.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn quoted(text: &str) -> String {
    let is_word = |character: char| character.is_alphanumeric() || "_-./:@+=".contains(character);
    if !text.is_empty() && text.chars().all(is_word) {
        return text.to_owned();
    }
    Value::String(text.to_owned()).to_string()
}
