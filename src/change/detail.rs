//! What belongs to a change and does not fit its sentence: texts that somebody agrees to.

use serde_json::Value;

use super::json::Field;
use super::kind::Change;
use super::prose::{excerpt, shortened};
use super::terms::{Lesson, Terms};

/// The longest text of a detail, in characters.
const LONGEST: usize = 500;

/// How many texts of one list are told.
const MOST: usize = 12;

/// One named thing that a change says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What it is, in plain words.
    pub name: String,
    /// Its texts, each on one line and shortened; none when nothing is said.
    pub texts: Vec<String>,
}

impl Change {
    /// What a reader has to know besides the sentence, in reading order.
    #[must_use]
    pub fn details(&self) -> Vec<Detail> {
        match self {
            Self::PlanAdded { terms, .. } => promises(terms),
            // The changed lines say it word by word, where they are all told.
            Self::PlanChanged { terms, text, .. } if text.cut => terms.iter().flat_map(turned).collect(),
            Self::PostmortemAdded { lesson, .. } => learnt(lesson),
            Self::ReviewAdded { notes, .. } if !notes.trim().is_empty() => vec![one("notes", notes)],
            Self::IncidentAdded { summary, .. } => whole("summary", summary),
            Self::ConflictResolved { reason, .. } => whole("reason", reason),
            Self::FinishAdded { outcome, .. } => whole("outcome", outcome),
            _ => Vec::new(),
        }
    }
}

/// A text that never changes again, where the sentence had to cut it.
fn whole(name: &str, text: &str) -> Vec<Detail> {
    let more = one(name, text);
    let is_cut = more.texts.first().is_some_and(|text| *text != shortened(text));
    if is_cut { vec![more] } else { Vec::new() }
}

fn promises(terms: &Terms) -> Vec<Detail> {
    let Terms { goal, owner, scope_in, scope_out, acceptance, rollback_conditions } = terms;
    let named = |field: &str, texts: &[String]| list(Terms::words(field), texts);
    vec![
        one(Terms::words("goal"), goal),
        named("scope_in", scope_in),
        named("scope_out", scope_out),
        one(Terms::words("owner"), owner),
        named("acceptance", acceptance),
        named("rollback_conditions", rollback_conditions),
    ]
}

fn learnt(lesson: &Lesson) -> Vec<Detail> {
    vec![
        one("root cause", &lesson.root_cause),
        one("remediation", &lesson.remediation),
        one("prevention", &lesson.prevention),
    ]
}

fn turned(field: &Field) -> [Detail; 2] {
    let texts = |value: &Option<Value>| match value {
        Some(Value::String(text)) => vec![text.clone()],
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let name = Terms::words(&field.name);
    let side = |side: &str, value| list(&format!("{name} {side}"), &texts(value));
    [side("before", &field.before), side("after", &field.after)]
}

fn one(name: &str, text: &str) -> Detail {
    list(name, std::slice::from_ref(&text))
}

fn list<T: AsRef<str>>(name: &str, texts: &[T]) -> Detail {
    let said = texts.iter().map(|text| excerpt(text.as_ref(), LONGEST)).filter(|text| !text.is_empty());
    let mut texts: Vec<String> = said.collect();
    let more = texts.len().saturating_sub(MOST);
    if more > 0 {
        texts.truncate(MOST);
        texts.push(format!("… and {more} more"));
    }
    Detail { name: name.to_owned(), texts }
}
