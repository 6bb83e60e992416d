//! What a decision does to the state, in the same commit (contract, section 5).

use std::sync::Arc;

use crate::model::board::{Board, Status, Task};
use crate::model::cadence::Cadence;
use crate::model::campaign::{Execution, Mode};
use crate::model::codec::Extra;
use crate::model::cycle::{Cycle, Decision, Inputs};
use crate::model::follow_up::FollowUp;
use crate::model::id::{CycleId, ModuleName};
use crate::model::incident::{Incident, Severity};
use crate::model::metric::{Signal, Track, Trend};
use crate::model::module::Modules;
use crate::model::observation::standing;
use crate::model::snapshot::Snapshot;
use crate::model::template;
use crate::model::time::Timestamp;

use super::decision::{self, Outcome};
use super::gates;

/// How a signal that was not up has fared since the cycle that intervened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// It is up now.
    Recovered,
    /// It is as it was.
    Unchanged,
    /// It has fallen.
    Worse,
}

impl Recovery {
    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::Unchanged => "unchanged",
            Self::Worse => "worse",
        }
    }
}

/// One line of the recovery check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecoveryCheck {
    /// The signal.
    pub signal: Signal,
    /// Its trend when the earlier cycle intervened.
    pub before: Trend,
    /// Its trend now.
    pub now: Trend,
    /// What that means.
    pub verdict: Recovery,
}

/// A cycle and what it does to the state.
#[derive(Debug, Clone)]
pub struct Consequence {
    /// The state after it.
    pub after: Snapshot,
    /// The new entry of the decision log.
    pub cycle: Cycle,
    /// The tasks it put on the board.
    pub follow_ups: Vec<Task>,
    /// How the signals fared for whose sake the last cycle intervened.
    pub recovery: Vec<RecoveryCheck>,
    /// What the report must say beyond that.
    pub notices: Vec<String>,
}

/// Carries out the decision of a cycle that writes its report to `report_file`.
#[must_use]
pub fn apply(before: &Snapshot, cadence: Cadence, outcome: Outcome, report_file: String) -> Consequence {
    let generated_at = outcome.derivation.window.to;
    let cycle = Cycle {
        id: unused_id(before, Cycle::id_at(cadence, generated_at)),
        cadence,
        decision: outcome.decision,
        reason: outcome.reason,
        generated_at,
        derivation: Some(outcome.derivation.clone()),
        report_file,
        extra: Extra::new(),
    };
    let mut change = Change::new(before, &cycle.id, &outcome.derivation.inputs);
    let window = outcome.derivation.window;
    let incidents: Vec<_> = decision::incidents_in(before, window).collect();
    change.follow_up_incidents(&incidents);
    change.catch_up(cadence, &decision::missed(before, cadence, window));
    match cycle.decision {
        Decision::Rollback => change.roll_back(before),
        Decision::Intervene => change.intervene(&incidents),
        Decision::Continue => change.go_on(before),
    }
    let Change { board, execution, follow_ups, mut notices, .. } = change;
    notices.extend(unobserved(before, cadence, generated_at));
    notices.extend(Signal::ALL.into_iter().filter_map(|signal| disagreement(before, signal)));
    let mut after = before.clone();
    let mut log = before.cycle_log();
    log.cycles.push(cycle.clone());
    after.cycles = Some(Arc::new(log));
    after.board = Some(Arc::new(board));
    after.execution = Some(execution);
    after.files.insert(cycle.report_file.as_str().into(), None);
    Consequence { after, cycle, follow_ups, recovery: recovery(before, &outcome.derivation.inputs), notices }
}

fn unused_id(before: &Snapshot, id: CycleId) -> CycleId {
    let log = before.cycle_log();
    let taken = |candidate: &CycleId| log.cycle(candidate).is_some();
    let numbered = |nth| format!("{id}-{nth}").parse().expect("an id with a number is an id");
    if taken(&id) { (2..).map(numbered).find(|candidate| !taken(candidate)).unwrap_or(id) } else { id }
}

/// How the signals fared that were not up when the last cycle intervened.
fn recovery(before: &Snapshot, now: &Inputs) -> Vec<RecoveryCheck> {
    let log = before.cycle_log();
    let last = log.cycles.iter().max_by_key(|cycle| cycle.generated_at);
    let Some(Cycle { decision: Decision::Intervene, derivation: Some(derivation), .. }) = last else {
        return Vec::new();
    };
    let rank = |trend: Trend| match trend {
        Trend::Down => 0,
        Trend::Flat | Trend::Conflict => 1,
        Trend::Up => 2,
    };
    let not_up = derivation.inputs.trends.iter().filter(|(_, trend)| **trend != Trend::Up);
    let checks = not_up.filter_map(|(signal, then)| {
        let trend = *now.trends.get(signal)?;
        let verdict = match (trend, rank(trend) < rank(*then)) {
            (Trend::Up, _) => Recovery::Recovered,
            (_, true) => Recovery::Worse,
            (_, false) => Recovery::Unchanged,
        };
        Some(RecoveryCheck { signal: *signal, before: *then, now: trend, verdict })
    });
    checks.collect()
}

/// Warns when a cadence decides on numbers that nobody has looked at since.
fn unobserved(before: &Snapshot, cadence: Cadence, now: Timestamp) -> Option<String> {
    let log = before.cycle_log();
    let last = log.last(cadence, now).map(|cycle| cycle.generated_at);
    let since = last.or(before.boulder.as_ref().map(|boulder| boulder.started_at))?;
    let seen = before.observations.values().any(|seen| seen.recorded_at >= since);
    let what = if last.is_some() { format!("the last {cadence} cycle") } else { "the campaign's start".to_owned() };
    (!seen).then(|| format!("no signal was observed since {what} ({since}): this decision rests on old trends"))
}

/// Names both sides of a conflict of sources, with their times.
fn disagreement(before: &Snapshot, signal: Signal) -> Option<String> {
    let standing = standing(before.observations.values().map(AsRef::as_ref), signal)?;
    if standing.trend != Trend::Conflict {
        return None;
    }
    let seen = standing.from.iter().filter_map(|id| before.observations.get(id));
    let said = seen.map(|seen| format!("{} says {} ({})", seen.speaker(), seen.trend, seen.observed_at));
    let said = said.collect::<Vec<_>>().join(", ");
    Some(format!("sources disagree on {signal}, which does not count as up until that is settled: {said}"))
}

struct Change<'a> {
    cycle_id: &'a CycleId,
    inputs: &'a Inputs,
    modules: Modules,
    board: Board,
    execution: Execution,
    follow_ups: Vec<Task>,
    notices: Vec<String>,
}

impl<'a> Change<'a> {
    fn new(before: &Snapshot, cycle_id: &'a CycleId, inputs: &'a Inputs) -> Self {
        let idle = || Execution {
            active_plan: before.boulder.as_ref().map(|boulder| boulder.active_plan.clone()),
            mode: Mode::Execution,
            tracks: Execution::both_active(),
            paused_modules: Vec::new(),
            extra: Extra::new(),
        };
        Self {
            cycle_id,
            inputs,
            modules: before.modules.clone().unwrap_or_else(template::modules),
            board: before.board.as_deref().cloned().unwrap_or_default(),
            execution: before.execution.clone().unwrap_or_else(idle),
            follow_ups: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn put_up(&mut self, task: Task) {
        if self.board.task(&task.id).is_none() {
            self.board.add_once(task.clone());
            self.follow_ups.push(task);
        }
    }

    /// Each P1 in the window gets an intervention task, each P2 a backlog task, once.
    fn follow_up_incidents(&mut self, incidents: &[&Incident]) {
        for incident in incidents {
            let (id, summary) = (&incident.id, one_line(&incident.summary));
            match incident.severity {
                Severity::P0 => {
                    if !incident.has_complete_postmortem() {
                        let postmortem = format!("Write the postmortem of {id}: {summary}");
                        self.put_up_for(incident, FollowUp::Postmortem, postmortem);
                    }
                    let prevention = format!("Carry out what keeps {id} from happening again: {summary}");
                    self.put_up_for(incident, FollowUp::Prevention, prevention);
                }
                Severity::P1 => {
                    self.put_up_for(incident, FollowUp::Intervention, format!("Intervene on P1 {id}: {summary}"));
                }
                Severity::P2 => self.put_up_for(incident, FollowUp::Backlog, format!("Work off P2 {id}: {summary}")),
            }
        }
    }

    /// A module that the repository does not have can take no task: then it is one of
    /// those that everything else stands on.
    fn put_up_for(&mut self, incident: &Incident, kind: FollowUp, task: String) {
        let known = Some(&incident.module).filter(|module| self.modules.contains(module));
        let module = known.or(self.modules.all().next()).unwrap_or(&incident.module).clone();
        self.put_up(follow_up(kind.word(), incident.id.as_str(), task, &module));
    }

    /// Incidents that no cycle of this cadence has seen decide nothing, and are followed
    /// up all the same. They are told of until there is nothing left to do.
    fn catch_up(&mut self, cadence: Cadence, missed: &[&Incident]) {
        self.follow_up_incidents(missed);
        for incident in missed {
            let Incident { id, severity, .. } = incident;
            let due = if *severity == Severity::P0 && !incident.has_complete_postmortem() {
                format!("write its postmortem with git mkt postmortem {id}")
            } else {
                let is_open =
                    |task: &&Task| task.status != Status::Done && FollowUp::ALL.iter().any(|kind| kind.is(task, id));
                let Some(task) = self.board.tasks.iter().find(is_open) else { continue };
                format!("carry out the task {}", task.id)
            };
            let at = incident.created_at.minute();
            self.notices.push(format!(
                "the {severity} {id} of {at} lies before the window, and no {cadence} cycle has seen it: {due}"
            ));
        }
    }

    fn roll_back(&mut self, before: &Snapshot) {
        self.execution.mode = Mode::Rollback;
        for module in &self.modules.acceleration_core {
            if !self.execution.pauses(module) {
                self.execution.paused_modules.push(module.clone());
            }
        }
        for task in &mut self.board.tasks {
            let scales = self.modules.acceleration_core.contains(&task.module);
            if task.status == Status::Active && scales && !before.follows_incident(task) {
                task.status = Status::Paused;
            }
        }
    }

    /// One remediation task per signal that is not up, unless one for it is still open.
    fn intervene(&mut self, incidents: &[&Incident]) {
        self.execution.mode = Mode::Intervention;
        let not_up = self.inputs.trends.iter().filter(|(_, trend)| **trend != Trend::Up);
        for (signal, trend) in not_up.map(|(signal, trend)| (*signal, *trend)).collect::<Vec<_>>() {
            let kind = format!("remediate-{}", signal.key());
            let open = |task: &Task| task.id.as_str().starts_with(&kind) && task.status != Status::Done;
            if self.board.tasks.iter().any(open) {
                continue;
            }
            let mut at_fault: Vec<_> = self.failing_modules(signal);
            let known = |one: &&&Incident| one.severity != Severity::P2 && self.modules.contains(&one.module);
            for incident in incidents.iter().filter(known) {
                if !at_fault.contains(&incident.module) {
                    at_fault.push(incident.module.clone());
                }
            }
            let names = at_fault.iter().map(ModuleName::as_str).collect::<Vec<_>>().join(", ");
            let text = format!("Bring {} from {trend} to up; modules at fault: {names}", signal.key());
            let Some(module) = at_fault.first().or(self.modules.structure_core.first()) else { continue };
            let mut task = follow_up(&kind, self.cycle_id.as_str(), text, module);
            task.track = signal.track();
            task.acceptance_signal = format!("{signal} reads up in the next cycle");
            self.put_up(task);
        }
    }

    /// The modules that move a signal, as far as this repository has them.
    fn failing_modules(&self, signal: Signal) -> Vec<ModuleName> {
        let names: &[&str] = match signal {
            Signal::NonBrandVisibility => &["onpage_optimization", "technical_foundation", "aeo_answer_layer"],
            Signal::QueryClusterCoverage => &["intent_operations", "content_system", "internal_link_graph"],
            Signal::HighIntentSession => &["intent_operations", "onpage_optimization", "schema_entity_governance"],
            Signal::ConversionAssist => &["content_system", "onpage_optimization", "internal_link_graph"],
        };
        self.modules.all().filter(|module| names.contains(&module.as_str())).cloned().collect()
    }

    /// The scale modules resume only on postmortems and gates; else they stay paused.
    fn go_on(&mut self, before: &Snapshot) {
        self.execution.mode = Mode::Execution;
        if self.execution.paused_modules.is_empty() {
            return;
        }
        let blocked_by = why_paused(before);
        if !blocked_by.is_empty() {
            self.notices.push(format!("the scale modules stay paused: {}", blocked_by.join("; ")));
            return;
        }
        let resumed: Vec<_> = std::mem::take(&mut self.execution.paused_modules);
        let paused = |task: &&mut Task| task.status == Status::Paused && resumed.contains(&task.module);
        let mut waiting = 0;
        for task in self.board.tasks.iter_mut().filter(paused) {
            task.status = Status::Pending;
            waiting += 1;
        }
        let names = resumed.iter().map(ModuleName::as_str).collect::<Vec<_>>().join(", ");
        let tasks = match waiting {
            0 => String::new(),
            1 => "; 1 of their tasks waits to be made active again".to_owned(),
            _ => format!("; {waiting} of their tasks wait to be made active again"),
        };
        self.notices.push(format!("resumed: {names}{tasks}"));
    }
}

/// What keeps the scale modules paused; empty when they may resume.
#[must_use]
pub fn why_paused(snapshot: &Snapshot) -> Vec<String> {
    let postmortems = snapshot.open_p0s().map(|incident| format!("{} has no complete postmortem", incident.id));
    let evaluation = gates::evaluate(snapshot);
    let gates: Vec<_> = evaluation.failing().map(|result| format!("{} fails", result.gate)).collect();
    postmortems.chain(gates).collect()
}

/// A pending task that follows from a record; its id follows too, so it is put up once.
fn follow_up(kind: &str, origin: &str, task: String, module: &ModuleName) -> Task {
    let specialist = template::roles().into_iter().find(|role| role.modules.contains(module));
    Task {
        id: format!("{kind}-{origin}").parse().expect("a word and a record id make a task id"),
        task,
        track: Track::Quality,
        module: module.clone(),
        specialist: specialist.map_or_else(|| "Execution Manager".to_owned(), |role| role.role),
        acceptance_signal: String::new(),
        status: Status::Pending,
        owner: String::new(),
        due_date: None,
        kpi_impact: String::new(),
        rollback_condition: String::new(),
        origin: Some(origin.to_owned()),
        extra: Extra::new(),
    }
}

/// The first words of a free text, on one line.
fn one_line(text: &str) -> String {
    let folded = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match folded.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &folded[..end]),
        None => folded,
    }
}
