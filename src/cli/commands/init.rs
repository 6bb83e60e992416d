//! `init`: seeds what is missing under `.ohmymkt/`, and installs the hooks of this clone.

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::failure::Failure;
use crate::cli::hooks::{self, Wish};
use crate::cli::pipeline::{self, ByHand, Forge};
use crate::cli::reply::Reply;
use crate::cli::write::{Composed, WriteArgs};
use crate::git::hook::HookEvent;
use crate::model::action::{Action, Claim};
use crate::model::moves;
use crate::model::step::Proposal;
use crate::render::Label;
use crate::render::Page;
use crate::render::View;

/// Seed the artifacts of this repository and install its hooks; safe to repeat
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The artifacts are shared by whoever has the repository; the hooks are this clone's alone. Where
they cannot be installed, it says what to do instead.

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
            count(files.len(), "file"),
            count(folders.len(), "empty folder")
        ));
        for path in files {
            page.line().text("  ").label(Label::Path, path);
        }
        for folder in folders.iter().filter_map(|path| path.strip_suffix(".gitkeep")) {
            page.line().text("  ").label(Label::Path, folder);
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

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Runs the command.
///
/// # Errors
/// Refusals of git and of the rules.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    let configured = repo.missing_drivers();
    let seeded = context.write(&args.write, &["state/", "policy.json", ".gitattributes"], |moment| {
        let (after, mut texts) = moves::init(&moment.before);
        let pipeline = args.ci.map(|forge| pipeline::missing(moment.store, forge)).transpose()?.unwrap_or_default();
        texts.extend(pipeline.texts);
        let proposal = Proposal {
            texts,
            ..moment.proposal(after, Claim::new(Action::Init), "seed the artifacts of growth campaigns".to_owned())
        };
        let files = proposal.writes().into_iter().map(|write| write.path).collect();
        Ok(Composed { proposal, view: Seeded { files, configured: configured.clone(), by_hand: pipeline.by_hand } })
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
