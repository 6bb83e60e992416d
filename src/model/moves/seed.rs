//! Seeding what is missing, and nothing else.

use std::collections::BTreeMap;

use super::super::id::PlanName;
use super::super::layout::{self, FOLDERS, NOTES, ROOT};
use super::super::observation;
use super::super::policy::Policy;
use super::super::snapshot::Snapshot;
use super::super::template;

/// Files without a type that a move writes: path to text.
pub type Texts = BTreeMap<String, String>;

/// The state with everything seeded that a repository has before its first campaign.
/// What is there already stays as it is, byte for byte.
#[must_use]
pub fn init(before: &Snapshot) -> (Snapshot, Texts) {
    let mut after = before.clone();
    let mut texts = Texts::new();
    after.policy.get_or_insert_with(Policy::default);
    after.gates.get_or_insert_with(template::gates);
    let observations = &after.observations;
    after.metrics.get_or_insert_with(|| observation::metrics(observations));
    after.modules.get_or_insert_with(template::modules);
    after.cycles.get_or_insert_default();
    seed_text(&mut after, &mut texts, layout::ATTRIBUTES.to_owned(), template::ATTRIBUTES);
    for folder in FOLDERS {
        let inside = format!("{ROOT}/{folder}/");
        if !after.files.keys().any(|path| path.starts_with(&inside)) {
            seed_text(&mut after, &mut texts, format!("{inside}.gitkeep"), "");
        }
    }
    (after, texts)
}

/// Seeds a plan's notepad, note by note.
pub(super) fn notepad(after: &mut Snapshot, texts: &mut Texts, plan: &PlanName) {
    for note in NOTES {
        let (first, rest) = note.split_at(1);
        let text = format!("# {}{rest}\n", first.to_uppercase());
        seed_text(after, texts, layout::note(plan, note), &text);
    }
}

fn seed_text(after: &mut Snapshot, texts: &mut Texts, path: String, text: &str) {
    if !after.has_file(&path) {
        after.files.insert(path.as_str().into(), None);
        texts.insert(path, text.to_owned());
    }
}
