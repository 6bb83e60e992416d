//! The pipeline that lets a forge judge what is pushed to it.

use crate::git::At;
use crate::model::moves::Texts;
use crate::store::Store;

use super::failure::Failure;

/// The forges that a pipeline can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Forge {
    Github,
    Gitlab,
}

const GITHUB: (&str, &str) = (".github/workflows/ohmymkt.yml", include_str!("../../templates/ci/github.yml"));
const GITLAB: (&str, &str) = (".gitlab/ohmymkt.gitlab-ci.yml", include_str!("../../templates/ci/gitlab.yml"));

/// The file that GitLab begins with. It belongs to the whole project.
const GITLAB_START: (&str, &str) = (".gitlab-ci.yml", include_str!("../../templates/ci/gitlab-include.yml"));

/// What is missing of a pipeline.
#[derive(Default)]
pub struct Pipeline {
    /// The files to write.
    pub texts: Texts,
    /// What is to be added by hand to a file that is not ours, and to which.
    pub by_hand: Option<ByHand>,
}

/// Lines for a file that belongs to somebody else.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ByHand {
    /// The file.
    pub path: &'static str,
    /// What it must hold.
    pub text: &'static str,
}

/// What is missing of the pipeline for a forge. A file that is there is left as it is.
///
/// # Errors
/// When there is another file in the place of ours, or git cannot be read.
pub fn missing(store: &Store, forge: Forge) -> Result<Pipeline, Failure> {
    let mut pipeline = Pipeline::default();
    let (path, text) = match forge {
        Forge::Github => GITHUB,
        Forge::Gitlab => GITLAB,
    };
    match there(store, path)? {
        None => drop(pipeline.texts.insert(path.to_owned(), text.to_owned())),
        Some(same) if same == text.as_bytes() => {}
        Some(_) => return Err(taken(path)),
    }
    if forge == Forge::Gitlab {
        let (start, include) = GITLAB_START;
        match there(store, start)? {
            None => drop(pipeline.texts.insert(start.to_owned(), include.to_owned())),
            Some(bytes) if String::from_utf8_lossy(&bytes).contains(path) => {}
            Some(_) => pipeline.by_hand = Some(ByHand { path: start, text: include }),
        }
    }
    Ok(pipeline)
}

/// What stands at a path, in HEAD or else in the working tree.
fn there(store: &Store, path: &str) -> Result<Option<Vec<u8>>, Failure> {
    let repo = store.repo();
    for at in store.head_id()?.map(At::Commit).into_iter().chain([At::Worktree]) {
        if let Some(file) = repo.file(&at, path)? {
            return Ok(Some(repo.read(&at, &file)?));
        }
    }
    Ok(None)
}

fn taken(path: &str) -> Failure {
    let message = format!("there is another file in the place of the pipeline, which is not overwritten: {path}");
    Failure::refused("taken", message).hint(format!("rename `{path}`, commit that, then run the command again"))
}
