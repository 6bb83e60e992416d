//! What a change does to the state.

use serde::Serialize;

use super::kind::Change;

/// What a change does to the state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// Something is there that was not.
    Adds,
    /// Something is gone.
    Removes,
    /// Something is otherwise.
    Alters,
}

impl Change {
    /// What it does to the state.
    #[must_use]
    pub fn effect(&self) -> Effect {
        match self {
            Self::CampaignStarted { .. }
            | Self::FinishAdded { .. }
            | Self::CycleAdded { .. }
            | Self::IncidentAdded { .. }
            | Self::PostmortemAdded { .. }
            | Self::EvidenceAdded { .. }
            | Self::ObservationAdded { .. }
            | Self::ConflictResolved { .. }
            | Self::BoardSeeded { .. }
            | Self::TaskAdded { .. }
            | Self::PlanAdded { .. }
            | Self::ReviewAdded { .. }
            | Self::RecommendationAdded { .. }
            | Self::ModuleAdded { .. }
            | Self::FileAdded { .. } => Effect::Adds,
            Self::CampaignFinished { .. }
            | Self::EvidenceRemoved { .. }
            | Self::BoardCleared { .. }
            | Self::TaskRemoved { .. }
            | Self::PlanRemoved { .. }
            | Self::RecordDropped { .. }
            | Self::ModuleRemoved { .. }
            | Self::FileRemoved { .. } => Effect::Removes,
            _ => Effect::Alters,
        }
    }
}
