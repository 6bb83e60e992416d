//! The rules, one a file; the file's name is the rule's id.
//!
//! A rule looks at one step and says where it breaks. It decides nothing else: how
//! much a breach weighs is in the table, what the policy makes of it in `check`.

pub(super) mod active_task_is_complete;
pub(super) mod adoption_point_is_fixed;
pub(super) mod archive_is_kept;
pub(super) mod artifact_is_well_formed;
pub(super) mod board_is_coherent;
pub(super) mod change_has_trailers;
pub(super) mod clock_is_honest;
pub(super) mod cycle_has_decision;
pub(super) mod decision_is_reproducible;
pub(super) mod decision_log_is_append_only;
pub(super) mod incidents_are_immutable;
pub(super) mod observations_are_kept;
pub(super) mod p0_forces_rollback;
pub(super) mod paused_modules_hold;
pub(super) mod policy_is_not_loosened;
pub(super) mod policy_names_rules;
pub(super) mod recommendations_are_kept;
pub(super) mod resume_needs_postmortem;
pub(super) mod rollback_pauses_scale;
pub(super) mod signals_have_impact;
pub(super) mod start_requires_gates;
pub(super) mod start_requires_plan;
pub(super) mod trailers_tell_the_truth;
