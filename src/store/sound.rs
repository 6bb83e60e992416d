//! Histories that were judged and found without a flaw, so that the next look need only
//! judge what has come since. Whoever deletes or breaks this file loses time and nothing else.

use crate::git::ObjectId;

use super::Store;

/// The file, and the version of its form and of what judges: another program judges anew.
const NAME: &str = "sound";
const VERSION: &str = concat!("ohmymkt sound 1 ", env!("CARGO_PKG_VERSION"));
/// How many are kept: that of a branch and that of all of them, as they were lately.
const KEPT: usize = 4;

/// A history without a finding, and all of it seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoundHistory {
    /// Everything these reach…
    pub tips: Vec<ObjectId>,
    /// …and these do not.
    pub exclude: Vec<ObjectId>,
    /// How many commits that is.
    pub seen: usize,
    /// How many of them touch the artifacts or claim to.
    pub touching: usize,
}

impl SoundHistory {
    fn to_line(&self) -> String {
        let ids = |ids: &[ObjectId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        format!("{} {} {} {}\n", self.seen, self.touching, ids(&self.tips), ids(&self.exclude))
    }

    fn from_line(line: &str) -> Option<Self> {
        let words: Vec<_> = line.split(' ').collect();
        let &[seen, touching, tips, exclude] = words.as_slice() else { return None };
        let ids = |text: &str| -> Option<Vec<ObjectId>> {
            text.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().ok()).collect()
        };
        Some(Self {
            tips: ids(tips)?,
            exclude: ids(exclude)?,
            seen: seen.parse().ok()?,
            touching: touching.parse().ok()?,
        })
    }
}

impl Store {
    /// The one kept history from which these tips may go on: it shares most of them.
    #[must_use]
    pub fn sound_history(&self, tips: &[ObjectId], exclude: &[ObjectId]) -> Option<SoundHistory> {
        let alike = self.sound_histories().into_iter().filter(|sound| sound.exclude == exclude);
        alike.max_by_key(|sound| {
            let shared = sound.tips.iter().filter(|tip| tips.contains(tip)).count();
            (shared, std::cmp::Reverse(sound.tips.len().abs_diff(tips.len())))
        })
    }

    /// Keeps a history that was found without a flaw.
    pub fn keep_sound(&self, history: &SoundHistory) {
        let mut kept = self.sound_histories();
        kept.retain(|one| one.tips != history.tips || one.exclude != history.exclude);
        kept.push(history.clone());
        let from = kept.len().saturating_sub(KEPT);
        let lines: String = kept[from..].iter().map(SoundHistory::to_line).collect();
        self.repo.keep(NAME, &format!("{VERSION}\n{lines}"));
    }

    fn sound_histories(&self) -> Vec<SoundHistory> {
        let text = self.repo.kept(NAME).unwrap_or_default();
        let lines = text.strip_prefix(VERSION).and_then(|rest| rest.strip_prefix('\n')).unwrap_or_default().lines();
        lines.map(SoundHistory::from_line).collect::<Option<_>>().unwrap_or_default()
    }
}
