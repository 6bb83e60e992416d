//! What can change, in the words of the domain.

use std::fmt::Display;

use serde::{Serialize, Serializer};

use crate::model::board::Status;
use crate::model::cadence::Cadence;
use crate::model::campaign::{Activity, Mode};
use crate::model::cycle::{Decision, DecisionRule};
use crate::model::gate::{FieldValue, Gate, GateField};
use crate::model::id::{CycleId, IncidentId, ModuleName, ObservationId, PlanName, RecommendationId, ReviewId, TaskId};
use crate::model::incident::Severity;
use crate::model::metric::{Signal, Track, Trend};
use crate::model::review::Verdict;
use crate::model::time::Timestamp;

use super::json::Field;
use super::record::Record;
use super::terms::{Lesson, Terms};
use super::text::TextChange;

/// One change of the artifacts: what differs between two snapshots, as a person would
/// say it (contract, section 2).
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Change {
    /// A campaign became active.
    CampaignStarted {
        /// Its plan.
        plan: PlanName,
        /// Since when.
        at: Timestamp,
    },
    /// The active campaign was taken up again.
    CampaignResumed {
        /// Its plan.
        plan: PlanName,
        /// When.
        at: Timestamp,
    },
    /// Another campaign became active in place of one.
    CampaignSwitched {
        /// The plan that was active.
        before: PlanName,
        /// The plan that is.
        after: PlanName,
    },
    /// No campaign is active any more.
    CampaignFinished {
        /// The plan that was active.
        plan: PlanName,
    },
    /// The record of a finished campaign appeared.
    FinishAdded {
        /// Its id.
        id: String,
        /// Path of the plan that was carried out.
        plan: String,
        /// What came of it.
        outcome: String,
    },
    /// The campaign is run in another mode.
    ModeChanged {
        /// The mode it was in.
        before: Mode,
        /// The mode it is in.
        after: Mode,
    },
    /// A track was paused or taken up again.
    TrackChanged {
        /// The track.
        track: Track,
        /// What it was.
        before: Activity,
        /// What it is.
        after: Activity,
    },
    /// A module was stopped.
    ModulePaused {
        /// The module.
        module: ModuleName,
    },
    /// A stopped module goes on.
    ModuleResumed {
        /// The module.
        module: ModuleName,
    },
    /// A cycle was run.
    CycleAdded {
        /// Its id.
        id: CycleId,
        /// Its cadence.
        cadence: Cadence,
        /// What it decided.
        decision: Decision,
        /// The rule that gave the decision; absent in records of the earlier tool.
        #[serde(skip_serializing_if = "Option::is_none")]
        rule: Option<DecisionRule>,
        /// Why.
        reason: String,
    },
    /// An incident was recorded.
    IncidentAdded {
        /// Its id.
        id: IncidentId,
        /// How bad it is.
        severity: Severity,
        /// Where it happened.
        module: ModuleName,
        /// What happened.
        summary: String,
        /// When it was recorded.
        at: Timestamp,
    },
    /// An incident got its postmortem.
    PostmortemAdded {
        /// The incident.
        id: IncidentId,
        /// How bad it is.
        severity: Severity,
        /// Where it happened.
        module: ModuleName,
        /// What was learnt.
        #[serde(flatten)]
        lesson: Lesson,
        /// Who wrote it.
        by: String,
        /// When.
        at: Timestamp,
        /// Whether all three questions are answered.
        complete: bool,
    },
    /// An incident is over.
    IncidentResolved {
        /// The incident.
        id: IncidentId,
        /// How bad it is.
        severity: Severity,
        /// Where it happened.
        module: ModuleName,
        /// Since when.
        at: Timestamp,
    },
    /// A gate value changed.
    GateFieldChanged {
        /// The field.
        #[serde(serialize_with = "as_text")]
        field: GateField,
        /// What it said.
        before: FieldValue,
        /// What it says.
        after: FieldValue,
    },
    /// Evidence for a gate was recorded.
    EvidenceAdded {
        /// The gate.
        #[serde(serialize_with = "as_text")]
        gate: Gate,
        /// What is pointed at.
        reference: String,
        /// Who recorded it.
        by: String,
    },
    /// Evidence for a gate is gone.
    EvidenceRemoved {
        /// The gate.
        #[serde(serialize_with = "as_text")]
        gate: Gate,
        /// What was pointed at.
        reference: String,
        /// Who had recorded it.
        by: String,
    },
    /// A signal goes elsewhere.
    TrendChanged {
        /// The signal.
        signal: Signal,
        /// Where it went.
        before: Trend,
        /// Where it goes.
        after: Trend,
        /// The sources that say so; none when nobody has observed it or a person settled it.
        sources: Vec<String>,
    },
    /// A source said something about a signal.
    ObservationAdded {
        /// Its id.
        id: ObservationId,
        /// The signal.
        signal: Signal,
        /// What the source says.
        trend: Trend,
        /// The source.
        source: String,
        /// When it was recorded.
        at: Timestamp,
    },
    /// A person settled a conflict of sources.
    ConflictResolved {
        /// The id of the resolution.
        id: ObservationId,
        /// The signal.
        signal: Signal,
        /// What holds now.
        trend: Trend,
        /// Why.
        reason: String,
        /// When it was recorded.
        at: Timestamp,
    },
    /// The sprint board was filled.
    BoardSeeded {
        /// How many tasks it has.
        tasks: usize,
    },
    /// The sprint board was emptied.
    BoardCleared {
        /// How many tasks it had.
        tasks: usize,
    },
    /// A task was put on the board.
    TaskAdded {
        /// Its id.
        id: TaskId,
        /// What is to be done.
        task: String,
        /// Where.
        module: ModuleName,
        /// Where it stands.
        status: Status,
    },
    /// A task was taken off the board.
    TaskRemoved {
        /// Its id.
        id: TaskId,
        /// What was to be done.
        task: String,
    },
    /// A field of a task changed.
    TaskChanged {
        /// The task.
        id: TaskId,
        /// The field.
        #[serde(flatten)]
        field: Field,
    },
    /// A plan was written.
    PlanAdded {
        /// Its name.
        plan: PlanName,
        /// Its title.
        title: String,
        /// What it promises.
        #[serde(flatten)]
        terms: Terms,
    },
    /// A plan is gone.
    PlanRemoved {
        /// Its name.
        plan: PlanName,
        /// Its title.
        title: String,
    },
    /// The text of a plan changed; verdicts on the earlier text no longer bind.
    PlanChanged {
        /// Its name.
        plan: PlanName,
        /// Its title now.
        title: String,
        /// What changed in its text.
        text: TextChange,
        /// Which of its terms changed.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        terms: Vec<Field>,
    },
    /// A plan was judged.
    ReviewAdded {
        /// The id of the review.
        id: ReviewId,
        /// The plan.
        plan: PlanName,
        /// What was concluded.
        verdict: Verdict,
        /// Who reviewed.
        reviewer: String,
        /// What the reviewer has to say; may be empty.
        notes: String,
        /// When.
        at: Timestamp,
    },
    /// A report recommended something.
    RecommendationAdded {
        /// Its id.
        id: RecommendationId,
        /// What is recommended.
        text: String,
    },
    /// A recommendation was acted on or deferred.
    RecommendationResolved {
        /// Its id.
        id: RecommendationId,
        /// What was done.
        #[serde(skip_serializing_if = "Option::is_none")]
        acted: Option<String>,
        /// Why it was put off.
        #[serde(skip_serializing_if = "Option::is_none")]
        deferred: Option<String>,
    },
    /// A record that is kept for ever is gone.
    RecordDropped {
        /// What it was.
        record: Record,
        /// Its id.
        id: String,
        /// Of an incident: how bad it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
    },
    /// A field of a record that never changes has changed.
    RecordAltered {
        /// What it is.
        record: Record,
        /// Its id.
        id: String,
        /// Of an incident: how bad it is.
        #[serde(skip_serializing_if = "Option::is_none")]
        severity: Option<Severity>,
        /// The field.
        #[serde(flatten)]
        field: Field,
    },
    /// A module was added to the system.
    ModuleAdded {
        /// The module.
        module: ModuleName,
        /// Its tier.
        tier: &'static str,
    },
    /// A module was taken out of the system.
    ModuleRemoved {
        /// The module.
        module: ModuleName,
        /// Its tier.
        tier: &'static str,
    },
    /// The repository asks for something else.
    PolicyChanged {
        /// The setting.
        #[serde(flatten)]
        field: Field,
    },
    /// A field changed that no other change speaks of.
    FieldChanged {
        /// The artifact.
        path: String,
        /// The field.
        #[serde(flatten)]
        field: Field,
    },
    /// The entries of a list stand in another order.
    OrderChanged {
        /// The artifact.
        path: String,
    },
    /// A report, a note or another file was added.
    FileAdded {
        /// The file.
        path: String,
    },
    /// A report, a note or another file is gone.
    FileRemoved {
        /// The file.
        path: String,
    },
    /// A report, a note or another file changed.
    FileChanged {
        /// The file.
        path: String,
    },
    /// An artifact can no longer be read, or is unreadable in another way.
    ArtifactMalformed {
        /// The artifact.
        path: String,
        /// Where, from 1; 0 when the whole file is meant.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// An artifact can be read again.
    ArtifactMended {
        /// The artifact.
        path: String,
    },
}

fn as_text<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}
