//! `review`: what a branch means, and whether it and its merge hold.

use std::sync::Arc;

use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::cli::reply::Reply;
use crate::git::{At, ObjectId, Repo};
use crate::model::layout;
use crate::model::shell::word;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::render::changes::ChangeList;
use crate::render::review::{Clash, Conclusion, Joining, Merge, Named, Review, Since, parts};
use crate::render::review_markdown::comment;
use crate::render::{Page, View, document};
use crate::rules;

/// Show what a branch changes, and judge it and its merge
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The merge is tried as a forge makes it: git's own, without drivers and attributes, touching no file.
Two branches that are fine alone and merge cleanly as text can still make a state that no rule allows.

Exit 0 when it is sound, 2 when a rule is broken or the merge conflicts, 3 when not all could be seen.

Examples:
  git mkt review                          this branch for its upstream or the default branch
  git mkt review main...feature
  git mkt review --since 1a2b3c4          what is new since that commit was looked at
  git mkt review --format markdown        a comment for the pull request")]
pub struct Args {
    /// BASE or BASE...HEAD; HEAD is what is checked out when not given
    #[arg(value_name = "BASE[...HEAD]")]
    range: Option<String>,
    /// Tell only what is new since this commit, also after a forced push
    #[arg(long, value_name = "COMMIT")]
    since: Option<String>,
    /// In which form
    #[arg(long, value_enum, value_name = "FORM", default_value = "human")]
    format: Form,
}

/// The form of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For a terminal
    Human,
    /// A comment for a forge
    Markdown,
    /// One JSON document
    Json,
}

/// A review in the form that was asked for.
#[derive(Serialize)]
struct Formed {
    #[serde(flatten)]
    review: Review,
    #[serde(skip)]
    text: Option<String>,
}

impl View for Formed {
    fn page(&self) -> Page {
        self.review.page()
    }

    fn raw(&self) -> Option<&str> {
        self.text.as_deref()
    }
}

/// Runs the command.
///
/// # Errors
/// When a revision names no commit, or the two have no history in common.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let (base, head) = sides(context, args.range.as_deref())?;
    let review = review(context, &base, &head, args.since.as_deref())?;
    let exit = match review.verdict {
        Conclusion::Sound => Exit::Done,
        Conclusion::Violated | Conclusion::Conflicted => Exit::Refused,
        Conclusion::Incomplete => Exit::Incomplete,
    };
    let text = match args.format {
        Form::Human => None,
        Form::Markdown => Some(comment(&review)),
        Form::Json => Some(document("review", exit.status(), &review)),
    };
    Ok(Reply::with_exit(exit, Formed { review, text }).paged(context.pager()))
}

/// A side of the review: its name and its commit.
struct Side {
    name: String,
    id: ObjectId,
}

impl Side {
    fn named(&self) -> Named {
        Named { name: self.name.clone(), commit: self.id.to_string() }
    }
}

fn sides(context: &Context, range: Option<&str>) -> Result<(Side, Side), Failure> {
    let repo = context.store.repo();
    let (base, head) = match range.map(|range| (range, range.split_once("..."))) {
        Some((_, Some((base, head)))) => (Some(base), Some(head)),
        Some((range, None)) if range.contains("..") => {
            let message = format!("expected BASE or BASE...HEAD, found `{range}`");
            return Err(Failure::bad_value(message).hint(again(&range.replace("..", "..."))));
        }
        Some((base, None)) => (Some(base), None),
        None => (None, None),
    };
    let head = match head.filter(|head| !head.is_empty()) {
        Some(head) => side(repo, head, |head| format!("{}...{head}", base.unwrap_or_default()))?,
        None => {
            let head = repo.head()?;
            let branch = head.reference.as_deref().and_then(|name| name.strip_prefix("refs/heads/"));
            let name = branch.unwrap_or("HEAD").to_owned();
            let unborn = || Failure::bad_value("there is no commit to review yet").hint("git mkt init");
            Side { name, id: head.commit_id.ok_or_else(unborn)? }
        }
    };
    let base = match base.filter(|base| !base.is_empty()) {
        Some(base) => base.to_owned(),
        None => repo.default_base().ok_or_else(|| {
            Failure::bad_value("this branch has no upstream, and there is no default branch")
                .hint("git mkt review <base>")
        })?,
    };
    let range_of = |base: &str| {
        range
            .and_then(|range| range.split_once("..."))
            .map_or_else(|| base.to_owned(), |(_, head)| format!("{base}...{head}"))
    };
    Ok((side(repo, &base, range_of)?, head))
}

/// The side with this name. Of one that is only on the remote, as a branch that nobody has
/// checked out in this clone, the hint offers that; `range_of` puts it in its place.
fn side(repo: &Repo, name: &str, range_of: impl Fn(&str) -> String) -> Result<Side, Failure> {
    let id = repo.resolve_commit(name).map_err(|error| {
        let mut failure = Failure::from(error);
        let remote = format!("origin/{name}");
        if failure.code == "unknown-revision" && repo.resolve_commit(&remote).is_ok() {
            failure.hints = vec![again(&range_of(&remote))];
        }
        failure
    })?;
    Ok(Side { name: name.to_owned(), id })
}

/// The command that reviews a range.
fn again(range: &str) -> String {
    format!("git mkt review {}", word(range))
}

fn review(context: &Context, base: &Side, head: &Side, since: Option<&str>) -> Result<Review, Failure> {
    let store = &context.store;
    let repo = store.repo();
    let bases = repo.merge_bases(&base.id, &head.id)?;
    let Some(merge_base) = bases.first().copied() else {
        let message = format!("`{}` and `{}` have no commit in common", base.name, head.name);
        return Err(if repo.is_shallow() {
            let message = format!("{message}: the clone is shallow, and it may lie before its end");
            let failure = Failure { exit: Exit::Incomplete, code: "shallow", ..Failure::bad_value(message) };
            failure.hint("git fetch --unshallow")
        } else {
            let failure = Failure { code: "unrelated-histories", ..Failure::bad_value(message) };
            failure.hint(format!("git merge-base {} {}", word(&base.name), word(&head.name)))
        });
    };
    let last = since.map(|rev| Ok::<_, Failure>(Side { name: rev.to_owned(), id: repo.resolve_commit(rev)? }));
    let last = last.transpose()?;
    let start = last.as_ref().map_or(merge_base, |last| last.id);
    let read = |id: ObjectId| store.snapshot(At::Commit(id)).map(Arc::new);
    let after = read(head.id)?;
    let changed = parts(ChangeList::between(&*read(start)?, &after));
    let since = match last {
        Some(last) => {
            let rewritten = !repo.merge_bases(&last.id, &head.id)?.contains(&last.id);
            Some(Since { named: last.named(), rewritten })
        }
        None => None,
    };
    let commits = judge::history(store, &[head.id], &[base.id])?;
    let merge = merge(context, (base.id, head.id), merge_base, &after)?;
    let verdict = Review::conclusion(&commits, &merge);
    let merge_base = merge_base.to_string();
    Ok(Review { verdict, base: base.named(), head: head.named(), merge_base, since, changed, commits, merge })
}

/// The merge as a forge would make it, judged as one more step.
fn merge(
    context: &Context,
    (base, head): (ObjectId, ObjectId),
    merge_base: ObjectId,
    tip: &Arc<Snapshot>,
) -> Result<Merge, Failure> {
    let store = &context.store;
    let nothing = |joining| Merge { joining, conflicts: Vec::new(), violations: Vec::new() };
    let (joining, after, conflicts) = if merge_base == head {
        return Ok(nothing(Joining::UpToDate));
    } else if merge_base == base {
        (Joining::FastForward, Arc::clone(tip), Vec::new())
    } else {
        match store.merged(&base, &head)? {
            None => return Ok(nothing(Joining::Unknown)),
            Some(merged) if merged.conflicts.is_empty() => (Joining::Clean, merged.after, Vec::new()),
            Some(merged) => (Joining::Conflicted, merged.after, merged.conflicts),
        }
    };
    let inside = |path: &str| path == layout::ROOT || path.starts_with(&format!("{}/", layout::ROOT));
    let clash = |path: String| Clash { artifact: inside(&path), path };
    let conflicts: Vec<_> = conflicts.into_iter().map(clash).collect();
    // What a person has not settled yet is no state that could be judged.
    if conflicts.iter().any(|clash| clash.artifact) {
        return Ok(Merge { joining, conflicts, violations: Vec::new() });
    }
    let before = Arc::new(store.snapshot(At::Commit(base))?);
    let parents = vec![before, Arc::clone(tip)];
    let step = Step { parents, after, claim: None, authored_at: None, committed_at: None, passed_over: 0 };
    let sides = [base, head];
    let violations = rules::check(&step).into_iter().map(|violation| {
        let side = violation.parent.and_then(|nth| sides.get(nth)).unwrap_or(&base);
        violation.against_commit(&store.repo().abbreviate(side))
    });
    Ok(Merge { joining, conflicts, violations: violations.collect() })
}
