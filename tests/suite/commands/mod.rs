//! The commands, each as a user meets it: the real program in a real repository.

mod check_gates;
mod completions;
mod contract;
mod demo;
mod earlier_tool;
mod explain;
mod finish_campaign;
mod init;
mod list_plans;
mod list_tasks;
mod man;
mod plan_growth;
mod review_plan;
mod start_campaign;
mod update_gates;
mod update_task;

use crate::sandbox::Sandbox;

/// Commits all edits with plain git, as one does who has no hooks or does not heed them.
#[track_caller]
fn commit_by_hand(sandbox: &Sandbox) {
    sandbox.git(&["add", "--all"]).ok();
    sandbox.git(&["commit", "--quiet", "--no-verify", "--message", "Edit by hand"]).ok();
}
