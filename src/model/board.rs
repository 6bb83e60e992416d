//! The sprint board and the task pool it is seeded from (contract, section 3).

use serde::{Serialize, Serializer};

use super::codec::{Extra, Fields, FromNode, Node, NonBlank, Problems};
use super::id::{ModuleName, TaskId};
use super::metric::Track;
use super::time::Day;
use super::word::words;
use crate::model::unseen::is_blank;

/// Where a task stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not begun.
    Pending,
    /// Being worked on.
    Active,
    /// Waiting for something outside.
    Blocked,
    /// Stopped with its module.
    Paused,
    /// Finished.
    Done,
}

words!(
    Status, "status",
    Pending => "pending", Active => "active", Blocked => "blocked", Paused => "paused", Done => "done"
);

/// One piece of work on the sprint board.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Task {
    /// Its id, unique on the board.
    pub id: TaskId,
    /// What is to be done.
    pub task: String,
    /// The track it serves.
    pub track: Track,
    /// The module it belongs to.
    pub module: ModuleName,
    /// The specialist role that does it.
    pub specialist: String,
    /// The least that shows it is done.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub acceptance_signal: String,
    /// Where it stands.
    pub status: Status,
    /// The person; empty when nobody was named yet.
    pub owner: String,
    /// The day it is due; absent when none was set yet.
    #[serde(serialize_with = "day_or_empty")]
    pub due_date: Option<Day>,
    /// Which KPI it moves, and how; empty when not said yet.
    pub kpi_impact: String,
    /// What would make one undo it; empty when not said yet.
    pub rollback_condition: String,
    /// The cycle or incident it comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

fn day_or_empty<S: Serializer>(day: &Option<Day>, serializer: S) -> Result<S::Ok, S::Error> {
    match day {
        Some(day) => serializer.collect_str(day),
        None => serializer.serialize_str(""),
    }
}

impl Task {
    /// The fields among the four that an active task must have and this one lacks.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let mut missing = Vec::new();
        if is_blank(&self.owner) {
            missing.push("owner");
        }
        if self.due_date.is_none() {
            missing.push("due_date");
        }
        if is_blank(&self.kpi_impact) {
            missing.push("kpi_impact");
        }
        if is_blank(&self.rollback_condition) {
            missing.push("rollback_condition");
        }
        missing
    }

    /// A pending task as the pool has it, with nothing assigned yet.
    #[must_use]
    pub fn from_pool(entry: &PoolTask) -> Self {
        Self {
            id: entry.id.clone(),
            task: entry.task.clone(),
            track: entry.track,
            module: entry.module.clone(),
            specialist: entry.specialist.clone(),
            acceptance_signal: entry.acceptance_signal.clone(),
            status: Status::Pending,
            owner: String::new(),
            due_date: None,
            kpi_impact: String::new(),
            rollback_condition: String::new(),
            origin: None,
            extra: entry.extra.clone(),
        }
    }
}

impl FromNode for Task {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let id = fields.required("id", problems);
        let task = fields.required::<NonBlank>("task", problems);
        let track = fields.required("track", problems);
        let module = fields.required("module", problems);
        let specialist = fields.required("specialist", problems);
        let acceptance_signal = fields.optional::<String>("acceptance_signal", problems);
        let status = fields.required("status", problems);
        let owner = fields.optional::<String>("owner", problems);
        let due_date = read_day(&mut fields, problems);
        let kpi_impact = fields.optional::<String>("kpi_impact", problems);
        let rollback_condition = fields.optional::<String>("rollback_condition", problems);
        let origin = fields.optional("origin", problems);
        Some(Self {
            id: id?,
            task: task?.0,
            track: track?,
            module: module?,
            specialist: specialist?,
            acceptance_signal: acceptance_signal?.unwrap_or_default(),
            status: status?,
            owner: owner?.unwrap_or_default(),
            due_date: due_date?,
            kpi_impact: kpi_impact?.unwrap_or_default(),
            rollback_condition: rollback_condition?.unwrap_or_default(),
            origin: origin?,
            extra: fields.rest(),
        })
    }
}

fn read_day(fields: &mut Fields<'_, '_>, problems: &mut Problems<'_>) -> Option<Option<Day>> {
    let Some(node) = fields.take("due_date") else { return Some(None) };
    if node.value == super::codec::NodeValue::Null {
        return Some(None);
    }
    let text = String::from_node(node, problems)?;
    if text.is_empty() {
        return Some(None);
    }
    text.parse().map(Some).map_err(|message: String| problems.add(node.start, message)).ok()
}

/// The content of `state/sprint-board.json`: a list of tasks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(transparent)]
pub struct Board {
    /// The tasks, in board order.
    pub tasks: Vec<Task>,
}

impl Board {
    /// The task with this id.
    #[must_use]
    pub fn task(&self, id: &TaskId) -> Option<&Task> {
        self.tasks.iter().find(|task| task.id == *id)
    }

    /// The task with this id, to be changed.
    pub fn task_mut(&mut self, id: &TaskId) -> Option<&mut Task> {
        self.tasks.iter_mut().find(|task| task.id == *id)
    }

    /// Adds a task unless the board has one with its id: follow-ups are put up once.
    pub fn add_once(&mut self, task: Task) {
        if self.task(&task.id).is_none() {
            self.tasks.push(task);
        }
    }
}

impl FromNode for Board {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        Vec::from_node(node, problems).map(|tasks| Self { tasks })
    }
}

/// One task of the pool that boards are seeded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolTask {
    /// Its id, unique in the pool.
    pub id: TaskId,
    /// What is to be done.
    pub task: String,
    /// The track it serves.
    pub track: Track,
    /// The module it belongs to.
    pub module: ModuleName,
    /// The specialist role that does it.
    pub specialist: String,
    /// The least that shows it is done.
    pub acceptance_signal: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for PoolTask {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let id = fields.required("id", problems);
        let task = fields.required::<NonBlank>("task", problems);
        let track = fields.required("track", problems);
        let module = fields.required("module", problems);
        let specialist = fields.required::<NonBlank>("specialist", problems);
        let acceptance_signal = fields.optional::<String>("acceptance_signal", problems);
        Some(Self {
            id: id?,
            task: task?.0,
            track: track?,
            module: module?,
            specialist: specialist?.0,
            acceptance_signal: acceptance_signal?.unwrap_or_default(),
            extra: fields.rest(),
        })
    }
}

/// The pool of tasks. A repository may bring its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Pool {
    /// The tasks, in pool order.
    pub tasks: Vec<PoolTask>,
}

impl FromNode for Pool {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let tasks = Vec::<PoolTask>::from_node(node, problems)?;
        let mut seen = std::collections::BTreeSet::new();
        match tasks.iter().find(|task| !seen.insert(task.id.clone())) {
            None => Some(Self { tasks }),
            Some(twice) => {
                problems.add(node.start, format!("task \"{}\" is in the pool twice, expected each id once", twice.id));
                None
            }
        }
    }
}
