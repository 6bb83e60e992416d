//! What a change does to the state.

use serde::Serialize;

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
