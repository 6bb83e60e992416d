//! The judgement of a stretch of history: what `verify`, the hooks and the server ask for.

use std::sync::Arc;

use crate::git::{At, DirPlace, ObjectId};
use crate::model::layout;
use crate::model::snapshot::Snapshot;
use crate::model::step::Step;
use crate::render::verdict::{Finding, Judgement, Verdict};
use crate::rules::{self, Violation};
use crate::store::{JudgedHistory, Store};

use super::exit::Exit;
use super::failure::Failure;

/// Judges every commit reachable from `include` and not from `exclude` against every
/// parent; a whole history from where HEAD's policy says that the repository adopted the tool.
///
/// # Errors
/// When git cannot be read. What is missing is told in the result.
pub fn history(store: &Store, include: &[ObjectId], exclude: &[ObjectId]) -> Result<Judgement, Failure> {
    if !exclude.is_empty() {
        // What a range brings cannot excuse itself: as for what arrives from elsewhere.
        return arriving(store, include, exclude);
    }
    // What came before the repository adopted the tool is not judged.
    let adopted = store.adopted(&store.head_part(&["policy.json"], &[])?.policy())?;
    let (mut tips, base) = (include.to_vec(), Vec::from_iter(adopted));
    tips.sort_unstable();
    tips.dedup();
    whole(store, &tips, &base)
}

/// Judges a whole history, from where it was last judged if it goes on from there. The
/// answer is the same as without that.
fn whole(store: &Store, tips: &[ObjectId], exclude: &[ObjectId]) -> Result<Judgement, Failure> {
    let anew = || -> Result<Judgement, Failure> {
        let mut passed_over = 0;
        for point in exclude {
            // Those that these tips do not reach are no part of what is asked for.
            passed_over += store.commits_up_to(*point, &[])? - store.commits_up_to(*point, tips)?;
        }
        Ok(stretch(store, tips, exclude)?.judgement.passing_over(passed_over))
    };
    let judgement = match store.judged_history(tips, exclude) {
        Some(judged) => match going_on(store, tips, &judged)? {
            Some(judgement) if judged.tips == tips => return Ok(judgement),
            Some(judgement) => judgement,
            None => anew()?,
        },
        None => anew()?,
    };
    if judgement.incomplete.is_empty() {
        let mut flawed: Vec<ObjectId> = Vec::new();
        for finding in &judgement.findings {
            flawed.extend(finding.commit.parse().ok().filter(|commit| !flawed.contains(commit)));
        }
        let (tips, exclude) = (tips.to_vec(), exclude.to_vec());
        let (seen, touching) = (judgement.commits_seen, judgement.commits_judged);
        let passed_over = judgement.commits_not_judged;
        store.keep_judged(&JudgedHistory { tips, exclude, seen, touching, passed_over, flawed });
    }
    Ok(judgement)
}

/// What was judged, and what has come since; `None` when these tips do not go on from there,
/// or not everything can be seen.
fn going_on(store: &Store, tips: &[ObjectId], judged: &JudgedHistory) -> Result<Option<Judgement>, Failure> {
    let known: Vec<_> = judged.exclude.iter().chain(&judged.tips).copied().collect();
    let news = stretch(store, tips, &known)?;
    let goes_on = judged.tips.iter().all(|tip| tips.contains(tip) || news.met.contains(tip));
    if !goes_on || !news.judgement.incomplete.is_empty() {
        return Ok(None);
    }
    let mut findings = Vec::new();
    for commit in &judged.flawed {
        let parents = store.repo().commit(commit)?.parents;
        findings.extend(stretch(store, &[*commit], &parents)?.judgement.findings);
    }
    findings.extend(news.judgement.findings);
    let seen = judged.seen + news.judgement.commits_seen;
    let touching = judged.touching + news.judgement.commits_judged;
    Ok(Some(Judgement::of(seen, touching, findings, Vec::new()).passing_over(judged.passed_over)))
}

/// Judges what arrives somewhere: every commit reachable from `tips` and not from `known`,
/// which is there already.
///
/// Where the artifacts are known there, no adoption point that arrives plays a part: what
/// came before the one in force is known too. Only the first artifacts to arrive bring
/// their own point with them, and it must be a part of their history.
///
/// # Errors
/// As [`history`].
pub fn arriving(store: &Store, tips: &[ObjectId], known: &[ObjectId]) -> Result<Judgement, Failure> {
    let (mut exclude, mut passed_over) = (known.to_vec(), 0);
    // Whichever is fewer to look at.
    let is_settled = tips.len() > known.len() && has_artifacts(store, known)?;
    for tip in tips.iter().filter(|_| !is_settled) {
        let Some(adopted) = adoption_point(store, tip)? else { continue };
        if has_artifacts(store, known)? {
            break;
        }
        if store.repo().is_ancestor(&adopted, tip)? {
            passed_over += store.commits_up_to(adopted, &exclude)?;
            exclude.push(adopted);
        }
    }
    Ok(stretch(store, tips, &exclude)?.judgement.passing_over(passed_over))
}

/// What a reference would lose that moves from `old` to `new` without `new` going on from
/// there: the records of `old` must be in `new`, as those of a parent must be in a merge.
/// Nothing where `new` does go on from `old`, as every commit between is judged by itself.
/// Each finding is one of `new`, and says in place of a subject what happens to `old`.
///
/// # Errors
/// When git cannot be read.
pub fn replaced(store: &Store, old: &ObjectId, new: &ObjectId) -> Result<Vec<Finding>, Failure> {
    let repo = store.repo();
    let (before, after) = (repo.place_at(old, layout::ROOT)?, repo.place_at(new, layout::ROOT)?);
    if before == after {
        return Ok(Vec::new());
    }
    let snapshot = |place: Option<DirPlace>| -> Result<Arc<Snapshot>, Failure> {
        Ok(Arc::new(place.map(|place| store.snapshot_of(place)).transpose()?.unwrap_or_default()))
    };
    let (before, after) = (snapshot(before)?, snapshot(after)?);
    let parents = vec![Arc::clone(&after), before];
    let found =
        rules::check(&Step { parents, after, claim: None, authored_at: None, committed_at: None, passed_over: 0 });
    if found.is_empty() || repo.is_ancestor(old, new)? {
        return Ok(Vec::new());
    }
    let short = repo.abbreviate(old);
    let findings = found.into_iter().map(|violation| Finding {
        commit: new.to_string(),
        short: repo.abbreviate(new),
        parent_commit: Some(old.to_string()),
        subject: format!("replaces {short} and does not go on from it"),
        violation: Violation { parent: Some(0), ..violation.against_commit(&short) },
    });
    Ok(findings.collect())
}

/// Whether any of these commits has artifacts.
///
/// # Errors
/// When git cannot be read.
pub fn has_artifacts(store: &Store, commits: &[ObjectId]) -> Result<bool, Failure> {
    for commit in commits {
        if store.repo().place_at(commit, layout::ROOT)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

fn adoption_point(store: &Store, tip: &ObjectId) -> Result<Option<ObjectId>, Failure> {
    if store.repo().path_blob(tip, layout::POLICY)?.is_none() {
        return Ok(None);
    }
    Ok(store.adopted(&store.part(At::Commit(*tip), &["policy.json"])?.policy())?)
}

/// A judgement, and the excluded commits that what was judged goes on from.
struct Stretch {
    judgement: Judgement,
    met: Vec<ObjectId>,
}

fn stretch(store: &Store, include: &[ObjectId], exclude: &[ObjectId]) -> Result<Stretch, Failure> {
    let repo = store.repo();
    let mut findings = Vec::new();
    let audit = store.audit(include, exclude, |audited| {
        let message = String::from_utf8_lossy(&audited.commit.message);
        for violation in rules::check(&audited.step) {
            let parent = violation.parent.and_then(|at| audited.commit.parents.get(at));
            let violation = match parent {
                Some(parent) => violation.against_commit(&repo.abbreviate(parent)),
                None => violation,
            };
            findings.push(Finding {
                commit: audited.commit.id.to_string(),
                short: repo.abbreviate(&audited.commit.id),
                parent_commit: parent.map(ToString::to_string),
                subject: message.lines().next().unwrap_or_default().to_owned(),
                violation,
            });
        }
        Ok(())
    })?;
    let judgement = Judgement::of(audit.seen, audit.touching, findings, audit.incomplete);
    Ok(Stretch { judgement, met: audit.met })
}

/// The exit status that says a verdict.
pub fn exit(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Sound => Exit::Done,
        Verdict::Violated => Exit::Refused,
        Verdict::Incomplete => Exit::Incomplete,
    }
}
