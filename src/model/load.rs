//! Reading the state of `.ohmymkt/` from wherever it is.
//!
//! One [`load`] serves the working tree, the index and commits. It never stops at the first
//! problem, and a file with a problem is absent from the snapshot and named in `problems`: it
//! is never read as empty.

use std::str::FromStr;
use std::sync::Arc;

use super::campaign::Finish;
use super::codec::{self, FromNode, Problem};
use super::id::{PlanName, slug};
use super::incident::Incident;
use super::layout::{self, Place, RecordKind};
use super::observation::Observation;
use super::plan::Plan;
use super::recommendation::Recommendation;
use super::review::Review;
use super::snapshot::{Content, FileKind, Listed, Records, Snapshot, Source};

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
    snapshot.files = listed.iter().map(|file| (file.path.as_str().into(), file.blob_id.clone())).collect();
    for file in listed {
        Loader { source, neighbour, snapshot: &mut snapshot }.file(&file)?;
    }
    Ok(snapshot)
}

/// What became of a file between two listings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// It is new or another one.
    Now(Listed),
    /// It is gone.
    Gone(String),
}

/// The neighbour with some files changed, sorted by path: what [`load`] would read, for the
/// cost of what changed. `None` where that cannot be told from the changes alone.
///
/// # Errors
/// As [`load`].
pub fn load_changed<S: Source>(
    source: &S,
    neighbour: &Snapshot,
    changes: &[Change],
) -> Result<Option<Snapshot>, S::Error> {
    if !neighbour.problems.is_empty() {
        return Ok(None);
    }
    let mut snapshot = neighbour.clone();
    let mut loader = Loader { source, neighbour: &Snapshot::default(), snapshot: &mut snapshot };
    for change in changes {
        let path = match change {
            Change::Now(file) if file.kind != FileKind::Regular => return Ok(None),
            Change::Now(file) => file.path.as_str(),
            Change::Gone(path) => path.as_str(),
        };
        if !loader.forget(path) {
            return Ok(None);
        }
        if let Change::Now(file) = change {
            loader.snapshot.files.insert(file.path.as_str().into(), file.blob_id.clone());
            loader.file(file)?;
        }
    }
    Ok(Some(snapshot))
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
            Some(Place::Other) => {
                if let Some(twin) = layout::twin(path) {
                    let message = format!("has a name that some file systems take for `{twin}`, expected another");
                    self.snapshot.problems.push(Problem::of_file(path, message));
                }
            }
            Some(Place::Record(..) | Place::Note(..) | Place::Report) | None => {}
        }
        Ok(())
    }

    /// Takes a file out of the snapshot. False when what it brought cannot be told apart from
    /// what others brought.
    fn forget(&mut self, path: &str) -> bool {
        let was_there = self.snapshot.files.remove(path).is_some();
        let to = &mut *self.snapshot;
        match layout::place(path) {
            Some(Place::Note(_, "incidents.md")) | None => return false,
            Some(Place::State(path)) => match path {
                layout::POLICY => to.policy = None,
                layout::BOULDER => to.boulder = None,
                layout::GATES => to.gates = None,
                layout::METRICS => to.metrics = None,
                layout::MODULES => to.modules = None,
                layout::BOARD => to.board = None,
                layout::EXECUTION => to.execution = None,
                layout::CYCLES => to.cycles = None,
                _ => to.own_pool = None,
            },
            Some(Place::Plan(name)) => return drop_record(&mut to.plans, name, was_there),
            Some(Place::Record(kind, stem)) => {
                return match kind {
                    RecordKind::Incident => drop_record(&mut to.incidents, stem, was_there),
                    RecordKind::Observation => drop_record(&mut to.observations, stem, was_there),
                    RecordKind::Review => drop_record(&mut to.reviews, stem, was_there),
                    RecordKind::Recommendation => drop_record(&mut to.recommendations, stem, was_there),
                    RecordKind::Finish => drop_record(&mut to.finishes, stem, was_there),
                };
            }
            Some(Place::Note(..) | Place::Report | Place::Other) => {}
        }
        true
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
            layout::BOARD => self.snapshot.board = keep(codec::read(path, bytes), problems).map(Arc::new),
            layout::EXECUTION => read_into!(execution),
            layout::CYCLES => self.snapshot.cycles = keep(codec::read(path, bytes), problems).map(Arc::new),
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
        let same = file.blob_id.is_some() && self.neighbour.files.get(file.path.as_str()) == Some(&file.blob_id);
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

fn share<K: Ord + Clone, T>(id: Option<K>, from: &Records<K, T>, to: &mut Records<K, T>) -> bool {
    let shared = id.and_then(|id| from.get(&id).map(|record| (id, Arc::clone(record))));
    shared.map(|(id, record)| to.insert(id, record)).is_some()
}

/// Drops the record of a file that was there. False when no record has just its name.
fn drop_record<K: Ord + Clone + FromStr + ToString, T>(
    records: &mut Records<K, T>,
    stem: &str,
    was_there: bool,
) -> bool {
    let Some(key) = stem.parse::<K>().ok().filter(|key| key.to_string() == stem) else { return false };
    records.remove(&key).is_some() == was_there
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
        K: Ord + Clone + ToString,
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
