//! Finding the plan a user means (contract, section 6).

use crate::model::id::PlanName;
use crate::model::plan::{self, Plan, Unresolved};
use crate::model::snapshot::{Records, Snapshot};

use super::failure::Failure;

/// The plan a hint means; the newest without one.
///
/// # Errors
/// When there is none, or the hint means several.
pub fn one<'s>(snapshot: &'s Snapshot, hint: Option<&str>) -> Result<&'s Plan, Failure> {
    one_of(&snapshot.plans, hint)
}

/// As [`one`], of plans that need not be those of one state.
///
/// # Errors
/// As [`one`].
pub fn one_of<'s>(plans: &'s Records<PlanName, Plan>, hint: Option<&str>) -> Result<&'s Plan, Failure> {
    plan::resolve(plans, hint).map_err(|unresolved| {
        let next = match unresolved {
            Unresolved::NoPlans => "git mkt plan-growth \"<goal>\"",
            _ => "git mkt list-plans",
        };
        Failure { code: "unresolved-plan", ..Failure::bad_value(unresolved.to_string()).hint(next) }
    })
}
