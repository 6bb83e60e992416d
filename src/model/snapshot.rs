//! The state of `.ohmymkt/` at one point: the working tree, the index or a commit.
//!
//! [`load`](super::load) reads it from any of them.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::board::{Board, Pool, Task};
use super::campaign::{Boulder, Execution, Finish};
use super::codec::Problem;
use super::cycle::CycleLog;
use super::follow_up::FollowUp;
use super::gates::Gates;
use super::id::{BlobId, IncidentId, ObservationId, PlanName, RecommendationId, ReviewId, slug};
use super::incident::{Incident, Severity};
use super::layout::RecordKind;
use super::metric::Metrics;
use super::module::Modules;
use super::observation::Observation;
use super::plan::Plan;
use super::policy::Policy;
use super::recommendation::Recommendation;
use super::review::Review;
use super::sorted::SortedMap;
use super::template;

/// What a listed file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A symbolic link.
    Symlink,
    /// A submodule.
    Gitlink,
    /// A device or the like, or a path that is not UTF-8.
    Unreadable,
    /// Something of which only the name is asked for.
    Named,
}

/// One file under `.ohmymkt/`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Path from the repository root.
    pub path: String,
    /// What it is.
    pub kind: FileKind,
    /// Its blob, where that is known without reading it.
    pub blob_id: Option<BlobId>,
}

/// What a source has of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// It has more than [`codec::MAX_BYTES`] and was not read; this is its size.
    TooLarge(usize),
}

/// Something that has the artifacts: a tree, an index, a folder.
pub trait Source {
    /// What can go wrong outside the artifacts themselves.
    type Error;

    /// All files under `.ohmymkt/`, sorted by path.
    ///
    /// # Errors
    /// When the source cannot be listed.
    fn list(&self) -> Result<Vec<Listed>, Self::Error>;

    /// The bytes of a listed file. One that is too large need not be read.
    ///
    /// # Errors
    /// When the file cannot be read.
    fn read(&self, file: &Listed) -> Result<Content, Self::Error>;

    /// The blob id that these bytes have or would have.
    ///
    /// # Errors
    /// When they cannot be hashed.
    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId, Self::Error>;
}

/// Records of one kind by id. Cloning a snapshot does not copy them.
pub type Records<K, T> = SortedMap<K, Arc<T>>;

/// How much of `.ohmymkt/` a snapshot shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Extent {
    /// All of it.
    #[default]
    Whole,
    /// What these prefixes of paths under `.ohmymkt/` name, and nothing else: what is
    /// left out is not absent, it is not known.
    Parts(Vec<String>),
}

impl Extent {
    /// Whether everything that a prefix names is shown.
    #[must_use]
    pub fn covers(&self, prefix: &str) -> bool {
        match self {
            Self::Whole => true,
            Self::Parts(parts) => parts.iter().any(|part| prefix.starts_with(part.as_str())),
        }
    }
}

/// The typed state of `.ohmymkt/`.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// `policy.json`, or nothing: then the defaults hold.
    pub policy: Option<Policy>,
    /// `boulder.json`
    pub boulder: Option<Boulder>,
    /// `state/gates.json`
    pub gates: Option<Gates>,
    /// `state/metrics.json`
    pub metrics: Option<Metrics>,
    /// `state/modules.json`
    pub modules: Option<Modules>,
    /// `state/sprint-board.json`
    pub board: Option<Arc<Board>>,
    /// `state/execution.json`
    pub execution: Option<Execution>,
    /// `state/cycles.json`
    pub cycles: Option<Arc<CycleLog>>,
    /// The repository's own task pool.
    pub own_pool: Option<Pool>,
    /// `plans/`
    pub plans: Records<PlanName, Plan>,
    /// `incidents/`
    pub incidents: Records<IncidentId, Incident>,
    /// `observations/`
    pub observations: Records<ObservationId, Observation>,
    /// `reviews/`
    pub reviews: Records<ReviewId, Review>,
    /// `recommendations/`
    pub recommendations: Records<RecommendationId, Recommendation>,
    /// `archive/`, by file name
    pub finishes: Records<String, Finish>,
    /// Ids of incidents that a plan's notes mention.
    pub noted_incidents: BTreeSet<String>,
    /// Every file that is there, with its blob where that is known.
    pub files: SortedMap<Arc<str>, Option<BlobId>>,
    /// What is malformed, file by file.
    pub problems: Vec<Problem>,
    /// How much of the artifacts this is.
    pub extent: Extent,
}

impl Snapshot {
    /// The policy in force.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.policy.clone().unwrap_or_default()
    }

    /// The task pool: the repository's own, or the built-in one.
    #[must_use]
    pub fn pool(&self) -> Pool {
        self.own_pool.clone().unwrap_or_else(template::pool)
    }

    /// The decision log, empty where there is none.
    #[must_use]
    pub fn cycle_log(&self) -> CycleLog {
        self.cycles.as_deref().cloned().unwrap_or_default()
    }

    /// The plan of the running campaign.
    #[must_use]
    pub fn active_plan(&self) -> Option<&PlanName> {
        self.boulder.as_ref().map(|boulder| &boulder.plan_name)
    }

    /// The P0 incidents, by their ids.
    pub fn p0s(&self) -> impl Iterator<Item = &Incident> {
        self.incidents.values().map(AsRef::as_ref).filter(|incident| incident.severity == Severity::P0)
    }

    /// Those that have no complete postmortem yet.
    pub fn open_p0s(&self) -> impl Iterator<Item = &Incident> {
        self.p0s().filter(|p0| !p0.has_complete_postmortem())
    }

    /// The incidents that are not over: the gravest first, of one severity the newest.
    #[must_use]
    pub fn open_incidents(&self) -> Vec<&Incident> {
        let all = self.incidents.values().map(AsRef::as_ref);
        let mut open: Vec<&Incident> = all.filter(|incident| incident.resolved_at.is_none()).collect();
        open.sort_by_key(|incident| (incident.severity, Reverse(incident.created_at), &incident.id));
        open
    }

    /// Whether there is a file at this path.
    #[must_use]
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Whether a task follows from an incident that is there, and is none of the pool's.
    #[must_use]
    pub fn follows_incident(&self, task: &Task) -> bool {
        let Some(Ok(incident)) = task.origin.as_deref().map(str::parse::<IncidentId>) else { return false };
        // A command that reads a part of the artifacts knows of incidents by their names.
        let there = || self.incidents.contains_key(&incident) || self.has_file(&self.incident_path(&incident));
        let follows = FollowUp::ALL.iter().any(|kind| kind.is(task, &incident)) && there();
        follows && self.pool().tasks.iter().all(|entry| entry.id != task.id)
    }

    /// The path of an incident's file. The earlier tool wrote the name in lower case.
    #[must_use]
    pub fn incident_path(&self, id: &IncidentId) -> String {
        let path = RecordKind::Incident.path(id.as_str());
        let old = RecordKind::Incident.path(&slug(id.as_str()));
        if !self.has_file(&path) && self.has_file(&old) { old } else { path }
    }
}
