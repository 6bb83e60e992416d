//! The running campaign: the pointer to it and its execution state (contract, section 3).

use std::collections::BTreeMap;

use serde::Serialize;

use super::board::Task;
use super::codec::{Extra, Fields, FromNode, Node, NodeValue, NonBlank, Problems};
use super::id::{ModuleName, PlanName};
use super::layout;
use super::metric::Track;
use super::time::Timestamp;
use super::word::words;

/// The content of `boulder.json`: which plan is being carried out, and since when.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Boulder {
    /// Path of the active plan from the repository root.
    pub active_plan: String,
    /// Its name.
    pub plan_name: PlanName,
    /// When the campaign began; a resume keeps it.
    pub started_at: Timestamp,
    /// When it was last resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resumed_at: Option<Timestamp>,
    /// Sessions of agents that worked on it; kept for the tools that write them.
    pub session_ids: Vec<String>,
    /// The role that runs it.
    pub role: String,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The role that runs every campaign.
pub const EXECUTION_MANAGER: &str = "Execution Manager";

/// Reads a plan's path or file name, absolute ones of the earlier tool included.
fn plan_of(text: &str) -> Result<PlanName, String> {
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    name.strip_suffix(".md").unwrap_or(name).parse()
}

impl FromNode for Boulder {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let plan = said_plan(&mut fields, node, "active_plan", problems);
        let named = said_plan(&mut fields, node, "plan_name", problems);
        let started_at = fields.required("started_at", problems);
        let resumed_at = fields.optional("resumed_at", problems);
        let session_ids = fields.list("session_ids", problems);
        let role = fields.optional::<String>("role", problems);
        version?;
        let (plan, named) = (plan?, named?);
        if plan != named {
            problems
                .add(node.start, format!("active_plan names \"{plan}\" and plan_name \"{named}\", expected the same"));
            return None;
        }
        Some(Self {
            active_plan: layout::plan(&plan),
            plan_name: plan,
            started_at: started_at?,
            resumed_at: resumed_at?,
            session_ids: session_ids?,
            role: role?.unwrap_or_else(|| EXECUTION_MANAGER.to_owned()),
            extra: fields.rest(),
        })
    }
}

/// A field that must name a plan.
fn said_plan(
    fields: &mut Fields<'_, '_>,
    node: &Node<'_>,
    name: &str,
    problems: &mut Problems<'_>,
) -> Option<PlanName> {
    let at = fields.node(name).map_or(node.start, |field| field.start);
    let plan = plan_field(fields, name, problems)?;
    if plan.is_none() {
        problems.add(at, format!("field \"{name}\" names no plan, expected one"));
    }
    plan
}

/// A field that names a plan. The inner `None` is an absent, `null` or empty one.
fn plan_field(fields: &mut Fields<'_, '_>, name: &str, problems: &mut Problems<'_>) -> Option<Option<PlanName>> {
    let Some(node) = fields.take(name) else { return Some(None) };
    if node.value == NodeValue::Null {
        return Some(None);
    }
    let text = String::from_node(node, problems)?;
    if text.is_empty() {
        return Some(None);
    }
    plan_of(&text).map(Some).map_err(|message| problems.add(node.start, message)).ok()
}

/// How the campaign is being run, set by the last decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Going forward.
    Execution,
    /// Repairing what does not progress.
    Intervention,
    /// Undoing, with the scale modules paused.
    Rollback,
}

words!(Mode, "mode", Execution => "execution", Intervention => "intervention", Rollback => "rollback");

/// Whether a track is being worked on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// It is.
    Active,
    /// Somebody paused it.
    Paused,
}

words!(Activity, "activity", Active => "active", Paused => "paused");

/// What is done on the two tracks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Tracks {
    /// The activity of each.
    #[serde(flatten)]
    pub activities: BTreeMap<Track, Activity>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

/// The content of `state/execution.json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Execution {
    /// Path of the plan being carried out; `null` between campaigns.
    pub active_plan: Option<String>,
    /// How it is being run.
    pub mode: Mode,
    /// The two tracks.
    pub tracks: Tracks,
    /// Modules that are stopped.
    pub paused_modules: Vec<ModuleName>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl Execution {
    /// Whether a module is stopped.
    #[must_use]
    pub fn pauses(&self, module: &ModuleName) -> bool {
        self.paused_modules.contains(module)
    }

    /// Both tracks active.
    #[must_use]
    pub fn both_active() -> Tracks {
        let activities = Track::ALL.map(|track| (track, Activity::Active)).into();
        Tracks { activities, extra: Extra::new() }
    }
}

impl FromNode for Execution {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let plan = plan_field(&mut fields, "active_plan", problems);
        let mode = fields.required("mode", problems);
        let tracks = read_tracks(&mut fields, node, problems);
        let paused_modules = fields.list("paused_modules", problems);
        fields.retire("updated_at");
        version?;
        Some(Self {
            active_plan: plan?.map(|plan| layout::plan(&plan)),
            mode: mode?,
            tracks: tracks?,
            paused_modules: paused_modules?,
            extra: fields.rest(),
        })
    }
}

fn read_tracks(fields: &mut Fields<'_, '_>, node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Tracks> {
    let Some(tracks) = fields.take("tracks") else {
        problems.add(node.start, "field \"tracks\" is missing");
        return None;
    };
    let mut tracks = Fields::of(tracks, problems)?;
    let visibility = tracks.required(Track::Visibility.name(), problems);
    let quality = tracks.required(Track::Quality.name(), problems);
    let activities = [(Track::Visibility, visibility?), (Track::Quality, quality?)].into();
    Some(Tracks { activities, extra: tracks.rest() })
}

/// The record of a finished campaign, `archive/<id>.json`; never altered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finish {
    /// Path of the plan that was carried out.
    pub plan: String,
    /// When the campaign began.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Timestamp,
    /// What came of it, in words.
    pub outcome: String,
    /// Who ended it.
    pub by: String,
    /// The sprint board as it stood.
    pub board: Vec<Task>,
    /// Fields this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl FromNode for Finish {
    fn from_node(node: &Node<'_>, problems: &mut Problems<'_>) -> Option<Self> {
        let mut fields = Fields::of(node, problems)?;
        let version = fields.version(problems);
        let plan = fields.required::<NonBlank>("plan", problems);
        let started_at = fields.required("started_at", problems);
        let finished_at = fields.required("finished_at", problems);
        let outcome = fields.required::<NonBlank>("outcome", problems);
        let by = fields.required("by", problems);
        let board = fields.list("board", problems);
        version?;
        Some(Self {
            plan: plan?.0,
            started_at: started_at?,
            finished_at: finished_at?,
            outcome: outcome?.0,
            by: by?,
            board: board?,
            extra: fields.rest(),
        })
    }
}
