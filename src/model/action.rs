//! What a commit claims to have done, and its trailers both ways (contract, section 7).

use std::fmt;
use std::str::FromStr;

/// What a commit did to the artifacts: the value of `Mkt-Action`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The artifacts were seeded.
    Init,
    /// `gates.json` was seeded by the first check.
    CheckGates,
    /// A plan was written.
    PlanGrowth,
    /// A plan was judged.
    ReviewPlan,
    /// Gate values or evidence changed.
    UpdateGates,
    /// Observations were added.
    UpdateMetrics,
    /// A campaign began or was resumed.
    StartCampaign,
    /// A campaign ended.
    FinishCampaign,
    /// A task changed.
    UpdateTask,
    /// A cycle was run.
    RunCycle,
    /// An incident was recorded.
    Incident,
    /// A postmortem was recorded.
    Postmortem,
    /// A summary report was written.
    ReportGrowth,
    /// A recommendation was acted on or deferred.
    ResolveRecommendation,
    /// Edits made by hand were committed.
    Record,
    /// Something a later version knows.
    Other(String),
}

impl Action {
    const NAMES: [(&'static str, Self); 15] = [
        ("init", Self::Init),
        ("check-gates", Self::CheckGates),
        ("plan-growth", Self::PlanGrowth),
        ("review-plan", Self::ReviewPlan),
        ("update-gates", Self::UpdateGates),
        ("update-metrics", Self::UpdateMetrics),
        ("start-campaign", Self::StartCampaign),
        ("finish-campaign", Self::FinishCampaign),
        ("update-task", Self::UpdateTask),
        ("run-cycle", Self::RunCycle),
        ("incident", Self::Incident),
        ("postmortem", Self::Postmortem),
        ("report-growth", Self::ReportGrowth),
        ("resolve-recommendation", Self::ResolveRecommendation),
        ("record", Self::Record),
    ];

    /// All that this version knows.
    pub fn known() -> impl Iterator<Item = Self> {
        Self::NAMES.into_iter().map(|(_, action)| action)
    }

    /// The name, which is the name of the command.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => Self::NAMES.iter().find(|(_, action)| action == known).map_or("", |(name, _)| name),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl From<&str> for Action {
    fn from(name: &str) -> Self {
        let known = Self::NAMES.iter().find(|(known, _)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(_, action)| action.clone())
    }
}

/// The key of a trailer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Token {
    /// What was done; always there.
    Action,
    /// The plan concerned.
    Plan,
    /// The cadence of a cycle.
    Cadence,
    /// Its decision.
    Decision,
    /// How many gates passed, `5/5`.
    Gates,
    /// The incidents in the window, `p0=1 p1=0 p2=2`.
    Incidents,
    /// The id of a record that was added.
    Record,
    /// The id of the incident concerned.
    Incident,
    /// Its severity.
    Severity,
    /// The module concerned.
    Module,
    /// A gate that changed, `capacity_gate=pass`.
    Gate,
    /// A metric that changed, `<track>.<signal>=<trend>`.
    Metric,
    /// A task that changed.
    Task,
    /// The verdict of a review.
    Verdict,
    /// The window of a report, `30d`.
    Window,
}

impl Token {
    /// All of them, in the order in which they are written.
    pub const ALL: [Self; 15] = [
        Self::Action,
        Self::Plan,
        Self::Cadence,
        Self::Decision,
        Self::Gates,
        Self::Gate,
        Self::Metric,
        Self::Incidents,
        Self::Incident,
        Self::Severity,
        Self::Module,
        Self::Task,
        Self::Verdict,
        Self::Window,
        Self::Record,
    ];

    /// The trailer's key.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Action => "Mkt-Action",
            Self::Plan => "Mkt-Plan",
            Self::Cadence => "Mkt-Cadence",
            Self::Decision => "Mkt-Decision",
            Self::Gates => "Mkt-Gates",
            Self::Incidents => "Mkt-Incidents",
            Self::Record => "Mkt-Record",
            Self::Incident => "Mkt-Incident",
            Self::Severity => "Mkt-Severity",
            Self::Module => "Mkt-Module",
            Self::Gate => "Mkt-Gate",
            Self::Metric => "Mkt-Metric",
            Self::Task => "Mkt-Task",
            Self::Verdict => "Mkt-Verdict",
            Self::Window => "Mkt-Window",
        }
    }
}

impl FromStr for Token {
    type Err = ();

    /// Parses a trailer's key; keys are case-insensitive, as in git.
    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|token| token.name().eq_ignore_ascii_case(text)).ok_or(())
    }
}

/// What a commit says about itself. The trees are the truth; this is their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What it says it did.
    pub action: Action,
    /// What else it says, in writing order.
    pub facts: Vec<(Token, String)>,
}

impl Claim {
    /// A claim without facts.
    #[must_use]
    pub fn new(action: Action) -> Self {
        Self { action, facts: Vec::new() }
    }

    /// The claim with one more fact.
    #[must_use]
    pub fn with(mut self, token: Token, value: impl fmt::Display) -> Self {
        self.facts.push((token, value.to_string()));
        self
    }

    /// The values of a token.
    pub fn values(&self, token: Token) -> impl Iterator<Item = &str> {
        self.facts.iter().filter(move |(key, _)| *key == token).map(|(_, value)| value.as_str())
    }

    /// The first value of a token.
    #[must_use]
    pub fn value(&self, token: Token) -> Option<&str> {
        self.values(token).next()
    }

    /// The trailers, in writing order.
    #[must_use]
    pub fn to_trailers(&self) -> Vec<(String, String)> {
        let mut facts = self.facts.clone();
        facts.sort_by_key(|(token, _)| Token::ALL.iter().position(|known| known == token));
        let action = (Token::Action.name().to_owned(), self.action.to_string());
        let rest = facts.into_iter().map(|(token, value)| (token.name().to_owned(), value));
        std::iter::once(action).chain(rest).collect()
    }

    /// The claim of a commit with these trailers; `None` when it claims nothing.
    #[must_use]
    pub fn from_trailers(trailers: &[(String, String)]) -> Option<Self> {
        let mut facts: Vec<(Token, String)> =
            trailers.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value.clone()))).collect();
        let at = facts.iter().position(|(token, _)| *token == Token::Action)?;
        let (_, action) = facts.remove(at);
        Some(Self { action: Action::from(action.as_str()), facts })
    }
}
