//! Reports of cycles and summaries, in Markdown. Their texts are in `templates/reports/`.

mod cycle;
mod fill;
mod rows;
mod summary;

pub use cycle::{CycleReport, RecoveryRow};
pub use summary::{AuditLine, SummaryReport};
