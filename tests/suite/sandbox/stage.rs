//! Ready-made states: how far a campaign has come before a test begins.

use super::Sandbox;

/// How far the campaign of a sandbox has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// A repository without artifacts.
    Bare,
    Initialised,
    Planned,
    GatesPassing,
    Reviewed,
    Started,
}

/// The name under which the plan of a sandbox is asked for; its file may carry a date before it.
pub const PLAN: &str = "more-demand";

/// The command for a plan that passes its review.
pub const PLANNING: [&str; 14] = [
    "plan-growth",
    "Win more demand from people who do not know our name",
    "--name",
    PLAN,
    "--scope-in",
    "the product pages and the guides",
    "--scope-out",
    "the shop checkout",
    "--acceptance",
    "non_brand_visibility_trend is up in 3 of 4 weekly cycles",
    "--rollback-condition",
    "a P0 incident, or two weekly cycles in a row without a quality signal that is up",
    "--owner",
    "Ada Growth",
];

/// All eight fields of the gates, each with a value that passes.
pub const PASSING: [&str; 8] = [
    "strategy_gate.kpi_tree_bound=true",
    "strategy_gate.approved=true",
    "compliance_gate.documented=true",
    "compliance_gate.accepted_by_all=true",
    "capacity_gate.rolling_weeks_feasible=8",
    "data_gate.dashboard_stable=true",
    "data_gate.reconcilable=true",
    "ownership_gate.priority_query_coverage=0.85",
];

impl Sandbox {
    /// After `init`.
    #[track_caller]
    #[must_use]
    pub fn initialised(self) -> Self {
        self.reach(Stage::Initialised)
    }

    /// After `plan-growth`, with a plan that passes its review.
    #[track_caller]
    #[must_use]
    pub fn planned(self) -> Self {
        self.reach(Stage::Planned)
    }

    /// After `update-gates` with evidence: all five gates pass.
    #[track_caller]
    #[must_use]
    pub fn gates_passing(self) -> Self {
        self.reach(Stage::GatesPassing)
    }

    /// After `review-plan --pass`.
    #[track_caller]
    #[must_use]
    pub fn reviewed(self) -> Self {
        self.reach(Stage::Reviewed)
    }

    /// After `start-campaign`.
    #[track_caller]
    #[must_use]
    pub fn started(self) -> Self {
        self.reach(Stage::Started)
    }

    /// The full name of the sandbox's plan, as its file has it.
    #[track_caller]
    #[must_use]
    pub fn plan(&self) -> String {
        let names = self.names(".ohmymkt/plans");
        let plan = names.iter().filter_map(|name| name.strip_suffix(".md")).find(|name| name.ends_with(PLAN));
        plan.unwrap_or_else(|| panic!("no plan `{PLAN}` among {names:?}")).to_owned()
    }

    /// Takes the hooks away that `init` installed, and puts back what was there: most tests
    /// make with plain git what a hook would stop. Those of the hooks install their own.
    fn without_hooks(&self) {
        let folder = self.path(".git/hooks");
        for name in self.names(".git/hooks") {
            let path = folder.join(&name);
            if let Some(event) = name.strip_suffix(".pre-ohmymkt") {
                std::fs::rename(&path, folder.join(event)).expect("it can be put back");
            } else if !self.exists(&format!(".git/hooks/{name}.pre-ohmymkt"))
                && std::fs::read_to_string(&path).is_ok_and(|text| text.contains("# ohmymkt-hook:"))
            {
                std::fs::remove_file(&path).expect("it can be removed");
            }
        }
    }

    #[track_caller]
    fn reach(mut self, goal: Stage) -> Self {
        if self.stage < Stage::Initialised && goal >= Stage::Initialised {
            self.mkt(&["init"]).ok();
            self.without_hooks();
        }
        if self.stage < Stage::Planned && goal >= Stage::Planned {
            self.plan_growth();
        }
        if self.stage < Stage::GatesPassing && goal >= Stage::GatesPassing {
            let evidence = ["--evidence", "https://example.org/evidence"];
            self.mkt(&[&["update-gates"], PASSING.as_slice(), &evidence].concat()).ok();
        }
        if self.stage < Stage::Reviewed && goal >= Stage::Reviewed {
            self.mkt(&["review-plan", PLAN, "--pass"]).ok();
        }
        if self.stage < Stage::Started && goal >= Stage::Started {
            self.mkt(&["start-campaign", PLAN]).ok();
        }
        self.stage = self.stage.max(goal);
        self
    }

    #[track_caller]
    fn plan_growth(&self) {
        self.mkt(&PLANNING).ok();
    }
}
