//! What differs between two snapshots, with the gate verdicts that turned.

use serde::Serialize;

use crate::change::{Change, Effect, LineChange, between};
use crate::model::cycle::GateOutcome;
use crate::model::snapshot::Snapshot;
use crate::rules::gates::evaluate;

use super::gates::outcome;
use super::label::Label;
use super::page::{Line, Page};
use super::view::View;

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
}

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
    /// What changed.
    pub changes: Vec<Told>,
}

impl ChangeList {
    /// Compares two snapshots.
    #[must_use]
    pub fn between(before: &Snapshot, after: &Snapshot) -> Self {
        let (old, now) = (evaluate(before).results, evaluate(after).results);
        let turned = old.into_iter().zip(now).filter(|(old, now)| old.status != now.status);
        let gates = turned.map(|(old, now)| Turn {
            gate: now.gate.key(),
            before: old.status,
            after: now.status,
            reason: now.reason,
        });
        Self { turned_gates: gates.collect(), ..Self::from(between(before, after)) }
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
        Self { turned_gates: Vec::new(), changes: changes.into_iter().map(told).collect() }
    }
}

impl View for ChangeList {
    fn page(&self) -> Page {
        let mut page = Page::new();
        for turn in &self.turned_gates {
            page.push(turned(turn));
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
    line
}

/// The lines of a change: its sentence, and the changed words of a plan below it.
#[must_use]
pub fn change(told: &Told) -> Page {
    let mut page = Page::new();
    let line = page.line();
    line.append(sign(told.effect)).text(" ").text(&told.sentence);
    if let Change::PlanChanged { text, .. } = &told.change {
        let mut section = "";
        for line in &text.lines {
            if line.section != section {
                section = &line.section;
                page.line().text("    ").label(Label::Heading, section);
            }
            page.push(reworded(line));
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
