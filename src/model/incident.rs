//! Incidents and their postmortems (contract, section 3).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, NonBlank, Problems, one_of};
use super::id::{IncidentId, ModuleName};
use super::time::Timestamp;

/// How bad an incident is. Fixed: there is no fourth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Severity {
    /// Stop: the next cycle rolls back.
    P0,
    /// Intervene: the next cycle puts up an intervention task.
    P1,
    /// Watch: the next cycle puts up a backlog task.
    P2,
}

impl Severity {
    /// All three, the worst first.
    pub const ALL: [Self; 3] = [Self::P0, Self::P1, Self::P2];

    /// The word for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::P0 => "P0",
            Self::P1 => "P1",
            Self::P2 => "P2",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|severity| severity.name() == text);
        found.ok_or_else(|| format!("unknown severity `{text}`, expected one of P0, P1, P2"))
    }
}

impl FromNode for Severity {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        one_of(node, problems, Self::ALL.map(|severity| (severity.name(), severity)))
    }
}

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
        [&self.root_cause, &self.remediation, &self.prevention].iter().all(|text| !text.trim().is_empty())
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
