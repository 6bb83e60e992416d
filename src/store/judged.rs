//! Histories that were judged, so that the next look need only judge what has come since, and
//! again the few commits in which something was found. Whoever deletes or breaks this file
//! loses time and nothing else.

use crate::git::ObjectId;

use super::Store;

/// The name of the file.
const NAME: &str = "judged";
/// Its first line: the version of the format, and of the program that judged. What a program built
/// from other source has judged is not used, since its rules may differ.
const VERSION: &str = concat!("ohmymkt judged 2 ", env!("CARGO_PKG_VERSION"), " ", env!("OHMYMKT_SOURCE"));
/// How many are kept: that of a branch and that of all of them, as they were lately.
const KEPT: usize = 4;

/// More findings than these are sought again.
const MOST_FLAWED: usize = 100;

/// A history that was judged, and all of it seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JudgedHistory {
    /// Everything these reach…
    pub tips: Vec<ObjectId>,
    /// …and these do not.
    pub exclude: Vec<ObjectId>,
    /// How many commits that is.
    pub seen: usize,
    /// How many of them touch the artifacts or claim to.
    pub touching: usize,
    /// How many commits before the point of adoption are none of them.
    pub passed_over: usize,
    /// Those in which something was found, parents before children.
    pub flawed: Vec<ObjectId>,
}

impl JudgedHistory {
    fn to_line(&self) -> String {
        let ids = |ids: &[ObjectId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let lists = [&self.tips, &self.exclude, &self.flawed].map(|list| ids(list)).join(" ");
        format!("{} {} {} {lists}\n", self.seen, self.touching, self.passed_over)
    }

    fn from_line(line: &str) -> Option<Self> {
        let words: Vec<_> = line.split(' ').collect();
        let &[seen, touching, passed_over, tips, exclude, flawed] = words.as_slice() else { return None };
        let ids = |text: &str| -> Option<Vec<ObjectId>> {
            text.split(',').filter(|id| !id.is_empty()).map(|id| id.parse().ok()).collect()
        };
        let [seen, touching, passed_over] = [seen, touching, passed_over].map(|count| count.parse().ok());
        let (tips, exclude, flawed) = (ids(tips)?, ids(exclude)?, ids(flawed)?);
        Some(Self { tips, exclude, seen: seen?, touching: touching?, passed_over: passed_over?, flawed })
    }
}

impl Store {
    /// The one kept history from which these tips may go on: it shares most of them.
    #[must_use]
    pub fn judged_history(&self, tips: &[ObjectId], exclude: &[ObjectId]) -> Option<JudgedHistory> {
        let alike = self.judged_histories().into_iter().filter(|judged| judged.exclude == exclude);
        alike.max_by_key(|judged| {
            let shared = judged.tips.iter().filter(|tip| tips.contains(tip)).count();
            (shared, std::cmp::Reverse(judged.tips.len().abs_diff(tips.len())))
        })
    }

    /// Keeps a history that was judged.
    pub fn keep_judged(&self, history: &JudgedHistory) {
        if history.flawed.len() > MOST_FLAWED {
            return;
        }
        let mut kept = self.judged_histories();
        kept.retain(|one| one.tips != history.tips || one.exclude != history.exclude);
        kept.push(history.clone());
        let from = kept.len().saturating_sub(KEPT);
        let lines: String = kept[from..].iter().map(JudgedHistory::to_line).collect();
        self.repo.keep(NAME, &format!("{VERSION}\n{lines}"));
    }

    fn judged_histories(&self) -> Vec<JudgedHistory> {
        let text = self.repo.kept(NAME).unwrap_or_default();
        let lines = text.strip_prefix(VERSION).and_then(|rest| rest.strip_prefix('\n')).unwrap_or_default().lines();
        lines.map(JudgedHistory::from_line).collect::<Option<_>>().unwrap_or_default()
    }
}
