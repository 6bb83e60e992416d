//! The commands, one a file: its arguments, whose comments are its help, and `run`.

pub mod check_gates;
pub mod demo;
pub mod explain;
pub mod finish_campaign;
pub mod incident;
pub mod init;
pub mod list_incidents;
pub mod list_plans;
pub mod list_recommendations;
pub mod list_tasks;
pub mod log;
pub mod plan_growth;
pub mod postmortem;
pub mod record;
pub mod report_growth;
pub mod resolve_recommendation;
pub mod review_plan;
pub mod run_cycle;
pub mod show;
pub mod start_campaign;
pub mod status;
pub mod update_gates;
pub mod update_metrics;
pub mod update_task;
pub mod verify;
