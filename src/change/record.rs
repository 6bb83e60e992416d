//! The kinds of records that are kept for ever.

use std::fmt;

use serde::Serialize;

/// A kind of record that is kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Record {
    /// An entry of the decision log.
    Cycle,
    /// An incident.
    Incident,
    /// An observation, or the resolution of a conflict.
    Observation,
    /// A verdict on a plan.
    Review,
    /// A recommendation of a report.
    Recommendation,
    /// The record of a finished campaign.
    FinishedCampaign,
}

impl fmt::Display for Record {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Cycle => "cycle",
            Self::Incident => "incident",
            Self::Observation => "observation",
            Self::Review => "review",
            Self::Recommendation => "recommendation",
            Self::FinishedCampaign => "finished campaign",
        })
    }
}
