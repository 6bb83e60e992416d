//! What an incident leaves to be done: tasks whose ids follow from it.

use super::board::Task;
use super::id::IncidentId;

/// A task that a cycle puts up for an incident, once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FollowUp {
    /// Of a P0: its postmortem is to be written.
    Postmortem,
    /// Of a P0: what prevents the next one is to be carried out.
    Prevention,
    /// Of a P1: somebody is to step in.
    Intervention,
    /// Of a P2: it is to be worked off.
    Backlog,
}

impl FollowUp {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Postmortem, Self::Prevention, Self::Intervention, Self::Backlog];

    /// The word that its task's id begins with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Postmortem => "postmortem",
            Self::Prevention => "prevention",
            Self::Intervention => "intervene",
            Self::Backlog => "backlog",
        }
    }

    /// Whether a task is this one of that incident: its origin and its id say so.
    #[must_use]
    pub fn is(self, task: &Task, incident: &IncidentId) -> bool {
        let id = || format!("{}-{incident}", self.word());
        task.origin.as_deref() == Some(incident.as_str()) && task.id.as_str() == id()
    }
}
