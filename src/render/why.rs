//! Why a decision was made, and why a gate stands as it does.

use serde::Serialize;

use crate::model::cadence::Cadence;
use crate::model::cycle::{Decision, DecisionRule, GateOutcome, Window};
use crate::model::gate::Gate;
use crate::model::id::{CycleId, IncidentId, ModuleName, ObservationId};
use crate::model::incident::Severity;
use crate::model::metric::{Signal, Trend};
use crate::model::time::Timestamp;
use crate::rules::Violation;
use crate::rules::decision::{Fate, RuleStep};

use super::changes::ChangeList;
use super::gates::outcome;
use super::label::Label;
use super::page::{Line, Page, Row};
use super::view::View;
use super::violations::violations;

/// A commit as a reason: who did it, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CommitRef {
    /// The commit, by its full id.
    pub commit: String,
    /// The same as git abbreviates it.
    #[serde(skip)]
    pub short: String,
    /// When its author made it.
    pub at: Option<Timestamp>,
    /// Its author, `Name <email>`.
    pub author: String,
    /// The first line of its message.
    pub subject: String,
}

impl CommitRef {
    /// Its short id, when and by whom.
    #[must_use]
    pub fn line(&self) -> Line {
        let mut line = Line::labelled(Label::Id, &self.short);
        let at = self.at.map(|at| format!(" {}", at.minute())).unwrap_or_default();
        line.text(at).text(", ").text(self.author.split(" <").next().unwrap_or_default());
        line
    }
}

/// The commit that brought a record, or that it cannot be seen.
fn brought(by: Option<&CommitRef>) -> Line {
    by.map_or_else(|| Line::labelled(Label::Dim, "from a commit that is not here"), CommitRef::line)
}

/// A signal as a cycle saw it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SignalInput {
    /// The signal.
    pub signal: Signal,
    /// Its trend.
    pub trend: Trend,
    /// The observations that it follows from; none where nobody had looked.
    pub observations: Vec<Seen>,
}

/// An observation as an input.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    /// Its id.
    pub id: ObservationId,
    /// The source; of a resolution the person who settled it.
    pub source: String,
    /// What it says.
    pub trend: Trend,
    /// When it was observed.
    pub observed_at: Timestamp,
    /// The commit that brought it.
    pub brought_by: Option<CommitRef>,
}

/// An incident as an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IncidentInput {
    /// Its id.
    pub id: IncidentId,
    /// How bad it is; absent when its file is gone.
    pub severity: Option<Severity>,
    /// Where it happened.
    pub module: Option<ModuleName>,
    /// What happened.
    pub summary: String,
    /// The commit that brought it.
    pub brought_by: Option<CommitRef>,
}

/// A decision that was made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derived {
    /// What it gives.
    pub decision: Decision,
    /// By which rule.
    pub rule: DecisionRule,
    /// Whether that is what was recorded.
    pub agrees: bool,
}

/// Why a cycle decided as it did (contract, section 6).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CycleWhy {
    /// The cycle.
    pub cycle: CycleId,
    /// Its cadence.
    pub cadence: Cadence,
    /// What it decided.
    pub decision: Decision,
    /// Why, in its own words.
    pub reason: String,
    /// The commit that recorded it.
    pub recorded_by: Option<CommitRef>,
    /// What it looked back on.
    pub window: Window,
    /// The four signals.
    pub signals: Vec<SignalInput>,
    /// The incidents in the window.
    pub incidents: Vec<IncidentInput>,
    /// The gates; shown, never deciding.
    pub gates: Vec<GateSeen>,
    /// The rules in their order.
    pub rules: Vec<RuleStep>,
    /// The decision made again from the commit's tree.
    pub derived: Derived,
    /// What the commit did beside recording it.
    pub followed: ChangeList,
    /// What it asked for.
    pub actions: Vec<String>,
    /// Its report.
    pub report_file: String,
    /// What the rules say of it.
    pub violations: Vec<Violation>,
}

/// A gate when a cycle ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct GateSeen {
    /// The gate.
    #[serde(serialize_with = "by_key")]
    pub gate: Gate,
    /// Whether it passed.
    pub outcome: GateOutcome,
}

fn by_key<S: serde::Serializer>(gate: &Gate, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(gate.key())
}

impl View for CycleWhy {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        line.label(Label::Id, self.cycle.as_str()).text(format!(": {} ", self.cadence));
        line.label(self.decision.into(), self.decision.name()).text(", ").text(&self.reason);
        page.line().text("recorded in ").append(brought(self.recorded_by.as_ref()));
        page.heading("Inputs");
        page.push(format!("  window: {} to {}", self.window.from.minute(), self.window.to.minute()));
        self.signals(&mut page);
        self.incidents(&mut page);
        self.gates(&mut page);
        page.heading("Rules, in order");
        let mut table = Page::new();
        table.table(&[], self.rules.iter().enumerate().map(rule));
        page.indented(table);
        self.derived(&mut page);
        page.heading("What followed");
        if self.followed.is_empty() {
            page.push("  nothing else changed");
        }
        page.indented(self.followed.page());
        page.heading("What it asked for");
        for (at, action) in self.actions.iter().enumerate() {
            page.line().text(format!("  {}. ", at + 1)).text(action);
        }
        page.line().text("  report: ").label(Label::Path, &self.report_file);
        if !self.violations.is_empty() {
            page.heading("What the rules say");
            page.append(violations(&self.violations));
        }
        page
    }
}

impl CycleWhy {
    fn signals(&self, page: &mut Page) {
        for input in &self.signals {
            let line = page.line();
            line.text(format!("  {}: {}", input.signal, input.trend));
            if input.observations.is_empty() {
                line.label(Label::Dim, ", nobody had observed it");
            }
            for seen in &input.observations {
                let line = page.line();
                line.text("    ").label(Label::Id, seen.id.as_str()).text(": ").text(&seen.source);
                line.text(format!(" says {}, brought by ", seen.trend)).append(brought(seen.brought_by.as_ref()));
            }
        }
    }

    fn incidents(&self, page: &mut Page) {
        if self.incidents.is_empty() {
            page.push("  no incident in the window");
        }
        for incident in &self.incidents {
            let line = page.line();
            line.text("  ").label(Label::Id, incident.id.as_str()).text(": ");
            if let (Some(severity), Some(module)) = (incident.severity, &incident.module) {
                line.label(severity.into(), severity.name()).text(format!(" in {module}, "));
            }
            line.text(&incident.summary);
            page.line().text("    brought by ").append(brought(incident.brought_by.as_ref()));
        }
    }

    fn gates(&self, page: &mut Page) {
        let passing = self.gates.iter().filter(|seen| seen.outcome == GateOutcome::Pass).count();
        let line = page.line();
        line.text(format!("  gates: {passing}/{} pass", self.gates.len()));
        let failing = self.gates.iter().filter(|seen| seen.outcome == GateOutcome::Fail);
        let failing: Vec<_> = failing.map(|seen| seen.gate.key()).collect();
        if !failing.is_empty() {
            line.text(format!(", failing: {}", failing.join(", ")));
        }
        line.label(Label::Dim, "; they are shown and never decide");
    }

    fn derived(&self, page: &mut Page) {
        let line = page.line();
        line.text("  derived again from that commit's tree: ");
        line.label(self.derived.decision.into(), self.derived.decision.name());
        line.text(format!(" by the rule {}, ", self.derived.rule));
        if self.derived.agrees {
            line.label(Label::Pass, "as recorded");
        } else {
            line.label(Label::Fail, "which is not what was recorded");
        }
    }
}

fn rule((at, step): (usize, &RuleStep)) -> Row {
    let name = Line::of(format!("{}. {}", at + 1, step.rule));
    let said = match step.fate {
        Fate::Passed => Line::of(format!("{}? {}: it does not hold", step.asks, step.found)),
        Fate::Decided => {
            let mut line = Line::of(format!("{}? {}: ", step.asks, step.found));
            line.label(step.gives.into(), step.gives.name());
            line
        }
        Fate::NotAsked => Line::labelled(Label::Dim, "not asked, a rule before it decided"),
    };
    Row::from([name, said])
}

/// A change of one gate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateChange {
    /// The commit.
    pub by: CommitRef,
    /// What the gate said before; absent where there were no gates.
    pub before: Option<GateOutcome>,
    /// What it says since.
    pub after: GateOutcome,
    /// What changed of it.
    pub changes: Vec<String>,
}

/// A piece of evidence and the commit that brought it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EvidenceSeen {
    /// What is pointed at.
    pub reference: String,
    /// What it shows; may be empty.
    pub note: String,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// The commit that brought it.
    pub brought_by: Option<CommitRef>,
}

/// Why a gate stands as it does (contract, section 6).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GateWhy {
    /// The gate.
    #[serde(serialize_with = "by_key")]
    pub gate: Gate,
    /// Whether it passes.
    pub outcome: GateOutcome,
    /// Why, with the numbers.
    pub reason: String,
    /// The pass condition.
    pub condition: &'static str,
    /// The role that answers for it.
    pub owner: &'static str,
    /// The commit since which it stands so.
    pub since: Option<CommitRef>,
    /// The evidence that is recorded now.
    pub evidence: Vec<EvidenceSeen>,
    /// Every change of it, newest first.
    pub changes: Vec<GateChange>,
}

impl View for GateWhy {
    fn page(&self) -> Page {
        let mut page = Page::new();
        let line = page.line();
        line.label(Label::Id, self.gate.key()).text(" ").append(outcome(self.outcome)).text(": ").text(&self.reason);
        page.push(format!("passes when {}; the {} answers for it", self.condition, self.owner));
        if let Some(since) = &self.since {
            page.line().text("so since ").append(since.line()).text(": ").text(&since.subject);
        }
        page.heading("Evidence");
        if self.evidence.is_empty() {
            page.push("  none is recorded");
        }
        for evidence in &self.evidence {
            let line = page.line();
            line.text("  ").text(&evidence.reference);
            if !evidence.note.is_empty() {
                line.text(", ").text(&evidence.note);
            }
            page.line().text("    brought by ").append(brought(evidence.brought_by.as_ref()));
        }
        page.heading("Changes, newest first");
        for change in &self.changes {
            let line = page.line();
            line.text("  ").append(change.by.line());
            if change.before != Some(change.after) {
                let before = change.before.map_or_else(|| Line::of("seeded"), outcome);
                line.text(": ").append(before).text(" → ").append(outcome(change.after));
            }
            for sentence in &change.changes {
                page.line().text("    ").text(sentence);
            }
        }
        page
    }
}
