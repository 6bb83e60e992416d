//! The state of `.ohmymkt/` at one point: the working tree, the index or a commit.
//!
//! One [`load`] serves all three. It never stops at the first problem, and a file
//! with a problem is absent from the snapshot and named in `problems`: it is never
//! read as empty.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::board::{Board, Pool};
use super::campaign::{Boulder, Execution, Finish};
use super::codec::{self, FromNode, Problem};
use super::cycle::CycleLog;
use super::gates::Gates;
use super::id::{BlobId, IncidentId, ObservationId, PlanName, RecommendationId, ReviewId, slug};
use super::incident::Incident;
use super::layout::{self, Place, RecordKind};
use super::metric::Metrics;
use super::module::Modules;
use super::observation::Observation;
use super::plan::Plan;
use super::policy::Policy;
use super::recommendation::Recommendation;
use super::review::Review;
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
pub type Records<K, T> = BTreeMap<K, Arc<T>>;

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
    pub board: Option<Board>,
    /// `state/execution.json`
    pub execution: Option<Execution>,
    /// `state/cycles.json`
    pub cycles: Option<CycleLog>,
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
    pub files: BTreeMap<String, Option<BlobId>>,
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
        self.cycles.clone().unwrap_or_default()
    }

    /// The plan of the running campaign.
    #[must_use]
    pub fn active_plan(&self) -> Option<&PlanName> {
        self.boulder.as_ref().map(|boulder| &boulder.plan_name)
    }

    /// Whether there is a file at this path.
    #[must_use]
    pub fn has_file(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The path of an incident's file. The earlier tool wrote the name in lower case.
    #[must_use]
    pub fn incident_path(&self, id: &IncidentId) -> String {
        let path = RecordKind::Incident.path(id.as_str());
        let old = RecordKind::Incident.path(&slug(id.as_str()));
        if !self.has_file(&path) && self.has_file(&old) { old } else { path }
    }
}

/// Reads everything a source has under `.ohmymkt/`: one listing, each file parsed once.
///
/// # Errors
/// Only when the source fails; what is wrong with the artifacts is in `problems`.
pub fn load<S: Source>(source: &S) -> Result<Snapshot, S::Error> {
    load_after(source, &Snapshot::default())
}

/// As [`load`], without parsing again the records that a neighbouring snapshot has with
/// the same blob. The answer is the same.
///
/// # Errors
/// As [`load`].
pub fn load_after<S: Source>(source: &S, neighbour: &Snapshot) -> Result<Snapshot, S::Error> {
    let mut snapshot = Snapshot::default();
    let listed = source.list()?;
    snapshot.files = listed.iter().map(|file| (file.path.clone(), file.blob_id.clone())).collect();
    for file in listed {
        Loader { source, neighbour, snapshot: &mut snapshot }.file(&file)?;
    }
    Ok(snapshot)
}

struct Loader<'s, S> {
    source: &'s S,
    neighbour: &'s Snapshot,
    snapshot: &'s mut Snapshot,
}

impl<S: Source> Loader<'_, S> {
    fn file(&mut self, file: &Listed) -> Result<(), S::Error> {
        let path = file.path.as_str();
        let what = match file.kind {
            FileKind::Regular if path == layout::ROOT => "a file",
            FileKind::Regular => return self.regular(file),
            FileKind::Named => return Ok(()),
            FileKind::Symlink => "a symbolic link",
            FileKind::Gitlink => "a submodule",
            FileKind::Unreadable => "a special file or not named in UTF-8",
        };
        let wanted = if path == layout::ROOT { "folder" } else { "regular file" };
        let message = format!("is {what}, expected a {wanted}");
        self.snapshot.problems.push(Problem::of_file(path, message));
        Ok(())
    }

    fn regular(&mut self, file: &Listed) -> Result<(), S::Error> {
        let path = file.path.as_str();
        match layout::place(path) {
            Some(Place::State(path)) => {
                if let Some(bytes) = self.read(file)? {
                    self.state(path, &bytes);
                }
            }
            Some(Place::Plan(name)) => self.plan(file, name)?,
            Some(Place::Record(kind, stem)) if !self.reuse(file, kind, stem) => {
                if let Some(bytes) = self.read(file)? {
                    self.record(kind, stem, path, &bytes);
                }
            }
            Some(Place::Note(_, "incidents.md")) => {
                if let Some(bytes) = self.read(file)? {
                    self.notes(&String::from_utf8_lossy(&bytes));
                }
            }
            Some(Place::Record(..) | Place::Note(..) | Place::Report | Place::Other) | None => {}
        }
        Ok(())
    }

    /// The bytes of a file; `None`, and a problem, when it has too many.
    fn read(&mut self, file: &Listed) -> Result<Option<Vec<u8>>, S::Error> {
        match self.source.read(file)? {
            Content::Bytes(bytes) => Ok(Some(bytes)),
            Content::TooLarge(size) => {
                self.snapshot.problems.push(Problem::too_large(&file.path, size));
                Ok(None)
            }
        }
    }

    fn state(&mut self, path: &str, bytes: &[u8]) {
        let Snapshot { problems, .. } = &mut *self.snapshot;
        macro_rules! read_into {
            ($field:ident) => {
                self.snapshot.$field = keep(codec::read(path, bytes), problems)
            };
        }
        match path {
            layout::POLICY => read_into!(policy),
            layout::BOULDER => read_into!(boulder),
            layout::GATES => read_into!(gates),
            layout::METRICS => read_into!(metrics),
            layout::MODULES => read_into!(modules),
            layout::BOARD => read_into!(board),
            layout::EXECUTION => read_into!(execution),
            layout::CYCLES => read_into!(cycles),
            _ => read_into!(own_pool),
        }
    }

    fn plan(&mut self, file: &Listed, name: &str) -> Result<(), S::Error> {
        let Some(bytes) = self.read(file)? else { return Ok(()) };
        let blob_id = match &file.blob_id {
            Some(known) => known.clone(),
            None => self.source.blob_id(&bytes)?,
        };
        let name = match name.parse::<PlanName>() {
            Ok(name) => name,
            Err(message) => {
                self.snapshot.problems.push(Problem::of_file(&file.path, message));
                return Ok(());
            }
        };
        let parsed = Plan::parse(name.clone(), Some(blob_id), &bytes);
        if let Some(plan) = keep(parsed, &mut self.snapshot.problems) {
            self.snapshot.plans.insert(name, Arc::new(plan));
        }
        Ok(())
    }

    fn record(&mut self, kind: RecordKind, stem: &str, path: &str, bytes: &[u8]) {
        let Snapshot { incidents, observations, reviews, recommendations, finishes, problems, .. } =
            &mut *self.snapshot;
        let file = RecordFile { stem, path, bytes };
        match kind {
            RecordKind::Incident => file.read(incidents, problems, |incident: &Incident| incident.id.clone()),
            RecordKind::Observation => file.read(observations, problems, |seen: &Observation| seen.id.clone()),
            RecordKind::Review => file.read(reviews, problems, |review: &Review| review.id.clone()),
            RecordKind::Recommendation => {
                file.read(recommendations, problems, |advice: &Recommendation| advice.id.clone());
            }
            RecordKind::Finish => file.read(finishes, problems, |_: &Finish| stem.to_owned()),
        }
    }

    /// Takes a record over from the neighbour, when it is the very same blob there.
    fn reuse(&mut self, file: &Listed, kind: RecordKind, stem: &str) -> bool {
        let same = file.blob_id.is_some() && self.neighbour.files.get(&file.path) == Some(&file.blob_id);
        let (from, to) = (self.neighbour, &mut *self.snapshot);
        same && match kind {
            RecordKind::Incident => share(stem.parse().ok(), &from.incidents, &mut to.incidents),
            RecordKind::Observation => share(stem.parse().ok(), &from.observations, &mut to.observations),
            RecordKind::Review => share(stem.parse().ok(), &from.reviews, &mut to.reviews),
            RecordKind::Recommendation => share(stem.parse().ok(), &from.recommendations, &mut to.recommendations),
            RecordKind::Finish => share(Some(stem.to_owned()), &from.finishes, &mut to.finishes),
        }
    }

    /// Remembers everything in a note that looks like the id of an incident.
    fn notes(&mut self, text: &str) {
        let part_of_id = |character: char| character.is_ascii_alphanumeric() || character == '-';
        let words = text.split(|character| !part_of_id(character));
        let ids = words.filter(|word| word.len() > 12 && word.to_ascii_lowercase().starts_with("inc-2"));
        self.snapshot.noted_incidents.extend(ids.map(str::to_owned));
    }
}

fn share<K: Ord, T>(id: Option<K>, from: &Records<K, T>, to: &mut Records<K, T>) -> bool {
    let shared = id.and_then(|id| from.get(&id).map(|record| (id, Arc::clone(record))));
    shared.map(|(id, record)| to.insert(id, record)).is_some()
}

fn keep<T>(result: Result<T, Vec<Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    result.map_err(|found| problems.extend(found)).ok()
}

struct RecordFile<'f> {
    stem: &'f str,
    path: &'f str,
    bytes: &'f [u8],
}

impl RecordFile<'_> {
    fn read<K, T>(&self, records: &mut Records<K, T>, problems: &mut Vec<Problem>, id: impl Fn(&T) -> K)
    where
        K: Ord + ToString,
        T: FromNode,
    {
        let Some(record) = keep(codec::read::<T>(self.path, self.bytes), problems) else { return };
        let id = id(&record);
        let text = id.to_string();
        if text != self.stem && slug(&text) != self.stem {
            let message = format!("holds the record \"{text}\", expected the one its file name says");
            problems.push(Problem::of_file(self.path, message));
        } else if records.insert(id, Arc::new(record)).is_some() {
            problems.push(Problem::of_file(
                self.path,
                format!("holds the record \"{text}\", which another file holds too"),
            ));
        }
    }
}
