//! `resolve`: merges conflicted artifacts by meaning, from what the index keeps of both sides.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::change::merge::{self, Across, Decided, Marks, Merged, Outcome, Three};
use crate::cli::context::Context;
use crate::cli::exit::Exit;
use crate::cli::failure::Failure;
use crate::cli::reply::Reply;
use crate::git::{At, Conflict, ObjectId, Refusal, Repo};
use crate::model::codec::{self, FromNode};
use crate::model::layout;
use crate::model::shell::word;
use crate::render::Page;
use crate::render::merge::{Author, MergedFile, MergedFiles};

/// Merge conflicted artifacts by meaning, and say what is left to you
#[derive(Debug, clap::Args)]
#[command(after_help = "\
After a merge, rebase, cherry-pick, revert or stash pop that ended in conflicts, with the driver
or without it. What can be merged is staged; what needs a person is listed and stays in conflict.
Nothing is committed: `git commit` or `git rebase --continue` concludes.

Exit status: 0 no artifact is left in conflict, 2 a person is needed.

Examples:
  git mkt resolve             merge what is in conflict
  git mkt resolve --dry-run   show what would be merged and what needs a person")]
pub struct Args {
    /// Show what would be merged, and change nothing
    #[arg(long, display_order = 900)]
    dry_run: bool,
}

/// Runs the command.
///
/// # Errors
/// When nothing is in conflict, git cannot read or stage the files, or another process holds the
/// index.
pub fn run(context: &Context, args: &Args) -> Result<Reply, Failure> {
    let repo = context.store.repo();
    if repo.is_bare() {
        return Err(Failure::from(&Refusal::Bare));
    }
    let operation = repo.operation_in_progress().filter(|what| *what != "bisect");
    let (mine, elsewhere): (Vec<_>, Vec<_>) =
        repo.conflicts("")?.into_iter().partition(|conflict| layout::place(&conflict.path).is_some());
    if operation.is_none() && mine.is_empty() && elsewhere.is_empty() {
        let message = "nothing is being merged, rebased, picked or reverted, and nothing is in conflict";
        return Err(Failure { code: "nothing-to-resolve", ..Failure::bad_value(message).hint("git status") });
    }
    let resolution = Resolution::of(context, &mine)?;
    if !args.dry_run {
        repo.conclude(&resolution.staged, &resolution.marked)?;
    }
    let told = MergedFiles { dry_run: args.dry_run, ..resolution.told };
    let notes = notes(&told, operation, elsewhere.len());
    let exit = if told.left.is_empty() { Exit::Done } else { Exit::Refused };
    Ok(Reply::with_exit(exit, told).with_notes(notes))
}

/// What to do next.
fn notes(told: &MergedFiles, operation: Option<&str>, elsewhere: usize) -> Page {
    let mut page = Page::new();
    for hint in told.left.iter().flat_map(|file| &file.hints) {
        page.hint(hint);
    }
    if elsewhere > 0 {
        page.line().text(format!("outside {}/, {elsewhere} more in conflict", layout::ROOT));
        page.hint("git status");
    }
    if told.dry_run || elsewhere > 0 || !told.left.is_empty() {
        return page;
    }
    match operation {
        Some("merge") => page.hint("git commit"),
        Some(what) => page.hint(format!("git {what} --continue")),
        None => page.hint("git mkt record"),
    };
    page
}

/// The conflicts on their way to being resolved.
struct Resolution<'c> {
    context: &'c Context,
    across: Across,
    other: Option<ObjectId>,
    told: MergedFiles,
    staged: Vec<(String, Vec<u8>)>,
    marked: Vec<(String, Vec<u8>)>,
    /// Files in `staged` that look edited: somebody's work, or what an interrupted `resolve` left.
    doubted: Vec<(String, Vec<u8>)>,
    /// Files that somebody has edited, for certain.
    edited: BTreeSet<String>,
}

/// The bytes of the three sides.
type Bytes = [Option<Vec<u8>>; 3];

impl<'c> Resolution<'c> {
    /// What becomes of the conflicts. A file that holds what it would be given is what an
    /// interrupted `resolve` left, which is certain only when all is merged; where one does not,
    /// the others are merged anew without it.
    fn of(context: &'c Context, conflicts: &[Conflict]) -> Result<Self, Failure> {
        let mut edited = BTreeSet::new();
        loop {
            let mut resolution = Self::new(context, conflicts, edited)?;
            for conflict in conflicts {
                resolution.file(conflict)?;
            }
            resolution.follow()?;
            let foreign = resolution.doubted.iter().filter(|file| !resolution.staged.contains(file));
            edited = foreign.map(|(path, _)| path.clone()).collect();
            if edited.is_empty() {
                return Ok(resolution);
            }
            edited.append(&mut resolution.edited);
        }
    }

    /// Nothing is merged yet; these files were edited by somebody.
    fn new(context: &'c Context, conflicts: &[Conflict], edited: BTreeSet<String>) -> Result<Self, Failure> {
        let repo = context.store.repo();
        // Observations are a file each: those of both sides are in the index already.
        let index = context.store.part(At::Index, &["observations/"])?;
        let both_ran = |conflict: &Conflict| conflict.path == layout::CYCLES && changed_twice(conflict);
        let decided = if conflicts.iter().any(both_ran) { Decided::BothSides } else { Decided::OneSide };
        let across = Across::of(&index.observations, decided);
        let told = MergedFiles::default();
        let (staged, marked, doubted) = Default::default();
        Ok(Self { context, across, other: repo.other_side(), told, staged, marked, doubted, edited })
    }

    fn repo(&self) -> &'c Repo {
        self.context.store.repo()
    }

    fn file(&mut self, conflict: &Conflict) -> Result<(), Failure> {
        let path = conflict.path.as_str();
        if conflict.has_other_kinds {
            return self.leave(path, Vec::new(), vec![format!("git add -- {}", word(path))]);
        }
        let sides = [conflict.base, conflict.ours, conflict.theirs];
        let [base, ours, theirs] = sides.map(|id| id.map(|id| self.repo().read_blob(&id)).transpose());
        let bytes = [base?, ours?, theirs?];
        let merged = merge::merge(path, three(&bytes), &self.across);
        let found = self.found(path)?;
        let look = Look::at(found.as_deref(), &bytes, &merged.outcome);
        match (&merged.outcome, look) {
            (Outcome::Whole(_), Look::Edited) if self.edited.contains(path) => self.edited(path, merged),
            (Outcome::Whole(text), look) => {
                if let (Look::Edited, Some(found)) = (look, found) {
                    self.doubted.push((path.to_owned(), found));
                }
                self.staged.push((path.to_owned(), text.clone()));
                let disagreements = merged.disagreements;
                let file =
                    MergedFile { path: path.to_owned(), disagreements, ours: None, theirs: None, hints: Vec::new() };
                self.told.merged.push(file);
                Ok(())
            }
            (Outcome::Absent, _) => self.leave(path, merged.disagreements, vec![format!("git rm -- {}", word(path))]),
            (Outcome::Torn { ours, theirs }, look) => {
                if let (Look::Marked, Some(text)) = (look, self.text_with_marks(&merged.outcome)) {
                    self.marked.push((path.to_owned(), text.into_bytes()));
                }
                let mut hints = vec![format!("git add -- {}", word(path))];
                if ours.is_none() || theirs.is_none() {
                    hints.push(format!("git rm -- {}", word(path)));
                }
                self.leave(path, merged.disagreements, hints)
            }
        }
    }

    fn text_with_marks(&self, outcome: &Outcome) -> Option<String> {
        outcome.marked(Marks { size: 7, ours: "ours", theirs: "theirs" })
    }

    /// The file in the worktree, whatever it holds.
    fn found(&self, path: &str) -> Result<Option<Vec<u8>>, Failure> {
        let repo = self.repo();
        let found = repo.file(&At::Worktree, path)?;
        Ok(found.map(|entry| repo.read(&At::Worktree, &entry)).transpose()?)
    }

    /// It could be merged, but somebody has begun to do it by hand.
    fn edited(&mut self, path: &str, merged: Merged) -> Result<(), Failure> {
        let mut disagreements = merged.disagreements;
        let why = "somebody has edited the file since: it is left as it is".to_owned();
        let edited =
            merge::Disagreement { field: String::new(), base: None, ours: None, theirs: None, settled: None, why };
        disagreements.push(edited);
        let quoted = word(path);
        let hints = vec![format!("git add -- {quoted}"), format!("git checkout --merge -- {quoted}")];
        self.leave(path, disagreements, hints)
    }

    fn leave(
        &mut self,
        path: &str,
        disagreements: Vec<merge::Disagreement>,
        hints: Vec<String>,
    ) -> Result<(), Failure> {
        let author = |tip: Option<ObjectId>| -> Result<Option<Author>, Failure> {
            let Some(tip) = tip else { return Ok(None) };
            let last = self.repo().last_change(&tip, path)?;
            Ok(last.map(|last| Author { commit: last.commit, author: last.author, at: last.at }))
        };
        let (ours, theirs) = (author(self.context.store.head_id()?)?, author(self.other)?);
        self.told.left.push(MergedFile { path: path.to_owned(), disagreements, ours, theirs, hints });
        Ok(())
    }

    /// Brings trends and board in line with what both sides brought.
    fn follow(&mut self) -> Result<(), Failure> {
        let mut after = self.context.store.part(At::Index, &["state/"])?;
        let staged = &self.staged;
        replace(staged, layout::METRICS, &mut after.metrics);
        let mut board = after.board.take().map(Arc::unwrap_or_clone);
        replace(staged, layout::BOARD, &mut board);
        after.board = board.map(Arc::new);
        replace(staged, layout::EXECUTION, &mut after.execution);
        let follow = merge::follow(&after, &self.across);
        let metrics = follow.metrics.as_ref().map(|metrics| (layout::METRICS, codec::write(metrics)));
        let board = follow.board.as_ref().map(|board| (layout::BOARD, codec::write(board)));
        for (path, bytes) in metrics.into_iter().chain(board) {
            let merged = self.staged.iter().position(|(staged, _)| staged == path);
            match merged {
                Some(at) => self.staged[at].1 = bytes,
                None if self.is_ours_to_write(path, &bytes)? => self.staged.push((path.to_owned(), bytes)),
                None => {
                    let why = format!("{path} has edits of its own: it is not brought in line");
                    self.told.followed.push(why);
                }
            }
        }
        self.told.followed.extend(follow.told);
        Ok(())
    }

    /// Whether the worktree has a file as the index does, or as it is to be already: that was left
    /// by an interrupted `resolve`.
    fn is_ours_to_write(&self, path: &str, new: &[u8]) -> Result<bool, Failure> {
        let staged = self.repo().file(&At::Index, path)?.and_then(|entry| entry.id);
        let found = self.found(path)?;
        Ok(found.is_some_and(|bytes| bytes == new || Some(self.repo().blob_id(&bytes)) == staged))
    }
}

fn replace<T: FromNode>(staged: &[(String, Vec<u8>)], path: &str, part: &mut Option<T>) {
    if let Some((_, bytes)) = staged.iter().find(|(staged, _)| staged == path) {
        *part = codec::read(path, bytes).ok();
    }
}

fn changed_twice(conflict: &Conflict) -> bool {
    conflict.ours != conflict.base && conflict.theirs != conflict.base
}

fn three(bytes: &Bytes) -> Three<&[u8]> {
    let [base, ours, theirs] = bytes.each_ref().map(Option::as_deref);
    Three { base, ours, theirs }
}

/// What the worktree shows of a conflicted file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// One of the sides, or nothing.
    Untouched,
    /// Conflict markers, and only lines that come from the sides.
    Marked,
    /// What somebody typed or chose.
    Edited,
}

impl Look {
    fn at(found: Option<&[u8]>, sides: &Bytes, outcome: &Outcome) -> Self {
        let Some(found) = found else { return Self::Untouched };
        let sides: Vec<_> = sides.iter().flatten().map(Vec::as_slice).collect();
        if sides.contains(&found) {
            return Self::Untouched;
        }
        let merged = match outcome {
            Outcome::Whole(text) => vec![text.as_slice()],
            Outcome::Absent => Vec::new(),
            Outcome::Torn { ours, theirs } => ours.iter().chain(theirs).map(Vec::as_slice).collect(),
        };
        let texts: Vec<_> = sides.into_iter().chain(merged).map(String::from_utf8_lossy).collect();
        // Line ends, indentation and the comma before the next entry are the writer's.
        let bare = |line: &str| line.trim().trim_end_matches(',').to_owned();
        let known: BTreeSet<_> = texts.iter().flat_map(|text| text.lines()).map(bare).collect();
        let found = String::from_utf8_lossy(found);
        let is_marker =
            |line: &&str| ["<<<<<<<", "|||||||", "=======", ">>>>>>>"].iter().any(|mark| line.starts_with(mark));
        let (markers, lines): (Vec<_>, Vec<_>) = found.lines().partition(is_marker);
        if !markers.is_empty() && lines.into_iter().all(|line| known.contains(&bare(line))) {
            Self::Marked
        } else {
            Self::Edited
        }
    }
}
