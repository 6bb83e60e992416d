//! What differs between two snapshots, with the gate verdicts that turned.

use serde::Serialize;

use crate::change::{Change, Detail, Effect, LineChange, between, touched_gates};
use crate::model::cycle::GateOutcome;
use crate::model::snapshot::Snapshot;
use crate::rules::gates::evaluate;

use super::gates::outcome;
use super::label::Label;
use super::page::{Line, Page};
use super::view::View;

/// What is said of a gate that passes and has no evidence, as `status` says it.
pub const WITHOUT_EVIDENCE: &str = "passes without evidence";

/// A gate whose verdict turned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// The gate.
    pub gate: &'static str,
    /// What it said.
    pub before: GateOutcome,
    /// What it says.
    pub after: GateOutcome,
    /// Why it says so.
    pub reason: String,
    /// Whether it passes and nothing shows that it may.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub without_evidence: bool,
}

/// What stands below the changed lines of a plan when there are more of them.
pub const MORE_LINES: &str = "… and more lines";

/// What stands in place of a text that is not there.
pub const NOT_SAID: &str = "not said";

/// One change with its sentence.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Told {
    /// The change in one line.
    pub sentence: String,
    /// Whether it adds, removes or alters.
    pub effect: Effect,
    /// The change itself.
    #[serde(flatten)]
    pub change: Change,
}

/// The changes between two snapshots.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChangeList {
    /// The gates whose verdict turned.
    pub turned_gates: Vec<Turn>,
    /// The gates that passed before and pass now without evidence, where it matters: their
    /// values or evidence changed, or a campaign goes on from here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates_without_evidence: Vec<&'static str>,
    /// What changed.
    pub changes: Vec<Told>,
}

impl ChangeList {
    /// Compares two snapshots.
    #[must_use]
    pub fn between(before: &Snapshot, after: &Snapshot) -> Self {
        let changes = between(before, after);
        let (touched, goes_on) = (touched_gates(&changes), changes.iter().any(goes_on));
        let (mut turned_gates, mut gates_without_evidence) = (Vec::new(), Vec::new());
        for (old, now) in evaluate(before).results.into_iter().zip(evaluate(after).results) {
            let (gate, without_evidence) = (now.gate.key(), now.passes() && now.evidence == 0);
            if old.status != now.status {
                let (before, after, reason) = (old.status, now.status, now.reason);
                turned_gates.push(Turn { gate, before, after, reason, without_evidence });
            } else if without_evidence && (goes_on || touched.contains(&now.gate)) {
                gates_without_evidence.push(gate);
            }
        }
        Self { turned_gates, gates_without_evidence, ..Self::from(changes) }
    }

    /// Whether nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.turned_gates.is_empty() && self.changes.is_empty()
    }
}

impl From<Vec<Change>> for ChangeList {
    /// The list of changes alone, without the verdicts of the gates.
    fn from(changes: Vec<Change>) -> Self {
        let told = |change: Change| Told { sentence: change.sentence(), effect: change.effect(), change };
        let changes = changes.into_iter().map(told).collect();
        Self { turned_gates: Vec::new(), gates_without_evidence: Vec::new(), changes }
    }
}

/// Whether a campaign goes on from here, which asks the gates.
fn goes_on(change: &Change) -> bool {
    matches!(change, Change::CampaignStarted { .. } | Change::CampaignResumed { .. } | Change::CampaignSwitched { .. })
}

impl View for ChangeList {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for turn in &self.turned_gates {
            page.push(turned(turn));
        }
        for gate in &self.gates_without_evidence {
            page.push(unproven(gate));
        }
        for told in &self.changes {
            page.append(change(told));
        }
        page
    }
}

/// The line of a gate whose verdict turned.
#[must_use]
pub fn turned(turn: &Turn) -> Line {
    let mut line = Line::of("~ ");
    line.text(turn.gate).text(" ").append(outcome(turn.before)).text(" → ");
    line.append(outcome(turn.after)).text(", ").text(&turn.reason);
    if turn.without_evidence {
        line.text(", ").label(Label::Warning, WITHOUT_EVIDENCE);
    }
    line
}

/// The line of a gate that passed before and lacks evidence.
#[must_use]
pub fn unproven(gate: &str) -> Line {
    let mut line = Line::of("~ ");
    line.text(gate).text(" ").label(Label::Warning, WITHOUT_EVIDENCE);
    line
}

/// The lines of a change: its sentence, and below it what else a reader has to know, such as
/// the changed words of a plan.
#[must_use]
pub fn change(told: &Told) -> Page {
    let mut page = Page::new();
    let line = page.line();
    line.append(sign(told.effect)).text(" ").text(&told.sentence);
    for part in told.change.details() {
        page.append(detail(&part));
    }
    if let Change::PlanChanged { text, .. } = &told.change {
        let mut section = "";
        for line in &text.lines {
            if line.section != section {
                section = &line.section;
                page.line().text("    ").label(Label::Heading, section);
            }
            page.push(reworded(line));
        }
        if text.cut {
            page.push(format!("    {MORE_LINES}"));
        }
    }
    page
}

fn detail(Detail { name, texts }: &Detail) -> Page {
    let mut page = Page::new();
    let line = page.line();
    line.text("    ").label(Label::Dim, name).text(": ");
    match texts.as_slice() {
        [] => {
            line.label(Label::Warning, NOT_SAID);
        }
        [text] => {
            line.text(text);
        }
        texts => {
            for text in texts {
                page.push(format!("      - {text}"));
            }
        }
    }
    page
}

fn sign(effect: Effect) -> Line {
    match effect {
        Effect::Adds => Line::labelled(Label::Added, "+"),
        Effect::Removes => Line::labelled(Label::Removed, "-"),
        Effect::Alters => Line::of("~"),
    }
}

/// A changed line, its changed words marked as `git diff --word-diff` marks them.
fn reworded(change: &LineChange) -> Line {
    let mut line = Line::of("      ");
    line.append(sign(change.effect)).text(" ");
    for piece in &change.pieces {
        match piece.effect {
            _ if change.effect != Effect::Alters => line.text(&piece.text),
            Some(Effect::Adds) => line.label(Label::Added, format!("{{+{}+}}", piece.text)),
            Some(Effect::Removes) => line.label(Label::Removed, format!("[-{}-]", piece.text)),
            Some(Effect::Alters) | None => line.text(&piece.text),
        };
    }
    line
}
