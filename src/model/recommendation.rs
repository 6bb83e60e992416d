//! Recommendations of summary reports, tracked until acted on or deferred (contract, section 3).

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, NonBlank, Problems};
use super::id::RecommendationId;
use super::time::Timestamp;

/// What became of a recommendation: exactly one of `acted` and `deferred`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resolution {
    /// What was done: a commit, a task, a URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acted: Option<String>,
    /// Why it was put off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deferred: Option<String>,
    /// More in words; may be empty.
    pub note: String,
    /// Who resolved it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Resolution {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let acted = fields.optional::<NonBlank>("acted", problems);
        let deferred = fields.optional::<NonBlank>("deferred", problems);
        let note = fields.optional::<String>("note", problems);
        let by = fields.required("by", problems);
        let at = fields.required("at", problems);
        let (acted, deferred) = (acted?, deferred?);
        if acted.is_some() == deferred.is_some() {
            problems.add(node.start, "expected exactly one of \"acted\" and \"deferred\"");
            return None;
        }
        Some(Self {
            acted: acted.map(|text| text.0),
            deferred: deferred.map(|text| text.0),
            note: note?.unwrap_or_default(),
            by: by?,
            at: at?,
            extra: fields.rest(),
        })
    }
}

/// One recommendation. Only its resolution is ever added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recommendation {
    /// Its id, also its file name.
    pub id: RecommendationId,
    /// What is recommended.
    pub text: String,
    /// Path of the report that made it, from the repository root.
    pub report_file: String,
    /// When.
    pub created_at: Timestamp,
    /// What became of it; absent while it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Recommendation {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let id = fields.required("id", problems);
        let text = fields.required::<NonBlank>("text", problems);
        let report_file = fields.required("report_file", problems);
        let created_at = fields.required("created_at", problems);
        let resolution = fields.optional("resolution", problems);
        version?;
        Some(Self {
            id: id?,
            text: text?.0,
            report_file: report_file?,
            created_at: created_at?,
            resolution: resolution?,
            extra: fields.rest(),
        })
    }
}
