//! The twelve roles of the three layers (founding document, sections 3 and 6).

use serde::Serialize;

use super::codec::{Fields, FromNode, Node, Problems};
use super::id::ModuleName;

/// One role: where it stands, what it answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Role {
    /// Its name.
    pub role: String,
    /// `planning`, `execution` or `domain`.
    pub layer: String,
    /// The modules it owns; empty outside the domain layer.
    pub modules: Vec<ModuleName>,
    /// What it answers for.
    pub accountability: String,
}

impl FromNode for Role {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let role = fields.required("role", problems);
        let layer = fields.required("layer", problems);
        let modules = fields.list("modules", problems);
        let accountability = fields.required("accountability", problems);
        Some(Self { role: role?, layer: layer?, modules: modules?, accountability: accountability? })
    }
}
