//! Reports of cycles and summaries, in Markdown, and as pages. Their texts are in
//! `templates/reports/`.

mod cycle;
mod fill;
mod page;
mod rows;
mod summary;

pub use cycle::{CycleReport, RecoveryRow};
pub use page::page;
pub use summary::{AuditLine, SummaryReport};
