//! What `pre-commit` sees without opening the repository: that git is about to commit the artifacts
//! of HEAD, as it mostly is. To open it takes longer than the rest of the hook. Whatever is not as
//! in most repositories is left unsaid, and asked of a [`Repo`](crate::git::Repo).

use std::path::{Path, PathBuf};

use git2::ObjectType;

use super::untouched::UntouchedNote;
use crate::git::date::parse_plain;
use crate::git::deflate::Inflater;
use crate::git::environment::Environment;
use crate::git::identity::Identity;
use crate::git::index::plain;
use crate::git::loose;
use crate::git::object::{MODE_TREE, header_id, named_entry};
use crate::git::object_id::ObjectId;
use crate::git::pack::Packs;
use crate::git::staged::{committed, tree_of};

/// The note that the commit which git makes here has the same files in `dir` as HEAD. Only said to
/// a hook that git runs, and where it is certain: `None` calls for a closer look.
#[must_use]
pub fn leaves_alone(dir: &str) -> Option<UntouchedNote> {
    let environment = Environment::capture();
    let git_dir = PathBuf::from(environment.variable("GIT_DIR").unwrap_or(".git"));
    // Git names the index to the hooks of a commit, from where it runs them.
    let index = PathBuf::from(environment.variable("GIT_INDEX_FILE")?);
    let is_elsewhere = ["GIT_COMMON_DIR", "GIT_OBJECT_DIRECTORY"].iter().any(|n| environment.variable(n).is_some());
    if is_elsewhere || git_dir.join("MERGE_HEAD").exists() {
        return None;
    }
    let note = UntouchedNote::on(&git_dir.join("ohmymkt"), &index);
    let glance = Glance::of(&git_dir)?;
    let head = glance.head(&git_dir)?;
    let commit = glance.object(&head, ObjectType::Commit)?;
    if may_amend(&environment, &commit) {
        return None;
    }
    let length = head.as_bytes().len();
    let root = glance.object(&header_id(&commit, b"tree ").ok()?, ObjectType::Tree)?;
    let before = named_entry(&root, dir.as_bytes(), length).ok()?;
    let files = committed(plain(&index, &git_dir, dir, length)?);
    let is_same = match before {
        None => files.is_empty(),
        Some(tree) => tree.mode == MODE_TREE && tree_of(&files, dir.len() + 1, length) == Some(tree.id),
    };
    is_same.then_some(note)
}

/// Whether git may be replacing HEAD, as the author that it tells its hooks is that of HEAD, to the
/// second.
fn may_amend(environment: &Environment, head: &[u8]) -> bool {
    let Some(stated) = environment.variable("GIT_AUTHOR_DATE") else { return false };
    let author = head.split(|byte| *byte == b'\n').find_map(|line| line.strip_prefix(b"author "));
    let moments = parse_plain(stated).zip(author.map(Identity::parse));
    moments.is_none_or(|((seconds, _), author)| seconds == author.seconds)
}

/// The files of a repository that a glance reads.
struct Glance {
    common_dir: PathBuf,
    inflater: Inflater,
    packs: Packs,
}

impl Glance {
    fn of(git_dir: &Path) -> Option<Self> {
        let common_dir = match std::fs::read_to_string(git_dir.join("commondir")) {
            Ok(path) => git_dir.join(path.trim_end_matches('\n')),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => git_dir.to_owned(),
            Err(_) => return None,
        };
        Some(Self { common_dir, inflater: Inflater::default(), packs: Packs::default() })
    }

    /// The commit of a HEAD that is detached, or whose branch has a file of its own.
    fn head(&self, git_dir: &Path) -> Option<ObjectId> {
        let text = std::fs::read_to_string(git_dir.join("HEAD")).ok()?;
        let text = match text.trim_end().strip_prefix("ref: ") {
            Some(branch) if branch.starts_with("refs/heads/") && !branch.contains("..") => {
                std::fs::read_to_string(self.common_dir.join(branch)).ok()?
            }
            Some(_) => return None,
            None => text,
        };
        text.trim_end().parse().ok()
    }

    fn object(&self, id: &ObjectId, wanted: ObjectType) -> Option<Vec<u8>> {
        let objects = self.common_dir.join("objects");
        let loose = loose::read_in(&objects, id, &self.inflater);
        let packed = || self.packs.find(|| objects.join("pack"), id, usize::MAX, &self.inflater)?.whole();
        let found = loose.or_else(|| packed().map(|(kind, bytes)| (kind, bytes.to_vec())));
        found.filter(|(kind, _)| *kind == wanted).map(|(_, bytes)| bytes)
    }
}
