//! The repository's own, stricter settings (contract, section 9).

use std::collections::BTreeSet;

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, Problems};
use super::id::CommitId;

/// The content of `policy.json`. A repository may ask for more, never for less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Policy {
    /// The format version: 1.
    pub version: u64,
    /// The reviewer of a plan must not be its author.
    pub require_independent_review: bool,
    /// A passing gate needs evidence before a campaign starts.
    pub require_gate_evidence: bool,
    /// Rules whose warnings count as errors.
    pub warnings_as_errors: BTreeSet<String>,
    /// The commit where the repository adopted the tool; set once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verify_from: Option<CommitId>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            version: 1,
            require_independent_review: false,
            require_gate_evidence: false,
            warnings_as_errors: BTreeSet::new(),
            verify_from: None,
            extra: Extra::new(),
        }
    }
}

impl FromNode for Policy {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        fields.retire("version");
        let independent = fields.optional("require_independent_review", problems);
        let evidence = fields.optional("require_gate_evidence", problems);
        let warnings = fields.list::<String>("warnings_as_errors", problems);
        let verify_from = fields.optional("verify_from", problems);
        version?;
        Some(Self {
            version: 1,
            require_independent_review: independent?.unwrap_or(false),
            require_gate_evidence: evidence?.unwrap_or(false),
            warnings_as_errors: warnings?.into_iter().collect(),
            verify_from: verify_from?,
            extra: fields.rest(),
        })
    }
}
