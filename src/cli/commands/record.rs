//! `record`: commits edits made by hand, with the trailers that follow from them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use crate::change;
use crate::cli::claim;
use crate::cli::commands::update_metrics;
use crate::cli::context::{Context, sound};
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs};
use crate::git::{Uncommitted, UncommittedKind};
use crate::model::codec::Extra;
use crate::model::layout;
use crate::model::metric::{Signal, Trend};
use crate::model::observation::{self, Observation, standing};
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::changes::ChangeList;
use crate::rules::plan_review::drifted;

/// The source of a trend that was typed into `metrics.json`.
const HAND_EDIT: &str = "hand-edit";

/// Commit edits made by hand under .ohmymkt/
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The edits are judged like any other change. A trend typed into metrics.json becomes an
observation with the source `hand-edit`; a trend that is not what its observations say, as
after a rebase, is brought into line with them.

Examples:
  git mkt record
  git mkt record -m \"name the owners of the new cluster\"")]
pub struct Args {
    /// What was done, for the subject of the commit
    #[arg(short, long, value_name = "M", allow_hyphen_values = true)]
    message: Option<String>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Recorded {
    #[serde(flatten)]
    changes: ChangeList,
}

impl View for Recorded {
    fn page(&self) -> Page {
        self.changes.page()
    }
}

/// Runs the command.
///
/// # Errors
/// When the edits are malformed, or break a rule.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    if args.message.as_ref().is_some_and(|message| message.trim().is_empty()) {
        return Err(Failure::bad_value("expected a message, found a blank"));
    }
    let mut notes = Page::new();
    let reply = context.write_edits(&args.write, |moment| {
        // Read under the writers' lock: what others recorded meanwhile is not undone.
        let Edits { after: edited, bytes } = Edits::read(moment)?;
        let mut after = edited.clone();
        observe_hand_edits(moment, &mut after);
        // Also where nobody typed one: a rebase can bring observations of two sources together.
        if after.metrics.is_some() {
            update_metrics::derive(&mut after, Signal::ALL.into_iter());
        }
        notes = warnings(&after);
        let list = ChangeList::between(&moment.before, &after);
        let changes = change::between(&moment.before, &after);
        let summary = match &args.message {
            Some(message) => message.clone(),
            None => summary(&changes),
        };
        let claim = claim::derived(&moment.before, &after);
        let body = changes.iter().take(20).map(change::Change::sentence).collect::<Vec<_>>().join("\n");
        let completed = (after.metrics != edited.metrics).then(|| layout::METRICS.to_owned());
        let completed = completed.into_iter().collect();
        let proposal = Proposal { body, edits: bytes, completed, ..moment.proposal(after, claim, summary) };
        Ok(Composed { proposal, view: Recorded { changes: list } })
    })?;
    Ok(reply.with_notes(notes))
}

/// What nothing is refused for, and who edits should know.
fn warnings(after: &Snapshot) -> Page {
    let mut page = Page::new();
    if let Some(warning) = drifted(after) {
        page.line().label(Label::Warning, "warning: ").text(warning);
    }
    page
}

fn summary(changes: &[change::Change]) -> String {
    match changes {
        [] => "edits by hand".to_owned(),
        [one] => one.sentence(),
        [first, rest @ ..] => format!("{}, and {} more", first.sentence(), rest.len()),
    }
}

/// What differs from HEAD under `.ohmymkt/`, and the state it makes.
struct Edits {
    after: Snapshot,
    bytes: BTreeMap<String, Option<Vec<u8>>>,
}

impl Edits {
    fn read(moment: &Moment<'_>) -> Result<Self, Failure> {
        let store = moment.store;
        let uncommitted = store.uncommitted()?;
        // What is recorded are the very bytes that are judged, whatever an editor saves meanwhile.
        let edits = store.edits(uncommitted.iter().map(|edit| edit.path.clone()))?;
        let mut after = sound(edits.snapshot(&moment.before)?, &[""])?;
        let (taken, left): (Vec<_>, Vec<_>) = uncommitted.into_iter().partition(is_taken);
        let mut bytes = BTreeMap::new();
        for Uncommitted { path, .. } in taken {
            let content = edits.content(&path)?;
            let blob_id = content.as_deref().map(|content| store.blob_id(content));
            if let Some(id) = blob_id {
                let committed = moment.before.files.get(path.as_str());
                if committed.is_some_and(|committed| committed.as_ref() == Some(&id)) {
                    return Err(staged_only(&path));
                }
                after.files.insert(path.as_str().into(), Some(id));
            }
            bytes.insert(path, content);
        }
        for Uncommitted { path, .. } in left {
            after.files.remove(path.as_str());
        }
        Ok(Self { after, bytes })
    }
}

/// Whether an edit is recorded: of files that nobody added, only what the contract names
/// and no editor leaves behind.
fn is_taken(edit: &Uncommitted) -> bool {
    let name = edit.path.rsplit('/').next().unwrap_or_default();
    let is_known = edit.path == layout::ATTRIBUTES
        || !matches!(layout::place(&edit.path), None | Some(layout::Place::Other)) && !name.starts_with('.');
    edit.what != UncommittedKind::Untracked || is_known && !name.ends_with('~')
}

/// Why an edit cannot be recorded that is in the index only.
fn staged_only(path: &str) -> Failure {
    let message = format!("the working tree has {path} as it is committed, the index or its mode differs");
    Failure::refused("staged-only", message).hint(format!("git restore --staged --worktree -- {}", word(path)))
}

/// A trend that was typed becomes an observation, so that it has a source and a time.
///
/// A `metrics.json` that is missing is what the observations say: it is put back, and one that
/// is put back by hand is compared with that.
fn observe_hand_edits(moment: &mut Moment<'_>, after: &mut Snapshot) {
    let before = Arc::clone(&moment.before);
    let is_lost = before.metrics.is_none() && before.policy.is_some();
    let is_lost = is_lost && !before.problems.iter().any(|problem| problem.path == layout::METRICS);
    if is_lost && after.metrics.is_none() && !after.observations.is_empty() {
        after.metrics = Some(observation::metrics(&after.observations));
        after.files.insert(layout::METRICS.into(), None);
    }
    let known = before.metrics.clone().or_else(|| is_lost.then(|| observation::metrics(&before.observations)));
    let (Some(metrics), Some(known)) = (after.metrics.clone(), known) else { return };
    for signal in Signal::ALL {
        let typed = metrics.trend(signal);
        let seen = after.observations.values().map(AsRef::as_ref);
        let said = standing(seen, signal).map(|standing| standing.trend);
        if typed == Trend::Conflict || said == Some(typed) || known.trend(signal) == typed {
            continue;
        }
        let (observed_at, recorded_at) = observation::times(&after.observations, (signal, HAND_EDIT), None, moment.now);
        let observation = Observation {
            id: moment.entropy.id("obs", recorded_at),
            signal,
            trend: typed,
            value: None,
            source: HAND_EDIT.to_owned(),
            resolves: Vec::new(),
            reason: None,
            observed_at,
            recorded_at,
            recorded_by: moment.by.clone(),
            extra: Extra::new(),
        };
        after.observations.insert(observation.id.clone(), Arc::new(observation));
    }
}
