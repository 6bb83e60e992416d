//! What a change is to a reader: what it does, where it stands, what it is about.

use serde::Serialize;

use crate::model::incident::Severity;
use crate::model::time::Timestamp;

use super::effect::Effect;
use super::kind::Change;
use super::record::Record;

/// The part of a review in which a change stands, in reading order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Group {
    /// What runs, and how.
    Campaign,
    /// Plans and the verdicts on them.
    Plans,
    /// The startup gates.
    Gates,
    /// What cycles decided.
    Decisions,
    /// Incidents and what was learnt from them.
    Incidents,
    /// The sprint board.
    Tasks,
    /// Signals and what sources say of them.
    Metrics,
    /// Everything else.
    Others,
}

impl Group {
    /// All of them, in reading order.
    pub const ALL: [Self; 8] = [
        Self::Campaign,
        Self::Plans,
        Self::Gates,
        Self::Decisions,
        Self::Incidents,
        Self::Tasks,
        Self::Metrics,
        Self::Others,
    ];

    /// Its title.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Campaign => "Campaign",
            Self::Plans => "Plans",
            Self::Gates => "Gates",
            Self::Decisions => "Decisions",
            Self::Incidents => "Incidents",
            Self::Tasks => "Tasks",
            Self::Metrics => "Metrics",
            Self::Others => "Others",
        }
    }
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

    /// The part of a review in which it stands.
    #[must_use]
    pub fn group(&self) -> Group {
        match self {
            Self::CampaignStarted { .. }
            | Self::CampaignResumed { .. }
            | Self::CampaignSwitched { .. }
            | Self::CampaignFinished { .. }
            | Self::FinishAdded { .. }
            | Self::ModeChanged { .. }
            | Self::TrackChanged { .. }
            | Self::ModulePaused { .. }
            | Self::ModuleResumed { .. } => Group::Campaign,
            Self::PlanAdded { .. } | Self::PlanRemoved { .. } | Self::PlanChanged { .. } | Self::ReviewAdded { .. } => {
                Group::Plans
            }
            Self::GateFieldChanged { .. } | Self::EvidenceAdded { .. } | Self::EvidenceRemoved { .. } => Group::Gates,
            Self::CycleAdded { .. } => Group::Decisions,
            Self::IncidentAdded { .. } | Self::PostmortemAdded { .. } | Self::IncidentResolved { .. } => {
                Group::Incidents
            }
            Self::BoardSeeded { .. }
            | Self::BoardCleared { .. }
            | Self::TaskAdded { .. }
            | Self::TaskRemoved { .. }
            | Self::TaskChanged { .. } => Group::Tasks,
            Self::TrendChanged { .. } | Self::ObservationAdded { .. } | Self::ConflictResolved { .. } => Group::Metrics,
            Self::RecordDropped { record, .. } | Self::RecordAltered { record, .. } => record.group(),
            _ => Group::Others,
        }
    }

    /// Where it stands in its part, smallest first: what is gone or loosened that should stay, then
    /// incidents by severity, then records by time. What has no place of its own keeps its order.
    #[must_use]
    pub fn place(&self) -> (bool, Option<Severity>, Option<Timestamp>) {
        let (stays, after) = (false, true);
        match self {
            Self::RecordDropped { severity, .. } | Self::RecordAltered { severity, .. } => (stays, *severity, None),
            Self::PolicyChanged { .. } | Self::ArtifactMalformed { .. } => (stays, None, None),
            Self::IncidentAdded { severity, at, .. }
            | Self::PostmortemAdded { severity, at, .. }
            | Self::IncidentResolved { severity, at, .. } => (after, Some(*severity), Some(*at)),
            Self::ReviewAdded { at, .. } | Self::ObservationAdded { at, .. } | Self::ConflictResolved { at, .. } => {
                (after, None, Some(*at))
            }
            _ => (after, None, None),
        }
    }

    /// The id of the record or task that it is about; of a gate or plan its name.
    #[must_use]
    pub fn about(&self) -> Option<String> {
        Some(match self {
            Self::CycleAdded { id, .. } => id.to_string(),
            Self::IncidentAdded { id, .. } | Self::PostmortemAdded { id, .. } | Self::IncidentResolved { id, .. } => {
                id.to_string()
            }
            Self::ObservationAdded { id, .. } | Self::ConflictResolved { id, .. } => id.to_string(),
            Self::ReviewAdded { id, .. } => id.to_string(),
            Self::RecommendationAdded { id, .. } | Self::RecommendationResolved { id, .. } => id.to_string(),
            Self::FinishAdded { id, .. } | Self::RecordDropped { id, .. } | Self::RecordAltered { id, .. } => {
                id.clone()
            }
            Self::TaskAdded { id, .. } | Self::TaskRemoved { id, .. } | Self::TaskChanged { id, .. } => id.to_string(),
            Self::GateFieldChanged { field, .. } => field.gate().to_string(),
            Self::EvidenceAdded { gate, .. } | Self::EvidenceRemoved { gate, .. } => gate.to_string(),
            Self::PlanAdded { plan, .. } | Self::PlanRemoved { plan, .. } | Self::PlanChanged { plan, .. } => {
                plan.to_string()
            }
            _ => return None,
        })
    }
}

impl Record {
    fn group(self) -> Group {
        match self {
            Self::Cycle => Group::Decisions,
            Self::Incident => Group::Incidents,
            Self::Observation => Group::Metrics,
            Self::Review => Group::Plans,
            Self::Recommendation => Group::Others,
            Self::FinishedCampaign => Group::Campaign,
        }
    }
}
