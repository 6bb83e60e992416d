//! References that move: what they bring, and what they would lose.

use std::collections::{HashMap, HashSet};

use crate::cli::failure::Failure;
use crate::cli::judge;
use crate::git::hook::Update;
use crate::git::{ObjectId, Peeled};
use crate::render::door::DoorFinding;
use crate::render::verdict::Finding;
use crate::store::Store;

/// A commit that a reference will name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tip {
    pub(super) reference: String,
    /// What it named before, tag or commit.
    pub(super) old: Option<ObjectId>,
    pub(super) commit: ObjectId,
}

impl Tip {
    pub(super) fn is_branch(&self) -> bool {
        self.reference.starts_with("refs/heads/")
    }
}

/// The commits that updates lead to: tags peeled, deletions and what is no commit left out.
pub(super) fn tips<'u>(store: &Store, updates: impl Iterator<Item = &'u Update>) -> Result<Vec<Tip>, Failure> {
    let mut tips: Vec<Tip> = Vec::new();
    for update in updates {
        let Some(new) = update.new else { continue };
        match store.repo().peel(&new)? {
            Peeled::Commit(commit) => {
                tips.push(Tip { reference: update.reference.clone(), old: update.old, commit });
            }
            Peeled::Other => {}
            Peeled::Missing => return Err(Failure::bad_value(format!("the object {new} is not here"))),
        }
    }
    Ok(tips)
}

/// What was found in the commits that references bring.
#[derive(Default)]
pub(super) struct Brought {
    pub(super) findings: Vec<DoorFinding>,
    /// Why not all could be seen, where artifacts are concerned at all.
    pub(super) incomplete: Vec<String>,
}

/// Judges every commit that these tips bring and `known` has not, in one walk for all.
pub(super) fn brought(store: &Store, tips: &[Tip], known: &[ObjectId]) -> Result<Brought, Failure> {
    let mut commits: Vec<_> = tips.iter().map(|tip| tip.commit).collect();
    commits.sort();
    commits.dedup();
    let there: HashSet<_> = known.iter().collect();
    if commits.iter().all(|commit| there.contains(commit)) {
        return Ok(Brought::default());
    }
    let judgement = judge::arriving(store, &commits, known)?;
    let mut incomplete = judgement.incomplete;
    if !incomplete.is_empty() && judgement.commits_judged == 0 && !judge::has_artifacts(store, &commits)? {
        incomplete.clear();
    }
    let findings = named(store, judgement.findings, tips, known)?;
    Ok(Brought { findings, incomplete })
}

/// Each finding with the first of the references that bring its commit.
fn named(store: &Store, findings: Vec<Finding>, tips: &[Tip], known: &[ObjectId]) -> Result<Vec<DoorFinding>, Failure> {
    if findings.is_empty() {
        return Ok(Vec::new());
    }
    let mut bringers: HashMap<ObjectId, usize> = HashMap::new();
    for (at, tip) in tips.iter().enumerate() {
        bringers.entry(tip.commit).or_insert(at);
    }
    let commits: Vec<_> = tips.iter().map(|tip| tip.commit).collect();
    for entry in store.repo().history(&commits, known)?.entries.iter().rev() {
        let Some(at) = bringers.get(&entry.id).copied() else { continue };
        for parent in &entry.parents {
            let first = bringers.entry(*parent).or_insert(at);
            *first = at.min(*first);
        }
    }
    let reference = |finding: &Finding| {
        let at = finding.commit.parse::<ObjectId>().ok().and_then(|id| bringers.get(&id).copied());
        at.map(|at| tips[at].reference.clone())
    };
    Ok(findings.into_iter().map(|finding| DoorFinding::brought(reference(&finding), finding)).collect())
}

/// What a branch would lose that moves from one commit to another that does not go on from it.
pub(super) fn lost(store: &Store, tip: &Tip, old: &ObjectId) -> Result<Vec<DoorFinding>, Failure> {
    let found = judge::replaced(store, old, &tip.commit)?.into_iter();
    Ok(found.map(|finding| DoorFinding::brought(Some(tip.reference.clone()), finding)).collect())
}
