//! What lies where git looks for a hook.

use std::fs::Metadata;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use rustix::fs::{Access, access};

use super::event::HookEvent;
use super::shim::{self, Shim};
use super::tool::Tool;

/// What lies at a hook's place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    Nothing,
    /// A script of ours, and its bytes.
    Ours(Shim, Vec<u8>),
    /// Somebody else's hook.
    Foreign(Foreign),
    /// No file at all.
    NotAFile,
}

/// Somebody else's hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Foreign {
    /// The program that wrote it, as far as one can tell.
    pub(super) tool: Option<Tool>,
    /// Whether it would do something else under another name.
    pub(super) knows_its_name: bool,
}

/// Looks at a hook's place.
pub(super) fn look(path: &Path) -> Result<Found> {
    let Some(metadata) = metadata(path)? else { return Ok(Found::Nothing) };
    // A link is somebody's, wherever it leads, and so is what may not be read.
    let is_link = metadata.is_symlink();
    if !is_link && !metadata.is_file() {
        return Ok(Found::NotAFile);
    }
    if is_link && path.is_dir() {
        return Ok(Found::NotAFile);
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if is_link || error.kind() == std::io::ErrorKind::PermissionDenied => Vec::new(),
        Err(error) => return Err(error).with_context(|| format!("read {}", path.display())),
    };
    if let Some(shim) = shim::recognise(&bytes).filter(|_| !is_link) {
        return Ok(Found::Ours(shim, bytes));
    }
    // Programs that are not text are not searched for words.
    let text = if bytes.contains(&0) { "".into() } else { String::from_utf8_lossy(&bytes) };
    Ok(Found::Foreign(Foreign { tool: Tool::of_hook(&text), knows_its_name: text.lines().any(uses_its_name) }))
}

/// What is at a path itself, links not followed.
pub(super) fn metadata(path: &Path) -> Result<Option<Metadata>> {
    match path.symlink_metadata() {
        Ok(metadata) => Ok(Some(metadata)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(None),
        Err(error) => Err(error).with_context(|| format!("look at {}", path.display())),
    }
}

/// Whether a line of a script takes something from the script's own name. Its folder
/// stays the same, so asking for that alone is harmless, unless what lies there is made
/// part of the script and asks in turn.
fn uses_its_name(line: &str) -> bool {
    let line = line.trim_start();
    if line.starts_with('#') {
        return false;
    }
    let names = ["$0", "${0", "BASH_SOURCE", "argv[0]", "process.argv[1]", "__FILE__", "$PROGRAM_NAME"];
    let included = line.starts_with(". ") || line.starts_with("source ");
    names.iter().any(|name| {
        line.match_indices(name).any(|(at, _)| {
            let before = line[..at].trim_end_matches(['"', '\'', '$', '{']).trim_end();
            let before = before.strip_suffix("--").unwrap_or(before).trim_end();
            let is_folder = before.ends_with("dirname") || line[at..].starts_with("${0%/*}");
            included || !is_folder
        })
    })
}

/// Where a hook that was there before is kept.
pub(super) fn kept_path(directory: &Path, event: HookEvent) -> PathBuf {
    directory.join(format!("{event}.pre-ohmymkt"))
}

/// Whether git would run the file.
pub(super) fn is_executable(path: &Path) -> bool {
    path.is_file() && access(path, Access::EXEC_OK).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_that_asks_for_its_name_is_told_from_one_that_asks_for_its_folder() {
        for line in [
            "n=$(basename \"$0\")",
            ". \"$(dirname -- \"$0\")/h\"",
            "hook=${0##*/}",
            "exec tool \"$0\" \"$@\"",
            "hook_type = File.basename($0)",
            "name = os.path.basename(sys.argv[0])",
        ] {
            assert!(uses_its_name(line), "{line}");
        }
        for line in
            ["HERE=\"$(cd \"$(dirname \"$0\")\" && pwd)\"", "cd $(dirname -- $0)", "dir=${0%/*}", "# called as $0"]
        {
            assert!(!uses_its_name(line), "{line}");
        }
    }
}
