//! `init`: seeds what is missing under `.ohmymkt/`, and installs the hooks of this clone.

use serde::Serialize;

use crate::cli::context::{Context, depends_on};
use crate::cli::failure::Failure;
use crate::cli::hooks::{self, Wish};
use crate::cli::judge;
use crate::cli::pipeline::{self, ByHand, Forge};
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, Moment, WriteArgs, is_artifact};
use crate::git::hook::HookEvent;
use crate::model::action::{Action, Claim};
use crate::model::id::CommitId;
use crate::model::layout;
use crate::model::moves;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;
use crate::render::review::counted;

/// Seed the artifacts of this repository and install its hooks; safe to repeat
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The artifacts are shared by whoever has the repository; the hooks are this clone's alone. Where
they cannot be installed, it says what to do instead.

A campaign that was made without this tool is adopted: commit it once, then run init. What came
before is not judged then; policy.json names the commit as `verify_from`.

Examples:
  git mkt init               seed .ohmymkt/ in one commit, install the hooks
  git mkt init --dry-run     show what would be done
  git mkt init --ci github   and the workflow that judges every push and pull request")]
pub struct Args {
    /// Write the pipeline too that lets this forge judge the history
    #[arg(long, value_enum, value_name = "FORGE")]
    ci: Option<Forge>,
    #[command(flatten)]
    write: WriteArgs,
}

#[derive(Serialize)]
struct Seeded {
    files: Vec<String>,
    /// Settings of this clone that were missing: how git merges and shows the files.
    configured: Vec<&'static str>,
    /// The commit from whose successors on the history is judged, when that is settled now.
    #[serde(skip_serializing_if = "Option::is_none")]
    verify_from: Option<CommitId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by_hand: Option<ByHand>,
}

impl View for Seeded {
    fn page(&self) -> Page {
        let mut page = Page::new();
        if self.files.is_empty() {
            page.line().text("everything is there already");
            if !self.configured.is_empty() {
                page.line().text("in this clone git now merges and shows the artifacts by their meaning");
            }
            page.append(self.by_hand());
            return page;
        }
        let (folders, files): (Vec<_>, Vec<_>) = self.files.iter().partition(|path| path.ends_with("/.gitkeep"));
        page.line().text(format!(
            "seeded {} and {}:",
            counted(files.len(), "file"),
            counted(folders.len(), "empty folder")
        ));
        for path in files {
            page.line().text("  ").label(Label::Path, path);
        }
        for folder in folders.iter().filter_map(|path| path.strip_suffix(".gitkeep")) {
            page.line().text("  ").label(Label::Path, folder);
        }
        if let Some(commit) = &self.verify_from {
            page.line().text("adopted as it is up to ").label(Label::Id, commit.as_str());
            page.line().text("from here on every commit is judged");
        }
        page.append(self.by_hand());
        page
    }
}

impl Seeded {
    fn by_hand(&self) -> Page {
        let mut page = Page::new();
        if let Some(ByHand { path, text }) = &self.by_hand {
            page.line().text("add this yourself to ").label(Label::Path, path).text(":");
            for line in text.lines() {
                page.line().text("  ").text(line);
            }
        }
        page
    }
}

/// What it rests on.
const READS: [&str; 3] = ["state/", "policy.json", ".gitattributes"];

/// Refuses what an earlier tool left in the working tree and nobody ever committed: it cannot
/// be recorded as an edit of ours, and must be in the history to be adopted.
fn refuse_unkept(context: &Context) -> Result<(), Failure> {
    let store = &context.store;
    let is_known = store.head_part(&["policy.json"], &[])?.has_file(layout::POLICY);
    if store.repo().is_bare() || is_known {
        return Ok(());
    }
    let mut left: Vec<_> = store.uncommitted()?.into_iter().map(|one| one.path).collect();
    let concerns = |path: &String| is_artifact(path) && depends_on(path, &READS);
    if left.iter().any(|path| path == layout::POLICY) || !left.iter().any(concerns) {
        return Ok(());
    }
    left.retain(|path| is_artifact(path));
    let message = format!("{} holds a campaign that this tool has not kept: it has no policy.json", layout::ROOT);
    let mut failure = Failure::refused("not-adopted", format!("{message}, and is not committed"));
    for path in &left {
        failure.details.line().text("  ").label(Label::Path, path);
    }
    let keep = format!(
        "git add {0} && git commit -m \"Keep the campaign as it is\" -- {0}",
        format_args!(":/{}", layout::ROOT)
    );
    Err(failure.hint(keep).hint("git mkt init").with_data(&left))
}

/// The commit that is adopted: HEAD, where it has artifacts that were made before this tool
/// had a policy here, and the rules find fault with how.
fn adopted(moment: &Moment<'_>) -> Result<Option<CommitId>, Failure> {
    let before = &moment.before;
    let has_artifacts = before.files.keys().any(|path| is_artifact(path));
    let Some(head) = moment.store.head_id()?.filter(|_| has_artifacts && !before.has_file(layout::POLICY)) else {
        return Ok(None);
    };
    let found = judge::history(moment.store, &[head], &[])?;
    let id = || head.to_string().parse().map_err(Failure::bad_value);
    (!found.findings.is_empty()).then(id).transpose()
}

/// Runs the command.
///
/// # Errors
/// Refusals of git and of the rules.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    let configured = repo.missing_drivers();
    refuse_unkept(context)?;
    let seeded = context.write(&args.write, &READS, |moment| {
        let (mut after, mut texts) = moves::init(&moment.before);
        let verify_from = adopted(moment)?;
        if let (Some(commit), Some(policy)) = (&verify_from, &mut after.policy) {
            policy.verify_from = Some(commit.clone());
        }
        let pipeline = args.ci.map(|forge| pipeline::missing(moment.store, forge)).transpose()?.unwrap_or_default();
        texts.extend(pipeline.texts);
        let proposal = Proposal {
            texts,
            ..moment.proposal(after, Claim::new(Action::Init), "seed the artifacts of growth campaigns".to_owned())
        };
        let files = proposal.writes().into_iter().map(|write| write.path).collect();
        let (configured, by_hand) = (configured.clone(), pipeline.by_hand);
        Ok(Composed { proposal, view: Seeded { files, configured, verify_from, by_hand } })
    })?;
    if !args.write.dry_run {
        repo.configure_drivers()?;
    }
    let wish = if args.write.dry_run { Wish::Tell } else { Wish::Act };
    Ok(match hooks::install(context, &HookEvent::AUTHOR, wish)? {
        Ok(report) => seeded.followed_by("hooks", report),
        Err(obstacle) => seeded.with_notes(hooks::note(repo, &obstacle)),
    })
}
