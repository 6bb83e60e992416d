//! Texts that a reviewer agrees to: what a plan promises, what a postmortem says.

use serde::Serialize;

use crate::model::incident::Postmortem;
use crate::model::plan::{Item, Plan, is_blank};

use super::json::{self, Field};

/// What a plan promises (contract, section 6). What it leaves blank is empty here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Terms {
    /// What the campaign is for.
    pub goal: String,
    /// The person who owns it.
    pub owner: String,
    /// What is in scope.
    pub scope_in: Vec<String>,
    /// What is not.
    pub scope_out: Vec<String>,
    /// What shows that the goal is reached.
    pub acceptance: Vec<String>,
    /// What would make one stop and undo.
    pub rollback_conditions: Vec<String>,
}

impl Terms {
    /// The terms of a plan as it stands.
    #[must_use]
    pub fn of(plan: &Plan) -> Self {
        let body = plan.body();
        let owner = if is_blank(&plan.owner) { "" } else { &plan.owner };
        Self {
            goal: plan.goal().to_owned(),
            owner: owner.to_owned(),
            scope_in: texts(&body.scope_in),
            scope_out: texts(&body.scope_out),
            acceptance: texts(&body.acceptance),
            rollback_conditions: texts(&body.rollback_conditions),
        }
    }

    /// What a field of these is called in plain words.
    #[must_use]
    pub fn words(field: &str) -> &'static str {
        match field {
            "goal" => "goal",
            "owner" => "owner",
            "scope_in" => "in scope",
            "scope_out" => "out of scope",
            "acceptance" => "acceptance criteria",
            _ => "rollback conditions",
        }
    }

    /// What is not said, in plain words.
    #[must_use]
    pub fn blanks(&self) -> Vec<&'static str> {
        let said = [
            ("goal", !self.goal.trim().is_empty()),
            ("owner", !self.owner.trim().is_empty()),
            ("scope_in", !self.scope_in.is_empty()),
            ("scope_out", !self.scope_out.is_empty()),
            ("acceptance", !self.acceptance.is_empty()),
            ("rollback_conditions", !self.rollback_conditions.is_empty()),
        ];
        said.into_iter().filter(|(_, said)| !said).map(|(field, _)| Self::words(field)).collect()
    }

    /// The terms in which this version differs from a later one.
    pub(super) fn differing(&self, later: &Self) -> Vec<Field> {
        json::differing(self, later)
    }
}

fn texts(items: &[Item]) -> Vec<String> {
    items.iter().filter_map(|item| item.text.clone()).collect()
}

/// What was learnt from an incident, in the words of its postmortem.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Lesson {
    /// Why it happened.
    pub root_cause: String,
    /// What repaired it.
    pub remediation: String,
    /// What keeps it from happening again.
    pub prevention: String,
}

impl From<&Postmortem> for Lesson {
    fn from(postmortem: &Postmortem) -> Self {
        let Postmortem { root_cause, remediation, prevention, .. } = postmortem.clone();
        Self { root_cause, remediation, prevention }
    }
}
