//! Single files, as wholes: written anew, and moved into place.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::process::Gid;

use super::object::MODE_EXECUTABLE;

/// Renames, or copies and renames where the git directory is on another file system.
pub(super) fn move_into_place(from: &Path, to: &Path) -> std::io::Result<()> {
    match std::fs::rename(from, to) {
        Err(e) if e.kind() == std::io::ErrorKind::CrossesDevices => {}
        other => return other,
    }
    let mut name = std::ffi::OsString::from(".ohmymkt-");
    name.push(to.file_name().unwrap_or_default());
    let beside = to.with_file_name(name);
    std::fs::copy(from, &beside)?;
    std::fs::rename(&beside, to)?;
    std::fs::remove_file(from)
}

/// Gives a file the group that one made at `target` would have: a shared git directory hands
/// down its own. Best effort, as with modes.
pub(super) fn group_of(file: &File, target: &Path) {
    let above = target.ancestors().skip(1).find_map(|folder| std::fs::metadata(folder).ok());
    let inherited = above.filter(|folder| folder.mode() & 0o2000 != 0).map(|folder| Gid::from_raw(folder.gid()));
    rustix::fs::fchown(file, None, Some(inherited.unwrap_or_else(rustix::process::getegid))).ok();
}

/// Writes a file that is new, or was left by a dead run.
pub(super) fn write_new(path: &Path, bytes: &[u8], mode: u32) -> std::io::Result<File> {
    // The umask takes from these what the user does not want to grant.
    write_with(path, bytes, if mode == MODE_EXECUTABLE { 0o777 } else { 0o666 })
}

/// As `write_new`, for nobody else to read.
pub(super) fn write_private(path: &Path, bytes: &[u8]) -> std::io::Result<File> {
    write_with(path, bytes, 0o600)
}

fn write_with(path: &Path, bytes: &[u8], bits: u32) -> std::io::Result<File> {
    let open = || OpenOptions::new().write(true).create_new(true).mode(bits).open(path);
    let mut file = match open() {
        Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => {
            std::fs::remove_file(path)?;
            open()?
        }
        other => other?,
    };
    file.write_all(bytes)?;
    Ok(file)
}
