//! Partial clones: what is not here, git fetches from the remote that promised it. Libgit2
//! cannot.

use std::collections::HashSet;
use std::io::Write as _;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result};
use git2::ObjectType;

use super::object::{MODE_GITLINK, MODE_TREE};
use super::object_id::ObjectId;
use super::repo::Repo;

/// After so many objects in a row that git could not fetch either, the remote is out of reach.
const FAILURES: u32 = 3;

impl Repo {
    /// Reads an object that libgit2 has not found by git, which fetches it.
    pub(super) fn fetch_object(&self, id: &ObjectId) -> Result<Option<(ObjectType, Vec<u8>)>> {
        if self.fetch_failures.get() >= FAILURES || !self.is_partial_clone() {
            return Ok(None);
        }
        let found = self.read_by_git(id)?;
        self.fetch_failures.set(if found.is_some() { 0 } else { self.fetch_failures.get() + 1 });
        Ok(found)
    }

    fn read_by_git(&self, id: &ObjectId) -> Result<Option<(ObjectType, Vec<u8>)>> {
        let mut git = self.git();
        let output = answer(git.args(["cat-file", "--batch"]), &[*id]).context("run git cat-file")?;
        let Some(end) = output.iter().position(|b| *b == b'\n') else {
            return Ok(None);
        };
        let header = String::from_utf8_lossy(&output[..end]).into_owned();
        let mut words = header.split(' ').skip(1);
        let kind = match words.next() {
            Some("blob") => ObjectType::Blob,
            Some("tree") => ObjectType::Tree,
            Some("commit") => ObjectType::Commit,
            Some("tag") => ObjectType::Tag,
            _ => return Ok(None),
        };
        let size: usize = words.next().unwrap_or("").parse().context("read what git cat-file wrote")?;
        let bytes = output.get(end + 1..end + 1 + size).context("git cat-file stopped early")?;
        Ok(Some((kind, bytes.to_vec())))
    }

    /// Whether missing objects may be waiting on a remote.
    #[must_use]
    pub fn is_partial_clone(&self) -> bool {
        !self.promisors().is_empty()
    }

    /// The remotes that promised what is not here.
    fn promisors(&self) -> Vec<String> {
        let first = self.config("extensions.partialclone");
        let others = self.config.promisors().into_iter().filter(|name| Some(name) != first.as_ref());
        first.iter().cloned().chain(others).collect()
    }

    /// In a partial clone, fetches at once those of these objects that are not here; else each
    /// would be fetched alone when it is read. What cannot be fetched is told then.
    pub fn prefetch(&self, ids: impl IntoIterator<Item = ObjectId>) {
        let promisors = self.promisors();
        let is_forbidden = self.environment.variable("GIT_NO_LAZY_FETCH").is_some() || self.is_inside_hook();
        if promisors.is_empty() || is_forbidden {
            return;
        }
        let mut missing: Vec<_> = ids.into_iter().filter(|id| !self.has_object(id)).collect();
        missing.sort_unstable();
        missing.dedup();
        for promisor in promisors {
            // One alone is fetched as quickly when it is read.
            if missing.len() < 2 {
                return;
            }
            let mut git = self.git();
            // As git fetches what it finds missing.
            git.args(["-c", "fetch.negotiationAlgorithm=noop", "fetch", &promisor, "--quiet", "--no-tags"]);
            git.args(["--no-write-fetch-head", "--no-auto-gc", "--recurse-submodules=no"]);
            git.args(["--filter=blob:none", "--stdin"]).env("GIT_NO_LAZY_FETCH", "1");
            // What came of it is seen in what is still missing.
            answer(&mut git, &missing).ok();
            missing.retain(|id| !self.has_object(id));
        }
    }

    /// As [`Repo::prefetch`], for all files below these trees.
    pub fn prefetch_files(&self, trees: impl IntoIterator<Item = ObjectId>) {
        if !self.is_partial_clone() {
            return;
        }
        let mut open: Vec<_> = trees.into_iter().collect();
        let mut seen: HashSet<_> = open.iter().copied().collect();
        let mut files = HashSet::new();
        while let Some(tree) = open.pop() {
            // One that cannot be read is told when it is needed.
            for entry in self.tree_entries(&tree).ok().flatten().unwrap_or_default() {
                match entry.mode {
                    MODE_TREE => open.extend(seen.insert(entry.id).then_some(entry.id)),
                    MODE_GITLINK => {}
                    _ => drop(files.insert(entry.id)),
                }
            }
        }
        self.prefetch(files);
    }
}

/// What a git command answers that is told these ids.
fn answer(git: &mut Command, ids: &[ObjectId]) -> Result<Vec<u8>> {
    git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = git.spawn()?;
    let lines: String = ids.iter().map(|id| format!("{id}\n")).collect();
    let feeder = child.stdin.take().map(|mut input| {
        // One that ends early has said why it does.
        std::thread::spawn(move || input.write_all(lines.as_bytes()).ok())
    });
    let output = child.wait_with_output()?;
    feeder.map(std::thread::JoinHandle::join);
    Ok(output.stdout)
}
