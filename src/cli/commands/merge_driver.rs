//! `merge-driver`: what git runs to merge one artifact.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::change::merge::{self, Across, Decided, Marks, Merged, Outcome, Three};
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::{At, ObjectId, Repo};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::render::merge::{MergedFile, MergedFiles};
use crate::render::{Page, View};
use crate::store::Store;

/// Merge one artifact for git (plumbing, configured by `init`)
#[derive(Debug, clap::Args)]
#[command(
    hide = true,
    after_help = "\
The result is left in <OURS>. Exit status: 0 merged, 1 a person is needed and conflict markers
stand around what to choose, 129 could not do it.

Examples:
  git config merge.ohmymkt.driver \"git-mkt merge-driver %O %A %B %L %P %S %X %Y\""
)]
pub struct Args {
    /// The file with the common ancestor's version (%O)
    base: PathBuf,
    /// The file with our version, which receives the result (%A)
    ours: PathBuf,
    /// The file with their version (%B)
    theirs: PathBuf,
    /// How many characters a conflict marker has (%L)
    marker_size: usize,
    /// The path of the artifact (%P)
    path: String,
    /// What git calls the three sides (%S %X %Y); helps to find the observations of each
    #[arg(num_args = 0.., allow_hyphen_values = true)]
    labels: Vec<String>,
}

/// Nothing on stdout: git shows what stands on stderr.
#[derive(serde::Serialize)]
struct Silent(MergedFiles);

impl View for Silent {
    fn page(&self) -> Page {
        Page::new()
    }
}

/// Runs the command.
///
/// # Errors
/// When a file cannot be read or written.
pub fn run(args: &Args) -> Result<Reply, Failure> {
    drive(args).map_err(|failure| Failure { exit: Exit::NoMerge, ..failure })
}

fn drive(args: &Args) -> Result<Reply, Failure> {
    let [base, ours, theirs] = Repo::read_handed([&args.base, &args.ours, &args.theirs])?;
    // Git hands over an empty file where a side has none.
    let there = |bytes| Some(bytes).filter(|bytes: &&[u8]| !bytes.is_empty());
    let sides = Three { base: there(base.as_slice()), ours: Some(ours.as_slice()), theirs: Some(theirs.as_slice()) };
    let across = if needs_others(&args.path) { others(&args.labels).unwrap_or_default() } else { Across::default() };
    let merged = merge::merge(&args.path, sides, &across);
    let label = |at: usize, other: &'static str| args.labels.get(at).map_or(other, String::as_str);
    let marks = Marks { size: args.marker_size, ours: label(1, "ours"), theirs: label(2, "theirs") };
    match &merged.outcome {
        Outcome::Whole(bytes) => Repo::write_handed(&args.ours, bytes)?,
        outcome => {
            if let Some(text) = outcome.marked(marks) {
                Repo::write_handed(&args.ours, text.as_bytes())?;
            }
        }
    }
    let exit = if merged.is_clean() { Exit::Done } else { Exit::Failed };
    let told = told(&args.path, merged);
    let mut notes = if told.merged.iter().chain(&told.left).any(|file| !file.disagreements.is_empty()) {
        told.page()
    } else {
        Page::new()
    };
    if exit != Exit::Done {
        notes.hint("git mkt resolve");
    }
    Ok(Reply::with_exit(exit, Silent(told)).with_notes(notes))
}

fn told(path: &str, merged: Merged) -> MergedFiles {
    let mut told = MergedFiles::default();
    let place = if merged.is_clean() { &mut told.merged } else { &mut told.left };
    let (path, disagreements) = (path.to_owned(), merged.disagreements);
    place.push(MergedFile { path, disagreements, ours: None, theirs: None, hints: Vec::new() });
    told
}

/// Whether the artifact depends on others: trends on observations, the mode on cycles.
fn needs_others(path: &str) -> bool {
    path == layout::METRICS || path == layout::EXECUTION
}

/// What the other artifacts of the three sides say, when git says which commits they are.
/// Where it does not, only what the file itself says counts, and `resolve` does the rest.
fn others(labels: &[String]) -> Option<Across> {
    let store = Store::open().ok()?;
    let [base, ours, theirs] = labels else { return None };
    let (ours, theirs) = (commit(&store, ours)?, commit(&store, theirs)?);
    let parts = ["observations/", "state/cycles.json"];
    let load = |id| store.part(At::Commit(id), &parts).ok();
    let base = commit(&store, base).and_then(load).unwrap_or_default();
    let (ours, theirs) = (load(ours)?, load(theirs)?);
    // What the change under way brings or takes away, not all that its commit knows.
    let gone: BTreeSet<_> = base.observations.keys().filter(|id| !theirs.observations.contains_key(*id)).collect();
    let brought = theirs.observations.iter().filter(|(id, _)| !base.observations.contains_key(*id));
    let kept = ours.observations.iter().filter(|(id, _)| !gone.contains(id));
    let united = kept.chain(brought).map(|(id, seen)| (id.clone(), seen.clone())).collect();
    let ran = |side: &Snapshot| side.cycles != base.cycles;
    let decided = if ran(&ours) && ran(&theirs) { Decided::BothSides } else { Decided::OneSide };
    Some(Across::of(&united, decided))
}

/// The commit that git means with the name of a side: a branch, `HEAD`, `1a2b3c (subject)`
/// or `parent of 1a2b3c (subject)`.
fn commit(store: &Store, label: &str) -> Option<ObjectId> {
    let (child, label) = match label.strip_prefix("parent of ") {
        Some(rest) => ("^", rest),
        None => ("", label),
    };
    let name = label.split(" (").next().filter(|name| !name.is_empty() && !name.contains(' '))?;
    store.repo().resolve_commit(&format!("{name}{child}")).ok()
}
