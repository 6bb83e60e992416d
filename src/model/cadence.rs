//! How often cycles are run (contract, section 5).

use super::word::words;

/// How often a cycle is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// Every 7 days.
    Weekly,
    /// Every 30 days.
    Monthly,
    /// Every 90 days.
    Quarterly,
}

words!(Cadence, "cadence", Weekly => "weekly", Monthly => "monthly", Quarterly => "quarterly");

impl Cadence {
    /// The length of its observation window in days.
    #[must_use]
    pub fn days(self) -> u32 {
        match self {
            Self::Weekly => 7,
            Self::Monthly => 30,
            Self::Quarterly => 90,
        }
    }
}
