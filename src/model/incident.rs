//! Incidents and their postmortems (contract, section 3).

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, NonBlank, Problems};
use super::id::{IncidentId, ModuleName};
use super::time::Timestamp;
use super::word::words;
use crate::model::unseen::is_blank;

/// How bad an incident is. Fixed: there is no fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Stop: the next cycle rolls back.
    P0,
    /// Intervene: the next cycle puts up an intervention task.
    P1,
    /// Watch: the next cycle puts up a backlog task.
    P2,
}

words!(Severity, "severity", P0 => "P0", P1 => "P1", P2 => "P2");

/// What was learnt from an incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Postmortem {
    /// Why it happened.
    pub root_cause: String,
    /// What repaired it.
    pub remediation: String,
    /// What keeps it from happening again.
    pub prevention: String,
    /// Who wrote it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Postmortem {
    /// Whether all three questions are answered.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        [&self.root_cause, &self.remediation, &self.prevention].iter().all(|text| !is_blank(text))
    }
}

impl FromNode for Postmortem {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let root_cause = fields.required("root_cause", problems);
        let remediation = fields.required("remediation", problems);
        let prevention = fields.required("prevention", problems);
        let by = fields.required("by", problems);
        let at = fields.required("at", problems);
        Some(Self {
            root_cause: root_cause?,
            remediation: remediation?,
            prevention: prevention?,
            by: by?,
            at: at?,
            extra: fields.rest(),
        })
    }
}

/// Something that went wrong. Only its postmortem and its end are ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// Its id, also its file name.
    pub id: IncidentId,
    /// How bad it is.
    pub severity: Severity,
    /// The module it happened in.
    pub module: ModuleName,
    /// What happened, in words.
    pub summary: String,
    /// When it was recorded.
    pub created_at: Timestamp,
    /// What was learnt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub postmortem: Option<Postmortem>,
    /// When it was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Incident {
    /// Whether it has a postmortem that answers all three questions.
    #[must_use]
    pub fn has_complete_postmortem(&self) -> bool {
        self.postmortem.as_ref().is_some_and(Postmortem::is_complete)
    }
}

impl FromNode for Incident {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let id = fields.required("id", problems);
        let severity = fields.required("severity", problems);
        let module = fields.required("module", problems);
        let summary = fields.required::<NonBlank>("summary", problems);
        let created_at = fields.required("created_at", problems);
        let postmortem = fields.optional("postmortem", problems);
        let resolved_at = fields.optional("resolved_at", problems);
        version?;
        Some(Self {
            id: id?,
            severity: severity?,
            module: module?,
            summary: summary?.0,
            created_at: created_at?,
            postmortem: postmortem?,
            resolved_at: resolved_at?,
            extra: fields.rest(),
        })
    }
}
