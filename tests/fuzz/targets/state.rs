//! Whole states of `.ohmymkt/`: read, judged, compared and decided on, whatever they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::sync::Arc;

use ohmymkt::change::claim;
use ohmymkt::model::action::Action;
use ohmymkt::model::cadence::Cadence;
use ohmymkt::model::id::BlobId;
use ohmymkt::model::load::load;
use ohmymkt::model::snapshot::{Content, FileKind, Listed, Snapshot, Source};
use ohmymkt::model::step::Step;
use ohmymkt::model::time::Timestamp;
use ohmymkt::render::changes::ChangeList;
use ohmymkt::render::{View as _, plain};
use ohmymkt::rules::{check, checklist, consequence, decision, plan_review};

use super::{assert_harmless, joined, parts};

/// Paths and contents by turns; they come over the campaign that all fixtures begin from.
pub fn target(bytes: &[u8]) {
    let parts: Vec<_> = parts(bytes).collect();
    let Base { mut files, snapshot: before } = BASE.with(Clone::clone);
    for pair in parts.chunks_exact(2).take(12) {
        files.0.insert(String::from_utf8_lossy(pair[0]).into_owned(), pair[1].to_vec());
    }
    let after = files.snapshot();
    for problem in &after.problems {
        assert!(!problem.message.is_empty() && problem.message.len() < 2_000, "{problem:?}");
    }
    assert!(after.problems.is_empty() || after.problems.len() <= 60 * files.0.len());
    judged(&before, &after);
    judged(&after, &before);
    for cadence in Cadence::ALL {
        let outcome = decision::decide(&after, cadence, now());
        drop(consequence::apply(&after, cadence, outcome, ".ohmymkt/reports/weekly/x.md".to_owned()));
        let _ = decision::next_due(&after, cadence, now());
    }
    for cycle in after.cycles.iter().flat_map(|log| &log.cycles) {
        drop(decision::again(&after, cycle));
    }
    drop((decision::due(&after, now()), checklist::checklist(&after, &BTreeSet::new(), now())));
    for plan in after.plans.values() {
        drop(plan_review::review(&after, plan));
    }
}

/// The passing and the breaking state of each fixture.
pub fn seeds() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for (path, bytes) in crate::seeds::artifacts() {
        let found: &mut Vec<Vec<u8>> = &mut found;
        found.push(joined(&[path.as_bytes(), &bytes]));
    }
    let all = crate::seeds::artifacts();
    found.extend(all.chunks(6).map(|few| {
        let parts: Vec<_> = few.iter().flat_map(|(path, bytes)| [path.as_bytes(), bytes]).collect();
        joined(&parts)
    }));
    found
}

/// The campaign that all fixtures begin from, read once.
#[derive(Clone)]
struct Base {
    files: Files,
    snapshot: Arc<Snapshot>,
}

thread_local! {
    static BASE: Base = {
        let files = Files(crate::seeds::campaign().into_iter().collect());
        Base { snapshot: files.snapshot(), files }
    };
}

fn now() -> Timestamp {
    "2026-11-22T10:15:00Z".parse().expect("a time")
}

fn judged(before: &Arc<Snapshot>, after: &Arc<Snapshot>) {
    let claim = claim(&ohmymkt::change::between(before, after), Action::Record, None);
    for claim in [None, Some(claim)] {
        let step = Step {
            parents: vec![Arc::clone(before)],
            after: Arc::clone(after),
            claim,
            authored_at: Some(now()),
            passed_over: 0,
            committed_at: None,
        };
        for violation in check(&step) {
            assert!(!violation.message.is_empty(), "{violation:?}");
            let shown = [&violation.before, &violation.after];
            assert!(shown.into_iter().flatten().all(|text| text.len() < 2_000), "{violation:?}");
        }
    }
    let changes = ChangeList::between(before, after);
    let text = plain(&changes.page());
    assert_harmless(&text);
}

#[derive(Clone)]
struct Files(BTreeMap<String, Vec<u8>>);

impl Files {
    fn snapshot(&self) -> Arc<Snapshot> {
        Arc::new(load(self).unwrap_or_else(|never| match never {}))
    }
}

impl Source for Files {
    type Error = Infallible;

    fn list(&self) -> Result<Vec<Listed>, Infallible> {
        let listed = |(path, bytes): (&String, &Vec<u8>)| {
            let blob_id = Some(self.blob_id(bytes)?);
            Ok(Listed { path: path.clone(), kind: FileKind::Regular, blob_id })
        };
        self.0.iter().map(listed).collect()
    }

    fn read(&self, file: &Listed) -> Result<Content, Infallible> {
        Ok(Content::Bytes(self.0[&file.path].clone()))
    }

    fn blob_id(&self, bytes: &[u8]) -> Result<BlobId, Infallible> {
        let id = git2::Oid::hash_object(git2::ObjectType::Blob, bytes).expect("bytes in memory");
        Ok(BlobId::from_hex(id.to_string()))
    }
}
