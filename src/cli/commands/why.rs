//! `why`: a decision derived again, step by step; a gate, since when and by whom.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::change::{Change, Group, between};
use crate::cli::context::{Context, refuse_malformed};
use crate::cli::failure::Failure;
use crate::cli::pick;
use crate::cli::reply::Reply;
use crate::model::cycle::{Cycle, GateOutcome, Inputs};
use crate::model::gate::Gate;
use crate::model::metric::Signal;
use crate::model::observation::standing;
use crate::model::snapshot::{Records, Snapshot};
use crate::model::step::Step;
use crate::model::time::Timestamp;
use crate::render::changes::ChangeList;
use crate::render::why::{
    CommitRef, CycleWhy, Derived, EvidenceSeen, GateChange, GateSeen, GateWhy, IncidentInput, Seen, SignalInput,
};
use crate::rules::gates::{GateResult, evaluate};
use crate::rules::{self, decision};
use crate::store::{AuditedCommit, Store};

/// Explain a cycle's decision or a gate from the history
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Of a cycle: what it was decided from, with the commit that brought each input; each rule in order;
the decision made again from that commit's tree; what followed. Of a gate: since when it passes or
fails, who changed it, and on what evidence.

Examples:
  git mkt why                                the last cycle
  git mkt why cycle-20260112T090000Z-weekly
  git mkt why cycle-20260112                 the beginning of an id is enough
  git mkt why capacity_gate")]
pub struct Args {
    /// A cycle or a gate, or the beginning of its name [default: the last cycle]
    #[arg(value_name = "CYCLE|GATE")]
    what: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// When no or more than one cycle or gate has this name, or what is asked for is malformed.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let head = context.store.head_snapshot()?;
    refuse_malformed(&head, &["state/cycles.json", "state/gates.json"])?;
    let cycles = || head.cycles.iter().flat_map(|log| &log.cycles);
    let Some(asked) = args.what.clone().or_else(|| cycles().last().map(|cycle| cycle.id.to_string())) else {
        return Err(Failure::bad_value("there is no cycle yet").hint("git mkt run-cycle weekly"));
    };
    let known: Vec<String> =
        cycles().map(|cycle| cycle.id.to_string()).chain(Gate::ALL.map(|gate| gate.key().to_owned())).collect();
    let wanted = pick::one("cycle or gate", &asked, known.iter(), "git mkt log --action run-cycle")?;
    let reply = match wanted.parse::<Gate>() {
        Ok(gate) => why_gate(context, &head, gate)?,
        Err(_) => why_cycle(context, &head, &wanted)?,
    };
    Ok(reply.paged(context.pager()))
}

/// A commit as a reason.
pub(crate) fn reference(store: &Store, audited: &AuditedCommit) -> CommitRef {
    let commit = &audited.commit;
    CommitRef {
        commit: commit.id.to_string(),
        short: store.repo().abbreviate(&commit.id),
        at: audited.step.authored_at,
        author: format!("{} <{}>", commit.author.name, commit.author.email),
        subject: String::from_utf8_lossy(&commit.message).lines().next().unwrap_or_default().to_owned(),
    }
}

/// The commits that brought records, by record id.
type Origins = BTreeMap<String, CommitRef>;

/// Notes which records a step brings that no parent has.
fn note<K: Ord + ToString, T>(
    step: &Step,
    of: fn(&Snapshot) -> &Records<K, T>,
    by: &mut dyn FnMut() -> CommitRef,
    origins: &mut Origins,
) {
    let known = |id: &K| step.parents.iter().any(|parent| of(parent).contains_key(id));
    for id in of(&step.after).keys().filter(|id| !known(id)) {
        origins.entry(id.to_string()).or_insert_with(&mut *by);
    }
}

fn why_cycle(context: &Context, head: &Snapshot, id: &str) -> Result<Reply, Failure> {
    let store = &context.store;
    let has = |snapshot: &Snapshot| snapshot.cycles.iter().flat_map(|log| &log.cycles).any(|one| one.id.as_str() == id);
    let (mut origins, mut recorded) = (Origins::new(), None);
    let tips: Vec<_> = store.head_id()?.into_iter().collect();
    store.audit(&tips, &[], |audited| {
        let step = &audited.step;
        let mut by = || reference(store, &audited);
        note(step, |snapshot| &snapshot.incidents, &mut by, &mut origins);
        note(step, |snapshot| &snapshot.observations, &mut by, &mut origins);
        if recorded.is_none() && has(&step.after) && !step.parents.iter().any(|parent| has(parent)) {
            recorded = Some((by(), step.clone()));
        }
        Ok(())
    })?;
    let log = head.cycles.iter().flat_map(|log| &log.cycles);
    let cycle = log.into_iter().find(|one| one.id.as_str() == id).cloned();
    let cycle = cycle.ok_or_else(|| Failure::bad_value(format!("there is no cycle `{id}`")))?;
    let (by, step) = recorded.unzip();
    let tree = step.as_ref().map_or_else(|| Arc::new(head.clone()), |step| Arc::clone(&step.after));
    Ok(Reply::done(explain(&cycle, &Told { tree: &tree, by, step: step.as_ref(), origins: &origins })))
}

/// What is known of how a cycle came about.
struct Told<'t> {
    tree: &'t Snapshot,
    by: Option<CommitRef>,
    step: Option<&'t Step>,
    origins: &'t Origins,
}

fn explain(cycle: &Cycle, told: &Told<'_>) -> CycleWhy {
    let again = told.step.map_or_else(|| decision::again(told.tree, cycle), |step| rules::replay::again(step, cycle));
    // Records of the earlier tool keep no inputs: then they are those of the tree.
    let derivation = cycle.derivation.clone().unwrap_or_else(|| again.derivation.clone());
    let inputs = &derivation.inputs;
    let violations = told.step.map(rules::check).unwrap_or_default();
    let of_cycle = |message: &str| message.contains(cycle.id.as_str());
    CycleWhy {
        cycle: cycle.id.clone(),
        cadence: cycle.cadence,
        decision: cycle.decision,
        reason: cycle.reason.clone(),
        recorded_by: told.by.clone(),
        window: derivation.window,
        signals: signals(told, inputs, cycle.generated_at),
        incidents: incidents(told, inputs),
        gates: inputs.gates.iter().map(|(gate, outcome)| GateSeen { gate: *gate, outcome: *outcome }).collect(),
        rules: decision::steps(inputs).into(),
        derived: Derived {
            decision: again.decision,
            rule: again.derivation.rule,
            agrees: again.decision == cycle.decision,
        },
        followed: ChangeList::from(told.step.map(followed).unwrap_or_default()),
        actions: derivation.actions.clone(),
        report_file: cycle.report_file.clone(),
        violations: violations.into_iter().filter(|violation| of_cycle(&violation.message)).collect(),
    }
}

fn signals(told: &Told<'_>, inputs: &Inputs, at: Timestamp) -> Vec<SignalInput> {
    let observations = &told.tree.observations;
    let of = |signal: Signal| {
        let then = observations.values().map(AsRef::as_ref).filter(|seen| seen.recorded_at <= at);
        let from = standing(then, signal).map(|standing| standing.from).unwrap_or_default();
        let seen = from.iter().filter_map(|id| observations.get(id)).map(|seen| Seen {
            id: seen.id.clone(),
            source: if seen.source.is_empty() { seen.recorded_by.clone() } else { seen.source.clone() },
            trend: seen.trend,
            observed_at: seen.observed_at,
            brought_by: told.origins.get(seen.id.as_str()).cloned(),
        });
        seen.collect()
    };
    let input = |(signal, trend): (&Signal, _)| SignalInput { signal: *signal, trend, observations: of(*signal) };
    inputs.trends.iter().map(|(signal, trend)| input((signal, *trend))).collect()
}

fn incidents(told: &Told<'_>, inputs: &Inputs) -> Vec<IncidentInput> {
    let input = |id| {
        let incident = told.tree.incidents.get(id);
        IncidentInput {
            id: id.clone(),
            severity: incident.map(|incident| incident.severity),
            module: incident.map(|incident| incident.module.clone()),
            summary: incident.map_or_else(|| "its file is gone".to_owned(), |incident| incident.summary.clone()),
            brought_by: told.origins.get(id.as_str()).cloned(),
        }
    };
    inputs.incident_ids.iter().map(input).collect()
}

/// What a cycle's commit did beside recording it.
fn followed(step: &Step) -> Vec<Change> {
    let follows = |change: &Change| matches!(change.group(), Group::Campaign | Group::Tasks);
    between(&step.before(), &step.after).into_iter().filter(follows).collect()
}

fn why_gate(context: &Context, head: &Snapshot, gate: Gate) -> Result<Reply, Failure> {
    let store = &context.store;
    let mut changes = Vec::new();
    let tips: Vec<_> = store.head_id()?.into_iter().collect();
    store.audit(&tips, &[], |audited| {
        changes.extend(gate_change(store, &audited, gate));
        Ok(())
    })?;
    changes.reverse();
    let now = result(head, gate);
    let turned = |change: &&GateChange| change.after == now.status && change.before != Some(now.status);
    let since = changes.iter().find(turned).map(|change| change.by.clone());
    let evidence = head.gates.iter().flat_map(|gates| gates.evidence(gate)).map(|evidence| {
        let added = Change::EvidenceAdded { gate, reference: evidence.reference.clone(), by: evidence.by.clone() };
        let bringing = changes.iter().find(|change| change.changes.contains(&added.sentence()));
        EvidenceSeen {
            reference: evidence.reference.clone(),
            note: evidence.note.clone(),
            by: evidence.by.clone(),
            at: evidence.at,
            brought_by: bringing.map(|change| change.by.clone()),
        }
    });
    let evidence = evidence.collect();
    Ok(Reply::done(GateWhy {
        gate,
        outcome: now.status,
        reason: now.reason,
        condition: now.condition,
        owner: now.owner,
        since,
        evidence,
        changes,
    }))
}

fn result(snapshot: &Snapshot, gate: Gate) -> GateResult {
    let results = evaluate(snapshot).results;
    results.into_iter().find(|result| result.gate == gate).expect("an evaluation has all five gates")
}

/// What a commit did to a gate. A merge counts only where it turned what every parent says.
fn gate_change(store: &Store, audited: &AuditedCommit, gate: Gate) -> Option<GateChange> {
    let step = &audited.step;
    if !step.befores().iter().all(|parent| parent.gates != step.after.gates) {
        return None;
    }
    let outcome_of = |snapshot: &Snapshot| snapshot.gates.is_some().then(|| result(snapshot, gate).status);
    let before = outcome_of(&step.before());
    let after = outcome_of(&step.after).unwrap_or(GateOutcome::Fail);
    let changes = between(&step.before(), &step.after);
    let of_gate = changes.iter().filter(|change| change.about().as_deref() == Some(gate.key()));
    let changes: Vec<_> = of_gate.map(Change::sentence).collect();
    let turned = step.befores().iter().all(|parent| outcome_of(parent) != Some(after));
    if (changes.is_empty() || step.is_merge()) && !turned {
        return None;
    }
    Some(GateChange { by: reference(store, audited), before, after, changes })
}
