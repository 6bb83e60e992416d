//! Changes as sentences: one line each, short, in plain words.

use serde_json::Value;

use crate::model::incident::Severity;

use super::json::Field;
use super::kind::Change;

/// The longest free text that a sentence quotes, in characters.
const LONGEST: usize = 80;

impl Change {
    /// The change in one line. Free text in it is folded, shortened and quoted.
    #[must_use]
    pub fn sentence(&self) -> String {
        let text = self
            .of_campaign()
            .or_else(|| self.of_records())
            .or_else(|| self.of_state())
            .or_else(|| self.of_board())
            .unwrap_or_else(|| self.of_files());
        one_line(&text)
    }

    fn of_campaign(&self) -> Option<String> {
        Some(match self {
            Self::CampaignStarted { plan, at } => format!("campaign {plan} started, {}", at.minute()),
            Self::CampaignResumed { plan, at } => format!("campaign {plan} resumed, {}", at.minute()),
            Self::CampaignSwitched { before, after } => format!("campaign switched: {before} → {after}"),
            Self::CampaignFinished { plan } => format!("campaign {plan} ended"),
            Self::FinishAdded { id, plan, outcome } => {
                format!("finished campaign {} added: {}, {}", shortened(id), shortened(plan), quoted(outcome))
            }
            Self::ModeChanged { before, after } => format!("execution mode: {before} → {after}"),
            Self::TrackChanged { track, before, after } => {
                format!("{track} track: {} → {}", word(before), word(after))
            }
            Self::ModulePaused { module } => format!("module {module} paused"),
            Self::ModuleResumed { module } => format!("module {module} resumed"),
            _ => return None,
        })
    }

    fn of_records(&self) -> Option<String> {
        Some(match self {
            Self::CycleAdded { id, cadence, decision, rule, reason } => {
                let rule = rule.map(|rule| format!(" by the rule {rule}")).unwrap_or_default();
                format!("cycle {id} added: {cadence} {decision}{rule}, {}", shortened(reason))
            }
            Self::IncidentAdded { id, severity, module, summary, .. } => {
                format!("incident {id} added: {severity} in {module}, {}", quoted(summary))
            }
            Self::PostmortemAdded { id, severity, module, by, complete, .. } => {
                let state = if *complete { "complete" } else { "incomplete" };
                format!("incident {id} got its postmortem: {severity} in {module}, {state}, by {}", shortened(by))
            }
            Self::IncidentResolved { id, severity, module, at } => {
                format!("incident {id} resolved: {severity} in {module}, {}", at.minute())
            }
            Self::ObservationAdded { id, signal, trend, source, .. } => {
                format!("observation {id} added: {signal} {trend}, says {}", shortened(source))
            }
            Self::ConflictResolved { id, signal, trend, reason, .. } => {
                format!("conflict resolved by {id}: {signal} {trend}, {}", quoted(reason))
            }
            Self::ReviewAdded { id, plan, verdict, reviewer, .. } => {
                format!("review {id} added: {verdict} for {plan}, by {}", shortened(reviewer))
            }
            Self::RecommendationAdded { id, text } => format!("recommendation {id} added: {}", quoted(text)),
            Self::RecommendationResolved { id, acted, deferred } => match (acted, deferred) {
                (Some(acted), _) => format!("recommendation {id} acted on: {}", shortened(acted)),
                (None, Some(reason)) => format!("recommendation {id} deferred: {}", quoted(reason)),
                (None, None) => format!("recommendation {id} resolved"),
            },
            Self::RecordDropped { record, id, severity } => {
                format!("{}{record} {} dropped", of(*severity), shortened(id))
            }
            Self::RecordAltered { record, id, severity, field } => {
                format!("{}{record} {} altered: {}", of(*severity), shortened(id), turn(field))
            }
            _ => return None,
        })
    }

    fn of_state(&self) -> Option<String> {
        Some(match self {
            Self::GateFieldChanged { field, before, after } => format!("{field}: {before} → {after}"),
            Self::EvidenceAdded { gate, reference, by } => {
                format!("{gate} evidence added: {}, by {}", shortened(reference), shortened(by))
            }
            Self::EvidenceRemoved { gate, reference, by } => {
                format!("{gate} evidence removed: {}, by {}", shortened(reference), shortened(by))
            }
            Self::TrendChanged { signal, before, after, sources } if sources.is_empty() => {
                format!("{signal}: {before} → {after}")
            }
            Self::TrendChanged { signal, before, after, sources } => {
                format!("{signal}: {before} → {after}, says {}", shortened(&sources.join(", ")))
            }
            Self::ModuleAdded { module, tier } => format!("module {module} added to {tier}"),
            Self::ModuleRemoved { module, tier } => format!("module {module} removed from {tier}"),
            Self::PolicyChanged { field } => format!("policy {}", turn(field)),
            _ => return None,
        })
    }

    fn of_board(&self) -> Option<String> {
        Some(match self {
            Self::BoardSeeded { tasks } => format!("sprint board seeded with {}", counted(*tasks)),
            Self::BoardCleared { tasks } => format!("sprint board cleared of {}", counted(*tasks)),
            Self::TaskAdded { id, task, module, status } => {
                format!("task {id} added: {}, {status} in {module}", quoted(task))
            }
            Self::TaskRemoved { id, task } => format!("task {id} removed: {}", quoted(task)),
            Self::TaskChanged { id, field } => format!("task {id} {}", turn(field)),
            _ => return None,
        })
    }

    fn of_files(&self) -> String {
        match self {
            Self::PlanAdded { plan, title, .. } => format!("plan {plan} added: {}", quoted(title)),
            Self::PlanRemoved { plan, title } => format!("plan {plan} removed: {}", quoted(title)),
            Self::PlanChanged { plan, text, .. } => format!("plan {plan} changed: {text}"),
            Self::FieldChanged { path, field } => format!("{path} {}", turn(field)),
            Self::OrderChanged { path } => format!("{path} is in another order"),
            Self::FileAdded { path } => format!("{path} added"),
            Self::FileRemoved { path } => format!("{path} removed"),
            Self::FileChanged { path } => format!("{path} changed"),
            Self::ArtifactMalformed { path, line, message } if *line > 0 => {
                format!("{path}:{line} malformed: {}", shortened(message))
            }
            Self::ArtifactMalformed { path, message, .. } => format!("{path} malformed: {}", shortened(message)),
            Self::ArtifactMended { path } => format!("{path} mended"),
            // The other functions speak of every other variant; a test goes through all of them.
            _ => "an artifact changed".to_owned(),
        }
    }
}

/// What stands before the name of a record: how bad the incident is, if it is one.
fn of(severity: Option<Severity>) -> String {
    severity.map(|severity| format!("{severity} ")).unwrap_or_default()
}

fn counted(tasks: usize) -> String {
    if tasks == 1 { "1 task".to_owned() } else { format!("{tasks} tasks") }
}

fn turn(field: &Field) -> String {
    format!("{}: {} → {}", shortened(&field.name), value(field.before.as_ref()), value(field.after.as_ref()))
}

fn value(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "none".to_owned(),
        Some(Value::String(text)) => quoted(text),
        Some(other) => shortened(&other.to_string()),
    }
}

fn word<T: serde::Serialize>(word: &T) -> String {
    match serde_json::to_value(word) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", shortened(text))
}

/// As much of a free text as a sentence quotes.
pub(super) fn shortened(text: &str) -> String {
    excerpt(text, LONGEST)
}

/// The text on one line, cut with `…` after so many characters.
#[must_use]
pub fn excerpt(text: &str, longest: usize) -> String {
    // Texts may be as long as a book: only as much is looked at as can be shown.
    let start: String = text.chars().take(longest.saturating_mul(4)).collect();
    let line = one_line(&start);
    match line.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", line[..end].trim_end()),
        None if start.len() < text.len() => format!("{line}…"),
        None => line,
    }
}

/// Folds white space and control characters into single spaces.
pub(super) fn one_line(text: &str) -> String {
    let blank = |character: char| character.is_whitespace() || character.is_control();
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}
