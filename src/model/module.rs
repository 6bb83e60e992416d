//! The modules of the growth system in their three tiers (contract, section 3).

use serde::Serialize;

use super::codec::{Extra, Fields, FromNode, Node, Problems};
use super::id::ModuleName;

/// The content of `state/modules.json`. A repository may add modules of its own.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Modules {
    /// What everything else stands on.
    pub structure_core: Vec<ModuleName>,
    /// What makes pages perform.
    pub performance_core: Vec<ModuleName>,
    /// What scales: the "scale modules", paused by a rollback.
    pub acceleration_core: Vec<ModuleName>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Modules {
    /// All modules, tier by tier.
    pub fn all(&self) -> impl Iterator<Item = &ModuleName> {
        self.structure_core.iter().chain(&self.performance_core).chain(&self.acceleration_core)
    }

    /// Whether there is a module of this name.
    #[must_use]
    pub fn contains(&self, name: &ModuleName) -> bool {
        self.all().any(|module| module == name)
    }
}

impl FromNode for Modules {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let structure_core = fields.required("structure_core", problems);
        let performance_core = fields.required("performance_core", problems);
        let acceleration_core = fields.required("acceleration_core", problems);
        fields.retire("updated_at");
        version?;
        let modules = Self {
            structure_core: structure_core?,
            performance_core: performance_core?,
            acceleration_core: acceleration_core?,
            extra: fields.rest(),
        };
        let mut seen = std::collections::BTreeSet::new();
        let twice = modules.all().find(|module| !seen.insert((*module).clone())).cloned();
        match twice {
            None => Some(modules),
            Some(twice) => {
                problems.add(node.start, format!("module \"{twice}\" is listed twice, expected each once"));
                None
            }
        }
    }
}
