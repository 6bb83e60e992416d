//! Finding a plan by a hint, and a name that no plan has yet (contract, section 6).

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization as _;

use crate::model::id::{PlanName, folded, slug};
use crate::model::layout;
use crate::model::sorted::SortedMap;

use super::document::Plan;

/// Why a hint does not lead to one plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unresolved {
    /// There is no plan at all.
    NoPlans,
    /// No plan fits.
    Unknown {
        /// What was asked for.
        hint: String,
        /// The plans there are, newest last.
        known: Vec<PlanName>,
    },
    /// More than one plan fits.
    Ambiguous {
        /// What was asked for.
        hint: String,
        /// The plans that fit, newest last.
        candidates: Vec<PlanName>,
    },
}

impl fmt::Display for Unresolved {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoPlans => formatter.write_str("there is no plan yet"),
            Self::Unknown { hint, known } => {
                write!(formatter, "no plan fits `{}`, there are {}", hint.escape_debug(), list(known))
            }
            Self::Ambiguous { hint, candidates } => {
                let count = candidates.len();
                write!(formatter, "{count} plans fit `{}`: {}", hint.escape_debug(), list(candidates))
            }
        }
    }
}

impl std::error::Error for Unresolved {}

fn list(names: &[PlanName]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// The plans, newest last: by `created_at`, those without one before all others, then by name.
#[must_use]
pub fn by_age(plans: &SortedMap<PlanName, Arc<Plan>>) -> Vec<&Plan> {
    let mut sorted: Vec<&Plan> = plans.values().map(AsRef::as_ref).collect();
    sorted.sort_by_key(|plan| (plan.created_at, &plan.name));
    sorted
}

/// The newest plan.
#[must_use]
pub fn newest(plans: &SortedMap<PlanName, Arc<Plan>>) -> Option<&Plan> {
    by_age(plans).pop()
}

/// The plan that a hint means: its name, file name or path; else a part of one name,
/// else of one title, in any case; without a hint the newest.
///
/// # Errors
/// When no plan or more than one fits.
pub fn resolve<'p>(plans: &'p SortedMap<PlanName, Arc<Plan>>, hint: Option<&str>) -> Result<&'p Plan, Unresolved> {
    let sorted = by_age(plans);
    let Some(newest) = sorted.last() else { return Err(Unresolved::NoPlans) };
    let Some(hint) = hint else { return Ok(newest) };
    let named = |same: fn(&str, &str) -> bool| sorted.iter().find(|plan| is_named(plan, hint, same)).copied();
    if let Some(plan) = named(|one, other| one == other).or_else(|| named(|one, other| one.nfc().eq(other.nfc()))) {
        return Ok(plan);
    }
    let part = folded(hint.trim());
    // An empty hint is a part of everything, and surely a mistake.
    let fits = |text: &str, part: &str| !part.is_empty() && folded(text).contains(part);
    let mut found: Vec<_> = sorted.iter().filter(|plan| fits(plan.name.as_str(), &part)).collect();
    if found.is_empty() && part.contains(char::is_alphanumeric) {
        // As it was typed when the plan was named.
        let part = slug(&part);
        found = sorted.iter().filter(|plan| fits(plan.name.as_str(), &part)).collect();
    }
    if found.is_empty() {
        found = sorted.iter().filter(|plan| fits(plan.title(), &part)).collect();
    }
    let names = |plans: &mut dyn Iterator<Item = &&Plan>| plans.map(|plan| plan.name.clone()).collect();
    match found.as_slice() {
        [plan] => Ok(plan),
        [] => Err(Unresolved::Unknown { hint: hint.to_owned(), known: names(&mut sorted.iter()) }),
        _ => Err(Unresolved::Ambiguous { hint: hint.to_owned(), candidates: names(&mut found.into_iter()) }),
    }
}

fn is_named(plan: &Plan, hint: &str, same: fn(&str, &str) -> bool) -> bool {
    let path = layout::plan(&plan.name);
    let file = path.rsplit('/').next().unwrap_or_default();
    let hint = hint.trim();
    let asked = layout::relative(hint);
    same(plan.name.as_str(), hint) || same(file, hint) || same(&path, asked.strip_prefix("./").unwrap_or(&asked))
}

/// The name for a new plan: the file-name form of `wanted`, with `-2`, `-3`… when it is taken.
///
/// `files` are all paths under `.ohmymkt/`, so that a file which could not be read as
/// a plan is not overwritten either. Neither case counts nor which of Unicode's ways to write
/// a letter: on some file systems two names that differ by that only are one file. A name that
/// Windows keeps for a device gets `-plan`.
///
/// # Panics
/// Never: a file-name form is a valid name, also with a number.
pub fn unused_name<'f>(files: impl IntoIterator<Item = &'f str>, wanted: &str) -> PlanName {
    let taken: BTreeSet<String> = files.into_iter().map(folded).collect();
    let stem = slug(wanted);
    let stem = if is_device(&stem) { format!("{stem}-plan") } else { stem };
    let mut nth = 1_u64;
    loop {
        let text = if nth == 1 { stem.clone() } else { format!("{stem}-{nth}") };
        let name: PlanName = text.parse().expect("a slug is short and has only letters, digits and `-`");
        if !taken.contains(&folded(&layout::plan(&name))) {
            return name;
        }
        nth += 1;
    }
}

/// Whether Windows keeps a name for a device, with any ending: no file of this name can be
/// checked out there.
fn is_device(stem: &str) -> bool {
    let numbered = |device: &str| {
        let number = stem.strip_prefix(device).unwrap_or_default();
        matches!(number, "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
    };
    ["con", "prn", "aux", "nul"].contains(&stem) || numbered("com") || numbered("lpt")
}
