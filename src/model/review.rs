//! Verdicts of plan reviews, each bound to the very text that was reviewed (contract, section 3).

use std::fmt;

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, Problems, one_of};
use super::id::{BlobId, PlanName, ReviewId};
use super::time::Timestamp;

/// What a review concluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The plan may be carried out.
    Pass,
    /// It has to be revised first.
    Revise,
}

impl fmt::Display for Verdict {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Pass => "pass",
            Self::Revise => "revise",
        })
    }
}

impl FromNode for Verdict {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        one_of(node, problems, [("pass", Self::Pass), ("revise", Self::Revise)])
    }
}

/// The role that reviews plans.
pub const PLAN_REVIEWER: &str = "Plan Reviewer";

/// One verdict on one version of one plan; never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Review {
    /// Its id, also its file name.
    pub id: ReviewId,
    /// The plan.
    pub plan: PlanName,
    /// The blob of the version that was reviewed.
    pub blob: BlobId,
    /// What was concluded.
    pub verdict: Verdict,
    /// Who reviewed.
    pub reviewer: String,
    /// In which role.
    pub role: String,
    /// When.
    pub at: Timestamp,
    /// What the reviewer has to say; may be empty.
    pub notes: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Review {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let id = fields.required("id", problems);
        let plan = fields.required("plan", problems);
        let blob = fields.required("blob", problems);
        let verdict = fields.required("verdict", problems);
        let reviewer = fields.required("reviewer", problems);
        let role = fields.optional::<String>("role", problems);
        let at = fields.required("at", problems);
        let notes = fields.optional::<String>("notes", problems);
        version?;
        Some(Self {
            id: id?,
            plan: plan?,
            blob: blob?,
            verdict: verdict?,
            reviewer: reviewer?,
            role: role?.unwrap_or_else(|| PLAN_REVIEWER.to_owned()),
            at: at?,
            notes: notes?.unwrap_or_default(),
            extra: fields.rest(),
        })
    }
}
