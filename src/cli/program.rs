//! Where this program is, by a path that outlives its next version.

use std::path::{Path, PathBuf};

use super::failure::Failure;

/// The path by which hooks should call this program: the one it was called by, links not
/// followed, since a package manager keeps the link and replaces what it leads to. Of the
/// two names in that folder, `git-mkt` is nobody else's.
///
/// # Errors
/// When the system does not say what is running.
pub fn path() -> Result<PathBuf, Failure> {
    let running =
        std::env::current_exe().map_err(|error| Failure::from(format!("cannot find this program: {error}")))?;
    let called = called_by(&running).unwrap_or(running);
    let sibling = called.with_file_name("git-mkt");
    Ok(if is_program(&sibling) { sibling } else { called })
}

fn called_by(running: &Path) -> Option<PathBuf> {
    let name = PathBuf::from(std::env::args_os().next()?);
    let candidates = if name.components().count() > 1 {
        vec![std::path::absolute(&name).ok()?]
    } else {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).filter(|folder| folder.is_absolute()).map(|folder| folder.join(&name)).collect()
    };
    let same =
        |file: &PathBuf| file.canonicalize().is_ok_and(|file| running.canonicalize().is_ok_and(|ran| ran == file));
    candidates.into_iter().find(same)
}

fn is_program(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}
