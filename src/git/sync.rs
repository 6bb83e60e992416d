//! `core.fsync`: what has to be on the disk before the next step.

use super::repo::Repo;

/// A kind of file that git can be told to flush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    LooseObject,
    Reference,
    Index,
}

impl Part {
    /// The names of this kind and of the groups that it belongs to.
    fn names(self) -> &'static [&'static str] {
        match self {
            Part::LooseObject => &["loose-object", "objects", "committed", "added", "all"],
            Part::Reference => &["reference", "committed", "added", "all"],
            Part::Index => &["index", "added", "all"],
        }
    }
}

impl Repo {
    /// Whether `core.fsync` names this kind of file, or `core.fsyncObjectFiles` asks for
    /// objects. As in git a name with a minus takes away from git's default only, and these
    /// three are not part of it.
    pub(super) fn must_sync(&self, part: Part) -> bool {
        let setting = self.config("core.fsync");
        let mut words = setting.iter().flat_map(|text| text.split([',', ' ', '\t', '\r', '\n']));
        words.any(|word| part.names().contains(&word))
            || (part == Part::LooseObject && self.config_bool("core.fsyncobjectfiles") == Some(true))
    }
}
