//! Every example in `docs/artifacts.md` is a file that the program reads, and would write so.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use ohmymkt::model::id::BlobId;
use ohmymkt::model::layout::{self, Place};
use ohmymkt::model::load::load;
use ohmymkt::model::snapshot::{Content, FileKind, Listed, Snapshot, Source};
use ohmymkt::model::step::{Proposal, Step};

use super::read;

/// The examples of the page by path: the block below `<!-- file: PATH -->`.
struct Examples(BTreeMap<String, String>);

impl Examples {
    fn of(page: &str) -> Self {
        let mut found = BTreeMap::new();
        for (before, block) in page.split("\n```json\n").zip(page.split("\n```json\n").skip(1)) {
            let text = block.split("\n```").next().expect("a block has an end");
            let line = before.lines().next_back().unwrap_or_default();
            let path = line.strip_prefix("<!-- file: ").and_then(|rest| rest.strip_suffix(" -->"));
            let path = path.unwrap_or_else(|| panic!("no file is named above this block:\n{text}"));
            assert!(found.insert(path.to_owned(), format!("{text}\n")).is_none(), "{path} is there twice");
        }
        Self(found)
    }
}

impl Source for Examples {
    type Error = Infallible;

    fn list(&self) -> Result<Vec<Listed>, Infallible> {
        let listed = |path: &String| Listed { path: path.clone(), kind: FileKind::Regular, blob_id: None };
        Ok(self.0.keys().map(listed).collect())
    }

    fn read(&self, file: &Listed) -> Result<Content, Infallible> {
        Ok(Content::Bytes(self.0[&file.path].clone().into_bytes()))
    }

    fn blob_id(&self, _: &[u8]) -> Result<BlobId, Infallible> {
        Ok("0".repeat(40).parse().expect("an id"))
    }
}

#[test]
fn each_example_is_read_and_would_be_written_so() {
    let examples = Examples::of(&read("docs/artifacts.md"));
    let Ok(snapshot) = load(&examples);
    assert!(snapshot.problems.is_empty(), "docs/artifacts.md: {:#?}", snapshot.problems);
    let before = Arc::new(Snapshot::default());
    let step = Step {
        parents: vec![before],
        after: Arc::new(snapshot),
        claim: None,
        authored_at: None,
        committed_at: None,
        passed_over: 0,
    };
    let mut written = BTreeMap::new();
    for write in proposal(step).writes() {
        let text = String::from_utf8(write.content.expect("nothing is removed")).expect("artifacts are UTF-8");
        written.insert(write.path, text);
    }
    for (path, text) in &examples.0 {
        if path == layout::POOL {
            continue;
        }
        assert_eq!(written.get(path), Some(text), "{path} would be written otherwise than docs/artifacts.md has it");
    }
}

#[test]
fn each_kind_of_file_has_its_example() {
    let examples = Examples::of(&read("docs/artifacts.md"));
    let shown: BTreeSet<_> = examples.0.keys().filter_map(|path| kind(path)).collect();
    let records = layout::RecordKind::ALL.map(layout::RecordKind::folder);
    let states = [
        layout::POLICY,
        layout::BOULDER,
        layout::GATES,
        layout::METRICS,
        layout::MODULES,
        layout::BOARD,
        layout::EXECUTION,
        layout::CYCLES,
        layout::POOL,
    ];
    for wanted in records.into_iter().chain(states) {
        assert!(shown.contains(wanted), "docs/artifacts.md shows no example of {wanted}");
    }
}

/// What kind of artifact a path is, as a word of its own.
fn kind(path: &str) -> Option<&str> {
    match layout::place(path)? {
        Place::State(path) => Some(path),
        Place::Record(kind, _) => Some(kind.folder()),
        _ => panic!("{path} is nothing that the program reads"),
    }
}

fn proposal(step: Step) -> Proposal {
    Proposal {
        step,
        texts: BTreeMap::new(),
        edits: BTreeMap::new(),
        completed: BTreeSet::new(),
        summary: String::new(),
        body: String::new(),
    }
}
